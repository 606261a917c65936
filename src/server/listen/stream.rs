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
    /// Counts the bytes read from `stream` for this connection.
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

/// A stream that adds the common headers to the parser's own answers (S71).
///
/// Hyper answers malformed HTTP/1 requests before our code sees them (400, 414, 431), with one
/// fixed text of three headers, and has no setting for more. This stream recognises that text by
/// its end, and completes it.
pub(super) struct Complete<S> {
    stream: S,
    headers: Bytes,
    /// The unsent rest of a completed answer.
    rest: Option<Bytes>,
}

/// The parser's answers are shorter than this, in bytes.
const ANSWER_MAX: usize = 256;

impl<S: AsyncWrite + Unpin> Complete<S> {
    /// Wraps a stream, with the header lines to add.
    pub(super) fn new(stream: S, headers: Bytes) -> Self {
        Self { stream, headers, rest: None }
    }

    /// Writes the completed form of an answer, and reports success once all of it is written.
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

/// The lines of these headers in HTTP/1 syntax.
pub(super) fn lines(headers: &HeaderMap) -> Bytes {
    let line = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat()
    };
    headers.iter().flat_map(line).collect()
}

/// The position of a parser's answer at the end of the bytes: a 4xx status with no body and only
/// the parser's headers.
fn parsers_answer(bytes: &[u8]) -> Option<usize> {
    let lines = bytes.strip_suffix(b"\r\n\r\n")?;
    // Most answers differ here: the last line is the date, which has 29 characters.
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
            // The bytes before the answer go first.
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
