//! Other people's accounts: seen and changed by those who may.

mod change;

pub use change::{Change, change, update};

use super::{caller::Caller, paging::PageSize, profile, roles::Permission};
use crate::{
    model::{UserId, UserPage, UserView},
    server::{App, db::users, error::Result},
};

/// The most people on a page.
pub const PAGE_MAX: i64 = 100;

/// A page of people in order of id.
///
/// # Errors
/// `forbidden`.
pub async fn list(
    app: &App,
    caller: &Caller,
    after: Option<&UserId>,
    limit: Option<i64>,
) -> Result<UserPage> {
    caller.require(Permission::UsersRead)?;
    page(app, after, limit).await
}

/// The first page, as the tutorials' `/users` has it: in tutorial mode for any signed-in person.
///
/// # Errors
/// `forbidden`.
pub async fn list_in_tutorial(app: &App, caller: &Caller) -> Result<Vec<UserView>> {
    if !app.config.tutorial_compat {
        caller.require(Permission::UsersRead)?;
    }
    Ok(page(app, None, None).await?.users)
}

async fn page(app: &App, after: Option<&UserId>, limit: Option<i64>) -> Result<UserPage> {
    let size = PageSize::new(limit.unwrap_or(PAGE_MAX), PAGE_MAX);
    let page = size.cut(users::page(&app.db, after, size.to_read()).await?);
    let next_after = page.cursor().map(|user| user.id.clone());
    Ok(UserPage { users: page.rows.into_iter().map(profile::view).collect(), next_after })
}

/// One person.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn get(app: &App, caller: &Caller, id: &UserId) -> Result<UserView> {
    caller.require(Permission::UsersRead)?;
    profile::by_id(app, id).await
}
