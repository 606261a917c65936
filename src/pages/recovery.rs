//! `/forgot`, `/forgot/code` and `/reset`: the way back of somebody who forgot their password.

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    response::Response,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::page::{Page, Posted, posted};
use crate::{
    components::{Alert, Drawn, FormView, Look, Tone, with_name},
    model::{ApiError, ErrorCode, Field, Filled, Form},
    server::{
        App,
        http::cookies,
        say,
        service::{
            acts,
            flows::Asker,
            recovery::{self, Proof, Way},
        },
    },
};

/// The name of the value that leads the form of `/reset` to its link.
const LINK: &str = "link";

/// `GET /forgot`.
pub async fn forgot(page: Page) -> Response {
    show_forgot(&page, Filled::default(), None)
}

/// `POST /forgot` by form: the answer is the same for every name.
pub async fn post_forgot(State(app): State<App>, request: Request) -> Response {
    let Posted { page, filled, client_info, .. } = match posted(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let name = filled.of(Field::Identifier);
    match recovery::ask(&page.app, name, Asker::Page, &client_info).await {
        Ok(asked) => page.redirect_asked(Form::ForgotCode.path(), &asked),
        Err(error) => show_forgot(&page, filled, Some(error.into_api())),
    }
}

/// `GET /forgot/code`.
pub async fn code(page: Page) -> Response {
    match page.recovery() {
        Some(flow) => show_code(&page, flow, None),
        None => Page::redirect(Form::Forgot.path()),
    }
}

/// `POST /forgot/code` by form.
pub async fn post_code(State(app): State<App>, request: Request) -> Response {
    let Posted { page, filled, client_info, .. } = match posted(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let (flow, typed) = (filled.of(Field::Flow), filled.of(Field::Code));
    let errors =
        Form::ForgotCode.check(|field| filled.of(field), page.app.config.password_policy());
    if !errors.is_empty() {
        return show_code(&page, flow, Some(ApiError::fields(errors)));
    }
    match recovery::code(&page.app, flow, typed, &client_info).await {
        // Not by a link that this browser followed before: it may be of another account.
        Ok(()) => page.forget_link(Page::redirect(Form::Reset.path())),
        Err(error) => show_code(&page, flow, Some(acts::wrong_code(error).into_api())),
    }
}

/// `GET /reset`: by the link that this browser followed, or by the code that was given in it.
pub async fn reset(page: Page) -> Response {
    let client_info = page.client_info();
    if let Some(link) = page.link()
        && let Ok(way) = recovery::way(&page.app, Proof::Link(link), &client_info).await
    {
        return show_reset(&page, (LINK, link), way, None);
    }
    let Some(flow) = page.recovery() else {
        return show_over(&page);
    };
    match recovery::way(&page.app, Proof::Flow(flow), &client_info).await {
        Ok(way) => show_reset(&page, ("flow", flow), way, None),
        Err(error) => refuse(&page, error.into_api()),
    }
}

/// `POST /reset` by form. It signs nobody in.
pub async fn post_reset(State(app): State<App>, request: Request) -> Response {
    let Posted { page, filled, client_info, link, .. } = match posted(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let flow = filled.of(Field::Flow).to_owned();
    let (proof, shown) = match &link {
        Some(link) => (Proof::Link(link), (LINK, &**link)),
        None => (Proof::Flow(&flow), ("flow", &*flow)),
    };
    match recovery::reset(&page.app, proof, filled.into(), &client_info).await {
        Ok(()) => {
            let mut response = Page::redirect("/login?reason=reset");
            for removed in cookies::clear_recovery(&page.app) {
                response.headers_mut().append(header::SET_COOKIE, removed);
            }
            response
        }
        Err(error) => {
            let error = error.into_api();
            match error.code {
                ErrorCode::FlowOver => refuse(&page, error),
                _ => match recovery::way(&page.app, proof, &client_info).await {
                    Ok(way) => show_reset(&page, shown, way, Some(error)),
                    // Nobody chooses another password for a link that is over.
                    Err(over) if !error.fields.is_empty() => refuse(&page, over.into_api()),
                    Err(_) => page.error(&error),
                },
            }
        }
    }
}

/// `GET /go`: where a link of a mail leads that is over.
pub async fn over(page: Page) -> Response {
    show_over(&page)
}

fn refuse(page: &Page, error: ApiError) -> Response {
    match error.code {
        ErrorCode::FlowOver => show_over(page),
        _ => page.error(&error),
    }
}

/// The page of a link that is over, or was never one.
pub(super) fn show_over(page: &Page) -> Response {
    let content = || {
        view! {
            <main id="main" class="portal wide closed" tabindex="-1">
                <div class="intro">
                    <h1>{say::link_over_title()}</h1>
                    <p>{say::link_over_lead()}</p>
                    <p>{with_name(&say::link_over_stolen("{}"), page.service())}</p>
                    <div class="buttons">
                        <a class="button" href=Form::Forgot.path()>
                            {say::link_over_again()}
                        </a>
                        <a class="button quiet" href=Form::Login.path()>
                            {say::forgot_back()}
                        </a>
                    </div>
                </div>
            </main>
        }
        .into_any()
    };
    page.render_refusal(say::link_over_title(), &ErrorCode::FlowOver.into(), content)
}

fn show_forgot(page: &Page, filled: Filled, error: Option<ApiError>) -> Response {
    let service = page.service().to_owned();
    if !page.app.mail.is_on() {
        let content = || {
            view! {
                <main id="main" class="portal" tabindex="-1">
                    <div class="intro">
                        <h1>{say::forgot_heading()}</h1>
                        <p>{with_name(&say::forgot_off("{}"), &service)}</p>
                    </div>
                    {back()}
                </main>
            }
            .into_any()
        };
        return match error {
            Some(error) => page.render_refusal(say::forgot_title(), &error, content),
            None => page.render(say::forgot_title(), StatusCode::OK, content),
        };
    }
    let below = view! {
        <p class="aside small">{with_name(&say::forgot_nothing("{}"), &service)}</p>
        {back()}
    };
    let drawn = Drawn { filled, error: error.clone(), ..Drawn::default() };
    let lead = match page.app.config.recovery_unconfirmed {
        true => say::forgot_lead_any(),
        false => say::forgot_lead(),
    };
    let words = (say::forgot_title(), say::forgot_heading(), lead);
    show(page, Form::Forgot, words, drawn, None, below.into_any())
}

fn show_code(page: &Page, flow: &str, error: Option<ApiError>) -> Response {
    let mut filled = Filled::default();
    filled.set(Field::Flow, flow);
    let below = view! {
        <p class="aside small">
            {page.mail_from()} " " {say::forgot_code_nothing()}
        </p>
        <p class="aside">
            <a href=Form::Forgot.path()>{say::forgot_again()}</a>
        </p>
        {back()}
    };
    let drawn = Drawn { filled, error, ..Drawn::default() };
    let title = say::forgot_code_title();
    let words = (title.clone(), title, say::forgot_code_lead());
    show(page, Form::ForgotCode, words, drawn, None, below.into_any())
}

fn show_reset(
    page: &Page,
    (name, secret): (&'static str, &str),
    way: Way,
    error: Option<ApiError>,
) -> Response {
    let (mut filled, mut hidden) = (Filled::default(), Vec::new());
    match name {
        LINK => hidden.push((LINK, secret.to_owned())),
        _ => filled.set(Field::Flow, secret),
    }
    let Way { username, asked } = way;
    let whose = with_name(&say::reset_of("{}"), &username).into_any();
    let said = asked.map(|(at, device)| say::reset_asked(say::minute(at), device));
    let asked = view! {
        <Alert tone=Tone::Info>
            <p>{whose}</p>
            {said.map(|said| view! { <p>{said}</p> })}
        </Alert>
    }
    .into_any();
    let drawn = Drawn { filled, hidden, error, username: Some(username), ..Drawn::default() };
    let words = (say::reset_title(), say::reset_title(), say::reset_lead());
    show(page, Form::Reset, words, drawn, Some(asked), back().into_any())
}

/// The way back to the sign-in.
pub(super) fn back() -> impl IntoView {
    view! {
        <p class="aside">
            <a href=Form::Login.path()>{say::forgot_back()}</a>
        </p>
    }
}

/// A page with one form: its title, heading and lead, what stands above the form, and below it.
pub(super) fn show(
    page: &Page,
    form: Form,
    (title, heading, lead): (String, String, String),
    drawn: Drawn,
    above: Option<AnyView>,
    below: AnyView,
) -> Response {
    let error = drawn.error.clone();
    let policy = page.app.config.password_policy();
    let look = Look { class: "card", button: "button full", is_focused: true };
    let content = || {
        view! {
            <main id="main" class="portal" tabindex="-1">
                <div class="intro">
                    <h1>{heading}</h1>
                    <p>{lead}</p>
                    {above}
                </div>
                <FormView form look policy drawn />
                {below}
            </main>
        }
        .into_any()
    };
    match error {
        Some(error) => page.render_refusal(title, &error, content),
        None => page.render(title, StatusCode::OK, content),
    }
}
