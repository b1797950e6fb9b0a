//! A state document of any number of users, each in all four APIs and each with names that follow from its number, so
//! that a request for a random one can be made without asking the server.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Reseller's tenant, and Admin users' account and language.
pub const TENANT: &str = "00000000-0000-4000-8000-000000000021";
/// Expoints' roles.
pub const ROLES: [&str; 2] = ["00000000-0000-4000-8000-000000000031", "00000000-0000-4000-8000-000000000032"];
/// PBNB's account.
pub const ACCOUNT: u32 = 2;

/// The id of the user with a number from 1; the number is also the user's in PBNB's account.
pub fn user_id(number: u32) -> String {
    format!("00000000-0000-4000-9000-{number:012}")
}

/// The username of the user with a number, once it was changed `turn` times: it keeps its length, so that a change is
/// what it is to a world that has been in use, and not the growth of a row that was new.
pub fn username(number: u32, turn: u64) -> String {
    format!("user{number}-{turn:010}")
}

/// Its display name.
pub fn display_name(turn: u64) -> String {
    format!("Ada {turn:010}")
}

/// Writes the document.
pub fn write(path: &Path, users: u32) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    write!(
        file,
        r#"{{"pbnb": {{"accounts": [{{"id": {ACCOUNT}}}], "roles": [{{"id": 1, "name": "Administrator"}}]}},
"reseller": {{"accounts": [{{"id": "{TENANT}", "name": "Account 1"}}]}},
"expoints": {{"roles": [{{"id": "{}", "name": "Beheer"}}, {{"id": "{}", "name": "Lezer"}}]}},
"adminUsers": {{"accounts": [{{"id": "{TENANT}", "name": "Main"}}], "languages": [{{"id": "{TENANT}", "name": "English"}}]}},
"tokens": [{{"token": "good", "state": "valid"}}, {{"token": "old", "state": "expired"}}, {{"token": "gone", "state": "revoked"}},
{{"token": "readonly", "state": "forbidden", "apis": ["expoints"]}}],
"clients": [{{"api": "reseller", "clientId": "app", "clientSecret": "secret"}}, {{"api": "expoints", "clientId": "app", "clientSecret": "secret"}},
{{"api": "adminUsers", "clientId": "app", "clientSecret": "secret"}}],
"users": ["#,
        ROLES[0], ROLES[1]
    )
    .unwrap();
    for number in 1..=users {
        let comma = if number == 1 { "" } else { "," };
        write!(
            file,
            r#"{comma}
{{"id": "{}", "username": "{}", "email": "user{number}@example.com", "displayName": "{}", "password": "Engine1842",
"pbnb": {{"accountId": {ACCOUNT}, "userId": {number}, "maxDenials": 2, "resetPeriod": 3, "privateUsername": "ada.private", "accessTypes": ["IPSec_L2TP", "IOT"]}},
"reseller": {{"primaryTenant": "{TENANT}", "memberships": [{{"tenant": "{TENANT}", "roles": ["account.user"]}}]}},
"expoints": {{"type": "External", "hasSingleActiveRole": true, "roles": ["{}"]}},
"adminUsers": {{"mobilePhone": "+44 7700 900123", "timeZone": "UTC"}}}}"#,
            user_id(number),
            username(number, 0),
            display_name(0),
            ROLES[0]
        )
        .unwrap();
    }
    file.write_all(b"]}\n").unwrap();
    file.flush().unwrap();
}
