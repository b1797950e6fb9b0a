//! The users that the writers of the crash test share out among themselves.

use serde_json::{Value, json};

pub const TENANT: &str = "6172bb3d-e843-46bb-93a3-334505974ad9";
pub const ROLE: &str = "9b815af0-51da-430e-8c25-52f7f6cdf0a6";
pub const LANGUAGE: &str = "c2fd9942-2548-483b-875c-a724b208dcaa";
const ACCOUNT: &str = "5a1ca887-9ec4-4ae8-bf61-715056ea9e98";

/// The number of users that a batch changes at once.
pub const BATCH: usize = 20;

/// The user whose display name distinguishes worlds.
pub const MARKER: &str = "00000000-0000-4000-8000-00000000ffff";

/// The id of a writer's user.
pub fn id(writer: usize, number: usize) -> String {
    format!("00000000-0000-4000-8000-{writer:04x}{number:08x}")
}

/// The seed: a user for each of the given number of writers, with a Reseller, a PBNB and an Admin users facet, and for
/// the first writers a batch of Expoints users each.
pub fn document(writers: usize) -> Value {
    let reseller = json!({ "primaryTenant": TENANT, "memberships": [{ "tenant": TENANT, "roles": ["account.user"] }] });
    let mut users = vec![
        json!({ "id": MARKER, "username": "marker", "email": "m@example.com", "displayName": "seed", "reseller": reseller }),
    ];
    for writer in 0..writers {
        users.push(json!({
            "id": id(writer, 0), "username": format!("one{writer}"), "email": format!("one{writer}@example.com"),
            "displayName": "seed", "reseller": reseller, "pbnb": { "accountId": 2, "userId": writer + 1 },
            "adminUsers": { "accountId": ACCOUNT, "languageId": LANGUAGE, "mobilePhone": "12345" }
        }));
    }
    for (writer, number) in (0..super::BATCHES).flat_map(|writer| (1..=BATCH).map(move |number| (writer, number))) {
        users.push(json!({
            "id": id(writer, number), "username": username(writer, number), "email": "seed",
            "expoints": { "type": "Internal", "roles": [ROLE] }
        }));
    }
    json!({
        "users": users,
        "pbnb": { "accounts": [{ "id": 2 }] },
        "reseller": { "accounts": [{ "id": TENANT, "name": "Account" }] },
        "expoints": { "roles": [{ "id": ROLE, "name": "Role" }] },
        "adminUsers": {
            "accounts": [{ "id": ACCOUNT, "name": "Main" }], "languages": [{ "id": LANGUAGE, "name": "English" }]
        }
    })
}

/// The username of a user in a writer's batch.
pub fn username(writer: usize, number: usize) -> String {
    format!("batch{writer}-{number}")
}
