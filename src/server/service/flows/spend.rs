use futures::FutureExt;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{FlowToken, Holder, Of, Purpose};
use crate::{
    model::{SessionId, UserId},
    server::{
        App,
        db::{DbResult, Tx, flows},
        error::{Error, Result},
        secure::seal,
        service::prune::{BATCH, in_batches},
    },
};

/// How long dead flows are kept, in seconds.
const KEPT: i64 = 86_400;

/// An open flow. Only [`peek`] creates one, after it has checked the secret, the purpose and the browser.
#[derive(Clone)]
pub struct Flow {
    id: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Whose it is, if it is somebody's.
    pub user: Option<UserId>,
    /// The session that asked for it.
    pub session: Option<SessionId>,
    /// The address that it is about, in canonical form.
    pub address: Option<String>,
    /// The account's epoch when it began, and until now.
    pub epoch: Option<i64>,
    /// The account's password hash when it began, and until now.
    pub hash_seen: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds; it is dead from then on.
    pub expires_at: i64,
    data: Value,
}

impl Flow {
    /// What else it carries.
    ///
    /// # Errors
    /// `internal` if it is not of this type.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.data).map_err(|error| Error::Internal(error.to_string()))
    }
}

/// The open flow of a secret, if it is of this purpose and of this holder. Changes nothing.
///
/// A flow of an account is dead while the account is disabled, in another epoch, and, if it has a password hash,
/// once the account has another one.
///
/// # Errors
/// The database; what was sealed does not open.
pub async fn peek(
    app: &App,
    purpose: Purpose,
    holder: Holder<'_>,
    token: &FlowToken,
) -> Result<Option<Flow>> {
    let (secret, browser) = (token.hash(), holder.hash(purpose));
    let now = app.clock.now();
    let found =
        flows::open(&app.db, purpose.as_str(), secret.as_str(), browser.as_deref(), now).await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let open = |what: &str, text: &str| -> Result<String> {
        let plain = app.secret.open(&sealed_for(purpose, what), &row.id, text)?;
        String::from_utf8(plain).map_err(|error| Error::Internal(error.to_string()))
    };
    let hash_seen = row.hash_seen.as_deref().map(|text| open("hash", text)).transpose()?;
    let is_same = |seen: &String| row.hash_now.as_ref().is_some_and(|now| seal::same(seen, now));
    if !hash_seen.as_ref().is_none_or(is_same) {
        return Ok(None);
    }
    let data = row.data_sealed.as_deref().map(|text| open("data", text)).transpose()?;
    let data = data.map(|text| serde_json::from_str(&text)).transpose();
    Ok(Some(Flow {
        hash_seen,
        data: data.map_err(|error| Error::Internal(error.to_string()))?.unwrap_or_default(),
        user: row.user_id.map(UserId::try_from).transpose()?,
        session: row.session_id.map(SessionId::try_from).transpose()?,
        id: row.id,
        purpose,
        address: row.address,
        epoch: row.epoch,
        created_at: row.created_at,
        expires_at: row.expires_at,
    }))
}

/// Spends a flow in the unit of work of what it is for; `false` if somebody was quicker, or it has died since it was
/// looked at. The unit of work is then to fail.
///
/// The account's password is not looked at again: a unit that depends on it holds the account's row first.
///
/// # Errors
/// The database.
pub async fn spend(tx: &mut Tx<'_>, flow: &Flow, now: i64) -> DbResult<bool> {
    flows::spend(tx, &flow.id, now).await
}

/// Ends the open flows of a purpose: where a newer one takes their place, or they must not work any more.
///
/// # Errors
/// The database.
pub async fn supersede(tx: &mut Tx<'_>, purpose: Purpose, of: Of<'_>, now: i64) -> DbResult<u64> {
    flows::supersede(tx, purpose.as_str(), of, now).await
}

/// Forgets flows that have been dead for a day: once a minute.
///
/// # Errors
/// The database.
pub async fn sweep(app: &App) -> Result<()> {
    let before = app.clock.now() - KEPT;
    in_batches(app, move |tx| flows::forget(tx, before, BATCH).boxed()).await
}

/// The sealing context of a part of a flow.
pub(super) fn sealed_for(purpose: Purpose, what: &str) -> String {
    format!("flow {} {what}", purpose.as_str())
}
