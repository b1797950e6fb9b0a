//! Masks whole exchanges: what the names of members, headers, parameters and fields show to be a secret or personal gets
//! a stand-in, and so does the same value wherever else it stands.

use super::exchange::{Exchange, Message};
use super::format::{self, Visit};
use super::place::{Nature, nature};
use super::spelling::{Spelled, Spelling};
use super::stand_in::{StandIns, folded};
use super::values::Values;
use crate::apis::{Apis, Operation};
use crate::contract::{Kind, ObjectType, StoredKind, StoredMember};
use crate::drift::route;
use crate::pipeline::journal::SecretNames;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::{BTreeSet, HashSet};

/// Headers whose values are of the protocol; no person is named there.
const OF_THE_PROTOCOL: [&str; 17] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "accept-charset",
    "allow",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "date",
    "expires",
    "host",
    "last-modified",
    "server",
    "vary",
];

/// Parts of names of headers that carry secrets.
const OF_SECRETS: [&str; 8] =
    ["token", "secret", "password", "api-key", "apikey", "access-key", "subscription-key", "credential"];

/// Masks exchanges. What it has learnt from one it hides in all.
#[derive(Debug)]
pub struct Masker {
    apis: Apis,
    stand_ins: StandIns,
    names: SecretNames,
    /// Words of the services' own, which nobody's name hides: names of values, words of paths.
    common: HashSet<String>,
    values: Values,
    /// Secrets that were seen, and values that were to be hidden.
    seen: BTreeSet<String>,
    /// Values that were given to be hidden.
    given: Vec<String>,
}

/// What is known of an exchange from its route.
struct Context {
    about: String,
    signs_in: bool,
    template: Vec<&'static str>,
}

impl Masker {
    /// Masks what these APIs exchange, by a secret key, and the values that are given.
    #[must_use]
    pub fn new(apis: &Apis, key: &[u8], given: &[String]) -> Masker {
        let mut values = Values::default();
        for value in given {
            values.learn(value, |_| false);
        }
        Masker {
            apis: apis.clone(),
            stand_ins: StandIns::new(key),
            names: SecretNames::of(&apis.schema()),
            common: common_words(apis),
            values,
            seen: given.iter().cloned().collect(),
            given: given.to_vec(),
        }
    }

    /// How often something was learnt: what was masked before it may hold it.
    #[must_use]
    pub fn learnt(&self) -> usize {
        self.values.learnt
    }

    /// The secrets that were seen and the values that were given: none of them may survive.
    #[must_use]
    pub fn secrets(&self) -> &BTreeSet<String> {
        &self.seen
    }

    /// Learns the values of an exchange.
    pub fn learn(&mut self, exchange: &Exchange) {
        let mut found = Vec::new();
        let context = self.context(exchange);
        let names = self.names.clone();
        let mut visit = |path: &[String], text: &str| {
            let nature = nature(&names, path, &context.about, context.signs_in);
            if nature != Nature::Other && !text.trim().is_empty() {
                found.push((nature, text.to_owned()));
            }
            None
        };
        let _ = self.rewritten(exchange, &context, &mut visit);
        for (nature, text) in found {
            let text = text.trim();
            // chosen: shorter ones, and words of the services' own, are part of anything.
            if nature == Nature::Secret && text.chars().count() >= 8 && !self.is_common(text) {
                self.seen.insert(text.to_owned());
            }
            let common = &self.common;
            self.values.learn(text, |word| common.contains(word));
        }
    }

    /// An exchange as others may see it.
    #[must_use]
    pub fn masked(&self, exchange: &Exchange) -> Exchange {
        let context = self.context(exchange);
        let mut visit = |path: &[String], text: &str| {
            let nature = nature(&self.names, path, &context.about, context.signs_in);
            match nature {
                Nature::Secret if !matches!(text, "" | "true" | "false" | "null") => Some(self.stand_ins.of(text)),
                Nature::Personal if !self.is_common(text) => Some(self.stand_ins.of(text)),
                _ => self.hidden(text, true),
            }
        };
        self.rewritten(exchange, &context, &mut visit)
    }

    /// Whether a text says nothing of anybody: a word of the services' own, or a number too short for a phone (chosen).
    fn is_common(&self, text: &str) -> bool {
        let folded: String = text.trim().chars().map(folded).collect();
        let is_count = folded.len() < 5 && folded.bytes().all(|byte| byte.is_ascii_digit());
        folded.is_empty() || is_count || self.common.contains(&folded)
    }

    /// A text with stand-ins for what is known. What was given to be hidden is, also within words.
    fn hidden(&self, text: &str, by_shape: bool) -> Option<String> {
        let mut other = self.values.hidden(text, &self.stand_ins, by_shape);
        for value in &self.given {
            let shown = other.as_deref().unwrap_or(text);
            if !value.is_empty() && shown.contains(value.as_str()) {
                other = Some(shown.replace(value.as_str(), &self.stand_ins.of(value)));
            }
        }
        other
    }

    /// A text that was masked by another run, with stand-ins for what was learnt since.
    #[must_use]
    pub fn again(&self, text: &str) -> Option<String> {
        self.hidden(text, false)
    }

    fn context(&self, exchange: &Exchange) -> Context {
        let route = route::of(&self.apis, &exchange.method, exchange.path());
        let about = route.as_ref().map(|route| route.name.to_ascii_lowercase()).unwrap_or_default();
        let operation = route.as_ref().and_then(|route| route.operation);
        let signs_in = operation.is_some_and(|operation| operation.anonymous)
            || exchange.response.headers.iter().any(|(name, _)| name == "authtoken");
        let template = route.map(|route| route.name.split(' ').nth(1).map(str::to_owned).unwrap_or_default());
        let of_operation = operation
            .and_then(|operation| operation.action.templates.iter().find(|known| template.as_deref() == Some(**known)));
        let template = of_operation.map(|template| template.split('/').collect()).unwrap_or_default();
        Context { about, signs_in, template }
    }

    fn rewritten(&self, exchange: &Exchange, context: &Context, visit: Visit<'_>) -> Exchange {
        Exchange {
            target: target(&exchange.target, context, visit),
            request: message(&exchange.request, context, visit),
            response: message(&exchange.response, context, visit),
            ..exchange.clone()
        }
    }
}

/// Path and query: parameters of the template by their names, and the words of the template as they are.
fn target(target: &str, context: &Context, visit: Visit<'_>) -> String {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let segments: Vec<&str> = path.split('/').collect();
    // Templates fit the end of a path: mounts and worlds stand in front.
    let offset = segments.len().saturating_sub(context.template.len());
    let mut out = Vec::with_capacity(segments.len());
    for (at, segment) in segments.iter().enumerate() {
        let part = at.checked_sub(offset).and_then(|at| context.template.get(at));
        let name = match part {
            Some(part) if part.starts_with('{') => part.trim_matches(['{', '}']),
            // A word of the route.
            Some(_) => {
                out.push((*segment).to_owned());
                continue;
            }
            None if !context.template.is_empty() => {
                out.push((*segment).to_owned());
                continue;
            }
            None => "",
        };
        let spelled = Spelled::read(Spelling::Percent, segment);
        let other = visit(&[name.to_owned()], &spelled.text());
        out.push(other.map_or_else(|| (*segment).to_owned(), |other| spelled.with(&other)));
    }
    let path = out.join("/");
    match query {
        Some(query) => format!("{path}?{}", format::in_form(query, &[], visit)),
        None => path,
    }
}

fn message(message: &Message, context: &Context, visit: Visit<'_>) -> Message {
    let headers =
        message.headers.iter().map(|(name, value)| (name.clone(), header(name, value, context, visit))).collect();
    let body = match message.body.is_empty() {
        true => Vec::new(),
        false => format::rewritten(message.header("content-type"), &message.body, visit),
    };
    Message { headers, body }
}

fn header(name: &str, value: &str, context: &Context, visit: Visit<'_>) -> String {
    let secret = ["password".to_owned()];
    let mut hide = |text: &str| visit(&secret, text).unwrap_or_else(|| text.to_owned());
    match name {
        "authorization" | "authorisation" | "proxy-authorization" => match value.split_once(' ') {
            Some((scheme, pair)) if scheme.eq_ignore_ascii_case("basic") => {
                format!("{scheme} {}", basic(pair.trim(), &mut hide))
            }
            Some((scheme, token)) => format!("{scheme} {}", hide(token)),
            None => hide(value),
        },
        "cookie" | "set-cookie" => {
            let parts: Vec<String> = value
                .split(';')
                .enumerate()
                .map(|(at, part)| cookie(part, name == "cookie" || at == 0, &mut hide))
                .collect();
            parts.join(";")
        }
        name if OF_THE_PROTOCOL.contains(&name)
            || name.starts_with("access-control-")
            || name.ends_with("-authenticate") =>
        {
            value.to_owned()
        }
        name if OF_SECRETS.iter().any(|part| name.contains(part)) || name.contains("auth") => hide(value),
        "location" | "content-location" | "referer" | "origin" | "link" => address(value, context, visit),
        name => visit(&[name.to_owned()], value).unwrap_or_else(|| value.to_owned()),
    }
}

fn cookie(part: &str, holds_value: bool, hide: &mut dyn FnMut(&str) -> String) -> String {
    match part.split_once('=') {
        Some((name, value)) if holds_value => format!("{name}={}", hide(value)),
        _ => part.to_owned(),
    }
}

/// A user and a password in base64; what is none is hidden as it stands.
fn basic(pair: &str, hide: &mut dyn FnMut(&str) -> String) -> String {
    let decoded = STANDARD.decode(pair).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match decoded.as_deref().map(|text| text.split_once(':').unwrap_or((text, ""))) {
        Some((user, password)) if !user.is_empty() || !password.is_empty() => {
            STANDARD.encode(format!("{}:{}", hide(user), hide(password)))
        }
        _ => hide(pair),
    }
}

/// An address in a header: its path and query as those of a request, without a template, and no host.
fn address(value: &str, context: &Context, visit: Visit<'_>) -> String {
    let from = value.find("://").map_or(0, |at| at + 3);
    let rest = value.get(from..).unwrap_or_default();
    let path = if from == 0 { 0 } else { rest.find(['/', '?', '#']).unwrap_or(rest.len()) };
    let (front, rest) = value.split_at_checked(from + path).unwrap_or((value, ""));
    let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, fragment)| (rest, Some(fragment)));
    let none = Context { about: context.about.clone(), signs_in: context.signs_in, template: Vec::new() };
    let mut shown = format!("{front}{}", target(rest, &none, visit));
    if let Some(fragment) = fragment {
        shown = format!("{shown}#{}", format::in_form(fragment, &[], visit));
    }
    shown
}

/// Words of the frameworks' sentences, which a user may be named after.
const WORDING: &str = "a access account accounts action address allowed an and any api are argument array attribute be been \
                       bad body can cannot code contain contains could create data deleted denied disabled does email \
                       enabled entity error exception exist exists expected field for forbidden format found from get given \
                       has have header http https id in input internal invalid is it item json key length list locked match \
                       matches media member message method missing model must name no not null number object of on only or \
                       parameter password patch path phone post problem provided put read request requested required \
                       resource response role roles server service session sign sms state status string support supported \
                       system test that the there this to token type unauthorized unexpected unknown unsupported update uri \
                       url user username users valid value was with xml you your";

/// Words that answers and paths have whoever is in them: names of values of the contracts and of stored members, and
/// literal segments.
fn common_words(apis: &Apis) -> HashSet<String> {
    let mut words: HashSet<String> =
        ["true", "false", "null", "none", "success", "bearer", "utc"].map(str::to_owned).into();
    words.extend(WORDING.split_whitespace().map(str::to_owned));
    for api in apis {
        for operation in api.operations {
            let segments = operation.action.templates.iter().flat_map(|template| template.split('/'));
            words.extend(segments.filter(|segment| !segment.starts_with('{')).map(str::to_owned));
            for kind in kinds(operation) {
                add_names(&kind, &mut words, 0);
            }
        }
        for mount in api.mounts {
            words.extend(mount.directory.split('/').chain(mount.prefix.split('/')).map(str::to_owned));
        }
        let lists = api.lists.iter().flat_map(|list| list.members.iter());
        for member in api.facet.members.iter().chain(lists) {
            add_stored_names(member, &mut words);
        }
    }
    words.into_iter().map(|word| word.chars().map(folded).collect()).collect()
}

fn kinds(operation: &Operation) -> Vec<Kind> {
    let answers = operation.answers.iter().filter_map(|answer| match answer.content {
        crate::apis::operation::AnswerContent::Value(kind) => Some(kind),
        _ => None,
    });
    answers.chain(operation.action.parameters.iter().map(|parameter| parameter.kind)).collect()
}

fn add_names(kind: &Kind, words: &mut HashSet<String>, depth: usize) {
    // Contracts do not contain themselves; a fifth API's might.
    if depth > 8 {
        return;
    }
    match kind.underlying() {
        Kind::Enum(known) => words.extend(known.members.iter().map(|(name, _)| (*name).to_owned())),
        Kind::List(list) => add_names(&list.item, words, depth + 1),
        Kind::Dictionary(dictionary) => add_names(&dictionary.value, words, depth + 1),
        Kind::Object(class) => {
            let bases = std::iter::successors(Some(*class), |class: &&'static ObjectType| class.base);
            for member in bases.flat_map(|class| class.members.iter()) {
                add_names(&member.kind, words, depth + 1);
            }
        }
        _ => {}
    }
}

fn add_stored_names(member: &StoredMember, words: &mut HashSet<String>) {
    match &member.kind {
        StoredKind::Enum(known) | StoredKind::NamedEnum(known) => {
            words.extend(known.members.iter().map(|(name, _)| (*name).to_owned()));
        }
        StoredKind::Group(members) => members.iter().for_each(|member| add_stored_names(member, words)),
        _ => {}
    }
}
