//! Expoints: the bulk update in each format, and what it refuses, as whole responses.

use crate::twin::{Answer, Call, Twin};
use usertwin::apis::expoints::facet::ExpointsFacet;

pub const PATH: &str = "/external/api/v3/user";
pub const ROLE: &str = "9b815af0-51da-430e-8c25-52f7f6cdf0a6";
pub const OTHER: &str = "11111111-1111-4111-8111-111111111111";
const SEED: &str = r#"{
  "users": [
    {"id": "00000000-0000-4000-8000-000000000001", "username": "Jan", "email": "jan@example.com",
     "expoints": {"type": "Internal", "hasSingleActiveRole": true, "roles": ["9b815af0-51da-430e-8c25-52f7f6cdf0a6"]}},
    {"id": "00000000-0000-4000-8000-000000000002", "username": "Piet", "email": "piet@example.com",
     "expoints": {"type": "External", "hasSingleActiveRole": false, "roles": []}},
    {"id": "00000000-0000-4000-8000-000000000003", "username": "elsewhere", "pbnb": {"accountId": 2, "userId": 1}}
  ],
  "pbnb": {"accounts": [{"id": 2}]},
  "expoints": {"roles": [{"id": "9b815af0-51da-430e-8c25-52f7f6cdf0a6", "name": "Beheer"},
                         {"id": "11111111-1111-4111-8111-111111111111", "name": "Lezer"}]},
  "tokens": [{"token": "good", "state": "valid"}, {"token": "old", "state": "expired"},
             {"token": "readonly", "state": "forbidden", "apis": ["expoints"]}]
}"#;

pub async fn twin() -> Twin {
    Twin::seeded(SEED).await
}

async fn put(twin: &Twin, body: &str) -> Answer {
    twin.send(Call::new("PUT", PATH).body("application/json", body)).await
}

pub fn user(username: &str, kind: &str, roles: &str) -> String {
    format!(r#"{{"Username":"{username}","Type":"{kind}","Roles":[{roles}]}}"#)
}

pub fn role(id: &str) -> String {
    format!(r#"{{"Id":"{id}"}}"#)
}

pub fn invalid(state: &str) -> String {
    format!(
        "400\napplication/json; charset=utf-8\n{{\"Message\":\"The request is invalid.\",\"ModelState\":{{{state}}}}}"
    )
}

/// Facets as the store has them, by username: email, type, single role, roles.
pub async fn stored(twin: &Twin) -> Vec<(String, Option<String>, &'static str, bool, Vec<String>)> {
    let users = twin.document().await.users;
    let of = |record: usertwin::model::UserRecord| {
        let facet = record.facet::<ExpointsFacet>()?;
        let roles = facet.roles.iter().map(ToString::to_string).collect();
        let user = record.shared;
        Some((user.username?, user.email, facet.kind.name()?, facet.has_single_active_role, roles))
    };
    users.into_iter().filter_map(of).collect()
}

#[tokio::test]
async fn a_batch_in_json_updates_every_user() {
    let twin = twin().await;
    let body = format!(
        r#"[{{"Username":"jan","Type":"external","Roles":[{0},{1},{0}],"Email":"new@example.com","HasSingleActiveRole":false}},{2}]"#,
        role(OTHER),
        role(ROLE),
        user("PIET", "Internal", &role(ROLE)),
    );
    let answer = put(&twin, &body).await;
    assert_eq!(answer.whole(), "200\nno content type\n");
    assert_eq!(answer.header("cache-control").as_deref(), Some("no-cache"));
    let jan =
        ("Jan".to_owned(), Some("new@example.com".to_owned()), "External", false, vec![OTHER.into(), ROLE.into()]);
    let piet = ("Piet".to_owned(), Some("piet@example.com".to_owned()), "Internal", false, vec![ROLE.into()]);
    assert_eq!(stored(&twin).await, [jan, piet]);
}

pub fn xml(inner: &str) -> String {
    let models = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern";
    format!(r#"<ArrayOfImportUser xmlns="{models}.V1.Models" xmlns:m="{models}.Models">{inner}</ArrayOfImportUser>"#)
}

#[tokio::test]
async fn a_batch_in_two_namespace_xml_updates_its_users_and_members_out_of_order_are_dropped() {
    let twin = twin().await;
    let inner = format!(
        "<ImportUser><m:HasSingleActiveRole>false</m:HasSingleActiveRole><m:Type>External</m:Type><m:Username>Jan\
         </m:Username><Email></Email><Roles><m:BaseRole><m:Id>{OTHER}</m:Id></m:BaseRole></Roles></ImportUser>\
         <ImportUser><m:Type>Internal</m:Type><m:HasSingleActiveRole>true</m:HasSingleActiveRole><m:Username>Piet\
         </m:Username><Roles /></ImportUser>"
    );
    for content_type in ["application/xml", "text/xml"] {
        let answer = twin.send(Call::new("PUT", PATH).body(content_type, xml(&inner))).await;
        assert_eq!(answer.whole(), "200\nno content type\n");
    }
    let jan = ("Jan".to_owned(), Some(String::new()), "External", false, vec![OTHER.to_owned()]);
    let piet = ("Piet".to_owned(), Some("piet@example.com".to_owned()), "Internal", false, vec![]);
    assert_eq!(stored(&twin).await, [jan, piet]);
}

#[tokio::test]
async fn an_empty_batch_changes_nothing_and_the_same_batch_may_come_again() {
    let twin = twin().await;
    let before = stored(&twin).await;
    assert_eq!(put(&twin, "[]").await.whole(), "200\nno content type\n");
    assert_eq!(stored(&twin).await, before);
    let body = format!("[{}]", user("Jan", "Internal", ""));
    assert_eq!(put(&twin, &body).await.status, 200);
    let once = stored(&twin).await;
    assert_eq!(put(&twin, &body).await.status, 200);
    assert_eq!(stored(&twin).await, once);
}

#[tokio::test]
async fn every_problem_of_a_batch_is_reported_and_nothing_changes() {
    let twin = twin().await;
    let before = stored(&twin).await;
    let missing = "22222222-2222-4222-8222-222222222222";
    let users = [
        user("Jan", "Internal", ""),
        user("nobody", "robot", &[role(ROLE), role(missing)].join(",")),
        user("JAN", "External", ""),
        user("elsewhere", "External", ""),
    ];
    let state = format!(include_str!("../expected/expoints/refused_patch.txt"), missing = missing);
    assert_eq!(put(&twin, &format!("[{}]", users.join(","))).await.whole(), invalid(&state));
    assert_eq!(stored(&twin).await, before);
}

#[tokio::test]
async fn format_errors_are_reported_before_any_user_is_looked_up() {
    let twin = twin().await;
    let empty = r#""users[0].Roles":["The Roles field is required."],"users[0].Username":["The Username field is required."],"users[0].Type":["The Type field is required."]"#;
    assert_eq!(put(&twin, "[{}]").await.whole(), invalid(empty));
    let call = Call::new("PUT", PATH).body("application/json", "[{}]").header("accept", "application/xml");
    let expected = "<Error><Message>The request is invalid.</Message><ModelState><users_x005B_0_x005D_.Roles>The Roles \
                    field is required.</users_x005B_0_x005D_.Roles><users_x005B_0_x005D_.Username>The Username field is \
                    required.</users_x005B_0_x005D_.Username><users_x005B_0_x005D_.Type>The Type field is required.\
                    </users_x005B_0_x005D_.Type></ModelState></Error>";
    let answer = twin.send(call).await.whole();
    assert_eq!(answer, format!("400\napplication/xml; charset=utf-8\n{expected}"));
    let roles = format!(r#"{{"Id":"xyz"}},{},{{}}"#, role(ROLE));
    let body = format!("[{}]", user("jan", "Internal", &roles));
    let state = r#""users[0].Roles[0].Id":["An error has occurred."],"users[0].Roles[2]":["An error has occurred."]"#;
    assert_eq!(put(&twin, &body).await.whole(), invalid(state));
    assert_eq!(
        put(&twin, r#"{"Username":"jan"}"#).await.whole(),
        invalid(r#""users.Username":["An error has occurred."]"#)
    );
    assert_eq!(put(&twin, "null").await.whole(), invalid(r#""users":["The users field is required."]"#));
    assert_eq!(put(&twin, "[null]").await.whole(), invalid(r#""users[0]":["The user is required."]"#));
    let null_role = format!("[{}]", user("jan", "Internal", "null"));
    assert_eq!(put(&twin, &null_role).await.whole(), invalid(r#""users[0].Roles[0]":["The role is required."]"#));
    let wrong = twin.send(Call::new("PUT", PATH).body("application/xml", "<Users/>")).await;
    let expected = "<Error><Message>The request is invalid.</Message><ModelState><users>An error has occurred.</users>\
                    </ModelState></Error>";
    assert_eq!(wrong.whole(), format!("400\napplication/xml; charset=utf-8\n{expected}"));
}

#[tokio::test]
async fn media_types_methods_and_paths_are_refused_in_the_frameworks_words() {
    let twin = twin().await;
    let json = "application/json; charset=utf-8";
    let answer = twin.send(Call::new("PUT", PATH).body("application/x-www-form-urlencoded", "a=b")).await;
    let text =
        "The request entity's media type 'application/x-www-form-urlencoded' is not supported for this resource.";
    assert_eq!(answer.whole(), format!("415\n{json}\n{{\"Message\":\"{text}\"}}"));
    let answer = twin.send(Call::anonymous("DELETE", PATH)).await;
    let text = "The requested resource does not support http method 'DELETE'.";
    assert_eq!(answer.whole(), format!("405\n{json}\n{{\"Message\":\"{text}\"}}"));
    assert_eq!(answer.header("allow").as_deref(), Some("GET, POST, PUT"));
    let answer = twin.send(Call::anonymous("GET", "/external/api/v3/nosuch")).await;
    let text = "No HTTP resource was found that matches the request URI 'http://localhost/external/api/v3/nosuch'.";
    assert_eq!(answer.whole(), format!("404\n{json}\n{{\"Message\":\"{text}\"}}"));
}

#[tokio::test]
async fn a_token_is_needed_before_the_body_is_looked_at() {
    let twin = twin().await;
    let denied = "\napplication/json; charset=utf-8\n{\"Message\":\"Authorization has been denied for this request.\"}";
    let answer = twin.send(Call::anonymous("PUT", PATH).body("application/json", "garbage")).await;
    assert_eq!(answer.whole(), format!("401{denied}"));
    assert_eq!(answer.header("www-authenticate").as_deref(), Some("Bearer"));
    for (token, status) in [("Bearer old", 401), ("Basic good", 401), ("Bearer readonly", 403)] {
        let call = Call::anonymous("PUT", PATH).body("application/json", "[]").header("authorization", token);
        assert_eq!(twin.send(call).await.whole(), format!("{status}{denied}"), "{token}");
    }
    let call = Call::anonymous("PUT", PATH).body("application/json", "[]").header("authorization", "bearer anything");
    assert_eq!(twin.send(call).await.status, 200);
}
