//! The control API's own OpenAPI document. Its calls are a table here, because no contract describes them; the shapes of
//! their bodies stand in `control.schemas.json`. A test sends each call of the table to the router.

use serde_json::{Map, Value, json};

/// One call.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// The method.
    pub method: &'static str,
    /// The path below `/_usertwin`.
    pub path: &'static str,
    /// The `operationId`.
    pub id: &'static str,
    /// The resource it belongs to.
    pub tag: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// What its query may hold.
    query: &'static [Query],
    /// The schema of its body.
    body: Option<&'static str>,
    /// The answer when it is done.
    done: Done,
    /// Statuses of the refusals it may answer beside those that every call may.
    refusals: &'static [u16],
}

/// A parameter of the query: name, schema, meaning.
type Query = (&'static str, &'static str, &'static str);

/// The answer of a call that was done.
#[derive(Debug, Clone, Copy)]
enum Done {
    /// A status and a JSON body of a schema.
    Json(u16, &'static str),
    /// 200 and a body of another media type.
    Text(&'static str),
    /// 204.
    Nothing,
}

const NONE: Call = Call {
    method: "GET",
    path: "",
    id: "",
    tag: "",
    summary: "",
    query: &[],
    body: None,
    done: Done::Nothing,
    refusals: &[],
};

const SEARCH: &[Query] = &[
    ("api", "ApiName", "The API that was asked"),
    ("operation", "Text", "operationId of the API's document"),
    ("method", "Text", "HTTP method"),
    ("path", "Text", "Path, exact or with `*`"),
    ("status", "StatusCode", "Status of the answer"),
    ("bodyContains", "Text", "A text in the request's body"),
    ("since", "Since", "Id of an entry, or a moment of the world's clock"),
    ("limit", "Count", "Most entries to answer"),
];
const PAGE: &[Query] = &[
    ("search", "Text", "Part of the username, e-mail address or display name"),
    ("limit", "PageSize", "Users on a page"),
    ("after", "UserId", "Id of the last user of the page before"),
];
const FROM: &[Query] = &[("from", "Source", "What to compare with")];

/// Every call.
#[rustfmt::skip]
pub const CALLS: &[Call] = &[
    Call { path: "/health", id: "getHealth", tag: "health", summary: "Whether the server answers, its version and uptime", done: Done::Json(200, "Health"), ..NONE },
    Call { path: "/health/live", id: "getLive", tag: "health", summary: "Whether the process answers", done: Done::Json(200, "Status"), ..NONE },
    Call { path: "/health/ready", id: "getReady", tag: "health", summary: "Whether the database answers, too", done: Done::Json(200, "Status"), refusals: &[503], ..NONE },
    Call { path: "/worlds", id: "listWorlds", tag: "worlds", summary: "Every world by name", done: Done::Json(200, "Worlds"), ..NONE },
    Call { method: "POST", path: "/worlds", id: "forkWorld", tag: "worlds", summary: "Make a world as a copy of another, or of the seed", body: Some("NewWorld"), done: Done::Json(201, "World"), refusals: &[404, 409, 429], ..NONE },
    Call { method: "DELETE", path: "/worlds/{world}", id: "dropWorld", tag: "worlds", summary: "Drop a world; its next use makes it anew from the seed", refusals: &[404], ..NONE },
    Call { method: "POST", path: "/worlds/{world}/reset", id: "resetWorld", tag: "worlds", summary: "Back to the seed, or to a copy of another world, in one step; clears faults, journal and clock", body: Some("Reset"), refusals: &[404, 429], ..NONE },
    Call { path: "/worlds/{world}/state", id: "exportState", tag: "state", summary: "The world as a state document", done: Done::Json(200, "Document"), refusals: &[429], ..NONE },
    Call { method: "PUT", path: "/worlds/{world}/state", id: "replaceState", tag: "state", summary: "The world becomes the document; one with problems changes nothing and is answered with each of them", body: Some("Document"), refusals: &[429], ..NONE },
    Call { path: "/worlds/{world}/diff", id: "diffState", tag: "state", summary: "Users added, removed and changed since the seed or against another world", query: FROM, done: Done::Json(200, "Diff"), refusals: &[404, 429], ..NONE },
    Call { path: "/worlds/{world}/users", id: "listUsers", tag: "users", summary: "A page of users in the order of the document", query: PAGE, done: Done::Json(200, "Users"), refusals: &[429], ..NONE },
    Call { method: "POST", path: "/worlds/{world}/users", id: "addUser", tag: "users", summary: "Add a user after all others", body: Some("User"), done: Done::Json(201, "User"), refusals: &[409, 429], ..NONE },
    Call { path: "/worlds/{world}/users/{id}", id: "getUser", tag: "users", summary: "One user", done: Done::Json(200, "User"), refusals: &[404, 429], ..NONE },
    Call { method: "PUT", path: "/worlds/{world}/users/{id}", id: "replaceUser", tag: "users", summary: "The user becomes the body; facets it leaves out are taken away", body: Some("User"), done: Done::Json(200, "User"), refusals: &[404, 409, 429], ..NONE },
    Call { method: "DELETE", path: "/worlds/{world}/users/{id}", id: "removeUser", tag: "users", summary: "Remove a user with every facet", refusals: &[404, 429], ..NONE },
    Call { path: "/worlds/{world}/clock", id: "getClock", tag: "clock", summary: "What the world's clock shows", done: Done::Json(200, "Clock"), refusals: &[429], ..NONE },
    Call { method: "PUT", path: "/worlds/{world}/clock", id: "setClock", tag: "clock", summary: "Set the clock, move it, or go back to real time with `{}`", body: Some("ClockChange"), done: Done::Json(200, "Clock"), refusals: &[429], ..NONE },
    Call { path: "/worlds/{world}/outbox", id: "listMails", tag: "outbox", summary: "Mails that the real services would have sent, oldest first", done: Done::Json(200, "Outbox"), refusals: &[429], ..NONE },
    Call { path: "/openapi/{document}", id: "getDocument", tag: "documents", summary: "An OpenAPI document: pbnb.json, reseller.json, expoints.json, admin-users.json or control.json", done: Done::Json(200, "OpenApi"), refusals: &[404], ..NONE },
    Call { path: "/docs", id: "getDocs", tag: "documents", summary: "A page that shows the documents and tries requests, without a network", done: Done::Text("text/html"), ..NONE },
];

/// The journal's, verification's and faults' calls.
#[rustfmt::skip]
pub const JOURNAL: &[Call] = &[
    Call { path: "/worlds/{world}/requests", id: "listRequests", tag: "journal", summary: "What was asked and answered", query: SEARCH, done: Done::Json(200, "Requests"), ..NONE },
    Call { method: "DELETE", path: "/worlds/{world}/requests", id: "clearRequests", tag: "journal", summary: "Empty the journal", ..NONE },
    Call { path: "/worlds/{world}/requests/{id}", id: "getRequest", tag: "journal", summary: "One entry; `latest` is the newest", done: Done::Json(200, "Entry"), refusals: &[404], ..NONE },
    Call { path: "/worlds/{world}/requests/{id}/curl", id: "getRequestAsCurl", tag: "journal", summary: "One entry as a curl command", done: Done::Text("text/plain"), refusals: &[404], ..NONE },
    Call { path: "/worlds/{world}/requests.har", id: "getHar", tag: "journal", summary: "The journal as HAR 1.2, for browser tools", query: SEARCH, done: Done::Json(200, "Har"), ..NONE },
    Call { path: "/worlds/{world}/requests/stream", id: "streamRequests", tag: "journal", summary: "Entries as they come, as server-sent events", done: Done::Text("text/event-stream"), refusals: &[503], ..NONE },
    Call { path: "/worlds/{world}/advice", id: "listAdvice", tag: "journal", summary: "What the real services would have done silently, by code", done: Done::Json(200, "Advices"), ..NONE },
    Call { method: "POST", path: "/worlds/{world}/verify", id: "verify", tag: "journal", summary: "Whether there were as many requests as expected", body: Some("Expectation"), done: Done::Json(200, "Verdict"), ..NONE },
    Call { path: "/worlds/{world}/faults", id: "listFaults", tag: "faults", summary: "What goes wrong on purpose", done: Done::Json(200, "Faults"), ..NONE },
    Call { method: "POST", path: "/worlds/{world}/faults", id: "addFault", tag: "faults", summary: "Add a fault; the first that matches a request applies", body: Some("Fault"), done: Done::Json(201, "Fault"), refusals: &[409, 429], ..NONE },
    Call { method: "DELETE", path: "/worlds/{world}/faults", id: "clearFaults", tag: "faults", summary: "Remove every fault", ..NONE },
    Call { method: "DELETE", path: "/worlds/{world}/faults/{id}", id: "removeFault", tag: "faults", summary: "Remove one fault", refusals: &[404], ..NONE },
    Call { path: "/metrics", id: "getMetrics", tag: "health", summary: "Prometheus text", done: Done::Text("text/plain"), refusals: &[503], ..NONE },
];

/// The document as JSON text, with a newline at the end.
#[must_use]
pub fn text() -> String {
    format!("{:#}\n", document())
}

/// The document.
#[must_use]
pub fn document() -> Value {
    let mut paths = Map::new();
    for call in CALLS.iter().chain(JOURNAL) {
        let path = paths.entry(call.path).or_insert_with(|| json!({ "parameters": path_parameters(call.path) }));
        if let Some(path) = path.as_object_mut() {
            path.insert(call.method.to_lowercase(), call.operation());
        }
    }
    // Checked by a test; an empty object would leave every reference dangling.
    let schemas: Value = serde_json::from_str(include_str!("control.schemas.json")).unwrap_or_default();
    let mut tags: Vec<&str> = CALLS.iter().chain(JOURNAL).map(|call| call.tag).collect();
    tags.sort_unstable();
    tags.dedup();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "usertwin control API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Worlds, users, clock, journal and faults of this local stand-in. None of it exists at the \
                            vendors: it sets up, drives and looks into what stands in for them.",
        },
        "servers": [{ "url": "http://127.0.0.1:8080/_usertwin" }],
        // An empty requirement makes the token optional: it is wanted when the server was started with one.
        "security": [{}, { "controlToken": [] }],
        "tags": tags.iter().map(|tag| json!({ "name": tag })).collect::<Value>(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": { "Refused": {
                "description": "Not done; the detail is a sentence about why.",
                "content": { "application/problem+json": { "schema": schema("Problem") } },
            } },
            "securitySchemes": { "controlToken": {
                "type": "http", "scheme": "bearer", "description": "The server's --control-token.",
            } },
        },
    })
}

impl Call {
    fn operation(&self) -> Value {
        let mut operation = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "x-provenance": "chosen",
        });
        let mut put = |name: &str, value: Value| {
            if let Some(members) = operation.as_object_mut() {
                members.insert(name.to_owned(), value);
            }
        };
        if self.path.starts_with("/health") {
            put("security", json!([{}]));
        }
        if !self.query.is_empty() {
            let parameter = |(name, of, text): &Query| json!({ "name": name, "in": "query", "description": text, "schema": schema(of) });
            put("parameters", self.query.iter().map(parameter).collect());
        }
        if let Some(name) = self.body {
            // An empty body resets to the seed; every other call wants its body.
            let content = json!({ "application/json": { "schema": schema(name) } });
            put("requestBody", json!({ "required": name != "Reset", "content": content }));
        }
        let mut responses = Map::new();
        let (status, answer) = self.done.response();
        responses.insert(status.to_string(), answer);
        let takes = self.body.is_some() || !self.query.is_empty() || self.path.contains("{world}");
        let usual: &[u16] = match (self.path.starts_with("/health"), takes) {
            (true, _) => &[403],
            (false, true) => &[400, 401, 403, 500],
            (false, false) => &[401, 403, 500],
        };
        let of_a_body: &[u16] = if self.body.is_some() { &[408, 413] } else { &[] };
        let mut refusals = [usual, of_a_body, self.refusals].concat();
        refusals.sort_unstable();
        for status in refusals {
            responses.insert(status.to_string(), json!({ "$ref": "#/components/responses/Refused" }));
        }
        put("responses", Value::Object(responses));
        operation
    }
}

impl Done {
    fn response(self) -> (u16, Value) {
        let content = |kind: &str, schema: Value| json!({ kind: { "schema": schema } });
        match self {
            Done::Nothing => (204, json!({ "description": "Done." })),
            Done::Json(status, name) => {
                (status, json!({ "description": "Done.", "content": content("application/json", schema(name)) }))
            }
            Done::Text(kind) => {
                (200, json!({ "description": "Done.", "content": content(kind, json!({ "type": "string" })) }))
            }
        }
    }
}

fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let users = path.contains("/users/");
    let parameter = |name: &str| {
        let (text, of) = match name {
            "world" => ("The world; it comes into being on first use.", "WorldName"),
            "document" => ("The document's file name.", "DocumentName"),
            _ if users => ("The user's id.", "UserId"),
            _ => ("The id.", "Text"),
        };
        json!({ "name": name, "in": "path", "required": true, "description": text, "schema": schema(of) })
    };
    names.map(parameter).collect()
}
