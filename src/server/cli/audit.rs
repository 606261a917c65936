//! `vestibule audit`: verify and export the log.

use std::io::{BufWriter, Write};

use clap::Subcommand;

use crate::server::{
    App,
    app::OpenMode,
    dates,
    error::Error,
    output,
    service::{
        agent::Agent,
        audit::{self, Flaw, Noted, Range, Report},
    },
};

#[derive(Subcommand)]
pub(super) enum Audit {
    /// Verify the chain: nothing was altered, removed, inserted or moved. Also count the events that are not sealed yet.
    Verify {
        /// A head that was noted before, PLACE:HASH: the log must still contain it.
        #[arg(long, value_name = "HEAD", value_parser = noted)]
        holds: Option<Noted>,
    },
    /// Write events to standard output, one JSON object per line.
    Export {
        /// First day or time: 2026-01-31, or 2026-01-31T12:00:00Z.
        #[arg(long, value_name = "DATE", value_parser = dates::parse_ms)]
        since: Option<i64>,
        /// Day or time of the end, which is not included.
        #[arg(long, value_name = "DATE", value_parser = dates::parse_ms)]
        until: Option<i64>,
    },
}

impl Audit {
    /// The mode in which it opens the database: the export itself is recorded as an event.
    pub(super) fn open_mode(&self) -> OpenMode {
        match self {
            Self::Verify { .. } => OpenMode::ReadOnly,
            Self::Export { .. } => OpenMode::Existing,
        }
    }
}

/// The reason why a command about the log failed, as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum AuditCommandError {
    /// The log has a flaw.
    #[error("the audit log is broken: {0}")]
    Broken(#[from] Flaw),
    /// The service failed.
    #[error(transparent)]
    Service(#[from] Error),
    /// Standard output failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

pub(super) async fn run(app: &App, command: Audit) -> Result<(), AuditCommandError> {
    match command {
        Audit::Verify { holds } => {
            let report = audit::verify(app, holds.as_ref()).await?;
            output::line(in_words(&report, app.clock.now_ms()));
            report.flaw.map_or(Ok(()), |flaw| Err(flaw.into()))
        }
        Audit::Export { since, until } => {
            let range = Range { since_ms: since, until_ms: until };
            match export(app, range).await {
                Err(AuditCommandError::Io(error)) => {
                    output::note(Err(error));
                    Ok(())
                }
                exported => exported,
            }
        }
    }
}

async fn export(app: &App, range: Range) -> Result<(), AuditCommandError> {
    let mut out = BufWriter::new(std::io::stdout());
    let operator = Agent::Operator;
    audit::export(app, operator, range, |line| {
        Ok::<_, AuditCommandError>(writeln!(out, "{line}")?)
    })
    .await?;
    Ok(out.flush()?)
}

fn in_words(report: &Report, now_ms: i64) -> String {
    let mut words = format!("sealed and whole: {}", report.whole);
    if let Some((from, to)) = report.times_ms {
        words += &format!(", from {} to {}", moment(from), moment(to));
    }
    if report.cut_pos > 0 {
        words += &format!("\ndeleted by retention: places 1 to {}", report.cut_pos);
    }
    if report.unproven_until > 0 {
        let until = report.unproven_until;
        words += &format!("\nnot proven, as that secret was lost: places 1 to {until}");
    }
    words += &format!("\nnot sealed yet: {}", report.unsealed);
    if let Some(since) = report.unsealed_since_ms {
        words += &format!(", the oldest for {} s", (now_ms - since).max(0) / 1000);
    }
    if let (Some((pos, hash)), None) = (&report.head, &report.flaw) {
        words += &format!("\nhead: {pos}:{hash}");
    }
    words
}

fn moment(at_ms: i64) -> String {
    dates::rfc3339(at_ms.div_euclid(1000))
}

fn noted(text: &str) -> Result<Noted, String> {
    let (pos, hash) = text.split_once(':').ok_or("expected PLACE:HASH, as verify prints it")?;
    let pos = pos.parse().map_err(|_| "the place is not a number")?;
    Ok(Noted { pos, hash: hash.to_owned() })
}
