//! A connection's socket as hyper reads and writes it. It reports reads and writes to the [`Activity`], and refuses bytes
//! that never became a request, which hyper cannot.

use super::activity::{Activity, Phase};
use super::phases::WritePause;
use crate::listener::stream::Stream;
use crate::model::clock::Clock;
use http::StatusCode;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::timeout;

/// The time that a refused client may be silent, and the time that it may keep sending, before the connection closes. A
/// client that is still sending could lose the answer if it closed at once.
const LONGEST_SILENCE: Duration = Duration::from_secs(1);
const LONGEST_LINGER: Duration = Duration::from_secs(5);

/// The number of bytes for the method and version in a request line.
const METHOD_AND_VERSION: usize = 1024;

/// A socket.
#[derive(Debug)]
pub(super) struct Socket {
    stream: Stream,
    activity: Arc<Activity>,
    pause: WritePause,
    longest_line: usize,
    /// Bytes of the request line so far; `None` once it has ended.
    line: Option<usize>,
    line_is_too_long: bool,
}

impl Socket {
    pub(super) fn new(stream: Stream, activity: Arc<Activity>, uri_limit: usize) -> Socket {
        let longest_line = uri_limit.saturating_add(METHOD_AND_VERSION);
        let pause = WritePause::default();
        Socket { stream, activity, pause, longest_line, line: None, line_is_too_long: false }
    }

    /// Whether the request line was too long; to hyper it is any head that is too long.
    pub(super) fn line_is_too_long(&self) -> bool {
        self.line_is_too_long
    }

    fn has_read(&mut self, read: &[u8]) {
        if self.activity.step().phase() == Phase::Idle && !read.is_empty() {
            self.activity.enter(Phase::Head);
            self.line = Some(0);
        }
        if let Some(length) = self.line {
            let whole = length + read.len();
            if whole > self.longest_line {
                let end = read.iter().position(|byte| *byte == b'\n');
                self.line_is_too_long = length + end.unwrap_or(read.len()) > self.longest_line;
            }
            self.line = (!read.contains(&b'\n')).then_some(whole);
        }
    }

    /// Ready when an answer may be written: after the work of the thread's other connections.
    fn poll_turn(&mut self, context: &Context<'_>) -> Poll<()> {
        if self.pause.is_due(&self.activity, context) { Poll::Pending } else { Poll::Ready(()) }
    }

    /// Answers bytes that never became a request.
    pub(super) async fn refuse(mut self, status: StatusCode) {
        let date = Clock::Real.now().http_date();
        let answer =
            format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\nDate: {date}\r\n\r\n").into_bytes();
        if matches!(timeout(LONGEST_SILENCE, self.stream.write_all(&answer)).await, Ok(Ok(()))) {
            self.linger().await;
        }
    }

    /// Closes the sending side, and reads on for a while.
    pub(super) async fn linger(mut self) {
        let drained = async {
            poll_fn(|context| Pin::new(&mut self.stream).poll_shutdown(context)).await?;
            // On the heap: the future of every connection would have to hold it.
            let mut scratch = vec![0; 16 * 1024];
            loop {
                if timeout(LONGEST_SILENCE, self.stream.read(&mut scratch)).await?? == 0 {
                    return Ok::<_, io::Error>(());
                }
            }
        };
        let _ = timeout(LONGEST_LINGER, drained).await;
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.has_read(buffer.filled().get(before..).unwrap_or_default());
        if self.line_is_too_long {
            return Poll::Ready(Err(io::ErrorKind::InvalidInput.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_turn(context));
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.activity.wrote(written.is_pending());
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_turn(context));
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.activity.wrote(written.is_pending());
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.line_is_too_long {
            // hyper takes this for the end of the connection, but the refusal is still to be sent.
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
