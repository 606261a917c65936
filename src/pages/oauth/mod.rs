//! The pages of the provider: where another program sends a person, and from where they go back. All of them work without script.

mod authorize;
mod consent;
mod onward;
mod sign_out;
mod words;

use axum::{
    extract::{FromRequestParts, Request},
    http::StatusCode,
    response::Response,
};
use leptos::prelude::*;

pub use authorize::{page as authorize, post as post_authorize};
pub use consent::{left as left_consent, post as post_consent};
pub use sign_out::{
    left as left_sign_out, page as sign_out, post as post_sign_out,
    post_confirm as post_confirm_sign_out,
};
pub(super) use words::{client_of as client_of_next, scope as scope_in_words};

use super::page::Page;
use crate::{
    model::ErrorCode,
    server::{
        App,
        http::{body, client_info, reply::ProblemDetails},
        say,
        service::{
            ClientInfo,
            oauth::{NoWayBack, Params},
        },
    },
};

/// The path of an authorization request.
pub const AUTHORIZE: &str = "/oauth/authorize";

/// A form of a page, or of a client's page.
pub(super) struct PostedForm {
    /// The page.
    pub(super) page: Page,
    /// Its parameters.
    pub(super) params: Params,
    /// The client.
    pub(super) client_info: ClientInfo,
}

/// Reads a form; the session is looked up once the body has arrived.
///
/// # Errors
/// The refusal as a page.
pub(super) async fn posted(app: &App, request: Request) -> Result<PostedForm, Response> {
    let (mut parts, body) = request.into_parts();
    let page = Page::anonymous(app.clone(), &parts);
    if !body::is_form(&parts.headers) {
        return Err(page.error(&ErrorCode::UnsupportedMediaType.into()));
    }
    let bytes = body::read(body).await.map_err(|problem| page.error(problem.error()))?;
    let params = Params::parse(&bytes).map_err(|_| page.error(&ErrorCode::MalformedBody.into()))?;
    let client_info = client_info::of(app, &parts);
    let page = Page::from_request_parts(&mut parts, app).await?;
    Ok(PostedForm { page, params, client_info })
}

/// The page about a request whose answer can go nowhere.
fn no_way_back(page: &Page, why: NoWayBack) -> Response {
    let (title, lead) = match why {
        NoWayBack::Malformed => (say::oauth_bad_title(), say::oauth_bad_malformed()),
        NoWayBack::Client => (say::oauth_bad_title(), say::oauth_bad_client()),
        NoWayBack::RedirectUri => (say::oauth_bad_title(), say::oauth_bad_uri()),
        NoWayBack::Over => (say::oauth_over_title(), say::oauth_over_lead()),
    };
    let status = match why {
        NoWayBack::Over => StatusCode::GONE,
        _ => StatusCode::BAD_REQUEST,
    };
    let heading = title.clone();
    let mut response = page.render_alone(title, status, || {
        view! {
            <main id="main" class="portal wide closed" tabindex="-1">
                <div class="intro">
                    <h1>{heading}</h1>
                    <p>{lead}</p>
                    <div class="buttons">
                        <a class="button quiet" href=Page::START>
                            {say::go_home()}
                        </a>
                    </div>
                </div>
            </main>
        }
        .into_any()
    });
    // For a program.
    let code = match why {
        NoWayBack::Over => ErrorCode::FlowOver,
        _ => ErrorCode::MalformedBody,
    };
    response.extensions_mut().insert(ProblemDetails::from(code));
    response
}
