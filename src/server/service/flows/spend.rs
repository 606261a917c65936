use futures::FutureExt;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{FlowToken, Holder, Of, Purpose, code};
use crate::{
    model::{SessionId, UserId},
    server::{
        App,
        db::{
            DbResult, Tx,
            flows::{self, FlowRow},
            mailed_flows,
        },
        error::{Error, Result},
        secure::seal,
        service::prune::{BATCH, in_batches},
    },
};

/// Time for which ended flows are kept, in seconds.
const KEPT: i64 = 86_400;

/// Maximum number of answers with a code.
const CODES: i64 = 5;

/// An open flow. Only [`peek`], [`peek_link`], [`of_address`] and [`of_session`] create one: the first after it has checked
/// the secret, the purpose and the browser, the second the secret of the link and the purpose, the third the account, the
/// last the session.
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
    /// Epoch of the account, unchanged since its beginning; none if it outlives it.
    pub epoch: Option<i64>,
    /// Password hash of the account, unchanged since its beginning.
    pub hash_seen: Option<String>,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// End of validity, in Unix seconds.
    pub expires_at: i64,
    /// Whether its code was given.
    pub is_proved: bool,
    code_mac: Option<String>,
    data: Value,
}

impl Flow {
    /// Its public identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The further data.
    ///
    /// # Errors
    /// `internal` if it is not of this type.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.data).map_err(|error| Error::Internal(error.to_string()))
    }

    /// Whether somebody typed its code. Each look is to be counted by [`count_code`].
    pub fn is_code(&self, app: &App, text: &str) -> bool {
        let typed = code::typed(text).map(|digits| code::mac_of(app, &self.id, &digits));
        typed.zip(self.code_mac.as_ref()).is_some_and(|(typed, mac)| seal::same(&typed, mac))
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
    found.map_or(Ok(None), |row| read(app, purpose, row))
}

/// Finds the open flow of a mailed link, if it has this purpose. Changes nothing.
///
/// # Errors
/// As [`peek`].
pub async fn peek_link(app: &App, purpose: Purpose, link: &FlowToken) -> Result<Option<Flow>> {
    let found = of_link(app, link).await?.filter(|row| row.purpose == purpose.as_str());
    found.map_or(Ok(None), |row| read(app, purpose, row))
}

async fn of_link(app: &App, link: &FlowToken) -> DbResult<Option<FlowRow>> {
    mailed_flows::of_link(&app.db, link.hash().as_str(), app.clock.now_s()).await
}

/// The purpose of the open flow of a mailed link; none if the link is unknown, spent or over. Changes nothing.
///
/// # Errors
/// Fails if the database fails.
pub async fn purpose_of(app: &App, link: &FlowToken) -> Result<Option<Purpose>> {
    let found = of_link(app, link).await?;
    let named = |name: &str| Purpose::ALL.iter().copied().find(|known| known.as_str() == name);
    Ok(found.and_then(|row| named(&row.purpose)))
}

/// Finds the newest open flow of an account about an address in canonical form. Changes nothing. Only the account's own
/// user, a principal or a session user, may be given what it carries.
///
/// # Errors
/// As [`peek`].
pub async fn of_address(
    app: &App,
    purpose: Purpose,
    user: &UserId,
    address: &str,
) -> Result<Option<Flow>> {
    let (now_s, whose) = (app.clock.now_s(), (user.as_str(), address));
    let found = mailed_flows::of_address(&app.db, purpose.as_str(), whose, now_s).await?;
    found.map_or(Ok(None), |row| read(app, purpose, row))
}

/// Finds the newest open flow that a session of an account requested. Changes nothing. Only that session, as a principal or
/// a session user, may be given what it carries.
///
/// # Errors
/// As [`peek`].
pub async fn of_session(
    app: &App,
    purpose: Purpose,
    user: &UserId,
    session: &SessionId,
) -> Result<Option<Flow>> {
    let (now_s, whose) = (app.clock.now_s(), (user.as_str(), session.as_str()));
    let found = flows::of_session(&app.db, purpose.as_str(), whose, now_s).await?;
    found.map_or(Ok(None), |row| read(app, purpose, row))
}

/// The account whose address, confirmed by now, a mailed link of this purpose was about, though the link is over.
///
/// # Errors
/// Fails if the database fails.
pub async fn confirmed_by(app: &App, purpose: Purpose, link: &FlowToken) -> Result<Option<String>> {
    let link = link.hash();
    Ok(mailed_flows::confirmed_by(&app.db, purpose.as_str(), link.as_str()).await?)
}

/// The address of the newest flow of a purpose of an account that was spent in the last day, in canonical form. Changes nothing.
///
/// # Errors
/// Fails if the database fails.
pub async fn spent_about(app: &App, purpose: Purpose, user: &UserId) -> Result<Option<String>> {
    Ok(mailed_flows::spent_about(&app.db, purpose.as_str(), user.as_str()).await?)
}

/// Opens what is sealed in a row; none if the account's password has changed since.
fn read(app: &App, purpose: Purpose, row: FlowRow) -> Result<Option<Flow>> {
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
        is_proved: row.state == "proved",
        code_mac: row.code_mac,
    }))
}

/// Counts an answer with a code before it is judged; `false` if there were five, or the flow is over. The same statement
/// runs for no flow.
///
/// # Errors
/// Fails if the database fails.
pub async fn count_code(tx: &mut Tx<'_>, flow: Option<&Flow>, now_s: i64) -> DbResult<bool> {
    let id = flow.map_or("", |flow| &flow.id);
    mailed_flows::count_code(tx, id, CODES, now_s).await
}

/// Notes that the code of a flow was right, and takes its count back: the same code given twice, by a button that was
/// pressed twice, is right twice. `false` if the flow is over.
///
/// # Errors
/// Fails if the database fails.
pub async fn prove(tx: &mut Tx<'_>, flow: &Flow, now_s: i64) -> DbResult<bool> {
    mailed_flows::prove(tx, &flow.id, now_s).await
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

/// Gives the open flows of a purpose of an account a whole life from now on.
///
/// # Errors
/// Fails if the database fails.
pub async fn prolong(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    user_id: &str,
    now_s: i64,
) -> DbResult<u64> {
    mailed_flows::prolong(tx, (purpose.as_str(), user_id), now_s + purpose.life(), now_s).await
}

/// The same for an account that is to be enabled again: its flows of the purpose that were open when it was disabled are open
/// again; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn resume(tx: &mut Tx<'_>, purpose: Purpose, user_id: &str, now_s: i64) -> DbResult<u64> {
    mailed_flows::resume(tx, (purpose.as_str(), user_id), now_s + purpose.life()).await
}

/// Deletes flows that ended more than a day ago; runs once a minute. Those that [`resume`] may open again stay.
///
/// # Errors
/// Fails if the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    let before = app.clock.now_s() - KEPT;
    let resumed = Purpose::UndoAddress.as_str();
    in_batches(app, move |tx| flows::forget(tx, before, resumed, BATCH).boxed()).await
}

/// The sealing context of a part of a flow.
pub(super) fn sealed_for(purpose: Purpose, what: &str) -> String {
    format!("flow {} {what}", purpose.as_str())
}
