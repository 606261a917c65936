//! A posted form.

use axum::{
    body::Body,
    extract::{FromRequestParts, Request},
    http::request::Parts,
    response::Response,
};

use super::Page;
use crate::{
    model::{ErrorCode, Field, Filled, Form},
    server::{
        App,
        http::{body, client_info},
        service::ClientInfo,
    },
};

/// A posted form, with the page to show it again.
pub struct Posted {
    /// The page.
    pub page: Page,
    /// Its input. Foreign fields are left out, because extensions add inputs.
    pub filled: Filled,
    /// The form's own name, for a signed-in user.
    pub form: Option<Form>,
    /// The form to perform after a proof.
    pub then: Option<Form>,
    /// Token of the form.
    pub token: String,
    /// Id of the user for whom the form was drawn.
    pub person: String,
    /// The page afterwards.
    pub next: Option<String>,
    /// The token of a mailed link.
    pub link: Option<String>,
    /// The choice of colours.
    pub theme: String,
    /// The client.
    pub client_info: ClientInfo,
}

/// Reads a form, whose origin the guard has checked. The session is looked up once the whole body
/// has arrived, because a slow body must not outlive its session (S62).
///
/// # Errors
/// Returns the refusal as a page.
pub async fn posted(app: App, request: Request) -> Result<Posted, Response> {
    let (mut parts, body) = request.into_parts();
    let posted = read(&app, &parts, body).await?;
    Ok(Posted { page: Page::from_request_parts(&mut parts, &app).await?, ..posted })
}

/// Reads a form without a session lookup, which needs no database.
///
/// # Errors
/// Returns the refusal as a page.
pub async fn posted_by_anybody(app: App, request: Request) -> Result<Posted, Response> {
    let (parts, body) = request.into_parts();
    read(&app, &parts, body).await
}

async fn read(app: &App, parts: &Parts, body: Body) -> Result<Posted, Response> {
    let page = Page::anonymous(app.clone(), parts);
    let refuse = |code: ErrorCode| page.error(&code.into());
    if !body::is_form(&parts.headers) {
        return Err(refuse(ErrorCode::UnsupportedMediaType));
    }
    let bytes = body::read(body).await.map_err(|problem| page.error(problem.error()))?;
    let client_info = client_info::of(app, parts);
    body::check_form(&bytes).map_err(refuse)?;
    let mut posted = Posted {
        page,
        filled: Filled::default(),
        form: None,
        then: None,
        token: String::new(),
        person: String::new(),
        next: None,
        link: None,
        theme: String::new(),
        client_info,
    };
    for (name, value) in url::form_urlencoded::parse(&bytes) {
        let value = value.into_owned();
        match &*name {
            "form" => posted.form = Form::named(&value),
            "then" => posted.then = Form::named(&value),
            "form_token" => posted.token = value,
            "person" => posted.person = value,
            "next" => posted.next = Some(value),
            "link" => posted.link = Some(value),
            "theme" => posted.theme = value,
            name => {
                if let Some(field) = Field::named(name) {
                    posted.filled.set(field, value);
                }
            }
        }
    }
    Ok(posted)
}
