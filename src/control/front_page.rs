//! `GET /` in a browser: what this server is, where its APIs are as seen from this request, whom it knows, and one
//! command for each API. Everything on it is read from the table of APIs and from the world.

use super::assets;
use crate::apis::{Api, Apis};
use crate::config::{Config, Passwords};
use crate::model::{Document, Token, TokenState, UserRecord};
use crate::pipeline::address::{Address, is_known_host, nest_of};
use crate::pipeline::app::App;
use crate::pipeline::journal::curl;
use crate::store::{StoreError, UserFilter};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, HOST, VARY};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method};

/// chosen: users that the page lists; the console has the others.
const MOST_USERS: u32 = 12;
/// chosen: letters of a text on the page. A name may be as long as a body.
const LONGEST: usize = 120;

/// Whether a request is a browser's for the page of a server or of a world: it prefers HTML, at the root, by a name that
/// is no rebound one, as the page shows what the control API shows.
#[must_use]
pub fn is_asked(app: &App, request: &Request) -> bool {
    let headers = request.headers();
    let root = match request.uri().path().strip_prefix("/w/") {
        Some(world) => world.find('/').is_some_and(|slash| slash + 1 == world.len()),
        None => request.uri().path() == "/",
    };
    root && matches!(*request.method(), Method::GET | Method::HEAD)
        && prefers_html(headers)
        && app.apis().owner_of("/").is_none()
        && known_host(request, app.config())
}

fn known_host(request: &Request, config: &Config) -> bool {
    let sent = request.headers().get(HOST).map(|host| host.to_str().unwrap_or_default());
    let line = request.uri().authority().map(http::uri::Authority::as_str);
    let mut hosts = [Some(sent.or(line).unwrap_or_default()), line].into_iter().flatten();
    hosts.all(|host| is_known_host(host, &config.allowed_host))
}

/// Whether `text/html` is named and wanted more than JSON (chosen). Clients that take anything name neither.
fn prefers_html(headers: &HeaderMap) -> bool {
    let ranges = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges = ranges.flat_map(|value| value.split(',')).map(|range| {
        let (name, parameters) = range.split_once(';').unwrap_or((range, ""));
        let quality = parameters.split(';').find_map(|one| one.trim().strip_prefix("q=")?.trim().parse::<f32>().ok());
        (name.trim().to_ascii_lowercase(), quality.unwrap_or(1.0))
    });
    let (mut html, mut json) = (0.0, 0.0_f32);
    for (name, quality) in ranges {
        match &*name {
            "text/html" => html = quality,
            "application/json" | "application/problem+json" => json = json.max(quality),
            _ => {}
        }
    }
    html > json
}

/// The page.
pub async fn answer(app: &App, request: &Parts) -> Response {
    let nest = nest_of(&request.uri, &request.extensions);
    let address = match Address::parse(nest, request.uri.path(), &request.headers) {
        Ok(address) => address,
        Err(bad) => return (http::StatusCode::BAD_REQUEST, bad.to_string()).into_response(),
    };
    let known = match app.config().control_token {
        Some(_) => None,
        None => known(app, &address).await.ok(),
    };
    let mut response = assets::page("text/html; charset=utf-8", html(app, &address, known.as_ref()));
    response.headers_mut().insert(VARY, HeaderValue::from_static("Accept"));
    response
}

/// What the page shows of a world.
struct Known {
    users: Vec<UserRecord>,
    /// Whether there are more.
    more: bool,
    /// Its tokens and clients.
    lists: Document,
    /// For each API a path that shows one of the users.
    paths: Vec<(&'static Api, String)>,
}

async fn known(app: &App, address: &Address<'_>) -> Result<Known, StoreError> {
    let transaction = app.store().read(&address.world).await?;
    let apis = app.apis().clone();
    transaction
        .on_blocking_thread(move |mut transaction| {
            let mut users = transaction.records_page(&UserFilter::default(), MOST_USERS + 1, None)?;
            let more = users.len() > MOST_USERS as usize;
            users.truncate(MOST_USERS as usize);
            let mut paths = Vec::new();
            for api in &apis {
                for user in &users {
                    if let Some(path) = (api.address_of_user)(&mut transaction, user)? {
                        paths.push((api, path));
                        break;
                    }
                }
            }
            Ok(Known { users, more, lists: transaction.lists()?, paths })
        })
        .await
}

fn html(app: &App, address: &Address<'_>, known: Option<&Known>) -> String {
    let rest = match known {
        Some(known) => of_world(app, address, known),
        None if app.config().control_token.is_some() => {
            "<p>This server has a control token: the console asks for it and shows users and tokens.</p>\n".to_owned()
        }
        None => "<p>This world cannot be read; the server's log has the reason.</p>\n".to_owned(),
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>usertwin</title>\n\
         <link rel=\"stylesheet\" href=\"_usertwin/front-page.css\">\n</head>\n<body>\n<main>\n<h1>usertwin {}</h1>\n\
         <p>A local stand-in for the user APIs below, stateful and with every error they have. \
         Point an app at an address below, and it talks to this server. World: <strong>{}</strong>.</p>\n\
         <p><a href=\"_usertwin/\">Console</a> · <a href=\"_usertwin/docs\">Documentation, to try requests</a> · \
         <a href=\"_usertwin/openapi/control.json\">OpenAPI of the control API</a></p>\n{}{rest}</main>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION"),
        text(address.world.as_str()),
        addresses(app.apis(), &address.base),
    )
}

/// The base address of each API, and its document.
fn addresses(apis: &Apis, base: &str) -> String {
    let row = |api: &'static Api| {
        let directory = api.mounts.first().map_or("", |mount| mount.directory);
        format!(
            "<tr><td>{}</td><td><code>{}</code></td><td><a href=\"_usertwin/openapi/{}.json\">OpenAPI</a></td></tr>\n",
            text(api.title),
            text(&format!("{base}{directory}")),
            text(api.document),
        )
    };
    let rows: String = apis.iter().map(row).collect();
    format!(
        "<h2>Addresses</h2>\n<table>\n<thead><tr><th>API</th><th>Base address</th><th>Document</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n"
    )
}

/// Commands, users and tokens of a world.
fn of_world(app: &App, address: &Address<'_>, known: &Known) -> String {
    let commands: String = known.paths.iter().map(|(api, path)| command(api, path, address, &known.lists)).collect();
    let user = |user: &UserRecord| {
        let shared = &user.shared;
        let password = shared.password.as_deref().filter(|_| app.config().passwords == Passwords::Echo);
        let apis: Vec<&str> =
            app.apis().iter().filter(|api| user.values(api.name).is_some()).map(|api| api.title).collect();
        let cells = [shared.username.as_deref(), shared.email.as_deref(), password, Some(&*apis.join(", "))];
        row(cells.map(Option::unwrap_or_default))
    };
    let token = |token: &Token| {
        let apis = token.apis.as_ref().map_or_else(|| "all".to_owned(), |apis| apis.join(", "));
        row([&token.token, token.state.name(), &apis])
    };
    let client = |client: &crate::model::Client| row([client.api, &client.client_id, &client.client_secret]);
    let more = if known.more { "<p>The console has more users.</p>\n" } else { "" };
    let shown = MOST_USERS as usize;
    format!(
        "<h2>First requests</h2>\n{commands}{}{more}{}{}",
        table("Users", &["Username", "E-mail", "Password", "APIs"], known.users.iter().map(user).collect()),
        table("Tokens", &["Token", "State", "APIs"], known.lists.tokens.iter().take(shown).map(token).collect()),
        table(
            "Clients of token endpoints",
            &["API", "Client", "Secret"],
            known.lists.clients.iter().take(shown).map(client).collect()
        ),
    )
}

/// A command that reads a user, with a token that needs nothing else.
fn command(api: &Api, path: &str, address: &Address<'_>, lists: &Document) -> String {
    let good = |token: &&Token| {
        token.state == TokenState::Valid
            && token.apis.as_ref().is_none_or(|apis| apis.contains(&api.name))
            && token.user.is_none()
            && token.scope.is_none()
            && token.expires_at.is_none()
    };
    let token = lists.tokens.iter().find(good).map_or("any", |token| &token.token);
    let (url, header) = (format!("{}{path}", address.base), format!("Authorization: Bearer {token}"));
    let command = format!("curl -s {} -H {}", curl::quoted(&url), curl::quoted(&header));
    format!("<p>{}</p>\n<pre>{}</pre>\n", text(api.title), escaped(&command))
}

fn table(title: &str, heads: &[&str], rows: String) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let heads: String = heads.iter().map(|head| format!("<th>{head}</th>")).collect();
    format!("<h2>{title}</h2>\n<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n")
}

fn row<const N: usize>(cells: [&str; N]) -> String {
    let cells: String = cells.iter().map(|cell| format!("<td><bdi>{}</bdi></td>", text(cell))).collect();
    format!("<tr>{cells}</tr>\n")
}

/// A text as HTML, cut where it is long.
fn text(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", escaped(text.get(..end).unwrap_or_default())),
        None => escaped(text),
    }
}

/// A text as HTML, in elements and in attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}
