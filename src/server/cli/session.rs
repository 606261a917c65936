//! `vestibule session`: the sessions of an account.

use clap::Subcommand;

use super::{
    CliError,
    list::{Format, List},
    or_missing,
};
use crate::{
    model::SessionId,
    server::{
        App,
        app::OpenMode,
        dates,
        output::{self, counted},
        service::{
            agent::Agent,
            session::{self, SessionLine},
        },
        text::one_line,
    },
};

#[derive(Subcommand)]
pub(super) enum Sessions {
    /// List the open sessions of an account, newest first.
    List {
        /// Username of the account.
        username: String,
        #[command(flatten)]
        format: Format,
    },
    /// End all sessions of an account, or one.
    End {
        /// Username of the account.
        username: String,
        /// End only this session, by its id in the list.
        #[arg(long, value_parser = id)]
        id: Option<SessionId>,
    },
}

impl Sessions {
    /// The mode in which it opens the database.
    pub(super) fn open_mode(&self) -> OpenMode {
        match self {
            Self::List { .. } => OpenMode::ReadOnly,
            Self::End { .. } => OpenMode::Existing,
        }
    }
}

fn id(text: &str) -> Result<SessionId, String> {
    SessionId::try_from(text.to_owned()).map_err(|_| "expected an id, as the list has it".into())
}

pub(super) async fn run(app: &App, command: Sessions) -> Result<(), CliError> {
    match command {
        Sessions::List { username, format } => {
            let id = session::account(app, Agent::Operator, &username).await;
            let id = id.map_err(or_missing(app, format!("account {}", one_line(&username))))?;
            let mut list = List::new(format);
            session::each_of(app, &id, |line| list.add(&line, in_words)).await?;
            Ok(list.end()?)
        }
        Sessions::End { username, id } => {
            let name = one_line(&username);
            let what = match &id {
                Some(id) => format!("session {id} of an account {name}"),
                None => format!("account {name}"),
            };
            let ended = session::end_by_agent(app, Agent::Operator, &username, id.as_ref()).await;
            let ended = ended.map_err(or_missing(app, what))?;
            output::line(format_args!("ended {} of {name}", counted(ended, "session")));
            Ok(())
        }
    }
}

fn in_words(line: &SessionLine) -> String {
    let SessionLine { id, device, client_ip, .. } = line;
    let from = one_line(client_ip.as_deref().unwrap_or("-"));
    let (created, seen) = (dates::rfc3339(line.created_at), dates::rfc3339(line.last_seen_at));
    format!("{id}  since {created}, seen {seen}  {from:<15}  {}", one_line(device))
}
