use leptos::{ev::SubmitEvent, html::Input, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

use super::strength::StrengthOf;
use crate::{
    actions, browser,
    components::{PasswordField, Summary, TextField},
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
    /// Username, password, and the set-up link's token.
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
    /// The set-up link's token.
    pub token: Option<String>,
}

/// The values of a form that is being submitted.
#[derive(Clone)]
struct Filled {
    name: String,
    email: String,
    password: String,
}

impl Filled {
    fn value(&self, field: Field) -> &str {
        match field {
            Field::Email => &self.email,
            Field::Password => &self.password,
            _ => &self.name,
        }
    }
}

/// Registration, sign-in, or set-up: a real form, that with WASM checks, sends and stores by itself.
#[island]
pub fn CredentialsForm(kind: FormKind, policy: PasswordPolicy, start: FormStart) -> impl IntoView {
    let (name_ref, email_ref, password_ref) =
        (NodeRef::<Input>::new(), NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let error = RwSignal::new(start.error.clone());
    let told = start.error.as_ref().and_then(|error| error.retry_after);
    let wait = RwSignal::new(told.unwrap_or_default());
    let (pending, shown, live) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let (next, token) =
        (StoredValue::new(start.next.clone()), StoredValue::new(start.token.clone()));

    let read = move || {
        let value =
            |input: NodeRef<Input>| input.get_untracked().map_or(String::new(), |i| i.value());
        Filled { name: value(name_ref), email: value(email_ref), password: value(password_ref) }
    };
    // The values that `error` is about.
    let refused = StoredValue::new(None::<Filled>);
    let refuse = move |filled: Filled, refusal: ApiError| {
        refused.set_value(Some(filled));
        wait.set(refusal.retry_after.unwrap_or_default());
        error.set(Some(refusal));
        browser::title_error();
        browser::focus(".summary");
    };
    Effect::new(move || {
        live.set(true);
        browser::every_second(move || {
            if wait.get_untracked() > 0 {
                wait.update(|seconds| *seconds -= 1);
            }
        });
        if error.get_untracked().is_some() {
            refused.set_value(Some(read()));
            browser::focus(".summary");
        }
    });

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() || wait.get_untracked() > 0 {
            return;
        }
        shown.set(false);
        let filled = read();
        let wrong = check(kind, policy, &filled);
        if !wrong.is_empty() {
            return refuse(filled, ApiError::fields(wrong));
        }
        pending.set(true);
        spawn_local(async move {
            match send(kind, filled.clone(), next.get_value(), token.get_value()).await {
                Ok(arrival) => {
                    browser::store_token(&arrival.access_token);
                    browser::go(&arrival.next);
                }
                Err(refusal) => {
                    pending.set(false);
                    // A refused password is emptied; one that nobody judged is kept for the next try.
                    if refusal.code.status() < 500
                        && let Some(input) = password_ref.get_untracked()
                    {
                        input.set_value("");
                    }
                    refuse(filled, refusal);
                }
            }
        });
    };
    // Once something was wrong, what is typed is looked at again, so that a mended field is told at once.
    let again = move |_| {
        let (Some(refusal), Some(before)) = (error.get_untracked(), refused.get_value()) else {
            return;
        };
        if !refusal.fields.is_empty() {
            let now = read();
            let local = ApiError::fields(check(kind, policy, &now));
            let told = ApiError::fields(check(kind, policy, &before));
            let still_wrong = |error: FieldError| match local.problem_with(error.field) {
                Some(problem) => Some(FieldError::new(error.field, problem.clone())),
                // What only the server knows holds for the value that it refused.
                None => (told.problem_with(error.field).is_none()
                    && now.value(error.field) == before.value(error.field))
                .then_some(error),
            };
            let fields: Vec<_> = refusal.fields.into_iter().filter_map(still_wrong).collect();
            error.set((!fields.is_empty()).then_some(ApiError { fields, ..refusal.code.into() }));
        }
    };

    let (name_field, name_label) = kind.name();
    let is_new = kind != FormKind::Login;
    let hint =
        format!("At least {} characters. A few unrelated words work well.", policy.min_chars);
    let (idle, busy) = kind.button();
    let signal: Signal<Option<ApiError>> = error.into();
    view! {
        <form class="card" method="post" action=kind.action() novalidate on:submit=submit on:input=again>
            <Summary error=signal first=name_field wait />
            {start.token.map(|token| view! { <input type="hidden" name="token" value=token /> })}
            {start.next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
            <TextField
                field=name_field
                label=name_label
                hint=is_new.then(|| "3 to 64 characters".to_owned())
                autocomplete=if is_new { "username" } else { "username webauthn" }
                value=start.name
                error=signal
                input=name_ref
            />
            {(kind == FormKind::Register)
                .then(|| {
                    view! {
                        <TextField
                            field=Field::Email
                            label="Email"
                            optional=true
                            kind="email"
                            autocomplete="email"
                            value=start.email
                            error=signal
                            input=email_ref
                        />
                    }
                })}
            <StrengthOf input=password_ref name=move || read().name asks=is_new>
                <PasswordField
                    autocomplete=if is_new { "new-password" } else { "current-password webauthn" }
                    hint=is_new.then_some(hint)
                    min=is_new.then_some(policy.min_chars)
                    shown
                    live
                    caps_lock=browser::is_caps_lock
                    error=signal
                    input=password_ref
                />
            </StrengthOf>
            <button
                class="button full"
                aria-busy=move || pending.get().then_some("true")
                aria-disabled=move || (pending.get() || wait.get() > 0).then_some("true")
            >
                {move || if pending.get() { busy } else { idle }}
            </button>
        </form>
    }
}

/// The same checks as on the server, before anything is sent.
fn check(kind: FormKind, policy: PasswordPolicy, filled: &Filled) -> Vec<FieldError> {
    match kind {
        FormKind::Login => login_form(filled).check(),
        FormKind::Register | FormKind::Setup => register_form(filled).check(policy),
    }
}

async fn send(
    kind: FormKind,
    filled: Filled,
    next: Option<String>,
    token: Option<String>,
) -> Result<Arrival, ApiError> {
    match kind {
        FormKind::Login => actions::login(login_form(&filled), next).await,
        FormKind::Register => actions::register(register_form(&filled), next).await,
        FormKind::Setup => {
            let token = token.unwrap_or_default();
            let (username, password) = (Some(filled.name), Some(filled.password));
            actions::setup(SetupForm { token, username, password }).await
        }
    }
}

fn login_form(filled: &Filled) -> LoginForm {
    LoginForm {
        identifier: Some(filled.name.clone()),
        password: Some(filled.password.clone()),
        session: None,
    }
}

fn register_form(filled: &Filled) -> RegisterForm {
    RegisterForm {
        username: Some(filled.name.clone()),
        email: Some(filled.email.clone()),
        password: Some(filled.password.clone()),
    }
}
