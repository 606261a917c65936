use futures::FutureExt;
use serde_json::{Map, Value};

use crate::{
    model::{ApiError, ErrorCode, Field, Problem, UserChange, UserId, UserView, check_json},
    server::{
        App,
        db::{
            Tx, admins, profiles, sessions,
            users::{self, UserRow},
        },
        error::{Error, Result},
        secure::{identifier::Username, secret::Secret},
        service::{
            agent::{Act, Agent},
            audit::Kind,
            feed,
            passwords::{self, Person},
            profile,
            roles::{self, Permission, Role},
        },
    },
};

/// One change of somebody else's account.
#[derive(Clone, Debug)]
pub enum AccountChange {
    /// Disables the account: sign-in, refresh and issued access tokens are refused.
    Disable,
    /// Sign-in works again; sessions that were ended stay ended.
    Enable,
    /// Gives a role.
    GrantRole(Role),
    /// Takes a role.
    RevokeRole(Role),
    /// Sets a password that meets the policy, and ends all sessions.
    Password(Secret),
    /// Replaces what the app keeps about the person, which they cannot write.
    AppMetadata(Map<String, Value>),
}

impl AccountChange {
    /// Whether the change would change the account.
    fn is_news(&self, user: &UserRow) -> bool {
        let has = |role: &Role| roles::of(user.roles.as_deref()).contains(role);
        match self {
            Self::Disable => user.disabled_at.is_none(),
            Self::Enable => user.disabled_at.is_some(),
            Self::GrantRole(role) => !has(role),
            Self::RevokeRole(role) => has(role),
            Self::Password(_) => true,
            Self::AppMetadata(data) => profile::object(&user.app_metadata) != *data,
        }
    }

    /// Whether tokens that are out say something else than the account does afterwards.
    fn ends_tokens(&self) -> bool {
        !matches!(self, Self::AppMetadata(_))
    }
}

/// Changes an account by username; tokens that say otherwise stop working in the same transaction. Answers whether it
/// was not so already; if it was, nothing is written.
///
/// # Errors
/// `forbidden`, `reauthentication_required`; `not_found`; `last_admin`; `invalid_input` for a password below the
/// policy or app metadata that is too large.
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

/// Changes an account as a form says, all of it or nothing; answers what it is then.
///
/// # Errors
/// As [`change`]; `invalid_input` for a role that is not known; `too_many_requests`.
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

/// The changes that a form asks for.
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
        // Everybody is a user, whether it is said or not.
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

/// Makes the changes that are news in one unit of work; answers the account, or nothing if none was.
async fn carry_out(
    app: &App,
    agent: Agent<'_>,
    user: &UserRow,
    mut changes: Vec<AccountChange>,
) -> Result<Option<UserRow>> {
    let mut hash = None;
    for change in &changes {
        match change {
            // Nobody gives rights that they do not have.
            AccountChange::GrantRole(role) => {
                role.permissions().iter().try_for_each(|right| agent.permit(app, *right))?;
            }
            AccountChange::Password(password) => {
                hash = Some(judged(app, agent, user, password).await?)
            }
            AccountChange::AppMetadata(data) => {
                check_json(data).map_err(|problem| ApiError::field(Field::AppMetadata, problem))?
            }
            _ => {}
        }
    }
    changes.retain(|change| change.is_news(user));
    if changes.is_empty() {
        return Ok(None);
    }
    let work = Work {
        id: user.id.clone(),
        changes,
        hash: hash.unwrap_or_default(),
        now: app.clock.now(),
        act: agent.act(app),
    };
    let now = work.now;
    let done = app.db.write(move |tx| async move { work.write(tx).await }.boxed()).await?;
    Ok(done.map(|(user, revoked)| {
        for revoked in revoked {
            app.tokens.revoked.add(&revoked, now);
        }
        user
    }))
}

fn is_enabled_admin(user: &UserRow) -> bool {
    user.disabled_at.is_none() && roles::of(user.roles.as_deref()).contains(&Role::Admin)
}

/// The hash of a new password, if the policy takes it.
async fn judged(app: &App, agent: Agent<'_>, user: &UserRow, password: &Secret) -> Result<String> {
    let person = Person { username: &user.username, email: user.email.as_deref() };
    let judged = passwords::judge(app, password, person).await;
    judged.map_err(|problem| ApiError::field(Field::Password, problem))?;
    let password = password.clone();
    let (act, hashing) = (agent.act(app), &app.passwords.hashing);
    Ok(hashing.run(act.holder(), move |hashing| hashing.hash(&password)).await??)
}

/// What the unit of work needs.
struct Work {
    id: UserId,
    changes: Vec<AccountChange>,
    hash: String,
    now: i64,
    act: Act,
}

impl Work {
    /// Makes the changes; the account as it is then, and what is revoked.
    async fn write(self, tx: &mut Tx<'_>) -> Result<Option<(UserRow, Vec<feed::Change>)>> {
        let (id, now) = (self.id.as_str(), self.now);
        let may_end_an_admin = |change: &AccountChange| {
            matches!(change, AccountChange::Disable | AccountChange::RevokeRole(Role::Admin))
        };
        let ends_an_admin = self.changes.iter().any(may_end_an_admin);
        if ends_an_admin {
            admins::hold(tx).await?;
        }
        // The account's row before all else: a sign-in that is under way comes before or after all of this.
        if !users::lock(tx, id).await? {
            return Err(ErrorCode::NotFound.into());
        }
        let before = users::by_id_in(tx, id).await?;
        let was_admin = ends_an_admin && before.is_some_and(|user| is_enabled_admin(&user));
        let (mut is_changed, mut ends_tokens, mut ended) = (false, false, Vec::new());
        for change in &self.changes {
            let Some(kind) = self.apply(tx, change, &mut ended).await? else { continue };
            let act = match change {
                AccountChange::GrantRole(role) | AccountChange::RevokeRole(role) => {
                    &self.act.clone().about("role", role.as_str())
                }
                _ => &self.act,
            };
            act.write(tx, kind, Some(id)).await?;
            (is_changed, ends_tokens) = (true, ends_tokens || change.ends_tokens());
        }
        if !is_changed {
            return Ok(None);
        }
        if was_admin && !admins::one_is_enabled(tx).await? {
            return Err(ErrorCode::LastAdmin.into());
        }
        // By epoch what is out; by session what a refresh under way is about to hand out.
        let mut revoked: Vec<_> = ended.into_iter().map(feed::Change::Session).collect();
        if ends_tokens {
            let epoch = users::next_epoch(tx, id, now).await?.unwrap_or_default();
            revoked.push(feed::Change::User(id.to_owned(), epoch));
        }
        for revoked in &revoked {
            feed::record(tx, revoked, now).await?;
        }
        let user = users::by_id_in(tx, id).await?;
        let user = user.ok_or_else(|| Error::Internal("a locked row is gone".into()))?;
        Ok(Some((user, revoked)))
    }

    /// Makes one change; the kind of its audit event, or nothing if it was so already.
    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        change: &AccountChange,
        ended: &mut Vec<String>,
    ) -> Result<Option<Kind>> {
        let (id, now) = (self.id.as_str(), self.now);
        let (is_done, kind) = match change {
            AccountChange::Disable => {
                ended.extend(sessions::revoke_all(tx, id, None, "disabled", now).await?);
                (users::set_disabled(tx, id, Some(now)).await?, Kind::UserDisable)
            }
            AccountChange::Enable => (users::set_disabled(tx, id, None).await?, Kind::UserEnable),
            AccountChange::GrantRole(role) => {
                (users::grant(tx, id, role.as_str(), now).await?, Kind::RoleGrant)
            }
            AccountChange::RevokeRole(role) => {
                (users::withdraw(tx, id, role.as_str()).await?, Kind::RoleWithdraw)
            }
            AccountChange::Password(_) => {
                ended.extend(sessions::revoke_all(tx, id, None, "password", now).await?);
                (users::set_password(tx, id, &self.hash, now).await?, Kind::PasswordSet)
            }
            AccountChange::AppMetadata(data) => {
                let json = Value::Object(data.clone()).to_string();
                (profiles::set_app_metadata(tx, id, &json, now).await?, Kind::AppMetadata)
            }
        };
        Ok(is_done.then_some(kind))
    }
}
