use leptos::{either::Either, prelude::*};

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
    /// Whether mails are sent, so that an address can be confirmed.
    pub has_mail: bool,
    /// Whether a new account needs an address.
    pub needs_address: bool,
    /// Days for which a browser can be trusted; 0 if it cannot.
    pub trust_days: i64,
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

/// The way out of a form, beside its button.
pub enum Cancel {
    /// Address to go to instead of sending the form.
    To(&'static str),
    /// Closes the dialog around it; with these words.
    Close(String),
}

/// A form. It works alone; script checks it first, sends it and says what comes back, and changes none of its elements'
/// places.
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
    /// The way out.
    #[prop(optional_no_strip)]
    cancel: Option<Cancel>,
) -> impl IntoView {
    let Drawn { filled, error, token, hidden, username, has_mail, needs_address, trust_days } =
        drawn;
    let (idle, busy) = (say::button(form), say::busy(form));
    let name = token.is_some().then(|| ("form", form.name().to_owned()));
    let token = token.map(|token| ("form_token", token));
    let unseen = form.inputs().iter().filter(|input| input.is_unseen());
    let unseen = unseen.map(|input| (input.field.name(), filled.of(input.field).to_owned()));
    let hidden: Vec<_> = name.into_iter().chain(token).chain(hidden).chain(unseen).collect();
    let is_offered = |input: &&Input| input.field != Field::TrustDevice || trust_days > 0;
    let seen = form.inputs().iter().filter(|input| !input.is_unseen()).filter(is_offered);
    let seen: Vec<_> = seen.collect();
    let is_missing = |input: &&Input| input.is_secret() || filled.of(input.field).is_empty();
    // What was wrong comes first: the one field, or else the summary.
    let begin = match error.as_ref().map(|error| &*error.fields) {
        Some([one]) => seen.iter().position(|input| input.field == one.field),
        Some(_) => None,
        None => seen.iter().position(is_missing).or(Some(0)).filter(|_| look.is_focused),
    };
    let last = seen.len().saturating_sub(1);
    let fields = seen.into_iter().enumerate().map(|(n, input)| {
        let (value, error) = (filled.of(input.field).to_owned(), error.clone());
        let is_optional = input.is_optional && !(needs_address && input.field == Field::Email);
        let input = Input { is_optional, ..*input };
        let (is_first, is_last) = (Some(n) == begin, n == last);
        view! { <FieldView form input policy has_mail trust_days value error is_first is_last /> }
    });
    let fields = fields.collect_view();
    let is_carried = hidden.iter().any(|(name, _)| *name == Field::Username.name());
    let has_new = form.inputs().iter().any(|input| input.kind == Kind::NewPassword);
    let (question, meaning) = ask.unzip();
    let leads_to = match cancel {
        Some(Cancel::To(path)) => Some(path),
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
            data-cancel=leads_to
        >
            {form.has_fields().then(|| view! { <Summary form error=error.clone() /> })}
            {hidden
                .into_iter()
                .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
                .collect_view()}
            // A form that carries another one does not name the account under a field name of that
            // form.
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
