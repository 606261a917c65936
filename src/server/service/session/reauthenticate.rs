use futures::FutureExt;

use super::mint::{Grant, mint};
use crate::{
    model::{ApiError, PasswordForm, Reauthenticated},
    server::{
        App,
        db::{
            sessions,
            users::{self, UserRow},
        },
        error::{Error, Result},
        secure::secret::Secret,
        service::{
            Visitor,
            audit::{Actor, Kind, Outcome, Record},
            caller::Caller,
            passwords::{LOOKS, overtaken, prove},
        },
    },
};

/// For how long a proof counts as fresh, in seconds (S64).
pub const FRESH_FOR: i64 = 600;

/// Who has just proven who they are, and when their session ends in any case.
pub(in crate::server::service) type Fresh = (UserRow, i64);

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
    for _ in 0..LOOKS {
        let seen = prove(app, caller, &password, Kind::Reauthenticate, visitor).await?;
        if let Some((user, ends_at)) = note(app, caller, seen, visitor).await? {
            return prove_fresh(app, caller, &user, ends_at);
        }
    }
    overtaken(app, caller, Kind::Reauthenticate, visitor).await
}

/// Writes it down; nothing if hash or session are not what they were.
async fn note(
    app: &App,
    caller: &Caller,
    seen: String,
    visitor: &Visitor,
) -> Result<Option<Fresh>> {
    let (now, now_ms) = (app.clock.now(), app.clock.now_ms());
    let record = Record::new(app, visitor);
    let (id, sid) = (caller.user().to_string(), caller.session().to_string());
    let generation = caller.claims().generation;
    app.db
        .write(move |tx| {
            async move {
                let held = users::hold(tx, &id, Some(&seen), None).await?;
                if !held || !sessions::set_auth_time(tx, &sid, now).await? {
                    return Ok(None);
                }
                let event = (Kind::Reauthenticate, Outcome::Success);
                record.write(tx, event, Actor::Person(&id), Some(&id)).await?;
                // Whoever knows the password and holds the token has the newest answer too.
                sessions::mark_used(tx, &sid, generation, now_ms).await?;
                let session = sessions::by_id_in(tx, &sid).await?;
                let user = users::by_id_in(tx, &id).await?;
                Ok::<_, Error>(user.zip(session.map(|session| session.expires_at)))
            }
            .boxed()
        })
        .await
}

/// After the commit: an access token of the caller's session that says so.
pub(in crate::server::service) fn prove_fresh(
    app: &App,
    caller: &Caller,
    user: &UserRow,
    ends_at: i64,
) -> Result<Reauthenticated> {
    let (generation, auth_time) = (caller.claims().generation, app.clock.now());
    let grant = Grant { session: caller.session(), generation, auth_time, ends_at };
    let minted = mint(app, user, &grant)?;
    Ok(Reauthenticated {
        access_token: minted.access_token,
        token_type: "Bearer".into(),
        expires_in: minted.expires_in,
        fresh_for: FRESH_FOR as u32,
    })
}
