//! Connections: TLS, time limits for slow clients, and how many there may be (S100).

mod connections;
mod redirect;
pub mod tls;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use axum_server::{Handle, Server, tls_rustls::RustlsAcceptor};
use rustix::process::{Resource, getrlimit, setrlimit};

use self::connections::Connections;
use super::{App, http};

/// How long a client may take for the head of a request.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// How long a client may take for the handshake of TLS.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How long open requests may take to end when the server stops.
const STOP_WITHIN: Duration = Duration::from_secs(10);
/// The most streams that one connection of HTTP/2 may have open.
const STREAMS_MAX: u32 = 100;
/// How often a silent connection of HTTP/2 is asked whether it lives.
const PING_EVERY: Duration = Duration::from_secs(20);

/// The listening sockets: taken before anything else happens, so that a second instance does nothing.
pub struct Listeners {
    main: TcpListener,
    plain: Option<TcpListener>,
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
        allow_many_connections();
        Ok(Self { main: bind(main)?, plain: plain.map(bind).transpose()? })
    }

    /// The main address, with the port that was given out where none was asked for.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.main.local_addr()
    }

    /// Answers requests until the handle says stop, and then until open ones have ended, or are cut.
    ///
    /// # Errors
    /// A socket that cannot be used at all.
    pub async fn serve(
        self,
        app: App,
        certificate: Option<tls::Certificate>,
        stop: Stop,
    ) -> io::Result<()> {
        let connections = Connections::new(app.config.proxies.clone());
        if let Some(plain) = self.plain {
            let moved = redirect::router(app.config.issuer()).into_make_service();
            tokio::spawn(patient(plain, connections.clone(), &stop)?.serve(moved));
        }
        let router = http::router(app).into_make_service_with_connect_info::<SocketAddr>();
        match certificate {
            Some(certificate) => {
                let acceptor = RustlsAcceptor::new(certificate.current())
                    .handshake_timeout(HANDSHAKE_WITHIN)
                    .acceptor(connections);
                patient(self.main, acceptor, &stop)?.serve(router).await
            }
            None => patient(self.main, connections, &stop)?.serve(router).await,
        }
    }
}

/// Ends the service.
#[derive(Clone, Default)]
pub struct Stop(Handle<SocketAddr>);

impl Stop {
    /// No new connections from now on; open requests have ten seconds.
    pub fn now(&self) {
        self.0.graceful_shutdown(Some(STOP_WITHIN));
    }
}

/// A server with our limits of time.
fn patient<A>(
    listener: TcpListener,
    acceptor: A,
    stop: &Stop,
) -> io::Result<Server<SocketAddr, A>> {
    let mut server = axum_server::from_tcp(listener)?
        .acceptor(acceptor)
        .handle(stop.0.clone())
        .first_request_timeout(HEAD_WITHIN);
    let builder = server.http_builder();
    // Between two requests on one connection too.
    builder.http1().header_read_timeout(HEAD_WITHIN);
    builder.http2().max_concurrent_streams(STREAMS_MAX).keep_alive_interval(PING_EVERY);
    Ok(server)
}

/// Connections are files, and many systems allow a process 1,024 of them until it asks for more.
fn allow_many_connections() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if setrlimit(Resource::Nofile, limit).is_err() {
        tracing::warn!("cannot raise the limit of open files");
    }
}
