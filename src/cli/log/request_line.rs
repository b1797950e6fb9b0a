//! The line of a request, in the shape of the other lines. It is written by hand and not by tracing-subscriber: every
//! request has one, and the formatting by fields and dynamic dispatch took a seventh of the instructions of a read. The
//! query is left out, as it may contain codes, tokens and passwords; no path of an API does.

use super::Shared;
use crate::codec::percent::percent_encode_invisible;
use crate::contract::{DateTime, TICKS_PER_SECOND};
use crate::model::clock::Clock;
use crate::pipeline::journal::{Entry, RequestLog};
use std::sync::Arc;
use std::time::Duration;

/// The shape of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Coloured,
    Json,
}

/// The log as requests write to it.
#[derive(Debug)]
pub(super) struct RequestLines {
    pub shared: Arc<Shared>,
    pub shape: Shape,
}

impl RequestLog for RequestLines {
    fn request(&self, entry: &Entry) {
        let now = Clock::Real.now();
        self.shared.add_with(|lines, stamp| push_line(lines, self.shape, stamp.of(now), entry));
    }
}

/// The time as text; of the same second only the fraction is written anew.
#[derive(Debug, Default)]
pub(super) struct Stamp {
    second: i64,
    text: String,
}

impl Stamp {
    fn of(&mut self, now: DateTime) -> &str {
        const TO_THE_SECOND: usize = "2026-01-01T00:00:00".len();
        let (second, micros) = (now.ticks / TICKS_PER_SECOND, now.ticks % TICKS_PER_SECOND / 10);
        if self.second != second || self.text.is_empty() {
            self.second = second;
            self.text.clear();
            self.text.push_str(&now.round_trip());
        }
        self.text.truncate(TO_THE_SECOND);
        self.text.push('.');
        push_padded(&mut self.text, micros.unsigned_abs(), 6);
        self.text.push('Z');
        &self.text
    }
}

fn push_line(out: &mut String, shape: Shape, stamp: &str, entry: &Entry) {
    // A method has visible letters only.
    let (method, path) = (entry.method(), percent_encode_invisible(entry.path()));
    let (before, after) = match shape {
        Shape::Text => (["", "  INFO usertwin: request method="], [" path=", " world=", " status=", " ms=", "\n"]),
        Shape::Coloured => (
            [
                "\x1b[2m",
                "\x1b[0m \x1b[32m INFO\x1b[0m \x1b[2musertwin\x1b[0m\x1b[2m:\x1b[0m request \x1b[3mmethod\x1b[0m\x1b[2m=\x1b[0m",
            ],
            [
                " \x1b[3mpath\x1b[0m\x1b[2m=\x1b[0m",
                " \x1b[3mworld\x1b[0m\x1b[2m=\x1b[0m",
                " \x1b[3mstatus\x1b[0m\x1b[2m=\x1b[0m",
                " \x1b[3mms\x1b[0m\x1b[2m=\x1b[0m",
                "\n",
            ],
        ),
        Shape::Json => (
            ["{\"timestamp\":\"", "\",\"level\":\"INFO\",\"fields\":{\"message\":\"request\",\"method\":\""],
            ["\",\"path\":\"", "\",\"world\":\"", "\",\"status\":", ",\"ms\":", "},\"target\":\"usertwin\"}\n"],
        ),
    };
    let ([start, method_is], [path_is, world_is, status_is, ms_is, end]) = (before, after);
    let push = |out: &mut String, text: &str| match shape {
        Shape::Json => push_json(out, text),
        Shape::Text | Shape::Coloured => out.push_str(text),
    };
    out.push_str(start);
    out.push_str(stamp);
    out.push_str(method_is);
    push(out, method);
    out.push_str(path_is);
    push(out, &path);
    out.push_str(world_is);
    out.push_str(entry.world.as_str());
    match (entry.status, shape) {
        (Some(status), _) => {
            out.push_str(status_is);
            out.push_str(itoa::Buffer::new().format(status));
        }
        // A client that did not wait for its answer got none.
        (None, Shape::Json) => out.push('"'),
        (None, Shape::Text | Shape::Coloured) => {}
    }
    out.push_str(ms_is);
    push_milliseconds(out, entry.duration);
    out.push_str(end);
}

/// Visible ASCII as the content of a JSON string.
fn push_json(out: &mut String, visible: &str) {
    for letter in visible.chars() {
        if matches!(letter, '"' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
}

/// Milliseconds with three decimal places.
fn push_milliseconds(out: &mut String, duration: Duration) {
    let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    out.push_str(itoa::Buffer::new().format(micros / 1000));
    out.push('.');
    push_padded(out, micros % 1000, 3);
}

fn push_padded(out: &mut String, number: u64, digits: usize) {
    let mut buffer = itoa::Buffer::new();
    let text = buffer.format(number);
    (text.len()..digits).for_each(|_| out.push('0'));
    out.push_str(text);
}
