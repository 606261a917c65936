//! An invitation whose link was shown, until its account is made.

use serde::{Deserialize, Serialize};

use crate::{
    model::ErrorCode,
    server::{
        App,
        db::{
            Tx, admins,
            invitations::{self, InvitationRow},
            users,
        },
        error::{Error, Result},
        service::{
            audit::{Actor, Kind, Outcome, Record},
            flows::{self, Flow, FlowToken, Purpose},
            mail::{MailFacts, MailKind, Post},
        },
    },
};

/// What the flow of an invitation carries.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Carried {
    /// Whether an agent handed the link on, in place of a mail.
    pub(super) is_handed_on: bool,
}

/// An invitation whose link was shown.
#[derive(Clone)]
pub struct Invited {
    /// The address, as the inviter typed it.
    pub address: String,
    id: String,
    roles: String,
    invited_by: Option<String>,
    verified_by: &'static str,
    flow: Flow,
}

/// The open invitation of a link. Changes nothing.
///
/// # Errors
/// `flow_over`; an error of the database.
pub async fn open(app: &App, link: &str) -> Result<Invited> {
    let over = || Error::from(ErrorCode::FlowOver);
    let link = FlowToken::parse(link).ok_or_else(over)?;
    let flow = flows::peek_link(app, Purpose::Invite, &link).await?.ok_or_else(over)?;
    let row = invitations::of_flow(&app.db, flow.id()).await?.ok_or_else(over)?;
    let InvitationRow { id, address, roles, invited_by, .. } = row;
    let Carried { is_handed_on } = flow.data()?;
    // Who reads the mail has the mailbox; a link that was handed on says what the inviter knows.
    let verified_by = if is_handed_on { "operator" } else { "invite" };
    Ok(Invited { address, id, roles, invited_by, verified_by, flow })
}

impl Invited {
    /// Who confirmed the address: `invite`, or `operator` for a link that was handed on.
    pub(in crate::server::service) fn verified_by(&self) -> &'static str {
        self.verified_by
    }

    /// Spends the link in the unit of work that makes the account, if its maker may still give the roles.
    ///
    /// # Errors
    /// `flow_over`; an error of the database.
    pub(in crate::server::service) async fn spend(
        &self,
        tx: &mut Tx<'_>,
        now_s: i64,
    ) -> Result<()> {
        let is_allowed = match &self.invited_by {
            // Locked, so a role that is withdrawn at the same time is withdrawn before or after all of this.
            Some(maker) => users::lock(tx, maker).await? && admins::is_enabled(tx, maker).await?,
            None => true,
        };
        if !is_allowed || !flows::spend(tx, &self.flow, now_s).await? {
            return Err(ErrorCode::FlowOver.into());
        }
        Ok(())
    }

    /// Gives the new account its roles, and records what happened. An administrator who invited is told.
    ///
    /// # Errors
    /// `flow_over` if the invitation is over; an error of the database.
    pub(in crate::server::service) async fn grant(
        &self,
        tx: &mut Tx<'_>,
        (id, username): (&str, &str),
        record: &Record,
        post: &Post,
        now_s: i64,
    ) -> Result<()> {
        if !invitations::accept(tx, &self.id, id, now_s).await? {
            return Err(ErrorCode::FlowOver.into());
        }
        // The address is a person's now, and goes with the account.
        invitations::forget_others(tx, &self.id).await?;
        let me = Actor::Person(id);
        record.write(tx, (Kind::Register, Outcome::Success), me, Some(id)).await?;
        for role in self.roles.split_whitespace() {
            users::grant(tx, id, role, now_s).await?;
            let record = record.clone().about("role", role).about("invitation", &*self.id);
            record.write(tx, (Kind::RoleGrant, Outcome::Success), me, Some(id)).await?;
        }
        let record = record.clone().about("invitation", &*self.id).about("roles", &*self.roles);
        record.write(tx, (Kind::InvitationAccept, Outcome::Success), me, Some(id)).await?;
        if let Some(maker) = &self.invited_by {
            let facts = MailFacts { before: Some(username.to_owned()), ..MailFacts::default() };
            post.notify_about(tx, maker, MailKind::InvitationAccepted, facts).await?;
        }
        Ok(())
    }
}
