use super::{device, ended::Ending};
use crate::{
    model::{SessionId, SessionPage, SessionView, UserId},
    server::{
        App,
        db::sessions::{self, AliveSince, SessionRow},
        error::Result,
        service::{caller::Caller, paging::PageSize, viewer::Viewer},
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

/// From when on a session must have been opened, and used, to be alive by the settings of now.
pub(super) fn alive_since(app: &App) -> AliveSince {
    let now = app.clock.now();
    AliveSince {
        now,
        created_after: now - app.config.session_ttl,
        seen_after: now - app.config.session_idle_ttl,
    }
}

async fn page(
    app: &App,
    user: &UserId,
    mine: &SessionId,
    before: Option<&SessionId>,
) -> Result<SessionPage> {
    let (now, since) = (app.clock.now(), alive_since(app));
    let size = PageSize::new(PAGE_MAX, PAGE_MAX);
    let rows = sessions::alive(&app.db, user.as_str(), before, since, size.to_read()).await?;
    let page = size.cut(rows);
    let next_before = page.cursor().map(|row| row.id.clone());
    let stolen =
        sessions::ended(&app.db, user.as_str(), Ending::Reuse.reason(), now - TELL_FOR).await?;
    let view = |row: SessionRow| SessionView {
        current: row.id == *mine,
        id: row.id,
        device: device::in_words(row.user_agent.as_deref()),
        device_sort: device::sort(row.user_agent.as_deref()),
        client_ip: row.client_ip,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        ended_at: row.revoked_at,
    };
    Ok(SessionPage {
        sessions: page.rows.into_iter().map(view).collect(),
        next_before,
        ended_for_reuse: stolen.into_iter().map(view).collect(),
    })
}
