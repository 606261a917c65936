//! The command line: `serve` (the default) and the commands of operators.

mod account;
mod audit;
mod backup;
mod bare;
mod block;
mod client;
mod configuration;
mod doctor;
mod error;
mod files;
mod flags;
mod help;
mod import;
mod invite;
mod keys;
mod list;
mod mail;
mod migrate;
mod resource;
mod secret;
mod session;
mod tune;
mod user;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::ExitCode,
    time::Duration,
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use self::error::CliError;
use self::error::or_missing;
use super::{
    App,
    app::{OpenMode, StartError},
    clock::Clock,
    config::{self, Config, ConfigError, Flags, Given, LogFormat},
    log, output, process,
    serve::{self, ServeError},
    service::audit as audit_log,
    service_manager::Sockets,
    site,
};

/// What `--version` prints.
const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\ncommit: ",
    env!("BUILD_COMMIT"),
    "\nfeatures: ",
    env!("BUILD_FEATURES")
);

/// The front door for an app: accounts, browser sign-in and guarded JWT APIs in one binary.
///
/// Each setting is an environment variable or a line in vestibule.toml; settings that are not secret are flags too. A
/// flag wins over a variable, a variable over the file.
#[derive(Parser)]
#[command(name = "vestibule", version, long_version = VERSION)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    flags: Flags,
    /// Settings file [env: VESTIBULE_CONFIG] [default: vestibule.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Settings")]
    config: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (the default command).
    Serve {
        /// Make a new database although secret.key of an earlier one is in the data folder.
        #[arg(long)]
        new_database: bool,
    },
    /// List, create and change accounts.
    #[command(subcommand)]
    User(user::User),
    /// Invite people to make an account, list and revoke invitations.
    #[command(subcommand)]
    Invite(invite::Invitations),
    /// List and end the sessions of an account.
    #[command(subcommand)]
    Session(session::Sessions),
    /// List, add and lift blocks of sources.
    #[command(subcommand)]
    Block(block::Blocks),
    /// List, make and change clients: programs of others that sign people in here.
    #[command(subcommand)]
    Client(client::Clients),
    /// List, make and change resources: APIs of others for which clients get tokens.
    #[command(subcommand)]
    Resource(resource::Resources),
    /// List and change the signing keys of access tokens.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// List and hasten mails, send a test, preview their words.
    #[command(subcommand)]
    Mail(mail::Mails),
    /// Replace the instance secret.
    #[command(subcommand)]
    Secret(secret::Secrets),
    /// Write all data into one file, while servers run. It does not contain the instance secret.
    Backup(backup::Backup),
    /// Make a new database from a backup. All sessions end, and all signing keys are replaced.
    Restore(backup::Restore),
    /// Migrate the database to this version without serving, or list what that would do.
    Migrate(migrate::Migrate),
    /// Measure the time of a password hash on this machine and propose parameters.
    Tune {
        /// Maximum time of one hash, in milliseconds.
        #[arg(long, default_value = "100", value_parser = clap::value_parser!(u64).range(10..=5_000))]
        within: u64,
    },
    /// Check the installation, on this machine and through the public URL.
    Doctor,
    /// Show and check the settings.
    #[command(subcommand)]
    Config(configuration::Configuration),
    /// Verify and export the audit log.
    #[command(subcommand)]
    Audit(audit::Audit),
    #[command(flatten)]
    Bare(bare::Bare),
}

/// Exit code of clap for an invalid command line.
const EXIT_USAGE: u8 = 2;
/// Exit code of Rust for a panic.
const EXIT_PANIC: u8 = 101;

/// Maximum delay of the end by work that cannot be interrupted.
const END_WITHIN: Duration = Duration::from_secs(1);

/// Runs the command line.
pub fn main() -> ExitCode {
    log::catch_panics();
    let code = catch_unwind(AssertUnwindSafe(command)).unwrap_or(ExitCode::from(EXIT_PANIC));
    log::finish();
    code
}

fn command() -> ExitCode {
    let matches = match help::arrange(Cli::command()).try_get_matches() {
        Ok(matches) => matches,
        Err(shown) => return show(&shown),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(shown) => return show(&shown),
    };
    let file = cli.config.as_deref().map(str::trim).map(Path::new);
    let given = Given::gather(&cli.flags, &config::process_environment(), file);
    let refused =
        flags::refuse_secrets(&matches).and_then(|()| flags::refuse_twice(std::env::args_os()));
    end(given.log_format(), refused.and_then(|()| run(cli.command, &given)))
}

/// Shows help, the version, or the fault of the command line.
fn show(shown: &clap::Error) -> ExitCode {
    let written = shown.print();
    if shown.use_stderr() {
        return ExitCode::from(EXIT_USAGE);
    }
    output::note(written);
    end(LogFormat::Text, Ok(()))
}

/// Ends a command and reports its error, even if its output could not be written.
fn end(format: LogFormat, outcome: Result<(), CliError>) -> ExitCode {
    let written = output::finish().map_err(CliError::Output);
    match outcome.and(written) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader closed the pipe.
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            log::fatal(format, error);
            ExitCode::FAILURE
        }
    }
}

fn run(command: Option<Command>, given: &Given) -> Result<(), CliError> {
    // Before any secret is read; the result is logged once there is a log.
    let private = process::keep_memory_private();
    // These must work with invalid settings.
    let command = match command {
        Some(Command::Config(command)) => return configuration::run(given, command),
        Some(Command::Bare(command)) => return bare::run(given, command),
        command => command,
    };
    let sockets = match command {
        None | Some(Command::Serve { .. }) => Sockets::take().map_err(ServeError::from)?,
        _ => Sockets::default(),
    };
    let config = Config::of(given)?;
    log::start(&config.log_level, config.log_format)
        .map_err(|error| ConfigError::new(format!("log_level: {error}")))?;
    if let Err(error) = private {
        tracing::warn!(%error, "others may read the memory of this process");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        match command.unwrap_or(Command::Serve { new_database: false }) {
            Command::Serve { new_database } => {
                Ok(serve::serve(Config { new_database, ..config }, sockets).await?)
            }
            Command::Tune { within } => {
                Ok(tune::run(within, config.password_engine).map_err(StartError::from)?)
            }
            Command::User(command) => user::run(config, command).await,
            Command::Session(command) => {
                with_app(config, command.open_mode(), async |app| session::run(app, command).await)
                    .await
            }
            Command::Invite(command) => {
                with_app(config, command.open_mode(), async |app| invite::run(app, command).await)
                    .await
            }
            Command::Block(command) => {
                with_app(config, command.open_mode(), async |app| block::run(app, command).await)
                    .await
            }
            Command::Client(command) => {
                with_app(config, command.open_mode(), async |app| client::run(app, command).await)
                    .await
            }
            Command::Resource(command) => {
                with_app(config, command.open_mode(), async |app| resource::run(app, command).await)
                    .await
            }
            Command::Mail(command) => mail::run(config, command).await,
            Command::Secret(command) => secret::run(config, command).await,
            Command::Backup(command) => backup::save(&config, command).await,
            Command::Restore(command) => backup::restore(config, command).await,
            Command::Migrate(command) => migrate::run(config, command).await,
            Command::Doctor => Ok(doctor::run(config).await?),
            // Handled before.
            Command::Config(_) | Command::Bare(_) => Ok(()),
            Command::Keys(command) => {
                with_app(
                    config,
                    command.open_mode(),
                    async |app| Ok(keys::run(app, command).await?),
                )
                .await
            }
            Command::Audit(command) => {
                with_app(config, command.open_mode(), async |app| {
                    Ok(audit::run(app, command).await?)
                })
                .await
            }
        }
    });
    runtime.shutdown_timeout(END_WITHIN);
    outcome
}

/// Opens the app for one command. The events of the command are sealed at its end, because a server
/// may not start soon, or ever, on this database.
async fn with_app(
    config: Config,
    open_mode: OpenMode,
    work: impl AsyncFnOnce(&App) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let app = App::open_as(open_mode, config, Clock::System, site::find()).await?;
    if app.is_new {
        log::note(format_args!("made a new database: {}", app.config.database_shown));
    }
    let outcome = work(&app).await;
    if open_mode != OpenMode::ReadOnly
        && let Err(error) = audit_log::seal(&app).await
    {
        tracing::error!(%error, "cannot seal audit events");
    }
    app.db.close().await;
    outcome
}
