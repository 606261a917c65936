use serde_json::Value;

use super::{
    FlowToken, Holder, Purpose,
    code::{Code, mac_of},
    spend::sealed_for,
};
use crate::{
    model::{SessionId, UserId},
    server::{
        App,
        db::{
            DbResult, Tx,
            flows::{self, NewFlowRow},
        },
        error::Result,
        secure::one_time::SecretHash,
    },
};

/// The content of a new flow.
#[derive(Debug, Default)]
pub struct Draft<'d> {
    /// Account and epoch: the flow is invalid in another epoch, unless its purpose outlives it, and while the account is
    /// disabled.
    pub user: Option<(&'d UserId, i64)>,
    /// Password hash of the account: the flow is invalid after a change of it.
    pub hash_seen: Option<&'d str>,
    /// Session that requests it.
    pub session: Option<&'d SessionId>,
    /// Address that it concerns, in canonical form.
    pub address: Option<&'d str>,
    /// Further data, sealed at rest; null for none.
    pub data: Value,
    /// Lifetime in seconds, where it is not that of the purpose.
    pub life: Option<i64>,
}

/// A flow before its insertion, made outside of the unit of work.
pub struct NewFlow {
    id: String,
    purpose: Purpose,
    secret_hash: SecretHash,
    browser_hash: Option<String>,
    user: Option<(String, i64)>,
    session: Option<String>,
    address: Option<String>,
    data_sealed: Option<String>,
    hash_seen: Option<String>,
    link_hash: Option<SecretHash>,
    code_mac: Option<String>,
    now_s: i64,
    life: i64,
}

/// The secrets of a flow that a mail carries.
pub struct Mailed {
    /// Part of the link.
    pub link: FlowToken,
    /// To be typed where the flow was asked for.
    pub code: Code,
}

/// Makes a flow and its secret. Nothing is written yet, and no earlier flow ends: see
/// [`supersede`](super::supersede).
///
/// # Errors
/// Fails if the seal fails.
pub fn issue(
    app: &App,
    purpose: Purpose,
    holder: Holder<'_>,
    draft: Draft<'_>,
) -> Result<(NewFlow, FlowToken)> {
    let (id, token) = (app.clock.new_id(), FlowToken::issue());
    let seal = |what: &str, plain: &str| {
        app.secret.seal(&sealed_for(purpose, what), &id, plain.as_bytes())
    };
    let data = Some(draft.data).filter(|data| !data.is_null());
    let flow = NewFlow {
        data_sealed: data.map(|data| seal("data", &data.to_string())).transpose()?,
        hash_seen: draft.hash_seen.map(|hash| seal("hash", hash)).transpose()?,
        id,
        purpose,
        secret_hash: token.hash(),
        browser_hash: holder.hash(purpose),
        user: draft.user.map(|(id, epoch)| (id.to_string(), epoch)),
        session: draft.session.map(SessionId::to_string),
        address: draft.address.map(str::to_owned),
        link_hash: None,
        code_mac: None,
        now_s: app.clock.now_s(),
        life: draft.life.unwrap_or(purpose.life()),
    };
    Ok((flow, token))
}

/// The same with secrets for a mail, which are others than the secret of the asker.
///
/// # Errors
/// As [`issue`].
pub fn issue_mailed(
    app: &App,
    purpose: Purpose,
    holder: Holder<'_>,
    draft: Draft<'_>,
) -> Result<(NewFlow, FlowToken, Mailed)> {
    let (mut flow, token) = issue(app, purpose, holder, draft)?;
    let mailed = Mailed { link: FlowToken::issue(), code: Code::issue() };
    flow.link_hash = Some(mailed.link.hash());
    flow.code_mac = Some(mac_of(app, &flow.id, mailed.code.digits()));
    Ok((flow, token, mailed))
}

/// The same with a code for a mail alone, which works where the mail was asked for, and nowhere else.
///
/// # Errors
/// As [`issue`].
pub fn issue_coded(
    app: &App,
    purpose: Purpose,
    holder: Holder<'_>,
    draft: Draft<'_>,
) -> Result<(NewFlow, FlowToken, Code)> {
    let (mut flow, token) = issue(app, purpose, holder, draft)?;
    let code = Code::issue();
    flow.code_mac = Some(mac_of(app, &flow.id, code.digits()));
    Ok((flow, token, code))
}

/// The same with a secret for a link alone, because no client has asked: nothing else opens the flow.
///
/// # Errors
/// As [`issue`].
pub fn issue_linked(app: &App, purpose: Purpose, draft: Draft<'_>) -> Result<(NewFlow, FlowToken)> {
    let (mut flow, _) = issue(app, purpose, Holder::Program, draft)?;
    let link = FlowToken::issue();
    flow.link_hash = Some(link.hash());
    Ok((flow, link))
}

impl NewFlow {
    /// Its public identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Inserts the row.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub async fn insert(&self, tx: &mut Tx<'_>) -> DbResult<()> {
        let row = NewFlowRow {
            id: &self.id,
            purpose: self.purpose.as_str(),
            secret_hash: self.secret_hash.as_str(),
            browser_hash: self.browser_hash.as_deref(),
            link_hash: self.link_hash.as_ref().map(SecretHash::as_str),
            code_mac: self.code_mac.as_deref(),
            user_id: self.user.as_ref().map(|(id, _)| id.as_str()),
            session_id: self.session.as_deref(),
            address: self.address.as_deref(),
            data_sealed: self.data_sealed.as_deref(),
            epoch: self
                .user
                .as_ref()
                .map(|(_, epoch)| *epoch)
                .filter(|_| self.purpose.ends_with_epoch()),
            hash_seen: self.hash_seen.as_deref(),
            created_at: self.now_s,
            expires_at: self.now_s + self.life,
        };
        flows::insert(tx, &row).await
    }
}
