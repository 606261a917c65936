use leptos::prelude::*;

use super::{field::FieldView, summary::Summary, words};
use crate::model::{ApiError, Filled, Form, PasswordPolicy};

/// What a form has in it when its page is drawn.
#[derive(Clone, Default)]
pub struct Drawn {
    /// What was filled in before. Passwords in it are not shown.
    pub filled: Filled,
    /// What was wrong with that.
    pub error: Option<ApiError>,
    /// The token of the form, where a person is signed in.
    pub token: Option<String>,
    /// Further names and values that come back with it.
    pub hidden: Vec<(&'static str, String)>,
    /// Where people get help who forgot their password.
    pub support: Option<String>,
    /// Whose password it asks for, for password managers.
    pub username: Option<String>,
}

/// How a form looks.
#[derive(Clone, Copy, Default)]
pub struct Look {
    /// Its class.
    pub class: &'static str,
    /// The class of its button.
    pub button: &'static str,
    /// What its button says, where the usual words do not do.
    pub says: Option<&'static str>,
}

/// A form. It works alone; script checks it first, sends it and says what comes back, and changes none of its elements'
/// places.
#[component]
pub fn FormView(
    /// Which form.
    form: Form,
    /// How it looks.
    look: Look,
    /// What a new password has to be.
    policy: PasswordPolicy,
    /// What is in it.
    drawn: Drawn,
    /// What the button is called where its words do not say enough.
    #[prop(optional_no_strip)]
    label: Option<String>,
    /// What is asked before it is sent, with script.
    #[prop(optional_no_strip)]
    ask: Option<String>,
) -> impl IntoView {
    let Drawn { filled, error, token, hidden, support, username } = drawn;
    let (idle, busy) = words::button(form);
    let idle = look.says.unwrap_or(idle);
    let name = token.is_some().then(|| ("form", form.name().to_owned()));
    let token = token.map(|token| ("form_token", token));
    let unseen = form.inputs().iter().filter(|input| input.is_unseen());
    let unseen = unseen.map(|input| (input.field.name(), filled.of(input.field).to_owned()));
    let hidden: Vec<_> = name.into_iter().chain(token).chain(hidden).chain(unseen).collect();
    let seen = form.inputs().iter().filter(|input| !input.is_unseen());
    let fields = seen.map(|input| {
        let (input, value, error) = (*input, filled.of(input.field).to_owned(), error.clone());
        view! { <FieldView form input policy value error support=support.clone() /> }
    });
    let fields = fields.collect_view();
    let has_fields = !form.inputs().is_empty();
    view! {
        <form
            class=look.class
            method="post"
            action=form.path()
            novalidate
            data-form=form.name()
            data-min=policy.min_chars
            data-ask=ask
        >
            {has_fields.then(|| view! { <Summary form error=error.clone() /> })}
            {hidden
                .into_iter()
                .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
                .collect_view()}
            {username
                .map(|username| {
                    view! {
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
                    }
                })}
            {fields}
            <button class=look.button aria-label=label data-busy=busy>
                {idle}
            </button>
        </form>
    }
}
