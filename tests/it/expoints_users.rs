//! Expoints: the lists of users and roles and the bulk creation, in each format, as whole responses.

use crate::expoints::{OTHER, PATH, ROLE, invalid, role, stored, twin, user, xml};
use crate::twin::{Answer, Call, Twin};

const ROLES: &str = "/external/api/v3/role";
const V1: &str = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V1.Models";
const M: &str = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models";
const I: &str = "http://www.w3.org/2001/XMLSchema-instance";

async fn post(twin: &Twin, body: &str) -> Answer {
    twin.send(Call::new("POST", PATH).body("application/json", body)).await
}

/// The test has one thread for everything, as a server on a machine with one processor has.
#[tokio::test]
async fn a_large_batch_keeps_nobody_else_waiting() {
    let twin = std::sync::Arc::new(twin().await);
    let user = |number| format!(r#"{{"Username":"batch{number}","Type":"Internal","Roles":[]}}"#);
    let batch = format!("[{}]", (0..20_000).map(user).collect::<Vec<_>>().join(","));
    let elsewhere = "/w/elsewhere/v1/core/Accounts/2/users/1";
    // Both worlds exist before, because making one happens on another thread in any case.
    for path in [PATH, elsewhere] {
        assert_eq!(twin.get(path, "application/json").await.status, 200);
    }
    let importing = {
        let twin = std::sync::Arc::clone(&twin);
        tokio::spawn(async move { post(&twin, &batch).await })
    };
    tokio::task::yield_now().await;
    let small = twin.get(elsewhere, "application/json").await;
    assert_eq!(small.status, 200);
    assert!(!importing.is_finished(), "the small request was answered after the large one");
    assert_eq!(importing.await.unwrap().status, 200);
}

#[tokio::test]
async fn the_list_in_json_shows_users_in_order_with_their_roles_named_and_no_e_mail_address() {
    let twin = twin().await;
    let expected = format!(
        r#"[{{"Username":"Jan","Roles":[{{"Name":"Beheer","Id":"{ROLE}"}}],"Type":"Internal","HasSingleActiveRole":true}},{{"Username":"Piet","Roles":[],"Type":"External","HasSingleActiveRole":false}}]"#
    );
    for (accept, media_type) in
        [("application/json", "application/json"), ("text/json", "text/json"), ("image/png", "application/json")]
    {
        let answer = twin.get(PATH, accept).await;
        assert_eq!(answer.whole(), format!("200\n{media_type}; charset=utf-8\n{expected}"));
        assert_eq!(answer.header("cache-control").as_deref(), Some("no-cache"));
    }
}

#[tokio::test]
async fn the_list_in_xml_uses_both_namespaces_and_an_empty_list_of_roles_closes_itself() {
    let twin = twin().await;
    let expected = format!(include_str!("../expected/expoints/users.txt"), I = I, V1 = V1, M = M, ROLE = ROLE);
    for accept in ["application/xml", "text/xml"] {
        let answer = twin.get(PATH, accept).await;
        assert_eq!(answer.whole(), format!("200\n{accept}; charset=utf-8\n{expected}"));
    }
}

#[tokio::test]
async fn roles_are_listed_in_configured_order_in_every_format() {
    let twin = twin().await;
    let json = format!(r#"[{{"Name":"Beheer","Id":"{ROLE}"}},{{"Name":"Lezer","Id":"{OTHER}"}}]"#);
    let xml = format!(
        r#"<ArrayOfRoleModel xmlns:i="{I}" xmlns="{M}"><RoleModel><Id>{ROLE}</Id><Name>Beheer</Name></RoleModel><RoleModel><Id>{OTHER}</Id><Name>Lezer</Name></RoleModel></ArrayOfRoleModel>"#
    );
    for accept in ["application/json", "text/json"] {
        assert_eq!(twin.get(ROLES, accept).await.whole(), format!("200\n{accept}; charset=utf-8\n{json}"));
    }
    for accept in ["application/xml", "text/xml"] {
        assert_eq!(twin.get(ROLES, accept).await.whole(), format!("200\n{accept}; charset=utf-8\n{xml}"));
    }
}

#[tokio::test]
async fn a_world_without_users_and_roles_has_empty_lists() {
    let twin = Twin::seeded(r#"{"tokens": [{"token": "good", "state": "valid"}]}"#).await;
    for (path, name, namespace) in [(PATH, "UserModel", V1), (ROLES, "RoleModel", M)] {
        assert_eq!(twin.get(path, "*/*").await.whole(), "200\napplication/json; charset=utf-8\n[]");
        let expected = format!(r#"<ArrayOf{name} xmlns:i="{I}" xmlns="{namespace}" />"#);
        let answer = twin.get(path, "application/xml").await;
        assert_eq!(answer.whole(), format!("200\napplication/xml; charset=utf-8\n{expected}"));
    }
}

#[tokio::test]
async fn a_batch_in_json_adds_users_after_the_others_with_the_casing_it_sent() {
    let twin = twin().await;
    let roles = [role(OTHER), role(ROLE), role(OTHER)].join(",");
    let first = format!(
        r#"{{"Username":" Zoë ","Type":"external","Roles":[{roles}],"Email":"zoe@example.com","HasSingleActiveRole":true}}"#
    );
    let answer = post(&twin, &format!("[{first},{}]", user("Bo", "INTERNAL", ""))).await;
    assert_eq!(answer.whole(), "200\nno content type\n");
    let zoe =
        (" Zoë ".to_owned(), Some("zoe@example.com".to_owned()), "External", true, vec![OTHER.into(), ROLE.into()]);
    let bo = ("Bo".to_owned(), None, "Internal", false, vec![]);
    assert_eq!(stored(&twin).await.split_off(2), [zoe, bo]);
    let listed = twin.get(PATH, "application/json").await;
    let expected = format!(
        r#",{{"Username":" Zoë ","Roles":[{{"Name":"Lezer","Id":"{OTHER}"}},{{"Name":"Beheer","Id":"{ROLE}"}}],"Type":"External","HasSingleActiveRole":true}},{{"Username":"Bo","Roles":[],"Type":"Internal","HasSingleActiveRole":false}}]"#
    );
    assert!(listed.text().ends_with(&expected), "{}", listed.text());
}

#[tokio::test]
async fn a_batch_in_xml_adds_users() {
    for content_type in ["application/xml", "text/xml"] {
        let twin = twin().await;
        let inner = format!(
            "<ImportUser><m:HasSingleActiveRole>true</m:HasSingleActiveRole><m:Type>External</m:Type><m:Username>Bo\
             </m:Username><Email>bo@example.com</Email><Roles><m:BaseRole><m:Id>{OTHER}</m:Id></m:BaseRole></Roles>\
             </ImportUser>"
        );
        let answer = twin.send(Call::new("POST", PATH).body(content_type, xml(&inner))).await;
        assert_eq!(answer.whole(), "200\nno content type\n");
        let bo = ("Bo".to_owned(), Some("bo@example.com".to_owned()), "External", true, vec![OTHER.to_owned()]);
        assert_eq!(stored(&twin).await.split_off(2), [bo]);
    }
}

#[tokio::test]
async fn a_new_user_is_enabled_and_made_now_with_an_id_of_its_own() {
    let twin = twin().await;
    assert_eq!(post(&twin, &format!("[{}]", user("Bo", "Internal", ""))).await.status, 200);
    let users = twin.document().await.users;
    let [.., bo] = users.as_slice() else { panic!("no users") };
    assert_eq!(
        (bo.shared.username.as_deref(), bo.shared.enabled, bo.shared.id.get_version_num()),
        (Some("Bo"), true, 4)
    );
    assert_eq!(bo.shared.created_at.round_trip(), crate::twin::NOW);
    assert_eq!(bo.shared.modified_at, bo.shared.created_at);
    assert!(users.iter().filter(|user| user.shared.id == bo.shared.id).count() == 1);
}

#[tokio::test]
async fn a_user_of_another_api_becomes_visible_and_stays_one_user() {
    let twin = twin().await;
    let body = r#"[{"Username":"ELSEWHERE","Type":"Internal","Roles":[],"Email":"both@example.com"}]"#;
    assert_eq!(post(&twin, body).await.whole(), "200\nno content type\n");
    let users = twin.document().await.users;
    assert_eq!(users.len(), 3);
    let both = users.iter().find(|user| user.shared.username.as_deref() == Some("elsewhere")).unwrap();
    assert!(both.is_in("pbnb") && both.is_in("expoints"));
    assert_eq!(both.shared.email.as_deref(), Some("both@example.com"));
    assert_eq!(
        post(&twin, body).await.whole(),
        invalid(r#""users[0].Username":["The user 'ELSEWHERE' already exists."]"#)
    );
}

#[tokio::test]
async fn every_problem_of_a_creation_is_reported_and_nobody_is_added() {
    let twin = twin().await;
    let before = twin.document().await;
    let missing = "22222222-2222-4222-8222-222222222222";
    let users = [
        user("Bo", "Internal", ""),
        user("PIET", "robot", &[role(ROLE), role(missing)].join(",")),
        user("bo", "External", ""),
        user("elsewhere", "External", ""),
    ];
    let state = format!(
        r#""users[1].Type":["The Type field must be Internal or External."],"users[1].Roles[1].Id":["The role '{missing}' does not exist."],"users[1].Username":["The user 'PIET' already exists."],"users[2].Username":["The user 'bo' occurs more than once in the request."]"#
    );
    assert_eq!(post(&twin, &format!("[{}]", users.join(","))).await.whole(), invalid(&state));
    let xml_problems = "<Error><Message>The request is invalid.</Message><ModelState><users_x005B_0_x005D_.Username>The user \
                        'Jan' already exists.</users_x005B_0_x005D_.Username></ModelState></Error>";
    let body = format!("[{}]", user("Jan", "Internal", ""));
    let call = Call::new("POST", PATH).body("application/json", body).header("accept", "text/xml");
    assert_eq!(twin.send(call).await.whole(), format!("400\ntext/xml; charset=utf-8\n{xml_problems}"));
    assert_eq!(twin.document().await, before);
}

#[tokio::test]
async fn a_creation_refuses_what_the_framework_refuses_before_any_user_is_looked_up() {
    let twin = twin().await;
    let empty = r#""users[0].Roles":["The Roles field is required."],"users[0].Username":["The Username field is required."],"users[0].Type":["The Type field is required."]"#;
    assert_eq!(post(&twin, "[{}]").await.whole(), invalid(empty));
    assert_eq!(post(&twin, "").await.whole(), invalid(r#""users":["The users field is required."]"#));
    assert_eq!(post(&twin, "[null]").await.whole(), invalid(r#""users[0]":["The user is required."]"#));
    assert_eq!(post(&twin, "[]").await.whole(), "200\nno content type\n");
    let answer = twin.send(Call::new("POST", PATH).body("text/plain", "x")).await;
    let text = "The request entity's media type 'text/plain' is not supported for this resource.";
    assert_eq!(answer.whole(), format!("415\napplication/json; charset=utf-8\n{{\"Message\":\"{text}\"}}"));
}

#[tokio::test]
async fn every_operation_needs_a_token_and_a_read_only_one_is_forbidden() {
    let twin = twin().await;
    let denied = "Authorization has been denied for this request.";
    for (method, path) in [("GET", PATH), ("POST", PATH), ("PUT", PATH), ("GET", ROLES)] {
        let json = twin.send(Call::anonymous(method, path)).await;
        assert_eq!(json.whole(), format!("401\napplication/json; charset=utf-8\n{{\"Message\":\"{denied}\"}}"));
        assert_eq!(json.header("www-authenticate").as_deref(), Some("Bearer"));
        let call = Call::anonymous(method, path).header("authorization", "Bearer readonly");
        let xml = twin.send(call.header("accept", "application/xml")).await;
        let expected = format!("<Error><Message>{denied}</Message></Error>");
        assert_eq!(xml.whole(), format!("403\napplication/xml; charset=utf-8\n{expected}"));
        assert_eq!(xml.header("www-authenticate"), None);
    }
}

#[tokio::test]
async fn roles_are_read_only_and_users_have_no_address_of_their_own() {
    let twin = twin().await;
    for method in ["POST", "PUT", "DELETE"] {
        let answer = twin.send(Call::new(method, ROLES)).await;
        let text = format!("The requested resource does not support http method '{method}'.");
        assert_eq!(answer.whole(), format!("405\napplication/json; charset=utf-8\n{{\"Message\":\"{text}\"}}"));
        assert_eq!(answer.header("allow").as_deref(), Some("GET"));
    }
    assert_eq!(twin.get(&format!("{PATH}/Jan"), "*/*").await.status, 404);
}
