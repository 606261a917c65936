//! `/account/sessions`: where one is signed in, and the end of it.

use axum::{http::StatusCode, response::Response};
use leptos::prelude::*;

use super::{head::Head, moment::Moment, page::SignedIn};
use crate::{
    islands::{EndButton, Ending, Sessions},
    model::{SessionPage, SessionView},
    server::service::{caller::FRESH_FOR, profile, session},
};

/// `GET /account/sessions`: strangers go to sign in, before anything is rendered.
pub async fn page(SignedIn { page, viewer }: SignedIn) -> Response {
    let user = profile::of_viewer(&page.app, &viewer).await;
    let sessions = session::of_viewer(&page.app, &viewer).await;
    match user.and_then(|user| Ok((user, sessions?))) {
        Ok((user, sessions)) => {
            let now = page.app.clock.now();
            page.render("Your sessions", StatusCode::OK, || {
                content(user.username, sessions, now).into_any()
            })
        }
        Err(error) => page.error(&error.into_api()),
    }
}

fn content(username: String, page: SessionPage, now: i64) -> impl IntoView {
    let SessionPage { mut sessions, ended_for_reuse, next_before } = page;
    // This one first, whenever it began.
    sessions.sort_by_key(|session| !session.current);
    let others = sessions.iter().any(|session| !session.current);
    let rows = sessions.into_iter().map(|session| view! { <Row session now /> }).collect_view();
    view! {
        <main id="main" class="page slim" tabindex="-1">
            <Head
                heading="Your sessions"
                lead="Browsers and apps that are signed in to your account."
                links=()
            />
            <noscript>
                <p class="notice">
                    "Ending sessions needs JavaScript. Signing out of this browser works without it."
                </p>
            </noscript>
            <Reused sessions=ended_for_reuse now />
            <Sessions username proof_minutes=(FRESH_FOR / 60) as u32>
                <section class="card" aria-label="Signed in">
                    <ul class="rows">{rows}</ul>
                    {next_before
                        .map(|_| view! { <p class="hint">"Older sessions are not shown."</p> })}
                    <div class="actions">
                        {others
                            .then(|| {
                                view! {
                                    <span class="others">
                                        <EndButton ending=end_others() />
                                    </span>
                                }
                            })} <EndButton ending=end_all() />
                    </div>
                </section>
            </Sessions>
        </main>
    }
}

/// One session.
#[component]
fn Row(session: SessionView, now: i64) -> impl IntoView {
    let SessionView { id, current, device, client_ip, created_at, last_seen_at, .. } = session;
    let address = client_ip.unwrap_or_else(|| "an unknown address".into());
    let data = id.to_string();
    let ending = (!current).then(|| end_one(&data, &format!("{device} from {address}")));
    view! {
        <li class=if current { "current" } else { "" } data-session=data>
            <div>
                <h2>{device} {current.then(|| view! { " " <span class="tag">"This device"</span> })}</h2>
                <p>"Last seen " <Moment at=last_seen_at now /> " from " {address}</p>
                <p>"Signed in " <Moment at=created_at now /></p>
            </div>
            {ending.map(|ending| view! { <EndButton ending /> })}
        </li>
    }
}

const SESSIONS: &str = "/api/v1/me/sessions";

fn end_one(id: &str, name: &str) -> Ending {
    Ending {
        path: format!("{SESSIONS}/{id}"),
        button: "End session".into(),
        label: Some(format!("End session: {name}")),
        question: format!("{name} will be signed out."),
        done: format!("Ended: {name}."),
        rows: Some(format!("[data-session=\"{id}\"]")),
    }
}

fn end_others() -> Ending {
    Ending {
        path: format!("{SESSIONS}?except=current"),
        button: "End all other sessions".into(),
        label: None,
        question: "Everything else will be signed out. You stay signed in here.".into(),
        done: "All other sessions are ended.".into(),
        rows: Some("[data-session]:not(.current)".into()),
    }
}

fn end_all() -> Ending {
    Ending {
        path: SESSIONS.into(),
        button: "End all sessions".into(),
        label: None,
        question: "Everything will be signed out, this browser too.".into(),
        done: String::new(),
        rows: None,
    }
}

/// Sessions that ended because a token of theirs came twice.
#[component]
fn Reused(sessions: Vec<SessionView>, now: i64) -> impl IntoView {
    let rows = sessions.into_iter().map(|session| {
        view! {
            <li>
                {session.device} ", ended " <Moment at=session.ended_at.unwrap_or(now) now />
            </li>
        }
    });
    let rows = rows.collect_view();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="reused">
                <h2 id="reused">"Ended because somebody may have had a copy"</h2>
                <p class="lead">
                    "A sign-in that had been replaced was used again. If that was not you, change your password."
                </p>
                <ul>{rows}</ul>
            </section>
        }
    })
}
