//! `/invite`: the account of somebody who was invited, by a link that works once. The form has the link that it was drawn for: another
//! that the browser follows meanwhile is about another account.

use axum::{
    extract::{Request, State},
    response::Response,
};
use leptos::prelude::*;

use super::{
    page::{Page, Posted, posted},
    recovery,
};
use crate::{
    components::{Alert, Drawn, Tone, with_name},
    model::{ApiError, ErrorCode, Filled, Form},
    server::{
        App, say,
        service::{entry, invitations},
    },
};

/// `GET /invite`: by the link that this browser followed. It spends nothing.
pub async fn page(page: Page) -> Response {
    let link = page.link().unwrap_or_default();
    show(&page, link, Filled::default(), None).await
}

/// `POST /invite` by form: makes the account, and signs in to it.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let Posted { page, filled, client_info, link, .. } = match posted(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let (link, kept) = (link.unwrap_or_default(), filled.clone());
    let safe = page.safe_next(None);
    let brought = entry::Brought { link: Some(&link), next: Some(&safe), ..Default::default() };
    match entry::enter(&page.app, Form::Invite, filled, brought, &client_info).await {
        Ok(entered) => page.forget_link(page.redirect_entered(&entered, None)),
        Err(error) => show(&page, &link, kept, Some(error.into_api())).await,
    }
}

/// The page of a link, with the error of its form if there is one.
async fn show(page: &Page, link: &str, filled: Filled, error: Option<ApiError>) -> Response {
    let invited = match invitations::open(&page.app, link).await {
        Ok(invited) => invited,
        Err(over) if over.code() == ErrorCode::FlowOver => return recovery::show_over(page),
        Err(error) => return page.error(&error.into_api()),
    };
    let address = with_name(&say::invite_address("{}"), &invited.address).into_any();
    let above = view! {
        <Alert tone=Tone::Info>
            <p>{address}</p>
        </Alert>
    }
    .into_any();
    let title = say::invite_title(page.service());
    let words = (title.clone(), title, say::invite_lead());
    let hidden = vec![("link", link.to_owned())];
    let drawn = Drawn { filled, error, hidden, ..Drawn::default() };
    recovery::show(page, Form::Invite, words, drawn, Some(above), ().into_any())
}
