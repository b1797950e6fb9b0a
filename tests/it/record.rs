//! `usertwin record` and `usertwin import`: what passes is not changed, what is written shows nobody, and a seed made of it
//! answers as the recorded service did.

use crate::support::client::Client;
use crate::support::deadline::wait_until;
use crate::support::folder::Folder;
use crate::support::process::{Refused, ServerProcess, usertwin};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Output;
use std::time::Duration;
use usertwin::Apis;
use usertwin::record::Archive;
use usertwin::record::exchange::{Exchange, Message};

const TENANT: &str = "6172bb3d-e843-46bb-93a3-334505974ad9";

/// A service, its time frozen so that equal requests have equal answers.
fn service(folder: &Folder) -> ServerProcess {
    let mut command = usertwin();
    command.args(["serve", "--listen=127.0.0.1:0", "--tls"]).env("XDG_DATA_HOME", folder.path());
    let server = ServerProcess::from_command(command).unwrap();
    let frozen = br#"{"now":"2026-01-02T03:04:05Z","frozen":true}"#;
    let mut client = Client::connect(server.address).unwrap();
    let headers = [("Content-Type", "application/json")];
    assert_eq!(client.send("PUT", "/_usertwin/worlds/main/clock", &headers, frozen).unwrap().status, 200);
    server
}

/// A recorder in front of a service.
fn recorder(service: &ServerProcess, scheme: &str, out: &Path, flags: &[&str]) -> Result<ServerProcess, Refused> {
    let mut command = usertwin();
    let to = format!("{scheme}://{}", service.address);
    command.args(["record", "--listen=127.0.0.1:0", "--to", &to, "--out"]).arg(out).args(flags);
    ServerProcess::from_command(command)
}

fn ended(mut recorder: ServerProcess) -> i32 {
    recorder.terminate();
    recorder.ended(Duration::from_secs(30)).code().unwrap()
}

/// The bytes of the answer to the bytes of a request.
fn raw(address: SocketAddr, request: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(request.replace("HOST", &address.to_string()).as_bytes()).unwrap();
    let (mut answer, mut buffer) = (Vec::new(), [0; 65536]);
    loop {
        if let Some(at) = memchr::memmem::find(&answer, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&answer[..at]).to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
            if request.starts_with("HEAD") || answer.len() >= at + 4 + length.unwrap_or(0_usize) {
                return answer;
            }
        }
        let bytes = stream.read(&mut buffer).unwrap();
        assert!(bytes > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&buffer[..bytes]);
    }
}

fn archive(file: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

fn entries(file: &Path) -> usize {
    archive(file)["log"]["entries"].as_array().unwrap().len()
}

fn run(arguments: &[&str], files: &[&Path]) -> Output {
    usertwin().args(arguments).args(files).output().unwrap()
}

#[test]
fn bytes_through_the_recorder_are_the_bytes_of_the_service_over_http_and_https() {
    let folder = Folder::new("record");
    let service = service(&folder);
    let ca = folder.path().join("usertwin/ca/ca.pem");
    for scheme in ["http", "https"] {
        let out = folder.file(&format!("{scheme}.har"));
        let flags = ["--allow-writes", "--ca", ca.to_str().unwrap()];
        let recorder = recorder(&service, scheme, &out, if scheme == "https" { &flags } else { &flags[..1] }).unwrap();
        for request in [
            "GET /v1/core/Accounts/2/users/1?expand=resourceIDs HTTP/1.1\r\nHost: HOST\r\naccept: application/bson\r\nX-OdD: 1\r\n\r\n",
            "GET /v1/core/Accounts/2/users HTTP/1.1\r\nHost: HOST\r\nAccept: text/xml\r\n\r\n",
            "GET /external/api/v3/role?a=%2f%C3%ab&a=b+c&&=%20 HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer good\r\n\r\n",
            "HEAD /v1/core/Accounts/2/users HTTP/1.1\r\nHost: HOST\r\n\r\n",
            "OPTIONS /v1/core/Accounts/2/users HTTP/1.1\r\nHost: HOST\r\n\r\n",
            "PUT /external/api/v3/user HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]",
            "POST /external/api/v3/user HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n1\r\n]\r\n0\r\n\r\n",
        ] {
            let (direct, through) = (raw(service.address, request), raw(recorder.address, request));
            assert_eq!(String::from_utf8_lossy(&through), String::from_utf8_lossy(&direct), "{scheme} {request}");
        }
        let create = format!(
            "POST /api/v1.0/accounts/{TENANT}/users HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\nContent-Length: {{}}\r\n\r\n"
        );
        let body = format!(r#"{{"email":"{scheme}@example.com","displayName":"X Y","roles":["account.user"]}}"#);
        let created = raw(recorder.address, &(create.replace("{}", &body.len().to_string()) + &body));
        let created = String::from_utf8(created).unwrap();
        assert!(
            created.starts_with("HTTP/1.1 201") && created.contains(&format!("http://{}/", recorder.address)),
            "{created}"
        );
        assert_eq!(ended(recorder), 0);
        assert_eq!(entries(&out), 8);
    }
}

#[test]
fn the_service_receives_what_the_client_sent() {
    let folder = Folder::new("record");
    let service = service(&folder);
    let recorder = recorder(&service, "http", &folder.file("a.har"), &["--allow-writes"]).unwrap();
    let request = "PATCH /w/WORLD/v1/core/Accounts/2/users/1?x=%7E~&y HTTP/1.1\r\nHost: HOST\r\nZeta: 1\r\nalpha: 2\r\nContent-Type: application/xml\r\nContent-Length: 19\r\n\r\n<User><a/>  \t\u{e9}</User>";
    let request = request.replace("Content-Length: 19", "Content-Length: 22");
    let mut seen = Vec::new();
    for (world, address) in [("direct", service.address), ("through", recorder.address)] {
        raw(address, &request.replace("WORLD", world));
        let mut client = Client::connect(service.address).unwrap();
        let entry = client.send("GET", &format!("/_usertwin/worlds/{world}/requests/latest"), &[], b"").unwrap();
        let entry: Value = serde_json::from_slice(&entry.body).unwrap();
        let headers: Vec<Value> = entry["request"]["headers"].as_array().unwrap().clone();
        let headers: Vec<Value> = headers.into_iter().filter(|pair| pair[0] != "host").collect();
        seen.push((entry["method"].clone(), entry["query"].clone(), headers, entry["request"]["body"].clone()));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(ended(recorder), 0);
}

#[test]
fn only_requests_that_read_or_sign_in_are_passed_on_unless_writes_are_allowed() {
    let folder = Folder::new("record");
    let service = service(&folder);
    let out = folder.file("a.har");
    let recorder = recorder(&service, "http", &out, &[]).unwrap();
    let mut client = Client::connect(recorder.address).unwrap();
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let sign_in =
        b"grant_type=client_credentials&client_id=app&client_secret=secret&scope=api%3a%2f%2fexpoints%2f.default";
    for method in ["DELETE", "PUT", "PATCH", "POST"] {
        let refused = client.send(method, "/v1/core/Accounts/2/users/1", &[], b"{}").unwrap();
        assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD, OPTIONS")), "{method}");
        assert!(refused.text().contains("--allow-writes"));
    }
    assert_eq!(client.send("GET", "/v1/core/Accounts/2/users/1", &[], b"").unwrap().status, 200);
    let issued = client.send("POST", "/v3/oauth2/v2.0/token", &form, sign_in).unwrap();
    assert_eq!(issued.status, 200, "{}", issued.text());
    let token = serde_json::from_slice::<Value>(&issued.body).unwrap()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(ended(recorder), 0);
    let text = fs::read_to_string(&out).unwrap();
    assert_eq!(entries(&out), 2, "{text}");
    assert!(!text.contains(&token) && !text.contains("client_secret=secret"));
}

#[test]
fn a_killed_recorder_leaves_a_readable_recording_that_the_next_run_continues() {
    let folder = Folder::new("record");
    let service = service(&folder);
    let out = folder.file("a.har");
    let ask = |recorder: &ServerProcess| {
        let mut client = Client::connect(recorder.address).unwrap();
        client.send("GET", "/v1/core/Accounts/2/users/1", &[("Authorization", "Bearer ada")], b"").unwrap();
    };
    let first = recorder(&service, "http", &out, &[]).unwrap();
    ask(&first);
    wait_until("the first exchange is written", || entries(&out) == 1);
    (0..20).for_each(|_| ask(&first));
    drop(first);
    let kept = entries(&out);
    assert!(kept >= 1);
    let second = recorder(&service, "http", &out, &[]).unwrap();
    ask(&second);
    assert_eq!(ended(second), 0);
    let archive = archive(&out);
    let bodies: Vec<&str> = archive["log"]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["response"]["content"]["text"].as_str().unwrap())
        .collect();
    assert_eq!(bodies.len(), kept + 1);
    assert!(bodies.iter().all(|body| *body == bodies[0]) && !bodies[0].contains("ada@example.com"), "{bodies:?}");
}

#[test]
fn a_recording_in_which_a_hidden_value_survives_is_not_written() {
    let folder = Folder::new("record");
    let service = service(&folder);
    let out = folder.file("a.har");
    let secret = "Tr0ub4dor";
    let mut recorder = recorder(&service, "http", &out, &["--hide", secret]).unwrap();
    let mut client = Client::connect(recorder.address).unwrap();
    // In a spelling that is masked.
    client.send("GET", &format!("/v1/core/Accounts/2/users/1?a=x{secret}y&b=%54r0ub4dor"), &[], b"").unwrap();
    wait_until("the exchange is written", || entries(&out) == 1);
    assert!(!fs::read_to_string(&out).unwrap().contains("r0ub4dor"));
    // And in one that is not.
    let blob = STANDARD.encode(format!("--{secret}--"));
    client.send("GET", &format!("/v1/core/Accounts/2/users/1?blob={blob}"), &[], b"").unwrap();
    assert_eq!(recorder.ended(Duration::from_secs(30)).code(), Some(1));
    let log = recorder.whole_log();
    assert!(log.contains("not written") && log.contains("exchange 2") && !log.contains(secret), "{log}");
    assert_eq!(entries(&out), 1);
}

#[test]
fn an_exchange_with_a_body_above_the_limit_is_passed_on_and_left_out() {
    let folder = Folder::new("record");
    let service = service(&folder);
    let out = folder.file("a.har");
    let recorder = recorder(&service, "http", &out, &["--body-limit", "200"]).unwrap();
    let mut client = Client::connect(recorder.address).unwrap();
    let whole = client.send("GET", "/v1/core/Accounts/2/users", &[], b"").unwrap();
    assert!(whole.status == 200 && whole.body.len() > 200);
    recorder.wait_for_log("the note is there", |log| log.contains("longer than --body-limit"));
    assert_eq!(ended(recorder), 0);
    assert_eq!(entries(&out), 0);
}

#[test]
fn a_full_recording_leaves_out_what_still_passes() {
    let folder = Folder::new("record");
    let service = service(&folder);
    let out = folder.file("a.har");
    // Two exchanges without much of a body, or one with.
    let recorder = recorder(&service, "http", &out, &["--recording-memory", "20k"]).unwrap();
    let mut client = Client::connect(recorder.address).unwrap();
    for _ in 0..3 {
        assert_eq!(client.send("GET", "/v1/core/Accounts/2/users/1", &[], b"").unwrap().status, 200);
    }
    recorder.wait_for_log("the note is there", |log| log.contains("--recording-memory"));
    assert_eq!(ended(recorder), 0);
    assert_eq!(entries(&out), 2);
}

#[test]
fn a_bad_setting_is_one_sentence_that_names_it() {
    let folder = Folder::new("record");
    let service = service(&folder);
    let out = folder.file("a.har");
    let to = format!("http://{}", service.address);
    fs::write(folder.file("other.har"), "{}").unwrap();
    for (arguments, named) in [
        (vec!["--to", "vendor.example", "--out", "a.har"], "--to vendor.example: "),
        (vec!["--to", &to, "--out", "/nowhere/a.har"], "--out /nowhere/a.har: "),
        (vec!["--to", &to, "--out", folder.file("other.har").to_str().unwrap()], "--out "),
        (vec!["--to", &to, "--out", out.to_str().unwrap(), "--as", "pbmb"], "--as pbmb: "),
        (vec!["--to", &to, "--out", out.to_str().unwrap(), "--ca", "/nowhere"], "--ca /nowhere: --to "),
        (vec!["--to", "https://x", "--out", out.to_str().unwrap(), "--ca", "/nowhere"], "--ca /nowhere: "),
    ] {
        let output = usertwin().args(["record", "--listen=127.0.0.1:0"]).args(&arguments).output().unwrap();
        let sentence = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{sentence}");
        assert!(sentence.contains(named) && sentence.lines().count() == 1, "{sentence}");
    }
}

/// What the generated exchanges say of a person.
struct Person {
    name: String,
    email: String,
    full: String,
    phone: String,
    password: String,
    token: String,
}

impl Person {
    fn number(number: u32) -> Person {
        let syllables = ["Ka", "lo", "Mi", "zë", "Ру", "山", "Žu", "tε", "bra", "Xan"];
        let mut seed = number.wrapping_mul(2_654_435_761).wrapping_add(12_345);
        let mut next = |most: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) as usize % most
        };
        let mut word = |parts: usize| (0..parts).map(|_| syllables[next(10)]).collect::<String>();
        let (first, last) = (format!("{}{number}", word(2)), format!("{}q", word(3)));
        Person {
            name: format!("{}.{number}", word(2)),
            email: format!("{}{number}@mail{}.example", word(1), number % 7),
            full: format!("{first} \"{last}\" <&'>"),
            phone: format!("+{} ({:05}) {:06}", 10 + number % 80, 10_000 + number, 987_654 - number),
            password: format!("P{}\\w{number}rd+/%", word(1)),
            token: STANDARD.encode(format!("token-of-{number}-{}", "x".repeat(number as usize % 40))),
        }
    }

    fn values(&self) -> [&str; 6] {
        [&self.name, &self.email, &self.full, &self.phone, &self.password, &self.token]
    }
}

fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") }).collect()
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A message about a person in one of the formats.
fn body(person: &Person, format: usize) -> (&'static str, Vec<u8>) {
    let Person { name, email, full, phone, password, .. } = person;
    let document = json!({"Data": {"Username": name, "Email": email, "DisplayName": full, "MobilePhone": phone,
        "PasswordInfo": {"Password": password}, "Remark": format!("see {name}, {email}")}});
    let elements = format!(
        "<User xmlns=\"urn:x\"><DisplayName>{}</DisplayName><Email>{}</Email><MobilePhone>{}</MobilePhone><Password><![CDATA[{password}]]></Password><Username>{}</Username></User>",
        xml(full),
        xml(email),
        xml(phone),
        xml(name)
    );
    let wide =
        |text: &str| [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    match format {
        0 => ("application/json; charset=utf-8", document.to_string().into_bytes()),
        1 => {
            let escaped: String = document
                .to_string()
                .chars()
                .map(|letter| {
                    if letter.is_ascii() {
                        letter.to_string()
                    } else {
                        letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04X}")).collect()
                    }
                })
                .collect();
            ("text/javascript", escaped.into_bytes())
        }
        2 => ("application/xml", elements.into_bytes()),
        3 => ("text/xml; charset=utf-16", wide(&elements)),
        4 => {
            let document = bson::doc! {"Data": [{"Username": name, "Email": email, "DisplayName": full, "MobilePhone": phone, "Password": password}]};
            ("application/bson", bson::serialize_to_vec(&document).unwrap())
        }
        5 => {
            let fields = [
                ("Username", name),
                ("Email", email),
                ("DisplayName", full),
                ("MobilePhone", phone),
                ("PasswordInfo.Password", password),
            ];
            let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
            ("application/x-www-form-urlencoded", fields.join("&").into_bytes())
        }
        6 => {
            let patch = |path: &str, value: &str| json!({"op": "replace", "path": path, "value": value});
            let patches = json!([patch("/username", name), {"value": email, "op": "add", "path": "/email"}, patch("/displayName", full),
                patch("/mobilePhone", phone), patch("/password", password)]);
            ("application/json-patch+json", patches.to_string().into_bytes())
        }
        7 => {
            let part = |field: &str, value: &str| {
                format!("--b0undary\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
            };
            let parts = [
                part("username", name),
                part("email", email),
                part("displayName", full),
                part("mobilePhone", phone),
                part("password", password),
            ];
            ("multipart/form-data; boundary=b0undary", (parts.concat() + "--b0undary--\r\n").into_bytes())
        }
        8 => ("application/json; charset=utf-16", wide(&document.to_string())),
        _ => ("text/plain", format!("Nobody knows {name} ({email}), '{full}' or {phone}.").into_bytes()),
    }
}

/// The bodies of an archive, wide ones as narrow text.
fn bodies(entry: &Value) -> Vec<String> {
    [&entry["request"]["postData"], &entry["response"]["content"]]
        .into_iter()
        .filter_map(|content| {
            let text = content["text"].as_str()?;
            let bytes =
                if content["encoding"] == "base64" { STANDARD.decode(text).unwrap() } else { text.as_bytes().to_vec() };
            Some(match bytes.starts_with(b"\xFF\xFE") {
                true => String::from_utf16(
                    &bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect::<Vec<_>>(),
                )
                .unwrap(),
                false => String::from_utf8_lossy(&bytes).into_owned(),
            })
        })
        .collect()
}

#[test]
fn a_thousand_exchanges_in_all_formats_show_nobody_and_equal_values_equally() {
    let folder = Folder::new("record");
    let out = folder.file("a.har");
    let people: Vec<Person> = (0..100).map(Person::number).collect();
    let mut recording = Archive::open(&Apis::four(), &out, "https://vendor.example", &[]).unwrap();
    for number in 0..1000 {
        let (person, format) = (&people[number % 100], (number / 100 + number) % 10);
        let (media_type, request) = body(person, format);
        let (answered, response) = body(person, (format + 3) % 10);
        let basic = STANDARD.encode(format!("{}:{}", person.name, person.password));
        let authorization = if number % 2 == 0 { format!("Bearer {}", person.token) } else { format!("Basic {basic}") };
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        recording.add(Exchange {
            at: format!("2026-01-02T03:04:05.{number:07}Z"),
            method: "PUT".to_owned(),
            target: format!("/external/api/v3/user/{}?email={}&x=1", percent(&person.name), percent(&person.email)),
            request: Message {
                headers: vec![
                    header("content-type", media_type),
                    header("authorization", &authorization),
                    header("authtoken", &person.token),
                ],
                body: request,
            },
            status: 200,
            response: Message {
                headers: vec![
                    header("content-type", answered),
                    header("set-cookie", &format!("s={}; Path=/", person.token)),
                ],
                body: response,
            },
            ..Exchange::default()
        });
    }
    recording.write().unwrap();
    let bytes = fs::read(&out).unwrap();
    let archive = archive(&out);
    let entries = archive["log"]["entries"].as_array().unwrap();
    let whole: String =
        entries.iter().flat_map(bodies).chain([String::from_utf8(bytes).unwrap()]).collect::<Vec<_>>().join("\n");
    let unescaped = whole.replace("\\\"", "\"").replace("\\\\", "\\");
    for value in people.iter().flat_map(Person::values) {
        for spelled in BTreeSet::from([
            value.to_owned(),
            percent(value),
            xml(value),
            value.replace('"', "\\\"").replace('\\', "\\\\"),
        ]) {
            assert!(!whole.contains(&spelled) && !unescaped.contains(&spelled), "{spelled}");
        }
        assert!(!whole.contains(&STANDARD.encode(value)), "{value}");
    }
    let mut stand_ins: std::collections::HashMap<usize, [String; 2]> = std::collections::HashMap::new();
    for (number, entry) in entries.iter().enumerate() {
        let name = entry["request"]["url"].as_str().unwrap().split(['/', '?']).nth(7).unwrap();
        let fields = format!("/x?name={name}");
        let shown = url_decoded(fields.split('=').nth(1).unwrap());
        let token = entry["request"]["headers"][2]["value"].as_str().unwrap().to_owned();
        let first = stand_ins.entry(number % 100).or_insert_with(|| [shown.clone(), token.clone()]);
        assert_eq!(*first, [shown.clone(), token], "{number}");
        let format = (number / 100 + number) % 10;
        for (body, format) in bodies(entry).into_iter().zip([format, (format + 3) % 10]) {
            match format {
                // With escapes, or percent-encoded.
                1 => assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["Data"]["Username"], *shown),
                5 => assert!(url_decoded(&body).contains(&format!("Username={shown}&")), "{body}"),
                4 => assert_eq!(bson_name(entry), shown),
                _ => assert!(body.contains(&shown), "{number} {format} {shown}: {body}"),
            }
        }
    }
    let distinct: std::collections::HashSet<&[String; 2]> = stand_ins.values().collect();
    assert_eq!(distinct.len(), 100);
}

fn url_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        (bytes, rest) = match (first, tail) {
            (b'%', [a, b, tail @ ..]) => {
                let code = u8::from_str_radix(std::str::from_utf8(&[*a, *b]).unwrap(), 16).unwrap();
                ([bytes, vec![code]].concat(), tail)
            }
            _ => ([bytes, vec![*first]].concat(), tail),
        };
    }
    String::from_utf8(bytes).unwrap()
}

/// The name in the BSON body of an entry, which has to be a document still.
fn bson_name(entry: &Value) -> String {
    let content = [&entry["request"]["postData"], &entry["response"]["content"]];
    let content = content.into_iter().find(|content| content["mimeType"] == "application/bson").unwrap();
    let text = content["text"].as_str().unwrap();
    let bytes = if content["encoding"] == "base64" { STANDARD.decode(text).unwrap() } else { text.as_bytes().to_vec() };
    let document: bson::Document = bson::deserialize_from_slice(&bytes).unwrap();
    let first = document.get_array("Data").unwrap()[0].as_document().unwrap();
    first.get_str("Username").unwrap().to_owned()
}

/// GETs of all four APIs.
fn reads() -> Vec<String> {
    let mut paths: Vec<String> = [
        "/v1/core/Accounts/2/users/1",
        "/v1/core/Accounts/2/users/1?expand=resourceIDs",
        "/v1/core/Accounts/2/users",
        "/v1/core/Accounts/3/users",
        "/v1/core/Accounts/4/users/paged?includeTotal=true",
        "/v1/core/Accounts/2/users/roles",
        "/v1/core/Accounts/2/userdefaults",
        "/v1/core/Accounts/4/details",
        "/v1/core/Accounts/4/quotadefaults",
        "/v1/core/accounts/4/accessgroups",
        "/v1/core/accounts/4/accessgroups/2/members/paged",
        "/v1/core/Accounts/2",
        "/v1/core/Accounts/2/users/99",
        "/external/api/v3/user",
        "/external/api/v3/role",
        "/api/v1/admin/users?IncludeSuperUsers=true",
        "/api/v1/admin/users",
        "/api/v2/admin/users",
        "/api/v1/admin/accounts",
        "/api/v2/admin/users/0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e08",
        "/api/v1.0/accounts",
    ]
    .map(str::to_owned)
    .into();
    let second = "8f0d5b1c-2e64-4a39-b7c1-5d9e0a3f7b22";
    for (tenant, user) in [
        (TENANT, "f4237dd3-01ff-48d8-8d90-16c06605724f"),
        (TENANT, "0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e04"),
        (second, "0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e04"),
        (second, "0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e05"),
    ] {
        paths.extend([
            format!("/api/v1.0/accounts/{tenant}/users"),
            format!("/api/v1.0/accounts/{tenant}/users/{user}"),
        ]);
    }
    let customer = "a3c6c788-3bc4-4942-e17f-08d8c461185e";
    let member = "0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e11";
    paths.extend(
        [
            "customers".to_owned(),
            format!("customers/{customer}"),
            format!("customers/{customer}/users/{member}"),
            "metrics".to_owned(),
        ]
        .map(|path| format!("/api/v1.0/accounts/{TENANT}/{path}")),
    );
    paths
}

#[test]
fn a_seed_imported_from_a_recording_answers_as_the_recorded_service_did() {
    let folder = Folder::new("record");
    let service = service(&folder);
    let out = folder.file("a.har");
    let recorder = recorder(&service, "http", &out, &[]).unwrap();
    // With time as it passes: moments that stand still have no fractions to compare.
    let mut control = Client::connect(service.address).unwrap();
    control.send("PUT", "/_usertwin/worlds/main/clock", &[("Content-Type", "application/json")], b"{}").unwrap();
    let mut client = Client::connect(recorder.address).unwrap();
    let formats = [
        "application/json",
        "application/xml",
        "text/xml",
        "application/bson",
        "text/javascript",
        "text/xml; charset=utf-16",
    ];
    let paths = reads();
    for (path, format) in paths.iter().flat_map(|path| formats.map(|format| (path, format))) {
        client.send("GET", path, &[("Accept", format), ("Authorization", "Bearer good")], b"").unwrap();
    }
    for token in ["gone", "hedy"] {
        client.send("GET", "/external/api/v3/user", &[("Authorization", &format!("Bearer {token}x"))], b"").unwrap();
    }
    assert_eq!(ended(recorder), 0);
    let seed = folder.file("seed.json");
    let imported = run(&["import", "--seed", seed.to_str().unwrap()], &[&out]);
    assert!(imported.status.success(), "{imported:?}");
    let checked = run(&["check"], &[&seed]);
    assert!(checked.status.success(), "{checked:?}");
    let report = run(&["drift", "--format", "json", "--seed", seed.to_str().unwrap()], &[&out]);
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(report["causes"], json!([]), "{report:#}");
    assert_eq!(report["same"], json!(paths.len() * formats.len() + 2));
    let seed: Value = serde_json::from_str(&fs::read_to_string(&seed).unwrap()).unwrap();
    let users = seed["users"].as_array().unwrap();
    assert_eq!(users.len(), 12);
    let of_all = users
        .iter()
        .filter(|user| ["pbnb", "reseller", "expoints", "adminUsers"].iter().all(|api| user.get(*api).is_some()));
    assert_eq!(of_all.count(), 1, "the user of all APIs is one user");
}

#[test]
fn what_finds_no_place_in_a_state_document_is_listed_with_the_reason() {
    let folder = Folder::new("record");
    let service = service(&folder);
    let out = folder.file("a.har");
    let recorder = recorder(&service, "http", &out, &["--allow-writes"]).unwrap();
    let mut client = Client::connect(recorder.address).unwrap();
    let json = ("Content-Type", "application/json");
    client
        .send("GET", &format!("/api/v1.0/accounts/{TENANT}/users"), &[("Authorization", "Bearer good")], b"")
        .unwrap();
    client.send("POST", "/v1/core/Accounts/2/users", &[json], br#"{"Username":"alan"}"#).unwrap();
    client.send("GET", "/v1/core/Accounts/2/users", &[], b"").unwrap();
    client.send("GET", "/nothing", &[], b"").unwrap();
    assert_eq!(ended(recorder), 0);
    let imported = run(&["import"], &[&out]);
    let listed = String::from_utf8(imported.stderr).unwrap();
    for reason in ["after the change of #2", "/nothing belongs to none of the APIs", "shows no roles"] {
        assert!(listed.contains(reason), "{listed}");
    }
    let document: Value = serde_json::from_slice(&imported.stdout).unwrap();
    assert_eq!(document["users"].as_array().unwrap().len(), 2);
    fs::write(folder.file("empty.har"), r#"{"log":{"entries":[]}}"#).unwrap();
    assert_eq!(run(&["import"], &[&folder.file("empty.har")]).status.code(), Some(2));
}
