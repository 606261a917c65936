//! `vestibule migrate`: bring the schema up to date without serving, or say what that would do.

use clap::Args;

use super::{CliError, with_app};
use crate::server::{
    app::{self, OpenMode},
    config::Config,
    output::{self, counted},
};

#[derive(Args)]
pub(super) struct Migrate {
    /// List the migrations that would run, and change nothing.
    #[arg(long)]
    plan: bool,
}

pub(super) async fn run(config: Config, command: Migrate) -> Result<(), CliError> {
    let shown = config.database_shown.clone();
    let pending = app::pending_migrations(&config).await?;
    if pending.is_empty() {
        output::line(format_args!("{shown} has the schema of this version; nothing to migrate"));
        return Ok(());
    }
    let count = counted(pending.len(), "migration");
    if command.plan {
        output::line(format_args!("{shown} needs {count}:"));
        for (number, what) in &pending {
            output::line(format_args!("  {number:04} {what}"));
        }
        return Ok(());
    }
    with_app(config, OpenMode::Make, async |_| Ok(())).await?;
    output::line(format_args!("{shown}: {count} done"));
    Ok(())
}
