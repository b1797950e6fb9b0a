//! Which media types an API reads and writes, the codec behind each, and what stands under one in a document.

use super::schema::put;
use crate::apis::{Api, Framework, Operation};
use crate::codec::EnumStyle;
use crate::frameworks::webapi::{Format, Formatter};
use serde_json::{Map, Value, json};

/// A media type and its codec.
pub(super) type Media = (&'static str, Format);

/// ASP.NET Core's JSON formatters, as far as the emulated ones read; any `application/*+json` is read as well.
const CORE_READS: &[&str] = &["application/json", "text/json", "application/json-patch+json"];
/// What it writes.
const CORE_WRITES: &[&str] = &["application/json"];
const CORE_FORMAT: Format = Format::Json(EnumStyle::Names);

/// What request bodies may come as.
pub(super) fn read_by(api: &Api) -> Vec<Media> {
    match api.framework {
        Framework::WebApi(formatters) => each(formatters),
        Framework::AspNetCore(_) => CORE_READS.iter().map(|name| (*name, CORE_FORMAT)).collect(),
    }
}

/// What an operation's answers may come as.
pub(super) fn written_by(api: &Api, operation: &Operation) -> Vec<Media> {
    match api.framework {
        _ if operation.form.is_some() => CORE_WRITES.iter().map(|name| (*name, CORE_FORMAT)).collect(),
        Framework::WebApi(formatters) => {
            each(formatters).into_iter().filter(|(_, format)| *format != Format::Form).collect()
        }
        Framework::AspNetCore(_) => CORE_WRITES.iter().map(|name| (*name, CORE_FORMAT)).collect(),
    }
}

/// How the API's first JSON formatter writes enum values.
pub(super) fn enum_style(api: &Api) -> EnumStyle {
    let style = |(_, format): Media| if let Format::Json(style) = format { Some(style) } else { None };
    read_by(api).into_iter().find_map(style).unwrap_or(EnumStyle::Names)
}

fn each(formatters: &'static [Formatter]) -> Vec<Media> {
    let media = |formatter: &'static Formatter| formatter.media_types.iter().map(|name| (*name, formatter.format));
    formatters.iter().flat_map(media).collect()
}

/// The schema of the bytes: BSON is opaque to OpenAPI, so what it holds stands beside.
fn on_the_wire(schema: Value, format: Format) -> Value {
    if format != Format::Bson {
        return schema;
    }
    json!({
        "type": "string",
        "format": "binary",
        "contentMediaType": "application/bson",
        "description": "A BSON document of the shape in `x-schema`; identifiers are binary values of subtype 4 in .NET's \
                        byte order.",
        "x-schema": schema,
    })
}

/// The object that stands under a media type.
pub(super) fn object(format: Format, schema: Value, examples: Map<String, Value>) -> Value {
    let mut object = json!({ "schema": on_the_wire(schema, format) });
    if !examples.is_empty() {
        put(&mut object, "examples", examples.into());
    }
    object
}
