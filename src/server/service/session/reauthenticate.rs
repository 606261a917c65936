use futures::FutureExt;

use super::mint::{Grant, mint};
use crate::{
    model::{ApiError, ErrorCode, PasswordForm, Reauthenticated},
    server::{
        App,
        db::{sessions, users},
        error::{Error, Result},
        secure::{password::PasswordHashing, secret::Secret},
        service::{
            Visitor,
            audit::{self, Actor, Kind, Outcome, Record},
            caller::Caller,
            limits::attempt::Attempt,
        },
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
    let attempt = match Attempt::again(app, caller.session().as_str(), &id, visitor).await {
        Ok(attempt) => attempt,
        Err(error) => {
            audit::note_refusal(app, caller, Outcome::Limited, visitor).await;
            return Err(error);
        }
    };
    let (seen, right) = match prove(app, &id, password).await {
        Ok(proven) => proven,
        Err(error) => {
            attempt.withdraw(app).await;
            return Err(error);
        }
    };
    let record = Record::new(app, visitor);
    if !right {
        let event = (Kind::Reauthenticate, Outcome::WrongPassword);
        attempt.failed(app, record, event, Some(id)).await?;
        return Err(ErrorCode::InvalidCredentials.into());
    }
    attempt.succeeded(app).await;
    let (now, now_ms) = (app.clock.now(), app.clock.now_ms());
    let (sid, generation) = (caller.session().to_string(), caller.claims().generation);
    let proven = app
        .db
        .write(move |tx| {
            async move {
                let right = users::hold(tx, &id, seen.as_deref(), None).await?
                    && sessions::set_auth_time(tx, &sid, now).await?;
                let (outcome, actor) = match right {
                    true => (Outcome::Success, Actor::Person(&id)),
                    false => (Outcome::Overtaken, Actor::Unknown),
                };
                record.write(tx, (Kind::Reauthenticate, outcome), actor, Some(&id)).await?;
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
        .await?;
    let (user, ends_at) = proven.ok_or(ErrorCode::InvalidCredentials)?;
    let grant = Grant { session: caller.session(), generation, auth_time: now, ends_at };
    let minted = mint(app, &user, &grant)?;
    Ok(Reauthenticated {
        access_token: minted.access_token,
        token_type: "Bearer".into(),
        expires_in: minted.expires_in,
        fresh_for: FRESH_FOR as u32,
    })
}

/// The hash that there is, and whether the password is right for it.
async fn prove(app: &App, user_id: &str, password: Secret) -> Result<(Option<String>, bool)> {
    let place = app.hashing.reserve()?;
    let seen = users::password_hash(&app.db, user_id).await?;
    let stored = seen.clone();
    let verify = move |hashing: &PasswordHashing| hashing.verify(&password, stored.as_deref());
    Ok((seen, place.run(verify).await?))
}
