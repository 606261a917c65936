//! `/account/devices`: the sessions of the user, and their ends.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    Head, Part, answer,
    device::{by_device, described, place},
    proof,
};
use crate::{
    components::{Alert, Ask, FormView, Look, Tone},
    model::{Field, Filled, Form, SessionView},
    pages::page::{Left, Page, SignedIn},
    server::{
        say,
        service::{
            notices::{self, NoticeChoices},
            session,
            session_user::SessionUser,
        },
    },
};

/// `GET /account/devices`; strangers are redirected to sign in before anything is rendered.
pub async fn page(SignedIn { page, session_user }: SignedIn) -> Response {
    show(&page, &session_user, None).await
}

/// The page, with the refused form if there is one.
pub(super) async fn show(page: &Page, session_user: &SessionUser, left: Option<Left>) -> Response {
    let sessions = match session::of_session_user(&page.app, session_user).await {
        Ok(sessions) => sessions,
        Err(error) => return page.error(&error.into_api()),
    };
    let notices = match notices::of_session_user(&page.app, session_user).await {
        Ok(notices) => notices,
        Err(error) => return page.error(&error.into_api()),
    };
    let forms = Forms { page, session_user, left: left.as_ref() };
    let now_s = page.app.clock.now_s();
    answer(page, session_user, Part::Devices, say::devices(), left.as_ref(), || {
        let devices = by_device(sessions.sessions);
        let has_others = devices.iter().flatten().any(|session| !session.current);
        let rows = devices.into_iter().map(|sessions| forms.device(sessions, now_s)).collect_view();
        let error = left.as_ref().map(|left| say::error(left.error.code));
        let wait = left.as_ref().and_then(|left| left.error.retry_after).map(say::try_again);
        let (form, ask) = match has_others {
            true => (Form::EndOthers, (say::ask_others(), say::ask_others_lead())),
            false => (Form::EndAll, (say::ask_all(), say::ask_all_lead())),
        };
        view! {
            <Head heading=say::devices() lead=Some(say::devices_lead()) />
            {error.map(|error| view! { <Alert tone=Tone::Bad><p>{error} " " {wait}</p></Alert> })}
            <section class="card" aria-label=say::devices()>
                <ul class="rows">{rows}</ul>
                {sessions.next_before.map(|_| view! { <p class="hint">{say::older_sessions()}</p> })}
                {(!has_others).then(|| view! { <p class="hint">{say::only_here()}</p> })}
                <div class="buttons">
                    {forms.ending(form, "", None, ask)}
                </div>
            </section>
            {page.app.mail.is_on().then(|| forms.notices(notices))}
            <Ask />
            {proof(page, session_user)}
        }
        .into_any()
    })
    .await
}

/// The context of this page's forms.
struct Forms<'p> {
    page: &'p Page,
    session_user: &'p SessionUser,
    left: Option<&'p Left>,
}

impl Forms<'_> {
    /// A form that ends something, with its label and its question.
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
        let drawn = Left::drawn(self.left, &self.page.app, self.session_user, form, filled);
        let button = if form == Form::EndSession { "button way" } else { "button quiet" };
        let look = Look { button, ..Look::default() };
        let policy = self.page.app.config.password_policy();
        view! { <FormView form look policy drawn label ask=Some(ask) /> }.into_any()
    }

    /// Whether new sign-ins are told by mail, and the form that changes it.
    fn notices(&self, notices: NoticeChoices) -> impl IntoView {
        let (form, words) = match notices.sign_in {
            true => (Form::NoticeOff, say::notice_on()),
            false => (Form::NoticeOn, say::notice_off()),
        };
        let filled = Filled::default();
        let drawn = Left::drawn(self.left, &self.page.app, self.session_user, form, filled);
        let look = Look { button: "button quiet", ..Look::default() };
        view! {
            <section class="card">
                <p class="lead">{words}</p>
                <FormView form look drawn />
            </section>
        }
    }

    /// A device with its only session, or all of them.
    fn device(&self, mut sessions: Vec<SessionView>, now_s: i64) -> AnyView {
        let count = sessions.len();
        if count == 1 {
            return sessions.pop().map(|session| self.row(session, now_s)).into_any();
        }
        let latest = sessions.first().cloned().map(|session| described(session, now_s, true));
        let rows = sessions.into_iter().map(|session| self.row(session, now_s)).collect_view();
        view! {
            <li class="group">
                {latest} <details>
                    <summary>{say::sign_ins(count)}</summary>
                    <ul class="rows">{rows}</ul>
                </details>
            </li>
        }
        .into_any()
    }

    /// A session with its form.
    fn row(&self, session: SessionView, now_s: i64) -> impl IntoView {
        let end = (!session.current).then(|| {
            let device = session.device.as_str();
            let ask = (say::ask_one(device), say::ask_one_lead(device, place(&session)));
            let label = Some(say::end_session_name(device));
            self.ending(Form::EndSession, session.id.as_str(), label, ask)
        });
        let (current, id) = (session.current, session.id.to_string());
        view! {
            <li class=current.then_some("current") data-session=id>
                {described(session, now_s, true)}
                {end}
            </li>
        }
    }
}
