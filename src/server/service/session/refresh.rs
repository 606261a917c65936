use std::sync::Arc;

use futures::FutureExt;

use super::{
    CLIENT, GrantOf, chain, device,
    end::end_as,
    ended::Ending,
    ends_at,
    mint::{Issued, IssuedSession, TokenGrant, answer, kind, mint},
    rotation::{Presenter, Refusal, Replayed, Step},
};
use crate::{
    model::ErrorCode,
    server::{
        App,
        db::{
            rotations::{self, Rotation},
            session_users::{self, SessionUserRow},
            sessions::{self, SessionRow},
            users::UserRow,
        },
        error::{Error, Result},
        metrics::Attempt,
        secure::session_token::{RefreshKey, SessionToken},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            limits::{self, Limit},
            outcome,
        },
    },
};

/// The purpose under which a successor is sealed; only its predecessor opens it.
const SUCCESSOR: &str = "successor";

/// Maximum number of reads of the row after lost races. Each lost race leaves the token one
/// generation further behind, so the third read finds it stale or reused.
const LOOKS: usize = 4;

/// Exchanges a refresh token for its successor and a new access token (RFC 6749 section 6), by the
/// rules of [`rotation`](super::rotation). Only the client to which a token was issued may use it (RFC 6749 section 10.4);
/// at another one's endpoint it is as good as none.
///
/// # Errors
/// `invalid_grant` for an invalid token, after ending its session in case of theft; `stale_token`
/// for a late one.
pub async fn refresh(
    app: &App,
    presented: &str,
    client: &str,
    client_info: &ClientInfo,
) -> Result<IssuedSession> {
    let outcome = advance(app, presented, client, client_info, |_| Ok(())).await;
    let outcome = outcome.and_then(|refreshed| grant(app, refreshed));
    outcome::record(app, Attempt::Refresh, client_info, &outcome);
    outcome
}

/// A session whose refresh token was exchanged.
pub struct Refreshed {
    /// The session, as it was before.
    pub session: SessionRow,
    /// Its account, which is enabled. What disables it after it was read ends the session. What changes its roles begins an epoch, which an
    /// access token of our own client lacks; where those of others are told, the roles of that moment count.
    pub user: UserRow,
    /// The next refresh token.
    pub token: SessionToken,
}

/// Exchanges a refresh token for its successor, if `check` lets the session pass; it is called before anything is changed.
///
/// # Errors
/// As [`refresh`]; the error of `check`.
pub async fn advance(
    app: &App,
    presented: &str,
    client: &str,
    client_info: &ClientInfo,
    check: impl Fn(&SessionUserRow) -> Result<()>,
) -> Result<Refreshed> {
    let source = [Limit::RefreshSource(client_info.source())];
    // An invented token is refused here without a lookup, so it cannot end a session. Only these
    // count against their source, so that a neighbour stops nobody's refresh.
    let Some(presented) = SessionToken::parse(key(app, client), presented) else {
        let counted = limits::take(app, &source).await;
        // The server of another client asks for all its people, and would try again for ever (RFC 6749 section 5.2).
        return match counted {
            Err(refused) if client == CLIENT => Err(refused),
            _ => Err(ErrorCode::InvalidGrant.into()),
        };
    };
    let _often = limits::take(app, &[Limit::RefreshSession(presented.session.as_str())]).await?;
    let outcome = exchange(app, presented, client, client_info, check).await;
    if matches!(&outcome, Err(Error::Api(refused)) if refused.code == ErrorCode::InvalidGrant) {
        let _counted = limits::take(app, &source).await;
    }
    outcome
}

/// What makes the refresh tokens of a client.
fn key<'a>(app: &'a App, client: &str) -> &'a RefreshKey {
    if client == CLIENT { &app.tokens.session_mac } else { &app.tokens.grant_mac }
}

async fn exchange(
    app: &App,
    presented: SessionToken,
    client: &str,
    client_info: &ClientInfo,
    check: impl Fn(&SessionUserRow) -> Result<()>,
) -> Result<Refreshed> {
    if app.tokens.promised.contains(&presented.session) {
        return Err(ErrorCode::InvalidGrant.into());
    }
    for _ in 0..LOOKS {
        let row = session_users::by_session(&app.db, presented.session.as_str()).await?;
        let row = row.ok_or(ErrorCode::InvalidGrant)?;
        if row.session.client_id != client {
            return Err(ErrorCode::InvalidGrant.into());
        }
        check(&row)?;
        let SessionUserRow { session, user } = row;
        if is_orphan(app, &session).await? {
            // A renewal may have given it another parent between the two reads.
            let now = sessions::by_id(&app.db, session.id.as_str()).await?;
            match now.is_some_and(|now| now.parent_id != session.parent_id) {
                true => continue,
                false => return Err(ErrorCode::InvalidGrant.into()),
            }
        }
        let presenter = presenter(&session, client_info);
        let chain = chain(&session, &app.config);
        let token = match chain.present(&presented, presenter, app.clock.now_ms()) {
            Ok(Step::Rotate) => match rotate(app, &presented, &session, client_info).await? {
                Some(next) => next,
                None => continue,
            },
            Ok(Step::Replay(None)) => successor(app, &presented, &session)?,
            Ok(Step::Replay(Some(replayed))) => {
                match count(app, &session, replayed, client_info).await? {
                    true => successor(app, &presented, &session)?,
                    false => continue,
                }
            }
            Err(refusal) => return Err(refuse(app, &presented, refusal, client_info).await),
        };
        if user.disabled_at.is_some() {
            return Err(ErrorCode::InvalidGrant.into());
        }
        return Ok(Refreshed { session, user, token });
    }
    Err(ErrorCode::StaleToken.into())
}

/// Whether a session is a grant whose parent is over: by time, or by a sign-out that is not written yet, since any other end has
/// ended the grant too. An offline grant needs none.
pub(in crate::server::service) async fn is_orphan(app: &App, session: &SessionRow) -> Result<bool> {
    let Some(parent) = session.parent_id.as_deref().filter(|_| session.offline_at.is_none()) else {
        return Ok(false);
    };
    let parent = sessions::by_id(&app.db, parent).await?;
    let now_ms = app.clock.now_ms();
    Ok(parent.is_none_or(|parent| {
        app.tokens.promised.contains(&parent.id) || chain(&parent, &app.config).is_over(now_ms)
    }))
}

/// Compares the presenting program with the one that rotated last. Versions and addresses change
/// under an honest client; the kind of program and of system does not.
fn presenter(session: &SessionRow, client_info: &ClientInfo) -> Presenter {
    let (before, current) = (session.user_agent.as_deref(), client_info.user_agent.as_deref());
    match device::is_same(before, current) {
        true => Presenter::Same,
        false => Presenter::Foreign,
    }
}

/// Counts a late or foreign replay of a generation, and records the first; `false` if the token was
/// rotated meanwhile.
async fn count(
    app: &App,
    session: &SessionRow,
    replayed: Replayed,
    client_info: &ClientInfo,
) -> Result<bool> {
    let record = Record::new(app, client_info).about("session", session.id.as_str());
    let (id, owner) = (session.id.to_string(), session.user_id.clone());
    let counted = app.db.write(move |tx| {
        async move {
            let Replayed { generation, run } = replayed;
            if !rotations::count_replay(tx, &id, generation, run).await? {
                // Counted by a concurrent request of the same client, or rotated.
                let row = sessions::by_id_in(tx, &id).await?;
                return Ok(row.is_some_and(|row| row.generation == generation));
            }
            if run == 1 {
                let event = (Kind::SessionReplay, Outcome::Refused);
                record.write(tx, event, Actor::Unknown, Some(&owner)).await?;
            }
            Ok::<_, Error>(true)
        }
        .boxed()
    });
    counted.await
}

/// Replaces the token if it is still the current one in the row; the conditional update decides
/// between competitors.
async fn rotate(
    app: &App,
    presented: &SessionToken,
    session: &SessionRow,
    client_info: &ClientInfo,
) -> Result<Option<SessionToken>> {
    let key = key(app, &session.client_id);
    let next = SessionToken::issue(key, &presented.session, presented.generation + 1)
        .ok_or(ErrorCode::InvalidGrant)?;
    let now_ms = app.clock.now_ms();
    let rotation = Rotation {
        id: session.id.to_string(),
        current_hash: presented.hash(),
        next_hash: next.hash(),
        successor_sealed: app.secret.seal(
            SUCCESSOR,
            presented.expose(),
            next.expose().as_bytes(),
        )?,
        now_ms,
        idle_expires_at: ends_at(session, &app.config).min(now_ms / 1000 + idle(app, session)?),
        client_ip: client_info.client_ip.clone(),
        user_agent: client_info.user_agent.clone(),
    };
    // May be repeated: what was rotated by a lost connection is found as a replay, with the same successor.
    let rotation = Arc::new(rotation);
    let rotated = app
        .db
        .change(move |tx| {
            let rotation = rotation.clone();
            async move { rotations::rotate(tx, &rotation).await }.boxed()
        })
        .await?;
    Ok(rotated.then_some(next))
}

/// Seconds without use after which a session ends.
fn idle(app: &App, session: &SessionRow) -> Result<i64> {
    match session.grant_of {
        Some(_) => Ok(GrantOf::read(session)?.idle),
        None => Ok(app.config.session_idle_ttl),
    }
}

/// The successor of a token.
fn successor(app: &App, presented: &SessionToken, session: &SessionRow) -> Result<SessionToken> {
    let sealed = session.successor_sealed.as_deref().ok_or(ErrorCode::InvalidGrant)?;
    let plain = app.secret.open(SUCCESSOR, presented.expose(), sealed)?;
    let text = String::from_utf8(plain).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(SessionToken::parse(key(app, &session.client_id), &text).ok_or(ErrorCode::InvalidGrant)?)
}

/// Refuses a token, and ends the session if it was stolen.
async fn refuse(
    app: &App,
    presented: &SessionToken,
    refusal: Refusal,
    client_info: &ClientInfo,
) -> Error {
    match refusal {
        Refusal::Stale => ErrorCode::StaleToken.into(),
        Refusal::Over | Refusal::Elsewhere => ErrorCode::InvalidGrant.into(),
        Refusal::Reuse => match end_as(app, &presented.session, Ending::Reuse, client_info).await {
            Ok(_) => ErrorCode::InvalidGrant.into(),
            Err(error) => error,
        },
    }
}

/// The answer of our own client.
fn grant(app: &App, refreshed: Refreshed) -> Result<IssuedSession> {
    let Refreshed { session, user, token } = refreshed;
    let ends_at = ends_at(&session, &app.config);
    let grant = TokenGrant::of(&session, &token.session, token.generation, ends_at);
    let minted = mint(app, &user, &grant)?;
    Ok(IssuedSession {
        recovery_codes: Vec::new(),
        signed_in: answer(user, minted),
        issued: Issued {
            refresh: kind(&session).map(|kind| (kind, token)),
            max_age: ends_at - app.clock.now_s(),
            device: None,
            trust: None,
        },
    })
}
