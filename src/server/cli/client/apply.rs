//! `vestibule client apply`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use zeroize::Zeroizing;

use super::super::CliError;
use crate::server::{
    App,
    app::OpenMode,
    files, output,
    service::{
        agent::Agent,
        clients::{self, ApplyError, ClientError, Options, Outcome, SecretFrom},
    },
    text::{self, one_line},
};

#[derive(Args)]
pub(in crate::server::cli) struct Apply {
    /// Clients and resources as tables of TOML; docs/clients.md describes them.
    file: PathBuf,
    /// Change nothing, and say what would be done.
    #[arg(long)]
    dry_run: bool,
    /// Disable what came from a file of this name and is in it no longer.
    #[arg(long)]
    prune: bool,
}

impl Apply {
    /// The mode in which it opens the database.
    pub(super) fn open_mode(&self) -> OpenMode {
        if self.dry_run { OpenMode::ReadOnly } else { OpenMode::Existing }
    }

    pub(super) async fn run(self, app: &App) -> Result<(), CliError> {
        let shown = self.file.display();
        let bytes = fs::read(&self.file).map_err(|error| refused(format!("{shown}: {error}")))?;
        let text = text::of(bytes).map_err(|error| refused(format!("{shown}: {error}")))?;
        let name = self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let folder = files::parent(&self.file);
        let options = Options { dry_run: self.dry_run, prune: self.prune };
        let secret = |from: &SecretFrom| secret(folder, from);
        let done = clients::apply(app, Agent::Operator, (&name, &text), secret, options).await;
        let done = done.map_err(|error| match error {
            ApplyError::Faults(faults) => {
                let lines = faults.iter().map(|fault| format!("\n  {fault}")).collect::<String>();
                refused(format!("{shown} has faults; nothing was changed:{lines}"))
            }
            ApplyError::Row(_, ClientError::Other(error))
            | ApplyError::Other(ClientError::Other(error)) => error.into(),
            error => refused(error.to_string()),
        })?;
        for row in done {
            let hint = match row.is_disabled && row.outcome != Outcome::Disabled {
                true => format!(" (disabled; vestibule {} enable makes it work)", row.what),
                false => String::new(),
            };
            let (outcome, what, name) = (row.outcome.as_str(), row.what, one_line(&row.name));
            output::line(format_args!("{outcome:<8}  {what:<8}  {name}{hint}"));
        }
        if self.dry_run {
            output::line("nothing was changed: --dry-run");
        }
        Ok(())
    }
}

fn refused(what: String) -> CliError {
    CliError::Refused(what)
}

/// Reads the secret of a client.
fn secret(folder: &Path, from: &SecretFrom) -> Result<Zeroizing<String>, String> {
    let text = match from {
        SecretFrom::File(name) => {
            let path = folder.join(name);
            files::refuse_open_given(&path).map_err(|error| error.to_string())?;
            let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            text::of(bytes).map_err(|error| format!("{}: {error}", path.display()))?
        }
        SecretFrom::Env(name) => variable(name)?,
    };
    let text = Zeroizing::new(text);
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

#[expect(clippy::disallowed_methods, reason = "the file names the variable")]
fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("the variable {name} is not set, or is no text"))
}
