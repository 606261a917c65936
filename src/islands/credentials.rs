use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

use super::{
    form::{Form, Typed},
    strength::StrengthOf,
};
use crate::{
    actions, browser,
    components::{FieldState, PasswordField, Submit, Summary, TextField},
    model::{
        ApiError, Arrival, Field, FieldError, LoginForm, PasswordPolicy, RegisterForm, SetupForm,
    },
};

/// Which of the three forms with a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FormKind {
    /// Username or email, password.
    Login,
    /// Username, email, password.
    Register,
    /// Username and password; the set-up link's token is in a cookie.
    Setup,
}

impl FormKind {
    fn action(self) -> &'static str {
        match self {
            Self::Login => "/login",
            Self::Register => "/register",
            Self::Setup => "/setup",
        }
    }

    fn button(self) -> (&'static str, &'static str) {
        match self {
            Self::Login => ("Sign in", "Signing in…"),
            Self::Register => ("Create account", "Creating account…"),
            Self::Setup => ("Create administrator", "Creating administrator…"),
        }
    }

    fn name(self) -> (Field, &'static str) {
        match self {
            Self::Login => (Field::Identifier, "Username or email"),
            Self::Register | Self::Setup => (Field::Username, "Username"),
        }
    }
}

/// What the form shows when the page arrives. Never a password.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FormStart {
    /// Username or identifier, as filled in before.
    pub name: String,
    /// Email, as filled in before.
    pub email: String,
    /// What was wrong with it.
    pub error: Option<ApiError>,
    /// Where to go afterwards: a path of ours.
    pub next: Option<String>,
}

/// Registration, sign-in, or set-up: a real form, that with WASM checks, sends and stores by itself.
#[island]
pub fn CredentialsForm(kind: FormKind, policy: PasswordPolicy, start: FormStart) -> impl IntoView {
    let (name_field, name_label) = kind.name();
    let [name, email, password] = [name_field, Field::Email, Field::Password].map(FieldState::new);
    let form = Form::new(vec![name, email, password], start.error, ".summary", move |typed| {
        check(kind, policy, &typed)
    });
    let next = StoredValue::new(start.next.clone());
    let submit = move |event: SubmitEvent| {
        let Some(typed) = form.submit(event) else { return };
        spawn_local(async move {
            match send(kind, &typed, next.get_value()).await {
                Ok(arrival) => {
                    browser::store_token(&arrival.access_token);
                    browser::go(&arrival.next);
                }
                Err(refusal) => {
                    // A refused password is emptied; one that nobody judged is kept for the next try.
                    if refusal.code.status() < 500 {
                        password.fill("");
                    }
                    form.refuse(refusal);
                }
            }
        });
    };

    let is_new = kind != FormKind::Login;
    let (idle, busy) = kind.button();
    let state = form.state;
    view! {
        <form
            class="card"
            method="post"
            action=kind.action()
            novalidate
            on:submit=submit
            on:input=move |_| form.look_again()
        >
            <Summary form=state first=name_field />
            {start.next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
            <TextField
                form=state
                field=name
                label=name_label
                hint=is_new.then(|| "3 to 64 characters".to_owned())
                autocomplete=if is_new { "username" } else { "username webauthn" }
                value=start.name
            />
            {(kind == FormKind::Register)
                .then(|| {
                    view! {
                        <TextField
                            form=state
                            field=email
                            label="Email"
                            optional=true
                            kind="email"
                            autocomplete="email"
                            value=start.email
                        />
                    }
                })}
            <StrengthOf password person=Callback::new(move |()| (name.value(), email.value())) asks=is_new>
                <PasswordField
                    form=state
                    field=password
                    label="Password"
                    autocomplete=if is_new { "new-password" } else { "current-password webauthn" }
                    policy=is_new.then_some(policy)
                    caps_lock=browser::is_caps_lock
                />
            </StrengthOf>
            <Submit form=state class="button full" idle busy />
        </form>
    }
}

/// The same checks as on the server, before anything is sent.
fn check(kind: FormKind, policy: PasswordPolicy, typed: &Typed) -> Vec<FieldError> {
    match kind {
        FormKind::Login => login_form(typed).check(),
        FormKind::Register | FormKind::Setup => register_form(typed).check(policy),
    }
}

async fn send(kind: FormKind, typed: &Typed, next: Option<String>) -> Result<Arrival, ApiError> {
    match kind {
        FormKind::Login => actions::login(login_form(typed), next).await,
        FormKind::Register => actions::register(register_form(typed), next).await,
        FormKind::Setup => {
            let (username, password) =
                (Some(typed.of(Field::Username)), Some(typed.of(Field::Password)));
            actions::setup(SetupForm { username, password }).await
        }
    }
}

fn login_form(typed: &Typed) -> LoginForm {
    LoginForm {
        identifier: Some(typed.of(Field::Identifier)),
        password: Some(typed.of(Field::Password)),
        session: None,
    }
}

fn register_form(typed: &Typed) -> RegisterForm {
    RegisterForm {
        username: Some(typed.of(Field::Username)),
        email: Some(typed.of(Field::Email)),
        password: Some(typed.of(Field::Password)),
    }
}
