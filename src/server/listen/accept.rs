use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::pin,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    http::{HeaderValue, Version, header},
    response::Response,
};
use bytes::Bytes;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use rustix::io::Errno;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

use super::{
    seat::Order,
    slots::{Slot, Slots},
    stream::{Complete, Counted},
    tls::Certificate,
};
use crate::server::http::load;

/// Time limit of a TLS handshake.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// Time limit for the open requests of a connection that was ordered to leave.
const LEAVE_WITHIN: Duration = Duration::from_secs(2);
/// Time limit for all that is open on a connection when the server stops.
const STOP_WITHIN: Duration = Duration::from_secs(10);
/// Time that a stop leaves a connection without an open request: one may be on its way, and its client would see a
/// refusal.
const ON_ITS_WAY: Duration = Duration::from_secs(2);
/// Pause between two looks for the end of an open request.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Pause before the next `accept` when the system has no free sockets.
const PAUSE: Duration = Duration::from_millis(50);

/// Maximum size of a request head, in bytes.
const HEAD_MAX: usize = 32 * 1024;
/// Maximum number of headers in an HTTP/1 request.
const HEADERS_MAX: usize = 64;
/// Maximum size of an HTTP/2 request head, in bytes as RFC 9113 section 6.5.2 counts them; each
/// stream may have one.
const HEADER_LIST_MAX: u32 = 16 * 1024;
/// Maximum number of open streams on one HTTP/2 connection.
const STREAMS_MAX: u32 = 16;
/// Flow-control window of an HTTP/2 connection and of each of its streams, in bytes.
const WINDOW: u32 = 65_535;
/// Maximum number of unsent bytes per stream of a client that does not read.
const SEND_MAX: usize = 16 * 1024;

/// The service of one listener.
#[derive(Clone)]
pub(super) struct Listener<S> {
    /// The service that answers requests.
    pub(super) service: S,
    /// The TLS certificate, for a TLS listener.
    pub(super) certificate: Option<Certificate>,
    /// Header lines for the answers of the parser.
    pub(super) headers: Bytes,
}

/// What answers the requests of a listener.
pub(super) trait Answers:
    Service<Request, Response = Response, Error = Infallible, Future: Send>
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<S> Answers for S where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// Serves on a socket until it is stopped, and then until its connections have ended.
///
/// # Errors
/// Fails if the socket can no longer be used.
pub(super) async fn serve(
    socket: std::net::TcpListener,
    listener: Listener<impl Answers>,
    slots: Slots,
    stop: CancellationToken,
) -> io::Result<()> {
    socket.set_nonblocking(true)?;
    let socket = TcpListener::from_std(socket)?;
    let connections = TaskTracker::new();
    let mut failing = false;
    loop {
        let accepted = tokio::select! {
            accepted = socket.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                failing = false;
                // Without a slot the stream is dropped, which closes it.
                if let Some(slot) = slots.admit(peer.ip()) {
                    let (listener, stop) = (listener.clone(), stop.clone());
                    connections.spawn(connection(stream, peer, slot, listener, stop));
                }
            }
            Err(error) if is_for_ever(&error) => return Err(error),
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    tracing::warn!(%error, "cannot accept connections");
                }
                sleep(PAUSE).await;
            }
        }
    }
    // Close the socket now: clients would otherwise wait in a backlog that is no longer accepted.
    drop(socket);
    connections.close();
    connections.wait().await;
    Ok(())
}

/// Whether a socket will never accept again; other errors concern one connection, or pass.
fn is_for_ever(error: &io::Error) -> bool {
    let errors = [Errno::INVAL, Errno::BADF, Errno::NOTSOCK, Errno::OPNOTSUPP];
    Errno::from_io_error(error).is_some_and(|error| errors.contains(&error))
}

/// Serves one connection from its first byte to its last. A stop ends it within its time limit, whatever is open.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    slot: Slot,
    listener: Listener<impl Answers>,
    stop: CancellationToken,
) {
    let over = async {
        stop.cancelled().await;
        sleep(STOP_WITHIN).await
    };
    tokio::select! {
        () = greet_and_converse(stream, peer, &slot, &listener, &stop) => {}
        () = over => {}
    }
}

async fn greet_and_converse(
    stream: TcpStream,
    peer: SocketAddr,
    slot: &Slot,
    listener: &Listener<impl Answers>,
    stop: &CancellationToken,
) {
    // This only speeds up small answers.
    drop(stream.set_nodelay(true));
    let stream = Counted::new(stream, slot.seat.clone());
    let Some(certificate) = &listener.certificate else {
        return converse(stream, peer, slot, listener, stop).await;
    };
    let mut orders = slot.seat.orders();
    let greeted =
        timeout(HANDSHAKE_WITHIN, TlsAcceptor::from(certificate.current()).accept(stream));
    let greeted = tokio::select! {
        greeted = greeted => greeted,
        () = wait_for(&mut orders, Order::Leave) => return,
        () = async { stop.cancelled().await; sleep(ON_ITS_WAY).await } => return,
    };
    if let Ok(Ok(stream)) = greeted {
        Box::pin(converse(stream, peer, slot, listener, stop)).await;
    }
}

/// Serves requests until the client closes, the connection is ordered to leave, or the server
/// stops.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    slot: &Slot,
    listener: &Listener<impl Answers>,
    stop: &CancellationToken,
) {
    let speaks_http2 = AtomicBool::new(false);
    let answer = service_fn(|request: Request<Incoming>| {
        let (open, stop) = (slot.seat.begin(), stop.clone());
        let is_http2 = request.version() == Version::HTTP_2;
        speaks_http2.fetch_or(is_http2, Ordering::Relaxed);
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        // Our services are always ready.
        let answer = listener.service.clone().call(request);
        async move {
            let Ok(mut response) = answer.await;
            // Read here: the conversation learns of a stop when its task runs the next time.
            if stop.is_cancelled() && !is_http2 {
                // The client sends its next request elsewhere, and hyper ends the connection (RFC 9112 section 9.6).
                response
                    .headers_mut()
                    .insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(load::attach(response, open))
        }
    });
    let http = http();
    let stream = TokioIo::new(Complete::new(stream, listener.headers.clone()));
    let mut conversation = pin!(http.serve_connection(stream, answer));
    let mut orders = slot.seat.orders();
    let grace = tokio::select! {
        _ = conversation.as_mut() => return,
        () = wait_for(&mut orders, Order::Leave) => LEAVE_WITHIN,
        () = stop.cancelled() => tokio::select! {
            _ = conversation.as_mut() => return,
            () = wait_for(&mut orders, Order::Cut) => return,
            () = nothing_on_its_way(slot, &speaks_http2) => STOP_WITHIN,
        },
    };
    conversation.as_mut().graceful_shutdown();
    tokio::select! {
        _ = timeout(grace, conversation) => {}
        () = wait_for(&mut orders, Order::Cut) => {}
    }
}

/// Waits until hyper's graceful end would drop no request: it closes an idle connection of HTTP/1 at once, also one on
/// which nothing has arrived yet. On HTTP/2 it tells the client which requests are answered (RFC 9113 section 6.8).
async fn nothing_on_its_way(slot: &Slot, speaks_http2: &AtomicBool) {
    let stopped = Instant::now();
    while !speaks_http2.load(Ordering::Relaxed) {
        match slot.seat.idle_since().map(|since| since.max(stopped) + ON_ITS_WAY) {
            Some(end) if end <= Instant::now() => return,
            Some(end) => sleep_until(end).await,
            None => sleep(LOOK_EVERY).await,
        }
    }
}

/// Waits for an order, or for a stricter one.
async fn wait_for(orders: &mut watch::Receiver<Order>, order: Order) {
    if orders.wait_for(|current| *current >= order).await.is_err() {
        // The seat outlives its connection.
        std::future::pending::<()>().await;
    }
}

/// The HTTP parser with our limits.
fn http() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // The time limit of a head is the one of a connection without a request.
    builder.http1().max_buf_size(HEAD_MAX).max_headers(HEADERS_MAX).header_read_timeout(None);
    builder
        .http2()
        .max_concurrent_streams(STREAMS_MAX)
        .initial_connection_window_size(WINDOW)
        .initial_stream_window_size(WINDOW)
        .max_header_list_size(HEADER_LIST_MAX)
        .max_send_buf_size(SEND_MAX);
    builder
}
