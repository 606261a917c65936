use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::http::HeaderMap;
use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::seat::Seat;

/// A socket whose received bytes count against the source's quota.
pub(super) struct Counted<S> {
    stream: S,
    seat: Arc<Seat>,
}

impl<S> Counted<S> {
    /// What is read counts for this connection.
    pub(super) fn new(stream: S, seat: Arc<Seat>) -> Self {
        Self { stream, seat }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        Poll::Ready(self.seat.count(buffer.filled().len() - before))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// A stream on which the parser's own answers have the headers of all others (S71).
///
/// Hyper answers what is no request of HTTP/1 before any of our code sees it (400, 414, 431), as one fixed
/// text with three headers; it has no setting for more. That text is known by its end, and is completed.
pub(super) struct Complete<S> {
    stream: S,
    headers: Bytes,
    /// The rest of a completed answer.
    rest: Option<Bytes>,
}

/// The parser's answers are shorter than this.
const ANSWER_MAX: usize = 256;

impl<S: AsyncWrite + Unpin> Complete<S> {
    /// Adds these lines.
    pub(super) fn new(stream: S, headers: Bytes) -> Self {
        Self { stream, headers, rest: None }
    }

    /// Writes the completed form of an answer; says that the answer is written when all of that is.
    fn poll_write_completed(
        &mut self,
        context: &mut Context<'_>,
        answer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let headers = &self.headers;
        let rest = self.rest.get_or_insert_with(|| {
            let (lines, end) = answer.split_at(answer.len() - 2);
            [lines, headers, end].concat().into()
        });
        while rest.has_remaining() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            rest.advance(written);
        }
        self.rest = None;
        Poll::Ready(Ok(answer.len()))
    }
}

/// The lines of these headers, as they stand in an answer of HTTP/1.
pub(super) fn lines(headers: &HeaderMap) -> Bytes {
    let line = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat()
    };
    headers.iter().flat_map(line).collect()
}

/// Where an answer of the parser's begins, if the bytes end with one: a failure of the client's with no body and
/// no other headers than these.
fn parsers_answer(bytes: &[u8]) -> Option<usize> {
    let lines = bytes.strip_suffix(b"\r\n\r\n")?;
    // Most answers are told apart here: the last line is the date, which has 29 characters.
    let before = lines.len().checked_sub("date: ".len() + 29)?;
    if !lines[..before].ends_with(b"content-length: 0\r\n") {
        return None;
    }
    let from = lines.len().saturating_sub(ANSWER_MAX);
    let at = from + lines[from..].windows(10).rposition(|part| part == b"HTTP/1.1 4")?;
    let answer = std::str::from_utf8(&lines[at..]).ok()?;
    let names = ["connection: ", "content-length: 0", "date: "];
    let is_known = |line: &str| names.iter().any(|name| line.starts_with(name));
    answer.split("\r\n").skip(1).all(is_known).then_some(at)
}

impl<S: AsyncRead + Unpin> AsyncRead for Complete<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Complete<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match parsers_answer(bytes) {
            Some(0) => self.poll_write_completed(context, bytes),
            // What comes before it first.
            Some(at) => Pin::new(&mut self.stream).poll_write(context, &bytes[..at]),
            None => Pin::new(&mut self.stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match pieces.iter().rposition(|piece| parsers_answer(piece).is_some()) {
            Some(0) => self.poll_write(context, &pieces[0]),
            Some(at) => Pin::new(&mut self.stream).poll_write_vectored(context, &pieces[..at]),
            None => Pin::new(&mut self.stream).poll_write_vectored(context, pieces),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
