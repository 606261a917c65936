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
    let (user, ends_at) = app
        .db
        .write(move |tx| {
            async move {
                let right = right
                    && users::hold(tx, &id, seen.as_deref(), None).await?
                    && sessions::set_auth_time(tx, &sid, now).await?;
                let outcome = if right { "success" } else { "refused" };
                let actor = right.then_some(id.as_str());
                record.write(tx, ("reauthenticate", outcome), actor, Some(&id)).await?;
                if !right {
                    return Ok(None);
                }
                // Whoever knows the password and holds the token has the newest answer too.
                sessions::mark_used(tx, &sid, generation, now_ms).await?;
                let session = sessions::by_id_in(tx, &sid).await?;
                let user = users::by_id_in(tx, &id).await?;
                Ok::<_, Error>(user.zip(session.map(|session| session.expires_at)))
            }
            .boxed()
        })
        .await?
        .ok_or(ErrorCode::InvalidCredentials)?;
    let grant = Grant { session: caller.session(), generation, auth_time: now, ends_at };
    let minted = mint(app, &user, &grant)?;
    Ok(Reauthenticated {
        access_token: minted.access_token,
        token_type: "Bearer".into(),
        expires_in: minted.expires_in,
        fresh_for: FRESH_FOR as u32,
    })
}
