//! Samples as the examples of a media type.

use super::media::Media;
use crate::apis::Sample;
use crate::frameworks::webapi::Format;
use serde_json::{Map, Value, json};

/// The examples of a body (`None`) or of an answer with a status.
pub(super) fn of(samples: &[Sample], status: Option<u16>, media: Media) -> Map<String, Value> {
    let (media_type, format) = media;
    let fits = |sample: &&Sample| sample.status == status && sample.media_types.contains(&media_type);
    samples.iter().filter(fits).map(|sample| (sample.name.to_owned(), example(sample, media_type, format))).collect()
}

fn example(sample: &Sample, media_type: &str, format: Format) -> Value {
    let mut example = json!({ "summary": sample.summary, "x-provenance": sample.provenance.word() });
    let (description, value) = match format {
        Format::Bson => {
            let bytes = sample.text.len() / 2;
            let description = format!("{bytes} bytes, written here as hexadecimal digits.");
            (Some(description), json!(sample.text))
        }
        // Its help page prints it compact, as it is on the wire; a value could not keep that.
        Format::Json(_) if media_type == "text/javascript" => (None, json!(sample.text)),
        Format::Json(_) => (None, serde_json::from_str(sample.text).unwrap_or_else(|_| json!(sample.text))),
        _ => (None, json!(sample.text)),
    };
    if let Some(example) = example.as_object_mut() {
        if let Some(description) = description {
            example.insert("description".to_owned(), json!(description));
        }
        example.insert("value".to_owned(), value);
    }
    example
}
