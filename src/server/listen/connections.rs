use std::{
    collections::HashMap,
    future::{Ready, ready},
    io,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum_server::accept::Accept;
use tokio::net::TcpStream;
use tokio_io_timeout::TimeoutStream;
use tower::Service;

use crate::server::{config::Proxies, service::limits::Source};

/// The most connections at once.
const ALL_MAX: usize = 10_000;
/// The most connections at once from one source; a trusted proxy has as many as it needs.
const SOURCE_MAX: usize = 1_000;
/// How long a connection may be silent, and how long it may take to read what it is sent.
const SILENT_FOR: Duration = Duration::from_secs(25);

/// Counts connections, and refuses those that are too many.
#[derive(Clone)]
pub(super) struct Connections {
    proxies: Proxies,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_source: HashMap<Source, usize>,
}

impl Connections {
    /// None yet.
    pub(super) fn new(proxies: Proxies) -> Self {
        Self { proxies, open: Arc::default() }
    }

    fn admit(&self, peer: IpAddr) -> io::Result<Admitted> {
        // A proxy is nobody's neighbour: it has as many as it needs.
        let source = (!self.proxies.trusts(peer.to_canonical())).then(|| Source::from(peer));
        let mut open = self.lock();
        let of_source = source.and_then(|source| open.by_source.get(&source)).copied();
        let of_source = of_source.unwrap_or_default();
        if open.all >= ALL_MAX || of_source >= SOURCE_MAX {
            return Err(io::Error::other("too many connections"));
        }
        open.all += 1;
        if let Some(source) = source {
            open.by_source.insert(source, of_source + 1);
        }
        Ok(Admitted { source, connections: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection's place among the others.
struct Admitted {
    source: Option<Source>,
    connections: Connections,
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut open = self.connections.lock();
        open.all -= 1;
        let Some(source) = self.source else { return };
        match open.by_source.get_mut(&source) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(open.by_source.remove(&source)),
        }
    }
}

impl<S> Accept<TcpStream, S> for Connections {
    type Stream = Pin<Box<TimeoutStream<TcpStream>>>;
    type Service = Held<S>;
    type Future = Ready<io::Result<(Self::Stream, Self::Service)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let admitted = stream.peer_addr().and_then(|peer| self.admit(peer.ip()));
        ready(admitted.and_then(|admitted| {
            stream.set_nodelay(true)?;
            let mut stream = TimeoutStream::new(stream);
            stream.set_read_timeout(Some(SILENT_FOR));
            stream.set_write_timeout(Some(SILENT_FOR));
            Ok((Box::pin(stream), Held { service, _place: Arc::new(admitted) }))
        }))
    }
}

/// A connection's service, which holds its place for as long as it lives.
#[derive(Clone)]
pub(super) struct Held<S> {
    service: S,
    _place: Arc<Admitted>,
}

impl<R, S: Service<R>> Service<R> for Held<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.service.call(request)
    }
}
