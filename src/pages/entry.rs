//! What `/login`, `/register` and `/setup` share: a form in the middle of the page.

use axum::{extract::Request, http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::page::{Page, Posted, posted};
use crate::{
    components::{Drawn, FormView, Look},
    model::{ApiError, ErrorCode, Filled, Form},
    server::{App, http::next::safe_next, service::entry},
};

/// One of the three pages.
pub(super) struct Entry {
    /// Which form.
    pub(super) form: Form,
    /// Its words.
    pub(super) words: fn(&Page) -> Words,
    /// Where to go afterwards, where nothing else is asked for.
    pub(super) next: Option<&'static str>,
}

/// The words of such a page.
pub(super) struct Words {
    /// The window's title.
    pub(super) title: String,
    /// The heading.
    pub(super) heading: AnyView,
    /// What is above the form.
    pub(super) lead: Option<AnyView>,
    /// The way to the other form: a question, a path, a word.
    pub(super) other: Option<(String, &'static str, String)>,
    /// What is below the form.
    pub(super) help: Option<AnyView>,
}

impl Entry {
    /// The page as it is asked for: a person who is signed in already goes on.
    pub(super) fn arrive(&self, page: &Page) -> Response {
        let next = page.query("next");
        if page.viewer.is_some() {
            return Page::redirect(safe_next(next.as_deref()));
        }
        self.show(page, next, Filled::default(), None)
    }

    /// The form as a browser posts it without script: signed in and on to `next`, or the page again.
    pub(super) async fn post(&self, app: App, request: Request) -> Response {
        let Posted { page, filled, next, visitor, .. } = match posted(app, request).await {
            Ok(posted) => posted,
            Err(response) => return response,
        };
        let (link, kept) = (page.link(), filled.clone());
        let entered = entry::enter(&page.app, self.form, filled, link, &visitor).await;
        let is_setup = self.form == Form::Setup;
        let response = match entered.map_err(|error| error.into_api()) {
            Ok(opened) => page.redirect_signed_in(&opened, next.as_deref().or(self.next)),
            Err(closed) if closed.code == ErrorCode::SetupClosed => page.error(&closed),
            Err(error) => return self.show(&page, next, kept, Some(error)),
        };
        if is_setup { page.forget_link(response) } else { response }
    }

    /// The page with what was filled in, and the status of what was wrong with it.
    pub(super) fn show(
        &self,
        page: &Page,
        next: Option<String>,
        filled: Filled,
        error: Option<ApiError>,
    ) -> Response {
        let Words { title, heading, lead, other, help } = (self.words)(page);
        let next = next.as_deref().or(self.next).map(|next| safe_next(Some(next)).to_owned());
        let other = other.map(|(question, path, word)| {
            let path = match &next {
                Some(next) => format!("{path}?next={}", Page::encode(next)),
                None => path.to_owned(),
            };
            (question, path, word)
        });
        let policy = page.app.config.password_policy();
        let hidden = next.map(|next| ("next", next)).into_iter().collect();
        let drawn = Drawn { filled, error: error.clone(), hidden, ..Drawn::default() };
        let look = Look { class: "card", button: "button full", is_focused: false };
        let content = || {
            view! {
                <main id="main" class="portal" tabindex="-1">
                    <div class="intro">
                        <h1>{heading}</h1>
                        {lead}
                    </div>
                    <FormView form=self.form look policy drawn />
                    {help}
                    {other
                        .map(|(question, path, word)| {
                            view! {
                                <p class="aside">{question} " " <a href=path>{word}</a></p>
                            }
                        })}
                </main>
            }
            .into_any()
        };
        match error {
            Some(error) => page.render_refusal(title, &error, content),
            None => page.render(title, StatusCode::OK, content),
        }
    }
}
