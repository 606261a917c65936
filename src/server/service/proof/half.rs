use futures::FutureExt;
use serde::{Deserialize, Serialize};

use super::Authenticated;
use crate::{
    model::{SessionKind, UserId},
    server::{
        App,
        error::{Error, Result},
        service::flows::{self, Draft, Flow, FlowToken, Holder, Of, Purpose},
    },
};

/// A pending sign-in: the first factor was verified, the second is missing.
///
/// It is a row of flows, bound to the browser that began it, and grants no access: it is not a
/// session, its secret is not a refresh token, and no access token is issued for it. It ends with
/// the account's epoch or password, with a newer one, and after ten minutes.
pub struct HalfSignedIn {
    user: UserId,
    progress: Progress,
    flow: Flow,
}

/// The progress of a sign-in, and its continuation.
#[derive(Serialize, Deserialize)]
struct Progress {
    /// Authentication methods of the first step (RFC 8176), separated by spaces.
    amr: String,
    /// Time of the first step, in Unix seconds.
    at: i64,
    /// Whether the password is below the policy.
    is_weak: bool,
    /// The requested kind of session.
    session: Option<SessionKind>,
    /// The page after the sign-in.
    next: Option<String>,
}

impl HalfSignedIn {
    /// Id of the account.
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// Authentication methods of the first step (RFC 8176), separated by spaces.
    pub fn amr(&self) -> &str {
        &self.progress.amr
    }

    /// Time of the first step, in Unix seconds.
    pub fn at(&self) -> i64 {
        self.progress.at
    }

    /// Whether the password is below the policy: the second step opens no session then.
    pub fn is_weak(&self) -> bool {
        self.progress.is_weak
    }

    /// The requested kind of session.
    pub fn session(&self) -> Option<SessionKind> {
        self.progress.session
    }

    /// The page after the sign-in.
    pub fn next(&self) -> Option<&str> {
        self.progress.next.as_deref()
    }

    /// The flow, which the second step spends in the unit of work that opens the session.
    pub fn flow(&self) -> &Flow {
        &self.flow
    }
}

/// Begins a pending sign-in with a first proof; earlier ones of the account end. Returns its
/// secret, or none if the proof is no longer valid.
///
/// # Errors
/// Fails if the seal or the database fails.
pub(in crate::server::service) async fn begin(
    app: &App,
    who: Authenticated,
    session: Option<SessionKind>,
    next: Option<String>,
    holder: Holder<'_>,
) -> Result<Option<FlowToken>> {
    let (amr, at, is_weak) = (who.methods().to_string(), who.at(), who.is_weak());
    let progress = Progress { amr, at, is_weak, session, next };
    let data =
        serde_json::to_value(progress).map_err(|error| Error::Internal(error.to_string()))?;
    let draft = Draft {
        user: Some((who.user(), who.epoch)),
        hash_seen: who.hash_seen.as_deref(),
        data,
        ..Draft::default()
    };
    let (flow, token) = flows::issue(app, Purpose::SignIn, holder, draft)?;
    let now_s = app.clock.now_s();
    let begun = app.db.write(move |tx| {
        async move {
            if who.lock_account(tx).await?.is_none() {
                return Ok(false);
            }
            flows::supersede(tx, Purpose::SignIn, Of::User(who.user().as_str()), now_s).await?;
            flow.insert(tx).await?;
            Ok::<_, Error>(true)
        }
        .boxed()
    });
    Ok(begun.await?.then_some(token))
}

/// The pending sign-in of a secret, in the browser that began it; none if it is over.
///
/// # Errors
/// Fails if the database fails, or the sealed data does not open.
pub async fn resume(
    app: &App,
    holder: Holder<'_>,
    token: &FlowToken,
) -> Result<Option<HalfSignedIn>> {
    let Some(flow) = flows::peek(app, Purpose::SignIn, holder, token).await? else {
        return Ok(None);
    };
    let Some(user) = flow.user.clone() else {
        return Ok(None);
    };
    Ok(Some(HalfSignedIn { user, progress: flow.data()?, flow }))
}
