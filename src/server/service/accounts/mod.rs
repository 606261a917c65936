//! Administration of accounts by agents with the permission.

mod change;

pub use change::{AccountChange, change, update};

use super::{agent::Agent, paging::PageSize, principal::Principal, profile, roles::Permission};
use crate::{
    model::{ErrorCode, UserId, UserPage, UserView},
    server::{
        App,
        db::users,
        error::{Error, Result},
        secure::identifier::Username,
    },
};

/// Maximum number of accounts on a page.
pub const PAGE_MAX: i64 = 100;

/// A page of accounts in order of the id.
///
/// # Errors
/// `forbidden`, `reauthentication_required`.
pub async fn list(
    app: &App,
    principal: &Principal,
    after: Option<&UserId>,
    limit: Option<i64>,
) -> Result<UserPage> {
    principal.require(Permission::UsersRead)?;
    page(app, after, limit).await
}

/// The first page, as the tutorials' `/users` returns it: in tutorial mode for any signed-in user.
///
/// # Errors
/// `forbidden`.
pub async fn list_in_tutorial(app: &App, principal: &Principal) -> Result<Vec<UserView>> {
    if !app.config.tutorial_compat {
        principal.require(Permission::UsersRead)?;
    }
    Ok(page(app, None, None).await?.users)
}

/// Passes all accounts in order of the id to `write`, for an agent with the permission. Holds one
/// page in memory.
///
/// # Errors
/// Returns the error of `write`; `forbidden`, `reauthentication_required`; an error of the
/// database.
pub async fn each<E: From<Error>>(
    app: &App,
    agent: Agent<'_>,
    mut write: impl FnMut(UserView) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    agent.permit(app, Permission::UsersRead)?;
    let mut after = None;
    loop {
        let UserPage { users, next_after } = page(app, after.as_ref(), None).await?;
        users.into_iter().try_for_each(&mut write)?;
        if next_after.is_none() {
            return Ok(());
        }
        after = next_after;
    }
}

/// The account of a username, for an agent with the permission.
///
/// # Errors
/// `forbidden`, `reauthentication_required`; `not_found`.
pub async fn named(app: &App, agent: Agent<'_>, username: &str) -> Result<UserView> {
    agent.permit(app, Permission::UsersRead)?;
    let user = users::by_username(&app.db, &Username::canonical(username)).await?;
    Ok(profile::view(user.ok_or(ErrorCode::NotFound)?))
}

async fn page(app: &App, after: Option<&UserId>, limit: Option<i64>) -> Result<UserPage> {
    let size = PageSize::new(limit.unwrap_or(PAGE_MAX), PAGE_MAX);
    let page = size.cut(users::page(&app.db, after, size.to_read()).await?);
    let next_after = page.cursor().map(|user| user.id.clone());
    Ok(UserPage { users: page.rows.into_iter().map(profile::view).collect(), next_after })
}

/// One account.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn get(app: &App, principal: &Principal, id: &UserId) -> Result<UserView> {
    principal.require(Permission::UsersRead)?;
    profile::by_id(app, id).await
}
