//! Sign-in with a password, step by step (design: "POST /api/v1/login").

use futures::FutureExt;

use super::{
    Visitor,
    audit::{self, Actor, Kind, Outcome, Record},
    hashing::{Place, Share},
    limits::attempt::Attempt,
    passwords::LOOKS,
    session::{Opened, Opening},
};
use crate::{
    model::{ApiError, ErrorCode, LoginForm, SessionKind},
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
    // A place first: whom we are too busy for costs nothing else.
    let place =
        app.passwords.hashing.reserve(Share::Visitor(visitor.source(), &canonical(&name)))?;
    let mut attempt = match Attempt::begin(app, canonical(&name), visitor).await {
        Ok(attempt) => attempt,
        Err(error) => return Err(audit::limited(app, Kind::Login, error, visitor).await),
    };
    let (mut found, mut seen) = match prove(app, place, &name, &password, Some(&mut attempt)).await
    {
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
    for _ in 0..LOOKS {
        if found.password_weak_at.is_some() && !weak_is_fine {
            note(app, &found.id, Outcome::PasswordTooWeak, visitor).await?;
            return Err(ErrorCode::PasswordChangeRequired.into());
        }
        let share = Share::Visitor(visitor.source(), &found.id);
        let stronger = stronger(app, share, &seen, &password).await?;
        let proof = Some(Proof { seen, stronger });
        if let Some(opened) = open_held(app, found.id.clone(), kind, proof, visitor).await? {
            return Ok(opened);
        }
        // Changed since we looked: by another sign-in, which made it stronger, or for good.
        let place = app.passwords.hashing.reserve(share)?;
        match prove(app, place, &name, &password, None).await? {
            Proven::Right(now, hash) => (found, seen) = (now, hash),
            Proven::Wrong(..) => break,
        }
    }
    note(app, &found.id, Outcome::Overtaken, visitor).await?;
    Err(ErrorCode::InvalidCredentials.into())
}

/// A hash of today for one that is weaker, made only after it was right; another time where we are busy.
async fn stronger(
    app: &App,
    share: Share<'_>,
    seen: &str,
    password: &Secret,
) -> Result<Option<String>> {
    let is_outdated = PasswordHashing::is_outdated(seen, app.config.password_cost);
    if !is_outdated || !PasswordHashing::reads_all(seen, password) {
        return Ok(None);
    }
    let password = password.clone();
    let made = app.passwords.hashing.run(share, move |hashing| hashing.hash(&password)).await;
    Ok(made.ok().transpose()?)
}

/// What came of looking.
enum Proven {
    /// The account, and the hash that the password was right for.
    Right(CredentialRow, String),
    /// Why not, which the log says and the answer does not (S21); and whose account it is, if anybody's.
    Wrong(Outcome, Option<String>),
}

/// Looks the account up and hashes the password: the same work for whoever there is, or is not.
async fn prove(
    app: &App,
    place: Place,
    name: &str,
    password: &Secret,
    attempt: Option<&mut Attempt>,
) -> Result<Proven> {
    let credential = find(app, name).await?;
    if let Some(attempt) = attempt {
        attempt.recognise(app, credential.as_ref().map(|found| found.id.as_str())).await?;
    }
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

/// Records that a password was right, and why that did not help.
async fn note(app: &App, user_id: &str, outcome: Outcome, visitor: &Visitor) -> Result<()> {
    let (record, event) = (Record::new(app, visitor), (Kind::Login, outcome));
    record.write_alone(app, event, Actor::Unknown, Some(user_id)).await
}

/// The password that was right, by its hash.
struct Proof {
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
    kind: Option<SessionKind>,
    visitor: &Visitor,
) -> Result<Opened> {
    let opened = open_held(app, user_id, kind, None, visitor).await?;
    Ok(opened.ok_or(ErrorCode::InvalidCredentials)?)
}

/// The same, if the account is enabled and its hash still the one that was proven.
async fn open_held(
    app: &App,
    user_id: String,
    kind: Option<SessionKind>,
    proof: Option<Proof>,
    visitor: &Visitor,
) -> Result<Option<Opened>> {
    let opening = Opening::new(app, kind, visitor)?;
    let record = Record::new(app, visitor);
    let opened = app
        .db
        .write(move |tx| {
            async move {
                let seen = proof.as_ref().map(|proof| proof.seen.as_str());
                let stronger = proof.as_ref().and_then(|proof| proof.stronger.as_deref());
                // First of all, so that a change of password and a disablement come before or after.
                if !users::hold(tx, &user_id, seen, stronger).await? {
                    return Ok(None);
                }
                let Some(user) = users::by_id_in(tx, &user_id).await? else {
                    return Ok(None);
                };
                opening.insert(tx, &user).await?;
                let (event, me) = ((Kind::Login, Outcome::Success), user.id.as_str());
                record.write(tx, event, Actor::Person(me), Some(me)).await?;
                Ok::<_, Error>(Some((opening, user)))
            }
            .boxed()
        })
        .await?;
    opened.map(|(opening, user)| opening.finish(app, user)).transpose()
}
