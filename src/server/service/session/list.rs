use super::{device, ended::Ending};
use crate::{
    model::{SessionId, SessionPage, SessionView, UserId},
    server::{
        App,
        db::sessions::{self, AliveSince, SessionRow},
        error::Result,
        service::{caller::Caller, is_storable, viewer::Viewer},
    },
};

/// The most sessions on a page.
const PAGE_MAX: i64 = 100;
/// For how long sessions that ended for reuse are told of, in seconds.
const TELL_FOR: i64 = 30 * 86_400;

/// The caller's sessions that are alive, newest first, before one.
pub async fn of_caller(
    app: &App,
    caller: &Caller,
    before: Option<&SessionId>,
) -> Result<SessionPage> {
    page(app, caller.user(), caller.session(), before).await
}

/// The viewer's newest sessions, for a page.
pub async fn of_viewer(app: &App, viewer: &Viewer) -> Result<SessionPage> {
    page(app, viewer.user(), viewer.session(), None).await
}

async fn page(
    app: &App,
    user: &UserId,
    mine: &SessionId,
    before: Option<&SessionId>,
) -> Result<SessionPage> {
    let now = app.clock.now();
    // Ids are of hexadecimal digits: this comes after all of them.
    let before = before.filter(|id| is_storable(id.as_str())).map_or("g", SessionId::as_str);
    let since = AliveSince {
        now,
        created_after: now - app.config.session_ttl,
        seen_after: now - app.config.session_idle_ttl,
    };
    let rows = sessions::alive(&app.db, user.as_str(), before, since, PAGE_MAX).await?;
    let full = rows.len() as i64 == PAGE_MAX;
    let stolen =
        sessions::ended(&app.db, user.as_str(), Ending::Reuse.reason(), now - TELL_FOR).await?;
    let view = |row: SessionRow| SessionView {
        current: row.id == mine.as_str(),
        id: SessionId::new(row.id),
        device: device::in_words(row.user_agent.as_deref()),
        client_ip: row.client_ip,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        ended_at: row.revoked_at,
    };
    let sessions: Vec<_> = rows.into_iter().map(view).collect();
    let next_before = sessions.last().filter(|_| full).map(|session| session.id.clone());
    Ok(SessionPage {
        sessions,
        next_before,
        ended_for_reuse: stolen.into_iter().map(view).collect(),
    })
}
