//! Other people's accounts: seen by admins, changed by operators.

use futures::FutureExt;

use super::{
    Visitor,
    audit::{Actor, Kind, Outcome, Record},
    caller::Caller,
    hashing::Share,
    is_storable,
    passwords::{self, Person},
    profile, revocation,
    roles::{Permission, Role},
};
use crate::{
    model::{ApiError, ErrorCode, Field, FieldError, UserId, UserPage, UserView},
    server::{
        App,
        db::{Tx, revocations::Revocation, sessions, users},
        error::{Error, Result},
        secure::{identifier::Username, secret::Secret},
    },
};

/// The most people on a page.
pub const PAGE_MAX: i64 = 100;

/// A page of people in order of id.
pub async fn list(
    app: &App,
    caller: &Caller,
    after: Option<&str>,
    limit: Option<i64>,
) -> Result<UserPage> {
    caller.require(Permission::UsersRead)?;
    page(app, after, limit).await
}

/// The first page, as the tutorials' `/users` has it: in tutorial mode for any signed-in person.
pub async fn list_in_tutorial(app: &App, caller: &Caller) -> Result<Vec<UserView>> {
    if !app.config.tutorial_compat {
        caller.require(Permission::UsersRead)?;
    }
    Ok(page(app, None, None).await?.users)
}

async fn page(app: &App, after: Option<&str>, limit: Option<i64>) -> Result<UserPage> {
    let limit = limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let after = after.unwrap_or_default();
    if !is_storable(after) {
        return Ok(UserPage { users: Vec::new(), next_after: None });
    }
    let rows = users::page(&app.db, after, limit).await?;
    let full = rows.len() as i64 == limit;
    let users: Vec<UserView> = rows.into_iter().map(profile::view).collect();
    let next_after = users.last().filter(|_| full).map(|user| user.id.clone());
    Ok(UserPage { users, next_after })
}

/// One person.
pub async fn get(app: &App, caller: &Caller, id: &UserId) -> Result<UserView> {
    caller.require(Permission::UsersRead)?;
    if !is_storable(id.as_str()) {
        return Err(ErrorCode::NotFound.into());
    }
    profile::by_id(app, id).await
}

/// What an operator does to an account from the command line.
#[derive(Clone, Debug)]
pub enum Change {
    /// Nothing opens any more: sign-in, refresh, tokens already out.
    Disable,
    /// Sign-in works again; sessions that were ended stay ended.
    Enable,
    /// Gives a role.
    Grant(Role),
    /// Takes a role.
    Withdraw(Role),
    /// Sets a password that meets the policy, and ends all sessions.
    Password(Secret),
}

/// Changes an account by username; tokens that say otherwise stop working in the same transaction.
///
/// # Errors
/// `not_found`; `invalid_input` for a password below the policy.
pub async fn change(app: &App, username: &str, change: Change) -> Result<()> {
    let canonical = Username::canonical(username);
    let user = users::by_username(&app.db, &canonical).await?.ok_or(ErrorCode::NotFound)?;
    let mut hash = String::new();
    if let Change::Password(password) = &change {
        let person = Person { username: &user.username, email: user.email.as_deref() };
        passwords::judge(app, password, person)
            .await
            .map_err(|problem| ApiError::fields(vec![FieldError::new(Field::Password, problem)]))?;
        let password = password.clone();
        let hashing = &app.passwords.hashing;
        hash = hashing.run(Share::Operator, move |hashing| hashing.hash(&password)).await??;
    }
    let (now, expires_at) = (app.clock.now(), revocation::expiry(app));
    let mut record = Record::new(app, &Visitor::default());
    if let Change::Grant(role) | Change::Withdraw(role) = &change {
        record = record.about("role", role.as_str());
    }
    let revoked = app
        .db
        .write(move |tx| {
            async move {
                // The account's row first: a sign-in that is under way comes before or after all of this.
                let epoch = users::next_epoch(tx, &user.id, now).await?.unwrap_or_default();
                let (kind, ended) = apply(tx, &user.id, &change, &hash, now).await?;
                let Some(kind) = kind else {
                    return Ok(Vec::new());
                };
                let event = (kind, Outcome::Success);
                record.write(tx, event, Actor::Operator, Some(&user.id)).await?;
                // By epoch what is out; by session what a refresh under way is about to hand out.
                let mut revoked = vec![Revocation::User(user.id, epoch)];
                revoked.extend(ended.into_iter().map(Revocation::Session));
                for revoked in &revoked {
                    revocation::record(tx, revoked, now, expires_at).await?;
                }
                Ok::<_, Error>(revoked)
            }
            .boxed()
        })
        .await?;
    for revoked in revoked {
        app.tokens.revoked.add(revoked, expires_at);
    }
    Ok(())
}

/// Makes the change; the kind of its audit event, or nothing if it was so already, and the sessions that
/// it ended.
async fn apply(
    tx: &mut Tx<'_>,
    id: &str,
    change: &Change,
    hash: &str,
    now: i64,
) -> Result<(Option<Kind>, Vec<String>)> {
    let mut ended = Vec::new();
    let (changed, kind) = match change {
        Change::Disable => {
            let changed = users::set_disabled(tx, id, Some(now)).await?;
            ended = sessions::revoke_all(tx, id, None, "disabled", now).await?;
            (changed, Kind::UserDisable)
        }
        Change::Enable => (users::set_disabled(tx, id, None).await?, Kind::UserEnable),
        Change::Grant(role) => (users::grant(tx, id, role.as_str(), now).await?, Kind::RoleGrant),
        Change::Withdraw(role) => {
            (users::withdraw(tx, id, role.as_str()).await?, Kind::RoleWithdraw)
        }
        Change::Password(_) => {
            ended = sessions::revoke_all(tx, id, None, "password", now).await?;
            (users::set_password(tx, id, hash, now).await?, Kind::PasswordSet)
        }
    };
    Ok((changed.then_some(kind), ended))
}
