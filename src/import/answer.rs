//! The body of an answer as a value of the contract that its operation declares.

use crate::apis::operation::AnswerContent;
use crate::apis::{Api, Framework, Operation};
use crate::codec::{Body, Charset, Codec, JSON_ENUM_NAMES};
use crate::contract::{Kind, Value};
use crate::drift::exchange::Answer;

/// Reads an answer. Operations may share an address and differ in their queries and in what they answer: the first
/// contract that fits counts.
///
/// # Errors
/// Why it cannot be read, as the end of a sentence.
pub(super) fn read(api: &Api, operation: &Operation, answer: &Answer) -> Result<(Value, Kind), String> {
    let same = |other: &&Operation| {
        other.action.method == operation.action.method && other.action.templates == operation.action.templates
    };
    let read = as_answer_of(api, operation, answer);
    let others = api.operations.iter().filter(same);
    read.or_else(|reason| others.filter_map(|other| as_answer_of(api, other, answer).ok()).next().ok_or(reason))
}

fn as_answer_of(api: &Api, operation: &Operation, answer: &Answer) -> Result<(Value, Kind), String> {
    let documented = operation.answers.iter().find(|known| known.status == answer.status);
    let documented = documented.or_else(|| operation.answers.iter().find(|known| (200..300).contains(&known.status)));
    let Some(AnswerContent::Value(kind)) = documented.map(|known| known.content) else {
        return Err("has an answer without documented content".to_owned());
    };
    let body = answer.body.as_deref().ok_or("has an answer whose body the recorder left out")?;
    let media = answer.media_type();
    let codec = codec(api, &media).ok_or_else(|| format!("has an answer in {media}, which the API does not write"))?;
    let named = answer.header("content-type").unwrap_or_default();
    let named = named.split("charset=").nth(1).map(|name| name.split(';').next().unwrap_or(name).trim().to_owned());
    // What went through a program that keeps text is UTF-8, whatever the header says.
    let charset = named.filter(|_| !answer.as_text).and_then(|name| Charset::from_name(&name)).unwrap_or_default();
    let reading = (codec.read)(Body::new(body, charset), &kind);
    match reading.errors.first() {
        Some(error) => Err(format!("has an answer that does not fit its contract: {} {}", error.path, error.message)),
        None => Ok((reading.value, kind)),
    }
}

fn codec(api: &Api, media: &str) -> Option<&'static Codec> {
    match api.framework {
        Framework::WebApi(formatters) => {
            let formatter = formatters.iter().find(|known| known.media_types.contains(&media));
            formatter.map(|formatter| formatter.codec)
        }
        Framework::AspNetCore(_) => media.contains("json").then_some(&JSON_ENUM_NAMES),
    }
}
