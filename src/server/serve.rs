//! The server process: listen, announce the addresses, stop cleanly.

use std::{io::Write, net::SocketAddr, path::Path, time::Duration};

use tokio::time::timeout;

use super::{
    App,
    app::StartError,
    clock::Clock,
    config::{Config, LimitStore, without_password},
    error::Error,
    files::{self, FileError},
    jobs::{self, BackgroundJobs},
    listen::{Listeners, Stop, tls::Certificate},
    log,
    mail::Mailer,
    router,
    service::{agent::Agent, audit, factors, keys, setup, tokens},
    service_manager::{Notices, SocketError, Sockets},
    signals::Signals,
    site,
};

/// Time limit of all final work when the server stops. With the ten seconds of all connections it is
/// less than the 30 s after which Kubernetes kills a container.
const LAST: Duration = Duration::from_secs(15);
/// Time limit of each part of the final work.
const LAST_OF_EACH: Duration = Duration::from_secs(5);

/// The reason why serving did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The app cannot be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The sockets of the service manager cannot be used.
    #[error(transparent)]
    Sockets(#[from] SocketError),
    /// An address cannot be bound, or a socket of the service manager has no use.
    #[error("{0}")]
    Listen(String),
    /// The certificate cannot be used.
    #[error("TLS: {0}")]
    Certificate(std::io::Error),
    /// A row of the table of routes cannot be reached, or a server function has none.
    #[error("{0}")]
    Routes(String),
    /// The file of the set-up link, or a listener, fails.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The signing keys of the settings cannot be used.
    #[error("signing keys: {0}")]
    Keys(#[from] keys::KeyError),
    /// The signal handlers cannot be installed.
    #[error("service: {0}")]
    Service(#[from] Error),
}

/// Pause before the next attempt to restart while the database is unavailable.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

impl ServeError {
    /// Whether the error may disappear by itself.
    fn may_pass(&self) -> bool {
        let error = match self {
            Self::Start(StartError::Db(error)) => error,
            Self::Start(StartError::Service(Error::Db(error)))
            | Self::Service(Error::Db(error)) => error,
            _ => return false,
        };
        error.is_unavailable()
    }
}

/// Serves until SIGTERM, SIGINT or SIGQUIT; restarts when the instance secret was replaced. `sockets` are those of the
/// service manager.
///
/// # Errors
/// Fails if the server cannot start, or cannot continue.
pub async fn serve(config: Config, sockets: Sockets) -> Result<(), ServeError> {
    let mut signals = Signals::install()?;
    router::check().map_err(ServeError::Routes)?;
    // The addresses come first: if another instance has them, nothing else must happen.
    let listeners = Listeners::open(&config, sockets).map_err(ServeError::Listen)?;
    let notices = Notices::find();
    tokio::spawn(notices.clone().keep_alive());
    let mut config = listening(config, listeners.address()?);
    config.metrics_listen = listeners.metrics_address()?;
    let mut certificate = match config.tls.clone() {
        Some(files) => Some(Certificate::read(files).await.map_err(ServeError::Certificate)?),
        None => None,
    };
    let mut listeners = Some(listeners);
    let mut is_first = true;
    while let Some(sockets) = &listeners {
        let sockets = sockets.again()?;
        notices.status("opening the database");
        let app = tokio::select! {
            app = opened(&config, is_first) => app?,
            () = signals.stop(certificate.as_ref()) => {
                notices.stopping();
                return Ok(());
            }
        };
        is_first = false;
        serve_once(app, sockets, &mut listeners, &mut certificate, &mut signals, &notices).await?;
    }
    Ok(())
}

/// Opens the app. After a replaced secret it retries: a running server must not end because the
/// database is unavailable at that moment.
async fn opened(config: &Config, is_first: bool) -> Result<App, ServeError> {
    loop {
        match open(config.clone()).await {
            Err(error) if !is_first && error.may_pass() => {
                tracing::error!(%error, "cannot start again yet");
                tokio::time::sleep(AGAIN_AFTER).await;
            }
            opened => return opened,
        }
    }
}

/// Serves until a signal, or until the instance secret was replaced. After a signal the sockets are
/// closed at once: clients would otherwise wait in a queue that nobody serves, and the next process
/// could not bind the address.
async fn serve_once(
    app: App,
    sockets: Listeners,
    kept: &mut Option<Listeners>,
    certificate: &mut Option<Certificate>,
    signals: &mut Signals,
    notices: &Notices,
) -> Result<(), ServeError> {
    let background = BackgroundJobs::start(&app, jobs::table(certificate.clone()));
    let stop = Stop::default();
    let end = async {
        tokio::select! {
            () = signals.stop(certificate.as_ref()) => {
                tracing::info!("stopping");
                notices.stopping();
                *kept = None;
            }
            () = app.follower.replaced.cancelled() => tracing::warn!(
                "the instance secret was replaced; starting again with the new one"
            ),
        }
        stop.now();
        Ok(())
    };
    let begun = || notices.ready(&format!("serving {}", app.config.issuer()));
    let serve = sockets.serve(app.clone(), certificate.clone(), stop.clone(), begun);
    let served = tokio::try_join!(serve, end);
    drop(timeout(LAST, finish(app.clone(), background)).await);
    served?;
    Ok(())
}

/// Does the final work; each part runs whether or not the ones before it succeeded.
async fn finish(app: App, background: BackgroundJobs) {
    app.background.close();
    drop(timeout(LAST_OF_EACH, app.background.wait()).await);
    drop(timeout(LAST_OF_EACH, background.end()).await);
    drop(timeout(LAST_OF_EACH, app.tokens.usage.settle()).await);
    // After a replacement, processes with the new secret do the sealing.
    if !app.follower.replaced.is_cancelled() {
        drop(timeout(LAST_OF_EACH, audit::seal(&app)).await);
    }
    drop(timeout(LAST_OF_EACH, app.db.close()).await);
}

async fn open(config: Config) -> Result<App, ServeError> {
    let app = App::open(config, Clock::System, site::find()).await?;
    tokens::begin(&app).await?;
    announce(&app).await?;
    Ok(app)
}

/// The settings with the actual port, if port 0 was requested: a public URL that is derived from
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

/// Announces all addresses, and the way to create the first administrator.
async fn announce(app: &App) -> Result<(), ServeError> {
    let url = app.config.issuer();
    let data = app.config.data_dir.display();
    let (version, database) = (env!("CARGO_PKG_VERSION"), &app.config.database_shown);
    let metrics = app.config.metrics_listen.map(tracing::field::display);
    let mail = app.config.mail.to.in_words();
    tracing::info!(version, listen = %app.config.listen, %url, %data, %database, metrics, %mail, "ready");
    let to_terminal = log::is_terminal();
    if to_terminal {
        log::note(format_args!(
            "\n  Vestibule is ready at {url}\n  Data: {data} ({})\n  Mails go to {mail}",
            app.config.database_shown
        ));
    }
    if app.is_new {
        tracing::info!(%database, "made a new database");
    }
    if let Some(missing) = app.site.missing() {
        let missing = missing.display();
        tracing::warn!(%missing, "pages have no style and no scripts: the browser's files are not there");
    }
    for warning in &app.brand.warnings {
        tracing::warn!("{warning}");
    }
    if let Some(unverified) = app.config.database.unverified() {
        tracing::warn!("{unverified}");
    }
    if !app.config.is_https() {
        tracing::warn!("plain http: fine on this machine, never beyond it");
    }
    if let LimitStore::Valkey(store) = &app.config.limits
        && let Some(Err(error)) = app.limits.counts.reach(app).await
    {
        let store = without_password(store.expose());
        tracing::error!(
            %store, error,
            "the shared store of limits does not answer, so this process counts alone; check VESTIBULE_LIMITS"
        );
    }
    factors::warn(app).await;
    if app.config.tutorial_compat {
        tracing::warn!(
            "tutorial_compat is on: weak passwords and raw tokens work on the tutorials' paths"
        );
    }
    if app.config.has_tutorial_secret() {
        tracing::warn!(
            "VESTIBULE_JWT_SECRET is a tutorial's, which everybody knows: everybody who reaches this server can make a token for \
             any account; use it on this machine alone, with made-up accounts"
        );
    }
    let file = app.config.data_dir.join("setup-link.txt");
    let told = "there is no admin yet; the set-up link is in this file";
    announce_inbox(app, to_terminal);
    match setup::new_link(app, Agent::System).await? {
        Some(token) => {
            let link = format!("{url}/setup?token={}", token.expose());
            if to_terminal {
                log::note(format_args!(
                    "  Become admin within the hour: {link}\n  or: vestibule user create --admin NAME\n"
                ));
            } else {
                // Many people read logs; only the owner reads a file with mode 0600.
                if let Err(error) = tell_link(&app.config.data_dir, &file, &link, told) {
                    tracing::warn!(
                        %error,
                        "there is no admin yet, and the set-up link cannot be written; run: vestibule user create --admin NAME"
                    );
                }
            }
        }
        None => drop(std::fs::remove_file(&file)),
    }
    Ok(())
}

/// Announces the inbox of mails with the key of this start, if mails go there. Its file is for programs, such as tests of an app.
fn announce_inbox(app: &App, to_terminal: bool) {
    let file = app.config.data_dir.join("mail-inbox.txt");
    let Some(inbox) = app.mail.mailer().and_then(Mailer::inbox) else {
        drop(std::fs::remove_file(&file));
        return;
    };
    let link = format!("{}/dev/mail?key={}", app.config.issuer(), inbox.key());
    if to_terminal {
        log::note(format_args!("  Read them: {link}\n"));
    }
    let told = "no mail is sent; the link to the inbox is in this file";
    if let Err(error) = tell_link(&app.config.data_dir, &file, &link, told) {
        tracing::warn!(%error, "the link to the inbox of mails cannot be written");
    }
}

/// Writes a link into a file for the owner alone, and logs where. The server starts even if that fails.
fn tell_link(folder: &Path, file: &Path, link: &str, told: &str) -> Result<(), FileError> {
    drop(std::fs::remove_file(file));
    files::make_folder(folder)?;
    let mut made = files::make(file)?;
    writeln!(made, "{link}").map_err(FileError::of(file))?;
    tracing::info!(file = %file.display(), "{told}");
    Ok(())
}
