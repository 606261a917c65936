//! `vestibule user`: what an operator does to accounts.

use std::{
    io::{IsTerminal, Read},
    path::PathBuf,
};

use clap::Subcommand;

use super::{CliError, import};
use crate::{
    model::RegisterForm,
    server::{
        App,
        clock::Clock,
        config::Config,
        secure::secret::Secret,
        serve,
        service::{
            limits,
            people::{self, Change},
            register,
            roles::Role,
        },
    },
};

#[derive(Subcommand)]
pub(super) enum User {
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
    /// Forget failed sign-ins, so that the owner may sign in from anywhere.
    Unlock {
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

pub(super) async fn run(config: Config, command: User) -> Result<(), CliError> {
    if let User::Import { file, dry_run } = &command {
        let text = import::read(file)?;
        let app = App::open(config, Clock::System, serve::site()).await?;
        return import::run(&app, file, &text, *dry_run).await;
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
        User::Unlock { username } => {
            limits::unlock(&app, &username).await?;
            println!("done");
            return Ok(());
        }
        User::Grant { username, role: name } => (username, Change::Grant(role(&name)?)),
        User::Withdraw { username, role: name } => (username, Change::Withdraw(role(&name)?)),
    };
    people::change(&app, &username, change).await?;
    println!("done");
    Ok(())
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
