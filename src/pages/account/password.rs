//! `/account/password`: a new password, with the current one.

use axum::response::{Redirect, Response};
use leptos::prelude::*;

use super::{Head, Part, answer, proof};
use crate::{
    components::{Alert, Cancel, FormView, Look, Tone},
    model::{Filled, Form},
    pages::page::{Left, Page, SignedIn},
    server::{
        say,
        service::{passwords, profile, session_user::SessionUser},
    },
};

/// `GET /account/password`; strangers are redirected to sign in before anything is rendered.
pub async fn page(SignedIn { page, session_user }: SignedIn) -> Response {
    show(&page, &session_user, None).await
}

/// `GET /.well-known/change-password`: the path for password managers (W3C, A Well-Known URL for
/// Changing Passwords).
pub async fn well_known() -> Redirect {
    Redirect::to(Form::Password.path())
}

/// The query after an event that the user denies.
const NOT_ME: &str = "not-me";

/// The path for a user who denies an event of the history.
pub(super) fn not_me() -> String {
    format!("{}?{NOT_ME}", Form::Password.path())
}

/// The page, with the refused form if there is one.
pub(super) async fn show(page: &Page, session_user: &SessionUser, left: Option<Left>) -> Response {
    let policy = page.app.config.password_policy();
    let mut drawn =
        Left::drawn(left.as_ref(), &page.app, session_user, Form::Password, Filled::default());
    let has_password = match passwords::has_one(&page.app, session_user).await {
        Ok(has_password) => has_password,
        Err(error) => return page.error(&error.into_api()),
    };
    if !has_password {
        return none(page, session_user, left.as_ref()).await;
    }
    let user = match profile::of_session_user(&page.app, session_user).await {
        Ok(user) => user,
        Err(error) => return page.error(&error.into_api()),
    };
    drawn.username = Some(user.username);
    // For the advice on the new password, which may be neither name nor address.
    drawn.hidden.extend(user.email.map(|email| ("email", email)));
    let is_doubtful = page.query(NOT_ME).is_some();
    // With the password alone the session would be less than it is.
    let needs_proof = session_user.has_factor() || session_user.needs_passkey();
    let look = Look { class: "card narrow", button: "button", is_focused: false };
    answer(page, session_user, Part::Security, say::button(Form::Password), left.as_ref(), || {
        let cancel = Some(Cancel::To(Part::Security.path()));
        view! {
            <Head heading=say::button(Form::Password) lead=Some(say::password_lead()) />
            {is_doubtful
                .then(|| {
                    view! {
                        <Alert tone=Tone::Caution heading=say::not_me_heading()>
                            <p>{say::not_me_lead()}</p>
                        </Alert>
                    }
                })}
            <FormView form=Form::Password look policy drawn cancel />
            {needs_proof.then(|| proof(page, session_user))}
        }
        .into_any()
    })
    .await
}

/// The page of an account without a password, which is chosen by a mail.
async fn none(page: &Page, session_user: &SessionUser, left: Option<&Left>) -> Response {
    let has_mail = page.app.mail.is_on();
    answer(page, session_user, Part::Security, say::button(Form::Password), left, || {
        view! {
            <Head heading=say::button(Form::Password) lead=Some(say::password_none()) />
            {has_mail
                .then(|| {
                    view! {
                        <p>
                            {say::password_choose()} " "
                            <a href=Form::Forgot.path()>{say::forgot_title()}</a>
                        </p>
                    }
                })}
        }
        .into_any()
    })
    .await
}
