use futures::FutureExt;

use super::{
    device::is_same,
    ended::{By, Ended, Ending},
    mint::{Issued, IssuedSession, TokenGrant, answer, kind_name, mint},
};
use crate::{
    model::{ErrorCode, SessionId, SessionKind},
    server::{
        App,
        db::{
            DbResult, Tx,
            session_clients::{self, ClientRow},
            sessions::{self, NewSession},
            users::UserRow,
        },
        error::{Error, Result},
        secure::{known_device::KnownDevice, session_token::SessionToken},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            factors::{CodeKind, Enrolment},
            flows::NewFlow,
            limits::Source,
            mail::{MailKind, Post},
            passkeys::UsedPasskey,
            proof::{self, Authenticated},
            roles,
            trusted::{IssuedTrust, ShownTrust},
        },
    },
};

/// Maximum number of an account's sessions with a refresh token, and of those without; one more
/// ends the oldest of its kind, so that a script with many sign-ins ends no browser's session.
const OPEN_MAX: usize = 100;

/// Number of sessions with which a program is compared.
const CLIENTS: i64 = 100;

/// Opens a session after a proof.
///
/// A session in a cookie supersedes the session of the presented cookie (S116). Returns none,
/// without a session, if the proof is no longer valid.
///
/// # Errors
/// `account_leaving`, `address_unverified`; as [`Authenticated::lock_account`]; fails if the database or the signing key fails.
pub(in crate::server::service) async fn open(
    app: &App,
    who: Authenticated,
    kind: Option<SessionKind>,
    client_info: &ClientInfo,
) -> Result<Option<IssuedSession>> {
    let (prepared, ended) = (PreparedSession::new(app, who, kind, client_info)?, Ended::new(app));
    let (record, post) = (Record::new(app, client_info), Post::of_client(app, client_info));
    let owned = app.clone();
    let opened = app
        .db
        .write(move |tx| {
            async move {
                let app = owned;
                let Some(mut user) = prepared.who.lock_account(tx).await? else {
                    return Ok(None);
                };
                if user.erase_after.is_some() {
                    return Err(ErrorCode::AccountLeaving.into());
                }
                if proof::is_unconfirmed(&app.config, &user) {
                    return Err(ErrorCode::AddressUnverified.into());
                }
                // A role that demands a second factor may have come since the proof.
                let demands = roles::demand_factor(&app.config, user.roles.as_deref());
                if demands && prepared.who.is_single() {
                    return Ok(None);
                }
                let mut ended = prepared.make_room(tx, &user, &record, ended).await?;
                // Before an enrolment begins an epoch, to which no known device belongs.
                let is_told = post.reaches(&user) && user.sign_in_quiet_at.is_none();
                let is_new = is_told && prepared.is_new_device(tx, &user).await?;
                let mut epoch = None;
                if let Some(new) = prepared.who.enrolment() {
                    let about = (&record, &post);
                    epoch = Some(new.write(&app, tx, &mut user, &mut ended, about).await?);
                }
                prepared.insert(tx, &user).await?;
                if let Some(shown) = &prepared.shown {
                    shown.insert(tx).await?;
                }
                let (event, me) = ((Kind::Login, Outcome::Success), user.id.as_str());
                let factor = prepared.who.factor();
                let trust = prepared.who.trust();
                let event_record = record
                    .clone()
                    .about_some("by_mail", prepared.who.is_by_mail().then_some(true))
                    .about_some("factor", factor.map(CodeKind::name))
                    .about_some("passkey", prepared.who.passkey().map(UsedPasskey::id))
                    .about_some("trusted_device", trust.map(ShownTrust::id));
                event_record.write(tx, event, Actor::Person(me), Some(me)).await?;
                if let Some(used) = prepared.who.passkey() {
                    used.note(tx, (&record, &post), prepared.now_s).await?;
                }
                if factor == Some(CodeKind::Recovery) {
                    post.notify(tx, me, MailKind::CodeUsed).await?;
                }
                let trust = match (trust, prepared.who.new_trust()) {
                    (Some(shown), _) => shown.renew(tx).await?,
                    (None, Some(new)) => {
                        new.write(tx, &user, &record, &post).await?;
                        Some(new.issued())
                    }
                    (None, None) => None,
                };
                if is_new {
                    post.notify(tx, me, MailKind::SignIn).await?;
                }
                Ok::<_, Error>(Some((prepared, user, ended, trust, epoch)))
            }
            .boxed()
        })
        .await?;
    let Some((prepared, user, ended, trust, epoch)) = opened else {
        return Ok(None);
    };
    if let Some(epoch) = epoch {
        app.tokens.revoked.add(&epoch, prepared.now_s);
        app.profiles.forget(user.id.as_str());
    }
    ended.make_known();
    prepared.finish(app, user, trust).map(Some)
}

/// A session before its insertion: ids and tokens are made outside of the unit of work.
struct PreparedSession {
    who: Authenticated,
    id: SessionId,
    kind: Option<SessionKind>,
    token: Option<SessionToken>,
    now_s: i64,
    idle_expires_at: i64,
    expires_at: i64,
    client_info: ClientInfo,
    /// The flow that shows new recovery codes in the session.
    shown: Option<NewFlow>,
}

impl PreparedSession {
    fn new(
        app: &App,
        who: Authenticated,
        kind: Option<SessionKind>,
        client_info: &ClientInfo,
    ) -> Result<Self> {
        let id: SessionId = app.clock.new_id().parse()?;
        let now_s = app.clock.now_s();
        let (token, idle, absolute) = match kind {
            // A session without a refresh token ends with its access token.
            None => (None, app.config.access_token_ttl, app.config.access_token_ttl),
            Some(_) => {
                let token = SessionToken::issue(&app.tokens.session_mac, &id, 0)
                    .ok_or_else(|| Error::Internal("session id is not a UUID".into()))?;
                (Some(token), app.config.session_idle_ttl, app.config.session_ttl)
            }
        };
        let enrolment = who.enrolment();
        let shown = enrolment.map(|new| new.shown(app, &id)).transpose()?.flatten();
        Ok(Self {
            shown,
            who,
            id,
            kind,
            token,
            now_s,
            idle_expires_at: now_s + idle.min(absolute),
            expires_at: now_s + absolute,
            client_info: client_info.clone(),
        })
    }

    /// Ends the superseded session, and the oldest of too many.
    async fn make_room(
        &self,
        tx: &mut Tx<'_>,
        user: &UserRow,
        record: &Record,
        mut ended: Ended,
    ) -> Result<Ended> {
        let before =
            self.client_info.session.as_ref().filter(|_| self.kind == Some(SessionKind::Cookie));
        if let Some(before) = before {
            // The old session may be another user's, who shares the browser.
            ended.end(tx, before.as_str(), Ending::Superseded, By::Nobody, record).await?;
        }
        let has_token = self.token.is_some();
        let open = sessions::open_ids(tx, user.id.as_str(), has_token, self.now_s).await?;
        for oldest in open.iter().skip(OPEN_MAX - 1) {
            ended.end(tx, oldest, Ending::TooMany, By::Rule, record).await?;
        }
        Ok(ended)
    }

    /// Whether the account was not signed in to with this browser or program before.
    ///
    /// A browser is known by its cookie. A program has none: it is known if another session of the account had the same kind
    /// of program and the same network.
    async fn is_new_device(&self, tx: &mut Tx<'_>, user: &UserRow) -> DbResult<bool> {
        if self.kind == Some(SessionKind::Cookie) {
            return Ok(known(user, self.client_info.device.clone()).is_none());
        }
        let network = self.client_info.source().around();
        let others =
            session_clients::newest(tx, user.id.as_str(), self.id.as_str(), CLIENTS).await?;
        let is_this = |(ip, agent): &ClientRow| {
            Source::of(ip.as_deref()).around() == network
                && is_same(agent.as_deref(), self.client_info.user_agent.as_deref())
        };
        Ok(!others.iter().any(is_this))
    }

    async fn insert(&self, tx: &mut Tx<'_>, user: &UserRow) -> DbResult<()> {
        let hash = self.token.as_ref().map(SessionToken::hash);
        let row = NewSession {
            id: self.id.as_str(),
            user_id: user.id.as_str(),
            kind: kind_name(self.kind),
            current_hash: hash.as_deref(),
            epoch: user.epoch,
            auth_time: self.who.at(),
            created_at: self.now_s,
            now_s: self.now_s,
            idle_expires_at: self.idle_expires_at,
            expires_at: self.expires_at,
            client_ip: self.client_info.client_ip.as_deref(),
            user_agent: self.client_info.user_agent.as_deref(),
            amr: &self.who.methods().to_string(),
            acr: self.who.methods().acr().as_str(),
            client_id: super::CLIENT,
            scope: None,
            grant: None,
        };
        sessions::insert(tx, &row).await
    }

    /// The answer, after the commit.
    fn finish(self, app: &App, user: UserRow, trust: Option<IssuedTrust>) -> Result<IssuedSession> {
        let grant = TokenGrant {
            session: &self.id,
            generation: 0,
            auth_time: self.who.at(),
            amr: &self.who.methods().to_string(),
            acr: self.who.methods().acr().as_str(),
            client_id: super::CLIENT,
            scope: None,
            ends_at: self.expires_at,
        };
        let is_browser = self.kind == Some(SessionKind::Cookie);
        let device = is_browser.then(|| device(app, &user, self.client_info.device)).flatten();
        let minted = mint(app, &user, &grant)?;
        let recovery_codes = self.who.enrolment().map(Enrolment::codes).unwrap_or_default();
        Ok(IssuedSession {
            recovery_codes,
            signed_in: answer(user, minted),
            issued: Issued {
                refresh: self.kind.zip(self.token),
                max_age: self.expires_at - self.now_s,
                device,
                trust,
            },
        })
    }
}

/// The known device of a browser after a sign-in, for another year: the presented one if it is
/// still valid, or a new one.
pub(super) fn device(app: &App, user: &UserRow, shown: Option<KnownDevice>) -> Option<KnownDevice> {
    let (owner, known) = ((user.id.as_str(), user.epoch), known(user, shown));
    KnownDevice::issue(&app.limits.device_mac, owner, known.as_ref(), app.clock.now_s())
}

/// The presented device, if it is one of the account in its current epoch.
fn known(user: &UserRow, shown: Option<KnownDevice>) -> Option<KnownDevice> {
    let owner = (user.id.as_str(), user.epoch);
    shown.filter(|device| (device.user_id.as_str(), device.epoch) == owner)
}
