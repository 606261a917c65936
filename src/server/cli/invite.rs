//! `vestibule invite`: invitations to make an account.

use clap::Subcommand;

use super::{
    CliError,
    list::{Format, List},
    or_missing,
};
use crate::{
    model::ErrorCode,
    server::{
        App,
        app::OpenMode,
        config, dates, output,
        service::{
            agent::Agent,
            invitations::{self, InvitationView, LIFE, NewInvitation},
        },
        text::one_line,
    },
};

#[derive(Subcommand)]
pub(super) enum Invitations {
    /// Invite an address: its reader makes the account, and the address is confirmed.
    Create {
        /// Email address.
        address: String,
        /// Role of the account: admin. Can be given more than once.
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
        /// Lifetime of the link, from 1h to 30d [default: 7d]
        #[arg(long = "for", value_name = "TIME", value_parser = life)]
        life: Option<i64>,
        /// Print the link, for you to hand on, and send no mail. You vouch for the address then.
        #[arg(long)]
        print: bool,
    },
    /// List invitations, newest first, until thirty days after their end.
    List {
        #[command(flatten)]
        format: Format,
    },
    /// Revoke an open invitation: its link works no longer.
    Revoke {
        /// Id of the invitation, as the list has it.
        id: String,
    },
}

impl Invitations {
    /// The mode in which it opens the database.
    pub(super) fn open_mode(&self) -> OpenMode {
        match self {
            Self::List { .. } => OpenMode::ReadOnly,
            Self::Create { .. } | Self::Revoke { .. } => OpenMode::Existing,
        }
    }
}

fn life(text: &str) -> Result<i64, String> {
    config::seconds(text, LIFE)
}

pub(super) async fn run(app: &App, command: Invitations) -> Result<(), CliError> {
    match command {
        Invitations::Create { address, roles, life, print } => {
            let new = NewInvitation { address, roles, life, is_handed_on: print };
            let made = invitations::make(app, Agent::Operator, new).await;
            let made = made.map_err(|error| match error.code() {
                ErrorCode::MailUnavailable => CliError::Refused(
                    "no mails are sent here; use --print, and hand the link on".into(),
                ),
                _ => error.into(),
            })?;
            let (id, until) = (&made.view.id, dates::rfc3339(made.view.expires_at));
            let to = one_line(&made.view.address);
            output::line(format_args!("invited {to} until {until} ({id})"));
            if let Some(link) = made.link {
                output::line(link);
            }
            Ok(())
        }
        Invitations::List { format } => {
            let mut list = List::new(format);
            invitations::each(app, Agent::Operator, |view| list.add(&view, in_words)).await?;
            Ok(list.end()?)
        }
        Invitations::Revoke { id } => {
            let name = one_line(&id);
            let revoked = invitations::revoke(app, Agent::Operator, &id).await;
            revoked.map_err(or_missing(app, format!("open invitation {name}")))?;
            output::line(format_args!("revoked the invitation {name}"));
            Ok(())
        }
    }
}

fn in_words(view: &InvitationView) -> String {
    let InvitationView { id, state, roles, .. } = view;
    let (created, expires) = (dates::rfc3339(view.created_at), dates::rfc3339(view.expires_at));
    let (address, roles) = (one_line(&view.address), roles.join(","));
    let state = state.as_str();
    format!("{id}  {state:<8}  since {created}, until {expires}  {roles:<5}  {address}")
}
