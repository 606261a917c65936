//! Registration.

mod admission;
mod by_passkey;
pub(super) mod created;
mod judged;

use futures::FutureExt;

pub(super) use self::admission::Admission;
pub use self::by_passkey::{passkey_options, with_passkey, with_passkey_and_sign_in};
use self::{
    created::Created,
    judged::{Judged, judge},
};
use super::{
    ClientInfo,
    address::Confirmation,
    agent::Agent,
    audit::{self, Kind, Record},
    hashing::PermitHolder,
    limits::{self, Limit, LimitReservation},
    login::{self, Entered},
    outcome, passwords, profile,
    proof::Authenticated,
    roles::{self, Permission},
};
use crate::{
    model::{ApiError, ErrorCode, Field, FieldError, Problem, RegisterForm, UserView},
    server::{
        App,
        db::{
            former_usernames,
            new_users::{self, NewUser},
            users,
        },
        error::{Error, Result},
        metrics::Attempt,
        say::{self, Language},
    },
};

/// Registers an account.
///
/// # Errors
/// `invalid_input` with every field error at once; `username_taken`, without a change (S1). An
/// address of another account is not an error, because only verified ones are unique (S2).
pub async fn with_password(
    app: &App,
    form: RegisterForm,
    client_info: &ClientInfo,
) -> Result<UserView> {
    let user = create(app, form, Rules::Ours, Admission::Nothing, client_info).await?;
    Ok(profile::view(user.into_row()))
}

/// Registers an account on the tutorials' paths: in tutorial mode any password is accepted.
///
/// # Errors
/// As [`with_password`].
pub async fn with_any_password(
    app: &App,
    form: RegisterForm,
    client_info: &ClientInfo,
) -> Result<UserView> {
    let rules = if app.config.tutorial_compat { Rules::Tutorial } else { Rules::Ours };
    Ok(profile::view(create(app, form, rules, Admission::Nothing, client_info).await?.into_row()))
}

/// Registers an account in a browser and signs in to it, or has its address confirmed first where it must be.
///
/// # Errors
/// As [`with_password`].
pub async fn and_sign_in(
    app: &App,
    form: RegisterForm,
    next: Option<String>,
    client_info: &ClientInfo,
) -> Result<Entered> {
    let created = create(app, form, Rules::Ours, Admission::Nothing, client_info).await?;
    sign_in(app, &created, next, client_info).await
}

/// Signs in to an account that was just created, in the same browser; has a second factor set up first where a role demands one.
pub(super) async fn sign_in(
    app: &App,
    created: &Created,
    next: Option<String>,
    client_info: &ClientInfo,
) -> Result<Entered> {
    let who = Authenticated::by_registration(app, created);
    let demands = roles::demand_factor(&app.config, created.user().roles.as_deref());
    login::after_registration(app, who, (demands, next), client_info).await
}

/// Creates an account on behalf of an agent, as an administrator or not.
///
/// # Errors
/// `forbidden`, `reauthentication_required`; else as [`with_password`].
pub async fn by_operator(
    app: &App,
    agent: Agent<'_>,
    form: RegisterForm,
    is_admin: bool,
) -> Result<UserView> {
    agent.permit(app, Permission::UsersWrite)?;
    let grant = Admission::Agent { act: agent.act(app), is_admin };
    let created = create(app, form, Rules::Ours, grant, &agent.client_info()).await?;
    Ok(profile::view(created.into_row()))
}

/// The rules for passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rules {
    /// The policy.
    Ours,
    /// Any password; one below the policy is marked as weak.
    Tutorial,
    /// None: there is a passkey instead.
    Passkey,
}

pub(super) async fn create(
    app: &App,
    form: RegisterForm,
    rules: Rules,
    grant: Admission,
    client_info: &ClientInfo,
) -> Result<Created> {
    let is_by_agent = matches!(grant, Admission::Agent { .. });
    let created = checked(app, form, rules, grant, client_info).await;
    if !is_by_agent {
        outcome::record(app, Attempt::Registration, client_info, &created);
    }
    created
}

async fn checked(
    app: &App,
    form: RegisterForm,
    rules: Rules,
    grant: Admission,
    client_info: &ClientInfo,
) -> Result<Created> {
    // In the order of cost: the block (memory), the form (bounded by its lengths), the limits, the
    // range API, the hash. A form with errors does not count against the limit, and all its errors
    // are reported at once.
    grant.is_open(app)?;
    let is_by_agent = matches!(grant, Admission::Agent { .. });
    if !is_by_agent {
        refuse_blocked(app, client_info).await?;
    }
    let Judged { username, email, password, is_weak, profile } =
        judge(app, form, rules, grant.needs_address(app))?;
    // Not returned: an account is the goal of an attacker, and a taken name reveals something too
    // (S2).
    let counted =
        if is_by_agent { LimitReservation::default() } else { count(app, client_info).await? };
    if rules == Rules::Ours {
        passwords::ask(app, &password).await.map_err(bad_password)?;
    }
    let holder = match &grant {
        Admission::Agent { act, .. } => act.holder(),
        _ => PermitHolder::Newcomer(client_info.source()),
    };
    let hashed = match rules {
        Rules::Passkey => Ok(None),
        _ => {
            let hashing = &app.passwords.hashing;
            hashing.run(holder, move |hashing| hashing.hash(&password)).await.map(Some)
        }
    };
    let hash = match hashed {
        Ok(hash) => hash.transpose()?,
        Err(too_busy) => {
            // A 503 must not use up the limit.
            counted.give_back(app).await;
            return Err(too_busy);
        }
    };
    let (id, email_id, now_s) = (app.clock.new_id(), app.clock.new_id(), app.clock.now_s());
    let record = Record::new(app, client_info);
    // An agent has the language of a terminal, not that of the person.
    let language = (!is_by_agent).then(say::current);
    let (confirmation, mail_counted) = match &email {
        Some(email) if grant.verified_by().is_none() => {
            let language = language.unwrap_or(app.config.mail.language);
            Confirmation::of_newcomer(app, &id, email, language).await?.unzip()
        }
        _ => (None, None),
    };
    let in_unit = app.clone();
    let locale = language.map(Language::code);
    let written = app
        .db
        .write(move |tx| {
            async move {
                grant.spend(tx, now_s).await?;
                let user = NewUser {
                    id: &id,
                    username: (&username.shown, &username.canonical),
                    profile: &profile,
                    locale,
                    password_hash: hash.as_deref(),
                    password_weak_at: is_weak.then_some(now_s),
                    created_at: now_s,
                    now_s,
                    ..NewUser::default()
                };
                if !new_users::insert(tx, &user).await? {
                    return Err(taken());
                }
                // Checked after the name is ours: a concurrent rename is over then. An operator
                // knows the history of the name.
                if !matches!(grant, Admission::Agent { .. })
                    && former_usernames::is_kept(tx, &username.canonical, None, now_s).await?
                {
                    return Err(taken());
                }
                if let Some(email) = &email {
                    let address = (email.shown.as_str(), email.canonical.as_str());
                    let verified = grant.verified_by().map(|by| (now_s, by));
                    let is_added =
                        new_users::insert_email(tx, &email_id, &id, address, now_s, verified)
                            .await?;
                    if !is_added && verified.is_some() {
                        return Err(ErrorCode::AddressUnavailable.into());
                    }
                }
                if let Some(confirmation) = &confirmation {
                    confirmation.write(&in_unit, tx, now_s).await?;
                }
                grant.write(tx, &record, (&id, &username.shown), now_s).await?;
                let row = users::by_id_in(tx, &id).await?;
                let row = row.ok_or_else(|| Error::Internal("new user".into()))?;
                Ok(Created::new(row, hash, grant.syncs()))
            }
            .boxed()
        })
        .await;
    if written.is_err()
        && let Some(counted) = mail_counted
    {
        // No mail was written: names that are taken must not use up the mails of an address.
        counted.give_back(app).await;
    }
    written
}

fn bad_password(problem: Problem) -> Error {
    ApiError::field(Field::Password, problem).into()
}

/// Refuses a source that is blocked.
///
/// # Errors
/// `source_blocked`.
async fn refuse_blocked(app: &App, client_info: &ClientInfo) -> Result<()> {
    match app.limits.blocks.refuse(client_info.source(), false, app.clock.now_s()) {
        Ok(()) => Ok(()),
        Err(blocked) => Err(audit::limited(app, Kind::Register, blocked, client_info).await),
    }
}

/// Counts a registration.
///
/// # Errors
/// `too_many_requests`.
async fn count(app: &App, client_info: &ClientInfo) -> Result<LimitReservation> {
    match limits::take(app, &Limit::registrations(client_info.source())).await {
        Ok(taken) => Ok(taken),
        Err(error) => Err(audit::limited(app, Kind::Register, error, client_info).await),
    }
}

fn taken() -> Error {
    let field = FieldError::new(Field::Username, Problem::Taken);
    Error::Api(ApiError { fields: vec![field], ..ErrorCode::UsernameTaken.into() })
}
