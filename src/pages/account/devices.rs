//! `/account/devices`: where one is signed in, and the end of it.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    Head, Part, answer,
    device::{described, in_order, place},
    proof,
    security::Safety,
};
use crate::{
    components::{Alert, Ask, FormView, Look, Tone},
    model::{Field, Filled, Form, SessionView},
    pages::page::{Left, Page, SignedIn},
    server::{
        say,
        service::{session, viewer::Viewer},
    },
};

/// `GET /account/devices`: strangers go to sign in, before anything is rendered.
pub async fn page(SignedIn { page, viewer }: SignedIn) -> Response {
    show(&page, &viewer, None).await
}

/// The page, as it was left.
pub(super) async fn show(page: &Page, viewer: &Viewer, left: Option<Left>) -> Response {
    let sessions = session::of_viewer(&page.app, viewer).await;
    let safety = Safety::of(page, viewer).await;
    let (sessions, safety) = match sessions.and_then(|sessions| Ok((sessions, safety?))) {
        Ok(known) => known,
        Err(error) => return page.error(&error.into_api()),
    };
    let forms = Forms { page, viewer, left: left.as_ref() };
    let now = page.app.clock.now();
    answer(page, Part::Devices, say::devices(), left.as_ref(), || {
        let mine = in_order(sessions.sessions);
        let has_others = mine.iter().any(|session| !session.current);
        let rows = mine.into_iter().map(|session| forms.row(session, now)).collect_view();
        let error = left.as_ref().map(|left| say::error(left.error.code));
        view! {
            <Head heading=say::devices() lead=Some(say::devices_lead()) />
            {error.map(|error| view! { <Alert tone=Tone::Bad heading=None><p>{error}</p></Alert> })}
            {safety.alert()}
            <section class="card" aria-label=say::devices()>
                <ul class="rows">{rows}</ul>
                {sessions.next_before.map(|_| view! { <p class="hint">{say::older_sessions()}</p> })}
                {(!has_others).then(|| view! { <p class="hint">{say::only_here()}</p> })}
                <div class="buttons">
                    {has_others
                        .then(|| {
                            forms.ending(Form::EndOthers, "", None, (say::ask_others(), say::ask_others_lead()))
                        })}
                    {forms.ending(Form::EndAll, "", None, (say::ask_all(), say::ask_all_lead()))}
                </div>
            </section>
            <Ask />
            {proof(page, viewer)}
        }
        .into_any()
    })
}

/// What the forms of this page are drawn for.
struct Forms<'p> {
    page: &'p Page,
    viewer: &'p Viewer,
    left: Option<&'p Left>,
}

impl Forms<'_> {
    /// A form that ends something: what it is called, and what is asked first.
    fn ending(
        &self,
        form: Form,
        session: &str,
        label: Option<String>,
        ask: (String, String),
    ) -> AnyView {
        let mut filled = Filled::default();
        if form == Form::EndSession {
            filled.set(Field::Session, session);
        }
        let drawn = Left::drawn(self.left, &self.page.app, self.viewer, form, filled);
        let button = if form == Form::EndSession { "button way" } else { "button quiet" };
        let look = Look { button, ..Look::default() };
        let policy = self.page.app.config.password_policy();
        view! { <FormView form look policy drawn label ask=Some(ask) cancel=None /> }.into_any()
    }

    /// One session, with its end.
    fn row(&self, session: SessionView, now: i64) -> impl IntoView {
        let end = (!session.current).then(|| {
            let device = session.device.as_str();
            let ask = (say::ask_one(device), say::ask_one_lead(place(&session), device));
            let label = Some(say::end_session_name(device));
            self.ending(Form::EndSession, session.id.as_str(), label, ask)
        });
        let (current, id) = (session.current, session.id.to_string());
        view! {
            <li class=current.then_some("current") data-session=id>
                {described(session, now)}
                {end}
            </li>
        }
    }
}
