use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use vestibule::server::{
    config::Flags,
    listen::{Limits, Listeners, Stop, tls::Certificate},
};

use super::{Backend, Server};

/// Whatever a test waits for has happened within this time.
pub(crate) const WITHIN: Duration = Duration::from_secs(60);

/// A server on sockets of its own, until the test ends.
pub(crate) struct Listening {
    pub(crate) server: Server,
    pub(crate) address: SocketAddr,
    /// The listener that only says where the other is.
    pub(crate) plain: SocketAddr,
    pub(crate) stop: Stop,
    pub(crate) serving: JoinHandle<io::Result<()>>,
    /// The plain listener's socket once more.
    pub(crate) plain_socket: TcpListener,
}

impl Listening {
    pub(crate) async fn start() -> Self {
        Self::with(Limits::default(), None, |_| ()).await
    }

    pub(crate) async fn with(
        limits: Limits,
        certificate: Option<Certificate>,
        change: impl FnOnce(&mut Flags),
    ) -> Self {
        let server = Server::with(Backend::Sqlite, change).await;
        let socket = || TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let (main, plain) = (socket(), socket());
        let of = |socket: &TcpListener| socket.local_addr().expect("an address");
        let (address, plain_address) = (of(&main), of(&plain));
        let plain_socket = plain.try_clone().expect("the same socket");
        let stop = Stop::default();
        let listeners = Listeners::new(main, Some(plain)).with(limits);
        let serving = listeners.serve(server.app.clone(), certificate, stop.clone(), || ());
        let serving = tokio::spawn(serving);
        Self { server, address, plain: plain_address, stop, serving, plain_socket }
    }

    /// A connection from one of this machine's addresses.
    pub(crate) async fn connect(&self, from: [u8; 4]) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from((from, 0))).expect("an address of loopback");
        socket.connect(self.address).await.expect("connected")
    }

    pub(crate) async fn is_serving(&self) -> bool {
        let mut stream = self.connect([127, 0, 0, 1]).await;
        is_answered(&mut stream).await
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stop.now();
    }
}

/// Whether a request on this connection is answered; the connection stays open.
pub(crate) async fn is_answered(stream: &mut TcpStream) -> bool {
    let ask = b"GET /healthz HTTP/1.1\r\nhost: localhost:3000\r\n\r\n";
    if stream.write_all(ask).await.is_err() {
        return false;
    }
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\r\n\r\nok") {
        let read = timeout(WITHIN, stream.read(&mut byte)).await.expect("an answer or an end");
        if !matches!(read, Ok(1)) {
            return false;
        }
        answer.push(byte[0]);
    }
    answer.starts_with(b"HTTP/1.1 200")
}

/// Waits until the other side has ended the connection; answers what it said before.
pub(crate) async fn said_until_end(stream: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    let mut said = Vec::new();
    // A reset is an end too.
    drop(timeout(WITHIN, stream.read_to_end(&mut said)).await.expect("an end"));
    said
}

/// Waits until something has come true that no answer tells.
pub(crate) async fn until(true_now: impl Fn() -> bool) {
    let wait = async {
        while !true_now() {
            tokio::task::yield_now().await;
        }
    };
    timeout(WITHIN, wait).await.expect("in time");
}
