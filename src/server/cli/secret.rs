//! `vestibule secret`: the instance secret.

use std::path::PathBuf;

use clap::Subcommand;

use super::CliError;
use crate::server::{
    App,
    app::{self, OpenMode, StartError},
    clock::Clock,
    config::Config,
    output::{self, counted},
    secret_file::SecretError,
    service::{audit, secret},
    site,
};

#[derive(Subcommand)]
pub(super) enum Secrets {
    /// Replace the instance secret. All sessions end; the signing keys and the audit log go on.
    Rotate {
        /// Allow running servers. They restart by themselves; one on another machine stops, and can
        /// be started when the new secret was copied there.
        #[arg(long, conflicts_with_all = ["to", "lost"])]
        online: bool,
        /// Write the new secret into this file, which must not exist. Required if the current
        /// secret is not in the data folder.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
        /// The old secret is lost: all signing keys are replaced, and the earlier audit log can no
        /// longer be verified.
        #[arg(long)]
        lost: bool,
    },
}

pub(super) async fn run(config: Config, command: Secrets) -> Result<(), CliError> {
    let Secrets::Rotate { online, to, lost } = command;
    if to.is_none() && !config.has_own_secret_file() {
        return Err(CliError::Refused(
            "the instance secret is not in the data folder: give --to FILE for the new one, and put it where the old \
             one is"
                .into(),
        ));
    }
    if lost && to.is_none() && config.secret_file.exists() {
        let path = config.secret_file.display();
        return Err(CliError::Refused(format!(
            "{path} is there; move it away if it is the wrong one"
        )));
    }
    app::find(&config, OpenMode::Existing).await?;
    let starting = match config.needs_folder() {
        true => Some(app::lock(&config).await?),
        false => None,
    };
    if !online && app::is_used_elsewhere(&config).await? {
        return Err(CliError::Refused(format!(
            "other processes use {}: stop all servers first, as they know the old secret only, or give --online and they \
             start again by themselves",
            config.database_shown
        )));
    }
    let (changed, prepared) = match lost {
        true => {
            // Otherwise the right secret, beside the missing one, could be deleted.
            match open(&config).await {
                Ok(app) => {
                    app.db.close().await;
                    return Err(CliError::Refused(
                        "the instance secret is here; leave --lost out".into(),
                    ));
                }
                Err(StartError::Secret(SecretError::Missing(_) | SecretError::Wrong)) => {}
                Err(error) => return Err(error.into()),
            }
            let prepared = secret::prepare(&config, None, to.as_deref())?;
            let changed = secret::replace_lost(&config, &Clock::System, &prepared).await?;
            (changed, prepared)
        }
        false => {
            let app = open(&config).await?;
            let check = app.secret.check_value();
            let prepared = secret::prepare(&config, Some(&check), to.as_deref())?;
            let changed = secret::change(&app, &prepared).await;
            app.db.close().await;
            (changed?, prepared)
        }
    };
    let old = secret::finish(&config, &prepared).map_err(|error| {
        CliError::Refused(format!(
            "the database has the new secret, which is in {}, but {error}. Servers start with it as it is, and put it in \
             its place when they can",
            prepared.path().display()
        ))
    })?;
    drop(starting);
    let mut config = config;
    let kept = match &to {
        Some(path) => {
            (config.secret, config.secret_file) = (None, path.clone());
            format!(
                "The new one is in {}: put it where the old one is before a server starts",
                path.display()
            )
        }
        None => format!(
            "The new one is in {}: copy it to each machine that has a copy",
            config.secret_file.display()
        ),
    };
    let before = match &old {
        Some(path) => format!(
            "Backups from before need the old one, which is in {}: delete it when none of them is needed any more, and \
             keep it apart from them until then",
            path.display()
        ),
        None => "Backups from before need the old one".to_owned(),
    };
    let app = open(&config).await?;
    audit::seal(&app).await?;
    app.db.close().await;
    output::line(format_args!(
        "replaced the instance secret; ended: {}; sealed anew: {}\n{kept}.\n\
         {before}.\nIf the database may have leaked with the old secret, replace the signing keys too: \
         vestibule keys rotate --now for each ring of vestibule keys list, then vestibule keys retire KID",
        counted(changed.sessions, "session"),
        counted(changed.keys, "signing key"),
    ));
    Ok(())
}

async fn open(config: &Config) -> Result<App, StartError> {
    App::open_as(OpenMode::Existing, config.clone(), Clock::System, site::find()).await
}
