//! Hides tokens and passwords in what readers of the journal see, keeping the shape of headers and bodies. Formats
//! are scanned rather than parsed: a body may be cut, malformed, or as lenient as the readers behind it.

mod bson;
mod json;
mod xml;

use crate::codec::Charset;

/// What stands in the place of a secret.
const MASK: &str = "***";

/// Members whose values are secrets, in any API and any case.
const SECRETS: [&str; 19] = [
    "password",
    "userpassword",
    "newpassword",
    "oldpassword",
    "currentpassword",
    "confirmpassword",
    "pin",
    "access_token",
    "accesstoken",
    "refresh_token",
    "refreshtoken",
    "id_token",
    "client_secret",
    "clientsecret",
    "code",
    "token",
    "authtoken",
    "assertion",
    "client_assertion",
];

/// Whether a member's value is a secret; of `PasswordInfo.Password` and `users[0][Pin]` the last part counts.
fn is_secret(name: &str) -> bool {
    let name = name.trim_end_matches(']');
    let last = name.rsplit(['.', '[', ':']).next().unwrap_or(name).trim();
    SECRETS.iter().any(|secret| secret.eq_ignore_ascii_case(last))
}

/// Masks the value of a header that carries a secret, leaving its scheme readable.
pub(super) fn header(name: &str, value: &mut String) {
    match name {
        "authorization" | "proxy-authorization" => {
            *value = match value.split_once(' ') {
                Some((scheme, _)) => format!("{scheme} {MASK}"),
                None => MASK.to_owned(),
            };
        }
        "authtoken" | "cookie" | "set-cookie" => *value = MASK.to_owned(),
        _ => {}
    }
}

/// Masks a body as far as its media type, or else its first character, tells how.
pub(super) fn body(content_type: Option<&str>, body: Vec<u8>) -> Vec<u8> {
    let content_type = content_type.unwrap_or_default().to_ascii_lowercase();
    if content_type.contains("bson") {
        return bson::masked(body);
    }
    let named = content_type.split("charset=").nth(1).map(|name| name.split(';').next().unwrap_or(name).trim());
    let charset = named.and_then(Charset::from_name).unwrap_or_default();
    let Ok(text) = charset.decode(&body) else {
        // Text may be cut inside a letter; a lossy reading still finds the members before it.
        let lossy = String::from_utf8_lossy(&body);
        let masked = text_masked(&content_type, &lossy);
        return if masked == lossy { body } else { masked.into_bytes() };
    };
    let masked = text_masked(&content_type, &text);
    if masked == text {
        return body;
    }
    let wide = charset == Charset::Utf16 || body.starts_with(b"\xFF\xFE") || body.starts_with(b"\xFE\xFF");
    if wide { Charset::Utf16.encode(masked) } else { masked.into_bytes() }
}

fn text_masked(content_type: &str, text: &str) -> String {
    if content_type.contains("x-www-form-urlencoded") {
        return form(text);
    }
    match text.trim_start().chars().next() {
        Some('<') => xml::masked(text),
        _ => json::masked(text),
    }
}

/// Masks the values of a form, or of a query.
pub(super) fn form(text: &str) -> String {
    let pairs: Vec<String> = text.split('&').map(pair).collect();
    pairs.join("&")
}

fn pair(pair: &str) -> String {
    let Some((name, value)) = pair.split_once('=') else { return pair.to_owned() };
    let spaced = name.replace('+', " ");
    let decoded = crate::webapi::unescaped(&spaced, |_| true);
    if !value.is_empty() && is_secret(&decoded) { format!("{name}={MASK}") } else { pair.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(content_type: &str, text: &str) -> String {
        String::from_utf8(body(Some(content_type), text.as_bytes().to_vec())).unwrap()
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
        let seen = body(Some("application/json; charset=utf-16"), wide);
        assert_eq!(Charset::Utf16.decode(&seen).unwrap(), r#"{"Password":"***"}"#);
    }

    #[test]
    fn headers_keep_their_scheme() {
        let mut value = "Bearer abc".to_owned();
        header("authorization", &mut value);
        assert_eq!(value, "Bearer ***");
    }
}
