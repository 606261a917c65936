use super::{AssertionAnswer, Purpose, Rp, ceremony::Ceremony};
use crate::{
    model::{ErrorCode, PasskeyId, UserId},
    server::{
        App,
        db::{
            Tx,
            passkeys::{self, PasskeyRow, UseOf},
        },
        error::Result,
        secure::passkey::{self, Assertion, Seen, Wrong, decode},
        service::{
            audit::{Actor, Kind, Outcome, Record},
            mail::{MailKind, Post},
        },
    },
};

/// A passkey whose answer was right when it was looked at. Its use decides: see [`spend`](Self::spend).
#[derive(Clone)]
pub(in crate::server::service) struct UsedPasskey {
    id: PasskeyId,
    user: UserId,
    epoch: i64,
    seen: Seen,
    /// Whether the passkey was known to be on several devices, before this answer said so.
    was_synced: bool,
    /// Whether the authenticator counts, and its count is not higher than the last one: there may be a copy of the passkey.
    is_behind: bool,
    /// The challenge that the use spends, by its hash, and its end.
    challenge: (String, i64),
}

/// What an answer is.
pub(in crate::server::service) enum Looked {
    /// Right.
    Right(Box<UsedPasskey>),
    /// Of a passkey that no account has.
    Unknown(Refused),
    /// Right, of an account that is disabled.
    Disabled(Refused),
    /// Wrong, by a passkey of an account.
    Wrong(Refused),
}

/// An answer that is refused, and spends its challenge.
pub(in crate::server::service) struct Refused {
    /// The account, if it is known.
    pub(in crate::server::service) user: Option<UserId>,
    challenge: (String, i64),
}

impl Refused {
    /// Spends the challenge, and answers whether nobody did before: there is one answer to each.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub(in crate::server::service) async fn spend(&self, tx: &mut Tx<'_>) -> Result<bool> {
        let (hash, expires_at) = &self.challenge;
        Ok(passkeys::spend_challenge(tx, hash, *expires_at).await?)
    }
}

/// Looks at an answer to a request for a proof. Spends nothing.
///
/// # Errors
/// `flow_over` for a request that is over, or for something else; `not_found` where there are no passkeys; an error of the
/// database.
pub(in crate::server::service) async fn look(
    app: &App,
    purpose: Purpose<'_>,
    (ceremony, answer): (&str, &AssertionAnswer),
) -> Result<Looked> {
    let rp = Rp::of(&app.config)?;
    let ceremony = Ceremony::open(app, purpose, ceremony)?;
    let challenge = (ceremony.hash(), ceremony.expires_at);
    // What is no base64url is no id, and PostgreSQL takes no text with U+0000.
    let found = match decode(&answer.id) {
        Ok(_) => passkeys::by_credential(&app.db, &answer.id).await?,
        Err(_) => None,
    };
    let Some(row) = found else {
        return Ok(Looked::Unknown(Refused { user: None, challenge }));
    };
    let owner = passkeys::owner(&app.db, row.user_id.as_str()).await?;
    let (handle, epoch, disabled_at) = owner.ok_or(ErrorCode::FlowOver)?;
    let is_whose = purpose.owner().is_none_or(|owner| *owner == row.user_id);
    // Where no name was given, the authenticator says whose it is.
    let named = answer.response.user_handle.as_ref().filter(|named| !named.is_empty());
    let is_named = match named {
        Some(named) => handle.as_ref() == Some(named),
        None => purpose.owner().is_some(),
    };
    let judged = if is_whose && is_named {
        judged(&rp, &ceremony.challenge, answer, &row)
    } else {
        Err(Wrong::Data)
    };
    match judged {
        Ok(_) if disabled_at.is_some() => {
            Ok(Looked::Disabled(Refused { user: Some(row.user_id), challenge }))
        }
        Ok(seen) => {
            let before = row.sign_count;
            let count = i64::from(seen.sign_count);
            Ok(Looked::Right(Box::new(UsedPasskey {
                is_behind: (count > 0 || before > 0) && count <= before,
                was_synced: row.backup_eligible_at.is_some(),
                id: row.id,
                user: row.user_id,
                epoch,
                seen,
                challenge,
            })))
        }
        Err(wrong) => {
            tracing::info!(%wrong, user = %row.user_id, "the answer of a passkey was refused");
            Ok(Looked::Wrong(Refused { user: Some(row.user_id), challenge }))
        }
    }
}

/// Holds an answer against what was asked, and the passkey.
fn judged(
    rp: &Rp<'_>,
    challenge: &str,
    answer: &AssertionAnswer,
    row: &PasskeyRow,
) -> std::result::Result<Seen, Wrong> {
    let response = &answer.response;
    let client_data = decode(&response.client_data_json)?;
    let data = decode(&response.authenticator_data)?;
    let signature = decode(&response.signature)?;
    let said = Assertion { client_data: &client_data, data: &data, signature: &signature };
    passkey::assert(&rp.expects(challenge), said, &decode(&row.public_key)?)
}

impl UsedPasskey {
    /// Id of the passkey.
    pub(in crate::server::service) fn id(&self) -> &str {
        self.id.as_str()
    }

    /// Id of the account.
    pub(in crate::server::service) fn user(&self) -> &UserId {
        &self.user
    }

    /// Epoch of the account when it was read.
    pub(in crate::server::service) fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Whether the passkey may be on several devices.
    pub(in crate::server::service) fn syncs(&self) -> bool {
        self.seen.may_be_backed_up
    }

    /// Uses the answer in a unit of work that has locked the account's row.
    ///
    /// # Errors
    /// `flow_over` if its challenge was answered before; `invalid_passkey` if the passkey was removed meanwhile; an error of the
    /// database.
    pub(in crate::server::service) async fn spend(
        &self,
        tx: &mut Tx<'_>,
        now_s: i64,
    ) -> Result<()> {
        let (hash, expires_at) = &self.challenge;
        if !passkeys::spend_challenge(tx, hash, *expires_at).await? {
            return Err(ErrorCode::FlowOver.into());
        }
        let of = UseOf {
            sign_count: self.seen.sign_count.into(),
            backup: (self.seen.may_be_backed_up, self.seen.is_backed_up),
            now_s,
        };
        match passkeys::used(tx, self.id(), &of).await? {
            true => Ok(()),
            false => Err(ErrorCode::InvalidPasskey.into()),
        }
    }

    /// Notes a count that went back, and tells the owner once. It is no reason to keep them out: authenticators whose passkeys
    /// are on several devices count as they like, and there the count says nothing.
    ///
    /// # Errors
    /// Fails if the database or the mail fails.
    pub(in crate::server::service) async fn note(
        &self,
        tx: &mut Tx<'_>,
        (record, post): (&Record, &Post),
        now_s: i64,
    ) -> Result<()> {
        if !self.is_behind || self.was_synced {
            return Ok(());
        }
        let user = self.user.as_str();
        let event = (Kind::PasskeyCounter, Outcome::Success);
        let record = record.clone().about("passkey", self.id());
        record.write(tx, event, Actor::Person(user), Some(user)).await?;
        if passkeys::warn(tx, self.id(), now_s).await? {
            post.notify(tx, user, MailKind::PasskeyCounter).await?;
        }
        Ok(())
    }
}
