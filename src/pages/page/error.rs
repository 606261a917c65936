//! The page of an error: what happened, and the way on.

use axum::response::Response;
use leptos::prelude::*;

use super::Page;
use crate::model::{ApiError, ErrorCode, until_again};

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
            ErrorCode::MethodNotAllowed => (
                "There is nothing to see here",
                "This address only takes what a form or a program sends to it.",
            ),
            ErrorCode::UnsupportedMediaType => (
                "This form could not be read",
                "It was sent in another way than pages here send it. Load its page again, and send it once more.",
            ),
            ErrorCode::MissingToken | ErrorCode::InvalidToken => {
                ("This address is for programs", error.code.message())
            }
            ErrorCode::MisdirectedRequest => (
                "This is not the address of the service",
                "You reached it by another name than its own. The button leads to the right address.",
            ),
            ErrorCode::SetupClosed => ("This link is no longer valid", error.code.message()),
            ErrorCode::CrossOrigin => ("This request was refused", error.code.message()),
            code => ("That did not work", code.message()),
        };
        // What is said of a server that is busy or away says so itself.
        let again_at = error.retry_after.filter(|_| error.code.status() == 429).map(until_again);
        let (number, path) = (error.code.status(), self.path.clone());
        let again = error.code.status() >= 500;
        let start = match error.code {
            ErrorCode::MisdirectedRequest => self.app.config.issuer(),
            _ => Self::START.to_owned(),
        };
        self.render_refusal(title, error, move || {
            view! {
                <main id="main" class="portal wide" tabindex="-1">
                    <div class="intro">
                        <p class="tag">{number}</p>
                        <h1>{title}</h1>
                        <p>{text} " " {again_at}</p>
                        <div class="actions">
                            {again
                                .then(|| {
                                    view! {
                                        <a class="button" href=path>
                                            "Try again"
                                        </a>
                                    }
                                })}
                            <a class=if again { "button quiet" } else { "button" } href=start>
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
