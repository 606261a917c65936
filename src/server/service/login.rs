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
            secret::Secret,
        },
    },
};

/// Signs in. Unknown name, wrong password and disabled account take the same path, time and words.
///
/// # Errors
/// `invalid_input`, `invalid_credentials`, `password_change_required`, `overloaded`.
pub async fn with_password(app: &App, form: LoginForm, visitor: &Visitor) -> Result<Opened> {
    let errors = form.check();
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    let kind = form.session;
    let password = Secret::new(form.password.unwrap_or_default());
    let credential = find(app, &form.identifier.unwrap_or_default()).await?;
    let known = credential.as_ref().and_then(|credential| credential.password_hash.clone());
    let stored = known.clone();
    let tried = password.clone();
    let right = app.hashing.run(move |hashing| hashing.verify(&tried, stored.as_deref())).await?;

    let user_id = match &credential {
        Some(found) if right && found.disabled_at.is_none() => found.id.clone(),
        _ => {
            let id = credential.map(|credential| credential.id);
            refuse(app, id, visitor).await?;
            return Err(ErrorCode::InvalidCredentials.into());
        }
    };
    // A weak password from the tutorial mode opens nothing outside of it.
    let weak = credential.is_some_and(|credential| credential.password_weak_at.is_some());
    if weak && !app.config.tutorial_compat {
        return Err(ErrorCode::PasswordChangeRequired.into());
    }
    let upgrade = match known {
        Some(hash) => upgraded(app, &password, hash).await?,
        None => None,
    };
    open(app, user_id, kind, upgrade, visitor).await
}

/// The account of a username or a verified address.
async fn find(app: &App, identifier: &str) -> Result<Option<CredentialRow>> {
    // PostgreSQL takes no NUL in text; no account has one.
    if identifier.contains('\0') {
        return Ok(None);
    }
    Ok(match identifier.contains('@') {
        true => match Email::canonical(identifier) {
            Some(canonical) => users::credentials_by_email(&app.db, &canonical).await?,
            None => None,
        },
        false => users::credentials_by_username(&app.db, &Username::canonical(identifier)).await?,
    })
}

/// A stronger hash of the same password, beside the one it replaces; made only after it was right.
async fn upgraded(app: &App, password: &Secret, hash: String) -> Result<Option<(String, String)>> {
    let password = password.clone();
    let rehash = move |hashing: &crate::server::secure::password::PasswordHashing| {
        hashing.is_outdated(&hash).then(|| hashing.hash(&password).map(|new| (hash, new)))
    };
    Ok(app.hashing.run(rehash).await?.transpose()?)
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
    upgrade: Option<(String, String)>,
    visitor: &Visitor,
) -> Result<Opened> {
    let opening = Opening::new(app, kind, visitor)?;
    let record = Record::new(app, visitor);
    let (opening, user) = app
        .db
        .write(move |tx| {
            async move {
                let user = users::by_id_in(tx, &user_id).await?;
                let user = user.filter(|user| user.disabled_at.is_none());
                let user = user.ok_or(ErrorCode::InvalidCredentials)?;
                opening.insert(tx, &user).await?;
                let me = Some(user.id.as_str());
                record.write(tx, ("login", "success"), me, me).await?;
                if let Some((old, new)) = &upgrade {
                    users::replace_hash(tx, &user.id, old, new).await?;
                }
                Ok::<_, Error>((opening, user))
            }
            .boxed()
        })
        .await?;
    opening.finish(app, user)
}
