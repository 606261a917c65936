//! Who is looking at a page: told by the session cookie, and good for reading only.

use futures::FutureExt;

use crate::{
    model::{Identity, SessionId, UserId},
    server::{
        App,
        db::{sessions, users},
        error::{Error, Result},
        secure::{seal, session_token::SessionToken},
        service::session::REPLAY_WINDOW_MS,
    },
};

/// How often `last_seen` is written at most, in seconds.
const TOUCH_EVERY: i64 = 60;

/// Whoever the session cookie names. Only read verbs take one.
#[derive(Clone, Debug)]
pub struct Viewer {
    user: UserId,
    session: SessionId,
    name: String,
    epoch: i64,
}

impl Viewer {
    /// The person.
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// What a page tells its islands.
    pub fn identity(&self) -> Identity {
        Identity {
            sub: self.user.clone(),
            sid: self.session.clone(),
            name: self.name.clone(),
            epoch: self.epoch,
        }
    }
}

/// The viewer of a session cookie, if it is good; nothing is rotated.
pub async fn of_cookie(app: &App, cookie: &str) -> Result<Option<Viewer>> {
    let Some(token) = SessionToken::parse(&app.session_mac, cookie) else {
        return Ok(None);
    };
    let Some(session) = sessions::by_id(&app.db, token.session.as_str()).await? else {
        return Ok(None);
    };
    let now = app.clock.now();
    let hash = token.hash();
    let is =
        |stored: &Option<String>| stored.as_ref().is_some_and(|stored| seal::same(stored, &hash));
    let recent = app.clock.now_ms() - session.rotated_at_ms < REPLAY_WINDOW_MS;
    let known = is(&session.current_hash) || (recent && is(&session.previous_hash));
    let over =
        session.revoked_at.is_some() || session.expires_at <= now || session.idle_expires_at <= now;
    if !known || over {
        return Ok(None);
    }
    let user = users::by_id(&app.db, &session.user_id).await?;
    let Some(user) = user.filter(|user| user.disabled_at.is_none()) else {
        return Ok(None);
    };
    if session.last_seen_at + TOUCH_EVERY <= now {
        let idle_expires_at = session.expires_at.min(now + app.config.session_idle_ttl);
        let id = session.id.clone();
        app.db
            .write(move |tx| {
                async move {
                    sessions::touch(tx, &id, now, idle_expires_at).await?;
                    Ok::<_, Error>(())
                }
                .boxed()
            })
            .await?;
    }
    Ok(Some(Viewer {
        user: UserId::new(user.id),
        session: token.session,
        epoch: user.epoch,
        name: user.display_name.unwrap_or(user.username),
    }))
}

/// The session that a cookie claims to be of, by its MAC alone: no database is asked.
pub fn session_of(app: &App, cookie: &str) -> Option<SessionId> {
    SessionToken::parse(&app.session_mac, cookie).map(|token| token.session)
}
