//! Serving: listen, say where, follow the feed, stop cleanly.

use std::{io::IsTerminal, net::SocketAddr, path::Path, time::Duration};

use leptos::config::LeptosOptions;

use super::{
    App,
    app::StartError,
    clock::Clock,
    config::Config,
    http::actions,
    listen::{Listeners, Stop, tls::Certificate},
    service::{audit, keys, limits, revocation, setup},
};

/// How often other processes' revocations are looked for: half the second within which they count.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);
/// How long one look may take.
const HEAR_WITHIN: Duration = Duration::from_secs(5);
/// How often the feed is pruned and the keys are tended.
const TEND_EVERY: Duration = Duration::from_secs(60);
/// How often the certificate's files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How often audit events are sealed.
const SEAL_EVERY: Duration = Duration::from_secs(1);
/// How long the sealer rests after a failure: it may be a forged head, which does not heal.
const SEAL_AGAIN: Duration = Duration::from_secs(10);
/// How long the last writes may take when the server stops.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// Why serving did not start or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The app.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The address.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// TLS.
    #[error("tls_certificate and tls_key: {0}")]
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
    actions::all_listed().map_err(ServeError::Routes)?;
    // First the addresses: if another instance has them, nothing else must happen.
    let listeners = Listeners::bind(config.listen, config.plain_listen)
        .map_err(|(address, error)| ServeError::Listen(address, error))?;
    let certificate = match config.tls.clone() {
        Some(files) => Some(Certificate::read(files).await.map_err(ServeError::Certificate)?),
        None => None,
    };
    let app = App::open(config, Clock::System, site()).await?;
    keys::apply_settings(&app).await?;
    announce(&app).await?;
    let chores = [
        tokio::spawn(follow(app.clone())),
        tokio::spawn(tend(app.clone())),
        tokio::spawn(follow_certificate(certificate.clone())),
        tokio::spawn(seal(app.clone())),
    ];

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
    chores.iter().for_each(tokio::task::JoinHandle::abort);
    drop(tokio::time::timeout(STOP_WITHIN, app.uses.settle()).await);
    drop(tokio::time::timeout(STOP_WITHIN, audit::seal(&app)).await);
    drop(tokio::time::timeout(STOP_WITHIN, app.db.close()).await);
    Ok(())
}

/// Where the browser's files are: beside the binary, or where cargo-leptos put them.
pub fn site() -> LeptosOptions {
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.to_owned()));
    let beside = beside.unwrap_or_default();
    #[expect(clippy::disallowed_methods, reason = "cargo-leptos tells this way")]
    let named = std::env::var("LEPTOS_SITE_ROOT").ok().filter(|root| !root.is_empty());
    let root = named.unwrap_or_else(|| match beside.join("site") {
        site if site.is_dir() => site.display().to_string(),
        _ => "target/site".into(),
    });
    LeptosOptions::builder()
        .output_name("vestibule")
        .site_root(root)
        .site_pkg_dir("pkg")
        .hash_files(Path::new(&beside).join("hash.txt").is_file())
        .build()
}

/// Says where everything is, and how to become admin.
async fn announce(app: &App) -> Result<(), ServeError> {
    let url = app.config.issuer();
    let data = app.config.data_dir.display();
    tracing::info!(listen = %app.config.listen, %url, %data, database = %app.config.database_shown, "ready");
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
    if app.config.tutorial_compat {
        tracing::warn!(
            "tutorial_compat is on: weak passwords and raw tokens work on the tutorials' paths"
        );
    }
    let file = app.config.data_dir.join("setup-link.txt");
    match setup::new_link(app).await? {
        Some(token) => {
            let link = format!("{url}/setup?token={token}");
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

/// Follows other processes' revocations for as long as the server runs.
async fn follow(app: App) {
    let mut tick = tokio::time::interval(FOLLOW_EVERY);
    loop {
        tick.tick().await;
        match tokio::time::timeout(HEAR_WITHIN, revocation::follow(&app)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "cannot read revocations"),
            Err(_) => tracing::error!("reading revocations takes too long"),
        }
    }
}

/// Reads the certificate again when its files change.
async fn follow_certificate(certificate: Option<Certificate>) {
    let Some(certificate) = certificate else {
        return;
    };
    let mut tick = tokio::time::interval(LOOK_EVERY);
    loop {
        tick.tick().await;
        match certificate.refresh().await {
            Ok(true) => tracing::info!("the certificate was read again"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "cannot read the certificate; the old one stays"),
        }
    }
}

/// Keeps feed, sessions, keys and audit log in order for as long as the server runs.
async fn tend(app: App) {
    let mut tick = tokio::time::interval(TEND_EVERY);
    loop {
        tick.tick().await;
        if let Err(error) = revocation::read_again(&app).await {
            tracing::error!(%error, "cannot read revocations again");
        }
        if let Err(error) = revocation::prune(&app).await {
            tracing::error!(%error, "cannot prune revocations");
        }
        app.limits.sweep(app.clock.now_ms());
        if let Err(error) = limits::prune(&app).await {
            tracing::error!(%error, "cannot prune attempts");
        }
        if let Err(error) = keys::tend(&app).await {
            tracing::error!(%error, "cannot tend the signing keys");
        }
        if let Err(error) = audit::retain(&app).await {
            tracing::error!(%error, "cannot delete old audit events");
        }
    }
}

/// Chains audit events for as long as the server runs.
async fn seal(app: App) {
    loop {
        let pause = match audit::seal(&app).await {
            Ok(_) => SEAL_EVERY,
            Err(error) => {
                tracing::error!(%error, "cannot seal audit events");
                SEAL_AGAIN
            }
        };
        tokio::time::sleep(pause).await;
    }
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
