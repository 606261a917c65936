//! The error page: the message, and the next step.

use axum::response::Response;
use leptos::prelude::*;

use super::Page;
use crate::{
    model::{ApiError, ErrorCode},
    server::{
        http::{next::own_place, reply},
        say,
        site::Wake,
    },
};

impl Page {
    /// Renders the page of an error, with its status.
    pub fn error(&self, error: &ApiError) -> Response {
        let (title, text) = match error.code {
            ErrorCode::NotFound => (say::not_found_title(), say::not_found_lead()),
            ErrorCode::Internal => (say::internal_title(), say::internal_lead()),
            ErrorCode::MethodNotAllowed => (say::no_page_title(), say::no_page_lead()),
            ErrorCode::MalformedBody | ErrorCode::UnsupportedMediaType => {
                (say::unreadable_title(), say::unreadable_lead())
            }
            ErrorCode::MissingToken | ErrorCode::InvalidToken => {
                (say::programs_title(), say::error(error.code))
            }
            ErrorCode::MisdirectedRequest => (say::misdirected_title(), say::misdirected_lead()),
            ErrorCode::SetupClosed => (say::setup_closed_title(), say::setup_closed_lead()),
            ErrorCode::CrossOrigin => (say::refused_title(), say::error(error.code)),
            code if code.status() == 429 => (say::wait_title(), say::error(code)),
            code if code.status() == 503 => (say::unavailable_title(), say::error(code)),
            code => (say::failed_title(), say::error(code)),
        };
        let number = error.code.status();
        let path = own_place(&self.path).unwrap_or(Self::START).to_owned();
        let again = error.code.status() >= 500;
        // The messages about a busy or unavailable server include the wait.
        let wait = error.retry_after.filter(|_| number == 429).map(say::try_again);
        let start = match error.code {
            ErrorCode::MisdirectedRequest => self.app.config.issuer(),
            _ => Self::START.to_owned(),
        };
        let heading = title.clone();
        let content = move || {
            view! {
                <main id="main" class="portal wide closed" tabindex="-1">
                    <div class="intro">
                        <p class="number">{number}</p>
                        <h1>{heading}</h1>
                        <p>{text}</p>
                        {wait.map(|wait| view! { <p>{wait}</p> })}
                        <div class="buttons">
                            {again
                                .then(|| {
                                    view! {
                                        <a class="button" href=path>
                                            {say::try_again_link()}
                                        </a>
                                    }
                                })}
                            <a class=if again { "button quiet" } else { "button" } href=start>
                                {say::go_home()}
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
        response.extensions_mut().insert(reply::ProblemDetails::from(error.clone()));
        response
    }
}
