//! Connections: TLS, quotas and timeouts.

mod accept;
mod redirect;
mod seat;
mod slots;
mod stream;
pub mod tls;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use axum::http::HeaderMap;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio_util::sync::CancellationToken;

use self::{accept::Service, slots::Slots};
use super::{
    App,
    config::Config,
    http::{headers, metrics},
    router,
    service::load::{Quota, Shares},
};

/// How often connections that have stayed too long are looked for, within the shortest time they may stay.
const LOOKS: u32 = 20;
/// Files that are no connections: the database's, the log, the browser's files.
const OTHER_FILES: usize = 256;

/// Connections of the listener for metrics, and the bytes that they may send.
const MONITORS: Quota = Quota { all: 64, source: 64, little: 64 };
const MONITORS_BYTES: Quota = Quota { all: 1 << 20, source: 1 << 20, little: 1 << 20 };

/// How many connections there may be, and how long each may stay.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// At once, in all and of one source; a trusted proxy has as many as it needs.
    pub connections: Quota,
    /// How long one may take for the head of a request, its first included.
    pub silent: Duration,
    /// How long one may be without a request between two: longer than proxies keep connections that they do not use, which
    /// is 60 s (nginx, AWS) or 90 (Go). Who closes first would lose the request that is on its way, and a proxy may be one
    /// that the settings do not name. When all slots are taken, the idlest make room before that.
    pub idle: Duration,
    /// The same of a trusted proxy, its heads included: Caddy keeps them for 120 s.
    pub idle_proxy: Duration,
    /// How long one may have the same request open, its answer included.
    pub request: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: Quota { all: 10_000, source: 1_000, little: 32 },
            silent: Duration::from_secs(20),
            idle: Duration::from_secs(100),
            idle_proxy: Duration::from_secs(180),
            request: Duration::from_secs(60),
        }
    }
}

/// The listening sockets: taken before anything else happens, so that a second instance does nothing.
pub struct Listeners {
    main: TcpListener,
    plain: Option<TcpListener>,
    metrics: Option<TcpListener>,
    limits: Limits,
}

impl Listeners {
    /// Takes the addresses of the settings.
    ///
    /// # Errors
    /// The address that cannot be had, and why.
    pub fn bind(config: &Config) -> Result<Self, (SocketAddr, io::Error)> {
        let bind = |address| TcpListener::bind(address).map_err(|error| (address, error));
        let plain = config.plain_listen.map(bind).transpose()?;
        let metrics = config.metrics_listen.map(bind).transpose()?;
        Ok(Self { metrics, ..Self::new(bind(config.listen)?, plain) })
    }

    /// With sockets that listen already.
    pub fn new(main: TcpListener, plain: Option<TcpListener>) -> Self {
        Self { main, plain, metrics: None, limits: Limits::default() }
    }

    /// With other limits.
    pub fn with(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same sockets once more: clients that connect before these are served wait.
    ///
    /// # Errors
    /// No more files can be opened.
    pub fn again(&self) -> io::Result<Self> {
        let clone =
            |socket: &Option<TcpListener>| socket.as_ref().map(TcpListener::try_clone).transpose();
        let (plain, metrics) = (clone(&self.plain)?, clone(&self.metrics)?);
        Ok(Self { main: self.main.try_clone()?, plain, metrics, limits: self.limits })
    }

    /// The main address, with the port that was given out where none was asked for.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.main.local_addr()
    }

    /// The address of the metrics.
    ///
    /// # Errors
    /// As [`address`](Self::address).
    pub fn metrics_address(&self) -> io::Result<Option<SocketAddr>> {
        self.metrics.as_ref().map(TcpListener::local_addr).transpose()
    }

    /// Answers requests until it is stopped, and then until open ones have ended, or are cut.
    ///
    /// # Errors
    /// A socket that can no longer be used, of either listener.
    pub async fn serve(
        self,
        app: App,
        certificate: Option<tls::Certificate>,
        stop: Stop,
    ) -> io::Result<()> {
        let Stop(stop) = stop;
        let limits = within_files(self.limits);
        let slots = Slots::new(limits, app.config.proxies.clone(), app.load.bytes.clone());
        // Not among the slots of clients, who could take them all.
        let own = Slots::new(
            Limits { connections: MONITORS, ..limits },
            app.config.proxies.clone(),
            Shares::new(MONITORS_BYTES),
        );
        let serve = |listener, slots: &Slots, router, certificate, headers: &HeaderMap| {
            let service = Service { router, certificate, headers: stream::lines(headers) };
            accept::serve(listener, service, slots.clone(), stop.clone())
        };
        let (mut ours, mut constant) = (HeaderMap::new(), HeaderMap::new());
        headers::of_ours(&mut ours, &app.config);
        headers::constant(&mut constant);
        let moved = redirect::router(app.clone());
        let measured = metrics::router(app.clone());
        let main = serve(self.main, &slots, router::router(app), certificate, &ours);
        let beside = async |listener: Option<TcpListener>, slots: &Slots, router| match listener {
            Some(listener) => serve(listener, slots, router, None, &constant).await,
            None => Ok(()),
        };
        let plain = beside(self.plain, &slots, moved);
        let metrics = beside(self.metrics, &own, measured);
        let pause = limits.silent.min(limits.idle).min(limits.request) / LOOKS;
        tokio::select! {
            ended = async { tokio::try_join!(main, plain, metrics) } => ended.map(|_| ()),
            () = sweep([&slots, &own], pause) => Ok(()),
        }
    }
}

/// Looks for connections that have stayed too long.
async fn sweep(all: [&Slots; 2], pause: Duration) {
    loop {
        tokio::time::sleep(pause).await;
        for slots in all {
            slots.sweep();
        }
    }
}

/// Ends the service.
#[derive(Clone, Default)]
pub struct Stop(CancellationToken);

impl Stop {
    /// No new connections from now on; open requests have ten seconds.
    pub fn now(&self) {
        self.0.cancel();
    }
}

/// Connections are files, and many systems allow a process 1,024 of them until it asks for more.
fn within_files(mut limits: Limits) -> Limits {
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    if setrlimit(Resource::Nofile, files).is_err() {
        tracing::warn!("cannot raise the limit of open files");
    }
    let files = getrlimit(Resource::Nofile).current.map_or(usize::MAX, |files| files as usize);
    let slots = files.saturating_sub(OTHER_FILES).max(files / 2);
    let connections = &mut limits.connections;
    if slots < connections.all {
        tracing::warn!(
            slots,
            "this many connections at once; the limit of open files allows no more"
        );
        connections.all = slots;
        connections.source = connections.source.min(slots / 4);
    }
    limits
}
