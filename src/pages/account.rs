//! `/account`: one's own account, and a panel that calls the guarded API.

use axum::{http::StatusCode, response::Response};
use leptos::prelude::*;
use serde_json::{Map, Value};

use super::{
    page::{Left, Page, SignedIn},
    panel::Panel,
};
use crate::{
    components::{Drawn, FormView, Look},
    model::{Field, Filled, Form, PasswordPolicy, UserView},
    server::{
        dates,
        service::{profile, viewer::Viewer},
    },
};

/// `GET /account`: strangers go to sign in, before anything is rendered.
pub async fn page(SignedIn { page, viewer }: SignedIn) -> Response {
    show(&page, &viewer, None).await
}

/// The page, as it was left.
pub(super) async fn show(page: &Page, viewer: &Viewer, left: Option<Left>) -> Response {
    let user = match profile::of_viewer(&page.app, viewer).await {
        Ok(user) => user,
        Err(error) => return page.error(&error.into_api()),
    };
    let mut filled = Filled::default();
    filled.set(Field::DisplayName, user.display_name.clone().unwrap_or_default());
    let drawn = Left::drawn(left.as_ref(), &page.app, viewer, Form::Profile, filled);
    let policy = page.app.config.password_policy();
    let content = || content(user, drawn, policy).into_any();
    match &left {
        Some(left) => page.render_refusal("Error: Your account", &left.error, content),
        None => page.render("Your account", StatusCode::OK, content),
    }
}

fn content(user: UserView, drawn: Drawn, policy: PasswordPolicy) -> impl IntoView {
    let look = Look { class: "", button: "button quiet", says: None };
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
            <div class="columns">
                <div class="stack">
                    <section class="card" aria-labelledby="profile">
                        <h2 id="profile">"Profile"</h2>
                        <Facts user=user.clone() />
                        <FormView form=Form::Profile look policy drawn label=None ask=None />
                    </section>
                    <Metadata user />
                </div>
                <Panel />
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
