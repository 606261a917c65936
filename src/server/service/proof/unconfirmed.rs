use futures::FutureExt;
use serde::{Deserialize, Serialize};

use super::{Authenticated, Methods, Second};
use crate::{
    model::{SessionKind, UserId},
    server::{
        App,
        config::Config,
        db::users::UserRow,
        error::{Error, Result},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            factors::CodeKind,
            flows::{self, Draft, Flow, FlowToken, Holder, Of, Purpose},
            trusted::{NewTrust, ShownTrust},
        },
    },
};

/// A right sign-in that waits until the address of its account is confirmed. It opens nothing else.
///
/// It is a row of flows, bound to the browser that began it. It ends with the account's epoch or password, with a newer one in
/// the same browser, and after an hour.
pub struct Unconfirmed {
    user: UserId,
    progress: Progress,
    flow: Flow,
}

/// The proof, and what comes after it.
#[derive(Serialize, Deserialize)]
struct Progress {
    /// Authentication methods (RFC 8176), separated by spaces.
    amr: String,
    /// Time of the proof, in Unix seconds.
    at: i64,
    /// The kind of the code that was given as the second factor.
    factor: Option<CodeKind>,
    /// Whether the browser is to be trusted.
    trusts: bool,
    /// The requested kind of session.
    session: Option<SessionKind>,
    /// The page after the sign-in.
    next: Option<String>,
}

/// Whether an account opens nothing before its address is confirmed. One with a role of an operator's does: operators know
/// it, and must come in to repair the mails.
pub(in crate::server::service) fn is_unconfirmed(config: &Config, user: &UserRow) -> bool {
    config.demands_address && user.email_verified_at.is_none() && user.roles.is_none()
}

impl Unconfirmed {
    /// Id of the account.
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// The requested kind of session.
    pub fn session(&self) -> Option<SessionKind> {
        self.progress.session
    }

    /// The page after the sign-in.
    pub fn next(&self) -> Option<&str> {
        self.progress.next.as_deref()
    }

    /// The proof, which spends the flow when the account is locked, in the browser of a request.
    ///
    /// # Errors
    /// As [`NewTrust::new`].
    pub(in crate::server::service) fn complete(
        self,
        app: &App,
        client_info: &ClientInfo,
    ) -> Result<Authenticated> {
        let new_trust = match self.progress.trusts {
            true => NewTrust::new(app, client_info)?,
            false => None,
        };
        let methods: Vec<String> = self.progress.amr.split(' ').map(str::to_owned).collect();
        Ok(Authenticated {
            methods: Methods::of_claim(&methods),
            user: self.user,
            at: self.progress.at,
            epoch: self.flow.epoch.unwrap_or_default(),
            hash_seen: self.flow.hash_seen.clone(),
            stronger: None,
            is_weak: false,
            new_trust,
            second: Second::Carried(Box::new(self.flow), app.clock.now_s(), self.progress.factor),
        })
    }
}

/// Answers a right sign-in to an account whose address must be confirmed first: no session, but the secret of a flow with which
/// the sign-in goes on, in the error. The proof is spent. An earlier flow of the account in the same browser ends. Returns none
/// if the proof is no longer valid, or the address is confirmed by now.
///
/// # Errors
/// [`Error::Unconfirmed`] with the secret; as [`Authenticated::lock_account`]; an error of the seal.
pub(in crate::server::service) async fn wait<T>(
    app: &App,
    who: Authenticated,
    (session, next): (Option<SessionKind>, Option<String>),
    holder: Holder<'_>,
    client_info: &ClientInfo,
) -> Result<Option<T>> {
    let progress = Progress {
        amr: who.methods().to_string(),
        at: who.at(),
        factor: who.factor(),
        trusts: who.new_trust().is_some(),
        session,
        next,
    };
    let record = Record::new(app, client_info)
        .about_some("factor", who.factor().map(CodeKind::name))
        .about_some("trusted_device", who.trust().map(ShownTrust::id));
    let data =
        serde_json::to_value(progress).map_err(|error| Error::Internal(error.to_string()))?;
    let draft = Draft {
        user: Some((who.user(), who.epoch())),
        hash_seen: who.hash_after(),
        data,
        ..Draft::default()
    };
    let (flow, token) = flows::issue(app, Purpose::Confirm, holder, draft)?;
    let browser = holder.hash(Purpose::Confirm);
    let (in_unit, now_s) = (app.clone(), app.clock.now_s());
    let begun = app.db.write(move |tx| {
        async move {
            let user = who.lock_account(tx).await?;
            let Some(user) = user.filter(|user| is_unconfirmed(&in_unit.config, user)) else {
                return Ok(false);
            };
            let id = user.id.as_str();
            if let Some(browser) = &browser {
                flows::supersede(tx, Purpose::Confirm, Of::UserIn(id, browser), now_s).await?;
            }
            flow.insert(tx).await?;
            let event = (Kind::Login, Outcome::AddressUnverified);
            record.write(tx, event, Actor::Unknown, Some(id)).await?;
            Ok::<_, Error>(true)
        }
        .boxed()
    });
    match begun.await? {
        true => Err(Error::Unconfirmed(token)),
        false => Ok(None),
    }
}

/// The sign-in of a secret that waits for its address, in the browser that began it; none if it is over.
///
/// # Errors
/// Fails if the database fails, or the sealed data does not open.
pub async fn waiting(
    app: &App,
    holder: Holder<'_>,
    token: &FlowToken,
) -> Result<Option<Unconfirmed>> {
    let Some(flow) = flows::peek(app, Purpose::Confirm, holder, token).await? else {
        return Ok(None);
    };
    let Some(user) = flow.user.clone() else {
        return Ok(None);
    };
    Ok(Some(Unconfirmed { user, progress: flow.data()?, flow }))
}
