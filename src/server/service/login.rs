//! Sign-in with a password, step by step (design: "POST /api/v1/login").

use futures::FutureExt;

use super::{
    Visitor,
    audit::{self, Actor, Kind, Outcome, Record},
    limits::attempt::Attempt,
    session::{Opened, Opening},
};
use crate::{
    model::{ApiError, ErrorCode, LoginForm},
    server::{
        App,
        db::users::{self, CredentialRow},
        error::{Error, Result},
        secure::{
            identifier::{Email, Username},
            password::PasswordHashing,
            secret::Secret,
        },
    },
};

/// Signs in. Unknown name, wrong password and disabled account take the same path, time and words.
///
/// # Errors
/// `invalid_input`, `invalid_credentials`, `password_change_required`, `overloaded`.
pub async fn with_password(app: &App, form: LoginForm, visitor: &Visitor) -> Result<Opened> {
    attempt(app, form, visitor, false).await
}

/// The same for the tutorials' own path: in tutorial mode a weak password made there opens it too.
pub async fn in_tutorial(app: &App, form: LoginForm, visitor: &Visitor) -> Result<Opened> {
    attempt(app, form, visitor, app.config.tutorial_compat).await
}

async fn attempt(
    app: &App,
    form: LoginForm,
    visitor: &Visitor,
    weak_is_fine: bool,
) -> Result<Opened> {
    let errors = form.check();
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    let kind = form.session;
    let password = Secret::new(form.password.unwrap_or_default());
    let name = form.identifier.unwrap_or_default();
    let mut attempt = match Attempt::begin(app, canonical(&name), visitor).await {
        Ok(attempt) => attempt,
        Err(error) => return Err(audit::limited(app, Kind::Login, error, visitor).await),
    };
    let (found, seen) = match prove(app, &name, &password, &mut attempt).await {
        Ok(Proven::Right(found, seen)) => {
            attempt.succeeded(app).await;
            (found, seen)
        }
        Ok(Proven::Wrong(outcome, user_id)) => {
            let event = (Kind::Login, outcome);
            attempt.failed(app, Record::new(app, visitor), event, user_id).await?;
            return Err(ErrorCode::InvalidCredentials.into());
        }
        Err(error) => {
            attempt.withdraw(app).await;
            return Err(audit::limited(app, Kind::Login, error, visitor).await);
        }
    };
    if found.password_weak_at.is_some() && !weak_is_fine {
        too_weak(app, found.id, visitor).await?;
        return Err(ErrorCode::PasswordChangeRequired.into());
    }
    // A stronger hash of the same password, made only after it was right; another time where we are busy.
    let stronger = match PasswordHashing::is_outdated(&seen) {
        true => app.hashing.run(move |hashing| hashing.hash(&password)).await.ok().transpose()?,
        false => None,
    };
    open(app, found.id, kind, Some(Proof { seen, stronger }), visitor).await
}

/// What came of looking.
enum Proven {
    /// The account, and the hash that the password was right for.
    Right(CredentialRow, String),
    /// Why not, which the log says and the answer does not (S21); and whose account it is, if anybody's.
    Wrong(Outcome, Option<String>),
}

/// Looks the account up and hashes the password: the same work for whoever there is, or is not.
async fn prove(app: &App, name: &str, password: &Secret, attempt: &mut Attempt) -> Result<Proven> {
    // A place first: whom we are too busy for costs no lookup.
    let place = app.hashing.reserve()?;
    let credential = find(app, name).await?;
    attempt.recognise(app, credential.as_ref().map(|found| found.id.as_str())).await?;
    let stored = credential.as_ref().and_then(|credential| credential.password_hash.clone());
    let (tried, against) = (password.clone(), stored.clone());
    let right = place.run(move |hashing| hashing.verify(&tried, against.as_deref())).await?;
    Ok(match (credential, stored) {
        (Some(found), Some(seen)) if right && found.disabled_at.is_none() => {
            Proven::Right(found, seen)
        }
        (Some(found), _) if right => Proven::Wrong(Outcome::AccountDisabled, Some(found.id)),
        (Some(found), _) => Proven::Wrong(Outcome::WrongPassword, Some(found.id)),
        // What was typed is not kept: people type passwords where names belong.
        (None, _) => Proven::Wrong(Outcome::UnknownAccount, None),
    })
}

/// Records that a password was right, and may not be used here.
async fn too_weak(app: &App, user_id: String, visitor: &Visitor) -> Result<()> {
    let record = Record::new(app, visitor);
    app.db
        .write(move |tx| {
            async move {
                let event = (Kind::Login, Outcome::PasswordTooWeak);
                let recorded = record.write(tx, event, Actor::Unknown, Some(&user_id)).await;
                recorded.map_err(Error::from)
            }
            .boxed()
        })
        .await
}

/// The password that was right, by its hash.
pub(super) struct Proof {
    seen: String,
    stronger: Option<String>,
}

/// What attempts are counted by: one name for all its spellings (S26), whether anybody has it or not.
fn canonical(identifier: &str) -> String {
    let address = identifier.contains('@').then(|| Email::canonical(identifier)).flatten();
    address.unwrap_or_else(|| Username::canonical(identifier))
}

/// The account of a username or a verified address.
async fn find(app: &App, identifier: &str) -> Result<Option<CredentialRow>> {
    Ok(match identifier.contains('@') {
        true => match Email::canonical(identifier) {
            Some(canonical) => users::credentials_by_email(&app.db, &canonical).await?,
            None => None,
        },
        false => users::credentials_by_username(&app.db, &Username::canonical(identifier)).await?,
    })
}

/// Opens a session for somebody who has just proved who they are.
pub(super) async fn open(
    app: &App,
    user_id: String,
    kind: Option<crate::model::SessionKind>,
    proof: Option<Proof>,
    visitor: &Visitor,
) -> Result<Opened> {
    let opening = Opening::new(app, kind, visitor)?;
    let record = Record::new(app, visitor);
    let opened = app
        .db
        .write(move |tx| {
            async move {
                let seen = proof.as_ref().map(|proof| proof.seen.as_str());
                let stronger = proof.as_ref().and_then(|proof| proof.stronger.as_deref());
                // First of all, so that a change of password and a disablement come before or after.
                let held = users::hold(tx, &user_id, seen, stronger).await?;
                let user = if held { users::by_id_in(tx, &user_id).await? } else { None };
                let (outcome, actor) = match &user {
                    Some(_) => (Outcome::Success, Actor::Person(&user_id)),
                    None => (Outcome::Overtaken, Actor::Unknown),
                };
                record.write(tx, (Kind::Login, outcome), actor, Some(&user_id)).await?;
                let Some(user) = user else {
                    return Ok(None);
                };
                opening.insert(tx, &user).await?;
                Ok::<_, Error>(Some((opening, user)))
            }
            .boxed()
        })
        .await?;
    let (opening, user) = opened.ok_or(ErrorCode::InvalidCredentials)?;
    opening.finish(app, user)
}
