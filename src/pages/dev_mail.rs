//! `/dev/mail`: the inbox of a server on this machine that sends no mails. In English, as its readers are developers.

use axum::{
    Json,
    extract::{FromRequestParts, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Serialize;

use super::page::Page;
use crate::{
    components::Code,
    model::ErrorCode,
    server::{
        App, dates,
        http::{cookies, inbox, last::Last, reader, reply::ProblemDetails},
        mail::{Inbox, Kept},
        site::Wake,
    },
};

/// The policy of a mail in its frame: its own styles, no script, and nothing from anywhere.
const FRAME_ONLY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox",
);

/// A mail for programs, such as tests of an app.
#[derive(Serialize)]
struct MailLine {
    id: String,
    to: String,
    subject: String,
    /// Time of sending, in Unix seconds.
    at: i64,
    language: &'static str,
    text: String,
    html: String,
    links: Vec<String>,
    codes: Vec<String>,
    /// The message with its headers.
    message: String,
}

impl From<Kept> for MailLine {
    fn from(Kept { mail, message }: Kept) -> Self {
        let content = mail.content;
        Self {
            id: mail.id,
            to: mail.to.to_string(),
            subject: content.subject,
            at: mail.at,
            language: content.language.code(),
            text: content.text,
            html: content.html,
            links: content.links,
            codes: content.codes,
            message,
        }
    }
}

/// A request that may read the inbox.
struct Reader {
    page: Page,
    parts: Parts,
}

impl Reader {
    /// Checks a request.
    ///
    /// # Errors
    /// The answer in place of the inbox: there is nothing for those who are elsewhere, and advice for those who lack the key.
    async fn of(app: &App, request: Request) -> Result<Self, Response> {
        let (mut parts, _) = request.into_parts();
        let Some(inbox) = inbox::of(app, &parts) else {
            return Err(ProblemDetails::from(ErrorCode::NotFound).into_response());
        };
        let page = Page::from_request_parts(&mut parts, app).await?;
        let key = page.query("key");
        if !inbox::admits(app, inbox, &parts, key.as_deref(), page.session_user.as_ref()) {
            return Err(locked(&page, &parts));
        }
        if let Some(key) = key.filter(|_| reader::is_person(&parts.headers)) {
            // The address bar and the history do not keep it.
            let mut response = Page::redirect("/dev/mail");
            response.headers_mut().append(header::SET_COOKIE, cookies::set_inbox(app, &key));
            return Err(response);
        }
        Ok(Self { page, parts })
    }

    fn is_program(&self) -> bool {
        !reader::is_person(&self.parts.headers)
    }
}

fn locked(page: &Page, parts: &Parts) -> Response {
    let advice = "Open the link that the server printed at its start; it is in mail-inbox.txt of the data folder too.";
    if !reader::is_person(&parts.headers) {
        return ProblemDetails::with_detail(ErrorCode::Forbidden, advice).into_response();
    }
    page.render_waking(Wake::Never, "Mails", StatusCode::FORBIDDEN, || {
        view! {
            <main id="main" class="portal wide" tabindex="-1" lang="en" dir="ltr">
                <div class="intro">
                    <h1>"The inbox is locked"</h1>
                    <p>{advice}</p>
                </div>
            </main>
        }
        .into_any()
    })
}

fn missing() -> Response {
    ProblemDetails::from(ErrorCode::NotFound).into_response()
}

fn the(app: &App) -> Option<&Inbox> {
    app.mail.mailer()?.inbox()
}

/// `GET /dev/mail`: all mails, the newest first; `?to=` those to one address.
pub async fn list(State(app): State<App>, request: Request) -> Response {
    let reader = match Reader::of(&app, request).await {
        Ok(reader) => reader,
        Err(instead) => return instead,
    };
    let to = reader.page.query("to");
    let mut mails = the(&app).map(Inbox::all).unwrap_or_default();
    mails.retain(|kept| to.as_ref().is_none_or(|to| kept.mail.to.to_string() == *to));
    if reader.is_program() {
        return Json(mails.into_iter().map(MailLine::from).collect::<Vec<_>>()).into_response();
    }
    reader.page.render_waking(Wake::Never, "Mails", StatusCode::OK, move || {
        let is_empty = mails.is_empty();
        let lines = mails.into_iter().map(|Kept { mail, .. }| {
            let at = dates::rfc3339(mail.at);
            view! {
                <li>
                    <div>
                        <a href=format!("/dev/mail/{}", mail.id)>
                            <bdi>{mail.content.subject}</bdi>
                        </a>
                        <p>
                            "to " <bdi>{mail.to.to_string()}</bdi> " · "
                            <time datetime=at.clone()>{at.clone()}</time>
                        </p>
                    </div>
                </li>
            }
        });
        view! {
            <main id="main" class="portal wide" tabindex="-1" lang="en" dir="ltr">
                <div class="intro">
                    <h1>"Mails"</h1>
                    <p>
                        "This server sends no mails: the last 200 are here until it stops. "
                        "Programs get JSON, with the key of the link."
                    </p>
                </div>
                <section class="card">
                    {match is_empty {
                        true => view! { <p>"No mail yet."</p> }.into_any(),
                        false => view! { <ul class="rows">{lines.collect_view()}</ul> }.into_any(),
                    }}
                </section>
            </main>
        }
        .into_any()
    })
}

/// `GET /dev/mail/{id}`: one mail with its links and both parts.
pub async fn show(State(app): State<App>, Last(id): Last<String>, request: Request) -> Response {
    let reader = match Reader::of(&app, request).await {
        Ok(reader) => reader,
        Err(instead) => return instead,
    };
    let Some(kept) = the(&app).and_then(|inbox| inbox.find(&id)) else { return missing() };
    if reader.is_program() {
        return Json(MailLine::from(kept)).into_response();
    }
    reader.page.render_waking(Wake::Never, "Mail", StatusCode::OK, move || {
        let Kept { mail, message } = kept;
        let content = mail.content;
        let headers = message.split("\r\n\r\n").next().unwrap_or_default().to_owned();
        let has_links = !content.links.is_empty();
        let links = content.links.into_iter().map(|link| {
            view! {
                <li>
                    <div>
                        <a href=link.clone()>{link.clone()}</a>
                    </div>
                </li>
            }
        });
        view! {
            <main id="main" class="portal wide" tabindex="-1" lang="en" dir="ltr">
                <div class="intro">
                    <h1>
                        <bdi>{content.subject}</bdi>
                    </h1>
                    <p>
                        "to " <bdi>{mail.to.to_string()}</bdi> " · " <a href="/dev/mail">"All mails"</a>
                    </p>
                </div>
                <section class="card">
                    {has_links.then(|| view! { <h2>"Links"</h2> })}
                    {has_links.then(|| view! { <ul class="rows">{links.collect_view()}</ul> })}
                    <figure class="code">
                        <figcaption>"HTML"</figcaption>
                        <iframe sandbox="" title="HTML" src=format!("/dev/mail-html/{id}")></iframe>
                    </figure>
                    <Code caption="Text" text=content.text />
                    <Code caption="Headers" text=headers />
                </section>
            </main>
        }
        .into_any()
    })
}

/// `GET /dev/mail-html/{id}`: the part in HTML, for the frame of the page.
pub async fn html(State(app): State<App>, Last(id): Last<String>, request: Request) -> Response {
    if let Err(instead) = Reader::of(&app, request).await {
        return instead;
    }
    let Some(kept) = the(&app).and_then(|inbox| inbox.find(&id)) else { return missing() };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, FRAME_ONLY),
        (HeaderName::from_static("x-frame-options"), HeaderValue::from_static("SAMEORIGIN")),
    ];
    (headers, Html(kept.mail.content.html)).into_response()
}
