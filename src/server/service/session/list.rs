use futures::FutureExt;

use super::{device, ended::Ending};
use crate::{
    model::{SessionId, SessionPage, SessionView, UserId},
    server::{
        App,
        db::{
            profiles,
            sessions::{self, AliveSince, SessionRow},
        },
        error::{Error, Result},
        service::{
            Visitor,
            audit::{Actor, Kind, Outcome, Record},
            caller::Caller,
            limits::{self, Limit},
            paging::PageSize,
            viewer::Viewer,
        },
    },
};

/// The most sessions on a page.
const PAGE_MAX: i64 = 100;
/// For how long sessions that ended for reuse are told of, in seconds.
const TELL_FOR: i64 = 30 * 86_400;

/// The caller's sessions that are alive, newest first, before one, and those that ended because a token of theirs came
/// twice.
pub async fn of_caller(
    app: &App,
    caller: &Caller,
    before: Option<&SessionId>,
) -> Result<SessionPage> {
    let (mine, since) = (caller.session(), app.clock.now() - TELL_FOR);
    let user = caller.user().as_str();
    let ended = sessions::ended(&app.db, user, Ending::Reuse.reason(), since).await?;
    let page = page(app, caller.user(), mine, before).await?;
    Ok(SessionPage {
        ended_for_reuse: ended.into_iter().map(|row| view(row, mine)).collect(),
        ..page
    })
}

/// The viewer's newest sessions that are alive, for a page.
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
    let since = alive_since(app);
    let size = PageSize::new(PAGE_MAX, PAGE_MAX);
    let rows = sessions::alive(&app.db, user.as_str(), before, since, size.to_read()).await?;
    let page = size.cut(rows);
    let next_before = page.cursor().map(|row| row.id.clone());
    Ok(SessionPage {
        sessions: page.rows.into_iter().map(|row| view(row, mine)).collect(),
        next_before,
        ended_for_reuse: Vec::new(),
    })
}

fn view(row: SessionRow, mine: &SessionId) -> SessionView {
    SessionView {
        current: row.id == *mine,
        id: row.id,
        device: device::in_words(row.user_agent.as_deref()),
        device_sort: device::sort(row.user_agent.as_deref()),
        client_ip: row.client_ip,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        ended_at: row.revoked_at,
    }
}

/// The device of one of the viewer's sessions, in words, whether it is over or not.
pub async fn device_of(app: &App, viewer: &Viewer, session: &SessionId) -> Result<Option<String>> {
    let found = sessions::by_id(&app.db, session.as_str()).await?;
    let mine = found.filter(|found| found.user_id == viewer.user().as_str());
    Ok(mine.map(|found| device::in_words(found.user_agent.as_deref())))
}

/// The viewer's sessions that ended because a token of theirs came twice, the latest first, as far as they have not dismissed
/// that.
///
/// # Errors
/// The database.
pub async fn copied(app: &App, viewer: &Viewer) -> Result<Vec<SessionView>> {
    let (user, since) = (viewer.user().as_str(), app.clock.now() - TELL_FOR);
    let rows = sessions::ended_unseen(&app.db, user, Ending::Reuse.reason(), since).await?;
    Ok(rows.into_iter().map(|row| view(row, viewer.session())).collect())
}

/// The caller has seen what was told of their sessions that ended no later than this one.
///
/// # Errors
/// `reauthentication_required`, `too_many_requests`; the database.
pub async fn dismiss_copied(
    app: &App,
    caller: &Caller,
    latest: &SessionId,
    visitor: &Visitor,
) -> Result<()> {
    // A thief must not be able to hide the theft.
    caller.require_fresh(app)?;
    let user = caller.user().to_string();
    limits::count_change(app, Limit::Write(&user), caller, visitor).await?;
    let (record, latest) = (Record::new(app, visitor), latest.to_string());
    let written = app.db.write(move |tx| {
        async move {
            if profiles::see_alerts(tx, &user, &latest).await? {
                let event = (Kind::AlertDismiss, Outcome::Success);
                record.write(tx, event, Actor::Person(&user), Some(&user)).await?;
            }
            Ok::<_, Error>(())
        }
        .boxed()
    });
    written.await
}
