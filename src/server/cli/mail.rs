//! `vestibule mail`: the outbox, a test, and previews.

use std::path::{Path, PathBuf};

use clap::{Subcommand, builder::PossibleValuesParser};
use serde::Serialize;

use super::{
    CliError,
    list::{Format, List},
    with_app,
};
use crate::server::{
    app::OpenMode,
    clock::Clock,
    config::Config,
    dates,
    files::FileError,
    log,
    output::{self, counted},
    say::Language,
    service::{
        agent::Agent,
        mail::{self, MailKind, OutboxLine},
    },
    text::one_line,
};

#[derive(Subcommand)]
pub(super) enum Mails {
    /// List the mails that wait or failed, newest first.
    Outbox {
        /// Sent mails of the last 30 days too.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        format: Format,
    },
    /// Let the servers try all waiting mails now.
    Retry,
    /// Send a test mail to an address now, past the outbox, and say what the SMTP server answers.
    Test {
        /// The address.
        address: String,
    },
    /// Write a mail of each language with made-up facts into files, as HTML and text.
    Preview {
        /// The kind of mail.
        #[arg(value_parser = PossibleValuesParser::new(MailKind::ALL.iter().map(|kind| kind.as_str())))]
        kind: String,
        /// An existing folder.
        #[arg(long, default_value = ".")]
        folder: PathBuf,
    },
}

pub(super) async fn run(config: Config, command: Mails) -> Result<(), CliError> {
    match command {
        Mails::Outbox { all, format } => {
            with_app(config, OpenMode::ReadOnly, async |app| {
                let (mut list, mut is_empty) = (List::new(format), true);
                let listed = mail::each(app, Agent::Operator, all, |line| {
                    is_empty = false;
                    list.add(&Line::from(line), in_words)
                });
                listed.await?;
                if is_empty {
                    // Not on standard output, whose lines a script may count.
                    log::note(if all { "there is no mail" } else { "no mail waits or failed" });
                }
                Ok(list.end()?)
            })
            .await
        }
        Mails::Retry => {
            with_app(config, OpenMode::Existing, async |app| {
                let hastened = mail::retry(app, Agent::Operator).await?;
                let hastened = counted(hastened, "mail");
                output::line(format_args!(
                    "{hastened} waited for a later time; servers try all now"
                ));
                Ok(())
            })
            .await
        }
        Mails::Test { address } => {
            let to = mail::trial(&config, &Clock::System, &address).await?;
            output::line(format_args!("handed to {}", one_line(&to)));
            Ok(())
        }
        Mails::Preview { kind, folder } => preview(&config, &kind, &folder),
    }
}

fn preview(config: &Config, kind: &str, folder: &Path) -> Result<(), CliError> {
    let kind = MailKind::named(kind).unwrap_or(MailKind::Test);
    for language in Language::all() {
        let content = mail::preview(config, &Clock::System, kind, language)?;
        for (end, text) in [("html", &content.html), ("txt", &content.text)] {
            let file = folder.join(format!("{}.{}.{end}", kind.as_str(), language.code()));
            std::fs::write(&file, text).map_err(FileError::of(&file))?;
            output::line(format_args!("{}", file.display()));
        }
    }
    Ok(())
}

/// A mail of the outbox in JSON. Times are Unix seconds.
#[derive(Serialize)]
struct Line {
    id: String,
    kind: String,
    state: String,
    username: Option<String>,
    address: Option<String>,
    attempts: i64,
    created_at: i64,
    next_at: Option<i64>,
    expires_at: i64,
    ended_at: Option<i64>,
    code: Option<i64>,
    reply: Option<String>,
}

impl From<OutboxLine> for Line {
    fn from(OutboxLine { row, address }: OutboxLine) -> Self {
        Self {
            next_at: row.ended_at.is_none().then_some(row.next_at),
            id: row.id,
            kind: row.kind,
            state: row.state,
            username: row.username,
            address,
            attempts: row.attempts,
            created_at: row.created_at,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
            code: row.last_code,
            reply: row.last_reply,
        }
    }
}

fn in_words(line: &Line) -> String {
    let Line { id, kind, state, username, address, attempts, created_at, next_at, reply, .. } =
        line;
    let to = address.as_deref().or(username.as_deref()).unwrap_or("-");
    let next = next_at.map(|at| format!(", next try {}", dates::rfc3339(at))).unwrap_or_default();
    let reply = reply.as_deref().map(|reply| format!(": {}", one_line(reply))).unwrap_or_default();
    let (created, tries) = (dates::rfc3339(*created_at), counted(*attempts, "attempt"));
    format!("{id}  {created}  {state:<8} {kind:<16} {}  {tries}{next}{reply}", one_line(to))
}
