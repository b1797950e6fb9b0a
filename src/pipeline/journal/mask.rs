//! Hides tokens and passwords in what readers of the journal see. Members that an API stores are secrets where its
//! declaration says so; the list of all others is here. How a format hides them is the codec's.

use crate::codec::form;
use crate::codec::mask::{self, MASK};
use crate::model::Schema;
use std::sync::Arc;

/// Members whose values are secrets in any API, in any case; none of them is a member of a facet.
const OF_EVERY_API: [&str; 20] = [
    "password",
    "userpassword",
    "newpassword",
    "oldpassword",
    "currentpassword",
    "confirmpassword",
    "access_token",
    "accesstoken",
    "refresh_token",
    "refreshtoken",
    "id_token",
    "client_secret",
    "clientsecret",
    "code",
    "code_verifier",
    "code_challenge",
    "token",
    "authtoken",
    "assertion",
    "client_assertion",
];

/// The names of the members whose values are secrets; clones are cheap.
#[derive(Debug, Clone)]
pub struct SecretNames(Arc<[&'static str]>);

impl SecretNames {
    /// The secrets of the APIs that declare a schema.
    #[must_use]
    pub fn of(schema: &Schema) -> SecretNames {
        SecretNames(OF_EVERY_API.into_iter().chain(schema.secret_names()).collect())
    }

    /// Whether a member's value is a secret; of `PasswordInfo.Password` and `users[0][Pin]` the last part counts.
    fn contain(&self, name: &str) -> bool {
        let name = name.trim_end_matches(']');
        let last = name.rsplit(['.', '[', ':']).next().unwrap_or(name).trim();
        self.0.iter().any(|secret| secret.eq_ignore_ascii_case(last))
    }

    /// Masks the value of a header that carries a secret, leaving its scheme readable.
    pub(super) fn mask_header(&self, name: &str, value: &mut String) {
        match name {
            // A client that misspells the header sends its token all the same.
            "authorization" | "authorisation" | "proxy-authorization" => {
                *value = match value.split_once(' ') {
                    Some((scheme, _)) => format!("{scheme} {MASK}"),
                    None => MASK.to_owned(),
                };
            }
            "authtoken" | "cookie" | "set-cookie" => *value = MASK.to_owned(),
            // Sign-in sends its code in an address.
            "location" | "referer" => {
                if let Some((address, query)) = value.split_once('?') {
                    *value = format!("{address}?{}", self.mask_query(query));
                }
            }
            _ => {}
        }
    }

    /// Masks a body as its media type, or else its first character, shows how.
    pub(super) fn mask_body(&self, content_type: Option<&str>, body: Vec<u8>) -> Vec<u8> {
        mask::apply(content_type.unwrap_or_default(), body, &|name| self.contain(name))
    }

    /// Masks a body behind a header with a token: the answer to a sign-in repeats the token as all of its data, under a
    /// name that is no secret elsewhere.
    pub(super) fn mask_signed_in(&self, content_type: Option<&str>, body: Vec<u8>) -> Vec<u8> {
        let secret = |name: &str| self.contain(name) || name.eq_ignore_ascii_case("Data");
        mask::apply(content_type.unwrap_or_default(), body, &secret)
    }

    /// Masks the values of a query.
    pub(super) fn mask_query(&self, text: &str) -> String {
        form::mask::hide(text, &|name| self.contain(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apis::Apis;
    use crate::codec::Charset;

    fn names() -> SecretNames {
        SecretNames::of(&Apis::four().schema())
    }

    fn masked(content_type: &str, text: &str) -> String {
        String::from_utf8(names().mask_body(Some(content_type), text.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn json_members_are_masked_at_any_depth_and_however_they_are_quoted() {
        for (text, expected) in [
            (r#"{"Password":"a\"b","x":1}"#, r#"{"Password":"***","x":1}"#),
            (
                r#"{"PasswordInfo":{"Password" : "s", "MaxDenials":2}}"#,
                r#"{"PasswordInfo":{"Password" : "***", "MaxDenials":2}}"#,
            ),
            (r"{password:'s',Pin:1234,'client_secret':null}", r"{password:'***',Pin:0,'client_secret':null}"),
            (r#"[{"Pass\u0077ord":"s"}]"#, r#"[{"Pass\u0077ord":"***"}]"#),
            (r#"{"token":["a",{"b":"c"}],"d":"e"}"#, r#"{"token":["***",{"b":"***"}],"d":"e"}"#),
            (r#"{"a":"Password","b":"c"}"#, r#"{"a":"Password","b":"c"}"#),
            (r#"{"Password": /* c */ "s"}"#, r#"{"Password": /* c */ "***"}"#),
            (r#"{"Username":"a","Password":"cut he"#, r#"{"Username":"a","Password":"***"#),
        ] {
            assert_eq!(masked("application/json", text), expected);
        }
    }

    #[test]
    fn xml_elements_are_masked_with_whatever_is_in_them() {
        for (text, expected) in [
            ("<User><Password>s</Password><Pin/></User>", "<User><Password>***</Password><Pin/></User>"),
            ("<a:Password x=\">\" >s<![CDATA[t]]></a:Password>", "<a:Password x=\">\" >***</a:Password>"),
            ("<Password></Password><Pin>cut", "<Password></Password><Pin>***"),
            ("<!-- <Password>c --><Email>e</Email>", "<!-- <Password>c --><Email>e</Email>"),
        ] {
            assert_eq!(masked("application/xml", text), expected);
        }
    }

    #[test]
    fn form_fields_are_masked_under_every_spelling_of_their_name() {
        let text = "grant_type=password&password=a%20b&user%5BPin%5D=1&PasswordInfo.Password=x&code=&username=ada";
        let expected =
            "grant_type=password&password=***&user%5BPin%5D=***&PasswordInfo.Password=***&code=&username=ada";
        assert_eq!(masked("application/x-www-form-urlencoded", text), expected);
    }

    #[test]
    fn wide_text_is_masked_too() {
        let wide = Charset::Utf16.encode(r#"{"Password":"s"}"#.to_owned());
        let seen = names().mask_body(Some("application/json; charset=utf-16"), wide);
        assert_eq!(Charset::Utf16.decode(&seen).unwrap(), r#"{"Password":"***"}"#);
    }

    #[test]
    fn no_cut_lets_a_part_of_a_secret_out() {
        let xml = "<?xml version='1.0'?><User><Password>S3CRET</Password><a:Pin x='>'>S3CRET</a:Pin></User>";
        let json = r#"{"x":[{"Password":"S3CRET","P":1}],"Token":{"a":["S3CRET"]}}"#;
        let big_endian: Vec<u8> = xml.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let little_endian: Vec<u8> = xml.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bson = b"\x30\0\0\0\x03a\0\x26\0\0\0\x02Password\0\x07\0\0\0S3CRET\0\x05pin\0\x06\0\0\0\0S3CRET\0\0";
        for (content_type, whole) in [
            ("application/xml", xml.as_bytes().to_vec()),
            ("application/xml", big_endian),
            ("application/xml", little_endian),
            ("application/json", json.as_bytes().to_vec()),
            ("application/json; charset=utf-16", Charset::Utf16.encode(json.to_owned())),
            ("application/x-www-form-urlencoded", b"a=b&password=S3CRET&x[pin]=S3CRET".to_vec()),
            ("application/bson", bson.to_vec()),
            ("", json.as_bytes().to_vec()),
        ] {
            for end in 0..=whole.len() {
                let shown = names().mask_body(Some(content_type), whole[..end].to_vec());
                let narrow: Vec<u8> = shown.into_iter().filter(|byte| *byte != 0).collect();
                let text = String::from_utf8_lossy(&narrow);
                assert!(!text.contains("S3"), "{content_type} up to {end}: {text}");
            }
        }
    }

    #[test]
    fn what_holds_no_secret_stays_as_it_is_byte_for_byte() {
        for bytes in [&b"\xFF\xFEa\0b"[..], b"\xEF\xBB\xBF{\"a\":1}", b"\x80\x81", b"", b"<a>\xC3</a>"] {
            assert_eq!(names().mask_body(Some("text/plain"), bytes.to_vec()), bytes);
        }
    }

    #[test]
    fn headers_keep_their_scheme() {
        let mut value = "Bearer abc".to_owned();
        names().mask_header("authorization", &mut value);
        assert_eq!(value, "Bearer ***");
    }

    #[test]
    fn an_address_in_a_header_keeps_all_but_its_secrets() {
        let mut value = "http://c/cb?x=1&code=abc&state=s".to_owned();
        names().mask_header("location", &mut value);
        assert_eq!(value, "http://c/cb?x=1&code=***&state=s");
    }
}
