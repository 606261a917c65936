//! Serving: listen, say where, stop cleanly.

use std::{io::IsTerminal, net::SocketAddr, path::Path, time::Duration};

use super::{
    App,
    app::StartError,
    chores::Chores,
    clock::Clock,
    config::{Config, LimitStore, without_passwords},
    listen::{Listeners, Stop, tls::Certificate},
    router,
    service::{agent::Agent, audit, keys, setup, tokens},
    site,
};

/// How long the last writes may take when the server stops.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// Why serving did not start or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The app.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The address.
    #[error("{0}")]
    Listen(String),
    /// TLS.
    #[error("TLS: {0}")]
    Certificate(std::io::Error),
    /// A server function without a line in the table.
    #[error("{0}")]
    Routes(String),
    /// The setup link's file, or the listener.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The signing keys that the settings ask for.
    #[error("signing keys: {0}")]
    Keys(#[from] keys::KeyError),
    /// The signals.
    #[error("service: {0}")]
    Service(#[from] super::error::Error),
}

/// Serves until SIGTERM or SIGINT.
pub async fn serve(config: Config) -> Result<(), ServeError> {
    router::all_listed().map_err(ServeError::Routes)?;
    // First the addresses: if another instance has them, nothing else must happen.
    let listeners = Listeners::bind(config.listen, config.plain_listen)
        .map_err(|(address, error)| ServeError::Listen(config.no_listener(address, &error)))?;
    let config = listening(config, listeners.address()?);
    let certificate = match config.tls.clone() {
        Some(files) => Some(Certificate::read(files).await.map_err(ServeError::Certificate)?),
        None => None,
    };
    let app = App::open(config, Clock::System, site::find()).await?;
    tokens::begin(&app).await?;
    announce(&app).await?;
    let chores = Chores::start(&app, certificate.clone());

    let stop = Stop::default();
    tokio::spawn({
        let stop = stop.clone();
        async move {
            signal().await;
            tracing::info!("stopping");
            stop.now();
        }
    });
    listeners.serve(app.clone(), certificate, stop).await?;
    app.background.close();
    drop(tokio::time::timeout(STOP_WITHIN, app.background.wait()).await);
    drop(tokio::time::timeout(STOP_WITHIN, chores.end()).await);
    drop(tokio::time::timeout(STOP_WITHIN, app.tokens.uses.settle()).await);
    drop(tokio::time::timeout(STOP_WITHIN, audit::seal(&app)).await);
    drop(tokio::time::timeout(STOP_WITHIN, app.db.close()).await);
    Ok(())
}

/// The settings where the system may have chosen the port, because 0 was asked for: the public URL that follows from
/// the address has it too.
fn listening(mut config: Config, address: SocketAddr) -> Config {
    config.listen = address;
    if config.public_url.port() == Some(0) {
        let is_audience = config.audience == config.issuer();
        let is_set = config.public_url.set_port(Some(address.port())).is_ok();
        if is_set && is_audience {
            config.audience = config.issuer();
        }
    }
    config
}

/// Says where everything is, and how to become admin.
async fn announce(app: &App) -> Result<(), ServeError> {
    let url = app.config.issuer();
    let data = app.config.data_dir.display();
    let (version, database) = (env!("CARGO_PKG_VERSION"), &app.config.database_shown);
    tracing::info!(version, listen = %app.config.listen, %url, %data, %database, "ready");
    let to_terminal = std::io::stderr().is_terminal();
    if to_terminal {
        eprintln!(
            "\n  Vestibule is ready at {url}\n  Data: {data} ({})",
            app.config.database_shown
        );
    }
    if !app.config.is_https() {
        tracing::warn!("plain http: fine on this machine, never beyond it");
    }
    if let LimitStore::Valkey(store) = &app.config.limits
        && let Some(Err(error)) = app.limits.counts.reach(app).await
    {
        let store = without_passwords(store.expose());
        tracing::error!(
            %store, error,
            "the shared store of limits does not answer, so this process counts alone; check VESTIBULE_LIMITS"
        );
    }
    if app.config.tutorial_compat {
        tracing::warn!(
            "tutorial_compat is on: weak passwords and raw tokens work on the tutorials' paths"
        );
    }
    let file = app.config.data_dir.join("setup-link.txt");
    match setup::new_link(app, Agent::System).await? {
        Some(token) => {
            let link = format!("{url}/setup?token={}", token.expose());
            if to_terminal {
                eprintln!(
                    "  Become admin within the hour: {link}\n  or: vestibule user create --admin NAME\n"
                );
            } else {
                // Logs are read by many; a file with 0600 is not.
                write_private(&file, &link)?;
                tracing::info!(file = %file.display(), "there is no admin yet; the set-up link is in this file");
            }
        }
        None => drop(std::fs::remove_file(&file)),
    }
    Ok(())
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};

    drop(std::fs::remove_file(path));
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{text}")
}

/// Waits for SIGTERM or SIGINT.
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};

    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
