//! Sign-in with a password, step by step (design: "POST /api/v1/login").

use futures::FutureExt;

use super::{
    Visitor,
    audit::Record,
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
    let credential = find(app, &form.identifier.unwrap_or_default()).await?;
    let stored = credential.as_ref().and_then(|credential| credential.password_hash.clone());
    let (tried, against) = (password.clone(), stored.clone());
    let right = app.hashing.run(move |hashing| hashing.verify(&tried, against.as_deref())).await?;

    let (found, seen) = match (credential, stored) {
        (Some(found), Some(seen)) if right && found.disabled_at.is_none() => (found, seen),
        (credential, _) => {
            refuse(app, credential.map(|credential| credential.id), visitor).await?;
            return Err(ErrorCode::InvalidCredentials.into());
        }
    };
    if found.password_weak_at.is_some() && !weak_is_fine {
        return Err(ErrorCode::PasswordChangeRequired.into());
    }
    // A stronger hash of the same password, made only after it was right.
    let stronger = match PasswordHashing::is_outdated(&seen) {
        true => Some(app.hashing.run(move |hashing| hashing.hash(&password)).await??),
        false => None,
    };
    open(app, found.id, kind, Some(Proof { seen, stronger }), visitor).await
}

/// The password that was right, by its hash.
pub(super) struct Proof {
    seen: String,
    stronger: Option<String>,
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

async fn refuse(app: &App, user_id: Option<String>, visitor: &Visitor) -> Result<()> {
    let record = Record::new(app, visitor);
    app.db
        .write(move |tx| {
            async move {
                record.write(tx, ("login", "refused"), None, user_id.as_deref()).await?;
                Ok::<_, Error>(())
            }
            .boxed()
        })
        .await
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
    let (opening, user) = app
        .db
        .write(move |tx| {
            async move {
                let seen = proof.as_ref().map(|proof| proof.seen.as_str());
                let stronger = proof.as_ref().and_then(|proof| proof.stronger.as_deref());
                // First of all, so that a change of password and a disablement come before or after.
                if !users::hold(tx, &user_id, seen, stronger).await? {
                    return Err(ErrorCode::InvalidCredentials.into());
                }
                let user = users::by_id_in(tx, &user_id).await?;
                let user = user.ok_or(ErrorCode::InvalidCredentials)?;
                opening.insert(tx, &user).await?;
                let me = Some(user.id.as_str());
                record.write(tx, ("login", "success"), me, me).await?;
                Ok::<_, Error>((opening, user))
            }
            .boxed()
        })
        .await?;
    opening.finish(app, user)
}
