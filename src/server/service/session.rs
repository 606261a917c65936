//! Sessions: opened by a sign-in, carried by a refresh token, ended by a sign-out.

use futures::FutureExt;

use super::{Visitor, audit::Record, revocation, roles};
use crate::{
    model::{ErrorCode, SessionId, SessionKind, SignedIn},
    server::{
        App,
        db::{
            DbResult, Tx,
            revocations::Revocation,
            sessions::{self, NewSession, Rotation},
            users::{self, UserRow},
        },
        error::{Error, Result},
        secure::{
            jwt::{self, Claims},
            session_token::SessionToken,
        },
        service::profile,
    },
};

/// A session just opened or refreshed: what the client is to be told.
pub struct Opened {
    /// The body of the answer; without the refresh token.
    pub signed_in: SignedIn,
    /// The refresh token and the way it goes out.
    pub refresh: Option<(SessionKind, SessionToken)>,
    /// Seconds that the refresh token lives at most.
    pub max_age: i64,
}

/// A session about to be opened: ids and tokens are made before the unit of work.
pub(super) struct Opening {
    id: SessionId,
    kind: Option<SessionKind>,
    token: Option<SessionToken>,
    now: i64,
    idle_expires_at: i64,
    expires_at: i64,
    visitor: Visitor,
}

impl Opening {
    pub(super) fn new(app: &App, kind: Option<SessionKind>, visitor: &Visitor) -> Result<Self> {
        let id = SessionId::new(app.clock.new_id());
        let now = app.clock.now();
        let (token, idle, absolute) = match kind {
            // A session without a refresh token ends with its access token.
            None => (None, app.config.access_token_ttl, app.config.access_token_ttl),
            Some(_) => {
                let token = SessionToken::issue(&app.session_mac, &id, 0)
                    .ok_or_else(|| Error::Internal("session id is not a UUID".into()))?;
                (Some(token), app.config.session_idle_ttl, app.config.session_ttl)
            }
        };
        Ok(Self {
            id,
            kind,
            token,
            now,
            idle_expires_at: now + idle.min(absolute),
            expires_at: now + absolute,
            visitor: visitor.clone(),
        })
    }

    /// Writes the row.
    pub(super) async fn insert(&self, tx: &mut Tx<'_>, user: &UserRow) -> DbResult<()> {
        let hash = self.token.as_ref().map(SessionToken::hash);
        let row = NewSession {
            id: self.id.as_str(),
            user_id: &user.id,
            kind: kind_name(self.kind),
            current_hash: hash.as_deref(),
            epoch: user.epoch,
            now: self.now,
            idle_expires_at: self.idle_expires_at,
            expires_at: self.expires_at,
            client_ip: self.visitor.client_ip.as_deref(),
            user_agent: self.visitor.user_agent.as_deref(),
        };
        sessions::insert(tx, &row).await
    }

    /// After the commit: the answer.
    pub(super) fn finish(self, app: &App, user: UserRow) -> Result<Opened> {
        let access_token = mint(app, &user, &self.id, 0, self.now)?;
        Ok(Opened {
            signed_in: answer(app, user, access_token),
            refresh: self.kind.zip(self.token),
            max_age: self.expires_at - self.now,
        })
    }
}

/// How long after a rotation its predecessor still counts, in milliseconds: it gets the same successor
/// again, so that a lost answer or two tabs at once sign nobody out. Pages accept it as long.
pub(super) const REPLAY_WINDOW_MS: i64 = 10_000;

/// Exchanges a refresh token for a new one and a new access token (RFC 6749 section 6).
///
/// # Errors
/// `invalid_grant` for anything but a counting token of a live session of an enabled account.
pub async fn refresh(app: &App, presented: &str, visitor: &Visitor) -> Result<Opened> {
    let presented =
        SessionToken::parse(&app.session_mac, presented).ok_or(ErrorCode::InvalidGrant)?;
    let next = SessionToken::issue(&app.session_mac, &presented.session, presented.generation + 1)
        .ok_or(ErrorCode::InvalidGrant)?;
    let sealed = app.secret.seal(SUCCESSOR, presented.expose(), next.expose().as_bytes())?;
    let (hash, next_hash) = (presented.hash(), next.hash());
    let (now_ms, idle) = (app.clock.now_ms(), app.config.session_idle_ttl);
    let now = now_ms / 1000;
    let record = Record::new(app, visitor);
    let id = presented.session.to_string();
    let (rotated, session, user) = app
        .db
        .write(move |tx| {
            async move {
                let session = sessions::by_id_in(tx, &id).await?.ok_or(ErrorCode::InvalidGrant)?;
                let rotation = Rotation {
                    id: &id,
                    current_hash: &hash,
                    next_hash: &next_hash,
                    successor_sealed: &sealed,
                    now_ms,
                    idle_expires_at: session.expires_at.min(now + idle),
                };
                let live = session.expires_at > now && session.idle_expires_at > now;
                let rotated = live && sessions::rotate(tx, &rotation).await?;
                // Read again: by now the row is ours, or another's rotation is committed.
                let session = sessions::by_id_in(tx, &id).await?.ok_or(ErrorCode::InvalidGrant)?;
                let replayed = session.previous_hash.as_deref() == Some(hash.as_str())
                    && now_ms - session.rotated_at_ms < REPLAY_WINDOW_MS;
                if !live || session.revoked_at.is_some() || !(rotated || replayed) {
                    return Err(ErrorCode::InvalidGrant.into());
                }
                let user = users::by_id_in(tx, &session.user_id).await?;
                let user = user.filter(|user| user.disabled_at.is_none());
                let user = user.ok_or(ErrorCode::InvalidGrant)?;
                let me = Some(user.id.as_str());
                let outcome = if rotated { "success" } else { "replayed" };
                record.write(tx, ("refresh", outcome), me, me).await?;
                Ok::<_, Error>((rotated, session, user))
            }
            .boxed()
        })
        .await?;
    let token = match rotated {
        true => next,
        false => successor(app, &presented, session.successor_sealed.as_deref())?,
    };
    let sid = SessionId::new(session.id);
    let access_token = mint(app, &user, &sid, token.generation, session.auth_time)?;
    let kind = match session.kind.as_str() {
        "token" => SessionKind::Token,
        _ => SessionKind::Cookie,
    };
    Ok(Opened {
        signed_in: answer(app, user, access_token),
        refresh: Some((kind, token)),
        max_age: session.expires_at - now,
    })
}

/// The purpose under which a successor is sealed; only its predecessor opens it.
const SUCCESSOR: &str = "successor";

/// The token that replaced this one.
fn successor(app: &App, presented: &SessionToken, sealed: Option<&str>) -> Result<SessionToken> {
    let sealed = sealed.ok_or(ErrorCode::InvalidGrant)?;
    let plain = app.secret.open(SUCCESSOR, presented.expose(), sealed)?;
    let text = String::from_utf8(plain).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(SessionToken::parse(&app.session_mac, &text).ok_or(ErrorCode::InvalidGrant)?)
}

/// Ends the session of a refresh token; anything else changes nothing.
pub async fn end_by_token(app: &App, presented: &str, visitor: &Visitor) -> Result<()> {
    match SessionToken::parse(&app.session_mac, presented) {
        Some(token) => end(app, &token.session, visitor).await,
        None => Ok(()),
    }
}

/// Ends a session; access tokens of it open nothing from now on.
pub async fn end(app: &App, session: &SessionId, visitor: &Visitor) -> Result<()> {
    let (now, expires_at) = (app.clock.now(), revocation::expiry(app));
    let record = Record::new(app, visitor);
    let revoked = Revocation::Session(session.to_string());
    let id = session.to_string();
    let entry = revoked.clone();
    let ended = app
        .db
        .write(move |tx| {
            async move {
                let ended = sessions::revoke(tx, &id, "logout", now).await?;
                if ended {
                    revocation::record(tx, &entry, now, expires_at).await?;
                    let session = sessions::by_id_in(tx, &id).await?;
                    let user = session.as_ref().map(|session| session.user_id.as_str());
                    record.write(tx, ("logout", "success"), user, user).await?;
                }
                Ok::<_, Error>(ended)
            }
            .boxed()
        })
        .await?;
    if ended {
        app.revoked.add(revoked, expires_at);
    }
    Ok(())
}

fn kind_name(kind: Option<SessionKind>) -> &'static str {
    match kind {
        Some(SessionKind::Cookie) => "cookie",
        Some(SessionKind::Token) => "token",
        None => "none",
    }
}

/// Signs an access token for a person and session.
fn mint(
    app: &App,
    user: &UserRow,
    session: &SessionId,
    generation: i64,
    auth_time: i64,
) -> Result<String> {
    let roles = roles::of(user.roles.as_deref());
    let now = app.clock.now();
    let claims = Claims {
        iss: app.expected.issuer.clone(),
        aud: app.expected.audience.clone(),
        sub: crate::model::UserId::new(user.id.clone()),
        exp: now + app.config.access_token_ttl,
        iat: now,
        jti: app.clock.new_id(),
        sid: session.clone(),
        client_id: "vestibule".into(),
        scope: roles::scope(&roles),
        roles: roles.iter().map(|role| role.as_str().to_owned()).collect(),
        auth_time,
        generation,
        epoch: user.epoch,
    };
    Ok(jwt::sign(app.keys.signing(), &claims)?)
}

fn answer(app: &App, user: UserRow, access_token: String) -> SignedIn {
    SignedIn {
        message: "Login Success".into(),
        token: access_token.clone(),
        access_token,
        token_type: "Bearer".into(),
        expires_in: app.config.access_token_ttl as u32,
        user: profile::view(user),
        refresh_token: None,
    }
}
