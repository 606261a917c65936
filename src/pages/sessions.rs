//! `/account/sessions`: where one is signed in, and the end of it.

use axum::{http::StatusCode, response::Response};
use leptos::prelude::*;

use super::{
    head::Head,
    moment::Moment,
    page::{Left, Page, SignedIn},
};
use crate::{
    components::{Ask, FormView, Look, Proof},
    model::{Field, Filled, Form, SessionPage, SessionView},
    server::service::{
        caller::{self, FRESH_FOR},
        profile, session,
        viewer::Viewer,
    },
};

/// `GET /account/sessions`: strangers go to sign in, before anything is rendered.
pub async fn page(SignedIn { page, viewer }: SignedIn) -> Response {
    show(&page, &viewer, None).await
}

/// The page, as it was left.
pub(super) async fn show(page: &Page, viewer: &Viewer, left: Option<Left>) -> Response {
    let user = profile::of_viewer(&page.app, viewer).await;
    let sessions = session::of_viewer(&page.app, viewer).await;
    let (user, sessions) = match user.and_then(|user| Ok((user, sessions?))) {
        Ok(seen) => seen,
        Err(error) => return page.error(&error.into_api()),
    };
    let forms = Forms { page, viewer, left: left.as_ref() };
    let content = || content(&forms, user.username, sessions).into_any();
    match &left {
        Some(left) => page.render_refusal("Error: Your sessions", &left.error, content),
        None => page.render("Your sessions", StatusCode::OK, content),
    }
}

/// What the forms of this page are drawn for.
struct Forms<'p> {
    page: &'p Page,
    viewer: &'p Viewer,
    left: Option<&'p Left>,
}

impl Forms<'_> {
    /// A form that ends something: its button, what it is called, and what is asked first.
    fn view(&self, form: Form, session: &str, label: Option<String>, ask: String) -> AnyView {
        let mut filled = Filled::default();
        if form == Form::EndSession {
            filled.set(Field::Session, session);
        }
        let drawn = Left::drawn(self.left, &self.page.app, self.viewer, form, filled);
        let look = Look { class: "", button: "button quiet", says: None };
        let policy = self.page.app.config.password_policy();
        view! { <FormView form look policy drawn label ask=Some(ask) /> }.into_any()
    }
}

fn content(forms: &Forms<'_>, username: String, page: SessionPage) -> impl IntoView {
    let now = forms.page.app.clock.now();
    let SessionPage { mut sessions, ended_for_reuse, next_before } = page;
    // This one first, whenever it began.
    sessions.sort_by_key(|session| !session.current);
    let has_others = sessions.iter().any(|session| !session.current);
    let rows = sessions.into_iter().map(|session| row(forms, session, now)).collect_view();
    let others = has_others.then(|| {
        let ask = "Everything else will be signed out. You stay signed in here.".to_owned();
        forms.view(Form::EndOthers, "", None, ask)
    });
    let ask = "Everything will be signed out, this browser too.".to_owned();
    let all = forms.view(Form::EndAll, "", None, ask);
    let token = caller::form_token(&forms.page.app, forms.viewer, Form::Proof);
    let error = forms.left.map(|left| left.error.code.message());
    view! {
        <main id="main" class="page slim" tabindex="-1">
            <Head
                heading="Your sessions"
                lead="Browsers and apps that are signed in to your account."
                links=()
            />
            {error.map(|error| view! { <p class="notice" role="alert">{error}</p> })}
            <Reused sessions=ended_for_reuse now />
                <section class="card" aria-label="Signed in">
                    <ul class="rows">{rows}</ul>
                    {next_before
                        .map(|_| view! { <p class="hint">"Older sessions are not shown."</p> })}
                    <div class="actions">{others} {all}</div>
                </section>
                <Ask />
                <Proof username minutes=FRESH_FOR / 60 token />
        </main>
    }
}

/// One session.
fn row(forms: &Forms<'_>, session: SessionView, now: i64) -> impl IntoView {
    let SessionView { id, current, device, client_ip, created_at, last_seen_at, .. } = session;
    let address = client_ip.unwrap_or_else(|| "an unknown address".into());
    let end = (!current).then(|| {
        let name = format!("{device} from {address}");
        let ask = format!("{name} will be signed out.");
        forms.view(Form::EndSession, id.as_str(), Some(format!("End session: {name}")), ask)
    });
    view! {
        <li class=if current { "current" } else { "" } data-session=id.to_string()>
            <div>
                <h2>{device} {current.then(|| view! { " " <span class="tag">"This device"</span> })}</h2>
                <p>"Last seen " <Moment at=last_seen_at now /> " from " {address}</p>
                <p>"Signed in " <Moment at=created_at now /></p>
            </div>
            {end}
        </li>
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
