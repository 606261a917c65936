//! Actions of a signed-in user by a form: with the access token from script, or with the form's
//! token.

mod said;

pub use said::Said;

use super::{
    ClientInfo, address, factors,
    flows::Asker,
    leaving,
    notices::{self, NoticeChoices},
    passkeys::{self, AssertionAnswer, RegistrationAnswer},
    passwords,
    principal::Principal,
    profile, session, trusted,
};
use crate::{
    model::{
        ApiError, ErrorCode, Field, FieldError, Filled, Form, PasswordForm, Problem, ProfileForm,
        SessionId,
    },
    server::{
        App,
        error::{Error, Result},
    },
};

/// A completed action.
pub struct Done {
    /// The outcome for the user.
    pub said: Said,
    /// Session of the message.
    pub about: Option<SessionId>,
    /// The session's new identity, if it got one.
    pub renewed: Option<session::Renewed>,
    /// Whether this browser's session has ended.
    pub has_left: bool,
}

impl Done {
    /// An action with no more to say than its outcome.
    pub fn of(said: Said) -> Self {
        Self { said, about: None, renewed: None, has_left: false }
    }

    fn renewed(said: Said, renewed: session::Renewed) -> Self {
        Self { renewed: Some(renewed), ..Self::of(said) }
    }

    /// The result of a sign-out.
    pub fn signed_out() -> Self {
        Self::left(Said::SignedOut)
    }

    fn left(said: Said) -> Self {
        Self { has_left: true, ..Self::of(said) }
    }
}

/// A change of the addresses; one of the confirmed ones gave the session a new identity. Otherwise, this was done.
fn changed_as(otherwise: Said, renewed: Option<session::Renewed>) -> Done {
    match renewed {
        Some(renewed) => Done::renewed(Said::AddressesChanged, renewed),
        None => Done::of(otherwise),
    }
}

/// Names the field of a wrong password or code in an error.
pub(super) fn at(field: Field, problem: Problem, error: Error) -> Error {
    match error {
        Error::Api(refused)
            if matches!(refused.code, ErrorCode::InvalidCredentials | ErrorCode::InvalidCode) =>
        {
            let fields = vec![FieldError::new(field, problem)];
            ApiError { fields, ..refused }.into()
        }
        other => other,
    }
}

/// Names the field of the code of a mail in an error.
pub fn wrong_code(error: Error) -> Error {
    at(Field::Code, Problem::WrongCode, error)
}

/// Performs the action of a form. `refresh_token` is the one of this browser; ending all other
/// sessions replaces it.
///
/// # Errors
/// Errors of the action; `reauthentication_required` if the last proof is too old.
pub async fn act(
    app: &App,
    principal: &Principal,
    form: Form,
    mut filled: Filled,
    refresh_token: Option<&str>,
    client_info: &ClientInfo,
) -> Result<Done> {
    let errors = form.check(|field| filled.of(field), app.config.password_policy());
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    Ok(match form {
        Form::Profile => {
            // Fields that the submitted form lacks stay unchanged.
            let has_name = filled.iter().any(|(field, _)| field == Field::DisplayName);
            let name = has_name.then(|| Some(filled.take(Field::DisplayName)));
            let profile = Some(form.to_keep(&filled));
            let form = ProfileForm { display_name: name, metadata: None, profile };
            profile::update(app, principal, form, client_info).await?;
            Done::of(Said::Saved)
        }
        Form::Username => {
            profile::rename(app, principal, filled.of(Field::Username), client_info).await?;
            Done::of(Said::Saved)
        }
        Form::Address => {
            let address = filled.of(Field::Email);
            address::set(app, principal, address, client_info).await?;
            Done::of(Said::AddressSent)
        }
        Form::VerifyAgain => {
            address::send_again(app, principal, None, client_info).await?;
            Done::of(Said::AddressSent)
        }
        Form::AddressRemove => {
            let address = filled.of(Field::Address);
            changed_as(
                Said::AddressRemoved,
                address::remove(app, principal, address, client_info).await?,
            )
        }
        Form::AddressPrimary => {
            let address = filled.of(Field::Address);
            let renewed = address::set_primary(app, principal, address, client_info).await?;
            changed_as(Said::AddressesChanged, renewed)
        }
        Form::VerifyCode => {
            let shown = address::Shown::Code(None, filled.of(Field::Code));
            let confirmed = address::confirm(app, principal, shown, client_info).await;
            changed_as(Said::AddressConfirmed, confirmed.map_err(wrong_code)?)
        }
        Form::VerifyLink => {
            let shown = address::Shown::Link(filled.of(Field::Flow));
            changed_as(
                Said::AddressConfirmed,
                address::confirm(app, principal, shown, client_info).await?,
            )
        }
        Form::Password => {
            let renewed = passwords::change(app, principal, filled.into(), client_info).await;
            let renewed = renewed.map_err(|error| match error.code() {
                // The form has no code: the proof before it has.
                ErrorCode::FactorRequired => ErrorCode::ReauthenticationRequired.into(),
                _ => at(Field::CurrentPassword, Problem::Invalid, error),
            })?;
            Done::renewed(Said::PasswordChanged, renewed)
        }
        Form::Proof | Form::FactorProof => {
            let code = Some(filled.take(Field::AppCode));
            let form = PasswordForm { code, ..filled.into() };
            let renewed = session::reauthenticate(app, principal, form, client_info).await;
            let renewed = renewed.map_err(|error| match error.code() {
                ErrorCode::InvalidCode => at(Field::AppCode, Problem::WrongCode, error),
                _ => at(Field::Password, Problem::Invalid, error),
            })?;
            Done::renewed(Said::Confirmed, renewed)
        }
        Form::PasskeyProof => {
            let answer = &AssertionAnswer::of_form(filled.of(Field::Credential))?;
            let answer = (filled.of(Field::Ceremony), answer);
            let renewed =
                session::reauthenticate_by_passkey(app, principal, answer, client_info).await?;
            Done::renewed(Said::Confirmed, renewed)
        }
        Form::PasskeyBegin => {
            passkeys::begin(app, principal, client_info).await?;
            Done::of(Said::PasskeyBegun)
        }
        Form::PasskeyConfirm => {
            let answer = RegistrationAnswer::of_form(filled.of(Field::Credential))?;
            let name = filled.of(Field::PasskeyName);
            passkeys::confirm(app, principal, &answer, name, client_info).await?;
            Done::of(Said::PasskeySet)
        }
        Form::PasskeyRename => {
            let id = filled.of(Field::Passkey).parse().map_err(|_| ErrorCode::NotFound)?;
            let name = filled.of(Field::PasskeyName);
            passkeys::rename(app, principal, &id, name, client_info).await?;
            Done::of(Said::PasskeyRenamed)
        }
        Form::PasskeyRemove => {
            let id = filled.of(Field::Passkey).parse().map_err(|_| ErrorCode::NotFound)?;
            let renewed = passkeys::remove(app, principal, &id, client_info).await?;
            Done::renewed(Said::PasskeyRemoved, renewed)
        }
        Form::TotpBegin => {
            factors::begin(app, principal, client_info).await?;
            Done::of(Said::FactorBegun)
        }
        Form::TotpConfirm => {
            let typed = filled.of(Field::AppCode);
            let confirmed = factors::confirm(app, principal, typed, Asker::Page, client_info).await;
            let confirmed =
                confirmed.map_err(|error| at(Field::AppCode, Problem::WrongCode, error))?;
            Done::renewed(Said::FactorSet, confirmed.renewed)
        }
        Form::TotpRemove => {
            let renewed = factors::remove(app, principal, client_info).await?;
            Done::renewed(Said::FactorRemoved, renewed)
        }
        Form::CodesNew => {
            factors::new_codes(app, principal, Asker::Page, client_info).await?;
            Done::of(Said::CodesMade)
        }
        Form::CodesKept => {
            factors::kept(app, principal, client_info).await?;
            Done::of(Said::CodesKept)
        }
        Form::TrustEnd => {
            let id = filled.of(Field::TrustedDevice).parse().map_err(|_| ErrorCode::NotFound)?;
            match trusted::remove(app, principal, &id, client_info).await {
                // One whose trust is over already is not an error.
                Err(error) if error.code() != ErrorCode::NotFound => return Err(error),
                _ => Done::of(Said::TrustEnded),
            }
        }
        Form::TrustEndAll => {
            trusted::remove_all(app, principal, client_info).await?;
            Done::of(Said::AllTrustEnded)
        }
        Form::EndSession => {
            let id = filled.of(Field::Session).parse().map_err(|_| ErrorCode::NotFound)?;
            match session::end_one(app, principal, &id, client_info).await {
                // A session that has ended already is not an error.
                Err(error) if error.code() != ErrorCode::NotFound => return Err(error),
                _ if id == *principal.session() => Done::signed_out(),
                _ => Done { about: Some(id), ..Done::of(Said::SessionEnded) },
            }
        }
        Form::EndOthers => {
            let renewed = session::end_others(app, principal, refresh_token, client_info).await?;
            Done { renewed, ..Done::of(Said::OthersEnded) }
        }
        Form::EndAll => {
            session::end_all(app, principal, client_info).await?;
            Done::left(Said::AllEnded)
        }
        Form::NoticeOn | Form::NoticeOff => {
            let choices = NoticeChoices { sign_in: form == Form::NoticeOn };
            notices::choose(app, principal, choices, client_info).await?;
            Done::of(Said::Saved)
        }
        // The file is not the answer to an act: its form asks for it again, after the proof.
        Form::Data => {
            principal.require_fresh(app)?;
            Done::of(Said::Confirmed)
        }
        Form::Leave => {
            leaving::ask(app, principal, filled.of(Field::Confirm), client_info).await?;
            Done::left(Said::Leaving)
        }
        Form::Seen => {
            let latest = filled.of(Field::Session).parse().map_err(|_| ErrorCode::NotFound)?;
            session::dismiss_copied(app, principal, &latest, client_info).await?;
            Done::of(Said::Dismissed)
        }
        Form::Logout => {
            session::end(app, principal.session(), client_info).await?;
            Done::signed_out()
        }
        // These forms are for users who are not signed in.
        Form::Login
        | Form::PasskeyLogin
        | Form::PasskeyRegister
        | Form::PasskeyFactor
        | Form::Factor
        | Form::FactorRecovery
        | Form::Enrol
        | Form::Register
        | Form::Setup
        | Form::Undo
        | Form::Secure
        | Form::Refuse
        | Form::Invite
        | Form::MailCodeAsk
        | Form::MailCode
        | Form::ConfirmCode
        | Form::ConfirmLink
        | Form::ConfirmAgain
        | Form::ConfirmAddress
        | Form::ConfirmDone
        | Form::Forgot
        | Form::ForgotCode
        | Form::Reset
        | Form::Keep => return Err(ErrorCode::NotFound.into()),
    })
}
