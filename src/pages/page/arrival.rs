//! Detection of browsers that refuse cookies.

use axum::response::Response;
use leptos::prelude::*;

use super::Page;
use crate::{
    model::ErrorCode,
    server::{
        http::{cookies, next::marked},
        say,
    },
};

impl Page {
    /// The destination after setting a cookie. If the browser sent no cookie before, the path is
    /// marked, and the page there checks that one comes back.
    pub fn with_cookie(&self, place: &str) -> String {
        match cookies::are_kept(&self.app, &self.headers) {
            true => place.to_owned(),
            false => marked(place),
        }
    }

    /// The answer at a marked path: a redirect to the path itself, or the notice about cookies.
    pub(super) fn arrive(&self) -> Response {
        if cookies::are_kept(&self.app, &self.headers) {
            return Self::redirect(&self.path);
        }
        let again = self.path.clone();
        // Cookies are first of all for staying signed in.
        self.render_refusal(say::no_cookies_title(), &ErrorCode::MissingSession.into(), || {
            view! {
                <main id="main" class="portal wide closed" tabindex="-1">
                    <div class="intro">
                        <h1>{say::no_cookies_title()}</h1>
                        <p>{say::no_cookies_lead()}</p>
                        <div class="buttons">
                            <a class="button" href=again>
                                {say::try_again_link()}
                            </a>
                            <a class="button quiet" href=Self::START>
                                {say::go_home()}
                            </a>
                        </div>
                    </div>
                </main>
            }
            .into_any()
        })
    }
}
