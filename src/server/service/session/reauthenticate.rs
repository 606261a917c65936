use futures::FutureExt;

use super::{Ended, Renewal, Renewed};
use crate::{
    model::{ApiError, PasswordForm},
    server::{
        App,
        error::{Error, Result},
        secure::secret::Secret,
        service::{
            Visitor,
            audit::{Actor, Kind, Outcome, Record},
            caller::Caller,
            proof::{self, Authenticated, PasswordAttempt},
        },
    },
};

/// Proves again, by password, who is calling. The session gets a new identity, so that a copy of it does not
/// get the fresh proof (S111).
///
/// # Errors
/// `invalid_input`, `invalid_credentials`, `too_many_requests`, `overloaded`.
pub async fn reauthenticate(
    app: &App,
    caller: &Caller,
    form: PasswordForm,
    visitor: &Visitor,
) -> Result<Renewed> {
    let errors = form.check(app.config.password_policy());
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    let password = Secret::new(form.password.unwrap_or_default());
    let attempt = PasswordAttempt::of_caller(caller, password, Kind::Reauthenticate, visitor);
    proof::by_password(app, attempt, |who| renew(app, caller, who, visitor).boxed()).await
}

/// Renews the session; nothing if the account is not what it was.
///
/// # Errors
/// `invalid_token` if the session has just ended.
async fn renew(
    app: &App,
    caller: &Caller,
    who: Authenticated,
    visitor: &Visitor,
) -> Result<Option<Renewed>> {
    let (renewal, ended) = (Renewal::new(app, caller, visitor)?, Ended::new(app));
    let record = Record::new(app, visitor);
    let written = app
        .db
        .write(move |tx| {
            async move {
                let Some(user) = who.hold(tx).await? else {
                    return Ok(None);
                };
                let new = renewal.write(tx, &user, Some(&who), &record, ended).await?;
                let (event, me) = ((Kind::Reauthenticate, Outcome::Success), user.id.as_str());
                record.write(tx, event, Actor::Person(me), Some(me)).await?;
                Ok::<_, Error>(Some((renewal, new)))
            }
            .boxed()
        })
        .await?;
    written.map(|(renewal, new)| renewal.finish(new)).transpose()
}
