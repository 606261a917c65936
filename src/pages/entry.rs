//! The common parts of `/login`, `/register` and `/setup`: a form in the middle of the page.

use axum::{extract::Request, http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::page::{Page, Posted, posted};
use crate::{
    components::{Drawn, FormView, Look, PasskeyForm},
    model::{ApiError, ErrorCode, Field, Filled, Form},
    server::{App, service::entry},
};

/// One of the three pages.
pub(super) struct Entry {
    /// The form.
    pub(super) form: Form,
    /// Its texts.
    pub(super) words: fn(&Page) -> Words,
    /// Default page afterwards.
    pub(super) next: Option<&'static str>,
}

/// The texts of such a page.
pub(super) struct Words {
    /// Title of the window.
    pub(super) title: String,
    /// The heading.
    pub(super) heading: AnyView,
    /// Content above the form.
    pub(super) lead: Option<AnyView>,
    /// Link to the other form: a question, a path, a label.
    pub(super) other: Option<(String, &'static str, String)>,
    /// Content below the form.
    pub(super) help: Option<AnyView>,
    /// The form of a passkey that is enough instead.
    pub(super) passkey: Option<Form>,
}

impl Entry {
    /// The page on request; a signed-in user is redirected.
    pub(super) fn arrive(&self, page: &Page) -> Response {
        let next = page.query("next");
        // Another account is wanted: the session of this one ends with the sign-in.
        if page.session_user.is_some() && page.query("another").is_none() {
            return Page::redirect(&page.safe_next(next.as_deref()));
        }
        let mut filled = Filled::default();
        if let Some(hint) = page.query("login_hint").filter(|_| self.form == Form::Login) {
            filled.set(Field::Identifier, hint);
        }
        self.show(page, next, filled, None, false)
    }

    /// The form as a browser posts it without script: signs in and redirects to `next`, or shows
    /// the page again.
    pub(super) async fn post(&self, app: App, request: Request) -> Response {
        let Posted { page, filled, next, client_info, .. } = match posted(app, request).await {
            Ok(posted) => posted,
            Err(response) => return response,
        };
        let kept = filled.clone();
        let place = next.as_deref().or(self.next);
        let safe = page.safe_next(place);
        let brought =
            entry::Brought { link: page.link(), pending: page.pending(), next: Some(&safe) };
        let entered = entry::enter(&page.app, self.form, filled, brought, &client_info).await;
        let is_setup = self.form == Form::Setup;
        let response = match entered.map_err(|error| error.into_api()) {
            Ok(entered) => page.redirect_entered(&entered, place),
            Err(closed) if closed.code == ErrorCode::SetupClosed => page.error(&closed),
            Err(error) => return self.show(&page, next, kept, Some(error), false),
        };
        if is_setup { page.forget_link(response) } else { response }
    }

    /// The page with the previous input, and the status of its error. The browser is told that the passkey which it used or made last is
    /// unknown here, if it is (`is_unknown`).
    pub(super) fn show(
        &self,
        page: &Page,
        next: Option<String>,
        filled: Filled,
        error: Option<ApiError>,
        is_unknown: bool,
    ) -> Response {
        let Words { title, heading, lead, other, help, passkey } = (self.words)(page);
        let next = next.as_deref().or(self.next).map(|next| page.safe_next(Some(next)));
        let other = other.map(|(question, path, word)| {
            let path = match &next {
                Some(next) => format!("{path}?next={}", Page::encode(next)),
                None => path.to_owned(),
            };
            (question, path, word)
        });
        let policy = page.app.config.password_policy();
        let hidden: Vec<_> = next.map(|next| ("next", next)).into_iter().collect();
        let has_mail = page.app.mail.is_on();
        // It has no fields of its own that are seen: script takes what was typed above, where its errors are too.
        let passkey = passkey.map(|form| {
            let drawn = Drawn { hidden: hidden.clone(), ..Drawn::default() };
            let look = Look { button: "button quiet full", ..Look::default() };
            (form, drawn, look)
        });
        let needs_address = self.form == Form::Register && page.app.config.demands_address;
        let drawn = Drawn {
            filled,
            error: error.clone(),
            hidden,
            has_mail,
            needs_address,
            ..Drawn::default()
        };
        let unknown = page.app.config.rp_id.clone().filter(|_| is_unknown);
        let look = Look { class: "card", button: "button full", is_focused: false };
        let content = || {
            // The nonce of its script is that of the page, which is known in here.
            let passkey = passkey.map(|(form, drawn, look)| {
                view! { <PasskeyForm form drawn look /> }
            });
            view! {
                <main id="main" class="portal" tabindex="-1" data-unknown=unknown>
                    <div class="intro">
                        <h1>{heading}</h1>
                        {lead}
                    </div>
                    <FormView form=self.form look policy drawn />
                    {passkey}
                    {help}
                    {other
                        .map(|(question, path, word)| {
                            view! {
                                <p class="aside">{question} " " <a href=path>{word}</a></p>
                            }
                        })}
                </main>
            }
            .into_any()
        };
        match error {
            Some(error) => page.render_refusal(title, &error, content),
            None => page.render(title, StatusCode::OK, content),
        }
    }
}
