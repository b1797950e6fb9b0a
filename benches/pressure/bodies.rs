//! Clients that send too much: many large bodies at once.

use super::{Press, USER, connect, status};
use std::collections::BTreeMap;
use std::io::Write;
use std::net::SocketAddr;
use std::thread;

/// What an upload holds between `[` or `{` and its end.
pub(super) const BODIES: [(&str, Body); 3] = [
    ("blanks before a patch", Body { path: USER, method: "PATCH", first: "", piece: " ", last: "{}" }),
    ("one long text", Body { path: USER, method: "PATCH", first: "{\"Remark\":\"", piece: "abcdefgh", last: "\"}" }),
    (
        "a batch of nothing",
        Body { path: "/external/api/v3/user", method: "PUT", first: "[", piece: "{},", last: "null]" },
    ),
];

#[derive(Clone, Copy)]
pub(super) struct Body {
    path: &'static str,
    method: &'static str,
    first: &'static str,
    piece: &'static str,
    last: &'static str,
}

/// Uploads at the same time, and how they were answered.
pub(super) fn upload(press: &Press, body: Body) -> String {
    let (address, scale) = (press.address, press.scale);
    let threads: Vec<_> = (0..scale.uploads)
        .map(|number| {
            let bytes = scale.bytes;
            thread::spawn(move || upload_one(address, bytes, body, number % 4 == 3))
        })
        .collect();
    let mut statuses: BTreeMap<String, usize> = BTreeMap::new();
    for thread in threads {
        *statuses.entry(thread.join().unwrap()).or_default() += 1;
    }
    format!(", answered {statuses:?}")
}

fn upload_one(address: SocketAddr, bytes: usize, body: Body, chunked: bool) -> String {
    let Body { path, method, first, piece, last } = body;
    let room = bytes - first.len() - last.len();
    let pieces = piece.repeat(64 * 1024 / piece.len());
    let rounds = room / pieces.len();
    let bytes = first.len() + rounds * pieces.len() + last.len();
    let mut client = connect(address);
    let framing = if chunked { "Transfer-Encoding: chunked".to_owned() } else { format!("Content-Length: {bytes}") };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\n\
         {framing}\r\n\r\n"
    );
    let sent = (|| {
        client.write_all(head.as_bytes())?;
        let mut part = |part: &str| match chunked {
            true => client.write_all(format!("{:x}\r\n{part}\r\n", part.len()).as_bytes()),
            false => client.write_all(part.as_bytes()),
        };
        if !first.is_empty() {
            part(first)?;
        }
        (0..rounds).try_for_each(|_| part(&pieces))?;
        part(last)?;
        if chunked { client.write_all(b"0\r\n\r\n") } else { Ok(()) }
    })();
    let status = status(&mut client);
    sent.map_or_else(|error: std::io::Error| format!("{status} ({})", error.kind()), |()| status.clone())
}
