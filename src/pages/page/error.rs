//! The page of an error: what happened, and the way on.

use axum::response::Response;
use leptos::prelude::*;

use super::Page;
use crate::{
    model::{ApiError, ErrorCode},
    server::{http::reply, site::Wake},
};

impl Page {
    /// Renders the page of an error, with its status.
    pub fn error(&self, error: &ApiError) -> Response {
        let (title, text) = match error.code {
            ErrorCode::NotFound => {
                ("There is no such page", "The address may be mistyped, or the page has moved.")
            }
            ErrorCode::Internal => (
                "Something went wrong here",
                "The fault is ours and has been logged. Your data is safe.",
            ),
            ErrorCode::SetupClosed => ("This link is no longer valid", error.code.message()),
            ErrorCode::CrossOrigin => ("This request was refused", error.code.message()),
            code => ("That did not work", code.message()),
        };
        let (number, path) = (error.code.status(), self.path.clone());
        let again = error.code.status() >= 500;
        let content = move || {
            view! {
                <main id="main" class="portal wide" tabindex="-1">
                    <div class="intro">
                        <p class="tag">{number}</p>
                        <h1>{title}</h1>
                        <p>{text}</p>
                        <div class="actions">
                            {again
                                .then(|| {
                                    view! {
                                        <a class="button" href=path>
                                            "Try again"
                                        </a>
                                    }
                                })}
                            <a class=if again { "button quiet" } else { "button" } href="/">
                                "Go to the start"
                            </a>
                        </div>
                    </div>
                </main>
            }
            .into_any()
        };
        let status = reply::status(error.code);
        let mut response = self.render_waking(Wake::Never, title, status, content);
        reply::say_when(response.headers_mut(), error);
        response
    }
}
