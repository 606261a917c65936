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
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            limits::{self, Limit},
            paging::PageSize,
            principal::Principal,
            session_user::SessionUser,
        },
    },
};

/// Maximum number of sessions on a page.
const PAGE_MAX: i64 = 100;
/// Time for which sessions that ended for reuse are shown, in seconds.
const TELL_FOR: i64 = 30 * 86_400;

/// The principal's living sessions without grants, newest first, before `before`, and those that ended for reuse
/// of a token.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_principal(
    app: &App,
    principal: &Principal,
    before: Option<&SessionId>,
) -> Result<SessionPage> {
    let (mine, since) = (principal.session(), app.clock.now_s() - TELL_FOR);
    let user = principal.user().as_str();
    let ended = sessions::ended(&app.db, user, Ending::Reuse.reason(), since).await?;
    let page = page(app, principal.user(), mine, before).await?;
    Ok(SessionPage {
        ended_for_reuse: ended.into_iter().map(|row| view(row, mine)).collect(),
        ..page
    })
}

/// The session user's newest living sessions, for a page.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_session_user(app: &App, session_user: &SessionUser) -> Result<SessionPage> {
    page(app, session_user.user(), session_user.session(), None).await
}

/// The earliest creation and use of a living session by the current settings.
pub(super) fn alive_since(app: &App) -> AliveSince {
    let now_s = app.clock.now_s();
    AliveSince {
        now_s,
        created_after: now_s - app.config.session_ttl,
        seen_after: now_s - app.config.session_idle_ttl,
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
    let rows =
        sessions::alive(&app.db, user.as_str(), before, since, (false, size.to_read())).await?;
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

/// The device of one of the session user's sessions, in words, whether it is over or not.
///
/// # Errors
/// Fails if the database fails.
pub async fn device_of(
    app: &App,
    session_user: &SessionUser,
    session: &SessionId,
) -> Result<Option<String>> {
    let found = sessions::by_id(&app.db, session.as_str()).await?;
    let mine = found.filter(|found| found.user_id == session_user.user().as_str());
    Ok(mine.map(|found| device::in_words(found.user_agent.as_deref())))
}

/// The session user's sessions that ended for reuse of a token and were not dismissed, latest
/// first.
///
/// # Errors
/// Fails if the database fails.
pub async fn copied(app: &App, session_user: &SessionUser) -> Result<Vec<SessionView>> {
    let (user, since) = (session_user.user().as_str(), app.clock.now_s() - TELL_FOR);
    let rows = sessions::ended_unseen(&app.db, user, Ending::Reuse.reason(), since).await?;
    Ok(rows.into_iter().map(|row| view(row, session_user.session())).collect())
}

/// Dismisses the alerts about the principal's sessions that ended no later than this one.
///
/// # Errors
/// `reauthentication_required`, `too_many_requests`; an error of the database.
pub async fn dismiss_copied(
    app: &App,
    principal: &Principal,
    latest: &SessionId,
    client_info: &ClientInfo,
) -> Result<()> {
    // A thief must not be able to hide the theft.
    principal.require_fresh(app)?;
    let user = principal.user().to_string();
    limits::count_change(app, Limit::Write(&user), principal, client_info).await?;
    let (record, latest) = (Record::new(app, client_info), latest.to_string());
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
