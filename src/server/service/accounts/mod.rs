//! Administration of accounts by agents with the permission.

mod account_change;
mod change;

pub use account_change::AccountChange;
pub use change::{change, update};

use super::{agent::Agent, paging::PageSize, principal::Principal, profile, roles::Permission};
use crate::{
    model::{ErrorCode, UserId, UserPage, UserView},
    server::{
        App,
        db::users::{self, UserRow},
        error::{Error, Result},
        secure::identifier::{Username, is_external_id},
    },
};

/// Maximum number of accounts on a page.
pub const PAGE_MAX: i64 = 100;

/// Selection and start of a page of accounts.
#[derive(Default)]
pub struct ListQuery<'q> {
    /// Those after this id.
    pub after: Option<&'q UserId>,
    /// So many, 1 to 100.
    pub limit: Option<i64>,
    /// The one with this id in the app that they came from.
    pub external_id: Option<&'q str>,
}

/// A page of people in order of id.
///
/// # Errors
/// `forbidden`.
pub async fn list(app: &App, principal: &Principal, query: ListQuery<'_>) -> Result<UserPage> {
    principal.require(Permission::UsersRead)?;
    let Some(external_id) = query.external_id else {
        return page(app, query.after, query.limit).await;
    };
    let user = by_external_id(app, external_id).await?;
    let user = user.filter(|user| query.after.is_none_or(|after| user.id > *after));
    Ok(UserPage { users: user.into_iter().map(profile::view).collect(), next_after: None })
}

/// The person with an id in the app that they came from, for an agent who may see them.
///
/// # Errors
/// `forbidden`, `reauthentication_required`; `not_found`.
pub async fn of_external_id(app: &App, agent: Agent<'_>, external_id: &str) -> Result<UserView> {
    agent.permit(app, Permission::UsersRead)?;
    Ok(profile::view(by_external_id(app, external_id).await?.ok_or(ErrorCode::NotFound)?))
}

/// Nobody has what is no such id; PostgreSQL would not even take it.
async fn by_external_id(app: &App, external_id: &str) -> Result<Option<UserRow>> {
    match is_external_id(external_id) {
        true => Ok(users::by_external_id(&app.db, external_id).await?),
        false => Ok(None),
    }
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
