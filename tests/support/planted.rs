//! Requests with a secret in them, made of bytes that a fuzzer or a property test chooses: through every reader, in
//! every spelling that one takes and in some that none takes. Whoever shows a request must not show the secret.

use axum::Router;
use axum::body::Body;
use bson::{Binary, Bson, doc, spec::BinarySubtype};
use http::{Request, Response};
use http_body_util::BodyExt;
use std::time::Duration;
use tokio::time::timeout;
use tower::ServiceExt;

/// The secret, the same in every encoding of a form or an address.
pub const SECRET: &str = "S3CRETzq7hunterX";

/// A request.
#[derive(Debug)]
pub struct Planted {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// Bytes that choose; zeros behind the last.
struct Choices<'d>(&'d [u8]);

impl Choices<'_> {
    fn next(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    fn of<'o, T: ?Sized>(&mut self, options: &[&'o T]) -> &'o T {
        options[self.next() % options.len()]
    }
}

const CALLS: &[(&str, &str)] = &[
    ("PATCH", "/v1/core/Accounts/2/users/1"),
    ("POST", "/v1/core/Accounts/2/users"),
    ("POST", "/v1/core/accountlogin"),
    ("POST", "/v1/core/accountdelegatedlogin"),
    ("PUT", "/external/api/v3/user"),
    ("POST", "/tenant/oauth2/v2.0/token"),
    ("POST", "/connect/token"),
    ("POST", "/connect/authorize"),
    ("PATCH", "/api/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users/f4237dd3-01ff-48d8-8d90-16c06605724f"),
    ("PUT", "/api/v1/admin/users/f4237dd3-01ff-48d8-8d90-16c06605724f"),
    ("PUT", "/nowhere"),
];

const NAMES: &[&str] = &[
    "Password",
    "password",
    "PASSWORD",
    "client_secret",
    "code",
    "refresh_token",
    "access_token",
    "token",
    "Pin",
    "code_verifier",
    "NewPassword",
    "client_assertion",
];

const CONTENT_TYPES: &[&str] = &[
    "application/json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "application/bson",
    "text/xml",
    "text/json",
    "text/javascript",
    "application/json-patch+json",
    "multipart/form-data; boundary=x",
    "text/plain",
    "application/json; charset=utf-16",
    "application/xml; charset=utf-16",
    "application/octet-stream",
    "",
];

/// `N` stands for the name and `V` for the secret, which no other capital letter of these texts is.
const JSON: &[&str] = &[
    r#""N":"V""#,
    "'N':'V'",
    "N:'V'",
    r#""N" : "V""#,
    r#""N":["V"]"#,
    r#""N":{"x":"V"}"#,
    r#""N":{"x":["a",{"y":"V"}]}"#,
    r#""N":new x("a","V")"#,
    r#""N"/*c*/:/*"d"*/"V""#,
    "\"N\"://c\r\"V\"",
    "\"N\"://c\n\"V\"",
    r#""N":"a\"V""#,
    r#""N":"V\\""#,
    r#""N":"\u0061V""#,
    r#""N":"V"#,
    r#""N":'a"V'"#,
    r#""N":"x","N":"V""#,
    r#""N":null,"N":"V""#,
    r#""N":/V/"#,
    r#""N":V"#,
    r#""op":"replace","path":"/N","value":"V""#,
    r#""value":"V","path":"N","op":"add""#,
];
const JSON_AROUND: &[&str] = &[
    "{X}",
    r#"{"Passwordinfo":{X}}"#,
    "[{X}]",
    r#"{"a":1,X,"b":2}"#,
    r#"{"a":"}{",X}"#,
    r#"{"a":[1,{"b":{X}}]}"#,
    "{/*{*/X}",
    " \r\n\t{X}",
    r#"{"$type":"x",X}"#,
    r#"[{"a":"b"},{X},{}]"#,
    "{X",
    "{,X}",
    "x({X})",
];
const XML: &[&str] = &[
    "<N>V</N>",
    "<a:N>V</a:N>",
    "<N x='>'>V</N>",
    "<N><![CDATA[V]]></N>",
    "<N><![CDATA[</N>]]>V</N>",
    "<N><!-- </N> -->V</N>",
    "<N>&lt;V&gt;</N>",
    "<N>&#86;V</N>",
    "<N><N>x</N>V</N>",
    "<N><?p </N>?>V</N>",
    "<N\n>V</N >",
    "<N xmlns='u:v'>V</N>",
    "<u N='V'/>",
    "<u a:N=\"V\"></u>",
    "<N><x>V</x></N>",
    "<N>V",
    "<N/><N>V</N>",
];
const XML_AROUND: &[&str] = &[
    "<u>X</u>",
    "<u xmlns=\"http://schemas.datacontract.org/2004/07/pbnb_models\"><Passwordinfo>X</Passwordinfo></u>",
    "<?xml version=\"1.0\"?><u>X</u>",
    "<?xml version=\"1.0\" encoding=\"utf-16\"?><u>X</u>",
    "<!-- c --><a:u xmlns:a='b'>X</a:u>",
    "<a><b c='<'/>X</a>",
    "<!DOCTYPE u><u>X</u>",
    "<u><![CDATA[<]]>X</u>",
    "<u>X",
];
const FORM: &[&str] = &[
    "N=V",
    "a[N]=V",
    "a.N=V",
    "N[]=V",
    "a[0][N]=V",
    "a[N][]=V",
    "N=a%20V",
    "N=a+V",
    "N=x&N=V",
    "N=V&",
    "&N=V",
    "N=a=V",
    "%20N=V",
    "N%5B%5D=V",
    "a%2eN=V",
    "Passwordinfo.N=V",
];
const FORM_AROUND: &[&str] = &["X", "a=b&X", "X&a=b", "a=b&X&c[d]=e", "=&X", "a&X"];

/// The request that bytes choose.
pub fn planted(data: &[u8]) -> Planted {
    let mut choices = Choices(data);
    let (method, path) = CALLS[choices.next() % CALLS.len()];
    let name = choices.of(NAMES);
    let format = choices.next() % 5;
    let filled = |pattern: &str, around: &str, name: &str| {
        let member = pattern.replace('V', "\u{1}").replace('N', name).replace('\u{1}', SECRET);
        around.replace('X', "\u{1}").replace('\u{1}', &member)
    };
    let (usual, text) = match format {
        0 => {
            let name = if choices.next() % 8 == 7 {
                format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..])
            } else {
                name.to_owned()
            };
            ("application/json", filled(choices.of(JSON), choices.of(JSON_AROUND), &name))
        }
        1 => ("application/xml", filled(choices.of(XML), choices.of(XML_AROUND), name)),
        2 => {
            let name = if choices.next() % 8 == 7 {
                format!("%{:02x}{}", name.as_bytes()[0], &name[1..])
            } else {
                name.to_owned()
            };
            ("application/x-www-form-urlencoded", filled(choices.of(FORM), choices.of(FORM_AROUND), &name))
        }
        3 => {
            let text = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{SECRET}\r\n--x--\r\n");
            ("multipart/form-data; boundary=x", text)
        }
        _ => ("application/bson", String::new()),
    };
    let body = if format == 4 { bson(&mut choices, name) } else { encoded(&mut choices, &text) };
    let wrong = choices.next() % 3 == 2;
    let content_type = if wrong { choices.of(CONTENT_TYPES) } else { usual };
    let mut headers = Vec::new();
    if !content_type.is_empty() {
        headers.push(("content-type", content_type.to_owned()));
    }
    headers.push(match choices.next() % 8 {
        0..=2 => ("authorization", "Bearer good".to_owned()),
        3 => ("authorization", format!("Bearer {SECRET}")),
        4 => ("authorization", SECRET.to_owned()),
        5 => ("authtoken", SECRET.to_owned()),
        6 => ("cookie", format!("a=b; c={SECRET}")),
        _ => ("x-api-key", SECRET.to_owned()),
    });
    headers.push(match choices.next() % 4 {
        0 => ("accept", "application/json".to_owned()),
        1 => ("accept", "application/xml".to_owned()),
        2 => ("accept", "application/bson".to_owned()),
        _ => ("referer", format!("http://a:{SECRET}@c/d?code={SECRET}#access_token={SECRET}")),
    });
    let query =
        if choices.next() % 4 == 3 { format!("?a=b&{}", filled(choices.of(FORM), "X", name)) } else { String::new() };
    Planted { method, path: format!("{path}{query}"), headers, body }
}

/// The text in one of the encodings that readers tell apart.
fn encoded(choices: &mut Choices<'_>, text: &str) -> Vec<u8> {
    let two = || text.encode_utf16();
    let four = || text.chars().map(u32::from);
    let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    match choices.next() % 16 {
        8 => marked(b"\xEF\xBB\xBF", text.into()),
        9 => two().flat_map(u16::to_le_bytes).collect(),
        10 => two().flat_map(u16::to_be_bytes).collect(),
        11 => marked(b"\xFF\xFE", two().flat_map(u16::to_le_bytes).collect()),
        12 => marked(b"\xFE\xFF", two().flat_map(u16::to_be_bytes).collect()),
        13 => four().flat_map(u32::to_le_bytes).collect(),
        14 => four().flat_map(u32::to_be_bytes).collect(),
        15 => marked(b"\xFF\xFE\0\0", four().flat_map(u32::to_le_bytes).collect()),
        _ => text.into(),
    }
}

fn bson(choices: &mut Choices<'_>, name: &str) -> Vec<u8> {
    let value = match choices.next() % 5 {
        0 => Bson::String(SECRET.to_owned()),
        1 => Bson::Array(vec![Bson::String(SECRET.to_owned())]),
        2 => Bson::Document(doc! { "x": SECRET }),
        3 => Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: SECRET.into() }),
        _ => Bson::JavaScriptCode(SECRET.to_owned()),
    };
    let document = match choices.next() % 3 {
        0 => doc! { name: value },
        1 => doc! { "PasswordInfo": { name: value }, "a": 1 },
        _ => doc! { "a": [{ "b": { name: value } }] },
    };
    let mut bytes = Vec::new();
    document.to_writer(&mut bytes).unwrap();
    // Sometimes it ends too early, but behind the secret.
    bytes.truncate(bytes.len() - choices.next() % 3 / 2);
    bytes
}

/// The secret in base64 at each of three places, of one, two and four bytes a letter.
const BASE64: &[&str] = &[
    "UzNDUkVUenE3aH",
    "MzQ1JFVHpxN2h1",
    "TM0NSRVR6cTdod",
    "UwAzAEMAUgBFAFQA",
    "MAMwBDAFIARQBUAH",
    "TADMAQwBSAEUAVAB",
    "AFMAMwBDAFIARQBU",
    "BTADMAQwBSAEUAVA",
    "AUwAzAEMAUgBFAFQ",
    "UwAAADMAAABDAAAA",
    "MAAAAzAAAAQwAAAF",
    "TAAAAMwAAAEMAAAB",
    "AAAAUwAAADMAAABD",
    "AAAFMAAAAzAAAAQw",
    "AAABTAAAAMwAAAEM",
];

/// Whether something that was shown shows the secret, in one of the forms in which it may be shown.
pub fn shows(shown: &[u8]) -> bool {
    let text: String = String::from_utf8_lossy(shown).replace('\0', "").replace("\\u0000", "");
    text.contains("S3CRET") || BASE64.iter().any(|form| text.contains(form))
}

/// What shows a world's requests to its readers.
const SHOWN: &[(&str, &str, &str)] = &[
    ("GET", "worlds/main/requests", ""),
    ("GET", "worlds/main/requests.har", ""),
    ("GET", "worlds/main/requests/latest", ""),
    ("GET", "worlds/main/requests/latest/curl", ""),
    ("GET", "worlds/main/advice", ""),
    ("POST", "worlds/main/verify", r#"{"match":{"method":"GET"},"times":{"exactly":9}}"#),
    ("GET", "metrics", ""),
];

/// Sends a request to a server in this process, and returns what of its readers' calls shows the secret. The world starts
/// anew behind it.
pub async fn leaks(router: &Router, planted: &Planted) -> Vec<String> {
    let stream = call(router, "GET", "worlds/main/requests/stream", "").await;
    let mut request = Request::builder().method(planted.method).uri(&planted.path).header("host", "localhost");
    for (name, value) in &planted.headers {
        request = request.header(*name, value);
    }
    let request = request.header("content-length", planted.body.len()).body(Body::from(planted.body.clone())).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    drop(answer.into_body().collect().await);
    let mut found = Vec::new();
    let mut live = stream.into_body();
    let event = timeout(Duration::from_secs(20), live.frame()).await.unwrap().unwrap().unwrap();
    if shows(&event.into_data().unwrap()) {
        found.push("stream".to_owned());
    }
    for (method, path, body) in SHOWN {
        let answer = call(router, method, path, body).await;
        assert_eq!(answer.status(), 200, "{path}");
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        if shows(&bytes) {
            found.push(format!("{path}: {}", String::from_utf8_lossy(&bytes)));
        }
    }
    assert_eq!(call(router, "POST", "worlds/main/reset", "{}").await.status(), 204);
    found
}

async fn call(router: &Router, method: &str, path: &str, body: &'static str) -> Response<Body> {
    let request = Request::builder().method(method).uri(format!("/_usertwin/{path}")).header("host", "localhost");
    let request = request.header("content-length", body.len()).body(Body::from(body)).unwrap();
    router.clone().oneshot(request).await.unwrap()
}
