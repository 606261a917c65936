use data_encoding::BASE32_NOPAD;
use futures::FutureExt;
use serde_json::Value;

use super::{
    SEED,
    change::{Changed, NewApp},
    codes::{self, count, hashes, locked, shown_codes},
};
use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{Tx, users},
        error::{Error, Result},
        secure::{
            recovery_code::RecoveryCode,
            totp::{self, Seed},
        },
        service::{
            ClientInfo,
            audit::Record,
            feed,
            flows::{self, Asker, Draft, Flow, NewFlow, Of, Purpose},
            limits::{self, Limit},
            mail::Post,
            outcome,
            principal::Principal,
            proof::Authenticated,
            session::{Ended, NewIdentity, Renewal, Renewed},
        },
    },
};

/// An authenticator app that is being set up.
pub struct Setup {
    /// The seed as people type it: base32.
    pub secret: String,
    /// The address that the app reads from a QR code (Key URI Format).
    pub uri: String,
    /// End of the set-up, in Unix seconds.
    pub expires_at: i64,
}

impl Setup {
    fn new(app: &App, seed: &Seed, username: &str, expires_at: i64) -> Self {
        let uri = seed.uri(&app.brand.shown.name, username);
        Self { secret: seed.text(), uri, expires_at }
    }

    /// The set-up of an account, which is not stored before a code was right.
    pub(super) fn of_seed(app: &App, seed: &Seed, username: &str, expires_at: i64) -> Self {
        Self::new(app, seed, username, expires_at)
    }

    /// The set-up of an open flow.
    pub(super) fn of(app: &App, flow: &Flow, username: &str) -> Result<Self> {
        Ok(Self::new(app, &seed_of(flow)?, username, flow.expires_at))
    }
}

/// The seed that a flow carries.
fn seed_of(flow: &Flow) -> Result<Seed> {
    let text: String = flow.data()?;
    parsed(&text)
}

/// The seed of a text in the sealed data of a flow.
pub(super) fn parsed(text: &str) -> Result<Seed> {
    let bytes = BASE32_NOPAD.decode(text.as_bytes()).ok();
    let seed = bytes.and_then(|bytes| Seed::of_bytes(&bytes));
    seed.ok_or_else(|| Error::Internal("the seed of a flow".into()))
}

/// Begins to set up an authenticator app for the principal's account, in the session of the request alone. An app that is there
/// stays until the new one is confirmed.
///
/// # Errors
/// `reauthentication_required`, `too_many_requests`.
pub async fn begin(app: &App, principal: &Principal, client_info: &ClientInfo) -> Result<Setup> {
    count(app, principal, client_info).await?;
    principal.require_fresh(app)?;
    let (user, session) = (principal.user(), principal.session());
    let account = users::by_id(&app.db, user.as_str()).await?.ok_or(ErrorCode::NotFound)?;
    let seed = Seed::issue();
    let draft = Draft {
        user: Some((user, principal.claims().epoch)),
        session: Some(session),
        data: Value::String(seed.text()),
        ..Draft::default()
    };
    let (flow, _) = flows::issue(app, Purpose::Totp, flows::Holder::Program, draft)?;
    let (now_s, of) = (app.clock.now_s(), session.to_string());
    let begun = app.db.write(move |tx| {
        async move {
            flows::supersede(tx, Purpose::Totp, Of::Session(&of), now_s).await?;
            flow.insert(tx).await
        }
        .boxed()
    });
    begun.await?;
    Ok(Setup::new(app, &seed, &account.username, now_s + Purpose::Totp.life()))
}

/// A change of the second factor that ended the other sessions of its account.
pub struct Confirmed {
    /// The recovery codes, shown once.
    pub codes: Vec<String>,
    /// The session's new identity.
    pub renewed: Renewed,
}

/// Stores the app that the session of the request is setting up, if a code of it is right, with new recovery codes.
///
/// It replaces one that is there. All other sessions end, and so do known devices and sign-ins that are under way: they did
/// without the factor.
///
/// # Errors
/// `flow_over` if nothing is being set up; `invalid_code`; `too_many_requests`.
pub async fn confirm(
    app: &App,
    principal: &Principal,
    typed: &str,
    asker: Asker,
    client_info: &ClientInfo,
) -> Result<Confirmed> {
    count(app, principal, client_info).await?;
    let (user, session) = (principal.user(), principal.session());
    let flow = flows::of_session(app, Purpose::Totp, user, session).await?;
    let flow = flow.ok_or(ErrorCode::FlowOver)?;
    let tries = limits::take(app, &[Limit::FactorFlow(flow.id())]).await?;
    let (seed, now_s) = (seed_of(&flow)?, app.clock.now_s());
    let step = totp::typed(typed).and_then(|digits| seed.step_of(&digits, 0, now_s));
    let Some(step) = step else {
        outcome::refused("authenticator app", client_info, ErrorCode::InvalidCode);
        return Err(ErrorCode::InvalidCode.into());
    };
    tries.give_back(app).await;
    let codes = codes::issue();
    let seed_sealed = app.secret.seal(SEED, user.as_str(), seed.bytes())?;
    let change = Change {
        set: Some((NewApp { seed_sealed, step, hashes: hashes(&codes, user) }, flow)),
        ..Change::new(app, principal, client_info)
    };
    let shown = (asker == Asker::Page).then_some(&*codes);
    let renewed = change.carry_out(app, principal, client_info, shown).await?;
    Ok(Confirmed { codes: codes.iter().map(RecoveryCode::shown).collect(), renewed })
}

/// Removes the authenticator app of the principal's account, and its recovery codes. All other sessions end.
///
/// # Errors
/// `reauthentication_required`, `too_many_requests`; `not_found` without an app; `last_way_in` where a role demands it.
pub async fn remove(app: &App, principal: &Principal, client_info: &ClientInfo) -> Result<Renewed> {
    count(app, principal, client_info).await?;
    principal.require_fresh(app)?;
    Change::new(app, principal, client_info).carry_out(app, principal, client_info, None).await
}

/// The inputs of the unit of work that sets or removes an app.
struct Change {
    id: UserId,
    session: String,
    epoch: i64,
    app: App,
    /// The new app, with the flow that ends by it; none removes the one that is there.
    set: Option<(NewApp, Flow)>,
    proof: Authenticated,
    now_s: i64,
    record: Record,
    ended: Ended,
    post: Post,
}

impl Change {
    fn new(app: &App, principal: &Principal, client_info: &ClientInfo) -> Self {
        Self {
            id: principal.user().clone(),
            session: principal.session().to_string(),
            epoch: principal.claims().epoch,
            app: app.clone(),
            set: None,
            proof: Authenticated::by_enrolment(principal),
            now_s: app.clock.now_s(),
            record: Record::new(app, client_info),
            ended: Ended::new(app),
            post: Post::of_client(app, client_info),
        }
    }

    async fn carry_out(
        self,
        app: &App,
        principal: &Principal,
        client_info: &ClientInfo,
        codes: Option<&[RecoveryCode]>,
    ) -> Result<Renewed> {
        let renewal = Renewal::new(app, principal, client_info)?;
        // The codes are shown to the new identity, in the new epoch.
        let shown =
            codes.map(|codes| shown_codes(app, (&self.id, self.epoch + 1), renewal.id(), codes));
        let (shown, now_s) = (shown.transpose()?, self.now_s);
        let written = app.db.write(move |tx| {
            async move {
                let (new, epoch) = self.write(tx, &renewal, shown).await?;
                Ok::<_, Error>((renewal, new, epoch))
            }
            .boxed()
        });
        let (renewal, new, epoch) = written.await?;
        app.tokens.revoked.add(&epoch, now_s);
        app.profiles.forget(principal.user().as_str());
        renewal.finish(new)
    }

    async fn write(
        self,
        tx: &mut Tx<'_>,
        renewal: &Renewal,
        shown: Option<NewFlow>,
    ) -> Result<(NewIdentity, feed::Change)> {
        let Self { id, session, epoch, app, set, proof, now_s, record, mut ended, post } = self;
        let mut user = locked(tx, id.as_str(), epoch).await?;
        // The flow is of the epoch that ends.
        if let Some((_, flow)) = &set
            && !flows::spend(tx, flow, now_s).await?
        {
            return Err(ErrorCode::FlowOver.into());
        }
        let new = set.as_ref().map(|(new, _)| new);
        let changed = Changed { new, session: Some(&session), now_s, record: &record, post: &post };
        let epoch = changed.write(&app, tx, &mut user, &mut ended).await?;
        if let Some(flow) = shown {
            flow.insert(tx).await?;
        }
        let proof = set.is_some().then_some(&proof);
        let new = renewal.write(tx, &user, proof, &record, ended).await?;
        Ok((new, epoch))
    }
}
