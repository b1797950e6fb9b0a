//! Requests that carry secrets: sign-in and every change of users, in each API and format, well formed and not.

use super::Server;
use bson::doc;
use std::cell::RefCell;

/// Makes secrets and remembers them.
#[derive(Default)]
pub struct Secrets(pub RefCell<Vec<String>>);

impl Secrets {
    /// A new one, strong enough for every password rule and the same in every encoding of a form or an address.
    pub fn make(&self) -> String {
        let secret = format!("Zq7{:04}hunterX", self.0.borrow().len());
        self.0.borrow_mut().push(secret.clone());
        secret
    }

    /// One that the server made, after a word in an answer.
    fn learn(&self, answer: &str, after: &str) -> String {
        let rest = answer.split_once(after).unwrap_or_else(|| panic!("no {after} in {answer}")).1;
        let secret: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
        assert!(secret.len() > 15, "{answer}");
        self.0.borrow_mut().push(secret.clone());
        secret
    }
}

pub fn header(name: &str, value: &str) -> String {
    format!("{name}: {value}")
}

/// Signs in, changes users and is refused in every API and format, each time with new secrets.
pub fn exercise(server: &Server, secrets: &Secrets) {
    pbnb(server, secrets);
    reseller(server, secrets);
    expoints(server, secrets);
    admin_users(server, secrets);
}

fn pbnb(server: &Server, secrets: &Secrets) {
    let users = "/v1/core/Accounts/2/users";
    let send = |method: &str, path: &str, kind: &str, body: &[u8]| {
        let token = header("AuthToken", &secrets.make());
        server.ask(method, path, &[token, header("Content-Type", kind)], body)
    };
    let json = |secret: &str| format!(r#"{{"Username":"u{secret}","PasswordInfo":{{"Password":"{secret}"}}}}"#);
    let form = |secret: &str| format!("PasswordInfo.Password={secret}");
    let xml = |secret: &str| {
        format!(
            r#"<User xmlns="http://schemas.datacontract.org/2004/07/pbnb_models"><PasswordInfo><Password>{secret}</Password></PasswordInfo></User>"#
        )
    };
    for (method, path) in
        [("POST", users.to_owned()), ("PATCH", format!("{users}/1")), ("PATCH", format!("{users}/77"))]
    {
        // Without the username, which is not a secret but would contain one.
        send(
            method,
            &path,
            "application/json",
            json(&secrets.make()).replace("\"Username\":\"u", "\"Email\":\"").as_bytes(),
        );
        send(method, &path, "text/javascript", json(&secrets.make()).as_bytes());
        send(method, &path, "application/json", json(&secrets.make()).trim_end_matches("}}").as_bytes());
        send(method, &path, "application/xml", xml(&secrets.make()).as_bytes());
        send(method, &path, "text/xml", xml(&secrets.make()).replace("</User>", "<").as_bytes());
        send(method, &path, "application/x-www-form-urlencoded", form(&secrets.make()).as_bytes());
        let mut document = Vec::new();
        doc! { "PasswordInfo": { "Password": secrets.make() } }.to_writer(&mut document).unwrap();
        send(method, &path, "application/bson", &document);
        send(method, &path, "text/plain", json(&secrets.make()).as_bytes());
        send(method, &path, "application/json", format!(r#"{{"PasswordInfo":"{}"}}"#, secrets.make()).as_bytes());
    }
    send("GET", &format!("{users}/1?access_token={}&password={}", secrets.make(), secrets.make()), "", b"");
    for path in ["accountlogin", "accountdelegatedlogin", "channels/1/channellogin"] {
        for username in ["ada", "grace", "nobody"] {
            let body = format!(r#"{{"Username":"{username}","Password":"{}"}}"#, secrets.make());
            send("POST", &format!("/v1/core/{path}"), "application/json", body.as_bytes());
        }
    }
}

fn reseller(server: &Server, secrets: &Secrets) {
    let form = header("Content-Type", "application/x-www-form-urlencoded");
    let json = header("Content-Type", "application/json");
    let bearer = || header("Authorization", &format!("Bearer {}", secrets.make()));
    let accounts = "/api/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users";
    server.ask("GET", accounts, &[bearer()], b"");
    let patch = format!(r#"[{{"op":"add","path":"/password","value":"{}"}}]"#, secrets.make());
    let user = format!("{accounts}/f4237dd3-01ff-48d8-8d90-16c06605724f");
    server.ask("PATCH", &user, &[bearer(), json.clone()], patch.as_bytes());
    let new = format!(r#"{{"email":"x@example.com","displayName":"x","password":"{}"}}"#, secrets.make());
    server.ask("POST", accounts, &[bearer(), json], new.as_bytes());
    let query = format!(
        "client_id=app&redirect_uri=http%3A%2F%2Fc%2Fcb&response_type=code&state={}&client_secret={}",
        secrets.make(),
        secrets.make()
    );
    let authorize = format!("/connect/authorize?{query}");
    server.ask("GET", &authorize, std::slice::from_ref(&form), b"");
    let sent = server.ask("POST", "/connect/authorize", std::slice::from_ref(&form), query.as_bytes());
    if !sent.contains("302 Found") {
        return;
    }
    let code = secrets.learn(&sent, "code=");
    let token = |grant: &str, headers: &[String]| server.ask("POST", "/connect/token", headers, grant.as_bytes());
    let wrong =
        format!("grant_type=authorization_code&code={}&client_id=app&client_secret={}", secrets.make(), secrets.make());
    token(&wrong, std::slice::from_ref(&form));
    let pair = format!("app:{}", secrets.make());
    let basic = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, pair);
    secrets.0.borrow_mut().push(basic.clone());
    token(&wrong, &[form.clone(), header("Authorization", &format!("Basic {basic}"))]);
    let right = format!(
        "grant_type=authorization_code&code={code}&redirect_uri=http%3A%2F%2Fc%2Fcb&client_id=app&client_secret=secret"
    );
    let issued = token(&right, std::slice::from_ref(&form));
    let access = secrets.learn(&issued, r#""access_token":""#);
    let refresh = secrets.learn(&issued, r#""refresh_token":""#);
    server.ask("GET", accounts, &[header("Authorization", &format!("Bearer {access}"))], b"");
    let again = format!("grant_type=refresh_token&refresh_token={refresh}&client_id=app&client_secret=secret");
    secrets.learn(&token(&again, &[form]), r#""access_token":""#);
}

fn expoints(server: &Server, secrets: &Secrets) {
    let form = header("Content-Type", "application/x-www-form-urlencoded");
    let token = |secret: &str| {
        let body = format!(
            "client_id=app&client_secret={secret}&scope=api%3A%2F%2Fx%2F.default&grant_type=client_credentials"
        );
        server.ask("POST", "/tenant/oauth2/v2.0/token", std::slice::from_ref(&form), body.as_bytes())
    };
    token(&secrets.make());
    let issued = token("secret");
    let access = if issued.contains("200 OK") { secrets.learn(&issued, r#""access_token":""#) } else { secrets.make() };
    for scheme in ["Bearer", "Basic", ""] {
        let bearer = header("Authorization", &format!("{scheme} {access}"));
        let body = format!(r#"[{{"Username":"jan","Type":"Internal","Roles":[],"Password":"{}"}}]"#, secrets.make());
        server.ask(
            "PUT",
            "/external/api/v3/user",
            &[bearer.clone(), header("Content-Type", "application/json")],
            body.as_bytes(),
        );
        server.ask("POST", "/external/api/v3/user", &[bearer, header("Content-Type", "text/xml")], body.as_bytes());
    }
}

fn admin_users(server: &Server, secrets: &Secrets) {
    let user = "/api/v1/admin/users/0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e07";
    let gdpr = "/api/v1/UserAdminAPI/UserUpdateGDPR/0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e07";
    let send = |method: &str, path: &str, kind: &str, body: &str| {
        let bearer = header("Authorization", &format!("Bearer {}", secrets.make()));
        server.ask(method, path, &[bearer, header("Content-Type", kind)], body.as_bytes())
    };
    let members = |password: &str| {
        [
            ("DisplayName", "x"),
            ("EmailAddress", "x"),
            ("Enabled", "true"),
            ("MobilePhone", "+44 7700 900123"),
            ("LanguageID", "c2fd9942-2548-483b-875c-a724b208dcaa"),
            ("TimeZone", "UTC"),
            ("Username", "x"),
            ("Password", password),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .into_iter()
        .chain([("UserPassword", secrets.make()), ("Pin", secrets.make())])
        .collect::<Vec<_>>()
    };
    for (method, path) in [("POST", "/api/v1/admin/users"), ("PUT", user), ("POST", gdpr)] {
        for weak in [false, true] {
            // Too weak a password is refused, and is a secret all the same.
            let password = || if weak { secrets.make().to_lowercase() } else { secrets.make() };
            let members = |password: &str| {
                if weak {
                    secrets.0.borrow_mut().push(password.to_owned());
                }
                members(password)
            };
            let json: Vec<String> =
                members(&password()).iter().map(|(name, value)| format!(r#""{name}":"{value}""#)).collect();
            send(method, path, "application/json", &format!("{{{}}}", json.join(",")));
            send(method, path, "text/json", &json.join(","));
            let xml: String =
                members(&password()).iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
            send(method, path, "application/xml", &format!("<User>{xml}</User>"));
            let form: Vec<String> =
                members(&password()).iter().map(|(name, value)| format!("{name}={value}")).collect();
            send(method, path, "application/x-www-form-urlencoded", &form.join("&"));
        }
    }
    let form = "application/x-www-form-urlencoded";
    let token = |secret: &str, grant: &str| {
        send("POST", "/Token", form, &format!("client_id=app&client_secret={secret}&{grant}"))
    };
    token(&secrets.make(), "grant_type=client_credentials");
    token("secret", &format!("grant_type=refresh_token&refresh_token={}", secrets.make()));
    token("secret", &format!("grant_type=password&username=ada&password={}", secrets.make()));
    let issued = server.ask(
        "POST",
        "/Token",
        &[header("Content-Type", form)],
        b"client_id=app&client_secret=secret&grant_type=client_credentials",
    );
    if issued.contains("200 OK") {
        secrets.learn(&issued, r#""access_token":""#);
        secrets.learn(&issued, r#""refresh_token":""#);
    }
}

/// The control API, with its own token and everything that documents, users, faults and verifications may hold.
pub fn control(server: &Server, secrets: &Secrets, token: &str) {
    let send = |method: &str, path: &str, body: &str| {
        let headers = [header("Authorization", &format!("Bearer {token}")), header("Content-Type", "application/json")];
        server.ask(method, &format!("/_usertwin/worlds/{path}"), &headers, body.as_bytes())
    };
    let document = |rest: &str| {
        format!(
            r#"{{"users":[{{"username":"a","password":"{}"}}],"tokens":[{{"token":"{}"}}],
                "clients":[{{"api":"expoints","clientId":"c","clientSecret":"{}"}}]{rest}}}"#,
            secrets.make(),
            secrets.make(),
            secrets.make()
        )
    };
    send("PUT", "t/state", &document(""));
    send("PUT", "t/state", &document(&format!(r#","tokens":[{{"token":["{}"]}}]"#, secrets.make())));
    send("PUT", "t/state", &document(",").replace("\"users\":[", "\"users\":"));
    let user =
        format!(r#"{{"username":"b","password":"{}","adminUsers":{{"pin":"{}"}}}}"#, secrets.make(), secrets.make());
    send("POST", "main/users", &user);
    send("POST", "main/users", &user);
    send("PUT", "main/users/0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e07", &user.replace("\"b\"", "\"c\""));
    let fault = format!(
        r#"{{"match":{{"bodyContains":"{}"}},"effect":{{"body":"{}","status":500}}}}"#,
        secrets.make(),
        secrets.make()
    );
    send("POST", "t/faults", &fault);
    send("POST", "t/verify", &format!(r#"{{"match":{{"bodyContains":"{}"}}}}"#, secrets.make()));
    send("GET", "main/requests?bodyContains=x&limit=1", "");
    for reading in ["state", "users", "requests", "requests.har", "requests/latest/curl", "outbox"] {
        send("GET", &format!("main/{reading}"), "");
    }
    server.ask("GET", "/_usertwin/worlds", &[header("Authorization", &format!("Bearer {}", secrets.make()))], b"");
    server.ask("GET", &format!("/_usertwin/worlds?token={}", secrets.make()), &[], b"");
    server.ask(
        "GET",
        &format!("/w/t/_usertwin/worlds?token={}", secrets.make()),
        &[header("Cookie", &secrets.make())],
        b"",
    );
}
