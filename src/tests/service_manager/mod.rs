//! The service manager: it hears when the server is ready, alive and stopping, and keeps the socket over restarts.

mod sockets;
mod watchdog;

use std::{
    net::{SocketAddr, TcpListener},
    os::{fd::OwnedFd, unix::net::UnixDatagram},
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    task::spawn_blocking,
    time::timeout,
};

use super::support::*;

/// The other end of NOTIFY_SOCKET.
struct Heard(Arc<UnixDatagram>);

impl Heard {
    fn at(path: &Path) -> Self {
        Self::on(UnixDatagram::bind(path).expect("a socket"))
    }

    fn on(socket: UnixDatagram) -> Self {
        socket.set_read_timeout(Some(WITHIN)).expect("a time limit");
        Self(Arc::new(socket))
    }

    /// The next notice.
    async fn next(&self) -> String {
        let socket = self.0.clone();
        let heard = spawn_blocking(move || {
            let mut bytes = [0; 4096];
            let length = socket.recv(&mut bytes).expect("a notice in time");
            String::from_utf8(bytes[..length].to_vec()).expect("text")
        });
        heard.await.expect("heard")
    }

    /// Drops the notices that have come so far.
    fn forget(&self) {
        self.0.set_nonblocking(true).expect("changed");
        while self.0.recv(&mut [0; 4096]).is_ok() {}
        self.0.set_nonblocking(false).expect("changed");
    }

    /// Waits for a notice that begins so; answers the ones before it, too.
    async fn until(&self, begins: &str) -> Vec<String> {
        let mut all = Vec::new();
        while !all.last().is_some_and(|last: &String| last.starts_with(begins)) {
            all.push(self.next().await);
        }
        all
    }
}

/// The server's command with this socket as the one that systemd hands over, once for each name.
fn handed(folder: &Path, socket: &TcpListener, names: &[&str]) -> Command {
    let copies: String = (3..3 + names.len()).map(|number| format!(" {number}<&0")).collect();
    let script = format!("exec{copies} </dev/null; export LISTEN_PID=$$; exec \"$0\" serve");
    let mut command = by(Path::new("/bin/sh"), folder);
    let address = socket.local_addr().expect("an address").to_string();
    let socket = OwnedFd::from(socket.try_clone().expect("the same socket"));
    command
        .args(["-c", &script, env!("CARGO_BIN_EXE_vestibule")])
        .env("LISTEN_FDS", names.len().to_string())
        .env("LISTEN_FDNAMES", names.join(":"))
        .env("VESTIBULE_LISTEN", address)
        .stdin(Stdio::from(socket));
    command
}

/// A socket as the service manager has it, and its URL.
fn socket() -> (TcpListener, String) {
    let socket = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let url = format!("http://localhost:{}", socket.local_addr().expect("an address").port());
    (socket, url)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_told_when_the_server_answers_and_when_it_stops() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notify");
    let heard = Heard::at(&path);
    let (socket, url) = socket();
    // Connected and asked before there is a server.
    let mut early = TcpStream::connect(socket.local_addr().expect("there")).await.expect("queued");
    let host = url.trim_start_matches("http://");
    let ask = format!("GET /healthz HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    early.write_all(ask.as_bytes()).await.expect("sent");

    let mut command = handed(folder.path(), &socket, &["listen"]);
    command.env("NOTIFY_SOCKET", &path);
    let process = Process::begin(command, folder.path(), url.clone());
    assert_eq!(heard.next().await, "STATUS=opening the database");
    assert_eq!(heard.next().await, format!("READY=1\nSTATUS=serving {url}"));
    let said = String::from_utf8(said_until_end(&mut early).await).expect("text");
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("ok"), "{said}");
    process.answers("/readyz", 200).await;

    process.ask_to_stop();
    assert_eq!(heard.next().await, "STOPPING=1\nSTATUS=finishing open requests");
    assert!(process.has_ended().await);
}

/// At the start of a machine the queue of the service manager may be full. Without READY it would end the service.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_told_again_until_it_has_heard() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notify");
    let heard = Heard::at(&path);
    let others = UnixDatagram::unbound().expect("a socket");
    others.set_nonblocking(true).expect("changed");
    while others.send_to(b"another service", &path).is_ok() {}
    let (socket, url) = socket();
    let mut command = handed(folder.path(), &socket, &["listen"]);
    command.env("NOTIFY_SOCKET", &path);
    let process = Process::begin(command, folder.path(), url.clone());
    process.becomes_ready().await;
    let log = std::fs::read_to_string(folder.path().join("log")).expect("a log");
    assert!(log.contains("the service manager was not told"), "{log}");
    let all = heard.until("READY=1").await;
    assert_eq!(all.last().expect("one"), &format!("READY=1\nSTATUS=serving {url}"));
    heard.forget();
    process.ask_to_stop();
    assert_eq!(heard.next().await, "STOPPING=1\nSTATUS=finishing open requests");
    assert!(process.has_ended().await);
}

/// A client that may keep its connection until it is told not to.
struct Client {
    to: SocketAddr,
    from: u8,
    keeps: bool,
    stream: Option<TcpStream>,
}

impl Client {
    /// One request; answers how it ended if not with 200.
    async fn asks(&mut self) -> Result<(), String> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let socket = TcpSocket::new_v4().expect("a socket");
                let from = SocketAddr::from(([127, 0, 0, self.from], 0));
                socket.bind(from).map_err(|error| error.to_string())?;
                socket.connect(self.to).await.map_err(|error| format!("connect: {error}"))?
            }
        };
        let connection = if self.keeps { "keep-alive" } else { "close" };
        let ask =
            format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: {connection}\r\n\r\n");
        stream.write_all(ask.as_bytes()).await.map_err(|error| format!("send: {error}"))?;
        let mut said = Vec::new();
        while !said.ends_with(b"\r\n\r\nok") {
            match stream.read_buf(&mut said).await {
                Ok(1..) => {}
                ended => {
                    return Err(format!(
                        "read: {ended:?} after {:?}",
                        String::from_utf8_lossy(&said)
                    ));
                }
            }
        }
        let said = String::from_utf8_lossy(&said);
        if !said.starts_with("HTTP/1.1 200") {
            return Err(format!("answered: {said}"));
        }
        self.stream = (!said.contains("\r\nconnection: close\r\n")).then_some(stream);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_restarts_refuse_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notify");
    let heard = Heard::at(&path);
    let (socket, url) = socket();
    let to = socket.local_addr().expect("an address");
    let start = || {
        let mut command = handed(folder.path(), &socket, &["listen"]);
        command.env("NOTIFY_SOCKET", &path).env("VESTIBULE_LOG_LEVEL", "error");
        Process::begin(command, folder.path(), url.clone())
    };
    let mut process = start();
    heard.until("READY=1").await;

    let (is_over, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> = (1..=8)
        .map(|from| {
            let (is_over, answered) = (is_over.clone(), answered.clone());
            tokio::spawn(async move {
                let mut client = Client { to, from, keeps: from % 2 == 0, stream: None };
                while !is_over.load(Ordering::Relaxed) {
                    timeout(WITHIN, client.asks()).await.map_err(|_| "late".to_owned())??;
                    answered.fetch_add(1, Ordering::Relaxed);
                }
                Ok::<_, String>(())
            })
        })
        .collect();
    let some_more = async || {
        let before = answered.load(Ordering::Relaxed);
        until(|| {
            answered.load(Ordering::Relaxed) > before + 200
                || clients.iter().any(|c| c.is_finished())
        })
        .await;
    };
    for _ in 0..2 {
        some_more().await;
        process.ask_to_stop();
        heard.until("STOPPING=1").await;
        assert!(process.has_ended().await);
        process = start();
        heard.until("READY=1").await;
    }
    some_more().await;
    is_over.store(true, Ordering::Relaxed);
    for client in clients {
        assert_eq!(client.await.expect("no panic"), Ok(()));
    }
}

/// A request may be on its way to a connection that has been idle. Its answer sends the client elsewhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_connection_has_time_for_its_next_request() {
    let mut listening = Listening::start().await;
    let mut kept = Vec::new();
    for _ in 0..20 {
        let mut stream = listening.connect([127, 0, 0, 1]).await;
        assert!(is_answered(&mut stream).await);
        kept.push(stream);
    }
    let mut unused = listening.connect([127, 0, 0, 1]).await;
    assert!(is_answered(&mut unused).await);
    listening.stop.now();
    let closed = async { while TcpStream::connect(listening.address).await.is_ok() {} };
    timeout(WITHIN, closed).await.expect("nobody is accepted");
    for mut stream in kept {
        let ask = b"GET /healthz HTTP/1.1\r\nhost: localhost:3000\r\n\r\n";
        stream.write_all(ask).await.expect("sent");
        let said = String::from_utf8(said_until_end(&mut stream).await).expect("text");
        assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("\r\n\r\nok"), "{said}");
        assert!(said.contains("\r\nconnection: close\r\n"), "{said}");
    }
    // Without a further request it ends by itself.
    assert_eq!(said_until_end(&mut unused).await, b"");
    let ended = timeout(WITHIN, &mut listening.serving).await.expect("it ends");
    ended.expect("no panic").expect("no failure");
}

/// A client that was accepted a moment before the stop is answered, although its request comes after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_connection_has_time_for_its_first_request() {
    let mut listening = Listening::start().await;
    let mut first = listening.connect([127, 0, 0, 1]).await;
    // Accepted after it.
    assert!(listening.is_serving().await);
    listening.stop.now();
    assert!(is_answered(&mut first).await);
    assert_eq!(said_until_end(&mut first).await, b"");
    let ended = timeout(WITHIN, &mut listening.serving).await.expect("it ends");
    ended.expect("no panic").expect("no failure");
}
