use futures::FutureExt;

use super::{
    CLIENT, chain,
    ended::{By, Ended, Ending},
    renew::{NewIdentity, Renewal, Renewed},
    rotation::{Presenter, Refusal},
};
use crate::{
    model::{ErrorCode, SessionId},
    server::{
        App,
        db::{sessions, trusted_devices, users},
        error::{Error, Result},
        secure::session_token::SessionToken,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed::Change,
            limits::{self, Limit},
            principal::Principal,
            trusted::{IssuedTrust, SparedTrust},
        },
    },
};

/// Maximum number of identities of a session that are followed from an old id.
pub(super) const IDENTITIES_MAX: usize = 32;

/// Signs out of the session of a refresh token of our own client; an invalid token, and one of another client, change nothing.
/// A replaced token that comes back ends the session too, as theft.
///
/// If the database is unavailable, the token's MAC proves the session, and the sign-out stays
/// pending (see [`Promised`](super::Promised)).
///
/// # Errors
/// Fails for other reasons than an unavailable database.
pub async fn end_by_token(app: &App, presented: &str, client_info: &ClientInfo) -> Result<()> {
    let Some(token) = SessionToken::parse(&app.tokens.session_mac, presented) else {
        return Ok(());
    };
    let session = match sessions::by_id(&app.db, token.session.as_str()).await {
        Ok(Some(session)) if session.client_id == CLIENT => session,
        Ok(_) => return Ok(()),
        Err(error) if error.is_unavailable() => {
            return end(app, &token.session, client_info).await;
        }
        Err(error) => return Err(error.into()),
    };
    let presented =
        chain(&session, &app.config).present(&token, Presenter::Same, app.clock.now_ms());
    match presented {
        Err(Refusal::Over) => Ok(()),
        // A renewal was in progress: the session is ended under its new id.
        Err(Refusal::Stale) if session.renewed_as.is_some() => {
            end_under_any_id(app, &token.session, Ending::Logout, client_info).await.map(drop)
        }
        Err(Refusal::Reuse) => {
            end_as(app, &token.session, Ending::Reuse, client_info).await.map(drop)
        }
        _ => end(app, &token.session, client_info).await,
    }
}

/// Signs out of a session; its access tokens are refused from now on. If the database cannot be
/// written, this process refuses the session at once and ends it when the database is back.
///
/// # Errors
/// Fails for other reasons than an unavailable database.
pub async fn end(app: &App, session: &SessionId, client_info: &ClientInfo) -> Result<()> {
    match end_under_any_id(app, session, Ending::Logout, client_info).await {
        Err(Error::Db(error)) if error.is_unavailable() => {
            tracing::warn!(%error, "a sign-out is not written yet");
            app.tokens.promised.add(session.clone(), client_info.clone());
            let ended = Change::Session(session.to_string());
            app.tokens.revoked.add(&ended, app.clock.now_s());
            Ok(())
        }
        outcome => outcome.map(drop),
    }
}

/// Writes the pending sign-outs.
///
/// # Errors
/// Returns the first error. A sign-out that fails stays pending and does not stop the others; only
/// if the database is unavailable they wait too, because each would wait as long.
pub async fn keep_promises(app: &App) -> Result<()> {
    let mut outcome = Ok(());
    for (session, client_info) in app.tokens.promised.list() {
        match end_under_any_id(app, &session, Ending::Logout, &client_info).await {
            Ok(_) => app.tokens.promised.forget(&session),
            Err(Error::Db(error)) if error.is_unavailable() => return Err(error.into()),
            Err(error) => outcome = outcome.and(Err(error)),
        }
    }
    outcome
}

/// Checks that the principal may end other sessions.
///
/// Recent authentication is checked before the limit, so that a thief of an older session cannot use up the limit of
/// its owner.
async fn may_end(app: &App, principal: &Principal, client_info: &ClientInfo) -> Result<()> {
    principal.require_fresh(app)?;
    limits::count_change(app, Limit::Ending(principal.user().as_str()), principal, client_info)
        .await
}

/// Ends one of the principal's sessions. The current one needs no fresh proof, because that is
/// signing out.
///
/// # Errors
/// `not_found` for a session that is unknown, over or another account's, all alike (S96);
/// `reauthentication_required`, `too_many_requests`.
pub async fn end_one(
    app: &App,
    principal: &Principal,
    session: &SessionId,
    client_info: &ClientInfo,
) -> Result<()> {
    if session == principal.session() {
        return end(app, session, client_info).await;
    }
    may_end(app, principal, client_info).await?;
    let found = sessions::by_id(&app.db, session.as_str()).await?;
    let is_mine = found.is_some_and(|found| found.user_id == principal.user().as_str());
    if is_mine && end_under_any_id(app, session, Ending::Revoked, client_info).await? {
        return Ok(());
    }
    Err(ErrorCode::NotFound.into())
}

/// Ends a session under its current id, found by a former one: a page may show an older one, and a
/// renewal may be in progress. `false` if it was over.
async fn end_under_any_id(
    app: &App,
    session: &SessionId,
    ending: Ending,
    client_info: &ClientInfo,
) -> Result<bool> {
    let mut id = session.clone();
    for _ in 0..IDENTITIES_MAX {
        if end_as(app, &id, ending, client_info).await? {
            return Ok(true);
        }
        match sessions::by_id(&app.db, id.as_str()).await?.and_then(|found| found.renewed_as) {
            Some(renewed_as) => id = renewed_as.parse()?,
            None => break,
        }
    }
    Ok(false)
}

/// Ends the principal's other sessions, and the trust in other browsers. With its refresh token, the current session gets a new
/// identity, so that a copy of it ends as well (S111). Without it, that session stays as it is,
/// because an access token alone must not yield a refresh token.
///
/// # Errors
/// `reauthentication_required`, `too_many_requests`; `invalid_grant` or `stale_token` for an
/// invalid refresh token, and `invalid_token` if the session has just ended; nothing is ended then.
pub async fn end_others(
    app: &App,
    principal: &Principal,
    refresh_token: Option<&str>,
    client_info: &ClientInfo,
) -> Result<Option<Renewed>> {
    let shown = match refresh_token {
        None => None,
        Some(token) => Some(
            SessionToken::parse(&app.tokens.session_mac, token)
                .filter(|token| token.session == *principal.session())
                .ok_or(ErrorCode::InvalidGrant)?,
        ),
    };
    may_end(app, principal, client_info).await?;
    let renewal = Renewal::new(app, principal, client_info)?;
    let (user, keep) = (principal.user().to_string(), principal.session().to_string());
    let (record, ended) = (Record::new(app, client_info), Ended::new(app));
    let spared = client_info.trusted.as_ref().map(|shown| SparedTrust::of(app, shown));
    let written = app.db.write(move |tx| {
        async move {
            let mut ended = ended;
            // The account's row first, as in every unit that ends several sessions.
            users::lock_unchanged(tx, &user, None, None).await?;
            let row = users::by_id_in(tx, &user).await?.ok_or(ErrorCode::InvalidToken)?;
            ended.end_all(tx, &user, Some(&keep), Ending::Revoked, &record).await?;
            let Some(shown) = shown else {
                // Without the cookie of its session nothing shows that this is the browser.
                trusted_devices::remove_all(tx, &user, None).await?;
                return Ok(Others::Ended(ended));
            };
            let trust = match &spared {
                Some(spared) => spared.alone(tx, &row).await?,
                None => {
                    trusted_devices::remove_all(tx, &user, None).await?;
                    None
                }
            };
            renewal.check(tx, &shown).await?;
            let new = renewal.write(tx, &row, None, &record, ended).await?;
            let event = (Kind::SessionRenew, Outcome::Success);
            record.write(tx, event, Actor::Person(&user), Some(&user)).await?;
            Ok::<_, Error>(Others::EndedAndRenewed(Box::new((renewal, new, trust))))
        }
        .boxed()
    });
    match written.await? {
        Others::Ended(ended) => {
            ended.make_known();
            Ok(None)
        }
        Others::EndedAndRenewed(written) => {
            let (renewal, new, trust) = *written;
            let mut renewed = renewal.finish(new)?;
            renewed.issued.trust = trust;
            Ok(Some(renewed))
        }
    }
}

/// The state of the principal's session after the others have ended.
enum Others {
    Ended(Ended),
    EndedAndRenewed(Box<(Renewal, NewIdentity, Option<IssuedTrust>)>),
}

/// Ends all of the principal's sessions, and the trust in all browsers.
///
/// # Errors
/// `reauthentication_required`, `too_many_requests`.
pub async fn end_all(app: &App, principal: &Principal, client_info: &ClientInfo) -> Result<()> {
    may_end(app, principal, client_info).await?;
    let user = principal.user().to_string();
    let record = Record::new(app, client_info);
    let ended = Ended::new(app);
    let ended = app
        .db
        .write(move |tx| {
            async move {
                let mut ended = ended;
                users::lock_unchanged(tx, &user, None, None).await?;
                ended.end_all(tx, &user, None, Ending::Revoked, &record).await?;
                trusted_devices::remove_all(tx, &user, None).await?;
                Ok::<_, Error>(ended)
            }
            .boxed()
        })
        .await?;
    ended.make_known();
    Ok(())
}

/// Ends a session; `false` if it had ended.
pub(super) async fn end_as(
    app: &App,
    session: &SessionId,
    ending: Ending,
    client_info: &ClientInfo,
) -> Result<bool> {
    let record = Record::new(app, client_info);
    let (id, ended) = (session.to_string(), Ended::new(app));
    let (ended, done) = app
        .db
        .write(move |tx| {
            async move {
                let mut ended = ended;
                // As everywhere, the account's row before those of its sessions: a session ends with its grants, and what
                // ends all of them takes them in another order.
                let row = sessions::by_id_in(tx, &id).await?;
                if let Some(row) = &row {
                    users::lock(tx, &row.user_id).await?;
                }
                let of_client = row.map(|row| row.client_id).filter(|client| client != CLIENT);
                let record = record.about_some("client", of_client);
                // The user of a stolen token is unknown, so the event names only the session's
                // owner.
                let actor = match ending {
                    Ending::Reuse | Ending::CodeReplay | Ending::Client => By::Nobody,
                    _ => By::Owner,
                };
                let done = ended.end(tx, &id, ending, actor, &record).await?;
                Ok::<_, Error>((ended, done))
            }
            .boxed()
        })
        .await?;
    ended.make_known();
    Ok(done)
}
