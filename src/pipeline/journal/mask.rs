//! Hides tokens and passwords in what readers of the journal see. Members that an API stores are secrets where its
//! declaration says so; the list of all others is here. How a format hides them is the codec's.

use crate::codec::form;
use crate::codec::mask::{self, MASK, Shape};
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

/// Members that contain a secret: text in their place may be the secret itself.
const CONTAINING: [&str; 1] = ["passwordinfo"];

/// Parts of names of headers that carry secrets.
const OF_HEADERS: [&str; 10] = [
    "token",
    "secret",
    "password",
    "api-key",
    "apikey",
    "access-key",
    "subscription-key",
    "credential",
    "cookie",
    "auth",
];

/// The names of the members whose values are secrets; clones are cheap.
#[derive(Debug, Clone)]
pub struct SecretNames(Arc<[&'static str]>);

impl SecretNames {
    /// Whether a member of this name is a secret.
    #[must_use]
    pub fn hides(&self, name: &str) -> bool {
        self.0.iter().any(|secret| secret.eq_ignore_ascii_case(name))
    }

    /// The secrets of the APIs that declare a schema.
    #[must_use]
    pub fn of(schema: &Schema) -> SecretNames {
        SecretNames(OF_EVERY_API.into_iter().chain(schema.secret_names()).collect())
    }

    /// Whether a member's value is a secret: any part of `PasswordInfo.Password`, `users[0][Pin]` and `Password[]` counts.
    fn contain(&self, name: &str, shape: Shape) -> bool {
        let named = |part: &str, secret: &&str| secret.eq_ignore_ascii_case(part);
        let mut parts = name.split(['.', '[', ']', ':']).map(str::trim).filter(|part| !part.is_empty());
        let last = parts.clone().next_back();
        parts.any(|part| self.0.iter().any(|secret| named(part, secret)))
            || (shape == Shape::Text && last.is_some_and(|last| CONTAINING.iter().any(|secret| named(last, secret))))
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
            // Sign-in sends its code in an address.
            "location" | "referer" => *value = self.mask_address(value),
            // What a server asks for, and what a browser may send, is no secret.
            "www-authenticate" | "proxy-authenticate" => {}
            name if name.starts_with("access-control-") => {}
            name if OF_HEADERS.iter().any(|part| name.contains(part)) => *value = MASK.to_owned(),
            _ => {}
        }
    }

    /// Masks a user in front of an address's host, and what its query and its fragment hold.
    fn mask_address(&self, address: &str) -> String {
        let (front, rest) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
        let shown: Vec<String> = rest
            .split('#')
            .map(|part| match part.strip_prefix('?') {
                Some(query) => format!("?{}", self.mask_query(query)),
                None => self.mask_query(part),
            })
            .collect();
        let at = front.find("//").map(|at| front.split_at(at + 2));
        let host = at.and_then(|(scheme, behind)| {
            let end = behind.find('/').unwrap_or(behind.len());
            let (_, host) = behind.get(..end)?.rsplit_once('@')?;
            Some(format!("{scheme}{MASK}@{host}{}", behind.get(end..)?))
        });
        host.unwrap_or_else(|| front.to_owned()) + &shown.join("#")
    }

    /// Masks a body as its media type, or else its first character, shows how.
    pub(super) fn mask_body(&self, content_type: Option<&str>, body: Vec<u8>) -> Vec<u8> {
        mask::apply(content_type.unwrap_or_default(), body, &|name, shape| self.contain(name, shape))
    }

    /// Masks a body behind a header with a token: the answer to a sign-in repeats the token as all of its data, under a
    /// name that is no secret elsewhere.
    pub(super) fn mask_signed_in(&self, content_type: Option<&str>, body: Vec<u8>) -> Vec<u8> {
        let secret = |name: &str, shape: Shape| self.contain(name, shape) || name.eq_ignore_ascii_case("Data");
        mask::apply(content_type.unwrap_or_default(), body, &secret)
    }

    /// Masks the values of a query.
    pub(super) fn mask_query(&self, text: &str) -> String {
        form::mask::hide(text, &|name, shape| self.contain(name, shape))
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
    fn what_readers_take_for_one_secret_is_hidden_to_its_end() {
        for (content_type, text) in [
            ("application/xml", "<U><Password><![CDATA[</Password>]]>S3CRET</Password></U>"),
            ("application/xml", "<U><m:Password><!-- </m:Password> -->S3CRET</m:Password></U>"),
            ("application/xml", "<U><Password><?p </Password>?>S3CRET</Password></U>"),
            ("application/xml", "<U><Password><Password>a</Password>S3CRET</Password></U>"),
            ("application/xml", "<U><PasswordInfo>S3CRET</PasswordInfo></U>"),
            ("application/xml", "<U Password='S3CRET'><a/></U>"),
            ("application/x-www-form-urlencoded", "PasswordInfo[Password][]=S3CRET"),
            ("application/x-www-form-urlencoded", "PasswordInfo.Password[]=S3CRET&Password[0]=S3CRET"),
            ("application/x-www-form-urlencoded", "PasswordInfo=S3CRET"),
            ("application/json", "{\"PasswordInfo\":{\"Password\"://c\r\"S3CRET\"}}"),
            ("application/json", "{\"Password\"//c\r:\"S3CRET\"}"),
            ("application/json", "{\"Password\"/**//**//**//**//**//**/:\"S3CRET\"}"),
            ("application/json", r#"{"Password":new X("a","S3CRET"),"a":1}"#),
            ("application/json", r#"{"PasswordInfo":"S3CRET"}"#),
            ("application/json-patch+json", r#"[{"op":"replace","path":"/password","value":"S3CRET"}]"#),
            ("application/json-patch+json", r#"[{"value":{"a":["S3CRET"]},"path":"users/0/pass\u0077ord"}]"#),
            ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nS3CRET"),
            ("application/x-www-form-urlencoded", r#"{"Password":"S3CRET"}"#),
            ("application/xml", r#"{"Password":"S3CRET"}"#),
            ("application/bson", r#"{"Password":"S3CRET"}"#),
            ("application/json", "Username=a&Password=S3CRET"),
            ("text/plain", "Username=a&Password=S3CRET"),
            ("application/json", "<Password>S3CRET</Password>"),
            ("application/x-www-form-urlencoded", "<Password>S3CRET</Password>"),
        ] {
            let shown = masked(content_type, text);
            assert!(!shown.contains("S3CRET") && shown.contains("**"), "{content_type} {text}: {shown}");
        }
    }

    #[test]
    fn text_of_any_width_is_searched_or_hidden_with_or_without_a_mark() {
        for text in [r#"{"Password":"S3CRET"}"#, " <Password>S3CRET</Password>"] {
            let two: Vec<u16> = text.encode_utf16().collect();
            let four: Vec<u32> = text.chars().map(u32::from).collect();
            for bytes in [
                two.iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<u8>>(),
                two.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
                four.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
                four.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
                [0xFEFF].iter().chain(&four).flat_map(|unit| unit.to_le_bytes()).collect(),
                [0xFEFF].iter().chain(&four).flat_map(|unit| unit.to_be_bytes()).collect(),
            ] {
                let shown = names().mask_body(Some("application/json"), bytes);
                let narrow: Vec<u8> = shown.into_iter().filter(|byte| *byte != 0).collect();
                assert!(!String::from_utf8_lossy(&narrow).contains("S3CRET"), "{text}");
            }
        }
        let bson = b"\x1A\0\0\0\x02Password\0\x07\0\0\0S3CRET\0\0";
        assert_eq!(names().mask_body(Some("application/json"), bson.to_vec()), b"***");
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
    fn headers_that_sound_like_a_secret_are_masked_and_challenges_are_not() {
        for (name, hidden) in [
            ("x-api-key", true),
            ("x-auth-token", true),
            ("ocp-apim-subscription-key", true),
            ("set-cookie", true),
            ("x-client-secret", true),
            ("www-authenticate", false),
            ("access-control-allow-credentials", false),
            ("content-type", false),
        ] {
            let mut value = "abc".to_owned();
            names().mask_header(name, &mut value);
            assert_eq!(value == "***", hidden, "{name}");
        }
    }

    #[test]
    fn an_address_in_a_header_shows_no_user_and_no_secret_of_its_fragment() {
        for (address, expected) in [
            (
                "https://ada:S3CRET@host/a@b?token=x#access_token=y&z=1",
                "https://***@host/a@b?token=***#access_token=***&z=1",
            ),
            ("/cb#id_token=x", "/cb#id_token=***"),
            ("http://host/a", "http://host/a"),
        ] {
            let mut value = address.to_owned();
            names().mask_header("referer", &mut value);
            assert_eq!(value, expected);
        }
    }

    #[test]
    fn an_address_in_a_header_keeps_all_but_its_secrets() {
        let mut value = "http://c/cb?x=1&code=abc&state=s".to_owned();
        names().mask_header("location", &mut value);
        assert_eq!(value, "http://c/cb?x=1&code=***&state=s");
    }
}
