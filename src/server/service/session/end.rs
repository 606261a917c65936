use futures::FutureExt;

use super::{chain, rotation::Refusal};
use crate::{
    model::{ErrorCode, SessionId},
    server::{
        App,
        db::{revocations::Revocation, sessions},
        error::{Error, Result},
        secure::session_token::SessionToken,
        service::{
            Visitor,
            audit::{Actor, Kind, Outcome, Record},
            caller::Caller,
            is_storable,
            limits::{self, Limit},
            revocation,
        },
    },
};

/// Why a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server::service) enum Ending {
    /// Its owner signed out of it.
    Logout,
    /// Its owner ended it from another.
    Revoked,
    /// A replaced refresh token was used again (S52).
    Reuse,
}

impl Ending {
    /// As the row has it.
    pub(in crate::server::service) fn reason(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::Revoked => "revoked",
            Self::Reuse => "reuse",
        }
    }

    /// As the audit log has it.
    fn event(self) -> (Kind, Outcome) {
        match self {
            Self::Logout => (Kind::Logout, Outcome::Success),
            Self::Revoked => (Kind::SessionRevoke, Outcome::Success),
            Self::Reuse => (Kind::SessionReuse, Outcome::Refused),
        }
    }
}

/// Which of one's own sessions to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All but the one that asks.
    Others,
    /// All, the one that asks too.
    All,
}

/// Ends the session of a refresh token; anything else changes nothing. A token that has been replaced and
/// comes back ends it too, as theft.
pub async fn end_by_token(app: &App, presented: &str, visitor: &Visitor) -> Result<()> {
    let Some(token) = SessionToken::parse(&app.tokens.session_mac, presented) else {
        return Ok(());
    };
    let Some(session) = sessions::by_id(&app.db, token.session.as_str()).await? else {
        return Ok(());
    };
    let ending = match chain(&session).present(&token, app.clock.now_ms()) {
        Err(Refusal::Over) => return Ok(()),
        Err(Refusal::Reuse) => Ending::Reuse,
        _ => Ending::Logout,
    };
    end_as(app, &token.session, ending, visitor).await.map(drop)
}

/// Signs out of a session; access tokens of it open nothing from now on.
pub async fn end(app: &App, session: &SessionId, visitor: &Visitor) -> Result<()> {
    end_as(app, session, Ending::Logout, visitor).await.map(drop)
}

/// Ends one of the caller's sessions. The one that asks needs no fresh proof: that is signing out.
///
/// # Errors
/// `not_found` for a session that is unknown, over or somebody else's, all alike (S96);
/// `reauthentication_required`, `too_many_requests`.
pub async fn end_one(
    app: &App,
    caller: &Caller,
    session: &SessionId,
    visitor: &Visitor,
) -> Result<()> {
    if session == caller.session() {
        return end(app, session, visitor).await;
    }
    caller.require_fresh(app)?;
    limits::count_change(app, Limit::Ending(caller.session().as_str()), caller, visitor).await?;
    let found = match is_storable(session.as_str()) {
        true => sessions::by_id(&app.db, session.as_str()).await?,
        false => None,
    };
    let now_ms = app.clock.now_ms();
    let mine = found.is_some_and(|found| {
        found.user_id == caller.user().as_str() && !chain(&found).is_over(now_ms)
    });
    if mine && end_as(app, session, Ending::Revoked, visitor).await? {
        return Ok(());
    }
    Err(ErrorCode::NotFound.into())
}

/// Ends the caller's other sessions, or all.
///
/// # Errors
/// `reauthentication_required`, `too_many_requests`.
pub async fn end_mine(app: &App, caller: &Caller, scope: Scope, visitor: &Visitor) -> Result<()> {
    caller.require_fresh(app)?;
    limits::count_change(app, Limit::Ending(caller.session().as_str()), caller, visitor).await?;
    let user = caller.user().to_string();
    let keep = (scope == Scope::Others).then(|| caller.session().to_string());
    let (now, expires_at) = (app.clock.now(), revocation::expiry(app));
    let record = Record::new(app, visitor);
    let ended = app
        .db
        .write(move |tx| {
            async move {
                let ending = Ending::Revoked;
                let ids =
                    sessions::revoke_all(tx, &user, keep.as_deref(), ending.reason(), now).await?;
                for id in &ids {
                    let revoked = Revocation::Session(id.clone());
                    revocation::record(tx, &revoked, now, expires_at).await?;
                    let record = record.clone().about("session", id.as_str());
                    let me = Actor::Person(&user);
                    record.write(tx, ending.event(), me, Some(&user)).await?;
                }
                Ok::<_, Error>(ids)
            }
            .boxed()
        })
        .await?;
    for id in ended {
        app.tokens.revoked.add(Revocation::Session(id), expires_at);
    }
    Ok(())
}

/// Ends a session; `false` if it had ended.
pub(super) async fn end_as(
    app: &App,
    session: &SessionId,
    ending: Ending,
    visitor: &Visitor,
) -> Result<bool> {
    let (now, expires_at) = (app.clock.now(), revocation::expiry(app));
    let record = Record::new(app, visitor).about("session", session.as_str());
    let revoked = Revocation::Session(session.to_string());
    let (id, entry) = (session.to_string(), revoked.clone());
    let ended = app
        .db
        .write(move |tx| {
            async move {
                let Some(user) = sessions::revoke(tx, &id, ending.reason(), now).await? else {
                    return Ok(false);
                };
                revocation::record(tx, &entry, now, expires_at).await?;
                // Who used a stolen token is not known: the event names whose session it was.
                let actor = match ending {
                    Ending::Reuse => Actor::Unknown,
                    Ending::Logout | Ending::Revoked => Actor::Person(&user),
                };
                record.write(tx, ending.event(), actor, Some(&user)).await?;
                Ok::<_, Error>(true)
            }
            .boxed()
        })
        .await?;
    if ended {
        app.tokens.revoked.add(revoked, expires_at);
    }
    Ok(ended)
}
