use crate::{
    model::ErrorCode,
    server::{
        App,
        db::users,
        error::Result,
        secure::{password::PasswordHashing, secret::Secret},
        service::{
            Visitor,
            audit::{self, Actor, Kind, Outcome, Record},
            caller::Caller,
            hashing::{Place, Share},
            limits::attempt::Attempt,
        },
    },
};

/// How often a hash is looked at that changes under one's eyes: a sign-in elsewhere makes an old one stronger.
pub(in crate::server::service) const LOOKS: u32 = 3;

/// Proves by the current password who is calling; answers the hash that it was right for.
///
/// Wrong ones count like those at sign-in, and are recorded as refusals of what they were given for (S18, S27).
///
/// # Errors
/// `invalid_credentials`, `too_many_requests`, `overloaded`.
pub(in crate::server::service) async fn prove(
    app: &App,
    caller: &Caller,
    password: &Secret,
    what_for: Kind,
    visitor: &Visitor,
) -> Result<String> {
    let id = caller.user().to_string();
    let place = app.passwords.hashing.reserve(Share::Visitor(visitor.source(), &id))?;
    let attempt = match Attempt::again(app, caller.session().as_str(), &id, visitor).await {
        Ok(attempt) => attempt,
        Err(error) => {
            return Err(audit::limited_again(app, caller, error, visitor).await);
        }
    };
    match right_for(app, place, &id, password.clone()).await {
        Ok(Some(seen)) => {
            attempt.succeeded(app).await;
            Ok(seen)
        }
        Ok(None) => {
            let event = (what_for, Outcome::WrongPassword);
            attempt.failed(app, Record::new(app, visitor), event, Some(id)).await?;
            Err(ErrorCode::InvalidCredentials.into())
        }
        Err(error) => {
            attempt.withdraw(app).await;
            Err(error)
        }
    }
}

/// The hash that there is, if the password is right for it.
async fn right_for(
    app: &App,
    place: Place,
    user_id: &str,
    password: Secret,
) -> Result<Option<String>> {
    let seen = users::password_hash(&app.db, user_id).await?;
    let stored = seen.clone();
    let verify = move |hashing: &PasswordHashing| hashing.verify(&password, stored.as_deref());
    let right = place.run(verify).await?;
    Ok(seen.filter(|_| right))
}

/// Records that the password was right, but hash or session were changed before it could count.
///
/// # Errors
/// `invalid_credentials`.
pub(in crate::server::service) async fn overtaken<T>(
    app: &App,
    caller: &Caller,
    what_for: Kind,
    visitor: &Visitor,
) -> Result<T> {
    let (event, whose) = ((what_for, Outcome::Overtaken), Some(caller.user().as_str()));
    Record::new(app, visitor).write_alone(app, event, Actor::Unknown, whose).await?;
    Err(ErrorCode::InvalidCredentials.into())
}
