//! Limits of what a client may send: bodies, heads, addresses, nesting, and lengths that lie. Each is refused with a
//! 4xx in the API's error format, and moves with its setting.

use crate::support::client::Client;
use crate::twin::{Call, Twin, server};
use bson::spec::BinarySubtype;
use bson::{Binary, doc};
use std::thread::sleep;
use std::time::Duration;

const PBNB: &str = "/v1/core/Accounts/2/users/1";
const RESELLER: &str =
    "/api/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users/f4237dd3-01ff-48d8-8d90-16c06605724f";
const EXPOINTS: &str = "/external/api/v3/user";
const ADMIN: &str = "/api/v1/admin/users/f4237dd3-01ff-48d8-8d90-16c06605724f";
const JSON: &str = "Content-Type: application/json\r\n";

#[tokio::test]
async fn a_body_beyond_the_limit_is_413_in_its_apis_error_format() {
    let server = server(&["--body-limit", "64"]).await;
    let sentence = r#"{"Message":"Maximum request length exceeded."}"#;
    let xml = "<Error><Message>Maximum request length exceeded.</Message></Error>";
    for (method, path, accept, expected) in [
        ("PATCH", PBNB, "*/*", sentence),
        ("PATCH", PBNB, "text/xml", xml),
        ("PUT", EXPOINTS, "application/json", sentence),
        ("PUT", EXPOINTS, "application/xml", xml),
        ("PUT", ADMIN, "text/json", sentence),
    ] {
        for (declared, body) in bodies_of_65_bytes() {
            let mut client = Client::to(server.url());
            client.send_head(method, path, &format!("Accept: {accept}\r\n{JSON}{declared}")).send_bytes(&body);
            let answer = client.answer();
            assert_eq!((answer.status, answer.text()), (413, expected), "{method} {path} {declared}");
            assert!(answer.closes(), "{:?}", answer.headers);
        }
    }
    for (declared, body) in bodies_of_65_bytes() {
        let mut client = Client::to(server.url());
        client.send_head("PATCH", RESELLER, &format!("{JSON}{declared}")).send_bytes(&body);
        let answer = client.answer();
        assert_eq!(answer.status, 413);
        assert!(
            answer.text().starts_with(r#"{"error":413,"message":"Maximum request length exceeded.","status":"error","#),
            "{}",
            answer.text()
        );
    }
}

/// The header that announces a body, and the bytes that follow.
fn bodies_of_65_bytes() -> [(&'static str, String); 2] {
    let body = "{".repeat(65);
    [("Content-Length: 65\r\n", body.clone()), ("Transfer-Encoding: chunked\r\n", format!("41\r\n{body}\r\n0\r\n\r\n"))]
}

#[tokio::test]
async fn a_body_of_the_limit_is_read() {
    let server = server(&["--body-limit", "65"]).await;
    for (declared, body) in bodies_of_65_bytes() {
        let mut client = Client::to(server.url());
        client.send_head("PATCH", PBNB, &format!("{JSON}{declared}")).send_bytes(&body);
        let answer = client.answer();
        assert_eq!((answer.status, answer.closes()), (400, false), "{}", answer.text());
    }
}

#[tokio::test]
async fn the_control_api_refuses_the_same_bodies_in_its_own_words() {
    let server = server(&["--body-limit", "64"]).await;
    for (declared, body) in bodies_of_65_bytes() {
        let mut client = Client::to(server.url());
        client.send_head("PUT", "/_usertwin/worlds/t/state", declared).send_bytes(&body);
        let answer = client.answer();
        assert_eq!((answer.status, answer.header("content-type")), (413, Some("application/problem+json")));
        assert!(answer.text().contains("The body is longer than --body-limit, 64 bytes."), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_client_that_sends_on_still_reads_its_refusal() {
    let server = server(&["--body-limit", "64"]).await;
    for declared in ["Content-Length: 33554432\r\n", "Transfer-Encoding: chunked\r\n"] {
        let mut client = Client::to(server.url());
        client.send_head("PATCH", PBNB, &format!("{JSON}{declared}"));
        // Without an error: the server reads on for a while.
        client.send_bytes(b"2000000\r\n").send_bytes(vec![b' '; 32 * 1024 * 1024]);
        assert_eq!(client.answer().status, 413);
    }
    let mut client = Client::to(server.url());
    client.try_send_bytes(vec![b'x'; 8 * 1024 * 1024]);
    assert_eq!(client.answer().status, 414);
    let mut client = Client::to(server.url());
    client.send_bytes(b"GET / HTTP/9\r\n").send_bytes(vec![b'x'; 32 * 1024 * 1024]);
    assert_eq!(client.answer().status, 400);
}

#[tokio::test]
async fn a_content_length_beyond_64_bits_is_a_4xx() {
    let server = server(&[]).await;
    for (length, status) in [("18446744073709551614", 431), ("99999999999999999999", 400), ("-1", 400), ("1,2", 400)] {
        let mut client = Client::to(server.url());
        client.send_head("PATCH", PBNB, &format!("Content-Length: {length}\r\n"));
        assert_eq!(client.answer().status, status, "{length}");
    }
    let mut client = Client::to(server.url());
    client.send_head("PATCH", PBNB, &format!("{JSON}Content-Length: 9000000000000000000\r\n"));
    assert_eq!(client.answer().status, 413);
    // Bytes behind the declared length of a body are not a request.
    let mut client = Client::to(server.url());
    client.send_head("PATCH", PBNB, &format!("{JSON}Content-Length: 2\r\n")).send_bytes("{}{}{}{}\r\n\r\n");
    assert_eq!(client.answer().status, 200);
    assert_eq!(client.answer().status, 400);
}

#[tokio::test]
async fn a_head_beyond_the_limit_is_431() {
    for (flags, limit) in [(&[][..], 40 * 1024), (&["--header-limit", "2000"], 2000)] {
        let server = server(flags).await;
        let head = |bytes: usize| {
            let (before, behind) = ("GET /_usertwin/health HTTP/1.1\r\nHost: localhost\r\nX: ", "\r\n\r\n");
            format!("{before}{}{behind}", "x".repeat(bytes - before.len() - behind.len()))
        };
        assert_eq!(Client::to(server.url()).send_bytes(head(limit)).answer().status, 200, "{limit}");
        for bytes in [limit + 1, limit * 2, limit * 50] {
            let mut client = Client::to(server.url());
            let answer = client.try_send_bytes(head(bytes).as_bytes()).answer();
            assert_eq!((answer.status, answer.closes()), (431, true), "{bytes}");
        }
    }
}

#[tokio::test]
async fn more_headers_than_the_limit_are_431() {
    for (flags, limit) in [(&[][..], 100), (&["--header-count", "7"], 7), (&["--header-count", "200"], 200)] {
        let server = server(flags).await;
        let head = |headers: usize| {
            let lines: String = (1..headers).map(|n| format!("X-{n}: {n}\r\n")).collect();
            format!("GET /_usertwin/health HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n")
        };
        assert_eq!(Client::to(server.url()).send_bytes(head(limit)).answer().status, 200, "{limit}");
        let answer = Client::to(server.url()).send_bytes(head(limit + 1)).answer();
        assert_eq!((answer.status, answer.closes()), (431, true), "{limit}");
    }
}

#[tokio::test]
async fn an_address_beyond_the_limit_is_414() {
    for (flags, limit) in [(&[][..], 8 * 1024), (&["--uri-limit", "100"], 100), (&["--uri-limit", "30000"], 30_000)] {
        let server = server(flags).await;
        let path = |bytes: usize| format!("/_usertwin/health?{}", "x".repeat(bytes - "/_usertwin/health?".len()));
        assert_eq!(Client::to(server.url()).send_head("GET", &path(limit), "").answer().status, 200, "{limit}");
        for bytes in [limit + 1, limit + 1500, 39_000, 70_000, 1_000_000] {
            let mut client = Client::to(server.url());
            client.try_send_bytes(format!("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", path(bytes)).as_bytes());
            let answer = client.answer();
            assert_eq!((answer.status, answer.closes()), (414, true), "{bytes} of {limit}");
        }
    }
}

#[tokio::test]
async fn an_address_that_comes_in_pieces_is_as_long_as_in_one() {
    let server = server(&["--uri-limit", "1000"]).await;
    let mut client = Client::to(server.url());
    client.send_bytes(format!("GET /_usertwin/health?{}", "x".repeat(900)));
    // So that the server reads the rest by itself: a line's end, and more headers than a line may have bytes.
    sleep(Duration::from_millis(100));
    client.send_bytes(format!(" HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(3000)));
    assert_eq!(client.answer().status, 200);
}

/// A request whose body nests to a depth, in a member that no contract contains.
type Nested = fn(usize) -> Call;

const NESTED: [(&str, Nested); 8] = [
    ("JSON", |depth| json("PATCH", PBNB, &object("", depth))),
    ("text/javascript", |depth| Call::new("PATCH", PBNB).body("text/javascript", object("", depth))),
    ("BSON", |depth| Call::new("PATCH", PBNB).body("application/bson", document(depth))),
    ("a form", |depth| {
        let name = format!("a{}", "[b]".repeat(depth - 1));
        Call::new("PATCH", PBNB).body("application/x-www-form-urlencoded", format!("Username=ada&{name}=1"))
    }),
    ("DataContract XML", |depth| {
        let root = r#"<DeltaOfUserCA1DLPoZ xmlns="http://schemas.datacontract.org/2004/07/pbnb_delta">"#;
        let body = format!("{root}{}</DeltaOfUserCA1DLPoZ>", elements(depth - 1));
        Call::new("PATCH", PBNB).body("application/xml", body)
    }),
    ("XmlSerializer XML", |depth| {
        let members = "<Username>ada</Username><DisplayName>Ada</DisplayName><TimeZone>UTC</TimeZone>\
            <EmailAddress>ada@example.com</EmailAddress><MobilePhone>(020) 7946-0958</MobilePhone>\
            <LanguageID>c2fd9942-2548-483b-875c-a724b208dcaa</LanguageID>";
        Call::new("PUT", ADMIN).body("application/xml", format!("<User>{members}{}</User>", elements(depth - 1)))
    }),
    ("a list", |depth| {
        let user = object(r#""Username":"ada","Type":"External","Roles":[],"#, depth - 1);
        json("PUT", EXPOINTS, &format!("[{user}]"))
    }),
    ("Reseller's JSON", |depth| {
        let users = RESELLER.rsplit_once('/').unwrap().0;
        json("POST", users, &object(r#""email":"new@example.com","displayName":"New","roles":[],"#, depth))
    }),
];

fn json(method: &str, path: &str, body: &str) -> Call {
    Call::new(method, path).body("application/json", body)
}

fn object(members: &str, depth: usize) -> String {
    format!("{{{members}\"a\":{}1{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1))
}

fn elements(depth: usize) -> String {
    format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth))
}

/// A BSON document of documents.
fn document(depth: usize) -> Vec<u8> {
    let length = |documents: usize| (documents * 8 - 3) as i32;
    let open = (2..=depth).rev().flat_map(|documents| [&length(documents).to_le_bytes()[..], b"\x03a\0"].concat());
    open.chain(length(1).to_le_bytes()).chain(vec![0; depth]).collect()
}

#[tokio::test]
async fn bodies_nest_as_deep_as_the_setting_says() {
    for (flags, limit) in [(&[][..], 256), (&["--depth-limit", "7"], 7), (&["--depth-limit", "10000"], 10_000)] {
        let twin = Twin::with(flags, usertwin::Apis::four().demo_seed()).await;
        for (format, request) in NESTED {
            let send = |depth| twin.send(request(depth).header("accept", "application/json"));
            let (fits, beyond) = (send(limit).await, send(limit + 1).await);
            assert!(fits.status.is_success(), "{format} {limit}: {}", fits.whole());
            assert_eq!(beyond.status.as_u16(), 400, "{format} {limit}: {}", beyond.whole());
            assert!(send(100_000).await.status.is_client_error(), "{format}");
        }
    }
}

#[tokio::test]
async fn a_patch_document_nests_as_deep_as_its_framework_allows_or_less() {
    for (flags, limit) in [(&[][..], 32), (&["--depth-limit", "7"], 7)] {
        let twin = Twin::with(flags, usertwin::Apis::four().demo_seed()).await;
        let patch = |depth: usize| {
            let value = format!("{}{}", "[".repeat(depth - 2), "]".repeat(depth - 2));
            json("PATCH", RESELLER, &format!(r#"[{{"op":"test","path":"/displayName","value":{value}}}]"#))
        };
        let malformed = "The JSON patch document was malformed and could not be parsed.";
        assert!(!twin.send(patch(limit)).await.text().contains(malformed));
        assert!(twin.send(patch(limit + 1)).await.text().contains(malformed));
    }
}

#[tokio::test]
async fn document_types_and_entities_are_refused_by_both_xml_readers() {
    let twin = Twin::demo().await;
    let laughs: String =
        (1..20).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
    for prolog in [
        "<!DOCTYPE User>".to_owned(),
        "<!DOCTYPE User SYSTEM \"http://127.0.0.1:9/user.dtd\">".to_owned(),
        "<?xml version=\"1.0\"?><!DOCTYPE User [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>".to_owned(),
        format!("<!DOCTYPE User [<!ENTITY l0 \"lol\">{laughs}]>"),
    ] {
        for call in [
            Call::new("PATCH", PBNB)
                .body("application/xml", format!("{prolog}<User><Username>&l19;</Username></User>")),
            Call::new("PUT", ADMIN).body("application/xml", format!("{prolog}<User><Username>&e;</Username></User>")),
            Call::new("PUT", EXPOINTS).body("text/xml", format!("{prolog}<ArrayOfImportUser/>")),
        ] {
            let answer = twin.send(call).await;
            assert_eq!(answer.status.as_u16(), 400, "{prolog:.60}: {}", answer.whole());
        }
    }
    // Without a document type only the five entities of XML itself are known.
    for name in ["e", "nbsp", "l19"] {
        for call in [
            Call::new("PATCH", PBNB).body(
                "application/xml",
                format!(
                    "<User xmlns=\"http://schemas.datacontract.org/2004/07/pbnb_models\"><Username>&{name};</Username></User>"
                ),
            ),
            Call::new("PUT", ADMIN).body("application/xml", format!("<User><Username>&{name};</Username></User>")),
        ] {
            assert_eq!(twin.send(call).await.status.as_u16(), 400, "{name}");
        }
    }
}

#[tokio::test]
async fn bson_lengths_that_lie_are_400_and_cost_nothing() {
    let twin = Twin::demo().await;
    let lies = [i32::MIN, -1, 0, 3, i32::MAX - 1, i32::MAX, 64 * 1024 * 1024];
    let ada = doc! { "Username": "ada" };
    let nested = doc! { "PasswordInfo": { "Password": "Engine1842", "MaxDenials": 2, "ResetPeriod": 3 } };
    let list = doc! { "AccessTypes": [0] };
    let binary = doc! { "ProvisioningID": Binary { subtype: BinarySubtype::Uuid, bytes: vec![7; 16] } };
    for (document, inner) in [(ada, 14), (nested, 18), (list, 17), (binary, 20)] {
        let honest = document.to_vec().unwrap();
        let patch = |body: Vec<u8>| twin.send(Call::new("PATCH", PBNB).body("application/bson", body));
        assert_eq!(patch(honest.clone()).await.status.as_u16(), 200, "{document}");
        for place in [0, inner] {
            for lie in lies {
                let mut lying = honest.clone();
                lying[place..place + 4].copy_from_slice(&i32::to_le_bytes(lie));
                assert_eq!(patch(lying).await.status.as_u16(), 400, "{lie} at {place} of {document}");
            }
        }
    }
}

#[tokio::test]
async fn a_body_of_endless_items_ends() {
    let twin = Twin::demo().await;
    let many = |item: &str| item.repeat(1_000_001);
    let users = "<ArrayOfImportUser xmlns=\"http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V1.Models\">";
    for call in [
        json("PUT", EXPOINTS, &format!("[{}null]", many("null,"))),
        Call::new("PUT", EXPOINTS).body("text/xml", format!("{users}{}</ArrayOfImportUser>", many("<ImportUser/>"))),
        json("PATCH", RESELLER, &format!("[{}null]", many("null,"))),
    ] {
        let answer = twin.send(call.header("accept", "application/json")).await;
        assert_eq!(answer.status.as_u16(), 400);
        assert!(answer.body.len() < 1000, "{}", answer.text());
    }
}

#[tokio::test]
async fn at_most_a_hundred_thousand_errors_of_a_body_are_reported() {
    let twin = Twin::demo().await;
    for item in ["1,", "{},"] {
        let answer = twin.send(json("PUT", EXPOINTS, &format!("[{}null]", item.repeat(100_001)))).await;
        assert_eq!(answer.status.as_u16(), 400);
        let answer: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        let reported =
            answer["ModelState"].as_object().unwrap().values().map(|errors| errors.as_array().unwrap().len());
        assert_eq!(reported.sum::<usize>(), 100_000, "{item}");
    }
}

#[tokio::test]
async fn a_form_has_no_more_than_a_hundred_thousand_fields() {
    let twin = Twin::demo().await;
    let form = |fields: usize| {
        let body = format!("{}Username=ada", "x=1&".repeat(fields - 1));
        Call::new("PATCH", PBNB).body("application/x-www-form-urlencoded", body)
    };
    assert_eq!(twin.send(form(100_000)).await.status.as_u16(), 200);
    assert_eq!(twin.send(form(100_001)).await.status.as_u16(), 400);
}

#[tokio::test]
async fn an_xml_element_has_no_more_than_a_thousand_attributes() {
    let twin = Twin::demo().await;
    let user = |attributes: usize| {
        let attributes: String = (0..attributes).map(|n| format!(" a{n}=\"\"")).collect();
        let root = "DeltaOfUserCA1DLPoZ xmlns=\"http://schemas.datacontract.org/2004/07/pbnb_delta\"";
        Call::new("PATCH", PBNB).body("text/xml", format!("<{root}{attributes}/>"))
    };
    assert_eq!(twin.send(user(1000)).await.status.as_u16(), 200);
    assert_eq!(twin.send(user(1001)).await.status.as_u16(), 400);
}

#[tokio::test]
async fn at_most_ten_thousand_problems_of_a_state_document_are_reported() {
    let twin = Twin::demo().await;
    let document = format!("{{\"users\":[{}1]}}", "1,".repeat(20_000));
    let answer = twin.send(json("PUT", "/_usertwin/worlds/t/state", &document)).await;
    assert_eq!(answer.status.as_u16(), 400);
    assert_eq!(answer.text().matches("\"line\":").count(), 10_000);
}
