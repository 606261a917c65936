//! `/oauth/end_session`: a sign-out that a client begins. It never depends on where the person goes afterwards.

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    response::Response,
};
use leptos::prelude::*;

use super::{PostedForm, no_way_back, onward, posted};
use crate::{
    components::with_name,
    model::Form,
    pages::page::Page,
    server::{
        App, say,
        service::{
            ClientInfo,
            oauth::{self, LogoutRequest, NoWayBack, Params},
            principal,
            session_user::SessionUser,
        },
    },
};

/// `GET /oauth/end_session`.
pub async fn page(client_info: ClientInfo, page: Page) -> Response {
    let query = page.path.split_once('?').map_or("", |(_, query)| query);
    let Ok(params) = Params::parse(query.as_bytes()) else {
        return no_way_back(&page, NoWayBack::Malformed);
    };
    answer(&page, &params, &client_info, true).await
}

/// `POST /oauth/end_session`, as a form of the client's page, which carries no cookie of ours.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    match posted(&app, request).await {
        Ok(PostedForm { page, params, client_info }) => {
            answer(&page, &params, &client_info, false).await
        }
        Err(response) => response,
    }
}

/// `GET` of the path at which the question is answered: it is asked again.
pub async fn left() -> Response {
    Page::redirect("/oauth/end_session")
}

/// `POST /oauth/end_session/confirm`: the person has said yes.
pub async fn post_confirm(State(app): State<App>, request: Request) -> Response {
    let PostedForm { page, params, client_info } = match posted(&app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let asked = oauth::read_logout(&page.app, &params);
    let Some(session_user) = page.session_user.clone() else {
        return signed_out(&page, &asked, false, false);
    };
    let token = params.one("form_token").unwrap_or_default();
    if principal::of_form(&page.app, &session_user, Form::Logout, token).is_err() {
        return question(&page, &session_user, &params, &asked);
    }
    ended(&page, &session_user, &asked, (&client_info, false)).await
}

async fn answer(
    page: &Page,
    params: &Params,
    client_info: &ClientInfo,
    is_first: bool,
) -> Response {
    let asked = oauth::read_logout(&page.app, params);
    let Some(session_user) = page.session_user.clone() else {
        // A cross-site form carries no cookie, so somebody may be signed in: the page asks, and its form tells.
        let may_be_signed_in = !is_first;
        return match may_be_signed_in {
            true => question_of_stranger(page, params, &asked),
            false => signed_out(page, &asked, true, false),
        };
    };
    match asked.is_of(&page.app, &session_user).await {
        Ok(true) => ended(page, &session_user, &asked, (client_info, is_first)).await,
        Ok(false) => question(page, &session_user, params, &asked),
        Err(error) => page.error(&error.into_api()),
    }
}

async fn ended(
    page: &Page,
    session_user: &SessionUser,
    asked: &LogoutRequest,
    (client_info, is_first): (&ClientInfo, bool),
) -> Response {
    match oauth::log_out(&page.app, session_user, client_info).await {
        Ok(()) => {
            let mut page = page.clone();
            page.session_user = None;
            let response = signed_out(&page, asked, is_first, true);
            page.forget_person(response)
        }
        Err(error) => page.error(&error.into_api()),
    }
}

/// The way on, or the page that says that nobody is signed in. Nobody is sent to another site without a good hint or their own word.
fn signed_out(page: &Page, asked: &LogoutRequest, is_first: bool, is_confirmed: bool) -> Response {
    let name = asked.client.as_ref().map(|client| client.settings.name.clone());
    if let Some(to) = asked.to.as_ref().filter(|_| is_confirmed || asked.is_hinted()) {
        let is_page = oauth::origin(to).is_some();
        if is_first && is_page {
            return Page::redirect(to);
        }
        return onward::leave(page, &name.unwrap_or_default(), to, is_page);
    }
    let home = asked.client.as_ref().and_then(|client| client.settings.home_uri.clone());
    let back = home.zip(name);
    page.render_alone(say::signed_out_title(), StatusCode::OK, || {
        view! {
            <main id="main" class="portal wide closed" tabindex="-1">
                <div class="intro">
                    <h1>{say::signed_out_title()}</h1>
                    <p>{say::signed_out_lead()}</p>
                    <div class="buttons">
                        {back
                            .map(|(home, name)| {
                                view! {
                                    <a class="button" href=home rel="noreferrer">
                                        {say::consent_back(&name)}
                                    </a>
                                }
                            })}
                        <a class="button quiet" href="/login">
                            {say::button(Form::Login)}
                        </a>
                    </div>
                </div>
            </main>
        }
        .into_any()
    })
}

/// The parameters that the page hands on.
const CARRIED: [&str; 4] = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"];

fn question(
    page: &Page,
    session_user: &SessionUser,
    params: &Params,
    asked: &LogoutRequest,
) -> Response {
    let token = principal::form_token(&page.app, session_user, Form::Logout);
    draw(page, params, asked, Some(token))
}

/// The question to a browser whose cookie did not come along.
fn question_of_stranger(page: &Page, params: &Params, asked: &LogoutRequest) -> Response {
    draw(page, params, asked, None)
}

fn draw(page: &Page, params: &Params, asked: &LogoutRequest, token: Option<String>) -> Response {
    let name = asked.client.as_ref().map(|client| client.settings.name.clone());
    let lead = name.map(|name| with_name(&say::sign_out_of("{}"), &name).into_any());
    let carried: Vec<_> =
        CARRIED.iter().filter_map(|name| Some((*name, params.one(name)?.to_owned()))).collect();
    let mut response = page.render_alone(say::sign_out_title(), StatusCode::OK, || {
        let inputs = carried
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
        view! {
            <main id="main" class="portal" tabindex="-1">
                <div class="intro">
                    <h1>{with_name(&say::sign_out_heading("{}"), page.service())}</h1>
                    {lead.map(|lead| view! { <p>{lead}</p> })}
                </div>
                <form method="post" action="/oauth/end_session/confirm" class="card answers">
                    {inputs.collect_view()}
                    {token.map(|token| view! { <input type="hidden" name="form_token" value=token /> })}
                    <button class="button full" type="submit">
                        {say::button(Form::Logout)}
                    </button>
                    <a class="button quiet full" href="/account">
                        {say::cancel()}
                    </a>
                </form>
            </main>
        }
        .into_any()
    });
    // The hint is a token: no page of another site gets it.
    let referrer = axum::http::HeaderValue::from_static("same-origin");
    response.headers_mut().insert(header::REFERRER_POLICY, referrer);
    response
}
