//! Registration.

use futures::FutureExt;

use super::{
    Visitor,
    audit::{self, Actor, Kind, Outcome, Record},
    limits::{self, Limit, Taken},
    login,
    passwords::{self, Person},
    profile,
    roles::Role,
    session::Opened,
};
use crate::{
    model::{
        ApiError, ErrorCode, Field, FieldError, PasswordPolicy, Problem, RegisterForm, SessionKind,
        UserView,
    },
    server::{
        App,
        db::{
            Tx,
            new_users::{self, NewUser},
            setup,
            users::{self, UserRow},
        },
        error::{Error, Result},
        secure::{
            identifier::{Email, Username},
            secret::Secret,
        },
    },
};

/// Registers somebody.
///
/// # Errors
/// `invalid_input` with every field error at once; `username_taken`, and then nothing has changed (S1).
/// An address that belongs to somebody else is no error: only verified ones are unique (S2).
pub async fn with_password(app: &App, form: RegisterForm, visitor: &Visitor) -> Result<UserView> {
    let user = create(app, form, Rules::Ours, Grant::Nothing, visitor).await?;
    Ok(profile::view(user))
}

/// The same under the tutorials' rules for passwords: any will do, on a loopback address only.
pub async fn with_any_password(
    app: &App,
    form: RegisterForm,
    visitor: &Visitor,
) -> Result<UserView> {
    let rules = if app.config.tutorial_compat { Rules::Tutorial } else { Rules::Ours };
    Ok(profile::view(create(app, form, rules, Grant::Nothing, visitor).await?))
}

/// Registers somebody in a browser and signs them in.
pub async fn and_sign_in(app: &App, form: RegisterForm, visitor: &Visitor) -> Result<Opened> {
    let user = create(app, form, Rules::Ours, Grant::Nothing, visitor).await?;
    login::open(app, user.id, Some(SessionKind::Cookie), visitor).await
}

/// Creates an account from the command line, as an admin or not.
pub async fn by_operator(app: &App, form: RegisterForm, admin: bool) -> Result<UserView> {
    let grant = Grant::Operator { is_admin: admin };
    Ok(profile::view(create(app, form, Rules::Ours, grant, &Visitor::default()).await?))
}

/// Which passwords will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rules {
    /// Those that the policy takes.
    Ours,
    /// Any; one that the policy does not take is noted as weak.
    Tutorial,
}

/// What a new account gets beside being one.
pub(super) enum Grant {
    /// Nothing.
    Nothing,
    /// What the operator says; no limit holds them.
    Operator {
        /// The admin role.
        is_admin: bool,
    },
    /// The admin role, if this set-up link (by hash) can be spent in the same transaction.
    SetupLink(String),
}

pub(super) async fn create(
    app: &App,
    form: RegisterForm,
    rules: Rules,
    grant: Grant,
    visitor: &Visitor,
) -> Result<UserRow> {
    let password = Secret::new(form.password.clone().unwrap_or_default());
    let judged = passwords::offline(app, &password, Person::of(&form));
    let (username, email) = match rules {
        Rules::Ours => judge(&form, app.config.password_policy(), judged.clone())?,
        Rules::Tutorial => judge(&form, PasswordPolicy { min_chars: 1 }, Ok(()))?,
    };
    // Not given back: an account is what an attacker wants, and a taken name tells something too (S2).
    let counted = match grant {
        Grant::Operator { .. } => Taken::default(),
        Grant::Nothing | Grant::SetupLink(_) => {
            let admitted = match app.limits.blocks.refuse(visitor.source(), false, app.clock.now())
            {
                Ok(()) => limits::take(app, &Limit::registrations(visitor.source())).await,
                Err(blocked) => Err(blocked),
            };
            match admitted {
                Ok(taken) => taken,
                Err(error) => {
                    return Err(audit::limited(app, Kind::Register, error, visitor).await);
                }
            }
        }
    };
    let weak = match rules {
        Rules::Ours => {
            passwords::ask(app, &password).await.map(|()| false).map_err(bad_password)?
        }
        Rules::Tutorial => judged.is_err(),
    };
    let hash = match app.passwords.hashing.run(move |hashing| hashing.hash(&password)).await {
        Ok(hash) => hash?,
        Err(too_busy) => {
            // Whoever is told to come back in a second has spent nothing.
            counted.give_back(app).await;
            return Err(too_busy);
        }
    };
    let (id, email_id, now) = (app.clock.new_id(), app.clock.new_id(), app.clock.now());
    let record = Record::new(app, visitor);
    let by_operator = matches!(grant, Grant::Operator { .. });
    app.db
        .write(move |tx| {
            async move {
                let user = NewUser {
                    id: &id,
                    username: (&username.shown, &username.canonical),
                    password_hash: Some(&hash),
                    password_weak_at: weak.then_some(now),
                    created_at: now,
                    now,
                    ..NewUser::default()
                };
                if !new_users::insert(tx, &user).await? {
                    return Err(taken());
                }
                if let Some(email) = &email {
                    let address = (email.shown.as_str(), email.canonical.as_str());
                    new_users::insert_email(tx, &email_id, &id, address, now, None).await?;
                }
                for event in give(tx, &grant, &id, now).await? {
                    let actor = if by_operator { Actor::Operator } else { Actor::Person(&id) };
                    let record = match event {
                        Kind::RoleGrant => &record.clone().about("role", Role::Admin.as_str()),
                        _ => &record,
                    };
                    record.write(tx, (*event, Outcome::Success), actor, Some(&id)).await?;
                }
                users::by_id_in(tx, &id).await?.ok_or_else(|| Error::Internal("new user".into()))
            }
            .boxed()
        })
        .await
}

/// Gives a new account what it is to have; answers what has happened.
async fn give(tx: &mut Tx<'_>, grant: &Grant, id: &str, now: i64) -> Result<&'static [Kind]> {
    let events: &[Kind] = match grant {
        Grant::Nothing | Grant::Operator { is_admin: false } => return Ok(&[Kind::Register]),
        Grant::SetupLink(hash) if !setup::spend(tx, hash, now).await? => {
            return Err(ErrorCode::SetupClosed.into());
        }
        Grant::SetupLink(_) => &[Kind::Register, Kind::SetupClaim],
        Grant::Operator { is_admin: true } => &[Kind::Register, Kind::RoleGrant],
    };
    users::grant(tx, id, Role::Admin.as_str(), now).await?;
    Ok(events)
}

/// All that can be said of the form without the database.
fn judge(
    form: &RegisterForm,
    policy: PasswordPolicy,
    password: std::result::Result<(), Problem>,
) -> Result<(Username, Option<Email>)> {
    let mut errors = form.check(policy);
    let mut note = |field, problem| {
        if !errors.iter().any(|error| error.field == field) {
            errors.push(FieldError::new(field, problem));
        }
    };
    let username = Username::parse(form.username.as_deref().unwrap_or_default())
        .map_err(|problem| note(Field::Username, problem))
        .ok();
    let address = form.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
    let email = address
        .map(|address| Email::parse(address).map_err(|problem| note(Field::Email, problem)).ok());
    if let Err(problem) = password {
        note(Field::Password, problem);
    }
    match (username, email) {
        (Some(username), None) if errors.is_empty() => Ok((username, None)),
        (Some(username), Some(Some(email))) if errors.is_empty() => Ok((username, Some(email))),
        _ => Err(ApiError::fields(errors).into()),
    }
}

fn bad_password(problem: Problem) -> Error {
    ApiError::fields(vec![FieldError::new(Field::Password, problem)]).into()
}

fn taken() -> Error {
    let field = FieldError::new(Field::Username, Problem::Taken);
    Error::Api(ApiError { fields: vec![field], ..ErrorCode::UsernameTaken.into() })
}
