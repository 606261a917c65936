//! Whether a browser keeps the cookies that it was given.

use axum::response::Response;
use leptos::prelude::*;

use super::Page;
use crate::{
    model::ErrorCode,
    server::http::{cookies, next::marked},
};

impl Page {
    /// Where a browser goes that was just given a cookie. If it sent none before, the place is marked, and the page there looks
    /// whether one comes back.
    pub(super) fn with_cookie(&self, place: &str) -> String {
        match cookies::are_kept(&self.app, &self.headers) {
            true => place.to_owned(),
            false => marked(place),
        }
    }

    /// The answer at a place that was marked: on to itself, or that no cookie came.
    pub(super) fn arrive(&self) -> Response {
        if cookies::are_kept(&self.app, &self.headers) {
            return Self::redirect(&self.path);
        }
        let title = "This browser keeps no cookies";
        let again = self.path.clone();
        // That somebody is signed in is what they are for, in the first place.
        self.render_refusal(title, &ErrorCode::MissingSession.into(), || {
            view! {
                <main id="main" class="portal wide" tabindex="-1">
                    <div class="intro">
                        <h1>{title}</h1>
                        <p>
                            "It was given one by this site a moment ago, and did not send it back. "
                            "Without cookies nobody can stay signed in here, and no choice is kept. "
                            "Allow them for this site, then try again."
                        </p>
                        <div class="actions">
                            <a class="button" href=again>
                                "Try again"
                            </a>
                            <a class="button quiet" href=Self::START>
                                "Go to the start"
                            </a>
                        </div>
                    </div>
                </main>
            }
            .into_any()
        })
    }
}
