//! `$ref`, `$id`, `$type` and `$values` at the head of an object, which Json.NET interprets in an operation and in the
//! value of one (oracle: njp-04350, njp-04354). Deeper objects keep them as members.

use super::display;
use super::lenient::{Json, Node};

/// What the `$` names make of an object.
pub(super) enum Head {
    /// An object, with the name that `$id` gave it; the `$` names at its head are gone.
    Object {
        id: Option<String>,
        members: Vec<(String, Node)>,
    },
    /// A reference to an object with a name.
    Reference(String),
    /// The value of `$values`, which stands for the object.
    Values(Node),
    Refused(Fault),
}

/// An error at a member of the object.
pub(super) struct Fault {
    pub(super) text: &'static str,
    /// The member's name.
    pub(super) member: String,
    /// The byte offset that the error names.
    pub(super) at: usize,
}

pub(super) fn head(members: Vec<(String, Node)>) -> Head {
    let mut id = None;
    let mut members = members.into_iter().peekable();
    while let Some((name, node)) = members.next_if(|(name, _)| is_metadata(name)) {
        match (name.as_str(), node.json) {
            ("$values", json) => return Head::Values(Node { json, ..node }),
            ("$id", json) => id = Some(display::to_string(&json)).filter(|_| json != Json::Null),
            ("$ref", Json::Text(reference)) => {
                return match members.next() {
                    None => Head::Reference(reference),
                    Some((member, node)) => {
                        let text = "Additional content found in JSON reference object. A JSON reference object should \
                                    only have a $ref property.";
                        Head::Refused(Fault { text, member, at: node.name_end })
                    }
                };
            }
            ("$ref", Json::Null) | ("$type", _) => {}
            _ => {
                let text = "JSON reference $ref property must have a string or null value.";
                return Head::Refused(Fault { text, member: name, at: node.end });
            }
        }
    }
    Head::Object { id, members: members.collect() }
}

fn is_metadata(name: &str) -> bool {
    matches!(name, "$ref" | "$id" | "$type" | "$values")
}
