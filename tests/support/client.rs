//! A blocking HTTP/1.1 client over one connection. Above, whole requests and answers of any size; below, the bytes: tests
//! of limits and faults need to send less, more or slower than other clients do, and to see what comes back as it is.

use super::deadline::wait_until;
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How long the server may be silent before that is an error.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection.
pub struct Client {
    address: SocketAddr,
    stream: TcpStream,
    /// Received, but not yet part of an answer.
    received: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of the first header of a name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the server announces that it closes the connection.
    pub fn closes(&self) -> bool {
        self.header("connection") == Some("close")
    }

    /// The body, which is UTF-8.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// Whole requests. None of these panics: clients of a server that is killed or that hangs up expect errors.
impl Client {
    /// Connects.
    pub fn connect(address: SocketAddr) -> Result<Client> {
        Client::with_patience(address, PATIENCE)
    }

    /// Connects, to wait longer or shorter for bytes to come and to go.
    pub fn with_patience(address: SocketAddr, patience: Duration) -> Result<Client> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        Ok(Client { address, stream, received: Vec::with_capacity(4096) })
    }

    /// Sends a request and waits for its whole answer.
    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer> {
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

    /// Sends the bytes of a request and waits for its whole answer, behind which nothing may follow.
    pub fn exchange(&mut self, request: &[u8]) -> Result<Answer> {
        self.write_all(request)?;
        let answer = self.receive()?;
        if self.received.is_empty() {
            Ok(answer)
        } else {
            Err(Error::new(ErrorKind::InvalidData, "more bytes than the answer's length"))
        }
    }

    /// Waits for the next whole answer. One that comes neither with a `Content-Length` nor in chunks has no body.
    pub fn receive(&mut self) -> Result<Answer> {
        let (mut answer, start) = loop {
            if let Some(parsed) = head(&self.received)? {
                break parsed;
            }
            self.more()?;
        };
        self.received.drain(..start);
        if answer.header("transfer-encoding") == Some("chunked") {
            while self.chunk(&mut answer.body)? {}
            return Ok(answer);
        }
        let length = answer.header("content-length").unwrap_or("0").parse();
        let length = length.map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
        answer.body = self.taken(length)?;
        Ok(answer)
    }

    /// Adds the next chunk of a body; false for the one that ends it.
    fn chunk(&mut self, body: &mut Vec<u8>) -> Result<bool> {
        let (start, length) = loop {
            match httparse::parse_chunk_size(&self.received) {
                Ok(httparse::Status::Complete((start, length))) => break (start, length as usize),
                Ok(httparse::Status::Partial) => self.more()?,
                Err(_) => return Err(Error::new(ErrorKind::InvalidData, "not a chunk")),
            }
        };
        self.received.drain(..start);
        let chunk = self.taken(length + 2)?;
        body.extend_from_slice(&chunk[..length]);
        Ok(length > 0)
    }

    /// The next bytes.
    fn taken(&mut self, length: usize) -> Result<Vec<u8>> {
        while self.received.len() < length {
            self.more()?;
        }
        let rest = self.received.split_off(length);
        Ok(std::mem::replace(&mut self.received, rest))
    }

    fn more(&mut self) -> Result<()> {
        let mut buffer = [0; 65536];
        match self.stream.read(&mut buffer)? {
            0 => Err(Error::new(ErrorKind::UnexpectedEof, format!("closed after {:?}", self.text_received()))),
            bytes => {
                self.received.extend_from_slice(&buffer[..bytes]);
                Ok(())
            }
        }
    }

    fn text_received(&self) -> String {
        String::from_utf8_lossy(&self.received).into_owned()
    }
}

impl Write for Client {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        self.stream.flush()
    }
}

impl Read for Client {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if self.received.is_empty() {
            return self.stream.read(buffer);
        }
        let bytes = buffer.len().min(self.received.len());
        buffer[..bytes].copy_from_slice(&self.received[..bytes]);
        self.received.drain(..bytes);
        Ok(bytes)
    }
}

/// Bytes and time, for tests: what does not work is a panic, and calls that send can be chained.
impl Client {
    /// Connects to the server at `http://ADDRESS:PORT`.
    pub fn to(url: &str) -> Client {
        Client::connect(url.trim_start_matches("http://").parse().unwrap()).unwrap()
    }

    /// Sends bytes.
    pub fn send_bytes(&mut self, bytes: impl AsRef<[u8]>) -> &mut Client {
        self.write_all(bytes.as_ref()).unwrap();
        self
    }

    /// Sends as many bytes as the server takes.
    pub fn try_send_bytes(&mut self, bytes: impl AsRef<[u8]>) -> &mut Client {
        let _ = self.write_all(bytes.as_ref());
        self
    }

    /// Sends the head of a request, with a `Host`, a valid token, and further lines, each of which ends with `\r\n`.
    pub fn send_head(&mut self, method: &str, path: &str, lines: &str) -> &mut Client {
        self.send_bytes(format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\n{lines}\r\n"
        ))
    }

    /// Sends the head of a request with a body, and returns when the server has begun to read the body, the memory for
    /// which it then has.
    #[track_caller]
    pub fn send_head_and_wait(&mut self, method: &str, path: &str, lines: &str) -> &mut Client {
        let interim = self.send_head(method, path, &format!("Expect: 100-continue\r\n{lines}")).answer();
        assert_eq!(interim.status, 100);
        self
    }

    /// Adds a fault to the world `main` that delays every GET, sends one to this path, and returns when the delay has begun.
    #[track_caller]
    pub fn send_delayed_get(&mut self, path: &str, milliseconds: u32) -> &mut Client {
        let faults = "/_usertwin/worlds/main/faults";
        let fault = format!(r#"{{"match":{{"method":"GET"}},"effect":{{"delayMs":{milliseconds}}}}}"#);
        let mut control = Client::connect(self.address).unwrap();
        let added = control.send("POST", faults, &[("Content-Type", "application/json")], fault.as_bytes()).unwrap();
        assert_eq!(added.status, 201, "{}", added.text());
        self.send_head("GET", path, "");
        wait_until("the delay has begun", || {
            control.send("GET", faults, &[], &[]).unwrap().text().contains(r#""applied":1"#)
        });
        self
    }

    /// The next answer.
    #[track_caller]
    pub fn answer(&mut self) -> Answer {
        self.receive().unwrap()
    }

    /// Reads this many bytes and drops them.
    pub fn skip(&mut self, bytes: usize) {
        self.read_exact(&mut vec![0; bytes]).unwrap();
    }

    /// Whether no byte comes for this time.
    pub fn is_silent_for(&mut self, time: Duration) -> bool {
        let patience = self.stream.read_timeout().unwrap();
        self.stream.set_read_timeout(Some(time)).unwrap();
        let read = self.stream.peek(&mut [0]);
        self.stream.set_read_timeout(patience).unwrap();
        let nothing = |kind| matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut);
        self.received.is_empty() && read.is_err_and(|error| nothing(error.kind()))
    }

    /// Waits until the server closes the connection without another byte; the time which that took.
    #[track_caller]
    pub fn closed(&mut self) -> Duration {
        let start = Instant::now();
        let mut rest = Vec::new();
        match self.read_to_end(&mut rest) {
            Ok(_) => assert_eq!(String::from_utf8_lossy(&rest), "", "the connection is closed without an answer"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
        start.elapsed()
    }

    /// Everything that comes until the server closes the connection, be it by a reset.
    pub fn until_closed(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        match self.read_to_end(&mut all) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("the connection stays open after {:?}", String::from_utf8_lossy(&all))
            }
            _ => all,
        }
    }
}

/// The head of an answer, and where the body starts; none while the head is not complete.
fn head(received: &[u8]) -> Result<Option<(Answer, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(received).map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
    let httparse::Status::Complete(start) = parsed else { return Ok(None) };
    let text = |header: &httparse::Header| {
        (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).into_owned())
    };
    let headers = response.headers.iter().map(text).collect();
    let answer = Answer { status: response.code.unwrap_or(0), headers, body: Vec::new() };
    Ok(Some((answer, start)))
}
