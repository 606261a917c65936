//! What `/login`, `/register` and `/setup` share: a form in the middle of the page.

use axum::{extract::Request, http::StatusCode, response::Response};
use leptos::prelude::*;

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
    /// The window's title.
    pub(super) title: &'static str,
    /// The heading.
    pub(super) heading: &'static str,
    /// The heading around the name of the service, where that is the operator's own.
    pub(super) named: Option<(&'static str, &'static str)>,
    /// The line under it.
    pub(super) lead: &'static str,
    /// The way to the other form: a question, a path, a word.
    pub(super) other: Option<(&'static str, &'static str, &'static str)>,
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
            Ok(opened) => page.redirect_signed_in(&opened, next.as_deref()),
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
        let next = next.map(|next| safe_next(Some(&next)).to_owned());
        let other = self.other.map(|(question, path, word)| {
            let path = match &next {
                Some(next) => format!("{path}?next={}", Page::encode(next)),
                None => path.to_owned(),
            };
            (question, path, word)
        });
        let policy = page.app.config.password_policy();
        let hidden = next.map(|next| ("next", next)).into_iter().collect();
        let brand = &page.app.brand.shown;
        let support = brand.support.clone();
        let drawn = Drawn { filled, error: error.clone(), hidden, support, ..Drawn::default() };
        let heading = match self.named.zip(brand.own_name()) {
            Some(((before, after), name)) => {
                // An empty text would be drawn as a blank.
                let after = (!after.is_empty()).then_some(after);
                view! { {before} <bdi>{name.to_owned()}</bdi> {after} }.into_any()
            }
            None => self.heading.into_any(),
        };
        let look = Look { class: "card", button: "button full", says: None };
        let content = || {
            view! {
                <main id="main" class="portal" tabindex="-1">
                    <div class="intro">
                        <h1>{heading}</h1>
                        <p>{self.lead}</p>
                    </div>
                        <FormView form=self.form look policy drawn label=None ask=None />
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
            Some(error) => page.render_refusal(format!("Error: {}", self.title), &error, content),
            None => page.render(self.title, StatusCode::OK, content),
        }
    }
}
