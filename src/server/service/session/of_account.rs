use futures::FutureExt;
use serde::Serialize;

use super::{
    device,
    ended::{Ending, end_grants},
    list,
};
use crate::{
    model::{ErrorCode, SessionId, UserId},
    server::{
        App,
        db::{
            sessions::{self, SessionRow},
            trusted_devices, users,
        },
        error::{Error, Result},
        secure::identifier::Username,
        service::{
            agent::Agent,
            audit::Kind,
            feed::{self, Change},
            mail::{MailKind, Post},
            paging::PageSize,
            roles::Permission,
        },
    },
};

/// Number of sessions per read.
const PAGE: i64 = 100;

/// A session in an operator's list. Times are Unix seconds.
#[derive(Clone, Debug, Serialize)]
pub struct SessionLine {
    /// Session id, the `sid` of its tokens.
    pub id: SessionId,
    /// Account that owns it.
    pub user_id: String,
    /// Transport of its refresh token: `cookie`, `token` or `none`.
    pub kind: String,
    /// Client of the session.
    pub client_id: String,
    /// Browser and system, in words.
    pub device: String,
    /// IP address at creation or the last refresh.
    pub client_ip: Option<String>,
    /// Time of creation.
    pub created_at: i64,
    /// Time of the last refresh or page view.
    pub last_seen_at: i64,
    /// End without use.
    pub idle_expires_at: i64,
    /// Absolute end.
    pub expires_at: i64,
}

impl From<SessionRow> for SessionLine {
    fn from(row: SessionRow) -> Self {
        Self {
            device: device::in_words(row.user_agent.as_deref()),
            id: row.id,
            user_id: row.user_id,
            kind: row.kind,
            client_id: row.client_id,
            client_ip: row.client_ip,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            idle_expires_at: row.idle_expires_at,
            expires_at: row.expires_at,
        }
    }
}

/// The account of a username, for an agent with the permission.
///
/// # Errors
/// `forbidden`, `reauthentication_required`; `not_found`.
pub async fn account(app: &App, agent: Agent<'_>, username: &str) -> Result<UserId> {
    agent.permit(app, Permission::UsersRead)?;
    let user = users::by_username(&app.db, &Username::canonical(username)).await?;
    Ok(user.ok_or(ErrorCode::NotFound)?.id)
}

/// Passes the open sessions of an account to `write`, newest first. Holds one page in memory.
///
/// # Errors
/// Returns the error of `write` or of the database.
pub async fn each_of<E: From<Error>>(
    app: &App,
    user: &UserId,
    mut write: impl FnMut(SessionLine) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let (since, size) = (list::alive_since(app), PageSize::new(PAGE, PAGE));
    let mut before = None;
    loop {
        let most = (true, size.to_read());
        let rows = sessions::alive(&app.db, user.as_str(), before.as_ref(), since, most);
        let page = size.cut(rows.await.map_err(Error::from)?);
        before = page.cursor().map(|row| row.id.clone());
        page.rows.into_iter().try_for_each(|row| write(row.into()))?;
        if before.is_none() {
            return Ok(());
        }
    }
}

/// Ends all sessions of an account with the trust in all browsers, or one of the sessions; returns how many.
///
/// # Errors
/// `forbidden`, `reauthentication_required`; `not_found` for a missing account, or a session of it
/// that is missing or over.
pub async fn end_by_agent(
    app: &App,
    agent: Agent<'_>,
    username: &str,
    only: Option<&SessionId>,
) -> Result<usize> {
    agent.permit(app, Permission::UsersWrite)?;
    let user = account(app, agent, username).await?.to_string();
    let (only, now_s, act) = (only.map(SessionId::to_string), app.clock.now_s(), agent.act(app));
    let (reason, post) = (Ending::Revoked.reason(), Post::of_operator(app));
    let written = app.db.write(move |tx| {
        async move {
            users::lock(tx, &user).await?;
            let (mut trusted, mut grants) = (0, Vec::new());
            let ended = match only {
                None => {
                    trusted = trusted_devices::remove_all(tx, &user, None).await?;
                    sessions::revoke_all(tx, &user, None, reason, now_s).await?
                }
                Some(id) => {
                    let owner = sessions::by_id_in(tx, &id).await?.map(|row| row.user_id);
                    let is_theirs = owner.as_ref() == Some(&user);
                    if !is_theirs || sessions::revoke(tx, &id, reason, now_s).await?.is_none() {
                        return Err(ErrorCode::NotFound.into());
                    }
                    grants = end_grants(tx, (&id, true), now_s).await?;
                    vec![id]
                }
            };
            for id in &ended {
                feed::record(tx, &Change::Session(id.clone()), now_s).await?;
                let act = act.clone().about("session", id.as_str());
                act.write(tx, Kind::SessionRevoke, Some(&user)).await?;
            }
            if trusted > 0 {
                let act = act.clone().about("count", trusted);
                act.write(tx, Kind::TrustedDeviceRemove, Some(&user)).await?;
            }
            if !ended.is_empty() || trusted > 0 {
                post.notify(tx, &user, MailKind::SessionsEnded).await?;
            }
            Ok::<_, Error>((ended, grants))
        }
        .boxed()
    });
    let (ended, grants) = written.await?;
    let count = ended.len();
    for id in ended.into_iter().chain(grants) {
        app.tokens.revoked.add(&Change::Session(id), now_s);
    }
    Ok(count)
}
