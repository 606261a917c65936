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

use axum::Router;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio_util::sync::CancellationToken;

use self::{accept::Listener, slots::Slots};
use super::{
    App,
    config::{Config, Setting},
    http::{headers, metrics},
    router,
    service::load::{Quota, Shares},
    service_manager::Sockets,
};

/// Number of sweeps for overdue connections within the shortest time limit.
const LOOKS: u32 = 20;
/// Number of files reserved for the database, the log and the static files.
const OTHER_FILES: usize = 256;

/// Quota of the metrics listener: connections, and bytes that they may send.
const MONITORS: Quota = Quota { all: 64, source: 64, little: 64 };
const MONITORS_BYTES: Quota = Quota { all: 1 << 20, source: 1 << 20, little: 1 << 20 };

/// Quotas and time limits of connections.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Open connections, in all and per source; trusted proxies have no limit of their own.
    pub connections: Quota,
    /// Time limit for the head of a request, including the first.
    pub silent: Duration,
    /// Time that a connection may be idle between two requests.
    ///
    /// It is longer than the time for which proxies keep unused connections: 60 s (nginx, AWS) or
    /// 90 s (Go). The side that closes first would lose a request in transit, and a proxy may be
    /// missing in the settings. When all slots are taken, the idlest connections are closed
    /// earlier.
    pub idle: Duration,
    /// Time that a connection of a trusted proxy may be idle or send a head: Caddy keeps unused
    /// connections for 120 s.
    pub idle_proxy: Duration,
    /// Time that a connection may have the same request open, including its answer.
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

/// The listening sockets, bound before anything else, so that a second instance fails at once.
pub struct Listeners {
    main: TcpListener,
    plain: Option<TcpListener>,
    metrics: Option<TcpListener>,
    limits: Limits,
}

impl Listeners {
    /// Takes the sockets that the service manager handed over, and binds the other addresses of the settings.
    ///
    /// # Errors
    /// Returns a sentence about an address that cannot be bound, or about a socket that belongs to no setting.
    pub fn open(config: &Config, mut sockets: Sockets) -> Result<Self, String> {
        let mut open = |setting, address| {
            let handed = sockets.of(setting, address);
            let opened =
                handed.and_then(|handed| handed.map_or_else(|| TcpListener::bind(address), Ok));
            opened.map_err(|error| config.no_listener(address, &error))
        };
        let main = open(&Setting::listen, config.listen)?;
        let plain = config.plain_listen.map(|address| open(&Setting::plain_listen, address));
        let metrics = config.metrics_listen.map(|address| open(&Setting::metrics_listen, address));
        let (plain, metrics) = (plain.transpose()?, metrics.transpose()?);
        let unused = sockets.all_used(|setting| match setting.name {
            name if name == Setting::plain_listen.name => config.plain_listen,
            name if name == Setting::metrics_listen.name => config.metrics_listen,
            _ => Some(config.listen),
        });
        unused.map_err(|error| error.to_string())?;
        Ok(Self { metrics, ..Self::new(main, plain) })
    }

    /// Uses sockets that listen already.
    pub fn new(main: TcpListener, plain: Option<TcpListener>) -> Self {
        Self { main, plain, metrics: None, limits: Limits::default() }
    }

    /// Replaces the limits.
    pub fn with(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Duplicates the sockets: clients that connect before these are served wait.
    ///
    /// # Errors
    /// Fails if no more files can be opened.
    pub fn again(&self) -> io::Result<Self> {
        let clone =
            |socket: &Option<TcpListener>| socket.as_ref().map(TcpListener::try_clone).transpose();
        let (plain, metrics) = (clone(&self.plain)?, clone(&self.metrics)?);
        Ok(Self { main: self.main.try_clone()?, plain, metrics, limits: self.limits })
    }

    /// The main address, with the assigned port if the setting is port 0.
    ///
    /// # Errors
    /// Fails if the system does not know the address.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.main.local_addr()
    }

    /// The address of the metrics.
    ///
    /// # Errors
    /// Fails like [`address`](Self::address).
    pub fn metrics_address(&self) -> io::Result<Option<SocketAddr>> {
        self.metrics.as_ref().map(TcpListener::local_addr).transpose()
    }

    /// Serves requests until it is stopped, and then until open requests have ended or are cut off. `begun` is called when
    /// all listeners accept connections.
    ///
    /// # Errors
    /// Fails if the socket of a listener can no longer be used.
    pub async fn serve(
        self,
        app: App,
        certificate: Option<tls::Certificate>,
        stop: Stop,
        begun: impl FnOnce(),
    ) -> io::Result<()> {
        let Stop(stop) = stop;
        let limits = within_files(self.limits);
        let slots = Slots::new(limits, app.config.proxies.clone(), app.load.bytes.clone());
        // Not among the slots of clients, which could occupy them all.
        let own = Slots::new(
            Limits { connections: MONITORS, ..limits },
            app.config.proxies.clone(),
            Shares::new(MONITORS_BYTES),
        );
        let ours = stream::lines(&headers::of_ours(&app.config));
        let constant = stream::lines(&headers::constant());
        let beside = async |socket: Option<TcpListener>, slots: &Slots, service: Router| {
            let Some(socket) = socket else {
                return Ok(());
            };
            let listener = Listener { service, certificate: None, headers: constant.clone() };
            accept::serve(socket, listener, slots.clone(), stop.clone()).await
        };
        let plain = beside(self.plain, &slots, redirect::router(app.clone()));
        let metrics = beside(self.metrics, &own, metrics::router(app.clone()));
        let service = router::service(app);
        let listener = Listener { service, certificate, headers: ours };
        let main = accept::serve(self.main, listener, slots.clone(), stop.clone());
        let pause = limits.silent.min(limits.idle).min(limits.request) / LOOKS;
        let tended = async {
            begun();
            sweep([&slots, &own], pause).await;
        };
        tokio::select! {
            // In this order: the listeners have been polled before the others are told.
            biased;
            ended = async { tokio::try_join!(main, plain, metrics) } => ended.map(|_| ()),
            () = tended => Ok(()),
        }
    }
}

/// Ends overdue connections at regular intervals.
async fn sweep(all: [&Slots; 2], pause: Duration) {
    loop {
        tokio::time::sleep(pause).await;
        for slots in all {
            slots.sweep();
        }
    }
}

/// A handle that stops the service.
#[derive(Clone, Default)]
pub struct Stop(CancellationToken);

impl Stop {
    /// Accepts no more connections; all that is open on others ends within ten seconds.
    pub fn now(&self) {
        self.0.cancel();
    }
}

/// Reduces the limits to the number of files that the process may open, which is 1,024 on many
/// systems unless it asks for more.
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
