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
/// It is a row of flows, bound to the browser that began it, and opens nothing: it is no session, its secret is no
/// refresh token, and no access token is made of it. It dies with the account's epoch or password, with
/// a newer one, and after ten minutes.
pub struct HalfSignedIn {
    user: UserId,
    progress: Progress,
    flow: Flow,
}

/// How far a sign-in has come, and what is to happen after it.
#[derive(Serialize, Deserialize)]
struct Progress {
    /// How the first step was proven: values of RFC 8176, separated by spaces.
    amr: String,
    /// When it was, Unix seconds.
    at: i64,
    /// Whether the password is below the policy.
    is_weak: bool,
    /// The kind of session that was asked for.
    session: Option<SessionKind>,
    /// The page to go to afterwards.
    next: Option<String>,
}

impl HalfSignedIn {
    /// The person.
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// How the first step was proven: values of RFC 8176, separated by spaces.
    pub fn amr(&self) -> &str {
        &self.progress.amr
    }

    /// When the first step was, Unix seconds.
    pub fn at(&self) -> i64 {
        self.progress.at
    }

    /// Whether the password is below the policy: the second step opens nothing then.
    pub fn is_weak(&self) -> bool {
        self.progress.is_weak
    }

    /// The kind of session that was asked for.
    pub fn session(&self) -> Option<SessionKind> {
        self.progress.session
    }

    /// The page to go to afterwards.
    pub fn next(&self) -> Option<&str> {
        self.progress.next.as_deref()
    }

    /// The flow, which the second step spends in the unit of work that opens the session.
    pub fn flow(&self) -> &Flow {
        &self.flow
    }
}

/// Begins with a proof that is not enough; earlier ones of the person end. Answers the secret to come back with, or
/// nothing if the proof does not hold any more.
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
    let now = app.clock.now();
    let begun = app.db.write(move |tx| {
        async move {
            if who.hold(tx).await?.is_none() {
                return Ok(false);
            }
            flows::supersede(tx, Purpose::SignIn, Of::User(who.user().as_str()), now).await?;
            flow.insert(tx).await?;
            Ok::<_, Error>(true)
        }
        .boxed()
    });
    Ok(begun.await?.then_some(token))
}

/// The half-signed-in state of a secret, where it was begun; nothing if it is over.
///
/// # Errors
/// The database; what was sealed does not open.
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
