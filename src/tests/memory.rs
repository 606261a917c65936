//! What clients that mean no good can make the real server hold (S109).

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use futures::future::join_all;
use h2::client::SendRequest;
use http::{Request, Response};
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::support::{http2::*, *};

/// As many connections as one address may have, but for a few.
const CONNECTIONS: usize = 950;
/// The server has let go of everything within this time.
const OVER_WITHIN: Duration = Duration::from_secs(120);
const KIB: u64 = 1;
const MIB: u64 = 1024 * KIB;

async fn started(folder: &tempfile::TempDir) -> (Process, SocketAddr) {
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    setrlimit(Resource::Nofile, files).expect("more files");
    let process = Process::start(folder.path(), &[]).await;
    let port = process.url.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    let address = SocketAddr::from(([127, 0, 0, 1], port.expect("a port")));
    (process, address)
}

/// By how much an attack makes the server grow at most, in KiB.
async fn growth(process: &Process, attack: impl Future<Output = ()>) -> u64 {
    let before = process.memory("VmRSS");
    process.forget_peak();
    timeout(OVER_WITHIN, attack).await.expect("the server lets go");
    process.memory("VmHWM").saturating_sub(before)
}

/// Says this on many connections and nothing more, until the server has closed them.
async fn say_and_wait(address: SocketAddr, text: &str) {
    let attackers = (0..CONNECTIONS).map(async |_| {
        let mut stream = TcpStream::connect(address).await.expect("connected");
        // The server may close it while we write.
        drop(stream.write_all(text.as_bytes()).await);
        drop(stream.read_to_end(&mut Vec::new()).await);
    });
    join_all(attackers).await;
}

/// Heads that never end, as long as they may be and longer than any may be.
///
/// The bound: one source's share of bytes under way is 4 MiB, and a buffer is up to twice as large as what is in
/// it. A connection takes 4 KiB when it is silent and 17 with the beginning of a head, 25 at most:
/// 8 MiB + 950 × 25 KiB = 31 MiB.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unfinished_heads_take_little_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let (process, address) = started(&folder).await;
    let line = format!("x-a: {}\r\n", "a".repeat(65_000));
    let long = format!("GET / HTTP/1.1\r\nhost: localhost\r\n{}", line.repeat(6));
    let grown = growth(&process, async {
        for length in [3_900, 31_000, long.len()] {
            say_and_wait(address, &long[..length]).await;
        }
    });
    let grown = grown.await;
    assert!(grown < 31 * MIB, "{grown} KiB");
}

/// Bodies that never end, on as many streams as a connection may have, and more.
///
/// The bound: twice 4 MiB as above, and for each of 40 connections a window of 64 KiB, and 16 requests that take
/// 32 KiB each beside their bodies: 8 MiB + 40 × 576 KiB = 31 MiB.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unfinished_bodies_take_little_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let (process, address) = started(&folder).await;
    let attack = async {
        let attackers = (0..40).map(async |_| {
            let stream = TcpStream::connect(address).await.expect("connected");
            let (client, connection) = http2(stream).await;
            join_all((0..100).map(|_| unfinished(client.clone(), &process.url))).await;
            connection.abort();
        });
        join_all(attackers).await;
    };
    let grown = growth(&process, attack).await;
    assert!(grown < 31 * MIB, "{grown} KiB");
}

/// Sends all of a body but its end, and waits for the answer.
async fn unfinished(client: SendRequest<Bytes>, url: &str) {
    let Ok(mut client) = client.ready().await else { return };
    let request = Request::post(format!("{url}/api/v1/login"))
        .header("content-type", "application/json")
        .header("content-length", "65536")
        .body(());
    let sent = client.send_request(request.expect("a request"), false);
    let Ok((answer, mut body)) = sent else { return };
    tokio::select! {
        _ = answer => {}
        () = send_without_end(&mut body, 65_000) => {}
    }
}

/// S109: answers that nobody takes, on all streams of as many connections as one address may have.
///
/// The bound: a thousand requests of one source are open at once, which take up to 64 KiB each with their answers;
/// a connection of HTTP/2 takes up to 32: 1,000 × 64 KiB + 950 × 32 KiB = 92 MiB.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_nobody_takes_take_little_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let (process, address) = started(&folder).await;
    let mut held = Vec::new();
    let attack = async {
        for _ in 0..CONNECTIONS {
            let stream = TcpStream::connect(address).await.expect("connected");
            let mut builder = h2::client::Builder::new();
            let greeted = builder.initial_window_size(0).handshake::<_, Bytes>(stream).await;
            let (client, connection) = greeted.expect("greeted");
            let connection = tokio::spawn(connection);
            let answers = (0..16).map(|_| untaken(client.clone(), &process.url));
            held.push((join_all(answers).await, connection));
        }
    };
    let grown = growth(&process, attack).await;
    let answers = held.iter().flat_map(|(answers, _)| answers);
    let refused = answers.filter(|answer| answer.status() == 503).count();
    // All but a thousand, and some more where the first are dropped before the last are asked for.
    assert!(refused >= CONNECTIONS * 8, "{refused} refused");
    assert!(grown < 92 * MIB, "{grown} KiB");
}

/// Asks for a page, and takes no more of it than its head.
async fn untaken(client: SendRequest<Bytes>, url: &str) -> Response<h2::RecvStream> {
    let mut client = client.ready().await.expect("room");
    let request = Request::get(format!("{url}/login")).body(()).expect("a request");
    let (answer, _) = client.send_request(request, true).expect("sent");
    answer.await.expect("a head")
}
