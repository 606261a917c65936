//! `/account/password`: a new password, for a person who knows the old one.

use axum::{
    http::StatusCode,
    response::{Redirect, Response},
};
use leptos::prelude::*;

use super::{
    head::Head,
    page::{Left, Page, SignedIn},
};
use crate::{
    components::{FormView, Look},
    model::{Filled, Form},
    server::service::{profile, viewer::Viewer},
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

/// The page, as it was left.
pub(super) async fn show(page: &Page, viewer: &Viewer, left: Option<Left>) -> Response {
    let user = match profile::of_viewer(&page.app, viewer).await {
        Ok(user) => user,
        Err(error) => return page.error(&error.into_api()),
    };
    let policy = page.app.config.password_policy();
    let mut drawn =
        Left::drawn(left.as_ref(), &page.app, viewer, Form::Password, Filled::default());
    drawn.username = Some(user.username);
    let look = Look { class: "card", button: "button full", says: None };
    let content = || {
        view! {
            <main id="main" class="page slim" tabindex="-1">
                <Head
                    heading="Your password"
                    lead="A new one signs out everything else that is signed in to your account."
                    links=()
                />
                    <FormView form=Form::Password look policy drawn label=None ask=None />
            </main>
        }
        .into_any()
    };
    match left {
        Some(left) => page.render_refusal("Error: Your password", &left.error, content),
        None => page.render("Your password", StatusCode::OK, content),
    }
}
