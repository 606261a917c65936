//! `/account`: the profile of the user.

use axum::response::Response;
use leptos::prelude::*;

use super::{Part, Row, Way, answer, proof, security};
use crate::{
    components::{Avatar, Cancel, Drawn, FormView, Look},
    model::{Field, Filled, Form, Kind, PasswordPolicy, UserView},
    pages::page::{Left, Page, SignedIn},
    server::{
        dates,
        say::{self, Language},
        service::{profile, session_user::SessionUser},
    },
};

/// The query of the page with the form.
const EDIT: &str = "edit";

/// `GET /account`; strangers are redirected to sign in before anything is rendered.
pub async fn page(SignedIn { page, session_user }: SignedIn) -> Response {
    show(&page, &session_user, None).await
}

/// The page, with the refused form if there is one.
pub(super) async fn show(page: &Page, session_user: &SessionUser, left: Option<Left>) -> Response {
    let user = profile::of_session_user(&page.app, session_user).await;
    let safety = security::Safety::of(page, session_user).await;
    let (user, safety) = match user.and_then(|user| Ok((user, safety?))) {
        Ok(known) => known,
        Err(error) => return page.error(&error.into_api()),
    };
    let drawn = Left::drawn(left.as_ref(), &page.app, session_user, Form::Profile, filled(&user));
    let edited = match &left {
        Some(left) => Some(left.form),
        None => page.query(EDIT).map(|name| Form::named(&name).unwrap_or(Form::Profile)),
    };
    let mut renamed = Filled::default();
    renamed.set(Field::Username, &*user.username);
    let renamed = Left::drawn(left.as_ref(), &page.app, session_user, Form::Username, renamed);
    let policy = page.app.config.password_policy();
    answer(page, session_user, Part::Profile, say::menu_account(), left.as_ref(), || {
        let name = user.name().to_owned();
        let since = dates::rfc3339(user.created_at);
        let member = say::member_since(say::month(user.created_at));
        let profile = match edited {
            Some(Form::Profile) => form(Form::Profile, drawn, policy).into_any(),
            _ => shown(&drawn.filled).into_any(),
        };
        let username = match edited {
            Some(Form::Username) => form(Form::Username, renamed, policy).into_any(),
            _ => view! { <dl class="rows"><Username name=user.username.clone() /></dl> }.into_any(),
        };
        view! {
            <div class="head person">
                <Avatar name=name.clone() is_large=true />
                <div>
                    <h1 tabindex="-1">
                        <bdi translate="no">{name}</bdi>
                    </h1>
                    <p>
                        <bdi translate="no">{user.username}</bdi> " · "
                        <time datetime=since>{member}</time>
                    </p>
                </div>
            </div>
            <section class="card" aria-labelledby="profile">
                <h2 id="profile">{say::profile()}</h2>
                {profile}
                {username}
                <dl class="rows">
                    <Email
                        address=user.email
                        is_verified=user.email_verified
                        can_confirm=page.app.mail.is_on()
                        is_refused=user.email_refused_at.is_some()
                    />
                </dl>
            </section>
            {safety.card(true)}
            {proof(page, session_user)}
        }
        .into_any()
    })
    .await
}

/// The content of the profile's form.
fn filled(user: &UserView) -> Filled {
    let mut filled = Filled::default();
    filled.set(Field::DisplayName, user.display_name.clone().unwrap_or_default());
    for (field, text) in user.profile.iter() {
        filled.set(field, text);
    }
    filled
}

/// The editable properties, each in its row.
fn shown(filled: &Filled) -> impl IntoView {
    let rows = Form::Profile.inputs().iter().map(|input| {
        let text = filled.of(input.field);
        let text = match input.kind {
            Kind::Language => Language::of_code(text).map_or_else(say::as_browser, Language::name),
            _ => text.to_owned(),
        };
        let words = if text.is_empty() { say::add() } else { say::edit() };
        let action = view! { <Way href=format!("/account?{EDIT}") words /> }.into_any();
        let value = (!text.is_empty()).then(|| {
            view! {
                <bdi translate="no">{text}</bdi>
            }
        });
        view! { <Row term=say::field(input.field) value=value.into_any() action=Some(action) /> }
    });
    view! { <dl class="rows">{rows.collect_view()}</dl> }
}

/// The editable properties as a form.
fn form(form: Form, drawn: Drawn, policy: PasswordPolicy) -> impl IntoView {
    let look = Look { button: "button", is_focused: true, ..Look::default() };
    view! { <FormView form look policy drawn cancel=Some(Cancel::To("/account")) /> }
}

#[component]
fn Username(name: String) -> impl IntoView {
    let href = format!("/account?{EDIT}={}", Form::Username.name());
    let action = view! { <Way href words=say::change() /> }.into_any();
    let value = view! {
        <bdi translate="no">{name}</bdi>
    };
    let term = say::field(Field::Username);
    view! { <Row term value=value.into_any() action=Some(action) /> }
}

#[component]
fn Email(
    address: Option<String>,
    is_verified: bool,
    can_confirm: bool,
    is_refused: bool,
) -> impl IntoView {
    let (href, has_one) = ("/account/address".to_owned(), address.is_some());
    let words = match (is_verified, has_one) {
        (true, _) => say::change(),
        (false, true) => say::address_confirm(),
        (false, false) => say::add(),
    };
    let action = (is_verified || can_confirm).then(|| view! { <Way href words /> }.into_any());
    let unconfirmed = if can_confirm { say::email_unconfirmed() } else { say::hint_email() };
    let value = match address {
        Some(address) => view! {
            <bdi translate="no">{address}</bdi>
            {(!is_verified).then(|| view! { <p>{unconfirmed}</p> })}
            {is_refused.then(|| view! { <p class="error">{say::address_refused()}</p> })}
        }
        .into_any(),
        None => view! { <span class="soft">{say::no_email()}</span> }.into_any(),
    };
    view! { <Row term=say::field(Field::Email) value action /> }
}
