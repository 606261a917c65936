use futures::FutureExt;

use super::{Person, ask, offline};
use crate::{
    model::{ApiError, ErrorCode, Field, PasswordChange, Problem},
    server::{
        App,
        db::{Tx, users},
        error::{Error, Result},
        secure::secret::Secret,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            hashing::PermitHolder,
            mail::{MailKind, Post},
            principal::Principal,
            proof::{self, Authenticated, PasswordAttempt, Verified},
            session::{Ended, Ending, NewIdentity, Renewal, Renewed},
        },
    },
};

/// Changes the principal's password; all other sessions end in the same unit of work (S18, S19).
///
/// The current password is a fresh proof, and the session gets a new identity, so that a copy of it
/// ends with the others (S111). The account begins a new epoch, which invalidates its known devices
/// as well.
///
/// # Errors
/// `invalid_input`, also for a new password below the policy; `invalid_credentials` for a wrong
/// current one; `factor_required` where the account has a second factor, without a code and without one in the last ten
/// minutes; `invalid_code`; `too_many_requests`, `overloaded`.
pub async fn change(
    app: &App,
    principal: &Principal,
    form: PasswordChange,
    client_info: &ClientInfo,
) -> Result<Renewed> {
    let errors = form.check(app.config.password_policy());
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    let current = Secret::new(form.current_password.unwrap_or_default());
    let new = Secret::new(form.new_password.unwrap_or_default());
    let user = users::by_id(&app.db, principal.user().as_str()).await?;
    let user = user.ok_or(ErrorCode::InvalidCredentials)?;
    let person = Person { username: &user.username, email: user.email.as_deref() };
    offline(app, &new, person).map_err(refused)?;
    let is_same = current.expose() == new.expose();
    let given = (current, form.code);
    let attempt =
        PasswordAttempt::of_principal(principal, given, Kind::PasswordChange, client_info);
    proof::by_password(app, attempt, |verified: Verified| {
        let new = new.clone();
        async move {
            let who = verified.whole()?;
            // Only a user who has given the right password learns this.
            if is_same {
                return Err(refused(Problem::Same).into());
            }
            // The range API is asked only after a right password.
            ask(app, &new).await.map_err(refused)?;
            let holder = PermitHolder::Client(client_info.source(), principal.user().as_str());
            let hash =
                app.passwords.hashing.run(holder, move |hashing| hashing.hash(&new)).await??;
            carry_out(app, principal, who, hash, client_info).await
        }
        .boxed()
    })
    .await
}

fn refused(problem: Problem) -> ApiError {
    ApiError::field(Field::NewPassword, problem)
}

/// Changes the password; none if account or session have changed meanwhile.
async fn carry_out(
    app: &App,
    principal: &Principal,
    who: Authenticated,
    hash: String,
    client_info: &ClientInfo,
) -> Result<Option<Renewed>> {
    let renewal = Renewal::new(app, principal, client_info)?;
    let change = Change {
        who,
        session: principal.session().to_string(),
        hash,
        now_s: app.clock.now_s(),
        record: Record::new(app, client_info),
        ended: Ended::new(app),
        post: Post::of_client(app, client_info),
    };
    let written = app
        .db
        .write(move |tx| {
            async move {
                let new = change.write(tx, &renewal).await?;
                Ok::<_, Error>(new.map(|(new, epoch)| (renewal, new, epoch)))
            }
            .boxed()
        })
        .await?;
    let Some((renewal, new, epoch)) = written else {
        return Ok(None);
    };
    app.tokens.revoked.add(&epoch, app.clock.now_s());
    renewal.finish(new).map(Some)
}

/// The inputs of the unit of work.
struct Change {
    who: Authenticated,
    session: String,
    hash: String,
    now_s: i64,
    record: Record,
    ended: Ended,
    post: Post,
}

impl Change {
    async fn write(
        self,
        tx: &mut Tx<'_>,
        renewal: &Renewal,
    ) -> Result<Option<(NewIdentity, feed::Change)>> {
        let Self { who, session, hash, now_s, record, mut ended, post } = self;
        let Some(mut user) = who.lock_account(tx).await? else {
            return Ok(None);
        };
        let id = who.user().as_str();
        users::set_password(tx, id, &hash, now_s).await?;
        user.epoch = users::next_epoch(tx, id, now_s).await?.unwrap_or(user.epoch);
        let epoch = feed::Change::User(id.to_owned(), user.epoch);
        feed::record(tx, &epoch, now_s).await?;
        // By session too: a concurrent refresh mints tokens of the new epoch.
        let others = Some(session.as_str());
        let count = ended.end_all(tx, id, others, Ending::Password, &record).await?;
        let event = (Kind::PasswordChange, Outcome::Success);
        let event_record = record.clone().about("sessions_ended", count);
        event_record.write(tx, event, Actor::Person(id), Some(id)).await?;
        post.notify(tx, id, MailKind::PasswordChanged).await?;
        let new = renewal.write(tx, &user, Some(&who), &record, ended).await?;
        Ok(Some((new, epoch)))
    }
}
