//! `/oauth/authorize`: what happens with an authorization request.

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

use super::{
    PostedForm,
    consent::{self, Question},
    no_way_back, onward, posted,
    words::again,
};
use crate::{
    components::with_name,
    model::{ApiError, ErrorCode},
    pages::{account::proof_page, page::Page},
    server::{
        App, say,
        service::{
            ClientInfo,
            oauth::{
                self, Decided, NoWayBack, Opened, Params, REQUEST_URI, Refusal, Step, Verdict,
            },
            session_user::SessionUser,
        },
    },
};

/// `GET /oauth/authorize`.
pub async fn page(method: Method, client_info: ClientInfo, page: Page) -> Response {
    if method == Method::HEAD {
        // A look from afar decides nothing.
        return StatusCode::OK.into_response();
    }
    let query = page.path.split_once('?').map_or("", |(_, query)| query);
    let Ok(params) = Params::parse(query.as_bytes()) else {
        return no_way_back(&page, NoWayBack::Malformed);
    };
    answer(&page, &params, &client_info).await
}

/// `POST /oauth/authorize`, as a form of the client's page: it carries no cookie of ours, so the request is stored, and the browser asks
/// again by GET.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let PostedForm { page, params, client_info } = match posted(&app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    if is_stored(&params) {
        return no_way_back(&page, NoWayBack::Malformed);
    }
    let opened = match oauth::begin(&page.app, &params) {
        Ok(opened) => opened,
        Err(refusal) => return refused(&page, &params, refusal),
    };
    match opened.keep(&page.app, &client_info).await {
        Ok(id) => Page::redirect(&again(&opened, &id)),
        Err(error) => page.error(&error.into_api()),
    }
}

/// Whether a request names one that is stored.
fn is_stored(params: &Params) -> bool {
    params.one("request_uri").is_some_and(|uri| uri.starts_with(REQUEST_URI))
}

async fn answer(page: &Page, params: &Params, client_info: &ClientInfo) -> Response {
    let is_stored = is_stored(params);
    let opened = if is_stored {
        let (id, uri) = (params.one("client_id"), params.one("request_uri"));
        let opened = oauth::open(&page.app, id.unwrap_or_default(), uri.unwrap_or_default()).await;
        match opened {
            Ok(Ok(opened)) => opened,
            Ok(Err(why)) => return no_way_back(page, why),
            Err(error) => return page.error(&error.into_api()),
        }
    } else {
        match oauth::begin(&page.app, params) {
            Ok(opened) => opened,
            Err(refusal) => return refused(page, params, refusal),
        }
    };
    // Of a client's own request nothing of ours stands before the answer.
    let is_first = !is_stored || opened.is_just_pushed;
    let has_chosen = is_stored && params.has("chosen");
    let shown = decide(page, &opened, (is_first, has_chosen), client_info).await;
    shown.unwrap_or_else(|error| page.error(&error))
}

/// The answer to a request that is refused before anybody is asked.
fn refused(page: &Page, params: &Params, refusal: Refusal) -> Response {
    match refusal {
        Refusal::Page(why) => no_way_back(page, why),
        Refusal::Client(back, error) => {
            let registry = page.app.clients.now();
            let client = params.one("client_id").and_then(|id| registry.client(id));
            let name = client.map(|client| client.settings.name.clone()).unwrap_or_default();
            let decided = Decided::refused(&page.app, *back, error);
            onward::go(page, &name, &decided, true)
        }
    }
}

async fn decide(
    page: &Page,
    opened: &Opened,
    (is_first, has_chosen): (bool, bool),
    client_info: &ClientInfo,
) -> Result<Response, ApiError> {
    let (app, name) = (&page.app, opened.client.settings.name.as_str());
    let Step { verdict, asked } =
        oauth::ask(app, opened, page.session_user.as_ref(), has_chosen).await?;
    let session_user = page.session_user.as_ref();
    Ok(match (verdict, session_user) {
        (Verdict::Refuse(error), _) => {
            let decided = Decided::refused(app, opened.back(), error);
            onward::go(page, name, &decided, is_first)
        }
        (Verdict::Answer, Some(session_user)) => {
            match oauth::approve(app, opened, session_user, false, client_info).await {
                Ok(decided) => onward::go(page, name, &decided, is_first),
                Err(error) if error.code() == ErrorCode::FlowOver => {
                    no_way_back(page, NoWayBack::Over)
                }
                Err(error) => return Err(error.into_api()),
            }
        }
        (Verdict::Choose, Some(session_user)) => {
            let id = opened.keep(app, client_info).await?;
            choose(page, session_user, opened, &again(opened, &id))
        }
        (Verdict::Prove, Some(session_user)) => {
            let id = opened.keep(app, client_info).await?;
            proof_page(page, session_user, name, &again(opened, &id), None)
        }
        (Verdict::Ask | Verdict::Forbidden, Some(session_user)) => {
            let id = opened.keep(app, client_info).await?;
            let is_allowed = verdict == Verdict::Ask;
            consent::show(page, session_user, opened, &Question { id: &id, asked, is_allowed })
        }
        // Nobody is signed in.
        (Verdict::Register, _) => enter(page, "/register", opened, client_info).await?,
        _ => enter(page, "/login", opened, client_info).await?,
    })
}

/// A redirect to sign in, or to make an account, and to come back.
async fn enter(
    page: &Page,
    path: &str,
    opened: &Opened,
    client_info: &ClientInfo,
) -> Result<Response, ApiError> {
    let id = opened.keep(&page.app, client_info).await?;
    let next = Page::encode(&again(opened, &id));
    let hint = opened.request.login_hint.as_deref();
    let hint = hint.map(|hint| format!("&login_hint={}", Page::encode(hint))).unwrap_or_default();
    Ok(Page::redirect(&format!("{path}?next={next}{hint}")))
}

/// The page on which a person chooses this account or another one.
fn choose(page: &Page, session_user: &SessionUser, opened: &Opened, again: &str) -> Response {
    let heading = with_name(&say::choose_heading("{}"), &opened.client.settings.name).into_any();
    let other = format!("/login?next={}&another", Page::encode(again));
    let this = format!("{again}&chosen");
    let account = say::choose_this(session_user.username());
    page.render_alone(say::choose_title(), StatusCode::OK, || {
        view! {
            <main id="main" class="portal" tabindex="-1">
                <div class="intro">
                    <h1>{heading}</h1>
                </div>
                <div class="card answers">
                    <a class="button full" href=this>
                        {account}
                    </a>
                    <a class="button quiet full" href=other>
                        {say::choose_other()}
                    </a>
                </div>
            </main>
        }
        .into_any()
    })
}
