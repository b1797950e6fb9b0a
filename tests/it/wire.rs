//! A connection to a server, byte by byte: what tests of limits need that send less, more or slower than HTTP clients do.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use usertwin::TestServer;

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection.
pub struct Wire {
    stream: TcpStream,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    /// Whether the server says that it closes the connection.
    pub fn closes(&self) -> bool {
        self.header("connection") == Some("close")
    }
}

pub async fn server(flags: &[&str]) -> TestServer {
    TestServer::with_flags(&[&["--log", "off"], flags].concat()).await.unwrap()
}

impl Wire {
    pub fn to(server: &TestServer) -> Wire {
        Wire::at(server.url().trim_start_matches("http://").parse().unwrap())
    }

    pub fn at(address: SocketAddr) -> Wire {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Wire { stream }
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Wire {
        self.stream.write_all(bytes.as_ref()).unwrap();
        self
    }

    /// Sends as much as the server takes.
    pub fn try_send(&mut self, bytes: &[u8]) -> &mut Wire {
        let _ = self.stream.write_all(bytes);
        self
    }

    /// A request with a `Host`, a good token, and further lines.
    pub fn ask(&mut self, method: &str, path: &str, lines: &str) -> &mut Wire {
        self.send(format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\n{lines}\r\n"))
    }

    /// The next answer.
    pub fn answer(&mut self) -> Answer {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            let read = self.stream.read(&mut byte).unwrap();
            assert_eq!(read, 1, "the connection ended behind {:?}", String::from_utf8_lossy(&head));
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Answer { status, head, body: String::new() };
        let length = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        answer.body = String::from_utf8(body).unwrap();
        answer
    }

    /// Reads some bytes and forgets them.
    pub fn read(&mut self, bytes: usize) {
        self.stream.read_exact(&mut vec![0; bytes]).unwrap();
    }

    /// Waits until the server closes the connection, and tells how long that took.
    pub fn closed(&mut self) -> Duration {
        let start = Instant::now();
        let mut rest = Vec::new();
        match self.stream.read_to_end(&mut rest) {
            Ok(_) => assert_eq!(String::from_utf8_lossy(&rest), "", "the connection ends without a word"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
        start.elapsed()
    }

    /// Whether nothing comes for a while.
    pub fn is_silent_for(&mut self, time: Duration) -> bool {
        self.stream.set_read_timeout(Some(time)).unwrap();
        let read = self.stream.peek(&mut [0]);
        self.stream.set_read_timeout(Some(PATIENCE)).unwrap();
        matches!(read, Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
    }

    /// Reads everything until the server closes the connection; the bytes.
    pub fn drain(&mut self) -> usize {
        let mut all = Vec::new();
        let _ = self.stream.read_to_end(&mut all);
        all.len()
    }
}
