//! HTTP/2 on real sockets: requests, the limits of a connection, and how it ends (S100).

use std::time::Duration;

use h2::Reason;
use http::Request;
use tokio::time::timeout;
use vestibule::server::listen::Limits;

use super::support::{http2::*, *};

const HEALTH: &str = "http://localhost:3000/healthz";

const SHORT: Duration = Duration::from_millis(300);

/// A connection may stand still for a moment only.
fn impatient() -> Limits {
    Limits { silent: SHORT, idle: SHORT, ..Limits::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_answered_in_the_clear() {
    let listening = Listening::start().await;
    let (client, _) = http2(listening.connect([127, 0, 0, 1]).await).await;
    for _ in 0..40 {
        let (status, body) = ask(&client, HEALTH).await;
        assert_eq!((status.as_u16(), &body[..]), (200, &b"ok"[..]));
    }
    let (status, body) = ask(&client, "http://localhost:3000/login").await;
    assert!(status == 200 && body.ends_with(b"</html>"));
    let (status, _) = ask(&client, "http://evil.example/login").await;
    assert_eq!(status.as_u16(), 421, "S78");
}

/// What a client is told of our limits, and what happens to who does not keep them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_has_sixteen_streams() {
    let listening = Listening::start().await;
    let mut frames = Frames::greet(listening.connect([127, 0, 0, 1]).await).await;
    let settings = frames.first(|frame| frame.kind == SETTINGS && frame.flags == 0).await.payload;
    let told: Vec<_> =
        settings.chunks(6).map(|s| (s[1], u32::from_be_bytes([s[2], s[3], s[4], s[5]]))).collect();
    // RFC 9113 section 6.5.2: streams, the window of each (65,535 unless told otherwise), the list of headers.
    assert!(told.contains(&(3, 16)), "{told:?}");
    assert!(told.iter().all(|(name, value)| *name != 4 || *value == 65_535), "{told:?}");
    assert!(told.contains(&(6, 16 * 1024)), "{told:?}");
    for stream in 0..17 {
        frames.request(2 * stream + 1, POST, "/api/v1/login", false).await;
    }
    let refused = frames.first(|frame| frame.kind == RESET).await;
    let code = u32::from(Reason::REFUSED_STREAM).to_be_bytes();
    assert_eq!((refused.stream, &refused.payload[..]), (33, &code[..]));
}

/// Pings keep no connection open; the client is told that no request was lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_without_a_request_ends() {
    let listening = Listening::with(impatient(), None, |_| ()).await;
    let mut frames = Frames::greet(listening.connect([127, 0, 0, 1]).await).await;
    frames.request(1, GET, "/healthz", true).await;
    let (mut answered, mut farewell) = (false, None);
    frames.send(PING, 0, 0, &[7; 8]).await;
    let pings = async {
        while let Some(frame) = frames.next().await {
            match (frame.kind, frame.flags) {
                (HEADERS, _) => answered = true,
                (SETTINGS, 0) => drop(frames.send(SETTINGS, 1, 0, &[]).await),
                (PING, 0) => drop(frames.send(PING, 1, 0, &frame.payload).await),
                // The answer to ours: the next one.
                (PING, _) => drop(frames.send(PING, 0, 0, &frame.payload).await),
                (GOAWAY, _) => farewell = Some(frame.payload),
                _ => {}
            }
        }
    };
    timeout(WITHIN, pings).await.expect("pings keep no connection");
    assert!(answered);
    let farewell = farewell.expect("a farewell");
    let (last, reason) = (&farewell[..4], &farewell[4..8]);
    assert_eq!((last, reason), (&1_u32.to_be_bytes()[..], &0_u32.to_be_bytes()[..]));
}

/// The same where nothing but the greeting came, or not all of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_greeting_keeps_no_connection() {
    let listening = Listening::with(impatient(), None, |_| ()).await;
    let mut frames = Frames::greet(listening.connect([127, 0, 0, 1]).await).await;
    while frames.next().await.is_some() {}
    let mut half = listening.connect([127, 0, 0, 1]).await;
    tokio::io::AsyncWriteExt::write_all(&mut half, b"PRI * HTTP/2.0\r\n\r\n").await.expect("sent");
    assert!(said_until_end(&mut half).await.is_empty());
}

/// A client that takes no answers keeps no connection, however many it asks for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_nobody_takes_are_dropped() {
    let limits = Limits { request: Duration::from_millis(300), ..Limits::default() };
    let listening = Listening::with(limits, None, |_| ()).await;
    let stream = listening.connect([127, 0, 0, 1]).await;
    let mut builder = h2::client::Builder::new();
    let greeted = builder.initial_window_size(0).handshake::<_, bytes::Bytes>(stream).await;
    let (mut client, connection) = greeted.expect("greeted");
    let ended = tokio::spawn(connection);
    let request = Request::get("http://localhost:3000/login").body(()).expect("a request");
    let (answer, _) = client.send_request(request, true).expect("sent");
    let answer = answer.await.expect("a head");
    assert_eq!(answer.status().as_u16(), 200);
    drop(timeout(WITHIN, ended).await.expect("the connection ends"));
    until(|| listening.server.app.load.requests.used() == 0).await;
}

/// A head that is too large is refused by the protocol, before any code of ours: a status and no headers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_has_16_kib() {
    let listening = Listening::start().await;
    let (client, _connection) = http2(listening.connect([127, 0, 0, 1]).await).await;
    let with = |length: usize| {
        Request::get(HEALTH).header("x-a", "a".repeat(length)).body(()).expect("a request")
    };
    let send = async |length: usize| {
        let mut client = client.clone().ready().await.expect("room");
        let (answer, _) = client.send_request(with(length), true).expect("sent");
        answer.await
    };
    assert_eq!(send(15_000).await.expect("answered").status().as_u16(), 200);
    let refused = send(20_000).await.expect("answered");
    assert_eq!(refused.status().as_u16(), 431);
    assert!(refused.headers().is_empty(), "{:?}", refused.headers());
    assert_eq!(send(100).await.expect("the connection goes on").status().as_u16(), 200);
}

/// Stopping lets a stream end that is under way, and takes no other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_lets_open_streams_end() {
    let mut listening = Listening::start().await;
    let (client, ended) = http2(listening.connect([127, 0, 0, 1]).await).await;
    let post = Request::post("http://localhost:3000/api/v1/login").body(()).expect("a request");
    let (answer, mut body) = client.clone().send_request(post, false).expect("sent");
    until(|| listening.server.app.load.requests.used() == 1).await;
    listening.stop.now();
    body.send_data("{}".into(), true).expect("sent");
    assert_eq!(answer.await.expect("answered").status().as_u16(), 415);
    drop(timeout(WITHIN, ended).await.expect("the connection ends"));
    assert!(client.ready().await.is_err(), "it took another");
    let served = timeout(WITHIN, &mut listening.serving).await.expect("it ends");
    served.expect("no panic").expect("no failure");
}
