//! What the tests of PBNB's operations share: a seed, its users in every format, and the comparison of whole answers.

use crate::twin::{Call, Twin};
use bson::spec::BinarySubtype;
use bson::{Binary, Document, doc};
use uuid::Uuid;

pub const USERS: &str = "/v1/core/Accounts/2/users";
pub const SEED: &str = r#"{
  "users": [
    {"id": "00000000-0000-4000-8000-000000000002", "username": "grace", "enabled": false, "expoints": {},
     "pbnb": {"accountId": 2, "userId": 7, "auth": "SSO", "maxDenials": null, "resetPeriod": null, "accessTypes": null}},
    {"id": "00000000-0000-4000-8000-000000000001", "username": "ada", "email": "a@b.c", "password": "pw",
     "pbnb": {"accountId": 2, "userId": 1, "maxDenials": 2, "resetPeriod": 3, "privateUsername": "x", "accessTypes": ["MC"],
              "voucherId": 5, "resourceIds": {"MC": "00000000-0000-4000-8000-00000000000a"}, "roleId": 4}},
    {"id": "00000000-0000-4000-8000-000000000003", "username": "alan", "pbnb": {"accountId": 3, "userId": 1}}
  ],
  "pbnb": {"accounts": [{"id": 2, "userDefaults": ["PKTAPN", "P2PIPsec"]}, {"id": 3}],
           "roles": [{"id": 4, "name": "Operator"}, {"id": 9, "name": "Auditor"}]},
  "tokens": [{"token": "good", "state": "valid"}]
}"#;

pub const ADA: &str = include_str!("../expected/pbnb/ada.json");
pub const GRACE: &str = include_str!("../expected/pbnb/grace.json");

/// The members of ada and grace in XML, `{depth}` for the depth at which ResourceIDs stands.
pub const ADA_XML: &str = include_str!("../expected/pbnb/ada_members_xml.txt");
pub const GRACE_XML: &str = include_str!("../expected/pbnb/grace_members_xml.txt");

pub async fn twin() -> Twin {
    Twin::seeded(SEED).await
}

/// What the four formats should answer about one payload.
pub struct Expected {
    json: String,
    /// JSON with enum numbers.
    script: String,
    root: &'static str,
    xml: String,
    bson: bson::Bson,
}

impl Expected {
    pub fn new(json: &str, root: &'static str, xml: &str, bson: impl Into<bson::Bson>) -> Expected {
        let script = [
            (r#""Status":"Enabled","Auth":"ServicePassword""#, r#""Status":0,"Auth":0"#),
            (r#""Status":"Disabled","Auth":"SSO""#, r#""Status":1,"Auth":1"#),
            (r#"["MC"]"#, "[2]"),
            (r#"["IPSec_L2TP","APN"]"#, "[0,1]"),
            (r#"["DSL","APN","DSL"]"#, "[3,1,3]"),
        ]
        .iter()
        .fold(json.to_owned(), |text, (name, number)| text.replace(name, number));
        Expected { json: json.to_owned(), script, root, xml: xml.to_owned(), bson: bson.into() }
    }

    /// Compares the answers to one call, made anew on a fresh server for each format.
    pub async fn of(&self, call: impl Fn() -> Call) {
        let tail = r#","ErrorCode":0,"ErrorDescription":null,"Meta":null}"#;
        let json = format!(r#"{{"Success":true,"Data":{}{tail}"#, self.json);
        let script = format!(r#"{{"Success":true,"Data":{}{tail}"#, self.script);
        let xml = format!(
            r#"<{0} xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.datacontract.org/2004/07/pbnb_models"><Data>{1}</Data><ErrorCode>0</ErrorCode><ErrorDescription i:nil="true" /><Meta i:nil="true" /><Success>true</Success></{0}>"#,
            self.root, self.xml
        );
        let texts = [
            ("application/json", &json),
            ("text/json", &json),
            ("text/javascript", &script),
            ("application/xml", &xml),
            ("text/xml", &xml),
        ];
        for (media_type, expected) in texts {
            let answer = twin().await.send(call().header("accept", media_type)).await;
            assert_eq!(answer.whole(), format!("200\n{media_type}; charset=utf-8\n{expected}"));
        }
        let answer = twin().await.send(call().header("accept", "application/bson")).await;
        assert_eq!(answer.header("content-type").as_deref(), Some("application/bson; charset=utf-8"));
        let expected =
            doc! { "Success": true, "Data": self.bson.clone(), "ErrorCode": 0, "ErrorDescription": null, "Meta": null };
        assert_eq!(Document::from_reader(answer.body.as_slice()).unwrap(), expected);
        assert_eq!(answer.body, expected.to_vec().unwrap());
    }
}

/// A Guid as the framework stores it.
pub fn guid(text: &str) -> Binary {
    Binary { subtype: BinarySubtype::Uuid, bytes: Uuid::parse_str(text).unwrap().to_bytes_le().to_vec() }
}

pub fn ada_bson() -> Document {
    doc! {
        "ID": 1, "AccountID": 2, "Username": "ada", "Email": "a@b.c", "Status": 0, "Auth": 0,
        "PasswordInfo": { "Password": "pw", "MaxDenials": 2, "ResetPeriod": 3 },
        "SSOInfo": { "PrivateUsername": "x" }, "AccessTypes": [2], "VoucherID": 5, "ResourceIDs": null,
        "ProvisioningID": guid("00000000-0000-4000-8000-000000000001"),
    }
}

pub fn grace_bson() -> Document {
    doc! {
        "ID": 7, "AccountID": 2, "Username": "grace", "Email": null, "Status": 1, "Auth": 1, "PasswordInfo": null,
        "SSOInfo": null, "AccessTypes": null, "VoucherID": 0, "ResourceIDs": null,
        "ProvisioningID": guid("00000000-0000-4000-8000-000000000002"),
    }
}

pub fn get(path: &str) -> Call {
    Call::new("GET", path)
}

pub fn json(method: &str, path: &str, body: &str) -> Call {
    Call::new(method, path).body("application/json", body)
}

/// Status, media type and body of a business failure in JSON.
pub fn failed(code: i32, description: &str) -> String {
    format!(
        "200\napplication/json; charset=utf-8\n{{\"Success\":false,\"Data\":null,\"ErrorCode\":{code},\
         \"ErrorDescription\":\"{description}\",\"Meta\":null}}"
    )
}

/// Status, media type and body of a success in JSON.
pub fn done(data: &str) -> String {
    format!(
        "200\napplication/json; charset=utf-8\n{{\"Success\":true,\"Data\":{data},\"ErrorCode\":0,\
         \"ErrorDescription\":null,\"Meta\":null}}"
    )
}
