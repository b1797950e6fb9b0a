//! Two answers, compared on four levels: status, headers, tree, bytes. A level is compared where those before it leave
//! something to compare: bodies of different statuses are different things.

use super::cause::Difference;
use super::counterparts::Counterparts;
use super::exchange::Answer;
use super::node::{self, Node};
use super::scalar::{is_guid, is_masked, moment, wording};
use super::volatile::is_volatile;
use super::{bson_bytes, bytes};
use crate::pipeline::journal::SecretNames;
use std::collections::{BTreeMap, BTreeSet};

/// What a comparison needs to know and learns.
pub struct Comparison<'a> {
    /// Names of the two sides.
    pub names: &'a mut Counterparts,
    /// Fractions of moments.
    pub fractions: &'a mut Fractions,
    /// Members whose values are secrets.
    pub secrets: &'a SecretNames,
    /// The API, the exchange's number and its route.
    pub place: (&'static str, usize, &'a str),
    /// Whether ids in the answer are new.
    pub creates: bool,
    /// Whether names are stand-ins, which sort otherwise than what they stand for.
    pub masked: bool,
}

/// Everything that differs between the recorded answer and the twin's own.
#[must_use]
pub fn answers(mut comparison: Comparison<'_>, recorded: &Answer, own: &Answer) -> Vec<Difference> {
    if recorded.status != own.status {
        let (a, b) = (recorded.status, own.status);
        return vec![difference("status", a.to_string(), format!("here {b}"), shown(recorded), shown(own))];
    }
    let mut found = Vec::new();
    comparison.headers(recorded, own, &mut found);
    let (Some(a), Some(b)) = (&recorded.body, &own.body) else { return found };
    if is_masked(&String::from_utf8_lossy(a)) {
        return found;
    }
    let before = found.len();
    let media = own.media_type();
    let (mut pairs, mut otherwise) = (Vec::new(), false);
    match (node::read(&recorded.media_type(), a), node::read(&media, b)) {
        (Some(a), Some(b)) => {
            let (refused, comparison, found) = (own.status >= 400, &mut comparison, &mut found);
            let mut tree = Tree { comparison, found, pairs: &mut pairs, retyped: false, refused, reordered: false };
            tree.compare("(body)", &a, &b);
            otherwise = tree.retyped || tree.reordered;
        }
        (None, None) => {}
        (a, b) => {
            let word = |tree: Option<Node>| if tree.is_some() { "readable" } else { "not readable in its format" };
            let (a, b) = (word(a), word(b));
            found.push(difference(
                "tree",
                "(body)".to_owned(),
                format!("is {a} there, {b} here"),
                shown(recorded),
                shown(own),
            ));
        }
    }
    if found.len() > before || recorded.media_type() != media || otherwise {
        return found;
    }
    if media.contains("bson") {
        let written = bson_bytes::differing(a, b, &pairs);
        found.extend(written.map(|(member, kind, (a, b))| difference("bytes", member, kind.to_owned(), a, b)));
    } else {
        found.extend(bytes::compare((a, b), recorded.as_text, comparison.names, &pairs));
    }
    found
}

fn difference(level: &'static str, subject: String, kind: String, recorded: String, own: String) -> Difference {
    Difference { level, subject, kind, recorded, own }
}

/// The beginning of an answer.
fn shown(answer: &Answer) -> String {
    let body = String::from_utf8_lossy(answer.body.as_deref().unwrap_or_default()).into_owned();
    format!("{} {body}", answer.status)
}

impl Comparison<'_> {
    fn headers(&mut self, recorded: &Answer, own: &Answer, found: &mut Vec<Difference>) {
        let names: BTreeSet<&String> = recorded.headers.iter().chain(&own.headers).map(|(name, _)| name).collect();
        for name in names {
            if is_volatile(name) {
                continue;
            }
            let (kind, a, b) = match (recorded.header(name), own.header(name)) {
                (Some(a), Some(b)) if self.same_header(name, &a, &b) => continue,
                (Some(a), Some(b)) => ("has another value", a, b),
                (Some(a), None) => ("only there", a, String::new()),
                (None, b) => ("only here", String::new(), b.unwrap_or_default()),
            };
            found.push(difference("header", name.clone(), kind.to_owned(), a, b));
        }
    }

    /// Two addresses without their hosts. Sign-in sends a code in one, which each side makes for itself.
    fn same_address(&mut self, recorded: &str, own: &str) -> bool {
        let parts = |address: &str| -> Vec<String> { address.split(['?', '#', '&']).map(str::to_owned).collect() };
        let (recorded, own) = (parts(recorded), parts(own));
        recorded.len() == own.len()
            && recorded.iter().zip(&own).all(|(a, b)| {
                let secret = match (a.split_once('='), b.split_once('=')) {
                    (Some((name, a)), Some((same, b))) if name == same => {
                        is_masked(a) || (self.secrets.hides(name) && a != b && self.names.learn(a, b))
                    }
                    _ => false,
                };
                secret || self.names.applied_to_target(a) == *b
            })
    }

    fn same_header(&mut self, name: &str, a: &str, b: &str) -> bool {
        let secret = |value: &str| is_masked(value.rsplit(' ').next().unwrap_or_default());
        if a == b || name == "etag" || secret(a) || secret(b) {
            return true;
        }
        if name == "location" {
            let (a, b) = (without_authority(a), without_authority(b));
            let (last_a, last_b) = (a.rsplit('/').next().unwrap_or_default(), b.rsplit('/').next().unwrap_or_default());
            if self.creates && last_a != last_b && is_key(last_a) && is_key(last_b) {
                self.names.learn(last_a, last_b);
            }
            return self.same_address(a, b);
        }
        if self.secrets.hides(name) {
            return self.names.learn(a, b);
        }
        self.names.applied(a) == b || wording(a) == wording(b)
    }
}

/// A key that a service makes: a GUID or a number.
fn is_key(text: &str) -> bool {
    is_guid(text) || (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn without_authority(address: &str) -> &str {
    let Some((_, rest)) = address.split_once("://") else { return address };
    rest.get(rest.find('/').unwrap_or(rest.len())..).unwrap_or_default()
}

/// A walk through two trees side by side.
struct Tree<'a, 'b> {
    comparison: &'a mut Comparison<'b>,
    found: &'a mut Vec<Difference>,
    /// Values that differ by rule: bytes may differ by them too.
    pairs: &'a mut Vec<(String, String)>,
    /// Whether a masked value is of another type than the twin's, so that the bytes around it differ too.
    retyped: bool,
    /// Whether the answer is a refusal, whose texts are wording.
    refused: bool,
    /// Whether a list has its items in another order.
    reordered: bool,
}

impl Tree<'_, '_> {
    fn note(&mut self, member: &str, kind: String, recorded: String, own: String) {
        self.found.push(difference("tree", member.to_owned(), kind, recorded, own));
    }

    fn compare(&mut self, member: &str, a: &Node, b: &Node) {
        match (a, b) {
            (Node::Text(hidden), b) if is_masked(hidden) && !matches!(b, Node::Text(_)) => self.retyped = true,
            (a, Node::Text(hidden)) if is_masked(hidden) && !matches!(a, Node::Text(_)) => self.retyped = true,
            (Node::Members(a), Node::Members(b)) => self.members(member, a, b),
            (Node::Content(a), Node::Content(b)) => self.content(member, a, b),
            // An element without content is an empty list, or has none of its members.
            (Node::Content(a), Node::Text(empty)) if empty.is_empty() => self.content(member, a, &[]),
            (Node::Text(empty), Node::Content(b)) if empty.is_empty() => self.content(member, &[], b),
            (Node::Items(a), Node::Items(b)) => self.items(member, a, b),
            (Node::Text(a), Node::Text(b)) => self.texts(member, a, b),
            (Node::Number(kind, a), Node::Number(own, b)) if kind == own => self.numbers(member, a, b),
            (Node::Other("date", a), Node::Other("date", b)) => self.texts(member, a, b),
            (Node::Other("bytes", a), Node::Other("bytes", b)) if is_guid(a) && is_guid(b) => self.texts(member, a, b),
            (a, b) if a.kind() == b.kind() && a == b => {}
            (a, b) if a.kind() != b.kind() => {
                self.note(member, format!("is {} there, {} here", a.kind(), b.kind()), a.shown(), b.shown());
            }
            (a, b) => self.note(member, "has another value".to_owned(), a.shown(), b.shown()),
        }
    }

    /// What XML elements contain: a list where all on both sides have one name and one side has not just one of them.
    fn content(&mut self, member: &str, a: &[(String, Node)], b: &[(String, Node)]) {
        let mut names = a.iter().chain(b).map(|(name, _)| name);
        let first = names.next();
        let is_list = names.all(|name| Some(name) == first) && !(a.len() == 1 && b.len() == 1);
        if is_list && a.len() != b.len() {
            let count = |items: &[(String, Node)]| format!("{} items", items.len());
            self.note(member, "has another number of items".to_owned(), count(a), count(b));
        } else {
            self.members(member, a, b);
        }
    }

    fn items(&mut self, member: &str, a: &[Node], b: &[Node]) {
        if a.len() != b.len() {
            let count = |items: &[Node]| format!("{} items", items.len());
            self.note(member, "has another number of items".to_owned(), count(a), count(b));
            return;
        }
        let there: Option<Vec<String>> = a.iter().map(key).collect();
        let here: Option<Vec<String>> = b.iter().map(key).collect();
        if let (Some(there), Some(here)) = (there, here)
            && there != here
            && let Some(order) = order(&there, &here)
        {
            self.reordered = true;
            if !self.comparison.masked {
                let (there, here) = (there.join(", "), here.join(", "));
                self.note(member, "has its items in another order".to_owned(), there, here);
            }
            for (a, b) in a.iter().zip(order.into_iter().filter_map(|at| b.get(at))) {
                self.compare(member, a, b);
            }
            return;
        }
        for (a, b) in a.iter().zip(b) {
            self.compare(member, a, b);
        }
    }

    fn members(&mut self, parent: &str, a: &[(String, Node)], b: &[(String, Node)]) {
        let has = |members: &[(String, Node)], name: &str| members.iter().any(|(known, _)| known == name);
        let names: Vec<&String> = a.iter().chain(b).map(|(name, _)| name).collect();
        let mut seen = BTreeSet::new();
        let mut renamed = BTreeSet::new();
        for name in names.into_iter().filter(|name| seen.insert(name.as_str())) {
            let of = |members: &[(String, Node)]| -> Vec<Node> {
                members.iter().filter(|(known, _)| known == name).map(|(_, node)| node.clone()).collect()
            };
            let (left, right) = (of(a), of(b));
            match (left.as_slice(), right.as_slice()) {
                ([], [own, ..]) if !renamed.contains(name) => {
                    self.note(name, "only here".to_owned(), String::new(), own.shown());
                }
                ([recorded, ..], []) => {
                    // A member of another name with the same value in the same place is the same member.
                    let at = a.iter().position(|(known, _)| known == name);
                    let other = at.and_then(|at| b.get(at)).filter(|(other, node)| !has(a, other) && node == recorded);
                    match other {
                        Some((other, own)) => {
                            renamed.insert(other.clone());
                            self.note(name, format!("is called {other} here"), recorded.shown(), own.shown());
                        }
                        None => self.note(name, "only there".to_owned(), recorded.shown(), String::new()),
                    }
                }
                // XML's lists are members of one name.
                (left, right) if left.len() == right.len() => self.items(name, left, right),
                ([], _) => {}
                (left, right) => {
                    let count = |items: &[Node]| format!("{} times", items.len());
                    self.note(parent, "has another number of items".to_owned(), count(left), count(right));
                }
            }
        }
        let shared = |from: &[(String, Node)], other: &[(String, Node)]| -> Vec<String> {
            from.iter().map(|(name, _)| name.clone()).filter(|name| has(other, name)).collect()
        };
        let (left, right) = (shared(a, b), shared(b, a));
        if left != right && left.len() == right.len() {
            self.found.push(difference(
                "bytes",
                parent.to_owned(),
                "has its members in another order".to_owned(),
                left.join(", "),
                right.join(", "),
            ));
        }
    }

    fn numbers(&mut self, member: &str, a: &str, b: &str) {
        let same = a == b || a.parse::<f64>().ok().zip(b.parse::<f64>().ok()).is_some_and(|(a, b)| a == b);
        // A recorder masks a number as 0.
        if same || (a == "0" && self.comparison.secrets.hides(member)) {
            self.pairs.push((a.to_owned(), b.to_owned()));
            return;
        }
        self.key_or_value(member, a, b);
    }

    /// Ids that differ, where they may.
    fn key_or_value(&mut self, member: &str, a: &str, b: &str) {
        let named_id = member.to_ascii_lowercase().ends_with("id") || member == "Data";
        let comparison = &mut *self.comparison;
        let known = comparison.names.of(a) == Some(b);
        let new = is_guid(a) && is_guid(b) || (comparison.creates && named_id && is_key(a) && is_key(b));
        if known || (new && comparison.names.learn(a, b)) {
            self.pairs.push((a.to_owned(), b.to_owned()));
        } else {
            self.note(member, "has another value".to_owned(), a.to_owned(), b.to_owned());
        }
    }

    fn texts(&mut self, member: &str, a: &str, b: &str) {
        if a == b {
            if is_guid(a) {
                self.comparison.names.share(a);
            }
            return;
        }
        if is_masked(a) || is_masked(b) {
            self.pairs.push((a.to_owned(), b.to_owned()));
            return;
        }
        if let (Some(there), Some(here)) = (moment(a), moment(b)) {
            self.pairs.push((a.to_owned(), b.to_owned()));
            if there.form != here.form {
                let kind = format!("is a moment written as {} there, {} here", there.form, here.form);
                self.note(member, kind, a.to_owned(), b.to_owned());
            } else if there.digits != here.digits {
                let sides = ((a, there.fraction), (b, here.fraction));
                self.comparison.fractions.add(self.comparison.place, member, sides);
            }
            return;
        }
        let secret = self.comparison.secrets.hides(member) && !a.is_empty() && !b.is_empty();
        // The tokens of a sign-in have no name of their own.
        let token = member == "Data" && a.len() >= 16 && b.len() >= 16 && !a.contains(' ') && !b.contains(' ');
        if (secret || token) && self.comparison.creates && self.comparison.names.learn(a, b) {
            self.pairs.push((a.to_owned(), b.to_owned()));
            return;
        }
        if is_key(a) && is_key(b) {
            return self.key_or_value(member, a, b);
        }
        let (there, here) = (wording(&self.comparison.names.applied(a)), wording(b));
        if there == here {
            self.pairs.push((a.to_owned(), b.to_owned()));
            return;
        }
        let kind = match self.refused {
            true => format!("says \"{there}\" there, \"{here}\" here"),
            false => "has another value".to_owned(),
        };
        self.note(member, kind, a.to_owned(), b.to_owned());
    }
}

/// What an item of a list is known by.
fn key(item: &Node) -> Option<String> {
    let (Node::Members(members) | Node::Content(members)) = item else { return None };
    let named = |wanted: &str| members.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let (_, node) = ["id", "username", "email"].iter().find_map(|name| named(name))?;
    Some(node.shown())
}

/// Where each of the recorded items stands in the twin's list, if both hold the same ones.
fn order(there: &[String], here: &[String]) -> Option<Vec<usize>> {
    let distinct: BTreeSet<&String> = there.iter().collect();
    let place = |key: &String| here.iter().position(|known| known == key);
    (distinct.len() == there.len()).then(|| there.iter().map(place).collect())?
}

/// The exchanges and routes that a difference was seen in.
type Places = BTreeMap<usize, String>;

/// How many digits the fractions of moments have, by API and member. Trailing zeros are left out by some writers, so one
/// moment proves nothing; that all of a member's have fewer digits does.
#[derive(Debug, Default)]
pub struct Fractions(BTreeMap<(&'static str, String), Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// The moments of both sides as they were compared, each with its digits.
    pairs: BTreeSet<((String, usize), (String, usize))>,
    places: Places,
}

impl Seen {
    /// The most digits of each side.
    fn longest(&self) -> (usize, usize) {
        self.pairs.iter().fold((0, 0), |(there, here), ((_, a), (_, b))| (there.max(*a), here.max(*b)))
    }

    /// How many moments of the side with fewer digits could have had more. One whose counterpart is as short proves
    /// nothing: a date of a document has the digits that were written into it.
    fn moments(&self) -> usize {
        let (there, here) = self.longest();
        let shorter = self.pairs.iter().filter_map(|((a, there_has), (b, here_has))| {
            if there < here { (*here_has > there).then_some(a) } else { (*there_has > here).then_some(b) }
        });
        shorter.collect::<BTreeSet<_>>().len()
    }
}

impl Fractions {
    fn add(
        &mut self,
        place: (&'static str, usize, &str),
        member: &str,
        ((a, there), (b, here)): ((&str, usize), (&str, usize)),
    ) {
        let (api, number, route) = place;
        let seen = self.0.entry((api, member.to_owned())).or_default();
        seen.pairs.insert(((a.to_owned(), there), (b.to_owned(), here)));
        seen.places.insert(number, route.to_owned());
    }

    /// The members whose fractions are longer on one side than chance allows: one in 10,000.
    pub fn differences(self) -> impl Iterator<Item = (&'static str, Places, Difference)> {
        self.0.into_iter().filter_map(|((api, member), seen)| {
            let (there, here) = seen.longest();
            let chance = there.abs_diff(here) * seen.moments();
            let ((a, _), (b, _)) = seen.pairs.first()?.clone();
            let kind = format!("has {there} digits behind the second there, {here} here");
            (chance >= 4).then(|| (api, seen.places, difference("bytes", member, kind, a, b)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the digits of pairs of moments are a difference; a moment is given by its fraction.
    fn differ(pairs: &[(&str, &str)]) -> bool {
        let mut fractions = Fractions::default();
        for (there, here) in pairs {
            fractions.add(("pbnb", 0, "/"), "at", ((there, there.len()), (here, here.len())));
        }
        fractions.differences().count() > 0
    }

    #[test]
    fn four_moments_that_end_early_are_no_chance_and_one_is() {
        let full = ["1111111", "2222222", "3333333", "4444444"];
        let cut = ["111111", "222222", "333333", "444444"];
        let pairs = |count: usize| cut.into_iter().zip(full).take(count).collect::<Vec<_>>();
        assert!(differ(&pairs(4)) && !differ(&pairs(3)));
        let turned: Vec<_> = pairs(4).into_iter().map(|(there, here)| (here, there)).collect();
        assert!(differ(&turned));
    }

    #[test]
    fn dates_that_are_short_on_both_sides_prove_nothing() {
        let written = [("115", "571"), ("116", "572"), ("117", "573"), ("118", "574")];
        assert!(!differ(&[written.as_slice(), &[("111111", "1111111")]].concat()));
    }
}
