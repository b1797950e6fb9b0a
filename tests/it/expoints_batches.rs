//! Expoints: batches of 100,000 users, for their time.

use crate::expoints::{OTHER, PATH, ROLE, twin, xml};
use crate::twin::{Call, Twin};
use std::time::Instant;
use usertwin::apis::expoints::contract::IMPORT_USERS;
use usertwin::codec::{Body, Charset, EnumStyle, data_contract, json};

const USERS: usize = 100_000;

#[tokio::test]
#[ignore = "prints timings: cargo test --release --test it expoints_batches -- --ignored --nocapture"]
async fn a_hundred_thousand_users_are_added_changed_listed_and_refused() {
    let twin = twin().await;
    let users = (0..USERS).map(|number| {
        format!(
            r#"{{"Username":"user{number}@example.com","Email":"user{number}@example.com","Roles":[{{"Id":"{ROLE}"}},{{"Id":"{OTHER}"}}],"Type":"Internal","HasSingleActiveRole":true}}"#
        )
    });
    let body = format!("[{}]", users.collect::<Vec<_>>().join(","));
    let start = Instant::now();
    let reading =
        json::read(Body { bytes: body.as_bytes(), charset: Charset::Utf8 }, &IMPORT_USERS, EnumStyle::Numbers);
    println!("{USERS} users, {} bytes of JSON: parsed {:?}", body.len(), start.elapsed());
    assert!(reading.errors.is_empty());
    timed(&twin, "POST", "application/json", &body, 200).await;
    timed(&twin, "PUT", "application/json", &body, 200).await;
    timed(&twin, "POST", "application/json", &body, 400).await;

    let role = |id| format!("<m:BaseRole><m:Id>{id}</m:Id></m:BaseRole>");
    let users = (0..USERS).map(|number| {
        format!(
            "<ImportUser><m:HasSingleActiveRole>true</m:HasSingleActiveRole><m:Type>Internal</m:Type><m:Username>\
             user{number}@example.com</m:Username><Email>user{number}@example.com</Email><Roles>{}{}</Roles></ImportUser>",
            role(ROLE),
            role(OTHER)
        )
    });
    let body = xml(&users.collect::<String>());
    let start = Instant::now();
    let reading = data_contract::read(Body { bytes: body.as_bytes(), charset: Charset::Utf8 }, &IMPORT_USERS);
    println!("{USERS} users, {} bytes of XML: parsed {:?}", body.len(), start.elapsed());
    assert!(reading.errors.is_empty());
    timed(&twin, "PUT", "application/xml", &body, 200).await;

    for accept in ["application/json", "application/xml"] {
        let start = Instant::now();
        let answer = twin.get(PATH, accept).await;
        println!("GET {accept}: {} bytes, {:?}", answer.body.len(), start.elapsed());
        assert_eq!(answer.status, 200);
        assert!(answer.text().contains(&format!("user{}@example.com", USERS - 1)));
    }
}

async fn timed(twin: &Twin, method: &str, media_type: &str, body: &str, status: u16) {
    let call = Call::new(method, PATH).body(media_type, body);
    let start = Instant::now();
    let answer = twin.send(call).await;
    println!("{method} {media_type}: {status}, {} bytes, {:?}", answer.body.len(), start.elapsed());
    assert_eq!(answer.status, status);
}
