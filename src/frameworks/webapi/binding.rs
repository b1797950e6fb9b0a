//! Parameter binding: simple values from the address, the body through the formatter that reads its media type, then
//! validation (docs/spec/pbnb.md §7). Errors of reading do not stop the action by themselves; the filter or the check
//! of the arguments does, afterwards.

use super::model_state::ModelError;
use super::{
    BindFrom, Content, Formatter, HttpError, InvalidModel, ModelState, Parameter, Reply, Request, Routed, Settings,
    header, negotiation, uri, validation,
};
use crate::codec::{Advice, Body, Note, Runtime};
use crate::contract::{Kind, Value};
use http::StatusCode;
use http::header::CONTENT_LENGTH;
use std::sync::Arc;

pub(super) fn bind(
    request: &Request,
    routed: &Routed,
    parameters: &[Parameter],
    settings: &Settings,
    notes: &mut Vec<Note>,
) -> Result<Vec<Value>, Reply> {
    let mut arguments = Vec::with_capacity(parameters.len());
    let mut state = ModelState::default();
    let mut query = None;
    for parameter in parameters {
        arguments.push(match parameter.from {
            BindFrom::Body => body(request, parameter, settings, &mut state, notes)?,
            BindFrom::Uri | BindFrom::OptionalUri => {
                let query = query.get_or_insert_with(|| uri::parse_query(request.query.as_deref()));
                uri::bind(parameter, &routed.values, query, request.today, &mut state)
            }
        });
    }
    if settings.invalid_model == InvalidModel::Refuse && !state.is_valid() {
        if settings.error_detail && state.is_ill_formed() {
            // Quirk: no encoding carries half a surrogate pair, so writing this 400 fails, and the answer is the 500
            // for a value that cannot be written (oracle: D-lone-surrogate-message).
            let text = Value::IllFormedText(char::REPLACEMENT_CHARACTER.to_string());
            let content = Content::Value(Arc::new(text), Kind::String);
            return Err(Reply { status: StatusCode::BAD_REQUEST, headers: Vec::new(), content });
        }
        return Err(Reply::error(StatusCode::BAD_REQUEST, HttpError::invalid(&state, settings.error_detail)));
    }
    for (parameter, argument) in parameters.iter().zip(&arguments) {
        if matches!(argument, Value::Null) && parameter.kind.is_non_nullable_value() {
            return Err(missing_argument(parameter, settings));
        }
        if parameter.from == BindFrom::Body && !argument.is_of(&parameter.kind) {
            return Err(wrong_argument(parameter, argument, settings));
        }
    }
    Ok(arguments)
}

fn body(
    request: &Request,
    parameter: &Parameter,
    settings: &Settings,
    state: &mut ModelState,
    notes: &mut Vec<Note>,
) -> Result<Value, Reply> {
    // Quirk: a declared length of 0 means no body at all, whatever its type; an empty one of unknown length is read
    // (oracle: cn-empty-plain-len0, cn-empty-xml-nolen).
    let length =
        request.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.trim().parse::<u64>().ok());
    let declared_empty = length == Some(0);
    if declared_empty {
        return Ok(Value::Null);
    }
    let line = negotiation::content_type_line(request);
    let content_type = line.as_deref().and_then(header::content_type);
    let reader = content_type.as_ref().and_then(|sent| {
        let reads = |formatter: &&Formatter| formatter.media_types.iter().any(|supported| sent.covers(supported));
        settings.formatters.iter().find(reads)
    });
    let Some(reader) = reader else {
        let media_type = content_type.map(|sent| format!("{}/{}", sent.kind, sent.subtype));
        return Err(unsupported(media_type, &parameter.kind, settings));
    };
    let charset = negotiation::declared_charset(content_type.as_ref());
    let ignored = content_type.as_ref().and_then(|sent| sent.charset).filter(|_| charset.is_none());
    if let Some(name) = ignored.filter(|name| !name.trim_matches('"').eq_ignore_ascii_case("utf-8")) {
        let message = format!("The charset {name} is not supported; the body was read as utf-8.");
        notes.push(Note { code: Advice::CharsetIgnored, message });
    }
    let body = Body {
        bytes: &request.body,
        charset: charset.unwrap_or_default(),
        depth: settings.depth,
        today: request.today,
        runtime: Runtime::Framework,
    };
    let reading = (reader.codec.read)(body, &parameter.kind);
    notes.extend(reading.notes);
    for error in reading.errors {
        if error.ill_formed {
            state.mark_ill_formed();
        }
        let key = key(parameter.name, &error.path);
        state.add(&key, ModelError { message: error.message, exception: error.exception });
    }
    validation::validate(&reading.value, parameter.name, state);
    Ok(reading.value)
}

/// The model-state key of a path below the body.
fn key(parameter: &str, path: &str) -> String {
    match path {
        "" => parameter.to_owned(),
        path if path.starts_with('[') => format!("{parameter}{path}"),
        path => format!("{parameter}.{path}"),
    }
}

/// 415. A Content-Type that does not parse counts as missing (oracle: cn-ct-garbage, cn-ct-two).
fn unsupported(media_type: Option<String>, kind: &Kind, settings: &Settings) -> Reply {
    let text = match &media_type {
        Some(media_type) => {
            format!("The request entity's media type '{media_type}' is not supported for this resource.")
        }
        None => "The request contains an entity body but no Content-Type header. The inferred media type \
                 'application/octet-stream' is not supported for this resource."
            .to_owned(),
    };
    let mut error = HttpError::message(text);
    if settings.error_detail {
        let media_type = media_type.as_deref().unwrap_or("application/octet-stream");
        let text = format!(
            "No MediaTypeFormatter is available to read an object of type '{}' from content with media type '{media_type}'.",
            kind.clr_short_name(),
        );
        error = error.with_exception(text, "System.Net.Http.UnsupportedMediaTypeException");
    }
    Reply::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, error)
}

/// 400 for a value-type argument that nothing could be bound to. The detail names the method as the framework would,
/// as far as a contract knows it (chosen: method and controller are not public).
fn missing_argument(parameter: &Parameter, settings: &Settings) -> Reply {
    let detail = format!(
        "The parameters dictionary contains a null entry for parameter '{}' of non-nullable type '{}'. An optional \
         parameter must be a reference type, a nullable type, or be declared as an optional parameter.",
        parameter.name,
        parameter.kind.clr_name(),
    );
    let error = HttpError::message("The request is invalid.").with_detail(detail, settings.error_detail);
    Reply::error(StatusCode::BAD_REQUEST, error)
}

/// 400 for a body that was read as another type than the action takes, which its own `i:type` can bring about; it
/// speaks of no model state (oracle: X-itype-xsd).
fn wrong_argument(parameter: &Parameter, argument: &Value, settings: &Settings) -> Reply {
    let detail = format!(
        "The parameters dictionary contains an invalid entry for parameter '{}'. The dictionary contains a value of \
         type '{}', but the parameter requires a value of type '{}'.",
        parameter.name,
        argument.clr_name(),
        parameter.kind.clr_name(),
    );
    let error = HttpError::message("The request is invalid.").with_detail(detail, settings.error_detail);
    Reply::error(StatusCode::BAD_REQUEST, error)
}
