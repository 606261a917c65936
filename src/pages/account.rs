//! `/account`: one's own account, and a panel that calls the guarded API.

use axum::{http::StatusCode, response::Response};
use leptos::prelude::*;
use serde_json::{Map, Value};

use super::page::SignedIn;
use crate::{
    islands::{CallPanel, ProfileCard},
    model::UserView,
    server::{dates, service::profile},
};

/// `GET /account`: strangers go to sign in, before anything is rendered.
pub async fn page(SignedIn { page, viewer }: SignedIn) -> Response {
    match profile::of_viewer(&page.app, &viewer).await {
        Ok(user) => page.render("Your account", StatusCode::OK, || content(user).into_any()),
        Err(error) => page.error(&error.into()),
    }
}

fn content(user: UserView) -> impl IntoView {
    view! {
        <main id="main" class="page" tabindex="-1">
            <div class="head">
                <div>
                    <h1>"Your account"</h1>
                    <p>"Signed in as " {user.name().to_owned()}</p>
                </div>
                <div class="actions">
                    <a class="button quiet" href="/account/password">
                        "Change password"
                    </a>
                    <a class="button quiet" href="/account/sessions">
                        "Your sessions"
                    </a>
                    <a class="button quiet" href="/account/security-history">
                        "Security history"
                    </a>
                </div>
            </div>
            <noscript>
                <p class="notice">
                    "Changing your profile and calling the API need JavaScript. Everything else works without it."
                </p>
            </noscript>
            <div class="columns">
                <div class="stack">
                    <section class="card" aria-labelledby="profile">
                        <h2 id="profile">"Profile"</h2>
                        <Facts user=user.clone() />
                        <ProfileCard name=user.display_name.clone() />
                    </section>
                    <Metadata user />
                </div>
                <CallPanel />
            </div>
        </main>
    }
}

/// What is known of the person.
#[component]
fn Facts(user: UserView) -> impl IntoView {
    let tag = if user.email_verified { ("tag", "Verified") } else { ("tag warn", "Not verified") };
    let (machine, words) = (dates::rfc3339(user.created_at), dates::day_in_words(user.created_at));
    view! {
        <dl class="facts">
            <div>
                <dt>"Username"</dt>
                <dd>{user.username}</dd>
            </div>
            <div>
                <dt>"Email"</dt>
                <dd>
                    {match user.email {
                        Some(email) => {
                            view! {
                                {email}
                                " "
                                <span class=tag.0>{tag.1}</span>
                            }
                                .into_any()
                        }
                        None => "Not given".into_any(),
                    }}
                </dd>
            </div>
            <div>
                <dt>"Roles"</dt>
                <dd>
                    {user
                        .roles
                        .into_iter()
                        .map(|role| view! { <span class="tag">{role}</span> " " })
                        .collect_view()}
                </dd>
            </div>
            <div>
                <dt>"Member since"</dt>
                <dd>
                    <time datetime=machine>{words}</time>
                </dd>
            </div>
        </dl>
    }
}

/// What the person and what the app keep, as JSON.
#[component]
fn Metadata(user: UserView) -> impl IntoView {
    let apps = (!user.app_metadata.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="app-metadata">
                <h2 id="app-metadata">"App metadata"</h2>
                <p class="lead">
                    "What the app keeps about you. You can see it; the app and its operators change it."
                </p>
                <Json object=user.app_metadata />
            </section>
        }
    });
    view! {
        <section class="card" aria-labelledby="metadata">
            <h2 id="metadata">"Metadata"</h2>
            <p class="lead">
                "Yours to write, by yourself or by an app that acts for you. It gives you no rights."
            </p>
            <Json object=user.metadata />
        </section>
        {apps}
    }
}

/// A JSON object and its size.
#[component]
fn Json(object: Map<String, Value>) -> impl IntoView {
    let size = serde_json::to_string(&object).map_or(0, |json| json.len());
    let json = serde_json::to_string_pretty(&object).unwrap_or_default();
    view! {
        <figure class="code">
            <figcaption>"JSON " <span>{size} " bytes of 16 KiB"</span></figcaption>
            <pre>{json}</pre>
        </figure>
    }
}
