//! `/undo`, `/secure` and `/refuse`: what the reader of a mail does about it, by the link of the mail. Looking changes nothing; the button
//! needs a tick, which no scanner of mails sets.

use axum::{
    extract::{Request, State},
    response::Response,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    page::{Page, Posted, posted},
    recovery,
};
use crate::{
    components::{Drawn, FormView, Look, with_name},
    model::{ApiError, ErrorCode, Field, Filled, Form, UserId},
    server::{
        App,
        error::Result,
        say,
        service::{
            acts::{Done, Said},
            address, securing,
        },
    },
};

/// `GET /undo`.
pub async fn undo(page: Page) -> Response {
    look(&page, Form::Undo).await
}

/// `POST /undo` by form.
pub async fn post_undo(State(app): State<App>, request: Request) -> Response {
    post(app, request, Form::Undo).await
}

/// `GET /secure`.
pub async fn secure(page: Page) -> Response {
    look(&page, Form::Secure).await
}

/// `POST /secure` by form.
pub async fn post_secure(State(app): State<App>, request: Request) -> Response {
    post(app, request, Form::Secure).await
}

/// `GET /refuse`.
pub async fn refuse(page: Page) -> Response {
    look(&page, Form::Refuse).await
}

/// `POST /refuse` by form.
pub async fn post_refuse(State(app): State<App>, request: Request) -> Response {
    post(app, request, Form::Refuse).await
}

async fn look(page: &Page, form: Form) -> Response {
    let link = page.link().unwrap_or_default();
    show(page, form, link, Filled::default(), None).await
}

async fn post(app: App, request: Request, form: Form) -> Response {
    let Posted { page, filled, client_info, link, .. } = match posted(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let link = link.unwrap_or_default();
    let errors = form.check(|field| filled.of(field), page.app.config.password_policy());
    if !errors.is_empty() {
        return show(&page, form, &link, filled, Some(ApiError::fields(errors))).await;
    }
    let done = match form {
        Form::Undo => securing::undo(&page.app, &link, &client_info).await,
        Form::Refuse => address::refuse(&page.app, &link, &client_info).await,
        _ => securing::close(&page.app, &link, &client_info).await,
    };
    match done {
        Ok(account) => finish(&page, form, &account),
        Err(error) => show(&page, form, &link, filled, Some(error.into_api())).await,
    }
}

/// Where a browser goes after the deed. One that is signed in to another account is led on from the sign-in page, and told there.
fn finish(page: &Page, form: Form, account: &UserId) -> Response {
    let (said, reason) = match form {
        Form::Undo => (Said::Undone, "/login?reason=undone"),
        Form::Refuse => (Said::Refused, "/login?reason=refused"),
        _ => (Said::Secured, "/login?reason=secured"),
    };
    match &page.session_user {
        // Its sessions go on.
        Some(_) if form == Form::Refuse => {
            page.forget_link(page.redirect_done(Form::Address.path(), &Done::of(said)))
        }
        Some(user) if user.user() == account => page.forget_person(Page::redirect(reason)),
        Some(_) => page.forget_link(page.redirect_done(Form::Login.path(), &Done::of(said))),
        None => page.forget_link(Page::redirect(reason)),
    }
}

/// The page of a link, with what its button will do.
async fn show(
    page: &Page,
    form: Form,
    link: &str,
    filled: Filled,
    error: Option<ApiError>,
) -> Response {
    let about = match about(&page.app, form, link).await.map_err(|error| error.into_api()) {
        Ok(about) => about,
        Err(over) if over.code == ErrorCode::FlowOver => return recovery::show_over(page),
        Err(error) => return page.error(&error),
    };
    let title = about.title.clone();
    let hidden = vec![("link", link.to_owned())];
    let drawn = Drawn {
        filled: filled.selected(|field| field == Field::Sure),
        hidden,
        error: error.clone(),
        ..Drawn::default()
    };
    let look = Look { class: "card", button: "button full", is_focused: false };
    let content = || {
        view! {
            <main id="main" class="portal" tabindex="-1">
                <div class="intro">
                    <h1>{about.title}</h1>
                    {about.lead}
                </div>
                <FormView form look drawn />
                <p class="aside small">{about.otherwise}</p>
            </main>
        }
        .into_any()
    };
    match error {
        Some(error) => page.render_refusal(title, &error, content),
        None => page.render(title, axum::http::StatusCode::OK, content),
    }
}

/// The words of such a page.
struct About {
    title: String,
    lead: AnyView,
    otherwise: String,
}

async fn about(app: &App, form: Form, link: &str) -> Result<About> {
    if form == Form::Refuse {
        let given = address::refuses(app, link).await?;
        let of = with_name(&say::refuse_of("{}"), &given).into_any();
        let lead = view! {
            <p>{of}</p>
            <p>{say::refuse_lead()}</p>
        };
        let (title, otherwise) = (say::refuse_title(), say::refuse_otherwise());
        return Ok(About { title, lead: lead.into_any(), otherwise });
    }
    let ahead = match form {
        Form::Undo => securing::undoes(app, link).await?,
        _ => securing::closes(app, link).await?,
    };
    let (title, of, lead, otherwise) = match form {
        Form::Undo => {
            (say::undo_title(), say::undo_of("{}"), say::undo_lead(), say::undo_otherwise())
        }
        _ => {
            (say::secure_title(), say::secure_of("{}"), say::secure_lead(), say::secure_otherwise())
        }
    };
    let of = with_name(&of, &ahead.username).into_any();
    let back = ahead.back.map(|address| {
        let back = with_name(&say::undo_back("{}"), &address).into_any();
        view! { <p>{back}</p> }
    });
    let stays = ahead.stays.then(|| view! { <p>{say::secure_stays()}</p> });
    let lead = view! {
        <p>{of}</p>
        {back}
        <p>{lead}</p>
        {stays}
    };
    Ok(About { title, lead: lead.into_any(), otherwise })
}
