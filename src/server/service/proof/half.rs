use futures::FutureExt;
use serde::{Deserialize, Serialize};

use super::{Authenticated, Method, Methods, Second};
use crate::{
    model::{ErrorCode, SessionKind, UserId},
    server::{
        App,
        error::{Error, Result},
        secure::totp::Seed,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            factors::{Enrolment, RightCode},
            flows::{self, Draft, Flow, FlowToken, Holder, Of, Purpose},
            passkeys::UsedPasskey,
            trusted::NewTrust,
        },
    },
};

/// A right first factor of an account that has a second one, or whose role demands one. It opens nothing but a pending sign-in.
#[derive(Clone)]
pub(in crate::server::service) struct FirstStep {
    who: Authenticated,
    /// Whether a role of the account demands a second factor.
    is_demanded: bool,
    /// Whether the sign-in sets up an authenticator app, because the account has none.
    is_enrolment: bool,
}

/// A pending sign-in: the first factor was verified, the second is missing.
///
/// It is a row of flows, bound to the browser that began it, and grants no access: it is not a
/// session, its secret is not a refresh token, and no access token is issued for it. It ends with
/// the account's epoch or password, with a newer one in the same browser, and after ten minutes.
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
    /// Whether the password is below the policy.
    is_weak: bool,
    /// The requested kind of session.
    session: Option<SessionKind>,
    /// The page after the sign-in.
    next: Option<String>,
    /// Whether a role of the account demands a second factor.
    #[serde(default)]
    is_demanded: bool,
    /// The seed of the app that the sign-in sets up, in base32; none where a code of one is asked for.
    #[serde(default)]
    seed: Option<String>,
}

impl HalfSignedIn {
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

    /// Whether a role of the account demands a second factor: then no trust in a browser takes its place.
    pub fn is_demanded(&self) -> bool {
        self.progress.is_demanded
    }

    /// Whether its first step was the code of a mail.
    pub fn is_by_mail(&self) -> bool {
        self.progress.amr == Method::Otp.as_str()
    }

    /// Whether the browser can be trusted with it: from then on a right password is enough there, so one must have been given.
    pub fn offers_trust(&self) -> bool {
        !self.is_demanded() && !self.is_by_mail()
    }

    /// Whether it sets up an authenticator app. Else it asks for a code of one.
    pub fn is_enrolment(&self) -> bool {
        self.progress.seed.is_some()
    }

    /// The seed of the app that it sets up.
    pub(in crate::server::service) fn seed(&self) -> Option<&str> {
        self.progress.seed.as_deref()
    }

    /// The flow, which the second step spends in the unit of work that opens the session.
    pub fn flow(&self) -> &Flow {
        &self.flow
    }

    /// The completed proof, with a right code of the second factor. Both are spent when the account is locked. With it a browser
    /// is trusted, if one is given; a recovery code trusts none.
    pub(in crate::server::service) fn complete(
        self,
        app: &App,
        code: RightCode,
        new_trust: Option<NewTrust>,
    ) -> Authenticated {
        let is_recovery = code.is_recovery();
        let new_trust = new_trust.filter(|_| !is_recovery && self.offers_trust());
        let second = |flow| Second::Code(code, Some(Box::new(flow)));
        Authenticated { new_trust, ..self.whole(app, is_recovery, second) }
    }

    /// The completed proof, with a right answer of a passkey. Both are spent when the account is locked.
    pub(in crate::server::service) fn complete_by_passkey(
        self,
        app: &App,
        used: Box<UsedPasskey>,
    ) -> Authenticated {
        let first: Vec<String> = self.progress.amr.split(' ').map(str::to_owned).collect();
        let methods = Methods::of_claim(&first).and_passkey(used.syncs());
        let second = |flow| Second::Passkey(used, Some(Box::new(flow)));
        Authenticated { methods, ..self.whole(app, true, second) }
    }

    /// The completed proof, with an app that is set up by it. It is stored with the session.
    pub(in crate::server::service) fn enrol(self, app: &App, new: Enrolment) -> Authenticated {
        self.whole(app, false, |flow| Second::Enrolment(Box::new(new), Box::new(flow)))
    }

    fn whole(
        self,
        app: &App,
        is_recovery: bool,
        second: impl FnOnce(Flow) -> Second,
    ) -> Authenticated {
        let first: Vec<String> = self.progress.amr.split(' ').map(str::to_owned).collect();
        Authenticated {
            methods: Methods::of_claim(&first).and_code(is_recovery),
            user: self.user,
            at: app.clock.now_s(),
            epoch: self.flow.epoch.unwrap_or_default(),
            hash_seen: self.flow.hash_seen.clone(),
            stronger: None,
            is_weak: self.progress.is_weak,
            new_trust: None,
            second: second(self.flow),
        }
    }
}

impl FirstStep {
    /// The first step to an account with a second factor.
    pub(super) fn of(who: Authenticated, is_demanded: bool) -> Self {
        Self { who, is_demanded, is_enrolment: false }
    }

    /// The first step to an account without one, whose role demands it.
    pub(in crate::server::service) fn to_enrol(who: Authenticated) -> Self {
        Self { who, is_demanded: true, is_enrolment: true }
    }

    /// Whether the sign-in sets up an authenticator app.
    pub(in crate::server::service) fn is_enrolment(&self) -> bool {
        self.is_enrolment
    }

    /// Whether the verified password is below the policy.
    pub(in crate::server::service) fn is_weak(&self) -> bool {
        self.who.is_weak
    }

    /// Id of the account.
    pub(in crate::server::service) fn user(&self) -> &UserId {
        &self.who.user
    }

    /// Begins a pending sign-in; an earlier one of the account in the same browser ends. Those of other browsers go on,
    /// because somebody who knows the password would end each of its owner's. Returns its secret, or none if the proof is
    /// no longer valid.
    ///
    /// # Errors
    /// Fails if the seal or the database fails.
    pub(in crate::server::service) async fn begin(
        self,
        app: &App,
        session: Option<SessionKind>,
        next: Option<String>,
        holder: Holder<'_>,
        client_info: &ClientInfo,
    ) -> Result<Option<FlowToken>> {
        let record = Record::new(app, client_info);
        begin(app, self, (session, next), holder, record).await
    }
}

async fn begin(
    app: &App,
    first: FirstStep,
    (session, next): (Option<SessionKind>, Option<String>),
    holder: Holder<'_>,
    record: Record,
) -> Result<Option<FlowToken>> {
    let FirstStep { who, is_demanded, is_enrolment } = first;
    let (amr, is_weak) = (who.methods().to_string(), who.is_weak());
    let seed = is_enrolment.then(|| Seed::issue().text());
    let record = record.about_some("enrolment", is_enrolment.then_some(true));
    let progress = Progress { amr, is_weak, session, next, is_demanded, seed };
    let data =
        serde_json::to_value(progress).map_err(|error| Error::Internal(error.to_string()))?;
    let draft = Draft {
        user: Some((who.user(), who.epoch)),
        hash_seen: who.hash_after(),
        data,
        ..Draft::default()
    };
    let (flow, token) = flows::issue(app, Purpose::SignIn, holder, draft)?;
    let browser = holder.hash(Purpose::SignIn);
    let now_s = app.clock.now_s();
    let begun = app.db.write(move |tx| {
        async move {
            // A flow of an epoch that has ended would be over from its beginning.
            if who.lock_row(tx).await?.is_none_or(|user| user.epoch != who.epoch) {
                return Ok(false);
            }
            if let Second::Carried(flow, now_s, _) = &who.second
                && !flows::spend(tx, flow, *now_s).await?
            {
                return Err(ErrorCode::FlowOver.into());
            }
            if let Some(browser) = &browser {
                let of = Of::UserIn(who.user.as_str(), browser);
                flows::supersede(tx, Purpose::SignIn, of, now_s).await?;
            }
            flow.insert(tx).await?;
            let (event, user) = ((Kind::LoginBegin, Outcome::Success), who.user.as_str());
            record.write(tx, event, Actor::Unknown, Some(user)).await?;
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
