use std::io::Write;

use super::{
    BackupError,
    format::{About, FORMAT, Lines, TableLine},
};
use crate::server::{
    app::{self, StartError},
    clock::Clock,
    config::Config,
    db::{Found, OpenMode, Unfit, copy::Snapshot},
    secret_file,
};

/// Writes a backup of the database at one moment, while servers continue. It accepts older schemas,
/// so that it can be made before a migration.
///
/// # Errors
/// Fails if the database, its secret or `out` fails.
pub async fn write(config: &Config, clock: &Clock, out: impl Write) -> Result<About, BackupError> {
    if app::inspect(config).await? == Found::Nothing {
        return Err(StartError::Unfit(config.database_shown.clone(), Unfit::Missing).into());
    }
    let mut snapshot = Snapshot::take(&config.database).await?;
    let secret_check = snapshot.fact("secret_check").await?;
    let secret = secret_file::find(config, secret_check.as_deref(), OpenMode::ReadOnly)?;
    let head = snapshot.head().await?.map(|head| format!("{}:{}", head.head_pos, head.head_hash));
    let about = About {
        vestibule_backup: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        at_ms: clock.now_ms(),
        schema: snapshot.schema().await?,
        secret_check: secret_check.unwrap_or_default(),
        audit_head: head.unwrap_or_default(),
    };
    let mut lines = Lines::new(out);
    lines.add(&json(&about)?)?;
    let mut rows = 0;
    for table in snapshot.tables().to_vec() {
        let columns = table.columns().into_iter().map(str::to_owned).collect();
        lines.add(&json(&TableLine { table: table.name.clone(), columns })?)?;
        rows += snapshot.each_row(&table, |row| Ok::<_, BackupError>(lines.add(row)?)).await?;
    }
    lines.end(rows, &secret)?;
    snapshot.close().await?;
    Ok(about)
}

fn json(line: &impl serde::Serialize) -> std::io::Result<String> {
    Ok(serde_json::to_string(line)?)
}
