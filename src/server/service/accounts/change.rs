use futures::FutureExt;
use serde_json::Value;

use super::AccountChange;
use crate::{
    model::{ApiError, ErrorCode, Field, Problem, UserChange, UserId, UserView, check_json},
    server::{
        App,
        db::{
            Tx, admins, deletions, factors, invitations, passkeys, profiles, sessions,
            users::{self, UserRow},
        },
        error::{Error, Result},
        secure::{identifier::Username, secret::Secret},
        service::{
            address,
            agent::{Act, Agent},
            audit::Kind,
            feed, leaving,
            mail::Post,
            passwords::{self, Person},
            profile,
            roles::{self, Permission, Role},
            session, token_claims,
        },
    },
};

/// Changes an account by username; outdated tokens are revoked in the same transaction. Returns
/// whether the change had an effect; without one, nothing is written.
///
/// # Errors
/// `forbidden`, `reauthentication_required`; `not_found`; `last_admin`; `invalid_input` for a
/// password below the policy or app metadata that is too large.
pub async fn change(
    app: &App,
    agent: Agent<'_>,
    username: &str,
    change: AccountChange,
) -> Result<bool> {
    agent.permit(app, Permission::UsersWrite)?;
    let canonical = Username::canonical(username);
    let user = users::by_username(&app.db, &canonical).await?.ok_or(ErrorCode::NotFound)?;
    Ok(carry_out(app, agent, &user, vec![change]).await?.is_some())
}

/// Applies all changes of a form to an account, or none; returns the account afterwards.
///
/// # Errors
/// As [`change`]; `invalid_input` for an unknown role; `too_many_requests`.
pub async fn update(
    app: &App,
    agent: Agent<'_>,
    id: &UserId,
    form: UserChange,
) -> Result<UserView> {
    agent.permit(app, Permission::UsersWrite)?;
    agent.count(app).await?;
    let user = users::by_id(&app.db, id.as_str()).await?.ok_or(ErrorCode::NotFound)?;
    let changed = carry_out(app, agent, &user, changes(form)?).await?;
    Ok(profile::view(changed.unwrap_or(user)))
}

/// The changes of a form.
fn changes(form: UserChange) -> Result<Vec<AccountChange>> {
    let mut changes = Vec::new();
    if let Some(data) = form.app_metadata {
        changes.push(AccountChange::AppMetadata(data.unwrap_or_default()));
    }
    if let Some(disabled) = form.disabled {
        changes.push(if disabled { AccountChange::Disable } else { AccountChange::Enable });
    }
    if let Some(names) = form.roles {
        let wanted: Option<Vec<Role>> = names.iter().map(|name| Role::parse(name)).collect();
        let wanted = wanted.ok_or(ApiError::field(Field::Roles, Problem::Invalid))?;
        // Every account has the role `user`, named in the form or not.
        for role in Role::ALL.into_iter().filter(|role| *role != Role::User) {
            let is_wanted = wanted.contains(&role);
            changes.push(if is_wanted {
                AccountChange::GrantRole(role)
            } else {
                AccountChange::RevokeRole(role)
            });
        }
    }
    Ok(changes)
}

/// Applies the effective changes in one unit of work; returns the account, or none if there were no
/// effective changes.
async fn carry_out(
    app: &App,
    agent: Agent<'_>,
    user: &UserRow,
    mut changes: Vec<AccountChange>,
) -> Result<Option<UserRow>> {
    let mut hash = None;
    for change in &changes {
        match change {
            // An agent cannot grant permissions that it lacks.
            AccountChange::GrantRole(role) => {
                role.permissions().iter().try_for_each(|right| agent.permit(app, *right))?;
            }
            AccountChange::Password(password) => {
                hash = Some(judged(app, agent, user, password).await?)
            }
            AccountChange::AppMetadata(data) => check_json(data)
                .and_then(|()| token_claims::check(&app.config.token_claims, data))
                .map_err(|problem| ApiError::field(Field::AppMetadata, problem))?,
            _ => {}
        }
    }
    changes.retain(|change| change.is_news(user));
    if changes.is_empty() {
        return Ok(None);
    }
    let work = Work {
        app: app.clone(),
        id: user.id.clone(),
        changes,
        hash: hash.unwrap_or_default(),
        now_s: app.clock.now_s(),
        act: agent.act(app),
        post: Post::of_operator(app),
    };
    let now_s = work.now_s;
    let done = app.db.write(move |tx| async move { work.write(tx).await }.boxed()).await?;
    Ok(done.map(|(user, lines)| {
        for line in lines {
            app.tokens.revoked.add(&line, now_s);
        }
        app.profiles.forget(user.id.as_str());
        user
    }))
}

/// The hash of a new password, if it meets the policy.
async fn judged(app: &App, agent: Agent<'_>, user: &UserRow, password: &Secret) -> Result<String> {
    let person = Person { username: &user.username, email: user.email.as_deref() };
    let judged = passwords::judge(app, password, person).await;
    judged.map_err(|problem| ApiError::field(Field::Password, problem))?;
    let password = password.clone();
    let (act, hashing) = (agent.act(app), &app.passwords.hashing);
    Ok(hashing.run(act.holder(), move |hashing| hashing.hash(&password)).await??)
}

/// The inputs of the unit of work.
struct Work {
    app: App,
    id: UserId,
    changes: Vec<AccountChange>,
    hash: String,
    now_s: i64,
    act: Act,
    post: Post,
}

impl Work {
    /// Applies the changes; returns the account afterwards, and what the other processes must apply.
    async fn write(self, tx: &mut Tx<'_>) -> Result<Option<(UserRow, Vec<feed::Change>)>> {
        let (id, now_s) = (self.id.as_str(), self.now_s);
        let may_end_an_admin = |change: &AccountChange| {
            matches!(
                change,
                AccountChange::Disable
                    | AccountChange::Delete
                    | AccountChange::RevokeRole(Role::Admin)
            )
        };
        let ends_an_admin = self.changes.iter().any(may_end_an_admin);
        if ends_an_admin {
            admins::lock(tx).await?;
        }
        // The account's row is locked first: a concurrent sign-in comes before or after all of
        // this.
        if !users::lock(tx, id).await? {
            return Err(ErrorCode::NotFound.into());
        }
        let before = users::by_id_in(tx, id).await?;
        let was_admin = ends_an_admin && before.is_some_and(|user| roles::is_enabled_admin(&user));
        let (mut is_changed, mut ends_tokens, mut is_shown) = (false, false, false);
        let mut ended = Vec::new();
        for change in &self.changes {
            let before = ended.len();
            let Some(kind) = self.apply(tx, change, &mut ended).await? else { continue };
            let act = match change {
                AccountChange::GrantRole(role) | AccountChange::RevokeRole(role) => {
                    &self.act.clone().about("role", role.as_str())
                }
                AccountChange::Delete => {
                    &self.act.clone().about("sessions_ended", ended.len() - before)
                }
                _ => &self.act,
            };
            act.write(tx, kind, Some(id)).await?;
            if let Some((kind, facts)) = change.notice(now_s) {
                self.post.notify_about(tx, id, kind, facts).await?;
            }
            is_changed = true;
            ends_tokens |= change.ends_tokens();
            is_shown |= change.is_shown();
        }
        if !is_changed {
            return Ok(None);
        }
        if was_admin && !admins::one_is_enabled(tx).await? {
            return Err(ErrorCode::LastAdmin.into());
        }
        // By epoch what is out; by session what a refresh under way is about to hand out.
        let mut lines: Vec<_> = ended.into_iter().map(feed::Change::Session).collect();
        if ends_tokens {
            let epoch = users::next_epoch(tx, id, now_s).await?.unwrap_or_default();
            lines.push(feed::Change::User(id.to_owned(), epoch));
        }
        if is_shown {
            lines.push(feed::Change::Profile(id.to_owned()));
        }
        for line in &lines {
            feed::record(tx, line, now_s).await?;
        }
        let user = users::by_id_in(tx, id).await?;
        let user = user.ok_or_else(|| Error::Internal("a locked row is gone".into()))?;
        Ok(Some((user, lines)))
    }

    /// Applies one change; returns the kind of its audit event, or none without an effect.
    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        change: &AccountChange,
        ended: &mut Vec<String>,
    ) -> Result<Option<Kind>> {
        let (id, now_s) = (self.id.as_str(), self.now_s);
        // Links that make accounts end with what lets their maker in, or give.
        if matches!(
            change,
            AccountChange::Disable | AccountChange::RevokeRole(_) | AccountChange::Password(_)
        ) {
            invitations::revoke_of(tx, id, now_s).await?;
        }
        let (is_done, kind) = match change {
            AccountChange::Disable => {
                ended.extend(sessions::revoke_all(tx, id, None, "disabled", now_s).await?);
                (users::set_disabled(tx, id, Some(now_s)).await?, Kind::UserDisable)
            }
            AccountChange::Delete => {
                let closed = leaving::close(tx, id, now_s).await?;
                let is_closed = closed.is_some();
                ended.extend(closed.into_iter().flat_map(|closed| closed.sessions));
                (is_closed, Kind::DeletionAsk)
            }
            AccountChange::Keep => (deletions::keep(tx, id, now_s).await?, Kind::DeletionStop),
            AccountChange::Enable => {
                address::resume(&self.app, tx, &self.id, &self.post, now_s).await?;
                (users::set_disabled(tx, id, None).await?, Kind::UserEnable)
            }
            AccountChange::GrantRole(role) => {
                (users::grant(tx, id, role.as_str(), now_s).await?, Kind::RoleGrant)
            }
            AccountChange::RevokeRole(role) => {
                let is_withdrawn = users::withdraw(tx, id, role.as_str()).await?;
                if is_withdrawn {
                    ended.extend(session::end_for_role(&self.app, tx, id, *role, now_s).await?);
                }
                (is_withdrawn, Kind::RoleWithdraw)
            }
            AccountChange::Password(_) => {
                ended.extend(sessions::revoke_all(tx, id, None, "password", now_s).await?);
                (users::set_password(tx, id, &self.hash, now_s).await?, Kind::PasswordSet)
            }
            AccountChange::AppMetadata(data) => {
                let json = Value::Object(data.clone()).to_string();
                (profiles::set_app_metadata(tx, id, &json, now_s).await?, Kind::AppMetadata)
            }
            AccountChange::RemoveFactor => {
                ended.extend(sessions::revoke_all(tx, id, None, "factor", now_s).await?);
                let has_passkeys = passkeys::remove_all(tx, id).await? > 0;
                let has_app = factors::remove(tx, id).await?;
                if has_app && has_passkeys {
                    self.act.write(tx, Kind::PasskeyRemove, Some(id)).await?;
                }
                let kind = if has_app { Kind::TotpRemove } else { Kind::PasskeyRemove };
                (has_app || has_passkeys, kind)
            }
        };
        Ok(is_done.then_some(kind))
    }
}
