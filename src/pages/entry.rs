//! What `/login`, `/register` and `/setup` share: a form in the middle of the page.

use axum::{http::StatusCode, response::Response};
use leptos::prelude::*;

use super::page::Page;
use crate::{
    islands::{CredentialsForm, FormKind, FormStart},
    server::http::next::safe_next,
};

/// One of the three pages.
pub(super) struct Entry {
    /// Which form.
    pub(super) kind: FormKind,
    /// The window's title.
    pub(super) title: &'static str,
    /// The heading.
    pub(super) heading: &'static str,
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
        self.show(page, FormStart { next, ..FormStart::default() })
    }

    /// The page with what was filled in, and the status of what was wrong with it.
    pub(super) fn show(&self, page: &Page, start: FormStart) -> Response {
        let start =
            FormStart { next: start.next.map(|next| safe_next(Some(&next)).to_owned()), ..start };
        let refusal = start.error.clone();
        let other = self.other.map(|(question, path, word)| {
            let path = match &start.next {
                Some(next) => format!("{path}?next={}", Page::encode(next)),
                None => path.to_owned(),
            };
            (question, path, word)
        });
        let policy = page.app.config.password_policy();
        let content = || {
            view! {
                <main id="main" class="portal" tabindex="-1">
                    <div class="intro">
                        <h1>{self.heading}</h1>
                        <p>{self.lead}</p>
                    </div>
                    <CredentialsForm kind=self.kind policy start />
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
        match refusal {
            Some(error) => page.render_refusal(format!("Error: {}", self.title), &error, content),
            None => page.render(self.title, StatusCode::OK, content),
        }
    }
}
