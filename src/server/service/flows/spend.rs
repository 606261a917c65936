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

/// Time for which ended flows are kept, in seconds.
const KEPT: i64 = 86_400;

/// An open flow. Only [`peek`] creates one, after it has checked the secret, the purpose and the
/// browser.
#[derive(Clone)]
pub struct Flow {
    id: String,
    /// Purpose.
    pub purpose: Purpose,
    /// Account that it belongs to, if any.
    pub user: Option<UserId>,
    /// Session that requested it.
    pub session: Option<SessionId>,
    /// Address that it concerns, in canonical form.
    pub address: Option<String>,
    /// Epoch of the account, unchanged since its beginning.
    pub epoch: Option<i64>,
    /// Password hash of the account, unchanged since its beginning.
    pub hash_seen: Option<String>,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// End of validity, in Unix seconds.
    pub expires_at: i64,
    data: Value,
}

impl Flow {
    /// The further data.
    ///
    /// # Errors
    /// `internal` if it is not of this type.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.data).map_err(|error| Error::Internal(error.to_string()))
    }
}

/// Finds the open flow of a secret, if it has this purpose and holder. Changes nothing.
///
/// A flow of an account is invalid while the account is disabled, in another epoch, and, if it has
/// a password hash, after a change of the account's hash.
///
/// # Errors
/// Fails if the database fails, or the sealed data does not open.
pub async fn peek(
    app: &App,
    purpose: Purpose,
    holder: Holder<'_>,
    token: &FlowToken,
) -> Result<Option<Flow>> {
    let (secret, browser) = (token.hash(), holder.hash(purpose));
    let now_s = app.clock.now_s();
    let found =
        flows::open(&app.db, purpose.as_str(), secret.as_str(), browser.as_deref(), now_s).await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let open = |what: &str, text: &str| -> Result<String> {
        let plain = app.secret.open(&sealed_for(purpose, what), &row.id, text)?;
        String::from_utf8(plain).map_err(|error| Error::Internal(error.to_string()))
    };
    let hash_seen = row.hash_seen.as_deref().map(|text| open("hash", text)).transpose()?;
    let is_same =
        |seen: &String| row.hash_now.as_ref().is_some_and(|now_s| seal::same(seen, now_s));
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

/// Spends a flow in the unit of work that it authorises; `false` if it was spent or became invalid
/// since it was found. The unit of work must then fail.
///
/// The account's password is not checked again: a unit that depends on it locks the account's row
/// first.
///
/// # Errors
/// Fails if the database fails.
pub async fn spend(tx: &mut Tx<'_>, flow: &Flow, now_s: i64) -> DbResult<bool> {
    flows::spend(tx, &flow.id, now_s).await
}

/// Ends the open flows of a purpose, because a newer one replaces them, or they must not work any
/// more.
///
/// # Errors
/// Fails if the database fails.
pub async fn supersede(tx: &mut Tx<'_>, purpose: Purpose, of: Of<'_>, now_s: i64) -> DbResult<u64> {
    flows::supersede(tx, purpose.as_str(), of, now_s).await
}

/// Deletes flows that ended more than a day ago; runs once a minute.
///
/// # Errors
/// Fails if the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    let before = app.clock.now_s() - KEPT;
    in_batches(app, move |tx| flows::forget(tx, before, BATCH).boxed()).await
}

/// The sealing context of a part of a flow.
pub(super) fn sealed_for(purpose: Purpose, what: &str) -> String {
    format!("flow {} {what}", purpose.as_str())
}
