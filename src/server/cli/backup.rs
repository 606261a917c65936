//! `vestibule backup` and `vestibule restore`.

use std::{
    fs,
    io::{BufWriter, stdout},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};

use super::CliError;
use crate::server::{
    App,
    app::OpenMode,
    clock::Clock,
    config::Config,
    dates,
    files::{self, FileError},
    log,
    output::{self, counted},
    service::{
        audit,
        backup::{self, About, Accounts, BackupError, Restored},
    },
    site,
};

#[derive(Args)]
pub(super) struct Backup {
    /// A new file, a folder, or - for standard output.
    place: PathBuf,
}

#[derive(Args)]
pub(super) struct Restore {
    /// A file made by vestibule backup.
    file: PathBuf,
    /// The state of the restored accounts: some may have been disabled, lost a role or got a new
    /// password after the backup.
    #[arg(long, value_name = "STATE", required_unless_present = "check")]
    accounts: Option<State>,
    /// Check the file without restoring it.
    #[arg(long)]
    check: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum State {
    /// As in the backup, with its passwords and roles.
    AsSaved,
    /// All disabled; vestibule user enable enables each again.
    Disabled,
}

pub(super) async fn save(config: &Config, command: Backup) -> Result<(), CliError> {
    let clock = Clock::System;
    if command.place.as_os_str() == "-" {
        // A partial backup is useless, even if its reader has closed the pipe.
        let about = backup::write(config, &clock, BufWriter::new(stdout())).await?;
        log::note(advice(config, &about));
        return Ok(());
    }
    let path = match command.place.is_dir() {
        true => {
            let moment = dates::rfc3339(clock.now_s()).replace(':', "-");
            command.place.join(format!("vestibule-{moment}.backup"))
        }
        false => command.place,
    };
    if path.exists() {
        return Err(FileError::new(&path, "it is there already, and is not replaced").into());
    }
    // It gets its name when it is complete; another backup may be in progress with the same name.
    let part = files::with_end(&path, &format!(".{}.part", std::process::id()));
    drop(fs::remove_file(&part));
    let written = write(config, &clock, &part, &path).await;
    drop(fs::remove_file(&part));
    let about = written?;
    output::line(path.display());
    log::note(advice(config, &about));
    Ok(())
}

async fn write(
    config: &Config,
    clock: &Clock,
    part: &Path,
    path: &Path,
) -> Result<About, BackupError> {
    let file = files::make(part)?;
    let out = BufWriter::with_capacity(1 << 20, file.try_clone()?);
    let about = backup::write(config, clock, out).await.map_err(|error| match error {
        BackupError::Io(error) => FileError::of(path)(error).into(),
        other => other,
    })?;
    file.sync_all().map_err(FileError::of(part))?;
    files::name(part, path).map_err(FileError::of(path))?;
    Ok(about)
}

fn advice(config: &Config, about: &About) -> String {
    let place = match &config.secret {
        Some(_) => "the environment (VESTIBULE_SECRET)".to_owned(),
        None => config.secret_file.display().to_string(),
    };
    format!(
        "The instance secret is not in it, and is needed to restore: it is in {place}. Keep a copy of it in another place \
         than the backup.\nNote the head of the audit log: {}",
        about.audit_head
    )
}

pub(super) async fn restore(config: Config, command: Restore) -> Result<(), CliError> {
    let path = &command.file;
    let Some(accounts) = command.accounts.filter(|_| !command.check) else {
        let checked = backup::check(path)?;
        let (made, about) = (moment(&checked.about), &checked.about);
        output::line(format_args!(
            "{} is whole: made {made} by vestibule {}, schema {}, {} rows, head of the audit log {}",
            path.display(),
            about.version,
            about.schema,
            checked.rows,
            about.audit_head
        ));
        return Ok(());
    };
    let accounts = match accounts {
        State::AsSaved => Accounts::AsSaved,
        State::Disabled => Accounts::Disabled,
    };
    let restored = backup::restore(&config, &Clock::System, path, accounts).await?;
    let app = App::open_as(OpenMode::Existing, config, Clock::System, site::find()).await?;
    audit::seal(&app).await?;
    let report = audit::verify(&app, None).await?;
    output::line(in_words(&app, &restored, accounts).trim_end());
    app.db.close().await;
    report.flaw.map_or(Ok(()), |flaw| Err(super::audit::AuditCommandError::from(flaw).into()))
}

fn moment(about: &About) -> String {
    dates::rfc3339(about.at_ms.div_euclid(1000))
}

fn in_words(app: &App, restored: &Restored, accounts: Accounts) -> String {
    let Restored { about, enabled, sessions, keys, .. } = restored;
    let mut words = format!(
        "restored {} into {}, as they were at {}\n\
         ended: {}, all flows and known devices; retired: {} (the next start makes one)\n",
        counted(restored.accounts, "account"),
        app.config.database_shown,
        moment(about),
        counted(*sessions, "session"),
        counted(*keys, "signing key"),
    );
    words += &match accounts {
        Accounts::Disabled => {
            "All accounts are disabled. Enable those that may sign in: vestibule user enable NAME\n"
                .into()
        }
        Accounts::AsSaved => format!(
            "Nobody knows what happened to {} after that moment: one that was disabled since \
             is enabled again, a password that was replaced opens its account again, a role that was withdrawn is back.\n\
             Administrators are: {}. Look at all with: vestibule user list\n",
            counted(*enabled, "enabled account"),
            match restored.admins.is_empty() {
                true => "nobody".to_owned(),
                false => restored.admins.join(", "),
            }
        ),
    };
    if restored.leaving > 0 {
        words += &format!(
            "{} asked to be deleted before that moment, and may have been kept since. What is not kept is deleted in three days \
             or later, disabled or not. Find leaving accounts with: vestibule user list; keep one with: vestibule user delete NAME --keep\n",
            counted(restored.leaving, "account")
        );
    }
    if app.config.jwt_secret.is_some() {
        words += "Tokens were signed with VESTIBULE_JWT_SECRET: set another one before the next start.\n";
    }
    words
}
