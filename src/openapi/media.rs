//! Which media types an API reads and writes, the codec behind each, and its entry in a document: a schema and the
//! samples as examples.

use super::schema::put;
use crate::apis::{Api, Framework, Operation, Sample};
use crate::codec::view::Layout;
use crate::codec::{Codec, EnumStyle, JSON_ENUM_NAMES};
use crate::frameworks::webapi::Formatter;
use serde_json::{Map, Value, json};

/// A media type and its codec.
pub(super) type Media = (&'static str, &'static Codec);

/// The media type of JSON.
pub(super) const JSON_TYPE: &str = "application/json";
/// The media type of forms.
pub(super) const FORM_TYPE: &str = "application/x-www-form-urlencoded";

/// ASP.NET Core's JSON formatters, as far as the emulated ones read; any `application/*+json` is read as well.
const CORE_READS: &[&str] = &["application/json", "text/json", "application/json-patch+json"];
/// The media types that it writes.
const CORE_WRITES: &[&str] = &["application/json"];
const CORE_CODEC: &Codec = &JSON_ENUM_NAMES;

/// The media types of request bodies.
pub(super) fn read_by(api: &Api) -> Vec<Media> {
    match api.framework {
        Framework::WebApi(formatters) => each(formatters),
        Framework::AspNetCore(_) => CORE_READS.iter().map(|name| (*name, CORE_CODEC)).collect(),
    }
}

/// The media types of an operation's answers.
pub(super) fn written_by(api: &Api, operation: &Operation) -> Vec<Media> {
    match api.framework {
        _ if operation.form.is_some() || operation.only_json => {
            CORE_WRITES.iter().map(|name| (*name, CORE_CODEC)).collect()
        }
        Framework::WebApi(formatters) => {
            each(formatters).into_iter().filter(|(_, codec)| codec.writer.is_some()).collect()
        }
        Framework::AspNetCore(_) => CORE_WRITES.iter().map(|name| (*name, CORE_CODEC)).collect(),
    }
}

/// How the API's first JSON formatter writes enum values.
pub(super) fn enum_style(api: &Api) -> EnumStyle {
    let first = read_by(api).into_iter().find(|(_, codec)| matches!(codec.view.layout, Layout::Tree));
    first.map_or(EnumStyle::Names, |(_, codec)| codec.view.enums)
}

/// Whether an example under a media type is a value rather than a text. The vendor's help page prints a script compact,
/// as it is on the wire, which a value could not keep.
pub(super) fn shows_values((media_type, codec): Media) -> bool {
    matches!(codec.view.layout, Layout::Tree) && codec.view.binary.is_none() && media_type != "text/javascript"
}

fn each(formatters: &'static [Formatter]) -> Vec<Media> {
    let media = |formatter: &'static Formatter| formatter.media_types.iter().map(|name| (*name, formatter.codec));
    formatters.iter().flat_map(media).collect()
}

/// The schema of the bytes: those that are not text are opaque to OpenAPI, so their content is described in an
/// extension.
fn on_the_wire(schema: Value, (media_type, codec): Media) -> Value {
    match codec.view.binary {
        None => schema,
        Some(description) => json!({
            "type": "string",
            "format": "binary",
            "contentMediaType": media_type,
            "description": description,
            "x-schema": schema,
        }),
    }
}

/// The mark of a sample that its own schema refuses.
const REFUSED: &str = "x-refused";

/// The entry of a media type. Samples that the schema refuses are no examples of it: `x-samples` keeps them.
pub(super) fn object(media: Media, schema: Value, examples: Map<String, Value>) -> Value {
    let mut object = json!({ "schema": on_the_wire(schema, media) });
    let (refused, examples): (Map<_, _>, Map<_, _>) =
        examples.into_iter().partition(|(_, example)| example.get(REFUSED).is_some());
    for (name, kept) in [("examples", examples), ("x-samples", refused)] {
        if !kept.is_empty() {
            put(&mut object, name, kept.into());
        }
    }
    object
}

/// The examples of a body (`None`) or of an answer with a status.
pub(super) fn examples(samples: &[Sample], status: Option<u16>, media: Media) -> Map<String, Value> {
    let fits = |sample: &&Sample| sample.status == status && sample.media_types.contains(&media.0);
    samples.iter().filter(fits).map(|sample| (sample.name.to_owned(), example(sample, media))).collect()
}

/// The remark on an example of bytes that are not text.
pub(super) fn of_binary(media: Media, length: usize) -> Option<String> {
    media.1.view.binary.map(|_| format!("{length} bytes, written here as hexadecimal digits."))
}

fn example(sample: &Sample, media: Media) -> Value {
    let mut example = json!({ "summary": sample.summary, "x-provenance": sample.provenance.word() });
    let description = of_binary(media, sample.text.len() / 2);
    let value = if shows_values(media) { serde_json::from_str(sample.text).ok() } else { None };
    let value = value.unwrap_or_else(|| json!(sample.text));
    if let Some(example) = example.as_object_mut() {
        if let Some(description) = description {
            example.insert("description".to_owned(), json!(description));
        }
        if sample.refused {
            example.insert(REFUSED.to_owned(), json!(true));
        }
        example.insert("value".to_owned(), value);
    }
    example
}
