//! Admin users' accounts: the caller's, sub-accounts by filter, creation with a first user, update and deactivation.

use crate::twin::{Answer, Call, Twin};
use serde_json::Value;
use usertwin::apis::admin_users::facet::{Account, AdminUsersFacet};

const MAIN: &str = "5a1ca887-9ec4-4ae8-bf61-715056ea9e98";
const VIENNA: &str = "6b2ba998-0fd5-4bf9-9072-826167eb0a09";
const GRAZ: &str = "6b2ba998-0fd5-4bf9-9072-826167eb0a10";
const LINZ: &str = "6b2ba998-0fd5-4bf9-9072-826167eb0a11";
const OLD: &str = "6b2ba998-0fd5-4bf9-9072-826167eb0a12";
const ENGLISH: &str = "c2fd9942-2548-483b-875c-a724b208dcaa";
const SEED: &str = r#"{
  "adminUsers": {
    "accounts": [
      {"id": "5a1ca887-9ec4-4ae8-bf61-715056ea9e98", "name": "Main", "smsUsername": "sms", "smsPassword": "secret"},
      {"id": "6b2ba998-0fd5-4bf9-9072-826167eb0a09", "name": "Vienna", "parentId": "5a1ca887-9ec4-4ae8-bf61-715056ea9e98",
       "emailAddress": "wien@example.com", "contactNumber": "+43 1 5555555", "phoneNumber": "+43 1 6666666",
       "languageId": "d81f3a60-7b2e-4c95-a0f4-1e6c9b5d2703", "dateCreated": "2024-01-02T03:04:05.5Z"},
      {"id": "6b2ba998-0fd5-4bf9-9072-826167eb0a10", "name": "Graz", "parentId": "6b2ba998-0fd5-4bf9-9072-826167eb0a09"},
      {"id": "6b2ba998-0fd5-4bf9-9072-826167eb0a12", "name": "Old", "parentId": "5a1ca887-9ec4-4ae8-bf61-715056ea9e98",
       "deactivated": true},
      {"id": "6b2ba998-0fd5-4bf9-9072-826167eb0a11", "name": "linz", "parentId": "5a1ca887-9ec4-4ae8-bf61-715056ea9e98"}],
    "languages": [{"id": "c2fd9942-2548-483b-875c-a724b208dcaa", "name": "English"},
                  {"id": "d81f3a60-7b2e-4c95-a0f4-1e6c9b5d2703", "name": "Deutsch"}]},
  "users": [{"username": "ada", "adminUsers": {"mobilePhone": "+44 7700 900123"}}],
  "tokens": [{"token": "good", "state": "valid"}]
}"#;

async fn twin() -> Twin {
    Twin::seeded(SEED).await
}

fn accounts(version: u32, id: &str) -> String {
    format!("/api/v{version}/admin/accounts/{id}")
}

async fn send(twin: &Twin, method: &str, path: &str, body: &str) -> Answer {
    twin.send(Call::new(method, path).body("application/json", body)).await
}

fn detail(answer: &Answer) -> Value {
    let body: Value = serde_json::from_str(answer.text()).unwrap();
    assert_eq!((answer.status.as_u16(), &body["Error"]), (200, &Value::Null), "{}", answer.text());
    body["ResponseData"]["Detail"].clone()
}

fn names(answer: &Answer) -> Vec<String> {
    detail(answer).as_array().unwrap().iter().map(|account| account["Name"].as_str().unwrap().to_owned()).collect()
}

async fn failed(answer: Answer, status: u16, code: &str) {
    let body: Value = serde_json::from_str(answer.text()).unwrap();
    assert_eq!((answer.status.as_u16(), body["Error"]["ErrorCode"].as_str()), (status, Some(code)));
}

async fn stored(twin: &Twin, id: &str) -> Account {
    let accounts = twin.document().await.items::<Account>();
    accounts.into_iter().find(|account| account.id.to_string() == id).unwrap()
}

#[tokio::test]
async fn the_callers_account_is_the_first_and_shows_every_member_in_the_vendors_order() {
    let twin = twin().await;
    let answer = twin.get("/api/v1/admin/accounts", "*/*").await;
    let date = "2024-01-01T00:00:00+00:00";
    let expected = format!(
        r#"{{"Error":null,"ResponseData":{{"Identification":{{"UserId":null}},"Result":"Success","Detail":{{"CountryCode":null,"NDD":null,"IDD":null,"Timeout":0,"Type":"Master","ID":"{MAIN}","AccountID":null,"Address":null,"AnyTimeBalance":null,"ContactNumber":null,"PhoneNumber":null,"DateCreated":"{date}","DateModified":"{date}","Disclaimer":null,"EmailAddress":null,"FirstName":null,"Defaultheader":null,"LanguageID":"{ENGLISH}","LanguageName":"English","LastName":null,"Location":null,"Logo":null,"LogoName":null,"Name":"Main","OffPeakBalance":null,"Preferences":[],"SCIMEnabled":false,"SMSPassword":"secret","SMSUsername":"sms","TimeZone":null,"TwoFactorEnabled":false,"URL":null,"Website":null}}}}}}"#
    );
    assert_eq!(answer.text(), expected);
    let answer = twin.get("/api/v1/admin/accounts", "application/xml").await;
    let head = "<ResponseOfAccountV2 xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"";
    assert!(answer.text().starts_with(head), "{}", answer.text());
    assert!(answer.text().contains("</TwoFactorEnabled><Timeout>0</Timeout><Type>Master</Type></Detail>"));
    failed(
        Twin::seeded(r#"{"tokens": [{"token": "good"}]}"#).await.get("/api/v1/admin/accounts", "*/*").await,
        404,
        "AccountNotFound",
    )
    .await;
}

#[tokio::test]
async fn a_sub_account_is_read_with_its_own_language_and_a_deactivated_one_is_not() {
    let twin = twin().await;
    let account = detail(&twin.get(&accounts(2, VIENNA), "*/*").await);
    assert_eq!((account["Type"].as_str(), account["AccountID"].as_str()), (Some("Sub"), Some(MAIN)));
    assert_eq!(
        (account["LanguageName"].as_str(), account["PhoneNumber"].as_str()),
        (Some("Deutsch"), Some("+43 1 6666666"))
    );
    assert_eq!(account["DateCreated"], "2024-01-02T03:04:05.5+00:00");
    for id in [OLD, "00000000-0000-4000-8000-000000000002"] {
        failed(twin.get(&accounts(2, id), "*/*").await, 404, "AccountNotFound").await;
        failed(twin.get(&(accounts(1, id) + "/accounts"), "*/*").await, 404, "AccountNotFound").await;
    }
    assert_eq!(twin.get(&accounts(2, "x"), "*/*").await.status, 400);
}

#[tokio::test]
async fn the_account_comes_first_and_then_the_sub_accounts_that_the_filters_find_by_name() {
    let twin = twin().await;
    for (query, expected) in [
        ("", vec!["Main", "linz", "Vienna"]),
        ("?Name=VIENNA", vec!["Main", "Vienna"]),
        ("?Name=Vien", vec!["Main"]),
        ("?MobilePhone=%2B43+1+5555555", vec!["Main", "Vienna"]),
        ("?EmailAddress=WIEN@example.com&Name=Vienna", vec!["Main", "Vienna"]),
        ("?EmailAddress=wien@example.com&Name=linz", vec!["Main"]),
    ] {
        let answer = twin.get(&(accounts(1, MAIN) + "/accounts" + query), "*/*").await;
        assert_eq!(names(&answer), expected, "{query}");
    }
    assert_eq!(names(&twin.get(&(accounts(1, VIENNA) + "/accounts"), "*/*").await), ["Vienna", "Graz"]);
    let answer = twin.get(&(accounts(1, VIENNA) + "/accounts"), "text/xml").await;
    assert!(answer.text().starts_with("<ResponseOfArrayOfAccount "), "{}", answer.text());
    assert!(answer.text().contains("<Detail><Account><ID>"), "{}", answer.text());
}

#[tokio::test]
async fn a_new_sub_account_comes_with_an_administrator_who_may_sign_in() {
    let twin = twin().await;
    let v1 = r#"{"CompanyName":"Salzburg","Email":"s@example.com","Username":"sally","Firstname":"Sally","Lastname":"Ride",
                 "LanguageID":"c2fd9942-2548-483b-875c-a724b208dcaa","MobilePhone":"1234567","Password":"Shuttle1983"}"#;
    let v2 = r#"{"Email":"v@example.com","Username":"val","Firstname":"Valentina","Lastname":"Tereshkova","TimeZone":"UTC",
                 "LanguageID":"c2fd9942-2548-483b-875c-a724b208dcaa","Password":"Vostok6","UserPassword":"x",
                 "Credentials":{"SMSUsername":"u","SMSPassword":"p"}}"#;
    for (version, body, name, username, sms) in
        [(1, v1, "Salzburg", "sally", None), (2, v2, "Valentina Tereshkova", "val", Some("p"))]
    {
        let account = detail(&send(&twin, "POST", &accounts(version, VIENNA), body).await);
        assert_eq!((account["Name"].as_str(), account["AccountID"].as_str()), (Some(name), Some(VIENNA)));
        assert_eq!(account["SMSPassword"].as_str(), sms);
        assert_eq!(account["Type"].as_str(), (version == 2).then_some("Sub"));
        let user = twin.document().await.users.pop().unwrap();
        let facet = user.facet::<AdminUsersFacet>().unwrap();
        assert_eq!(user.shared.username.as_deref(), Some(username));
        assert_eq!((facet.account_id.to_string().as_str(), facet.admin_user), (account["ID"].as_str().unwrap(), true));
    }
    let before = twin.document().await;
    failed(send(&twin, "POST", &accounts(1, MAIN), v1).await, 400, "UsernameInUse").await;
    failed(send(&twin, "POST", &accounts(1, OLD), &v1.replace("sally", "else")).await, 404, "AccountNotFound").await;
    let answer = send(&twin, "POST", &accounts(2, MAIN), r#"{"MobilePhone":"1"}"#).await;
    for member in ["Email", "Username", "Firstname", "Lastname", "Password", "MobilePhone"] {
        assert!(answer.text().contains(&format!("\"account.{member}\"")), "{member} {}", answer.text());
    }
    assert_eq!(send(&twin, "POST", &accounts(1, MAIN), "").await.text(), r#"{"Message":"The request is invalid."}"#);
    assert_eq!(twin.document().await, before);
}

#[tokio::test]
async fn an_update_overwrites_the_members_that_the_page_names_and_ignores_the_others() {
    let twin = twin().await;
    let body = r#"{"ID":"00000000-0000-4000-8000-000000000002","ContactNumber":"12345","EmailAddress":"new@example.com",
                   "PhoneNumber":"99999","Name":"Wien","AnyTimeBalance":1.5,"Location":"AT","TwoFactorEnabled":true,
                   "DisclaimerRemove":true,"CountryCode":"43"}"#;
    for version in [1, 2] {
        let account = detail(&send(&twin, "PUT", &accounts(version, VIENNA), body).await);
        assert_eq!((account["ID"].as_str(), account["Name"].as_str()), (Some(VIENNA), Some("Wien")));
        assert_eq!((account["AnyTimeBalance"].as_str(), account["Location"].as_str()), (None, None));
        assert_eq!(account["DateModified"], "2024-03-28T08:12:49.3595132+00:00");
        let kept = stored(&twin, VIENNA).await;
        assert_eq!(kept.contact_number.as_deref(), Some("12345"));
        assert_eq!((kept.phone_number.as_deref(), kept.two_factor_enabled), (Some("+43 1 6666666"), true));
        assert_eq!((kept.language_id, kept.parent_id.map(|id| id.to_string()).as_deref()), (None, Some(MAIN)));
    }
    let answer = send(&twin, "PUT", &accounts(1, VIENNA), r#"{"ContactNumber":"1","EmailAddress":"x@y"}"#).await;
    let refused = answer.text();
    assert!(refused.contains("account.ContactNumber") && refused.contains("account.EmailAddress"), "{refused}");
    let answer = send(&twin, "PUT", &accounts(2, VIENNA), "{}").await;
    assert!(answer.text().contains("The ContactNumber field is required."), "{}", answer.text());
    failed(send(&twin, "PUT", &accounts(1, OLD), body).await, 404, "AccountNotFound").await;
}

#[tokio::test]
async fn a_deactivated_account_takes_its_sub_accounts_along_or_hands_them_up_or_leaves_them() {
    let child = accounts(1, MAIN) + "/children/" + VIENNA;
    let both = r#"{"CancelPendingMessages":true,"TransferSubsChildAccounts":true,"DeleteSubsChildAccounts":true}"#;
    let transfer = r#"{"CancelPendingMessages":true,"TransferSubsChildAccounts":true}"#;
    let delete = r#"{"DeleteSubsChildAccounts":true,"ExpireAdvancedMessages":0}"#;
    for (path, body, parent, deactivated) in [
        (accounts(1, VIENNA), "", VIENNA, false),
        (accounts(1, VIENNA), delete, VIENNA, true),
        (accounts(2, VIENNA), transfer, MAIN, false),
        (accounts(2, VIENNA), both, VIENNA, true),
        (child.clone(), transfer, MAIN, false),
        (child.clone(), both, VIENNA, true),
    ] {
        let twin = twin().await;
        let answer = send(&twin, "DELETE", &path, body).await;
        assert_eq!(detail(&answer), Value::Null);
        assert!(stored(&twin, VIENNA).await.deactivated, "{path} {body}");
        let graz = stored(&twin, GRAZ).await;
        let found = (graz.parent_id.unwrap().to_string(), graz.deactivated);
        assert_eq!(found, (parent.to_owned(), deactivated), "{path} {body}");
        failed(twin.get(&accounts(2, VIENNA), "*/*").await, 404, "AccountNotFound").await;
        let document = twin.document().await;
        assert_eq!(crate::twin::schema().parse(&document.to_json().to_string()).unwrap(), document);
    }
}

#[tokio::test]
async fn only_a_sub_account_and_only_below_its_own_account_is_deactivated() {
    let twin = twin().await;
    let before = twin.document().await;
    failed(send(&twin, "DELETE", &accounts(1, MAIN), "{}").await, 400, "NotASubAccount").await;
    let options = r#"{"CancelPendingMessages":true,"TransferSubsChildAccounts":true}"#;
    for parent in [VIENNA, "x"] {
        let path = format!("{}/children/{LINZ}", accounts(1, parent));
        failed(send(&twin, "DELETE", &path, options).await, 404, "AccountNotFound").await;
    }
    let path = format!("{}/children/{LINZ}", accounts(1, MAIN));
    assert_eq!(send(&twin, "DELETE", &path, "").await.status, 400);
    assert_eq!(send(&twin, "DELETE", &path, r#"{"CancelPendingMessages":true}"#).await.status, 400);
    let answer = send(&twin, "PATCH", &accounts(1, MAIN), "").await;
    assert_eq!(answer.header("allow").as_deref(), Some("POST, PUT, DELETE"));
    assert_eq!(twin.document().await, before);
}

#[test]
fn addresses_of_accounts_are_those_that_the_vendors_pattern_takes() {
    use usertwin::apis::admin_users::rules::account_email;
    for accepted in ["a@bc.de", "a.b-c_d'e@ex-ample.co.uk", "A1@b2.museum", "aé1@bé2.com"] {
        assert!(account_email(accepted), "{accepted}");
    }
    for refused in [
        "",
        "a",
        "a@b",
        "a@b.c",
        "a@b.de",
        ".a@bc.de",
        "a.@bc.de",
        "a@bc.d1",
        "a@bc.abcdefghij",
        "a b@bc.de",
        "a@bc..de",
        "a@-bc.de",
        "a@b@cd.de",
        "é@bc.de",
        "a@bc.de\n",
    ] {
        assert!(!account_email(refused), "{refused}");
    }
}
