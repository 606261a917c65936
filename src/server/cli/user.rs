//! `vestibule user`: an operator's commands for accounts.

mod said;

use std::{
    io::{IsTerminal, Read},
    path::Path,
};

use clap::Subcommand;
use serde_json::{Map, Value};
use zeroize::Zeroize;

use super::{
    CliError,
    account::{Line, Who, in_a_line, in_lines, show},
    import::{self, Import},
    list::{Format, List},
    or_missing, with_app,
};
use crate::{
    model::{Field, PASSWORD_MAX_CHARS, RegisterForm, too_long},
    server::{
        App,
        app::OpenMode,
        config::Config,
        json, output, say,
        secure::secret::Secret,
        service::{
            accounts::{self, AccountChange},
            agent::Agent,
            limits, register,
            roles::Role,
        },
        text::{self, one_line},
    },
};

#[derive(Subcommand)]
pub(super) enum User {
    /// List all accounts, in order of their creation.
    List {
        /// List only the account with this external id.
        #[arg(long, value_name = "ID")]
        external_id: Option<String>,
        #[command(flatten)]
        format: Format,
    },
    /// Show an account.
    Show {
        /// Username of the account.
        #[arg(required_unless_present = "external_id")]
        username: Option<String>,
        /// Id of the account in the app that it came from.
        #[arg(long, value_name = "ID", conflicts_with = "username")]
        external_id: Option<String>,
        #[command(flatten)]
        format: Format,
    },
    /// Create an account; the password is asked for.
    Create {
        /// 3 to 64 characters.
        username: String,
        /// Email address, not verified.
        #[arg(long)]
        email: Option<String>,
        /// Make it an administrator.
        #[arg(long)]
        admin: bool,
        /// Read the password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Import accounts with their password hashes from another service.
    Import(Import),
    /// Set a new password and end all sessions.
    Password {
        /// Username of the account.
        username: String,
        /// Read the password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Disable an account: sign-in, refresh and issued access tokens are refused.
    Disable {
        /// Username of the account.
        username: String,
    },
    /// Enable a disabled account.
    Enable {
        /// Username of the account.
        username: String,
    },
    /// Close an account, and erase it after 14 days; its owner can keep it by signing in, unless it is disabled.
    Delete {
        /// Username of the account.
        username: String,
        /// Keep an account that is leaving.
        #[arg(long)]
        keep: bool,
    },
    /// Reset the failed sign-ins, so that the owner can sign in from anywhere.
    Unlock {
        /// Username of the account.
        username: String,
    },
    /// Remove the authenticator app and the recovery codes of somebody who has lost them.
    RemoveFactor {
        /// Username of the account.
        username: String,
    },
    /// Grant a role.
    Grant {
        /// Username of the account.
        username: String,
        /// Name of the role: admin.
        role: String,
    },
    /// Revoke a role.
    Withdraw {
        /// Username of the account.
        username: String,
        /// Name of the role: admin.
        role: String,
    },
    /// Replace the app_metadata of an account, which its owner cannot change.
    SetAppMetadata {
        /// Username of the account.
        username: String,
        /// A JSON object of at most 16 KiB, such as '{"plan":"pro"}'. `-` is standard input.
        json: String,
    },
}

impl User {
    /// The mode in which it opens the database.
    fn open_mode(&self) -> OpenMode {
        match self {
            Self::List { .. } | Self::Show { .. } => OpenMode::ReadOnly,
            Self::Create { .. } => OpenMode::Make,
            _ => OpenMode::Existing,
        }
    }
}

pub(super) async fn run(config: Config, command: User) -> Result<(), CliError> {
    let open_mode = command.open_mode();
    if let User::Import(command) = &command {
        let text = import::read(&command.file)?;
        if command.dry_run {
            return command.dry_run(config, &text).await;
        }
        let work = async |app: &App| command.run(app, &text).await;
        return with_app(config, open_mode, work).await;
    }
    // Read before anything is opened, so that a wrong answer changes nothing.
    let password = match &command {
        User::Create { password_stdin, .. } | User::Password { password_stdin, .. } => {
            Some(ask_password(*password_stdin)?)
        }
        _ => None,
    };
    let data = match &command {
        User::SetAppMetadata { json, .. } => object(json)?,
        _ => Map::new(),
    };
    with_app(config, open_mode, async |app| carry_out(app, command, password, data).await).await
}

async fn carry_out(
    app: &App,
    command: User,
    password: Option<Secret>,
    data: Map<String, Value>,
) -> Result<(), CliError> {
    let role = |name: &str| {
        Role::parse(name).filter(|role| *role != Role::User).ok_or_else(|| {
            CliError::Refused(format!("{name} is not a role that can be given; admin is"))
        })
    };
    let (username, change) = match command {
        User::Create { username, email, admin, .. } => {
            let password = password.map(|password| password.expose().to_owned());
            let form = RegisterForm {
                username: Some(username),
                email,
                password,
                ..RegisterForm::default()
            };
            let user = register::by_operator(app, Agent::Operator, form, admin).await?;
            output::line(format_args!("created {} ({})", user.username, user.roles.join(", ")));
            return Ok(());
        }
        User::List { external_id: Some(id), format } => {
            return show(app, format, Who::Was(&id), in_a_line).await;
        }
        User::List { format, .. } => {
            let mut list = List::new(format);
            accounts::each(app, Agent::Operator, |user| list.add(&Line::from(user), in_a_line))
                .await?;
            return Ok(list.end()?);
        }
        User::Show { external_id: Some(id), format, .. } => {
            return show(app, format, Who::Was(&id), in_lines).await;
        }
        User::Show { username, format, .. } => {
            return show(app, format, Who::Is(&username.unwrap_or_default()), in_lines).await;
        }
        User::Import(_) => return Ok(()),
        User::Password { username, .. } => {
            (username, AccountChange::Password(password.unwrap_or(Secret::new(""))))
        }
        User::Disable { username } => (username, AccountChange::Disable),
        User::Enable { username } => (username, AccountChange::Enable),
        User::Delete { username, keep: true } => (username, AccountChange::Keep),
        User::Delete { username, keep: false } => (username, AccountChange::Delete),
        User::Unlock { username } => {
            let name = one_line(&username);
            let unlocked = limits::unlock(app, Agent::Operator, &username).await;
            unlocked.map_err(or_missing(app, format!("account {name}")))?;
            output::line(format_args!("unlocked {name}"));
            return Ok(());
        }
        User::Grant { username, role: name } => (username, AccountChange::GrantRole(role(&name)?)),
        User::Withdraw { username, role: name } => {
            (username, AccountChange::RevokeRole(role(&name)?))
        }
        User::SetAppMetadata { username, .. } => (username, AccountChange::AppMetadata(data)),
        User::RemoveFactor { username } => (username, AccountChange::RemoveFactor),
    };
    let name = one_line(&username);
    let (done, unchanged) = said::of(&change, &name);
    let changed = accounts::change(app, Agent::Operator, &username, change).await;
    if changed.map_err(or_missing(app, format!("account {name}")))? {
        output::line(done);
    } else {
        output::line(format_args!("{unchanged}; nothing was changed"));
    }
    Ok(())
}

/// Reads a JSON object; `-` is standard input.
fn object(json: &str) -> Result<Map<String, Value>, CliError> {
    let text = match json {
        "-" => import::read(Path::new("-"))?,
        json => json.to_owned(),
    };
    json::read(text.as_bytes())
        .map_err(|refused| CliError::Refused(format!("app metadata is a JSON object: {refused}")))
}

/// Maximum number of bytes read from standard input for a password: more than the longest.
const STDIN_MAX: u64 = 4096;

fn ask_password(from_stdin: bool) -> Result<Secret, CliError> {
    if from_stdin {
        // With full capacity from the start: a growing vector leaves copies in memory.
        let mut bytes = Vec::with_capacity(STDIN_MAX as usize + 1);
        std::io::stdin().take(STDIN_MAX).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == STDIN_MAX {
            bytes.zeroize();
            return Err(CliError::Refused(say::problem(
                &too_long(PASSWORD_MAX_CHARS),
                Field::Password,
            )));
        }
        let mut text =
            text::of(bytes).map_err(|why| CliError::Refused(format!("password: {why}")))?;
        text.truncate(text.trim_end_matches(['\n', '\r']).len());
        return Ok(Secret::new(text));
    }
    if !std::io::stdin().is_terminal() {
        return Err(CliError::Refused(
            "there is no terminal to ask for the password; use --password-stdin".into(),
        ));
    }
    let first = Secret::new(rpassword::prompt_password("Password: ")?);
    let second = Secret::new(rpassword::prompt_password("Again: ")?);
    match first.expose() == second.expose() {
        true => Ok(first),
        false => Err(CliError::Refused("the two passwords differ".into())),
    }
}
