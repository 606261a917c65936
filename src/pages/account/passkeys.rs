//! `/account/passkeys`: the passkeys of the account.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use serde_json::json;

use super::{Head, Part, answer, proof};
use crate::{
    components::{Alert, Ask, Cancel, FormView, Glyph, Icon, Look, PasskeyForm, Tone},
    model::{Field, Filled, Form},
    pages::page::{Left, Page, SignedIn},
    server::{
        App, say,
        service::{
            passkeys::{self, PasskeyPage, PasskeyView, Passkeys},
            session_user::SessionUser,
        },
    },
};

/// `GET /account/passkeys`; strangers are redirected to sign in before anything is rendered.
pub async fn page(SignedIn { page, session_user }: SignedIn) -> Response {
    show(&page, &session_user, None).await
}

/// The page, with the refused form if there is one.
pub(super) async fn show(page: &Page, session_user: &SessionUser, left: Option<Left>) -> Response {
    let shown = passkeys::of_session_user(&page.app, session_user).await;
    let PasskeyPage { passkeys, adding } = match shown {
        Ok(shown) => shown,
        Err(error) => return page.error(&error.into_api()),
    };
    let is_adding = adding.is_some();
    // The error of a button, and of a form that is not there any more.
    let is_elsewhere = |left: &&Left| match left.form {
        Form::PasskeyConfirm => !is_adding,
        Form::PasskeyRename => false,
        _ => true,
    };
    let gone = left.as_ref().filter(is_elsewhere).map(|left| {
        let said = say::error(left.error.code);
        let wait = left.error.retry_after.map(say::try_again);
        view! {
            <Alert tone=Tone::Bad>
                <p>{said} " " {wait}</p>
            </Alert>
        }
    });
    let forms = Forms { page, session_user, left: left.as_ref() };
    let title = say::passkeys_title();
    let heading = title.clone();
    let asked = adding.and_then(|asked| serde_json::to_string(&asked).ok());
    answer(page, session_user, Part::Security, title, left.as_ref(), || {
        let is_possible = passkeys.rp_id.is_some();
        let state = match asked {
            Some(asked) => forms.adding(asked),
            None if is_possible => forms.form(Form::PasskeyBegin, Filled::default(), None, None),
            None => view! {
                <Alert tone=Tone::Caution>
                    <p>{say::passkeys_unavailable()}</p>
                </Alert>
            }
            .into_any(),
        };
        let known = forms.known(&passkeys);
        view! {
            <Head heading lead=Some(say::passkeys_lead()) />
            {gone}
            {forms.list(passkeys.passkeys, page.app.clock.now_s())}
            <div data-known=known>{state}</div>
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
    fn form(
        &self,
        form: Form,
        filled: Filled,
        ask: Option<(String, String)>,
        label: Option<String>,
    ) -> AnyView {
        let button = if form == Form::PasskeyBegin { "button" } else { "button quiet" };
        let look = Look { button, ..Look::default() };
        // The name that somebody typed for one passkey is not shown at another.
        let is_its = |left: &&Left| {
            left.form != form || left.filled.of(Field::Passkey) == filled.of(Field::Passkey)
        };
        let left = self.left.filter(is_its);
        let drawn = Left::drawn(left, &self.page.app, self.session_user, form, filled);
        view! { <FormView form look drawn ask label /> }.into_any()
    }

    /// What authenticators are told: which passkeys there are, and whose.
    fn known(&self, passkeys: &Passkeys) -> Option<String> {
        let (rp_id, user_id) = passkeys.rp_id.as_ref().zip(passkeys.user_handle.as_ref())?;
        if !passkeys.are_all {
            return None;
        }
        let ids: Vec<_> = passkeys.passkeys.iter().map(|passkey| &passkey.credential_id).collect();
        let known = json!({
            "rpId": rp_id,
            "userId": user_id,
            "name": self.session_user.username(),
            "displayName": self.session_user.name(),
            "allAcceptedCredentialIds": ids,
        });
        Some(known.to_string())
    }

    /// While a passkey is being added.
    fn adding(&self, asked: String) -> AnyView {
        let form = Form::PasskeyConfirm;
        let look = Look { button: "button", is_focused: false, class: "" };
        let filled = Filled::default();
        let drawn = Left::drawn(self.left, &self.page.app, self.session_user, form, filled);
        let cancel = Some(Cancel::To(Part::Security.path()));
        view! {
            <section class="card narrow">
                <h2>{say::passkey_add()}</h2>
                <p>{say::passkey_add_lead()}</p>
                <PasskeyForm form drawn look asked=Some(asked) cancel />
            </section>
        }
        .into_any()
    }

    fn list(&self, passkeys: Vec<PasskeyView>, now_s: i64) -> AnyView {
        if passkeys.is_empty() {
            return view! { <p>{say::passkeys_none()}</p> }.into_any();
        }
        let rows = passkeys.into_iter().map(|passkey| self.passkey(passkey, now_s));
        view! {
            <section class="card" aria-label=say::passkeys_title()>
                <ul class="rows">{rows.collect_view()}</ul>
            </section>
        }
        .into_any()
    }

    /// A passkey, with its forms.
    fn passkey(&self, passkey: PasskeyView, now_s: i64) -> impl IntoView + use<> {
        let PasskeyView { id, name, authenticator, syncs, works, created_at, last_used_at, .. } =
            passkey;
        let mut filled = Filled::default();
        filled.set(Field::Passkey, id.as_str());
        let ask = (say::ask_passkey_remove(&*name), say::ask_passkey_remove_lead());
        let label = Some(say::passkey_remove_name(&*name));
        let remove = self.form(Form::PasskeyRemove, filled.clone(), Some(ask), label);
        filled.set(Field::PasskeyName, &*name);
        let is_open = self.left.is_some_and(|left| {
            left.form == Form::PasskeyRename && left.filled.of(Field::Passkey) == id.as_str()
        });
        let rename = self.form(Form::PasskeyRename, filled, None, None);
        let used = last_used_at.map(|at| say::factor_used(say::ago(now_s - at)));
        let authenticator = authenticator.filter(|known| *known != name);
        let broken = (!works).then(|| view! { <p>{say::passkey_broken()}</p> });
        let summary = say::passkey_rename_name(&*name);
        view! {
            <li class="group">
                <span class="mark"><Icon glyph=Glyph::Key /></span>
                <div>
                    <h3>
                        <bdi translate="no">{name}</bdi>
                    </h3>
                    <p>
                        {authenticator.map(|known| view! { {known} ". " })}
                        {syncs.then(say::passkey_syncs)} " "
                        {say::passkey_since(say::day(created_at))} " " {used}
                    </p>
                    {broken}
                </div>
                {remove}
                <details open=is_open>
                    <summary>{summary}</summary>
                    {rename}
                </details>
            </li>
        }
    }
}

/// `GET /.well-known/passkey-endpoints`: where password managers lead people who want a passkey.
pub async fn well_known(State(app): State<App>) -> Response {
    let place = format!("{}{}", app.config.issuer(), Form::PasskeyBegin.path());
    Json(json!({ "enroll": place, "manage": place })).into_response()
}
