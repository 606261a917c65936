//! `/account/password`: a new password, for a person who knows the old one.

use axum::{
    http::StatusCode,
    response::{Redirect, Response},
};
use leptos::prelude::*;

use super::{head::Head, page::SignedIn};
use crate::{islands::ChangePassword, model::PasswordPolicy, server::service::profile};

const PATH: &str = "/account/password";

/// `GET /account/password`: strangers go to sign in, before anything is rendered.
pub async fn page(SignedIn { page, viewer }: SignedIn) -> Response {
    match profile::of_viewer(&page.app, &viewer).await {
        Ok(user) => {
            let policy = page.app.config.password_policy();
            page.render("Your password", StatusCode::OK, || {
                content(user.username, user.email, policy).into_any()
            })
        }
        Err(error) => page.error(&error.into_api()),
    }
}

/// `GET /.well-known/change-password`: where password managers ask (W3C, A Well-Known URL for Changing
/// Passwords).
pub async fn well_known() -> Redirect {
    Redirect::to(PATH)
}

fn content(username: String, email: Option<String>, policy: PasswordPolicy) -> impl IntoView {
    view! {
        <main id="main" class="page slim" tabindex="-1">
            <Head
                heading="Your password"
                lead="A new one signs out everything else that is signed in to your account."
                links=()
            />
            <noscript>
                <p class="notice">"Changing your password needs JavaScript."</p>
            </noscript>
            <ChangePassword username email policy />
        </main>
    }
}
