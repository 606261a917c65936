use leptos::{ev::SubmitEvent, html::Input, prelude::*, task::spawn_local};

use super::strength::StrengthOf;
use crate::{
    browser,
    components::{PasswordField, Summary},
    model::{ApiError, ErrorCode, Field, FieldError, PasswordChange, PasswordPolicy, Problem},
};

/// Changes one's password; whoever knows the current one stays signed in here, and nowhere else.
#[island]
pub fn ChangePassword(username: String, policy: PasswordPolicy) -> impl IntoView {
    let (error, wait) = (RwSignal::new(None::<ApiError>), RwSignal::new(0));
    let (pending, live, done) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let shown = [RwSignal::new(false), RwSignal::new(false)];
    let (current, new) = (NodeRef::<Input>::new(), NodeRef::<Input>::new());
    Effect::new(move || {
        live.set(true);
        browser::every_second(move || {
            if wait.get_untracked() > 0 {
                wait.update(|seconds| *seconds -= 1);
            }
        });
    });

    let value = |input: NodeRef<Input>| input.get_untracked().map_or(String::new(), |i| i.value());
    let refuse = move |refusal: ApiError| {
        wait.set(refusal.retry_after.unwrap_or_default());
        error.set(Some(refusal));
        browser::title_error();
        browser::focus(".summary");
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() || wait.get_untracked() > 0 {
            return;
        }
        shown.iter().for_each(|shown| shown.set(false));
        let (old, wanted) = (value(current), value(new));
        let form = PasswordChange {
            current_password: Some(old.clone()),
            new_password: Some(wanted.clone()),
        };
        let wrong = form.check(policy);
        if !wrong.is_empty() {
            return refuse(ApiError::fields(wrong));
        }
        pending.set(true);
        spawn_local(async move {
            match browser::change_password(&old, &wanted).await {
                Ok(()) => {
                    done.set(true);
                    browser::focus("#changed");
                }
                Err(refusal) if refusal.code == ErrorCode::InvalidCredentials => {
                    if let Some(input) = current.get_untracked() {
                        input.set_value("");
                    }
                    let wrong = FieldError::new(Field::CurrentPassword, Problem::Invalid);
                    refuse(ApiError::fields(vec![wrong]));
                }
                Err(refusal) => refuse(refusal),
            }
            pending.set(false);
        });
    };
    let hint =
        format!("At least {} characters. A few unrelated words work well.", policy.min_chars);
    let (name, signal) = (StoredValue::new(username.clone()), Signal::from(error));
    let form = view! {
        <form class="card" method="post" novalidate hidden=move || done.get() on:submit=submit>
            <Summary error=signal first=Field::CurrentPassword wait />
            <input
                class="sr"
                type="text"
                name="username"
                autocomplete="username"
                aria-label="Username"
                tabindex="-1"
                readonly
                value=username
            />
            <PasswordField
                field=Field::CurrentPassword
                label="Current password"
                autocomplete="current-password"
                shown=shown[0]
                live
                caps_lock=browser::is_caps_lock
                error=signal
                input=current
            />
            <StrengthOf input=new name=move || name.get_value()>
                <PasswordField
                    field=Field::NewPassword
                    label="New password"
                    autocomplete="new-password"
                    hint=Some(hint)
                    min=Some(policy.min_chars)
                    shown=shown[1]
                    live
                    caps_lock=browser::is_caps_lock
                    error=signal
                    input=new
                />
            </StrengthOf>
            <button
                class="button full"
                hidden=move || !live.get()
                aria-busy=move || pending.get().then_some("true")
                aria-disabled=move || (pending.get() || wait.get() > 0).then_some("true")
            >
                {move || if pending.get() { "Changing password…" } else { "Change password" }}
            </button>
        </form>
    };
    view! {
        {form}
        <p class="notice" id="changed" tabindex="-1" hidden=move || !done.get()>
            "Your password is changed. Everything else that was signed in has been signed out."
        </p>
    }
}
