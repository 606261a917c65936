use leptos::prelude::*;

use super::{field::FieldView, summary::Summary};
use crate::{
    model::{ApiError, Field, Filled, Form, Input, Kind, PasswordPolicy},
    server::say,
};

/// The content of a form when its page is drawn.
#[derive(Clone, Default)]
pub struct Drawn {
    /// Previous input. Its passwords are not shown.
    pub filled: Filled,
    /// Error of the previous input.
    pub error: Option<ApiError>,
    /// Token of the form, for a signed-in user.
    pub token: Option<String>,
    /// Further hidden names and values.
    pub hidden: Vec<(&'static str, String)>,
    /// Username of the requested password, for password managers.
    pub username: Option<String>,
}

/// The appearance of a form.
#[derive(Clone, Copy, Default)]
pub struct Look {
    /// CSS class of the form.
    pub class: &'static str,
    /// CSS class of its button.
    pub button: &'static str,
    /// Whether its first empty input gets the focus.
    pub is_focused: bool,
}

/// A form. It works alone; script checks it first, submits it and shows the answer, without moving
/// any of its elements.
#[component]
pub fn FormView(
    /// The form.
    form: Form,
    /// Appearance.
    look: Look,
    /// Policy of a new password, if it asks for one.
    #[prop(optional)]
    policy: PasswordPolicy,
    /// Content.
    drawn: Drawn,
    /// Label of the button for assistive technology, if its text is not enough.
    #[prop(optional_no_strip)]
    label: Option<String>,
    /// Question and explanation before it is sent, with script.
    #[prop(optional_no_strip)]
    ask: Option<(String, String)>,
    /// Link for cancelling.
    #[prop(optional_no_strip)]
    cancel: Option<&'static str>,
) -> impl IntoView {
    let Drawn { filled, error, token, hidden, username } = drawn;
    let (idle, busy) = (say::button(form), say::busy(form));
    let name = token.is_some().then(|| ("form", form.name().to_owned()));
    let token = token.map(|token| ("form_token", token));
    let unseen = form.inputs().iter().filter(|input| input.is_unseen());
    let unseen = unseen.map(|input| (input.field.name(), filled.of(input.field).to_owned()));
    let hidden: Vec<_> = name.into_iter().chain(token).chain(hidden).chain(unseen).collect();
    let seen: Vec<_> = form.inputs().iter().filter(|input| !input.is_unseen()).collect();
    let is_missing = |input: &&Input| input.is_secret() || filled.of(input.field).is_empty();
    let begin = seen.iter().position(is_missing).unwrap_or_default();
    let fields = seen.into_iter().enumerate().map(|(n, input)| {
        let (input, value, error) = (*input, filled.of(input.field).to_owned(), error.clone());
        let is_first = n == begin && look.is_focused;
        view! { <FieldView form input policy value error is_first /> }
    });
    let fields = fields.collect_view();
    let is_carried = hidden.iter().any(|(name, _)| *name == Field::Username.name());
    let has_fields = form.inputs().iter().any(|input| !input.is_unseen());
    let has_new = form.inputs().iter().any(|input| input.kind == Kind::NewPassword);
    let (question, meaning) = ask.unzip();
    view! {
        <form
            class=look.class
            method="post"
            action=form.path()
            novalidate
            data-form=form.name()
            data-min=has_new.then_some(policy.min_chars)
            data-ask=question
            data-meaning=meaning
            data-cancel=cancel
        >
            {has_fields.then(|| view! { <Summary form error=error.clone() /> })}
            {hidden
                .into_iter()
                .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
                .collect_view()}
            // A form that carries another one does not name the account under a field name of that
            // form.
            {username.filter(|_| !is_carried).map(whose)}
            {fields}
            <div class="buttons">
                {cancel
                    .map(|path| {
                        view! {
                            <a class="button quiet" href=path>
                                {say::cancel()}
                            </a>
                        }
                    })}
                <button class=look.button aria-label=label data-busy=busy>
                    {idle}
                </button>
            </div>
        </form>
    }
}

/// Names the account of the requested password for password managers.
fn whose(username: String) -> impl IntoView {
    view! {
        <input
            class="sr"
            type="text"
            name="username"
            autocomplete="username"
            aria-label=say::field(Field::Username)
            tabindex="-1"
            readonly
            value=username
        />
    }
}
