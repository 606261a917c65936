//! The command line: `serve` (the default) and what an operator does to accounts.

mod audit;
mod block;
mod import;
mod keys;

use std::{
    io::{IsTerminal, Read},
    path::PathBuf,
    process::ExitCode,
};

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand, parser::ValueSource};

use super::{
    App,
    app::StartError,
    clock::Clock,
    config::{self, Config, Flags, LogFormat},
    error::Error,
    secure::secret::Secret,
    serve,
    service::{
        people::{self, Change},
        register,
        roles::Role,
    },
};
use crate::model::{ApiError, RegisterForm};

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
    /// Settings file [default: vestibule.toml, if it is there]
    #[arg(
        long,
        global = true,
        env = "VESTIBULE_CONFIG",
        value_name = "FILE",
        hide_env_values = true
    )]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests (what happens without a command).
    Serve,
    /// Create and change accounts.
    #[command(subcommand)]
    User(User),
    /// See and change which sources may not try to sign in.
    #[command(subcommand)]
    Block(block::Blocks),
    /// See and change the keys that sign access tokens.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Prove the audit log, and export it.
    #[command(subcommand)]
    Audit(audit::Audit),
}

#[derive(Subcommand)]
enum User {
    /// Create an account; the password is asked for.
    Create {
        /// 3 to 64 characters.
        username: String,
        /// An address, not verified.
        #[arg(long)]
        email: Option<String>,
        /// Make it an administrator.
        #[arg(long)]
        admin: bool,
        /// Read the password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Let people in from another service, with the password hashes that they have there.
    Import {
        /// One JSON object in each line: username, and if you like email, email_verified, password_hash,
        /// display_name, created_at, disabled, roles. `-` is standard input.
        file: PathBuf,
        /// Check every line and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Set a new password and end all sessions.
    Password {
        /// Whose.
        username: String,
        /// Read the password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Let nothing of this account work any more.
    Disable {
        /// Whose.
        username: String,
    },
    /// Let sign-in work again.
    Enable {
        /// Whose.
        username: String,
    },
    /// Give a role.
    Grant {
        /// To whom.
        username: String,
        /// Which: admin.
        role: String,
    },
    /// Take a role.
    Withdraw {
        /// From whom.
        username: String,
        /// Which: admin.
        role: String,
    },
}

/// Why a command failed, in a sentence.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A setting.
    #[error(transparent)]
    Config(#[from] config::ConfigError),
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
    /// Terminal or runtime.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl From<Error> for CliError {
    fn from(error: Error) -> Self {
        let error: ApiError = error.into_api();
        let fields: Vec<String> = error.fields.iter().map(|field| field.message()).collect();
        Self::Refused(match fields.is_empty() {
            true => error.code.message().to_owned(),
            false => fields.join(" "),
        })
    }
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let outcome = refuse_secret_flag(&matches)
        .and_then(|()| run(Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vestibule: {error}");
            ExitCode::FAILURE
        }
    }
}

/// `/proc` shows command lines to everybody (S104).
fn refuse_secret_flag(matches: &ArgMatches) -> Result<(), CliError> {
    let mut level = Some(matches);
    while let Some(matches) = level {
        for secret in ["secret", "jwt_secret"] {
            if matches.value_source(secret) == Some(ValueSource::CommandLine) {
                return Err(CliError::Refused(format!(
                    "give {secret} by the environment or a file; everybody can read a command line"
                )));
            }
        }
        level = matches.subcommand().map(|(_, below)| below);
    }
    Ok(())
}

fn run(cli: Cli) -> Result<(), CliError> {
    config::refuse_unknown_environment()?;
    let config = Config::load(&cli.flags, cli.config.as_deref())?;
    log(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match cli.command.unwrap_or(Command::Serve) {
            Command::Serve => Ok(serve::serve(config).await?),
            Command::User(command) => user(config, command).await,
            Command::Block(command) => {
                let app = App::open(config, Clock::System, serve::site()).await?;
                Ok(block::run(&app, command).await?)
            }
            Command::Keys(command) => {
                let app = App::open(config, Clock::System, serve::site()).await?;
                Ok(keys::run(&app, command).await?)
            }
            Command::Audit(command) => {
                let app = App::open(config, Clock::System, serve::site()).await?;
                Ok(audit::run(&app, command).await?)
            }
        }
    })
}

fn log(config: &Config) -> Result<(), CliError> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log_level)
        .map_err(|error| config::ConfigError(format!("log_level: {error}")))?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => logs.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => logs.json().init(),
    }
    Ok(())
}

async fn user(config: Config, command: User) -> Result<(), CliError> {
    if let User::Import { file, dry_run } = &command {
        let text = import::read(file)?;
        let app = App::open(config, Clock::System, serve::site()).await?;
        return import::run(&app, &text, *dry_run).await;
    }
    // Asked before anything is opened, so that a wrong answer changes nothing.
    let password = match &command {
        User::Create { password_stdin, .. } | User::Password { password_stdin, .. } => {
            Some(ask_password(*password_stdin)?)
        }
        _ => None,
    };
    let app = App::open(config, Clock::System, serve::site()).await?;
    let role = |name: &str| {
        Role::parse(name).filter(|role| *role != Role::User).ok_or_else(|| {
            CliError::Refused(format!("{name} is not a role that can be given; admin is"))
        })
    };
    let (username, change) = match command {
        User::Create { username, email, admin, .. } => {
            let password = password.map(|password| password.expose().to_owned());
            let form = RegisterForm { username: Some(username), email, password };
            let user = register::by_operator(&app, form, admin).await?;
            println!("created {} ({})", user.username, user.roles.join(", "));
            return Ok(());
        }
        User::Import { .. } => return Ok(()),
        User::Password { username, .. } => {
            (username, Change::Password(password.unwrap_or(Secret::new(""))))
        }
        User::Disable { username } => (username, Change::Disable),
        User::Enable { username } => (username, Change::Enable),
        User::Grant { username, role: name } => (username, Change::Grant(role(&name)?)),
        User::Withdraw { username, role: name } => (username, Change::Withdraw(role(&name)?)),
    };
    people::change(&app, &username, change).await?;
    println!("done");
    Ok(())
}

/// A moment (Unix seconds) to the minute.
fn minute(seconds: i64) -> String {
    let format = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    let time = time::OffsetDateTime::from_unix_timestamp(seconds).ok();
    time.and_then(|time| time.format(format).ok()).unwrap_or_default()
}

fn ask_password(from_stdin: bool) -> Result<Secret, CliError> {
    if from_stdin {
        let mut text = String::new();
        std::io::stdin().take(4096).read_to_string(&mut text)?;
        return Ok(Secret::new(text.trim_end_matches(['\n', '\r'])));
    }
    if !std::io::stdin().is_terminal() {
        return Err(CliError::Refused(
            "there is no terminal to ask for the password; use --password-stdin".into(),
        ));
    }
    let first = rpassword::prompt_password("Password: ")?;
    let second = rpassword::prompt_password("Again: ")?;
    match first == second {
        true => Ok(Secret::new(first)),
        false => Err(CliError::Refused("the two passwords differ".into())),
    }
}
