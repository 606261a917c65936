use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{form::Form, strength::StrengthOf};
use crate::{
    browser,
    components::{FieldState, PasswordField, Submit, Summary, Username},
    model::{Field, PasswordChange, PasswordPolicy},
};

/// Changes one's password; the person stays signed in here, and nowhere else.
#[island]
pub fn ChangePassword(
    username: String,
    email: Option<String>,
    policy: PasswordPolicy,
) -> impl IntoView {
    let (current, new) =
        (FieldState::new(Field::CurrentPassword), FieldState::new(Field::NewPassword));
    let form = Form::new(vec![current, new], None, ".summary", move |typed| {
        let change = PasswordChange {
            current_password: Some(typed.of(Field::CurrentPassword)),
            new_password: Some(typed.of(Field::NewPassword)),
        };
        change.check(policy)
    });
    let done = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        let Some(typed) = form.submit(event) else { return };
        spawn_local(async move {
            let (old, wanted) = (typed.of(Field::CurrentPassword), typed.of(Field::NewPassword));
            match browser::change_password(&old, &wanted).await {
                Ok(()) => {
                    form.settle();
                    // With what was typed into it; password managers then offer to save.
                    browser::remove("#change");
                    done.set(true);
                    browser::focus("#changed");
                }
                Err(refusal) => form.refuse_password(Field::CurrentPassword, refusal),
            }
        });
    };
    let person = (username.clone(), email.unwrap_or_default());
    let state = form.state;
    view! {
        <form
            class="card"
            id="change"
            method="post"
            novalidate
            on:submit=submit
            on:input=move |_| form.look_again()
        >
            <Summary form=state first=Field::CurrentPassword />
            <Username value=username />
            <PasswordField
                form=state
                field=current
                label="Current password"
                autocomplete="current-password"
                caps_lock=browser::is_caps_lock
            />
            <StrengthOf password=new person=Callback::new(move |()| person.clone())>
                <PasswordField
                    form=state
                    field=new
                    label="New password"
                    autocomplete="new-password"
                    policy=Some(policy)
                    caps_lock=browser::is_caps_lock
                />
            </StrengthOf>
            <Submit
                form=state
                class="button full"
                idle="Change password"
                busy="Changing password…"
                needs_script=true
            />
        </form>
        <p class="notice" id="changed" tabindex="-1" hidden=move || !done.get()>
            "Your password is changed. Everything else that was signed in has been signed out."
        </p>
    }
}
