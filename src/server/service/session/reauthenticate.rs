use futures::FutureExt;

use super::{Ended, Renewal, Renewed};
use crate::{
    model::{ApiError, ErrorCode, PasswordForm},
    server::{
        App,
        error::{Error, Result},
        metrics::Attempt,
        secure::secret::Secret,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            mail::Post,
            outcome,
            passkeys::{self, AssertionAnswer, Purpose, UsedPasskey},
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

/// Reauthenticates the principal by a passkey of the account. The session gets a new identity, and both factors.
///
/// # Errors
/// `flow_over`, `passkey_unknown`, `invalid_passkey`, `too_many_requests`, `source_blocked`; `not_found` where there are no passkeys.
pub async fn reauthenticate_by_passkey(
    app: &App,
    principal: &Principal,
    answer: (&str, &AssertionAnswer),
    client_info: &ClientInfo,
) -> Result<Renewed> {
    let purpose = Purpose::Proof(principal.session(), principal.user());
    let what_for = (Kind::Reauthenticate, Attempt::Proof);
    let used = passkeys::prove(app, purpose, answer, what_for, client_info).await?;
    let who = Authenticated::by_passkey(app, used);
    let renewed = renew(app, principal, who, client_info).await;
    let renewed = renewed.and_then(|renewed| renewed.ok_or(ErrorCode::InvalidPasskey.into()));
    outcome::record(app, Attempt::Proof, client_info, &renewed);
    renewed
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
    let (record, post) = (Record::new(app, client_info), Post::of_client(app, client_info));
    let written = app
        .db
        .write(move |tx| {
            async move {
                let Some(user) = who.lock_account(tx).await? else {
                    return Ok(None);
                };
                let new = renewal.write(tx, &user, Some(&who), &record, ended).await?;
                let (event, me) = ((Kind::Reauthenticate, Outcome::Success), user.id.as_str());
                let used = who.passkey();
                if let Some(used) = used {
                    used.note(tx, (&record, &post), who.at()).await?;
                }
                let record = record.about_some("passkey", used.map(UsedPasskey::id));
                record.write(tx, event, Actor::Person(me), Some(me)).await?;
                Ok::<_, Error>(Some((renewal, new)))
            }
            .boxed()
        })
        .await?;
    written.map(|(renewal, new)| renewal.finish(new)).transpose()
}
