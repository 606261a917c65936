use futures::FutureExt;

use super::{Ended, Renewal, Renewed};
use crate::{
    model::{ApiError, PasswordForm},
    server::{
        App,
        error::{Error, Result},
        secure::secret::Secret,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            principal::Principal,
            proof::{self, Authenticated, PasswordAttempt, Verified},
        },
    },
};

/// Reauthenticates the principal by password, and by a code where the account has a second factor.
///
/// The session gets a new identity, so that a copy of it does not get the fresh proof (S111).
///
/// # Errors
/// `invalid_input`, `invalid_credentials`, `factor_required` without a code, `invalid_code`, `too_many_requests`, `overloaded`.
pub async fn reauthenticate(
    app: &App,
    principal: &Principal,
    form: PasswordForm,
    client_info: &ClientInfo,
) -> Result<Renewed> {
    let errors = form.check(app.config.password_policy());
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    let given = (Secret::new(form.password.unwrap_or_default()), form.code);
    let attempt =
        PasswordAttempt::of_principal(principal, given, Kind::Reauthenticate, client_info);
    let used = |verified: Verified| {
        async move { renew(app, principal, verified.whole()?, client_info).await }.boxed()
    };
    proof::by_password(app, attempt, used).await
}

/// Renews the session; none if the account has changed.
///
/// # Errors
/// `invalid_token` if the session has just ended.
async fn renew(
    app: &App,
    principal: &Principal,
    who: Authenticated,
    client_info: &ClientInfo,
) -> Result<Option<Renewed>> {
    let (renewal, ended) = (Renewal::new(app, principal, client_info)?, Ended::new(app));
    let record = Record::new(app, client_info);
    let written = app
        .db
        .write(move |tx| {
            async move {
                let Some(user) = who.lock_account(tx).await? else {
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
