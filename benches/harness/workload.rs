//! Requests by the thousand: for a user of a world, made without asking the server, and changed by
//! every PATCH to a value that was never there before. PBNB reports failures with status 200, so bodies are checked.

use super::batch;
use super::world::{ACCOUNT, ROLES, TENANT, display_name, user_id, username};
use std::fmt::Arguments;
use std::io::Write;

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// PBNB's user in one of its formats.
    Get(Format),
    /// PBNB's user gets another name.
    PatchPbnb,
    /// Reseller's user gets another display name, by JSON Patch.
    PatchReseller,
    /// Expoints' batch of ten users, each of them changed.
    PutTen,
    /// Nine reads, in all formats, to a change.
    Mixed,
}

/// PBNB's formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    Xml,
    Bson,
}

impl Workload {
    /// Writes a request over `buffer`. `turn` is another number each time.
    pub fn write(self, buffer: &mut Vec<u8>, user: u32, turn: u64) {
        buffer.clear();
        match self {
            Workload::Get(format) => get(buffer, user, format),
            Workload::PatchPbnb => patch(
                buffer,
                format_args!("/v1/core/Accounts/{ACCOUNT}/users/{user}"),
                format_args!(r#"{{"Username":"{}"}}"#, username(user, turn)),
            ),
            Workload::PatchReseller => patch(
                buffer,
                format_args!("/api/v1.0/accounts/{TENANT}/users/{}", user_id(user)),
                format_args!(r#"[{{"op":"replace","path":"/displayName","value":"{}"}}]"#, display_name(turn)),
            ),
            Workload::PutTen => put_ten(buffer, user, turn),
            Workload::Mixed => match turn % 10 {
                0 => Workload::PatchPbnb.write(buffer, user, turn),
                1..=3 => get(buffer, user, Format::Xml),
                4..=6 => get(buffer, user, Format::Bson),
                _ => get(buffer, user, Format::Json),
            },
        }
    }

    /// Whether the body of a 2xx reports success.
    pub fn is_done(self, body: &[u8]) -> bool {
        match self {
            Workload::Get(format) => format.is_success(body),
            Workload::PatchPbnb => Format::Json.is_success(body),
            Workload::PatchReseller => body.starts_with(br#"{"status":"success","#),
            // The status says it.
            Workload::PutTen => body.is_empty(),
            Workload::Mixed => [Format::Json, Format::Xml, Format::Bson].iter().any(|format| format.is_success(body)),
        }
    }
}

impl Format {
    /// Whether PBNB's envelope contains `Success`, which stands first, or last where members are in alphabetical order.
    pub fn is_success(self, body: &[u8]) -> bool {
        match self {
            Format::Json => body.starts_with(br#"{"Success":true,"#),
            Format::Xml => {
                let success = b"<Success>true</Success></PBNBReturnOf";
                body[body.len().saturating_sub(100)..].windows(success.len()).any(|window| window == success)
            }
            Format::Bson => body.get(4..14) == Some(b"\x08Success\x00\x01"),
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Format::Json => "application/json",
            Format::Xml => "application/xml",
            Format::Bson => "application/bson",
        }
    }
}

fn get(buffer: &mut Vec<u8>, user: u32, format: Format) {
    let accept = format.media_type();
    write!(
        buffer,
        "GET /v1/core/Accounts/{ACCOUNT}/users/{user} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer good\r\n\
         Accept: {accept}\r\n\r\n"
    )
    .unwrap();
}

fn put_ten(buffer: &mut Vec<u8>, user: u32, turn: u64) {
    let [first, second] = ROLES;
    let users: Vec<String> = (user..user + 10)
        .map(|number| {
            let username = username(number, 0);
            format!(
                r#"{{"Username":"{username}","Email":"user{number}@{turn:010}.example","Roles":[{{"Id":"{first}"}},{{"Id":"{second}"}}],"Type":"External","HasSingleActiveRole":true}}"#
            )
        })
        .collect();
    let body = format!("[{}]", users.join(","));
    let (path, length) = (batch::PATH, body.len());
    write!(
        buffer,
        "PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer good\r\nAccept: application/json\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
}

fn patch(buffer: &mut Vec<u8>, path: Arguments, body: Arguments) {
    let body = body.to_string();
    let length = body.len();
    write!(
        buffer,
        "PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer good\r\nAccept: application/json\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
}
