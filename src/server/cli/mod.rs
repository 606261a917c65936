//! The command line: `serve` (the default) and what an operator does to accounts.

mod audit;
mod block;
mod configuration;
mod doctor;
mod files;
mod flags;
mod help;
mod import;
mod keys;
mod tune;
mod user;

use std::{io::IsTerminal, path::Path, process::ExitCode};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::{
    App,
    app::StartError,
    clock::Clock,
    config::{self, Config, ConfigError, Flags, Given, LogFormat},
    error::Error,
    process, serve, site,
};
use crate::model::ErrorCode;

/// The front door for an app: accounts, browser sign-in and guarded JWT APIs in one binary.
///
/// Each setting is a flag, an environment variable, or a line in vestibule.toml; the first of these that
/// names it wins.
#[derive(Parser)]
#[command(name = "vestibule", version)]
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
    Serve,
    /// Create and change accounts.
    #[command(subcommand)]
    User(user::User),
    /// List, add and lift blocks of sources.
    #[command(subcommand)]
    Block(block::Blocks),
    /// See and change the keys that sign access tokens.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Measure the time of a password hash on this machine and propose parameters.
    Tune {
        /// How long one hash may take, in milliseconds.
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
}

/// Why a command failed, in a sentence.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A setting.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Serving.
    #[error(transparent)]
    Serve(#[from] serve::ServeError),
    /// What the service said.
    #[error("{0}")]
    Refused(String),
    /// What cannot be done to a key.
    #[error(transparent)]
    Key(#[from] keys::KeyCommandError),
    /// The audit log: broken, or not to be read.
    #[error(transparent)]
    Audit(#[from] audit::AuditCommandError),
    /// Who cannot be let in.
    #[error(transparent)]
    Import(#[from] import::ImportError),
    /// What the doctor found.
    #[error(transparent)]
    Unwell(#[from] doctor::Unwell),
    /// Terminal or runtime.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl From<Error> for CliError {
    /// At the shell, where no request was made, and where the operator may see why something failed.
    fn from(error: Error) -> Self {
        let Error::Api(error) = error else {
            return Self::Refused(error.to_string());
        };
        let fields: Vec<String> = error.fields.iter().map(|field| field.message()).collect();
        Self::Refused(match (error.code, fields.is_empty()) {
            (_, false) => fields.join(" "),
            (ErrorCode::NotFound, true) => "what was named is not in this database".into(),
            (code, true) => code.message().to_owned(),
        })
    }
}

/// The error of a command that names something: where the service has not found it, the sentence names it and the
/// database, which may be another one than the server's.
fn or_missing(app: &App, what: String) -> impl FnOnce(Error) -> CliError {
    let missing = format!("there is no {what} in {}", app.config.database_shown);
    move |error| match error {
        Error::Api(error) if error.code == ErrorCode::NotFound => CliError::Refused(missing),
        error => error.into(),
    }
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let matches = help::arrange(Cli::command()).get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let refused =
        flags::refuse_secrets(&matches).and_then(|()| flags::refuse_twice(std::env::args_os()));
    match refused.and_then(|()| run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vestibule: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<(), CliError> {
    // Before any secret is read; it is told when there is a log.
    let private = process::keep_memory_private();
    let file = cli.config.as_deref().map(str::trim).map(Path::new);
    let given = Given::gather(&cli.flags, &config::process_environment(), file);
    if let Some(Command::Config(command)) = cli.command {
        return configuration::run(&given, command);
    }
    let config = Config::of(&given)?;
    log(&config)?;
    if let Err(error) = private {
        tracing::warn!(%error, "others may read the memory of this process");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match cli.command.unwrap_or(Command::Serve) {
            Command::Serve => Ok(serve::serve(config).await?),
            Command::Tune { within } => Ok(tune::run(within).map_err(StartError::from)?),
            Command::User(command) => user::run(config, command).await,
            Command::Block(command) => {
                let app = App::open(config, Clock::System, site::find()).await?;
                block::run(&app, command).await
            }
            Command::Doctor => Ok(doctor::run(config).await?),
            // Before: with settings that cannot be used too.
            Command::Config(_) => Ok(()),
            Command::Keys(command) => {
                let app = App::open(config, Clock::System, site::find()).await?;
                Ok(keys::run(&app, command).await?)
            }
            Command::Audit(command) => {
                let app = App::open(config, Clock::System, site::find()).await?;
                Ok(audit::run(&app, command).await?)
            }
        }
    })
}

fn log(config: &Config) -> Result<(), CliError> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log_level)
        .map_err(|error| ConfigError::new(format!("log_level: {error}")))?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => logs.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => logs.json().init(),
    }
    Ok(())
}
