//! `/theme` and `/language`: the reader's choices for all pages of this browser.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use leptos::prelude::*;

use super::page::{Page, Posted, posted_by_anybody};
use crate::{
    components::{LanguageSwitch, ThemeSwitch},
    model::Field,
    server::{
        App,
        http::{cookies, next::checked_next},
        say::{self, Language},
    },
};

/// `GET` of either shows the choices. The language of a user who set one for the account is in
/// their profile.
pub async fn page(page: Page) -> Response {
    let theme = page.theme;
    let has_own =
        page.session_user.as_ref().is_some_and(|session_user| session_user.language().is_some());
    let language = match has_own {
        true => view! { <a class="button" href="/account?edit">{say::field(Field::Language)}</a> }
            .into_any(),
        false => view! { <LanguageSwitch path=Page::START.to_owned() /> }.into_any(),
    };
    page.render(say::choices_title(), StatusCode::OK, || {
        view! {
            <main id="main" class="portal wide" tabindex="-1">
                <div class="intro">
                    <h1>{say::choices_title()}</h1>
                    <ThemeSwitch theme path=Page::START.to_owned() />
                    {language}
                </div>
            </main>
        }
        .into_any()
    })
}

/// Stores the colours in a cookie and goes back.
pub async fn theme(State(app): State<App>, request: Request) -> Response {
    match posted_by_anybody(app, request).await {
        Ok(Posted { page, theme, next, .. }) => {
            let theme = match &*theme {
                "light" => "light",
                "dark" => "dark",
                _ => "system",
            };
            back(&page, next.as_deref(), cookies::set_theme(&page.app, theme))
        }
        Err(response) => response,
    }
}

/// Stores the language in a cookie and goes back. A language without messages removes the choice:
/// the browser's own applies again.
pub async fn language(State(app): State<App>, request: Request) -> Response {
    match posted_by_anybody(app, request).await {
        Ok(Posted { page, filled, next, .. }) => {
            let code = Language::of_code(filled.of(Field::Language)).map_or("", Language::code);
            back(&page, next.as_deref(), cookies::set_language(&page.app, code))
        }
        Err(response) => response,
    }
}

fn back(page: &Page, next: Option<&str>, cookie: HeaderValue) -> Response {
    let to = next.and_then(checked_next).unwrap_or(Page::START);
    let mut response = Page::redirect(&page.with_cookie(to));
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}
