//! Real sockets: slow clients, too many of them, TLS.

use std::{
    net::{IpAddr, SocketAddr},
    os::unix::fs::PermissionsExt,
    path::Path,
    time::Duration,
};

use futures::future::join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use vestibule::server::{
    config::TlsFiles,
    listen::{Listeners, Stop, tls::Certificate},
};

use super::support::*;

/// S100: slow clients are cut within this time.
const CUT_WITHIN: Duration = Duration::from_secs(30);
/// The most connections from one address.
const SOURCE_MAX: usize = 1_000;

/// A server on a socket of its own, until the test ends.
struct Listening {
    _server: Server,
    address: SocketAddr,
    stop: Stop,
}

impl Listening {
    async fn start(certificate: Option<Certificate>) -> Self {
        let server = Server::new(Backend::Sqlite).await;
        let listeners = Listeners::bind(SocketAddr::from(([127, 0, 0, 1], 0)), None);
        let listeners = listeners.expect("an address");
        let address = listeners.address().expect("an address");
        let stop = Stop::default();
        tokio::spawn(listeners.serve(server.app.clone(), certificate, stop.clone()));
        Self { _server: server, address, stop }
    }

    /// A connection from one of this machine's addresses.
    async fn connect(&self, from: [u8; 4]) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from((from, 0))).expect("an address of loopback");
        socket.connect(self.address).await.expect("connected")
    }

    async fn is_serving(&self) -> bool {
        let mut stream = self.connect([127, 0, 0, 1]).await;
        let ask = "GET /healthz HTTP/1.1\r\nhost: localhost:3000\r\nconnection: close\r\n\r\n";
        stream.write_all(ask.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("answered");
        answer.starts_with("HTTP/1.1 200")
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stop.now();
    }
}

/// Sends the beginning of a request, then a byte now and then; answers what came back before the end.
async fn dribble(mut stream: TcpStream, beginning: &str, byte: Option<u8>) -> String {
    let (mut read, mut write) = stream.split();
    write.write_all(beginning.as_bytes()).await.expect("sent");
    let feed = async {
        let mut tick = tokio::time::interval(Duration::from_secs(2));
        while let Some(byte) = byte {
            tick.tick().await;
            if write.write_all(&[byte]).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await
    };
    let mut told = Vec::new();
    tokio::select! {
        // A reset is an end too.
        _ = read.read_to_end(&mut told) => {}
        () = feed => {}
    }
    String::from_utf8_lossy(&told).into_owned()
}

/// S100: whoever says nothing, or says it too slowly, is cut; the service goes on meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s100_slow_clients_are_cut() {
    let listening = Listening::start(None).await;
    let head = "POST /api/v1/login HTTP/1.1\r\nhost: localhost:3000\r\n";
    let body = format!("{head}content-type: application/json\r\ncontent-length: 500\r\n\r\n{{");
    let between = "GET /healthz HTTP/1.1\r\nhost: localhost:3000\r\n\r\n";
    let cases = [
        ("silent", "", None),
        ("a head byte by byte", head, Some(b'x')),
        ("a body byte by byte", body.as_str(), Some(b' ')),
        ("silent after a request", between, None),
        ("half a greeting of HTTP/2", "PRI * HTTP/2.0\r\n\r\n", None),
    ];
    let cut = cases.map(|(name, beginning, byte)| {
        let listening = &listening;
        async move {
            let stream = listening.connect([127, 0, 0, 1]).await;
            let told = timeout(CUT_WITHIN, dribble(stream, beginning, byte)).await;
            (name, told.unwrap_or_else(|_| panic!("{name}: open after {CUT_WITHIN:?}")))
        }
    });
    let all = join_all(cut);
    assert!(listening.is_serving().await);
    let told = all.await;
    assert!(told[2].1.starts_with("HTTP/1.1 408"), "{:?}", told[2]);
    assert!(told[3].1.starts_with("HTTP/1.1 200"), "{:?}", told[3]);
    assert!(listening.is_serving().await);
}

/// S100: two thousand idle connections do not stop the service, and no address has more than its share.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s100_idle_connections_leave_room_for_others() {
    let listening = Listening::start(None).await;
    let mut idle = Vec::new();
    for from in [[127, 0, 0, 2], [127, 0, 0, 3]] {
        for _ in 0..SOURCE_MAX {
            idle.push(listening.connect(from).await);
        }
    }
    // The one too many is closed at once; by then all before it have been admitted.
    let mut refused = listening.connect([127, 0, 0, 2]).await;
    let end = timeout(CUT_WITHIN, refused.read_u8()).await.expect("closed in time");
    assert!(end.is_err(), "it was served");
    assert!(listening.is_serving().await);
    // Room again when others have gone.
    idle.truncate(SOURCE_MAX / 2);
    let mut tries = 0;
    loop {
        let mut stream = listening.connect([127, 0, 0, 2]).await;
        let ask = b"GET /healthz HTTP/1.1\r\nhost: localhost:3000\r\n\r\n";
        if stream.write_all(ask).await.is_ok() && stream.read_u8().await.is_ok() {
            break;
        }
        tries += 1;
        assert!(tries < 10_000, "no room though others have gone");
    }
}

fn write_certificate(folder: &Path) -> (TlsFiles, reqwest::Certificate) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let (certificate, key) = (folder.join("tls.crt"), folder.join("tls.key"));
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o640)).expect("changed");
    std::fs::write(&certificate, made.cert.pem()).expect("written");
    let root = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).expect("a root");
    (TlsFiles { certificate, key }, root)
}

async fn asks(listening: &Listening, root: &reqwest::Certificate) -> bool {
    let client = reqwest::Client::builder()
        .tls_certs_only([root.clone()])
        .resolve("localhost", SocketAddr::new(IpAddr::from([127, 0, 0, 1]), 0))
        .build()
        .expect("a client");
    let url = format!("https://localhost:{}/healthz", listening.address.port());
    client.get(url).send().await.is_ok_and(|answer| answer.status() == 200)
}

/// TLS in process: a certificate that was renewed is used without a restart, one that is broken is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_follows_its_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let (files, first) = write_certificate(folder.path());
    std::fs::set_permissions(&files.key, PermissionsExt::from_mode(0o644)).expect("changed");
    let open = Certificate::read(files.clone()).await.err().expect("refused").to_string();
    assert!(open.contains("chmod 640"), "S104: {open}");
    std::fs::set_permissions(&files.key, PermissionsExt::from_mode(0o640)).expect("changed");
    let certificate = Certificate::read(files.clone()).await.expect("read");
    let listening = Listening::start(Some(certificate.clone())).await;
    assert!(asks(&listening, &first).await);
    assert!(!certificate.refresh().await.expect("nothing new"));

    std::fs::write(&files.certificate, "not PEM").expect("written");
    certificate.refresh().await.expect_err("broken");
    assert!(asks(&listening, &first).await, "the old one stays");

    let (_, second) = write_certificate(folder.path());
    assert!(certificate.refresh().await.expect("read again"));
    assert!(asks(&listening, &second).await);
    assert!(!asks(&listening, &first).await);
}
