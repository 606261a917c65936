use leptos::{either::Either, prelude::*};

use super::{field::FieldView, summary::Summary};
use crate::{
    model::{ApiError, Field, Filled, Form, Input, Kind, PasswordPolicy},
    server::say,
};

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
    /// Whether typing begins in it, where something is missing.
    pub is_focused: bool,
}

/// The way out of a form, beside its button.
pub enum Cancel {
    /// Where to go instead of sending it.
    To(&'static str),
    /// Closes the dialog around it; with these words.
    Close(String),
}

/// A form. It works alone; script checks it first, sends it and says what comes back, and changes none of its elements'
/// places.
#[component]
pub fn FormView(
    /// Which form.
    form: Form,
    /// How it looks.
    look: Look,
    /// What a new password has to be, where it asks for one.
    #[prop(optional)]
    policy: PasswordPolicy,
    /// What is in it.
    drawn: Drawn,
    /// What the button is called where its words do not say enough.
    #[prop(optional_no_strip)]
    label: Option<String>,
    /// What is asked before it is sent, with script: a question, and what it means.
    #[prop(optional_no_strip)]
    ask: Option<(String, String)>,
    /// The way out.
    #[prop(optional_no_strip)]
    cancel: Option<Cancel>,
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
    // What was wrong comes first: the one field, or else the summary.
    let begin = match error.as_ref().map(|error| &*error.fields) {
        Some([one]) => seen.iter().position(|input| input.field == one.field),
        Some(_) => None,
        None => seen.iter().position(is_missing).or(Some(0)).filter(|_| look.is_focused),
    };
    let last = seen.len().saturating_sub(1);
    let fields = seen.into_iter().enumerate().map(|(n, input)| {
        let (input, value, error) = (*input, filled.of(input.field).to_owned(), error.clone());
        let (is_first, is_last) = (Some(n) == begin, n == last);
        view! { <FieldView form input policy value error is_first is_last /> }
    });
    let fields = fields.collect_view();
    let is_carried = hidden.iter().any(|(name, _)| *name == Field::Username.name());
    let has_fields = form.inputs().iter().any(|input| !input.is_unseen());
    let has_new = form.inputs().iter().any(|input| input.kind == Kind::NewPassword);
    let (question, meaning) = ask.unzip();
    let instead = match &cancel {
        Some(Cancel::To(path)) => Some(*path),
        _ => None,
    };
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
            data-cancel=instead
        >
            {has_fields.then(|| view! { <Summary form error=error.clone() /> })}
            {hidden
                .into_iter()
                .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
                .collect_view()}
            // A form that carries another one is not told whose password it is under the name of a field of that.
            {username.filter(|_| !is_carried).map(whose)}
            {fields}
            <div class="buttons">
                {cancel.map(way_out)}
                <button class=look.button aria-label=label data-busy=busy>
                    {idle}
                </button>
            </div>
        </form>
    }
}

fn way_out(cancel: Cancel) -> impl IntoView {
    match cancel {
        Cancel::To(path) => Either::Left(view! {
            <a class="button quiet" href=path>
                {say::cancel()}
            </a>
        }),
        Cancel::Close(words) => Either::Right(view! {
            <button class="button quiet" type="button" data-close>
                {words}
            </button>
        }),
    }
}

/// Tells password managers whose password a form asks for.
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
