//! Connections: TLS, quotas and timeouts.

mod accept;
mod places;
mod redirect;
mod seat;
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

use self::{accept::Service, places::Places};
use super::{App, http::headers, router, service::load::Quota};

/// How often connections that have stayed too long are looked for, within the shortest time they may stay.
const LOOKS: u32 = 20;
/// Files that are no connections: the database's, the log, the browser's files.
const OTHER_FILES: usize = 256;

/// How many connections there may be, and how long each may stay.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// At once, in all and of one source; a trusted proxy has as many as it needs.
    pub connections: Quota,
    /// How long one may be without an open request.
    pub idle: Duration,
    /// How long a trusted proxy may be idle: longer than proxies keep connections that they do not use, which is 60 s
    /// (nginx, AWS), 90 (Go) or 120 (Caddy). Who closes first would lose the request that is on its way.
    pub idle_proxy: Duration,
    /// How long one may have the same request open, its answer included.
    pub request: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: Quota { all: 10_000, source: 1_000, little: 32 },
            idle: Duration::from_secs(20),
            idle_proxy: Duration::from_secs(180),
            request: Duration::from_secs(60),
        }
    }
}

/// The listening sockets: taken before anything else happens, so that a second instance does nothing.
pub struct Listeners {
    main: TcpListener,
    plain: Option<TcpListener>,
    limits: Limits,
}

impl Listeners {
    /// Takes the addresses.
    ///
    /// # Errors
    /// The address that cannot be had, and why.
    pub fn bind(
        main: SocketAddr,
        plain: Option<SocketAddr>,
    ) -> Result<Self, (SocketAddr, io::Error)> {
        let bind = |address| TcpListener::bind(address).map_err(|error| (address, error));
        Ok(Self::new(bind(main)?, plain.map(bind).transpose()?))
    }

    /// With sockets that listen already.
    pub fn new(main: TcpListener, plain: Option<TcpListener>) -> Self {
        Self { main, plain, limits: Limits::default() }
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
        let plain = self.plain.as_ref().map(TcpListener::try_clone).transpose()?;
        Ok(Self { main: self.main.try_clone()?, plain, limits: self.limits })
    }

    /// The main address, with the port that was given out where none was asked for.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.main.local_addr()
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
        let places = Places::new(limits, app.config.proxies.clone(), app.load.bytes.clone());
        let serve = |listener, router, certificate, headers: &HeaderMap| {
            let service = Service { router, certificate, headers: stream::lines(headers) };
            accept::serve(listener, service, places.clone(), stop.clone())
        };
        let (mut ours, mut constant) = (HeaderMap::new(), HeaderMap::new());
        headers::of_ours(&mut ours, &app.config);
        headers::constant(&mut constant);
        let moved = redirect::router(app.config.issuer());
        let main = serve(self.main, router::router(app), certificate, &ours);
        let plain = async {
            match self.plain {
                Some(plain) => serve(plain, moved, None, &constant).await,
                None => Ok(()),
            }
        };
        tokio::select! {
            ended = async { tokio::try_join!(main, plain) } => ended.map(|_| ()),
            () = sweep(&places, limits.idle.min(limits.request) / LOOKS) => Ok(()),
        }
    }
}

/// Looks for connections that have stayed too long.
async fn sweep(places: &Places, pause: Duration) {
    loop {
        tokio::time::sleep(pause).await;
        places.sweep();
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
    let places = files.saturating_sub(OTHER_FILES).max(files / 2);
    let connections = &mut limits.connections;
    if places < connections.all {
        tracing::warn!(
            places,
            "this many connections at once; the limit of open files allows no more"
        );
        connections.all = places;
        connections.source = connections.source.min(places / 4);
    }
    limits
}
