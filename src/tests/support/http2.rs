use std::future::poll_fn;

use bytes::Bytes;
use h2::client::SendRequest;
use http::{Request, Response, StatusCode};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::timeout,
};

use super::WITHIN;

/// Greets a server in HTTP/2; answers who sends requests, and how the connection ends.
pub(crate) async fn http2(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> (SendRequest<Bytes>, JoinHandle<Result<(), h2::Error>>) {
    let (client, connection) = h2::client::handshake(stream).await.expect("greeted");
    (client, tokio::spawn(connection))
}

/// Asks for this; answers status and body.
pub(crate) async fn ask(client: &SendRequest<Bytes>, url: &str) -> (StatusCode, Vec<u8>) {
    timeout(WITHIN, answered(client, url)).await.expect("an answer in time")
}

async fn answered(client: &SendRequest<Bytes>, url: &str) -> (StatusCode, Vec<u8>) {
    let request = Request::get(url).body(()).expect("a request");
    let mut client = client.clone().ready().await.expect("room for a request");
    let (answer, _) = client.send_request(request, true).expect("sent");
    let answer: Response<h2::RecvStream> = answer.await.expect("answered");
    let (status, mut body) = (answer.status(), answer.into_body());
    let mut bytes = Vec::new();
    while let Some(piece) = body.data().await {
        let piece = piece.expect("a piece");
        body.flow_control().release_capacity(piece.len()).expect("its own");
        bytes.extend_from_slice(&piece);
    }
    (status, bytes)
}

/// Sends as much as the server takes of a body, and never its end.
pub(crate) async fn send_without_end(body: &mut h2::SendStream<Bytes>, mut left: usize) {
    body.reserve_capacity(left);
    while left > 0 {
        let Some(Ok(granted)) = poll_fn(|context| body.poll_capacity(context)).await else {
            return;
        };
        let piece = vec![b' '; granted.min(left)];
        left -= piece.len();
        if body.send_data(piece.into(), false).is_err() {
            return;
        }
    }
    std::future::pending().await
}

/// A connection of HTTP/2 that keeps to no rule but that of frames (RFC 9113 section 4.1).
pub(crate) struct Frames(TcpStream);

/// A frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
    pub(crate) payload: Vec<u8>,
}

pub(crate) const HEADERS: u8 = 1;
pub(crate) const RESET: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;

impl Frames {
    /// Greets, with no settings.
    pub(crate) async fn greet(mut stream: TcpStream) -> Self {
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.expect("sent");
        let mut frames = Self(stream);
        assert!(frames.send(SETTINGS, 0, 0, &[]).await);
        frames
    }

    /// Sends a frame, unless the server has gone.
    pub(crate) async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> bool {
        let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        self.0.write_all(&[&head, payload].concat()).await.is_ok()
    }

    /// The first of these that comes, within bounds.
    pub(crate) async fn first(&mut self, is: impl Fn(&Frame) -> bool) -> Frame {
        for _ in 0..1_000 {
            let frame = self.next().await.expect("a frame");
            if is(&frame) {
                return frame;
            }
        }
        panic!("a thousand others came");
    }

    /// The next frame, or the end.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        let read = async {
            self.0.read_exact(&mut head).await.ok()?;
            let [a, b, c, kind, flags, stream @ ..] = head;
            let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
            self.0.read_exact(&mut payload).await.ok()?;
            Some(Frame { kind, flags, stream: u32::from_be_bytes(stream), payload })
        };
        timeout(WITHIN, read).await.expect("a frame or an end")
    }

    /// A head with these pseudo-headers and no others (RFC 7541 appendix A), and whether the request ends with it.
    pub(crate) async fn request(&mut self, stream: u32, method: u8, path: &str, ends: bool) {
        let literal = |index: u8, text: &str| {
            [&[index, u8::try_from(text.len()).expect("short")], text.as_bytes()].concat()
        };
        let head = [vec![method, 0x86], literal(4, path), literal(1, "localhost:3000")].concat();
        self.send(HEADERS, if ends { 5 } else { 4 }, stream, &head).await;
    }
}

/// The methods, as [`Frames::request`] has them.
pub(crate) const GET: u8 = 0x82;
pub(crate) const POST: u8 = 0x83;
