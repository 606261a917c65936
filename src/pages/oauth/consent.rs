//! The question whether a client may have what it asks for, and its answer.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    NoWayBack, PostedForm, no_way_back, onward, posted,
    words::{again, asked as in_words},
};
use crate::{
    components::{Alert, Tone, with_name},
    model::ErrorCode,
    pages::page::Page,
    server::{
        App, say,
        service::{
            oauth::{self, Asked, Opened, host, is_here},
            principal,
            session_user::SessionUser,
        },
    },
};

/// What is asked.
pub(super) struct Question<'q> {
    /// Id of the stored request.
    pub(super) id: &'q str,
    /// What the person would allow.
    pub(super) asked: Vec<Asked>,
    /// Whether the person may use the client at all; else there is only the way back.
    pub(super) is_allowed: bool,
}

/// The page with the question.
pub(super) fn show(
    page: &Page,
    session_user: &SessionUser,
    opened: &Opened,
    question: &Question<'_>,
) -> Response {
    let settings = &opened.client.settings;
    let about = principal::Question::Allow(question.id);
    let token = principal::answer_token(&page.app, session_user, about);
    let heading = match question.is_allowed {
        true => with_name(&say::consent_heading("{}"), &settings.name).into_any(),
        false => with_name(&say::consent_forbidden("{}"), &settings.name).into_any(),
    };
    let title = say::consent_title();
    let other = format!("/login?next={}&another", Page::encode(&again(opened, question.id)));
    let account = with_name(&say::consent_account("{}"), session_user.username()).into_any();
    let body = match question.is_allowed {
        true => asked(opened, &question.asked),
        false => {
            let contact = settings.contact.clone();
            view! {
                <p>{say::consent_forbidden_lead()}</p>
                {contact.map(|contact| view! { <p>{say::consent_contact(&contact)}</p> })}
            }
            .into_any()
        }
    };
    let (client, uri) = (opened.client.id().to_owned(), oauth::request_uri(question.id));
    let buttons = match question.is_allowed {
        true => view! {
            <button class="button full" type="submit" name="answer" value="allow">
                {say::consent_yes()}
            </button>
            <button class="button full" type="submit" name="answer" value="deny">
                {say::consent_no()}
            </button>
        }
        .into_any(),
        false => view! {
            <button class="button full" type="submit" name="answer" value="deny">
                {say::consent_back(&settings.name)}
            </button>
        }
        .into_any(),
    };
    let links = links(opened);
    page.render_alone(title, StatusCode::OK, || {
        view! {
            <main id="main" class="portal" tabindex="-1">
                <div class="intro">
                    <h1>{heading}</h1>
                    <p>{account}</p>
                </div>
                <div class="card asked">
                    {body}
                    <form method="post" action="/oauth/consent" class="answers">
                        <input type="hidden" name="client_id" value=client />
                        <input type="hidden" name="request_uri" value=uri />
                        <input type="hidden" name="form_token" value=token />
                        {buttons}
                    </form>
                </div>
                <p class="aside">
                    <a href=other>{say::consent_not_you()}</a>
                </p>
                {links}
            </main>
        }
        .into_any()
    })
}

/// What the person would allow, to whom, and where they are sent.
fn asked(opened: &Opened, asked: &[Asked]) -> AnyView {
    let uri = &opened.request.redirect_uri;
    let place = match host(uri).filter(|_| !is_here(uri)) {
        Some(host) => {
            let words = with_name(&say::consent_place("{}"), &host);
            view! { <p class="hint">{words}</p> }.into_any()
        }
        None => view! {
            <Alert tone=Tone::Caution>
                <p>{say::consent_here()}</p>
            </Alert>
        }
        .into_any(),
    };
    let lines = asked.iter().map(|line| {
        let (words, resource) = (in_words(line), line.resource.clone());
        let is_new = line.is_new.then(say::consent_new);
        view! {
            <li>
                {words}
                {resource
                    .map(|(name, _)| {
                        view! { <span class="hint">" " {with_name(&say::consent_at("{}"), &name)}</span> }
                    })}
                {is_new.map(|new| view! { " " <strong>{new}</strong> })}
            </li>
        }
    });
    let checked = match opened.is_own() {
        true => say::consent_own(),
        false => say::consent_checked(),
    };
    let life = match opened.request.has("offline_access") {
        true => say::consent_offline(),
        false => say::consent_online(),
    };
    view! {
        <p>{say::consent_lead()}</p>
        <ul>{lines.collect_view()}</ul>
        <p class="hint">{life}</p>
        <p class="hint">{checked}</p>
        {place}
    }
    .into_any()
}

/// Links to the pages of the client.
fn links(opened: &Opened) -> AnyView {
    let settings = &opened.client.settings;
    let links = [
        (settings.policy_uri.clone(), say::consent_policy()),
        (settings.terms_uri.clone(), say::consent_terms()),
    ];
    let links = links.into_iter().filter_map(|(uri, words)| {
        let uri = uri?;
        Some(view! { <p class="aside"><a href=uri rel="noreferrer">{words}</a></p> })
    });
    links.collect_view().into_any()
}

/// `GET` of the path at which a question is answered: the question is gone, and what was allowed is listed.
pub async fn left() -> Response {
    Page::redirect("/account/apps")
}

/// `POST /oauth/consent`.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let PostedForm { page, params, client_info } = match posted(&app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let (id, uri) = (params.one("client_id"), params.one("request_uri"));
    let opened = match oauth::open(&page.app, id.unwrap_or_default(), uri.unwrap_or_default()).await
    {
        Ok(Ok(opened)) => opened,
        Ok(Err(why)) => return no_way_back(&page, why),
        Err(error) => return page.error(&error.into_api()),
    };
    let stored = opened.id.clone().unwrap_or_default();
    // Somebody else may have signed in meanwhile, or nobody is: the page asks again.
    let token = params.one("form_token").unwrap_or_default();
    let about = principal::Question::Allow(&stored);
    let session_user = page
        .session_user
        .clone()
        .filter(|user| principal::of_answer(&page.app, user, about, token).is_ok());
    let Some(session_user) = session_user else {
        return Page::redirect(&again(&opened, &stored));
    };
    let answer = match params.one("answer") {
        Some("allow") => {
            // What has changed since the page was drawn is asked anew: roles, and what the client demands.
            match oauth::ask(&page.app, &opened, Some(&session_user), true).await {
                Ok(step) if !step.may_be_allowed() => {
                    return Page::redirect(&again(&opened, &stored));
                }
                Ok(_) => {
                    oauth::approve(&page.app, &opened, &session_user, true, &client_info).await
                }
                Err(error) => Err(error),
            }
        }
        Some("deny") => oauth::deny(&page.app, &opened, &session_user, &client_info).await,
        _ => return page.error(&ErrorCode::MalformedBody.into()),
    };
    match answer {
        Ok(answer) => onward::go(&page, &opened.client.settings.name, &answer, false),
        Err(error) if error.code() == ErrorCode::FlowOver => no_way_back(&page, NoWayBack::Over),
        Err(error) => page.error(&error.into_api()),
    }
}
