//! PBNB's accounts: their resources, detail and quota defaults, as whole responses.

use crate::pbnb_formats::{done, failed, json};
use crate::twin::{Call, Twin};
use usertwin::apis::pbnb::facet::Account;

const ACCOUNT: &str = "/v1/core/Accounts/2";
const QUOTA: &str = r#"{"AccountID":2,"Quota":500,"FirstProRata":true,"CycleType":"Weekly","CycleDay":4,"CycleHour":5,"CycleMinute":6,"CycleTimeZone":"FNT","CycleDaylightSavings":true}"#;

async fn twin() -> Twin {
    let seed = r#"{"pbnb": {"accounts": [{"id": 2, "name": "Two"}, {"id": 3}]}, "tokens": [{"token": "good"}]}"#;
    Twin::seeded(seed).await
}

#[tokio::test]
async fn an_account_lists_its_resources_where_the_client_reaches_them() {
    let twin = twin().await;
    for (prefix, origin) in [("", "http://localhost"), ("/pbnb", "http://localhost/pbnb")] {
        let answer = twin.get(&format!("{prefix}{ACCOUNT}"), "*/*").await;
        let resource = |name: &str| format!(r#"{{"Name":"{name}","Href":"{origin}/v1/core/Accounts/2/{name}"}}"#);
        let names = ["details", "users", "userdefaults", "quotadefaults", "accessgroups"];
        assert_eq!(answer.whole(), done(&format!("[{}]", names.map(resource).join(","))));
        for name in names {
            assert_eq!(twin.get(&format!("{prefix}{ACCOUNT}/{name}"), "*/*").await.status, 200, "{name}");
        }
    }
    for path in ["", "/details", "/quotadefaults"] {
        let answer = twin.get(&format!("/v1/core/Accounts/8{path}"), "*/*").await;
        assert_eq!(answer.whole(), failed(2, "Account 8 was not found."));
    }
}

#[tokio::test]
async fn a_partial_detail_changes_the_name_alone() {
    let twin = twin().await;
    let details = format!("{ACCOUNT}/details");
    assert_eq!(twin.get(&details, "*/*").await.whole(), done(r#"{"ID":2,"Name":"Two"}"#));
    for (body, expected) in [
        (r#"{}"#, r#"{"ID":2,"Name":"Two"}"#),
        (r#"{"ID":9,"Name":"New"}"#, r#"{"ID":2,"Name":"New"}"#),
        (r#"{"Name":null}"#, r#"{"ID":2,"Name":null}"#),
    ] {
        assert_eq!(twin.send(json("PATCH", &details, body)).await.whole(), done(expected), "{body}");
        assert_eq!(twin.get(&details, "*/*").await.whole(), done(expected), "{body}");
    }
    let empty = twin.send(json("PATCH", &details, "")).await;
    assert_eq!((empty.status.as_u16(), empty.text()), (400, r#"{"Message":"The request is invalid."}"#));
    let answer = twin.get(&details, "application/xml").await;
    assert!(answer.text().starts_with("<PBNBReturnOfAccountDetailCA1DLPoZ "), "{}", answer.text());
}

#[tokio::test]
async fn quota_defaults_are_kept_as_they_were_sent() {
    let twin = twin().await;
    let quota = format!("{ACCOUNT}/quotadefaults");
    let unset = r#"{"AccountID":2,"Quota":0,"FirstProRata":false,"CycleType":"Daily","CycleDay":0,"CycleHour":0,"CycleMinute":0,"CycleTimeZone":"GMT","CycleDaylightSavings":false}"#;
    assert_eq!(twin.get(&quota, "*/*").await.whole(), done(unset));
    assert_eq!(twin.send(json("POST", &quota, QUOTA)).await.whole(), done(QUOTA));
    assert_eq!(twin.get(&quota, "*/*").await.whole(), done(QUOTA));
    let answer = twin.get(&quota, "text/javascript").await;
    assert!(answer.text().contains(r#""CycleType":1,"#) && answer.text().contains(r#""CycleTimeZone":55,"#));
    let answer = twin.get(&quota, "text/xml").await;
    let inner = "<AccountID>2</AccountID><CycleDay>4</CycleDay><CycleDaylightSavings>true</CycleDaylightSavings>";
    assert!(answer.text().contains(&format!("<Data>{inner}<CycleHour>5</CycleHour>")), "{}", answer.text());
    let document = twin.document().await;
    assert_eq!(crate::twin::schema().parse(&document.to_json().to_string()).unwrap(), document);
    assert_eq!(document.items::<Account>()[1], Account { id: 3, ..Account::default() });
}

#[tokio::test]
async fn quota_defaults_that_could_not_be_shown_are_refused() {
    let twin = twin().await;
    let quota = format!("{ACCOUNT}/quotadefaults");
    for (body, problem) in [
        (r#"{"AccountID":3}"#, "AccountID must be the number in the address."),
        (r#"{"CycleType":9}"#, "CycleType must be a known cycle."),
        (r#"{"CycleTimeZone":99}"#, "CycleTimeZone must be a known time zone."),
        (r#"{"CycleHour":-1}"#, "CycleHour must not be negative."),
    ] {
        assert_eq!(twin.send(json("POST", &quota, body)).await.whole(), failed(4, problem), "{body}");
    }
    let answer = twin.send(Call::new("POST", &quota)).await;
    assert_eq!(answer.status, 400);
}
