//! Batches of Expoints users with two roles each, as the API takes them. `host` is that of their e-mail addresses, so
//! that a second batch changes every user of the first.

/// Where batches are sent.
pub const PATH: &str = "/external/api/v3/user";

const MODELS: &str = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern";

/// The batch in JSON.
pub fn json(users: usize, roles: [&str; 2], host: &str) -> String {
    let [first, second] = roles;
    let user = |number: usize| {
        format!(
            r#"{{"Username":"user{number}@example.com","Email":"user{number}@{host}","Roles":[{{"Id":"{first}"}},{{"Id":"{second}"}}],"Type":"Internal","HasSingleActiveRole":true}}"#
        )
    };
    format!("[{}]", (0..users).map(user).collect::<Vec<_>>().join(","))
}

/// The batch in the DataContractSerializer's XML.
pub fn xml(users: usize, roles: [&str; 2], host: &str) -> String {
    let [first, second] = roles;
    let user = |number: usize| {
        format!(
            "<ImportUser><m:HasSingleActiveRole>true</m:HasSingleActiveRole><m:Type>Internal</m:Type><m:Username>\
             user{number}@example.com</m:Username><Email>user{number}@{host}</Email><Roles><m:BaseRole><m:Id>{first}\
             </m:Id></m:BaseRole><m:BaseRole><m:Id>{second}</m:Id></m:BaseRole></Roles></ImportUser>"
        )
    };
    let users: String = (0..users).map(user).collect();
    format!(r#"<ArrayOfImportUser xmlns="{MODELS}.V1.Models" xmlns:m="{MODELS}.Models">{users}</ArrayOfImportUser>"#)
}
