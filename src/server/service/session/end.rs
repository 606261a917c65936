use futures::FutureExt;

use crate::{
    model::{ErrorCode, SessionId},
    server::{
        App,
        db::{revocations::Revocation, sessions},
        error::{Error, Result},
        secure::session_token::SessionToken,
        service::{Visitor, audit::Record, caller::Caller, is_storable, revocation},
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
    fn event(self) -> (&'static str, &'static str) {
        match self {
            Self::Logout => ("logout", "success"),
            Self::Revoked => ("session.revoke", "success"),
            Self::Reuse => ("session.reuse", "refused"),
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

/// Ends the session of a refresh token; anything else changes nothing.
pub async fn end_by_token(app: &App, presented: &str, visitor: &Visitor) -> Result<()> {
    match SessionToken::parse(&app.session_mac, presented) {
        Some(token) => end(app, &token.session, visitor).await,
        None => Ok(()),
    }
}

/// Signs out of a session; access tokens of it open nothing from now on.
pub async fn end(app: &App, session: &SessionId, visitor: &Visitor) -> Result<()> {
    end_as(app, session, Ending::Logout, visitor).await.map(drop)
}

/// Ends one of the caller's sessions. The one that asks needs no fresh proof: that is signing out.
///
/// # Errors
/// `not_found` for a session that is unknown, over or somebody else's, all alike (S96);
/// `reauthentication_required`.
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
    let found = match is_storable(session.as_str()) {
        true => sessions::by_id(&app.db, session.as_str()).await?,
        false => None,
    };
    let mine = found.is_some_and(|found| found.user_id == caller.user().as_str());
    if mine && end_as(app, session, Ending::Revoked, visitor).await? {
        return Ok(());
    }
    Err(ErrorCode::NotFound.into())
}

/// Ends the caller's other sessions, or all.
///
/// # Errors
/// `reauthentication_required`.
pub async fn end_mine(app: &App, caller: &Caller, scope: Scope, visitor: &Visitor) -> Result<()> {
    caller.require_fresh(app)?;
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
                }
                record.write(tx, ending.event(), Some(&user), Some(&user)).await?;
                Ok::<_, Error>(ids)
            }
            .boxed()
        })
        .await?;
    for id in ended {
        app.revoked.add(Revocation::Session(id), expires_at);
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
    let record = Record::new(app, visitor);
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
                let actor = (ending != Ending::Reuse).then_some(user.as_str());
                record.write(tx, ending.event(), actor, Some(&user)).await?;
                Ok::<_, Error>(true)
            }
            .boxed()
        })
        .await?;
    if ended {
        app.revoked.add(revoked, expires_at);
    }
    Ok(ended)
}
