//! The forms that open a session: sign-in, registration, set-up.

use super::{ClientInfo, acts, login, register, session::IssuedSession, setup};
use crate::{
    model::{ErrorCode, Field, Filled, Form, LoginForm, Problem, RegisterForm, SessionKind},
    server::{App, error::Result},
};

/// Opens a session in this browser by a form. `link` is the token of the set-up link, if the
/// browser followed one.
///
/// # Errors
/// Errors of the action.
pub async fn enter(
    app: &App,
    form: Form,
    filled: Filled,
    link: Option<&str>,
    client_info: &ClientInfo,
) -> Result<IssuedSession> {
    match form {
        Form::Login => {
            let form = LoginForm { session: Some(SessionKind::Cookie), ..filled.into() };
            let opened = match &client_info.browser {
                Some(browser) => login::in_browser(app, form, browser, client_info).await,
                None => login::with_password(app, form, client_info).await,
            };
            opened.map_err(|error| acts::at(Field::Password, Problem::WrongPair, error))
        }
        Form::Register => {
            let profile = form.to_keep(&filled);
            register::and_sign_in(app, RegisterForm { profile, ..filled.into() }, client_info).await
        }
        Form::Setup => {
            let link = link.unwrap_or_default();
            Ok(setup::claim(app, link, filled.into(), client_info).await?)
        }
        // The other forms require a signed-in user.
        _ => Err(ErrorCode::NotFound.into()),
    }
}
