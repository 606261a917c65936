use futures::FutureExt;

use super::mint::{Grant, mint};
use crate::{
    model::{ApiError, ErrorCode, PasswordForm, Reauthenticated},
    server::{
        App,
        db::{sessions, users},
        error::{Error, Result},
        secure::{password::PasswordHashing, secret::Secret},
        service::{Visitor, audit::Record, caller::Caller},
    },
};

/// For how long a proof counts as fresh, in seconds (S64).
pub const FRESH_FOR: i64 = 600;

/// Proves again, by password, who is calling; answers an access token that says so.
///
/// # Errors
/// `invalid_input`, `invalid_credentials`, `overloaded`.
pub async fn reauthenticate(
    app: &App,
    caller: &Caller,
    form: PasswordForm,
    visitor: &Visitor,
) -> Result<Reauthenticated> {
    let errors = form.check();
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    let password = Secret::new(form.password.unwrap_or_default());
    let id = caller.user().to_string();
    let stored = users::password_hash(&app.db, &id).await?;
    let seen = stored.clone();
    let right = app
        .hashing
        .run(move |hashing: &PasswordHashing| hashing.verify(&password, stored.as_deref()))
        .await?;
    let (now, now_ms) = (app.clock.now(), app.clock.now_ms());
    let record = Record::new(app, visitor);
    let (sid, generation) = (caller.session().to_string(), caller.claims().generation);
    let user = app
        .db
        .write(move |tx| {
            async move {
                let right = right
                    && users::hold(tx, &id, seen.as_deref(), None).await?
                    && sessions::set_auth_time(tx, &sid, now).await?;
                let outcome = if right { "success" } else { "refused" };
                record.write(tx, ("reauthenticate", outcome), Some(&id), Some(&id)).await?;
                if !right {
                    return Ok(None);
                }
                // Whoever knows the password and holds the token has the newest answer too.
                sessions::mark_used(tx, &sid, generation, now_ms).await?;
                Ok::<_, Error>(users::by_id_in(tx, &id).await?)
            }
            .boxed()
        })
        .await?
        .ok_or(ErrorCode::InvalidCredentials)?;
    let grant = Grant { session: caller.session(), generation, auth_time: now };
    Ok(Reauthenticated {
        access_token: mint(app, &user, &grant)?,
        token_type: "Bearer".into(),
        expires_in: app.config.access_token_ttl as u32,
        fresh_for: FRESH_FOR as u32,
    })
}
