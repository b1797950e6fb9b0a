//! PBNB's roles and user defaults, as whole responses.

use crate::pbnb_formats::{Expected, USERS, done, failed, get, json, twin};
use crate::twin::Call;
use bson::{Document, doc};
use usertwin::apis::pbnb::facet::PbnbFacet;

#[tokio::test]
async fn roles_are_listed() {
    let expected = Expected::new(
        r#"[{"ID":4,"Name":"Operator"},{"ID":9,"Name":"Auditor"}]"#,
        "PBNBReturnOfArrayOfRoleCA1DLPoZ",
        "<Role><ID>4</ID><Name>Operator</Name></Role><Role><ID>9</ID><Name>Auditor</Name></Role>",
        bson::bson!([{ "ID": 4, "Name": "Operator" }, { "ID": 9, "Name": "Auditor" }]),
    );
    expected.of(|| get(&format!("{USERS}/roles"))).await;
    let unknown = twin().await.get("/v1/core/Accounts/8/users/roles", "*/*").await;
    assert_eq!(unknown.whole(), failed(2, "Account 8 was not found."));
}

fn assigned(role: i32, user: i32) -> Expected {
    Expected::new(
        &format!(r#"{{"RoleID":{role},"UserID":{user}}}"#),
        "PBNBReturnOfAssignedRoleCA1DLPoZ",
        &format!("<RoleID>{role}</RoleID><UserID>{user}</UserID>"),
        doc! { "RoleID": role, "UserID": user },
    )
}

#[tokio::test]
async fn a_role_replaces_the_one_before_it() {
    let role = format!("{USERS}/1/role");
    assigned(9, 1).of(|| json("PUT", &role, r#"{"RoleID":9}"#)).await;
    let models = "http://schemas.datacontract.org/2004/07/pbnb_models";
    let xml = format!(r#"<AssignedRole xmlns="{models}"><RoleID>9</RoleID><UserID>1</UserID></AssignedRole>"#);
    let bodies: [(&str, Vec<u8>); 5] = [
        ("application/json", r#"{"RoleID":9,"UserID":1}"#.into()),
        ("text/javascript", r#"{"RoleID":9,"UserID":1}"#.into()),
        ("text/xml", xml.into()),
        ("application/x-www-form-urlencoded", "RoleID=9&UserID=1".into()),
        ("application/bson", doc! { "RoleID": 9, "UserID": 1 }.to_vec().unwrap()),
    ];
    for (content_type, body) in bodies {
        let twin = twin().await;
        let call = Call::new("PUT", &role).body(content_type, body).header("accept", "application/json");
        assert_eq!(twin.send(call).await.whole(), done(r#"{"RoleID":9,"UserID":1}"#), "{content_type}");
        assert_eq!(twin.document().await.users[1].facet::<PbnbFacet>().unwrap().role_id, Some(9), "{content_type}");
    }
}

#[tokio::test]
async fn a_role_that_may_not_be_assigned_changes_nothing() {
    let twin = twin().await;
    let before = twin.document().await;
    let role = format!("{USERS}/1/role");
    let assign = async |path: &str, body: &str| twin.send(json("PUT", path, body)).await.whole();
    let unknown = failed(4, "RoleID must be a role that users/roles lists.");
    assert_eq!(assign(&role, r#"{"RoleID":5}"#).await, unknown);
    assert_eq!(assign(&role, "{}").await, unknown);
    assert_eq!(
        assign(&role, r#"{"RoleID":9,"UserID":7}"#).await,
        failed(4, "UserID must be the number in the address.")
    );
    let other = format!("{USERS}/2/role");
    assert_eq!(assign(&other, r#"{"RoleID":9}"#).await, failed(3, "User 2 was not found."));
    let invalid = r#"{"Message":"The request is invalid."}"#;
    assert_eq!(assign(&role, "").await, format!("400\napplication/json; charset=utf-8\n{invalid}"));
    let wrong =
        r#"{"Message":"The request is invalid.","ModelState":{"usrId":["The value 'x' is not valid for Int32."]}}"#;
    let path = format!("{USERS}/x/role");
    assert_eq!(assign(&path, "{}").await, format!("400\napplication/json; charset=utf-8\n{wrong}"));
    let method = twin.send(json("POST", &role, "{}")).await;
    let sentence = r#"{"Message":"The requested resource does not support http method 'POST'."}"#;
    assert_eq!(method.whole(), format!("405\napplication/json; charset=utf-8\n{sentence}"));
    assert_eq!(method.header("allow").as_deref(), Some("PUT, DELETE"));
    assert_eq!(twin.document().await, before);
}

#[tokio::test]
async fn a_role_that_is_taken_away_is_answered() {
    let role = format!("{USERS}/1/role");
    assigned(4, 1).of(|| Call::new("DELETE", &role)).await;
    let twin = twin().await;
    let remove = async |path: &str| twin.send(Call::new("DELETE", path)).await.whole();
    assert_eq!(remove(&role).await, done(r#"{"RoleID":4,"UserID":1}"#));
    assert_eq!(remove(&role).await, failed(1, "User 1 has no role."));
    assert_eq!(remove(&format!("{USERS}/2/role")).await, failed(3, "User 2 was not found."));
    assert_eq!(twin.document().await.users[1].facet::<PbnbFacet>().unwrap().role_id, None);
}

const DEFAULTS: &str = "/v1/core/Accounts/2/userdefaults";
const DEFAULTS_JSON: &str = r#"{"AccountID":2,"PKTIPsec":false,"PKTAPN":true,"PKTMC":false,"PKTDSL":false,"PKTIOT":false,"P2PIPsec":true,"P2PAPN":false,"P2PMC":false,"P2PDSL":false,"P2PIOT":false}"#;
const DEFAULTS_XML: &str = "<AccountID>2</AccountID><P2PAPN>false</P2PAPN><P2PDSL>false</P2PDSL><P2PIOT>false</P2PIOT><P2PIPsec>true</P2PIPsec><P2PMC>false</P2PMC><PKTAPN>true</PKTAPN><PKTDSL>false</PKTDSL><PKTIOT>false</PKTIOT><PKTIPsec>false</PKTIPsec><PKTMC>false</PKTMC>";

fn defaults_bson() -> Document {
    doc! {
        "AccountID": 2, "PKTIPsec": false, "PKTAPN": true, "PKTMC": false, "PKTDSL": false, "PKTIOT": false,
        "P2PIPsec": true, "P2PAPN": false, "P2PMC": false, "P2PDSL": false, "P2PIOT": false,
    }
}

#[tokio::test]
async fn user_defaults_are_read_and_written_in_every_format() {
    let root = "PBNBReturnOfAccountUserDefaultsCA1DLPoZ";
    let expected = Expected::new(DEFAULTS_JSON, root, DEFAULTS_XML, defaults_bson());
    expected.of(|| get(DEFAULTS)).await;
    expected.of(|| json("POST", DEFAULTS, DEFAULTS_JSON)).await;
    let models = "http://schemas.datacontract.org/2004/07/pbnb_models";
    let xml = format!(r#"<AccountUserDefaults xmlns="{models}"><PKTDSL>true</PKTDSL></AccountUserDefaults>"#);
    let bodies: [(&str, Vec<u8>); 5] = [
        ("application/json", r#"{"PKTDSL":true}"#.into()),
        ("text/javascript", r#"{"PKTDSL":true}"#.into()),
        ("application/xml", xml.into()),
        ("application/x-www-form-urlencoded", "PKTDSL=true".into()),
        ("application/bson", doc! { "PKTDSL": true }.to_vec().unwrap()),
    ];
    let dsl = DEFAULTS_JSON.replace("true", "false").replace(r#""PKTDSL":false"#, r#""PKTDSL":true"#);
    for (content_type, body) in bodies {
        let twin = twin().await;
        let call = Call::new("POST", DEFAULTS).body(content_type, body).header("accept", "application/json");
        assert_eq!(twin.send(call).await.whole(), done(&dsl), "{content_type}");
        assert_eq!(twin.get(DEFAULTS, "*/*").await.whole(), done(&dsl), "{content_type}");
        let user = twin.send(json("POST", USERS, r#"{"Username":"new"}"#)).await;
        assert!(user.text().contains(r#""AccessTypes":["DSL"]"#), "{content_type}");
    }
}

#[tokio::test]
async fn every_user_default_has_a_flag_of_its_own() {
    let twin = twin().await;
    let none = DEFAULTS_JSON.replace("true", "false");
    let flags = usertwin::apis::pbnb::contract::AccountUserDefaults::CLASS.members.iter().skip(1);
    for member in flags.map(|member| member.name) {
        let one = none.replace(&format!(r#""{member}":false"#), &format!(r#""{member}":true"#));
        assert_ne!(one, none);
        assert_eq!(twin.send(json("POST", DEFAULTS, &one)).await.whole(), done(&one));
        assert_eq!(twin.get(DEFAULTS, "*/*").await.whole(), done(&one));
        let stored = twin.document().await.to_json();
        assert_eq!(
            stored["pbnb"]["accounts"].to_string(),
            format!(r#"[{{"id":2,"userDefaults":["{member}"]}},{{"id":3}}]"#)
        );
    }
    let contradiction = twin.send(json("POST", DEFAULTS, r#"{"AccountID":3}"#)).await;
    assert_eq!(contradiction.whole(), failed(4, "AccountID must be the number in the address."));
    let unknown = twin.get("/v1/core/Accounts/8/userdefaults", "*/*").await;
    assert_eq!(unknown.whole(), failed(2, "Account 8 was not found."));
    let unknown = twin.send(json("POST", "/v1/core/Accounts/8/userdefaults", "{}")).await;
    assert_eq!(unknown.whole(), failed(2, "Account 8 was not found."));
}
