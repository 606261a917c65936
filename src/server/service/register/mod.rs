//! Registration.

pub(super) mod created;

use futures::FutureExt;

use self::created::Created;
use super::{
    Visitor,
    agent::{Act, Agent},
    audit::{self, Actor, Kind, Outcome, Record},
    flows::Flow,
    hashing::Holder,
    limits::{self, Limit, Taken},
    outcome,
    passwords::{self, Person},
    profile,
    proof::Authenticated,
    roles::{Permission, Role},
    session::{self, Opened},
    setup::link,
};
use crate::{
    model::{
        ApiError, ErrorCode, Field, FieldError, Form, PasswordPolicy, Problem, RegisterForm,
        SessionKind, UserView,
    },
    server::{
        App,
        db::{
            Tx, former_usernames,
            new_users::{self, NewUser},
            users,
        },
        error::{Error, Result},
        metrics::Attempt,
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
    Ok(profile::view(user.into_row()))
}

/// Registers an account under the tutorials' rules: any password is accepted, on a loopback address only.
pub async fn with_any_password(
    app: &App,
    form: RegisterForm,
    visitor: &Visitor,
) -> Result<UserView> {
    let rules = if app.config.tutorial_compat { Rules::Tutorial } else { Rules::Ours };
    Ok(profile::view(create(app, form, rules, Grant::Nothing, visitor).await?.into_row()))
}

/// Registers somebody in a browser and signs them in.
pub async fn and_sign_in(app: &App, form: RegisterForm, visitor: &Visitor) -> Result<Opened> {
    let created = create(app, form, Rules::Ours, Grant::Nothing, visitor).await?;
    sign_in(app, &created, visitor).await
}

/// Signs in the person whose account was created a moment ago, in their browser.
pub(super) async fn sign_in(app: &App, created: &Created, visitor: &Visitor) -> Result<Opened> {
    let who = Authenticated::by_registration(app, created);
    let opened = session::open(app, who, Some(SessionKind::Cookie), visitor).await?;
    // Nothing, where an operator disabled the account in this moment.
    Ok(opened.ok_or(ErrorCode::InvalidCredentials)?)
}

/// Creates an account for somebody else, as an admin or not.
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
    let grant = Grant::Agent { act: agent.act(app), is_admin };
    let created = create(app, form, Rules::Ours, grant, &agent.visitor()).await?;
    Ok(profile::view(created.into_row()))
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
    /// What an agent says; no limit holds them.
    Agent {
        /// Who, and from where.
        act: Act,
        /// The admin role.
        is_admin: bool,
    },
    /// The admin role, if this set-up link can be spent in the same transaction.
    SetupLink(Flow),
}

pub(super) async fn create(
    app: &App,
    form: RegisterForm,
    rules: Rules,
    grant: Grant,
    visitor: &Visitor,
) -> Result<Created> {
    let is_by_agent = matches!(grant, Grant::Agent { .. });
    let created = checked(app, form, rules, grant, visitor).await;
    if !is_by_agent {
        outcome::note(app, Attempt::Registration, visitor, &created);
    }
    created
}

async fn checked(
    app: &App,
    form: RegisterForm,
    rules: Rules,
    grant: Grant,
    visitor: &Visitor,
) -> Result<Created> {
    // In the order of cost: the block (memory), the form (bounded by its lengths), the limits, the range API, the hash.
    // A form with errors does not count against the limit, and all its errors are reported at once.
    let is_by_agent = matches!(grant, Grant::Agent { .. });
    if !is_by_agent
        && let Err(blocked) = app.limits.blocks.refuse(visitor.source(), false, app.clock.now())
    {
        return Err(audit::limited(app, Kind::Register, blocked, visitor).await);
    }
    let Judged { username, email, password, is_weak, profile } = judge(app, form, rules)?;
    // Not given back: an account is what an attacker wants, and a taken name tells something too (S2).
    let counted = if is_by_agent {
        Taken::default()
    } else {
        match limits::take(app, &Limit::registrations(visitor.source())).await {
            Ok(taken) => taken,
            Err(error) => return Err(audit::limited(app, Kind::Register, error, visitor).await),
        }
    };
    if rules == Rules::Ours {
        passwords::ask(app, &password).await.map_err(bad_password)?;
    }
    let holder = match &grant {
        Grant::Agent { act, .. } => act.holder(),
        Grant::Nothing | Grant::SetupLink(_) => Holder::Newcomer(visitor.source()),
    };
    let hashed = app.passwords.hashing.run(holder, move |hashing| hashing.hash(&password)).await;
    let hash = match hashed {
        Ok(hash) => hash?,
        Err(too_busy) => {
            // A 503 must not use up the limit.
            counted.give_back(app).await;
            return Err(too_busy);
        }
    };
    let (id, email_id, now) = (app.clock.new_id(), app.clock.new_id(), app.clock.now());
    let record = Record::new(app, visitor);
    app.db
        .write(move |tx| {
            async move {
                if let Grant::SetupLink(flow) = &grant
                    && !link::spend(tx, flow, now).await?
                {
                    return Err(ErrorCode::SetupClosed.into());
                }
                let user = NewUser {
                    id: &id,
                    username: (&username.shown, &username.canonical),
                    profile: &profile,
                    password_hash: Some(&hash),
                    password_weak_at: is_weak.then_some(now),
                    created_at: now,
                    now,
                    ..NewUser::default()
                };
                if !new_users::insert(tx, &user).await? {
                    return Err(taken());
                }
                // Asked once the name is ours: a rename that was under way is over then. An operator knows what became of it.
                if !matches!(grant, Grant::Agent { .. })
                    && former_usernames::is_kept(tx, &username.canonical, None, now).await?
                {
                    return Err(taken());
                }
                if let Some(email) = &email {
                    let address = (email.shown.as_str(), email.canonical.as_str());
                    new_users::insert_email(tx, &email_id, &id, address, now, None).await?;
                }
                give(tx, &grant, &record, &id, now).await?;
                let row = users::by_id_in(tx, &id).await?;
                let row = row.ok_or_else(|| Error::Internal("new user".into()))?;
                Ok(Created::new(row, hash))
            }
            .boxed()
        })
        .await
}

/// Gives a new account what it is to have, and records what has happened.
async fn give(tx: &mut Tx<'_>, grant: &Grant, record: &Record, id: &str, now: i64) -> Result<()> {
    let (event, me) = ((Kind::Register, Outcome::Success), Actor::Person(id));
    match grant {
        Grant::Nothing => record.write(tx, event, me, Some(id)).await?,
        Grant::SetupLink(_) => {
            users::grant(tx, id, Role::Admin.as_str(), now).await?;
            record.write(tx, event, me, Some(id)).await?;
            record.write(tx, (Kind::SetupClaim, Outcome::Success), me, Some(id)).await?;
        }
        Grant::Agent { act, is_admin } => {
            act.write(tx, Kind::Register, Some(id)).await?;
            if *is_admin {
                let role = Role::Admin.as_str();
                users::grant(tx, id, role, now).await?;
                act.clone().about("role", role).write(tx, Kind::RoleGrant, Some(id)).await?;
            }
        }
    }
    Ok(())
}

/// A form that could become an account.
struct Judged {
    username: Username,
    email: Option<Email>,
    password: Secret,
    /// The policy does not take the password, and the rules do.
    is_weak: bool,
    /// A JSON object of texts, by field.
    profile: String,
}

/// Judges a form by itself, without the database. A field that fails the check of its length is looked at no
/// further.
///
/// # Errors
/// `invalid_input` with the errors of all fields.
fn judge(app: &App, mut form: RegisterForm, rules: Rules) -> Result<Judged> {
    let policy = match rules {
        Rules::Ours => app.config.password_policy(),
        Rules::Tutorial => PasswordPolicy::default(),
    };
    let mut errors = form.check(policy);
    errors.extend(Form::Profile.check_extras(&form.profile));
    if errors.is_empty() {
        errors.extend(profile::shown(&form.profile));
    }
    let failed: Vec<Field> = errors.iter().map(|error| error.field).collect();
    let passed = |field: &Field| !failed.contains(field);
    let password = Secret::new(form.password.take().unwrap_or_default());
    let username = form.username.as_deref().filter(|_| passed(&Field::Username));
    let username = username.map(Username::parse).transpose();
    let email = form.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
    let email = email.filter(|_| passed(&Field::Email)).map(Email::parse).transpose();
    let judged = if passed(&Field::Password) {
        passwords::offline(app, &password, Person::of(&form))
    } else {
        Ok(())
    };
    let is_weak = judged.is_err() && rules == Rules::Tutorial;
    let mut note = |field, problem: Option<&Problem>| {
        errors.extend(problem.map(|problem| FieldError::new(field, problem.clone())));
    };
    note(Field::Username, username.as_ref().err());
    note(Field::Email, email.as_ref().err());
    note(Field::Password, judged.as_ref().err().filter(|_| !is_weak));
    match (username, email) {
        (Ok(Some(username)), Ok(email)) if errors.is_empty() => {
            let profile = profile::merged("{}", &form.profile);
            Ok(Judged { username, email, password, is_weak, profile })
        }
        _ => Err(ApiError::fields(errors).into()),
    }
}

fn bad_password(problem: Problem) -> Error {
    ApiError::field(Field::Password, problem).into()
}

fn taken() -> Error {
    let field = FieldError::new(Field::Username, Problem::Taken);
    Error::Api(ApiError { fields: vec![field], ..ErrorCode::UsernameTaken.into() })
}
