use futures::FutureExt;

use super::{
    chain,
    end::{Ending, end_as},
    mint::{Grant, Opened, answer, kind, mint},
    rotation::{Refusal, Step},
};
use crate::{
    model::{ErrorCode, SessionId},
    server::{
        App,
        db::{
            sessions::{self, Rotation, SessionRow},
            users,
        },
        error::{Error, Result},
        secure::session_token::SessionToken,
        service::{
            Visitor,
            limits::{self, Limit},
        },
    },
};

/// The purpose under which a successor is sealed; only its predecessor opens it.
const SUCCESSOR: &str = "successor";

/// How often a refresh looks again because another one was quicker: each time the token is further behind,
/// so the third look finds it stale or reused at the latest.
const LOOKS: usize = 4;

/// Exchanges a refresh token for the one that follows it and a new access token (RFC 6749 section 6), by
/// the rules of [`rotation`](super::rotation).
///
/// # Errors
/// `invalid_grant` for a token that does not count, after ending its session if that was theft;
/// `stale_token` for one that is late.
pub async fn refresh(app: &App, presented: &str, visitor: &Visitor) -> Result<Opened> {
    let source = [Limit::RefreshSource(visitor.source())];
    // An invented token is refused here, before any row is looked at: it can end nothing. Only these are
    // refused for what came from their source: a neighbour stops nobody's refresh.
    let Some(presented) = SessionToken::parse(&app.tokens.session_mac, presented) else {
        let _counted = limits::take(app, &source).await?;
        return Err(ErrorCode::InvalidGrant.into());
    };
    let _often = limits::take(app, &[Limit::RefreshSession(presented.session.as_str())]).await?;
    let outcome = exchange(app, presented, visitor).await;
    if matches!(&outcome, Err(Error::Api(refused)) if refused.code == ErrorCode::InvalidGrant) {
        let _counted = limits::take(app, &source).await;
    }
    outcome
}

async fn exchange(app: &App, presented: SessionToken, visitor: &Visitor) -> Result<Opened> {
    for _ in 0..LOOKS {
        let session = sessions::by_id(&app.db, presented.session.as_str()).await?;
        let session = session.ok_or(ErrorCode::InvalidGrant)?;
        let token = match chain(&session).present(&presented, app.clock.now_ms()) {
            Ok(Step::Rotate) => match rotate(app, &presented, &session, visitor).await? {
                Some(next) => next,
                None => continue,
            },
            Ok(Step::Replay) => successor(app, &presented, &session)?,
            Err(refusal) => return Err(refuse(app, &presented, refusal, visitor).await),
        };
        return grant(app, session, token).await;
    }
    Err(ErrorCode::StaleToken.into())
}

/// Replaces the token if the row still has it as the current one; the row decides who won.
async fn rotate(
    app: &App,
    presented: &SessionToken,
    session: &SessionRow,
    visitor: &Visitor,
) -> Result<Option<SessionToken>> {
    let next =
        SessionToken::issue(&app.tokens.session_mac, &presented.session, presented.generation + 1)
            .ok_or(ErrorCode::InvalidGrant)?;
    let now_ms = app.clock.now_ms();
    let rotation = Rotation {
        id: session.id.clone(),
        current_hash: presented.hash(),
        next_hash: next.hash(),
        successor_sealed: app.secret.seal(
            SUCCESSOR,
            presented.expose(),
            next.expose().as_bytes(),
        )?,
        now_ms,
        idle_expires_at: session.expires_at.min(now_ms / 1000 + app.config.session_idle_ttl),
        client_ip: visitor.client_ip.clone(),
        user_agent: visitor.user_agent.clone(),
    };
    let rotated = app
        .db
        .write(move |tx| {
            async move { sessions::rotate(tx, &rotation).await.map_err(Error::from) }.boxed()
        })
        .await?;
    Ok(rotated.then_some(next))
}

/// The token that replaced this one.
fn successor(app: &App, presented: &SessionToken, session: &SessionRow) -> Result<SessionToken> {
    let sealed = session.successor_sealed.as_deref().ok_or(ErrorCode::InvalidGrant)?;
    let plain = app.secret.open(SUCCESSOR, presented.expose(), sealed)?;
    let text = String::from_utf8(plain).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(SessionToken::parse(&app.tokens.session_mac, &text).ok_or(ErrorCode::InvalidGrant)?)
}

/// Refuses, and ends the session if its token has been stolen.
async fn refuse(app: &App, presented: &SessionToken, refusal: Refusal, visitor: &Visitor) -> Error {
    match refusal {
        Refusal::Stale => ErrorCode::StaleToken.into(),
        Refusal::Over | Refusal::Elsewhere => ErrorCode::InvalidGrant.into(),
        Refusal::Reuse => match end_as(app, &presented.session, Ending::Reuse, visitor).await {
            Ok(_) => ErrorCode::InvalidGrant.into(),
            Err(error) => error,
        },
    }
}

/// The answer, for an account that is still enabled and as it is now.
async fn grant(app: &App, session: SessionRow, token: SessionToken) -> Result<Opened> {
    let user = users::by_id(&app.db, &session.user_id).await?;
    let user = user.filter(|user| user.disabled_at.is_none()).ok_or(ErrorCode::InvalidGrant)?;
    let sid = SessionId::new(session.id.clone());
    let grant = Grant {
        session: &sid,
        generation: token.generation,
        auth_time: session.auth_time,
        ends_at: session.expires_at,
    };
    let minted = mint(app, &user, &grant)?;
    Ok(Opened {
        signed_in: answer(user, minted),
        refresh: kind(&session).map(|kind| (kind, token)),
        max_age: session.expires_at - app.clock.now(),
        device: None,
    })
}
