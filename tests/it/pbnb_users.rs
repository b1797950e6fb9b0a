//! PBNB's users besides the two documented pages: lists, creation and deletion, as whole responses.

use crate::pbnb_formats::{
    ADA, ADA_XML, Expected, GRACE, GRACE_XML, USERS, ada_bson, done, failed, get, grace_bson, guid, json, twin,
};
use crate::twin::{Call, Twin};
use bson::{Document, doc};
use usertwin::apis::pbnb::contract::{AccountUserDefaults, AssignedRole, PagedListOfUser, ReturnOf, Role, User};
use usertwin::apis::pbnb::envelope::Payload;

#[test]
fn envelopes_are_named_by_the_digest_rule() {
    let name = |class: &'static usertwin::contract::ObjectType| class.plan().data_contract_name.as_str();
    assert_eq!(name(User::ENVELOPE), "PBNBReturnOfUserCA1DLPoZ");
    assert_eq!(name(<Vec<User>>::ENVELOPE), "PBNBReturnOfArrayOfUserCA1DLPoZ");
    assert_eq!(name(PagedListOfUser::ENVELOPE), "PBNBReturnOfPagedListOfUserCA1DLPoZCA1DLPoZ");
    assert_eq!(name(AssignedRole::ENVELOPE), "PBNBReturnOfAssignedRoleCA1DLPoZ");
    assert_eq!(name(AccountUserDefaults::ENVELOPE), "PBNBReturnOfAccountUserDefaultsCA1DLPoZ");
    assert_eq!(name(<Vec<Role>>::ENVELOPE), "PBNBReturnOfArrayOfRoleCA1DLPoZ");
    assert_eq!(name(String::ENVELOPE), "PBNBReturnOfstring");
    let empty = ReturnOf::<String> { success: false, data: None, error_code: 6, error_description: None, meta: None };
    use usertwin::contract::Contracted;
    assert_eq!(ReturnOf::<String>::from_value(empty.clone().into_value()), empty);
}

#[tokio::test]
async fn the_list_holds_every_user_of_the_account_by_number() {
    let xml = format!("<User>{ADA_XML}</User><User>{GRACE_XML}</User>").replace("{depth}", "4");
    let expected = Expected::new(
        &format!("[{ADA},{GRACE}]"),
        "PBNBReturnOfArrayOfUserCA1DLPoZ",
        &xml,
        bson::bson!([ada_bson(), grace_bson()]),
    );
    expected.of(|| get(USERS)).await;
    let twin = twin().await;
    assert_eq!(twin.get("/v1/core/Accounts/8/users", "*/*").await.whole(), failed(2, "Account 8 was not found."));
    let empty = Twin::seeded(r#"{"pbnb": {"accounts": [{"id": 2}]}}"#).await;
    assert_eq!(empty.get(USERS, "*/*").await.whole(), done("[]"));
    assert!(empty.get(USERS, "text/xml").await.text().contains("<Data />"));
}

#[tokio::test]
async fn a_page_holds_users_and_its_neighbours() {
    let xml = format!(
        "<CurrentPage>1</CurrentPage><NextPage i:nil=\"true\" /><PageSize>1</PageSize><PreviousPage>0</PreviousPage>\
         <ResultSet><User>{GRACE_XML}</User></ResultSet><TotalCount>2</TotalCount>"
    );
    let expected = Expected::new(
        &format!(
            r#"{{"PreviousPage":0,"CurrentPage":1,"NextPage":null,"PageSize":1,"TotalCount":2,"ResultSet":[{GRACE}]}}"#
        ),
        "PBNBReturnOfPagedListOfUserCA1DLPoZCA1DLPoZ",
        &xml.replace("{depth}", "5"),
        doc! { "PreviousPage": 0, "CurrentPage": 1, "NextPage": null, "PageSize": 1, "TotalCount": 2, "ResultSet": [grace_bson()] },
    );
    expected.of(|| get(&format!("{USERS}/paged?pageSize=1&pageNumber=1&includeTotal=true"))).await;
}

#[tokio::test]
async fn page_size_and_number_out_of_range_take_their_nearest_meaning() {
    let twin = twin().await;
    let page = async |query: &str| {
        let answer = twin.get(&format!("{USERS}/paged{query}"), "*/*").await;
        let envelope: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        let data = envelope["Data"].as_object().unwrap();
        let ids: Vec<_> = data["ResultSet"].as_array().unwrap().iter().map(|user| user["ID"].to_string()).collect();
        let member = |name: &str| data[name].to_string();
        format!(
            "{}<{}>{} size {} of {}: {}",
            member("PreviousPage"),
            member("CurrentPage"),
            member("NextPage"),
            member("PageSize"),
            member("TotalCount"),
            ids.join(",")
        )
    };
    assert_eq!(page("").await, "null<0>null size 1000 of null: 1,7");
    for size in ["0", "-1", "1001"] {
        assert_eq!(page(&format!("?pageSize={size}")).await, "null<0>null size 1000 of null: 1,7", "{size}");
    }
    assert_eq!(page("?pageSize=1&pageNumber=-5").await, "null<0>1 size 1 of null: 1");
    assert_eq!(page("?pageSize=2&includeTotal=True").await, "null<0>null size 2 of 2: 1,7");
    assert_eq!(page("?PAGESIZE=1&pagenumber=9").await, "8<9>null size 1 of null: ");
    assert_eq!(page("?pageSize=1000&pageNumber=2147483647").await, "2147483646<2147483647>null size 1000 of null: ");
    let wrong = twin.get(&format!("{USERS}/paged?pageSize=many"), "*/*").await;
    let invalid = r#"{"Message":"The request is invalid.","ModelState":{"pageSize":["The value 'many' is not valid for Int32."]}}"#;
    assert_eq!(wrong.whole(), format!("400\napplication/json; charset=utf-8\n{invalid}"));
    let unknown = twin.get("/v1/core/Accounts/8/users/paged", "*/*").await;
    assert_eq!(unknown.whole(), failed(2, "Account 8 was not found."));
}

const NEW: &str = include_str!("../expected/pbnb/new.json");
const CREATED: &str = include_str!("../expected/pbnb/created.json");
const PROVISIONING: &str = "4a396aab-2c89-4c4c-8c0b-306d9586cbdd";

#[tokio::test]
async fn a_created_user_is_answered_with_what_the_server_made() {
    let xml = include_str!("../expected/pbnb/created_members_xml.txt");
    let expected = Expected::new(
        &CREATED.replace("PROVISIONING", PROVISIONING),
        "PBNBReturnOfUserCA1DLPoZ",
        &xml.replace("PROVISIONING", PROVISIONING),
        doc! {
            "ID": 8, "AccountID": 2, "Username": "new", "Email": "n@b.c", "Status": 1, "Auth": 1,
            "PasswordInfo": { "Password": "p", "MaxDenials": 4, "ResetPeriod": 0 },
            "SSOInfo": { "PrivateUsername": "private" }, "AccessTypes": [3, 1, 3], "VoucherID": 6, "ResourceIDs": null,
            "ProvisioningID": guid(PROVISIONING),
        },
    );
    expected.of(|| json("POST", USERS, NEW)).await;
}

#[tokio::test]
async fn a_user_can_be_created_in_every_format() {
    let models = "http://schemas.datacontract.org/2004/07/pbnb_models";
    let xml = format!(include_str!("../expected/pbnb/new_request.txt"), models = models);
    let form = "Username=new&Email=n%40b.c&Auth=SSO&Status=1&PasswordInfo.Password=p&PasswordInfo[MaxDenials]=4\
                &SSOInfo.PrivateUsername=private&AccessTypes[0]=DSL&AccessTypes[1]=APN&AccessTypes[2]=DSL&VoucherID=6";
    let document = doc! {
        "Username": "new", "Email": "n@b.c", "Auth": 1, "Status": 1, "PasswordInfo": { "Password": "p", "MaxDenials": 4 },
        "SSOInfo": { "PrivateUsername": "private" }, "AccessTypes": [3, 1, 3], "VoucherID": 6,
    };
    let bodies: [(&str, Vec<u8>); 7] = [
        ("application/json", NEW.into()),
        ("text/json", NEW.into()),
        ("text/javascript", NEW.replace("\"SSO\"", "1").replace("\"DSL\"", "3").into()),
        ("application/xml", xml.clone().into()),
        ("text/xml", xml.into()),
        ("application/x-www-form-urlencoded", form.into()),
        ("application/bson", document.to_vec().unwrap()),
    ];
    let created = done(&CREATED.replace("PROVISIONING", PROVISIONING));
    for (content_type, body) in bodies {
        let twin = twin().await;
        let call = Call::new("POST", USERS).body(content_type, body).header("accept", "application/json");
        assert_eq!(twin.send(call).await.whole(), created, "{content_type}");
        assert_eq!(twin.get(&format!("{USERS}/8"), "*/*").await.whole(), created, "{content_type}");
    }
}

#[tokio::test]
async fn a_new_user_without_access_types_takes_the_accounts_defaults_and_gets_a_resource_for_each() {
    let twin = twin().await;
    let answer = twin.send(json("POST", USERS, r#"{"ID":50,"AccountID":2,"Username":"new"}"#)).await;
    assert_eq!(
        answer.whole(),
        done(&format!(
            r#"{{"ID":8,"AccountID":2,"Username":"new","Email":null,"Status":"Enabled","Auth":"ServicePassword","PasswordInfo":null,"SSOInfo":null,"AccessTypes":["IPSec_L2TP","APN"],"VoucherID":0,"ResourceIDs":null,"ProvisioningID":"{PROVISIONING}"}}"#
        ))
    );
    let expanded = twin.get(&format!("{USERS}/8?expand=resourceIDs"), "*/*").await;
    let envelope: serde_json::Value = serde_json::from_slice(&expanded.body).unwrap();
    let resources = envelope["Data"]["ResourceIDs"].as_object().unwrap();
    assert_eq!(resources.keys().collect::<Vec<_>>(), ["IPSec_L2TP", "APN"]);
    assert_ne!(resources["APN"], resources["IPSec_L2TP"]);
    // An account without defaults grants nothing, and an empty list that was sent stays empty.
    for (account, body) in [(3, r#"{"Username":"b"}"#), (2, r#"{"Username":"c","AccessTypes":[]}"#)] {
        let answer = twin.send(json("POST", &format!("/v1/core/Accounts/{account}/users"), body)).await;
        assert!(answer.text().contains(r#""AccessTypes":[],"#), "{}", answer.text());
    }
    let stored = twin.document().await;
    let user = stored.users.iter().find(|user| user.shared.username.as_deref() == Some("new")).unwrap().shared.clone();
    assert!(user.enabled && user.created_at.round_trip() == crate::twin::NOW && user.modified_at == user.created_at);
}

#[tokio::test]
async fn a_user_that_may_not_be_created_changes_nothing() {
    let twin = twin().await;
    let before = twin.document().await;
    let create = async |body: &str| twin.send(json("POST", USERS, body)).await.whole();
    assert_eq!(create(r#"{"Username":"ADA"}"#).await, failed(5, "The username 'ADA' is already in use."));
    assert_eq!(create(r#"{"Username":"alan"}"#).await, failed(5, "The username 'alan' is already in use."));
    for body in ["{}", r#"{"Username":" "}"#, r#"{"Username":null}"#, r#"{"Nonsense":1}"#] {
        assert_eq!(create(body).await, failed(4, "Username must not be empty."), "{body}");
    }
    let refused = [
        (r#""AccountID":3"#, "AccountID must be the number in the address."),
        (r#""Status":9"#, "Status must be a known status."),
        (r#""Auth":9"#, "Auth must be a known way to sign in."),
        (r#""AccessTypes":[9]"#, "AccessTypes must hold known access types only."),
        (r#""PasswordInfo":{"ResetPeriod":-1}"#, "PasswordInfo must not hold negative numbers."),
    ];
    for (member, description) in refused {
        assert_eq!(create(&format!(r#"{{"Username":"new",{member}}}"#)).await, failed(4, description));
    }
    let elsewhere = twin.send(json("POST", "/v1/core/Accounts/8/users", NEW)).await;
    assert_eq!(elsewhere.whole(), failed(2, "Account 8 was not found."));
    let json_type = "application/json; charset=utf-8";
    let invalid = r#"{"Message":"The request is invalid."}"#;
    assert_eq!(create("null").await, format!("400\n{json_type}\n{invalid}"));
    let hidden = r#"{"Message":"The request is invalid.","ModelState":{"item.VoucherID":["An error has occurred."]}}"#;
    assert_eq!(create(r#"{"VoucherID":"x"}"#).await, format!("400\n{json_type}\n{hidden}"));
    let media = twin.send(Call::new("POST", USERS).body("text/plain", "x")).await;
    let sentence = r#"{"Message":"The request entity's media type 'text/plain' is not supported for this resource."}"#;
    assert_eq!(media.whole(), format!("415\n{json_type}\n{sentence}"));
    assert_eq!(twin.document().await, before);
}

#[tokio::test]
async fn an_account_whose_largest_number_is_taken_is_full() {
    let users = r#"[{"username": "last", "pbnb": {"userId": 2147483647}}]"#;
    let twin = Twin::seeded(&format!(r#"{{"users": {users}, "pbnb": {{"accounts": [{{"id": 2}}]}}}}"#)).await;
    let answer = twin.send(json("POST", USERS, r#"{"Username":"new"}"#)).await;
    assert_eq!(answer.whole(), failed(1, "Account 2 has no number left for another user."));
}

#[tokio::test]
async fn a_deleted_user_is_answered_as_it_was_and_is_gone() {
    let ada = format!("{USERS}/1");
    let expected = Expected::new(ADA, "PBNBReturnOfUserCA1DLPoZ", &ADA_XML.replace("{depth}", "3"), ada_bson());
    expected.of(|| Call::new("DELETE", &ada)).await;
    let twin = twin().await;
    let delete = async |path: &str| twin.send(Call::new("DELETE", path)).await.whole();
    assert_eq!(delete(&ada).await, done(ADA));
    assert_eq!(delete(&ada).await, failed(3, "User 1 was not found."));
    assert_eq!(delete("/v1/core/Accounts/8/users/1").await, failed(2, "Account 8 was not found."));
    assert_eq!(twin.get(USERS, "*/*").await.whole(), done(&format!("[{GRACE}]")));
    // Grace stays a user of the other API that knows her.
    assert_eq!(delete(&format!("{USERS}/7")).await, done(GRACE));
    let names: Vec<_> = twin.document().await.users.into_iter().filter_map(|user| user.shared.username).collect();
    assert_eq!(names, ["grace", "alan"]);
}

#[tokio::test]
async fn literals_beat_the_users_number_and_other_methods_are_405() {
    let twin = twin().await;
    let roles = twin.get("/PBNB/v1/core/accounts/2/USERS/Roles/", "*/*").await.whole();
    assert_eq!(roles, done(r#"[{"ID":4,"Name":"Operator"},{"ID":9,"Name":"Auditor"}]"#));
    let wrong = twin.send(json("PUT", USERS, "{}")).await;
    assert_eq!((wrong.status.as_u16(), wrong.header("allow").as_deref()), (405, Some("GET, POST")));
    let wrong = twin.send(json("PUT", "/v1/core/Accounts/2/userdefaults", "{}")).await;
    assert_eq!((wrong.status.as_u16(), wrong.header("allow").as_deref()), (405, Some("GET, POST")));
    let wrong = twin.send(json("PUT", &format!("{USERS}/roles"), "{}")).await;
    assert_eq!((wrong.status.as_u16(), wrong.header("allow").as_deref()), (405, Some("GET")));
}

#[tokio::test]
async fn business_failures_come_in_the_envelope_of_each_payload() {
    let twin = twin().await;
    let nil = r#"<Data i:nil="true" /><ErrorCode>2</ErrorCode><ErrorDescription>Account 8 was not found.</ErrorDescription><Meta i:nil="true" /><Success>false</Success>"#;
    let roots = [
        ("users", "PBNBReturnOfArrayOfUserCA1DLPoZ"),
        ("users/paged", "PBNBReturnOfPagedListOfUserCA1DLPoZCA1DLPoZ"),
        ("users/roles", "PBNBReturnOfArrayOfRoleCA1DLPoZ"),
        ("userdefaults", "PBNBReturnOfAccountUserDefaultsCA1DLPoZ"),
    ];
    for (path, root) in roots {
        let answer = twin.get(&format!("/v1/core/Accounts/8/{path}"), "application/xml").await;
        let expected = format!(
            r#"<{root} xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.datacontract.org/2004/07/pbnb_models">{nil}</{root}>"#
        );
        assert_eq!(answer.whole(), format!("200\napplication/xml; charset=utf-8\n{expected}"));
        let answer = twin.get(&format!("/v1/core/Accounts/8/{path}"), "application/bson").await;
        let expected = doc! {
            "Success": false, "Data": null, "ErrorCode": 2, "ErrorDescription": "Account 8 was not found.", "Meta": null,
        };
        assert_eq!(Document::from_reader(answer.body.as_slice()).unwrap(), expected);
    }
}
