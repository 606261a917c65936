//! What lets an account be created, and what it gets.

use crate::{
    model::ErrorCode,
    server::{
        App,
        db::{Tx, users},
        error::Result,
        service::{
            agent::Act,
            audit::{Actor, Kind, Outcome, Record},
            flows::Flow,
            invitations::Invited,
            mail::Post,
            passkeys::NewcomersPasskey,
            roles::Role,
            setup::link,
        },
    },
};

/// The authorisation and rights of a new account.
pub(in crate::server::service) enum Admission {
    /// Nothing.
    Nothing,
    /// Nothing; the account is signed in to by this passkey.
    Passkey(Box<NewcomersPasskey>),
    /// The rights that an agent gives, without a limit.
    Agent {
        /// The audit record of the agent.
        act: Act,
        /// Whether it gets the admin role.
        is_admin: bool,
    },
    /// The admin role, if this set-up link can be spent in the same transaction.
    SetupLink(Flow),
    /// The roles of an invitation and its address, if the link can be spent in the same transaction; its maker is told.
    Invitation(Box<Invited>, Post),
}

impl Admission {
    /// Whether the passkey that it brings may be on several devices; none without one.
    pub(super) fn syncs(&self) -> Option<bool> {
        match self {
            Self::Passkey(passkey) => Some(passkey.syncs()),
            _ => None,
        }
    }

    /// Whether the account needs an address, because it opens nothing before that is confirmed.
    pub(super) fn needs_address(&self, app: &App) -> bool {
        matches!(self, Self::Nothing | Self::Passkey(_)) && app.config.demands_address
    }

    /// Whether accounts may be created with it.
    ///
    /// # Errors
    /// `registration_closed`.
    pub(super) fn is_open(&self, app: &App) -> Result<()> {
        match self {
            Self::Nothing | Self::Passkey(_) if !app.config.registration_open => {
                Err(ErrorCode::RegistrationClosed.into())
            }
            _ => Ok(()),
        }
    }

    /// Who has confirmed the address of the account, if anybody has.
    pub(super) fn verified_by(&self) -> Option<&'static str> {
        match self {
            Self::Invitation(invited, _) => Some(invited.verified_by()),
            _ => None,
        }
    }

    /// Spends what it depends on, in the unit of work that creates the account.
    ///
    /// # Errors
    /// `setup_closed`, `flow_over`; an error of the database.
    pub(super) async fn spend(&self, tx: &mut Tx<'_>, now_s: i64) -> Result<()> {
        match self {
            Self::SetupLink(flow) if !link::spend(tx, flow, now_s).await? => {
                Err(ErrorCode::SetupClosed.into())
            }
            Self::Invitation(invited, _) => invited.spend(tx, now_s).await,
            _ => Ok(()),
        }
    }

    /// Gives a new account its rights and its passkey, and records the events.
    ///
    /// # Errors
    /// `flow_over`; as [`NewcomersPasskey::write`]; an error of the database.
    pub(super) async fn write(
        &self,
        tx: &mut Tx<'_>,
        record: &Record,
        (id, username): (&str, &str),
        now_s: i64,
    ) -> Result<()> {
        let (event, me) = ((Kind::Register, Outcome::Success), Actor::Person(id));
        match self {
            Self::Nothing => record.write(tx, event, me, Some(id)).await?,
            Self::Passkey(passkey) => {
                record.write(tx, event, me, Some(id)).await?;
                passkey.write(tx, id, now_s, record).await?;
            }
            Self::SetupLink(_) => {
                users::grant(tx, id, Role::Admin.as_str(), now_s).await?;
                record.write(tx, event, me, Some(id)).await?;
                record.write(tx, (Kind::SetupClaim, Outcome::Success), me, Some(id)).await?;
            }
            Self::Invitation(invited, post) => {
                invited.grant(tx, (id, username), record, post, now_s).await?;
            }
            Self::Agent { act, is_admin } => {
                act.write(tx, Kind::Register, Some(id)).await?;
                if *is_admin {
                    let role = Role::Admin.as_str();
                    users::grant(tx, id, role, now_s).await?;
                    act.clone().about("role", role).write(tx, Kind::RoleGrant, Some(id)).await?;
                }
            }
        }
        Ok(())
    }
}
