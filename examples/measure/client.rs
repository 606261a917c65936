//! An HTTP client that costs next to nothing: one connection, one request at a time.

use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// A password that the policy takes.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Maximum idle time of a connection, well below the server's limit.
const IDLE_MAX: Duration = Duration::from_secs(10);

/// Connections that wait for their next request, and since when.
#[derive(Default)]
pub(crate) struct Idle(Mutex<Vec<(Instant, Connection)>>);

impl Idle {
    /// The one used last, unless it has waited for too long.
    pub(crate) fn pop(&self) -> Option<Connection> {
        let mut idle = self.0.lock();
        idle.retain(|(since, _)| since.elapsed() < IDLE_MAX);
        idle.pop().map(|(_, connection)| connection)
    }

    /// Keeps one for later.
    pub(crate) fn push(&self, connection: Connection) {
        self.0.lock().push((Instant::now(), connection));
    }
}

/// A kept-alive connection.
pub(crate) struct Connection {
    stream: TcpStream,
    host: String,
    buffer: Vec<u8>,
    first_byte_after: Duration,
}

impl Connection {
    /// Connects to `host:port`.
    pub(crate) async fn open(address: &str) -> Self {
        Self::open_as(address, address).await
    }

    /// Connects from one of this machine's addresses.
    pub(crate) async fn open_from(source: [u8; 4], address: &str) -> Self {
        Self::try_open_from(source, address).await.expect("the server listens")
    }

    /// Connects from one of this machine's addresses, if the server takes the connection.
    pub(crate) async fn try_open_from(source: [u8; 4], address: &str) -> Option<Self> {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind((source, 0).into()).expect("an address of loopback");
        let stream = socket.connect(address.parse().expect("an address")).await;
        Some(Self::over(stream.ok()?, address))
    }

    /// Connects to one process of several that have one public port.
    pub(crate) async fn open_as(address: &str, public: &str) -> Self {
        Self::over(TcpStream::connect(address).await.expect("the server listens"), public)
    }

    fn over(stream: TcpStream, public: &str) -> Self {
        stream.set_nodelay(true).expect("no delay");
        let port = public.rsplit_once(':').expect("a port").1;
        let (host, buffer) = (format!("localhost:{port}"), Vec::with_capacity(8192));
        Self { stream, host, buffer, first_byte_after: Duration::ZERO }
    }

    /// Sends a request; answers status and body.
    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        token: &str,
        body: &str,
    ) -> (u16, String) {
        self.try_send(method, path, token, body).await.expect("an answer")
    }

    /// Sends a request; answers status and body, or nothing if the server hung up.
    pub(crate) async fn try_send(
        &mut self,
        method: &str,
        path: &str,
        token: &str,
        body: &str,
    ) -> Option<(u16, String)> {
        let bearer = match token {
            "" => String::new(),
            token => format!("Authorization: Bearer {token}\r\n"),
        };
        let request = self.request(method, path, &bearer, body);
        self.exchange(&request).await.map(|(status, _, body)| (status, body))
    }

    /// Sends a post as a page of ours does.
    pub(crate) async fn try_send_from_page(
        &mut self,
        path: &str,
        body: &str,
    ) -> Option<(u16, String)> {
        let headers = format!("Origin: http://{}\r\n", self.host);
        let request = self.request("POST", path, &headers, body);
        self.exchange(&request).await.map(|(status, _, body)| (status, body))
    }

    /// Sends a post and closes the connection after a while, answered or not.
    pub(crate) async fn send_and_hang_up(mut self, path: &str, body: &str, after: Duration) {
        let request = self.request("POST", path, "", body);
        drop(self.stream.write_all(request.as_bytes()).await);
        tokio::time::sleep(after).await;
        drop(self.stream.set_zero_linger());
    }

    /// The bare stream.
    pub(crate) fn into_stream(self) -> TcpStream {
        self.stream
    }

    /// A request as it goes over the wire; `headers` are whole lines.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{headers}Content-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        )
    }

    /// Sends a request; answers status, head and body, or nothing if the server hung up.
    pub(crate) async fn exchange(&mut self, request: &str) -> Option<(u16, String, String)> {
        let sent = Instant::now();
        self.stream.write_all(request.as_bytes()).await.ok()?;
        self.buffer.clear();
        loop {
            let is_first = self.buffer.is_empty();
            let read = self.stream.read_buf(&mut self.buffer).await.ok()?;
            if read == 0 {
                return None;
            }
            if is_first {
                self.first_byte_after = sent.elapsed();
            }
            let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            // A compressed body is no text.
            let (head, rest) = self.buffer.split_at(end + 4);
            let head = String::from_utf8_lossy(head);
            let lower = head.to_ascii_lowercase();
            let length = lower.split_once("content-length: ").map_or(0, |(_, after)| {
                after.lines().next().and_then(|line| line.trim().parse().ok()).unwrap_or(0)
            });
            if rest.len() >= length {
                let status = head.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0);
                return Some((
                    status,
                    head.into_owned(),
                    String::from_utf8_lossy(rest).into_owned(),
                ));
            }
        }
    }

    /// The time from the last request to the first byte of its answer.
    pub(crate) fn first_byte_after(&self) -> Duration {
        self.first_byte_after
    }

    /// Signs in; answers refresh and access token.
    pub(crate) async fn sign_in(&mut self, name: &str) -> (String, String) {
        let body = format!(r#"{{"username":"{name}","password":"{PASSWORD}","session":"token"}}"#);
        let (status, body) = self.send("POST", "/api/v1/login", "", &body).await;
        assert_eq!(status, 200, "{body}");
        (member(&body, "refresh_token").to_owned(), member(&body, "access_token").to_owned())
    }

    /// Registers somebody, unless it is done.
    pub(crate) async fn register(&mut self, name: &str) {
        let body = format!(r#"{{"username":"{name}","password":"{PASSWORD}"}}"#);
        let (status, body) = self.send("POST", "/api/v1/register", "", &body).await;
        assert!(matches!(status, 201 | 409), "{body}");
    }
}

/// The text of a member of a JSON object, without parsing all of it.
pub(crate) fn member<'j>(json: &'j str, name: &str) -> &'j str {
    let start = json.find(&format!("\"{name}\":\"")).expect("the member") + name.len() + 4;
    json[start..].split('"').next().expect("its text")
}
