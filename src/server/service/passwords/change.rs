use futures::FutureExt;

use super::{LOOKS, Person, ask, offline, overtaken, prove};
use crate::{
    model::{ApiError, ErrorCode, Field, FieldError, PasswordChange, Problem, Reauthenticated},
    server::{
        App,
        db::{
            Tx,
            revocations::Revocation,
            sessions,
            users::{self, UserRow},
        },
        error::{Error, Result},
        secure::secret::Secret,
        service::{
            Visitor,
            audit::{Actor, Kind, Outcome, Record},
            caller::Caller,
            hashing::Share,
            revocation,
            session::{self, Fresh},
        },
    },
};

/// Changes the caller's password; all other sessions end in the same unit of work (S18, S19).
///
/// Answers an access token of this session, with a fresh proof: the current password is one.
///
/// # Errors
/// `invalid_input`, also for a new password that the policy does not take; `invalid_credentials` for a wrong
/// current one; `too_many_requests`, `overloaded`.
pub async fn change(
    app: &App,
    caller: &Caller,
    form: PasswordChange,
    visitor: &Visitor,
) -> Result<Reauthenticated> {
    let errors = form.check(app.config.password_policy());
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    let current = Secret::new(form.current_password.unwrap_or_default());
    let new = Secret::new(form.new_password.unwrap_or_default());
    let user = users::by_id(&app.db, caller.user().as_str()).await?;
    let user = user.ok_or(ErrorCode::InvalidCredentials)?;
    let person = Person { username: &user.username, email: user.email.as_deref() };
    offline(app, &new, person).map_err(refused)?;
    for _ in 0..LOOKS {
        let seen = prove(app, caller, &current, Kind::PasswordChange, visitor).await?;
        // Others are asked only for those who have proven who they are.
        ask(app, &new).await.map_err(refused)?;
        let new = new.clone();
        let share = Share::Visitor(visitor.source(), &user.id);
        let hash = app.passwords.hashing.run(share, move |hashing| hashing.hash(&new)).await??;
        let change = Change {
            user: user.id.clone(),
            session: caller.session().to_string(),
            generation: caller.claims().generation,
            seen,
            hash,
            now_ms: app.clock.now_ms(),
            expires_at: revocation::expiry(app),
            record: Record::new(app, visitor),
        };
        if let Some((user, ends_at)) = carry_out(app, change).await? {
            return session::prove_fresh(app, caller, &user, ends_at);
        }
    }
    overtaken(app, caller, Kind::PasswordChange, visitor).await
}

fn refused(problem: Problem) -> ApiError {
    ApiError::fields(vec![FieldError::new(Field::NewPassword, problem)])
}

/// What the unit of work needs.
struct Change {
    user: String,
    session: String,
    generation: i64,
    seen: String,
    hash: String,
    now_ms: i64,
    expires_at: i64,
    record: Record,
}

/// Makes the change; nothing if hash or session are not what they were.
async fn carry_out(app: &App, change: Change) -> Result<Option<Fresh>> {
    let expires_at = change.expires_at;
    let done = app.db.write(move |tx| async move { change.write(tx).await }.boxed()).await?;
    Ok(done.map(|(fresh, ended)| {
        for id in ended {
            app.tokens.revoked.add(Revocation::Session(id), expires_at);
        }
        fresh
    }))
}

impl Change {
    async fn write(self, tx: &mut Tx<'_>) -> Result<Option<(Fresh, Vec<String>)>> {
        let (user, now) = (self.user.as_str(), self.now_ms / 1000);
        // The account's row first: a sign-in that is under way comes before or after all of this.
        let held = users::hold(tx, user, Some(&self.seen), None).await?;
        if !held || !sessions::set_auth_time(tx, &self.session, now).await? {
            return Ok(None);
        }
        users::set_password(tx, user, &self.hash, now).await?;
        let ended = sessions::revoke_all(tx, user, Some(&self.session), "password", now).await?;
        for id in &ended {
            let revoked = Revocation::Session(id.clone());
            revocation::record(tx, &revoked, now, self.expires_at).await?;
        }
        sessions::mark_used(tx, &self.session, self.generation, self.now_ms).await?;
        let record = self.record.about("sessions_ended", ended.len());
        let event = (Kind::PasswordChange, Outcome::Success);
        record.write(tx, event, Actor::Person(user), Some(user)).await?;
        let session = sessions::by_id_in(tx, &self.session).await?;
        let row: Option<UserRow> = users::by_id_in(tx, user).await?;
        let fresh = row.zip(session.map(|session| session.expires_at));
        let fresh = fresh.ok_or_else(|| Error::Internal("held rows are gone".into()))?;
        Ok(Some((fresh, ended)))
    }
}
