//! Real sockets: slow clients, and too many of them (S100).

use std::{net::TcpStream as Socket, os::fd::OwnedFd, time::Duration};

use futures::future::join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use vestibule::server::{listen::Limits, service::load::Quota};

use super::support::*;

/// The most connections from one address.
const SOURCE_MAX: usize = 1_000;

/// Sends the beginning of a request, then a byte now and then; answers what came back before the end.
async fn dribble(mut stream: TcpStream, beginning: &str, byte: Option<u8>) -> String {
    let (mut read, mut write) = stream.split();
    write.write_all(beginning.as_bytes()).await.expect("sent");
    let feed = async {
        let mut tick = tokio::time::interval(Duration::from_millis(100));
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

/// S100: a client that sends nothing, or sends too slowly, is cut; the service goes on meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s100_slow_clients_are_cut() {
    let short = Duration::from_millis(600);
    let limits = Limits { silent: short, idle: short, ..FEW };
    let listening = Listening::with(limits, None, |_| ()).await;
    let head = "POST /api/v1/login HTTP/1.1\r\nhost: localhost:3000\r\n";
    let between = "GET /healthz HTTP/1.1\r\nhost: localhost:3000\r\n\r\n";
    let cases = [
        ("silent", "", None, ""),
        ("a head byte by byte", head, Some(b'x'), ""),
        ("silent after a request", between, None, "HTTP/1.1 200"),
        ("half a greeting of HTTP/2", "PRI * HTTP/2.0\r\n\r\n", None, ""),
    ];
    let cut = cases.map(|(name, beginning, byte, says)| {
        let listening = &listening;
        async move {
            let stream = listening.connect([127, 0, 0, 1]).await;
            let told = timeout(WITHIN, dribble(stream, beginning, byte)).await;
            let told = told.unwrap_or_else(|_| panic!("{name}: open after {WITHIN:?}"));
            assert!(told.starts_with(says) && told.is_empty() == says.is_empty(), "{name}: {told}");
        }
    });
    let all = join_all(cut);
    assert!(listening.is_serving().await);
    all.await;
    assert!(listening.is_serving().await);
}

/// S100: a body has 15 seconds to arrive, and its client is told; where the connection has less, nothing is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s100_a_body_byte_by_byte_is_cut() {
    let listening = Listening::start().await;
    let body = "POST /api/v1/login HTTP/1.1\r\nhost: localhost:3000\r\n\
                content-type: application/json\r\ncontent-length: 500\r\n\r\n{";
    let stream = listening.connect([127, 0, 0, 1]).await;
    let told = timeout(WITHIN, dribble(stream, body, Some(b' '))).await.expect("cut");
    assert!(told.starts_with("HTTP/1.1 408"), "{told}");
}

/// S100: two thousand idle connections do not stop the service, and no address has more than its share.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s100_idle_connections_leave_room_for_others() {
    let listening = Listening::start().await;
    let mut idle = Vec::new();
    for from in [[127, 0, 0, 2], [127, 0, 0, 3]] {
        for _ in 0..SOURCE_MAX {
            idle.push(listening.connect(from).await);
        }
    }
    // The one too many is closed at once; by then all before it have been admitted.
    let mut refused = listening.connect([127, 0, 0, 2]).await;
    let end = timeout(WITHIN, refused.read_u8()).await.expect("closed in time");
    assert!(end.is_err(), "it was served");
    assert!(listening.is_serving().await);
    // Room again when others have gone.
    idle.truncate(SOURCE_MAX / 2);
    admitted(&listening, [127, 0, 0, 2]).await;
}

/// A connection that is served: others have gone, and the server sees it before long.
async fn admitted(listening: &Listening, from: [u8; 4]) -> TcpStream {
    let tries = async {
        loop {
            let mut stream = listening.connect(from).await;
            if is_answered(&mut stream).await {
                return stream;
            }
        }
    };
    timeout(WITHIN, tries).await.expect("room where others have gone")
}

/// Few connections, so that a test can have all of them.
const FEW: Limits = Limits {
    connections: Quota { all: 40, source: 20, little: 2 },
    silent: Duration::from_secs(600),
    idle: Duration::from_secs(600),
    idle_proxy: Duration::from_secs(600),
    request: Duration::from_secs(600),
};

/// Connections that have been served once, one after the other.
async fn served(listening: &Listening, from: [u8; 4], count: usize) -> Vec<TcpStream> {
    let mut streams = Vec::new();
    for _ in 0..count {
        let mut stream = listening.connect(from).await;
        assert!(is_answered(&mut stream).await, "{from:?} has no place");
        streams.push(stream);
    }
    streams
}

/// A source with few connections finds a place when others have all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_idlest_of_the_largest_makes_room() {
    let listening = Listening::with(FEW, None, |_| ()).await;
    let mut large = served(&listening, [127, 0, 0, 2], 20).await;
    let mut medium = served(&listening, [127, 0, 0, 3], 16).await;
    // The last tenth is for those who have little, and the first is idle for less than the second now.
    let mut little = Vec::new();
    for last in 10..14 {
        little.extend(served(&listening, [127, 0, 0, last], 1).await);
    }
    assert!(is_answered(&mut large[0]).await);
    // All are taken. Who has many gets no more; who has none gets that of the largest's idlest.
    let mut more = listening.connect([127, 0, 0, 2]).await;
    assert!(!is_answered(&mut more).await, "more than its share");
    little.extend(served(&listening, [127, 0, 0, 20], 1).await);
    assert!(said_until_end(&mut large[1]).await.is_empty());
    assert!(is_answered(&mut large[0]).await, "it was not the idlest");
    // Beyond nine tenths nobody with more than little takes a kept place, but the largest still makes room.
    medium.extend(served(&listening, [127, 0, 0, 3], 1).await);
    assert!(said_until_end(&mut large[2]).await.is_empty());
    for stream in little.iter_mut().chain(&mut medium).chain(&mut large[3..]) {
        assert!(is_answered(stream).await, "cut for no reason");
    }
}

/// Connections of HTTP/1 and of HTTP/2, busy ones too, make room.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn busy_connections_make_room_when_no_other_does() {
    let listening = Listening::with(FEW, None, |_| ()).await;
    let head = "POST /api/v1/login HTTP/1.1\r\nhost: localhost:3000\r\n";
    let head = format!("{head}content-type: application/json\r\ncontent-length: 500\r\n\r\n{{");
    let mut busy = Vec::new();
    for from in [[127, 0, 0, 2], [127, 0, 0, 3]] {
        for mut stream in served(&listening, from, 18).await {
            stream.write_all(head.as_bytes()).await.expect("sent");
            busy.push(stream);
        }
    }
    let mut others = Vec::new();
    for last in 10..40 {
        others.extend(served(&listening, [127, 0, 0, last], 1).await);
    }
    for stream in &mut others {
        assert!(is_answered(stream).await);
    }
}

/// A trusted proxy stands for many: it has as many connections as there are, and keeps them for longer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trusted_proxy_has_no_share_and_more_time() {
    let limits = Limits { idle: Duration::from_millis(200), ..FEW };
    let trust = Some("127.0.0.9".to_owned());
    let listening = Listening::with(limits, None, |flags| flags.trusted_proxies = trust).await;
    let mut proxy = served(&listening, [127, 0, 0, 9], 40).await;
    let mut refused = listening.connect([127, 0, 0, 2]).await;
    assert!(!is_answered(&mut refused).await, "there are no more than all");
    drop(proxy.split_off(30));
    // A stranger's idle connections end; the proxy's are older.
    let mut stranger = admitted(&listening, [127, 0, 0, 2]).await;
    assert!(said_until_end(&mut stranger).await.is_empty());
    for stream in &mut proxy {
        assert!(is_answered(stream).await, "the proxy's are kept");
    }
}

/// A connection that has been used is kept for its next request longer than one that has not begun any, and a head that
/// has begun then has no more time than any other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_connections_outlive_slow_heads() {
    let limits = Limits { silent: Duration::from_millis(300), ..FEW };
    let listening = Listening::with(limits, None, |_| ()).await;
    let mut used = served(&listening, [127, 0, 0, 2], 4).await;
    // One that has not begun any, and one that takes its time, end while the used ones stay.
    let mut new = listening.connect([127, 0, 0, 2]).await;
    assert!(said_until_end(&mut new).await.is_empty());
    let mut slow = used.pop().expect("one");
    slow.write_all(b"GET /healthz HTTP/1.1\r\n").await.expect("sent");
    assert!(said_until_end(&mut slow).await.is_empty());
    for stream in &mut used {
        assert!(is_answered(stream).await, "it was idle for less than it may");
    }
    let default = Limits::default();
    assert!(default.silent <= Duration::from_secs(20), "a slow head holds a place");
    assert!(
        default.idle > Duration::from_secs(90) && default.idle_proxy > Duration::from_secs(120)
    );
}

/// A request that is never done does not keep its connection for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_never_ends_is_cut() {
    let limits = Limits { request: Duration::from_millis(200), ..FEW };
    let listening = Listening::with(limits, None, |_| ()).await;
    let mut stream = listening.connect([127, 0, 0, 2]).await;
    let head = "POST /api/v1/login HTTP/1.1\r\nhost: localhost:3000\r\ncontent-length: 9\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    // By then the body's own limit has not been reached: nothing is said.
    assert!(said_until_end(&mut stream).await.is_empty());
}

/// A listener that fails ends the service, with an error.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_that_fails_is_no_secret() {
    let mut listening = Listening::start().await;
    assert!(listening.is_serving().await);
    let socket = listening.plain_socket.try_clone().expect("the same socket");
    let socket = Socket::from(OwnedFd::from(socket));
    socket.shutdown(std::net::Shutdown::Both).expect("shut");
    let ended = timeout(WITHIN, &mut listening.serving).await.expect("it ends");
    ended.expect("no panic").expect_err("a failure");
}

/// Stopping lets a request end that is under way, and takes no other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_lets_open_requests_end() {
    let mut listening = Listening::start().await;
    let mut idle = listening.connect([127, 0, 0, 1]).await;
    let mut busy = listening.connect([127, 0, 0, 1]).await;
    assert!(is_answered(&mut idle).await && is_answered(&mut busy).await);
    let head = "POST /api/v1/login HTTP/1.1\r\nhost: localhost:3000\r\ncontent-length: 2\r\n\r\n{";
    busy.write_all(head.as_bytes()).await.expect("sent");
    // The server has the head when it counts the request.
    until(|| listening.server.app.load.requests.used() == 1).await;
    listening.stop.now();
    assert!(said_until_end(&mut idle).await.is_empty());
    busy.write_all(b"}").await.expect("sent");
    let said = said_until_end(&mut busy).await;
    assert!(said.starts_with(b"HTTP/1.1 415"), "{}", String::from_utf8_lossy(&said));
    let ended = timeout(WITHIN, &mut listening.serving).await.expect("it ends");
    ended.expect("no panic").expect("no failure");
    assert!(TcpStream::connect(listening.address).await.is_err());
}

/// A head counts while it is none yet, and no longer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_counts_until_it_is_a_request() {
    let listening = Listening::start().await;
    let bytes = &listening.server.app.load.bytes;
    let head =
        format!("GET /healthz HTTP/1.1\r\nhost: localhost:3000\r\nx: {}\r\n", "a".repeat(20_000));
    let mut stream = listening.connect([127, 0, 0, 1]).await;
    stream.write_all(head.as_bytes()).await.expect("sent");
    // All but the first 4 KiB.
    until(|| bytes.used() == head.len() - 4 * 1024).await;
    stream.write_all(b"\r\n").await.expect("sent");
    until(|| bytes.used() == 0).await;
    let mut stream = listening.connect([127, 0, 0, 1]).await;
    stream.write_all(head.as_bytes()).await.expect("sent");
    until(|| bytes.used() > 0).await;
    drop(stream);
    until(|| bytes.used() == 0).await;
}
