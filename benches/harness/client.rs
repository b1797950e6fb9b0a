//! One request at a time over one connection, blocking: for whatever is not measured by the thousand, and for answers
//! of any size.

use std::io::{Error, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long the server may be silent before that is an error.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection that is kept.
pub struct Client {
    address: SocketAddr,
    stream: TcpStream,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Client {
    /// Connects.
    pub fn connect(address: SocketAddr) -> std::io::Result<Client> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Client { address, stream })
    }

    /// Sends a request with a body of a media type, and waits for its whole answer.
    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> std::io::Result<Answer> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH") {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        head += "\r\n";
        self.exchange(&[head.as_bytes(), body].concat())
    }

    /// Sends the bytes of a request as they are, and waits for the whole answer.
    pub fn exchange(&mut self, request: &[u8]) -> std::io::Result<Answer> {
        self.stream.write_all(request)?;
        let mut received = Vec::with_capacity(4096);
        let (mut answer, length, start) = loop {
            self.more(&mut received)?;
            if let Some(parsed) = head(&received)? {
                break parsed;
            }
        };
        received.drain(..start);
        while received.len() < length {
            self.more(&mut received)?;
        }
        if received.len() > length {
            return Err(Error::new(ErrorKind::InvalidData, "more bytes than the answer's length"));
        }
        answer.body = received;
        Ok(answer)
    }

    fn more(&mut self, received: &mut Vec<u8>) -> std::io::Result<()> {
        let mut buffer = [0; 65536];
        match self.stream.read(&mut buffer)? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            bytes => {
                received.extend_from_slice(&buffer[..bytes]);
                Ok(())
            }
        }
    }
}

/// The head of an answer, the length of the body, and where that starts; none while the head is not complete.
fn head(received: &[u8]) -> std::io::Result<Option<(Answer, usize, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(received).map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
    let httparse::Status::Complete(start) = parsed else { return Ok(None) };
    let text = |header: &httparse::Header| {
        (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).into_owned())
    };
    let headers: Vec<(String, String)> = response.headers.iter().map(text).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or("0", |(_, value)| value.as_str());
    let length = length.parse().map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
    Ok(Some((Answer { status: response.code.unwrap_or(0), headers, body: Vec::new() }, length, start)))
}
