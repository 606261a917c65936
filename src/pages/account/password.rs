//! `/account/password`: a new password, for a person who knows the old one.

use axum::response::{Redirect, Response};
use leptos::prelude::*;

use super::{Head, Part, answer};
use crate::{
    components::{Alert, Cancel, FormView, Look, Tone},
    model::{Filled, Form},
    pages::page::{Left, Page, SignedIn},
    server::{
        say,
        service::{profile, viewer::Viewer},
    },
};

/// `GET /account/password`: strangers go to sign in, before anything is rendered.
pub async fn page(SignedIn { page, viewer }: SignedIn) -> Response {
    show(&page, &viewer, None).await
}

/// `GET /.well-known/change-password`: where password managers ask (W3C, A Well-Known URL for Changing
/// Passwords).
pub async fn well_known() -> Redirect {
    Redirect::to(Form::Password.path())
}

/// The query of the page for a person who did not do what the history says.
const NOT_ME: &str = "not-me";

/// Where a person goes who did not do what the history says.
pub(super) fn not_me() -> String {
    format!("{}?{NOT_ME}", Form::Password.path())
}

/// The page, as it was left.
pub(super) async fn show(page: &Page, viewer: &Viewer, left: Option<Left>) -> Response {
    let policy = page.app.config.password_policy();
    let mut drawn =
        Left::drawn(left.as_ref(), &page.app, viewer, Form::Password, Filled::default());
    let user = match profile::of_viewer(&page.app, viewer).await {
        Ok(user) => user,
        Err(error) => return page.error(&error.into_api()),
    };
    drawn.username = Some(user.username);
    // For the advice on the new one: neither name nor address is a password.
    drawn.hidden.extend(user.email.map(|email| ("email", email)));
    let is_doubtful = page.query(NOT_ME).is_some();
    let look = Look { class: "card narrow", button: "button", is_focused: false };
    answer(page, viewer, Part::Security, say::button(Form::Password), left.as_ref(), || {
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
        }
        .into_any()
    })
    .await
}
