//! The forms that open a session: sign-in, its second step, registration, set-up.

use super::{
    ClientInfo, acts,
    flows::{Asker, Holder},
    invitations,
    login::{self, Entered, Errand, PasskeyStep, SecondStep},
    passkeys::{AssertionAnswer, Bringing, RegistrationAnswer},
    register, setup,
};
use crate::{
    model::{
        ErrorCode, Field, Filled, Form, LoginForm, Problem, RegisterForm, SessionKind, TICKED,
    },
    server::{App, error::Result},
};

/// What a browser brings to such a form beside its input.
#[derive(Clone, Debug, Default)]
pub struct Brought<'b> {
    /// The token of the set-up link that it followed.
    pub link: Option<&'b str>,
    /// The secret of its sign-in that waits for the second factor.
    pub pending: Option<&'b str>,
    /// The page afterwards.
    pub next: Option<&'b str>,
}

/// Opens a session in this browser by a form. A sign-in that waits for its second factor, or to an account that is leaving, opens
/// none.
///
/// # Errors
/// Errors of the action.
pub async fn enter(
    app: &App,
    form: Form,
    mut filled: Filled,
    brought: Brought<'_>,
    client_info: &ClientInfo,
) -> Result<Entered> {
    match form {
        Form::Login => {
            let form = LoginForm { session: Some(SessionKind::Cookie), ..filled.into() };
            let errand = Errand::of_page(brought.next.map(str::to_owned));
            let entered = login::with_password(app, form, &errand, client_info).await;
            entered.map_err(|error| acts::at(Field::Password, Problem::WrongPair, error))
        }
        Form::Factor | Form::FactorRecovery | Form::Enrol => {
            form.require(&filled, app.config.password_policy())?;
            let is_recovery = form == Form::FactorRecovery;
            let field = if is_recovery { Field::RecoveryCode } else { Field::AppCode };
            let holder = client_info.browser.as_ref().map(Holder::Browser);
            let token = brought.pending.unwrap_or_default();
            let half = login::resume(app, holder, token, client_info).await?;
            if half.is_enrolment() != (form == Form::Enrol) {
                return Err(ErrorCode::FlowOver.into());
            }
            let code = &filled.take(field);
            let step = SecondStep { code, trusts: filled.of(Field::TrustDevice) == TICKED };
            let entered = login::second_step(app, half, step, Asker::Page, client_info).await;
            entered.map_err(|error| acts::at(field, Problem::WrongCode, error))
        }
        Form::PasskeyLogin | Form::PasskeyFactor => {
            form.require(&filled, app.config.password_policy())?;
            let answer = &AssertionAnswer::of_form(filled.of(Field::Credential))?;
            let step = PasskeyStep { ceremony: filled.of(Field::Ceremony), answer };
            if form == Form::PasskeyLogin {
                let errand = Errand::of_page(brought.next.map(str::to_owned));
                let kind = Some(SessionKind::Cookie);
                return login::with_passkey(app, step, kind, &errand, client_info).await;
            }
            let holder = client_info.browser.as_ref().map(Holder::Browser);
            let token = brought.pending.unwrap_or_default();
            let half = login::resume(app, holder, token, client_info).await?;
            login::second_by_passkey(app, half, step, Asker::Page, client_info).await
        }
        Form::PasskeyRegister => {
            form.require(&filled, app.config.password_policy())?;
            let answer = &RegistrationAnswer::of_form(&filled.take(Field::Credential))?;
            let ceremony = &*filled.take(Field::Ceremony);
            let browser = client_info.browser.as_ref().ok_or(ErrorCode::FlowOver)?;
            let passkey = Bringing { holder: Holder::Browser(browser), ceremony, answer, name: "" };
            let (form, next) = (filled.into(), brought.next.map(str::to_owned));
            register::with_passkey_and_sign_in(app, form, passkey, next, client_info).await
        }
        Form::Register => {
            let profile = form.to_keep(&filled);
            let form = RegisterForm { profile, ..filled.into() };
            let next = brought.next.map(str::to_owned);
            register::and_sign_in(app, form, next, client_info).await
        }
        Form::Setup => {
            let link = brought.link.unwrap_or_default();
            let next = brought.next.map(str::to_owned);
            setup::claim(app, link, filled.into(), next, client_info).await
        }
        Form::Invite => {
            let link = brought.link.unwrap_or_default();
            let next = brought.next.map(str::to_owned);
            invitations::accept(app, link, filled.into(), next, client_info).await
        }
        // The other forms require a signed-in user.
        _ => Err(ErrorCode::NotFound.into()),
    }
}
