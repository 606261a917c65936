//! A connection from which one line at most is read at a time.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::timeout,
};

/// Time limit of a connection to one address: the next one is tried after it.
pub(super) const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// Number of bytes that are taken from the network at a time.
const TAKEN: usize = 4 << 10;

/// A connection that begins in clear.
///
/// The library reads ahead, and keeps what it has read when TLS begins. Somebody on the way could put answers behind the one
/// to STARTTLS, and the library would take them for those of the server (RFC 3207 section 6). Here what follows a line waits
/// until it is asked for: it then goes to TLS, which refuses it.
#[derive(Debug)]
pub(super) struct Lines {
    stream: TcpStream,
    ahead: Vec<u8>,
}

impl Lines {
    /// Connects to the first address that answers.
    ///
    /// # Errors
    /// Returns what the last address answered, in words.
    pub(super) async fn connect(places: &[SocketAddr]) -> Result<Self, String> {
        let mut why = "the host has no address".to_owned();
        for place in places {
            why = match timeout(CONNECT_WITHIN, TcpStream::connect(place)).await {
                Ok(Ok(stream)) => return Ok(Self { stream, ahead: Vec::new() }),
                Ok(Err(error)) => error.to_string(),
                Err(_) => format!("no answer within {} s", CONNECT_WITHIN.as_secs()),
            };
        }
        Err(why)
    }
}

impl AsyncTokioStream for Lines {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for Lines {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.ahead.is_empty() {
            let mut bytes = [0; TAKEN];
            let mut taken = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut this.stream).poll_read(context, &mut taken))?;
            this.ahead.extend_from_slice(taken.filled());
        }
        let line = this.ahead.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
        let length = line.unwrap_or(this.ahead.len()).min(into.remaining());
        into.put_slice(&this.ahead[..length]);
        this.ahead.drain(..length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Lines {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
