//! The menu of a signed-in user, and the choices for everybody.

use leptos::prelude::*;

use super::{Avatar, Drawn, FormView, Look};
use crate::{
    model::{Form, Identity},
    server::say::{self, Language},
};

/// The signed-in user of a page.
#[derive(Clone)]
pub struct Person {
    /// Displayed name.
    pub name: String,
    /// Username.
    pub username: String,
    /// Identity for script.
    pub identity: Identity,
    /// Token of the sign-out form.
    pub sign_out: String,
}

/// The menu: name, link to the account, colours, and sign-out. It opens without script.
#[component]
pub fn Menu(
    /// The user.
    person: Person,
    /// `light` or `dark`, if the reader chose one.
    theme: Option<&'static str>,
    /// Path of this page, for the way back to it.
    path: String,
) -> impl IntoView {
    let Person { name, sign_out, .. } = person;
    let drawn = Drawn { token: Some(sign_out), ..Drawn::default() };
    let look = Look { button: "button quiet full", ..Look::default() };
    view! {
        <details class="menu" id="menu">
            <summary aria-label=say::menu()>
                <Avatar name=name.clone() />
            </summary>
            <div class="card">
                <p>
                    <bdi translate="no">{name}</bdi>
                </p>
                <a class="button plain" href="/account">
                    {say::menu_account()}
                </a>
                <ThemeSwitch theme path />
                <FormView form=Form::Logout look drawn />
            </div>
        </details>
    }
}

/// The choice of colours: light, dark, or as the system.
#[component]
pub fn ThemeSwitch(
    /// `light` or `dark`, if the reader chose one.
    theme: Option<&'static str>,
    /// Path of this page, for the way back to it.
    path: String,
) -> impl IntoView {
    let chosen = theme.unwrap_or("system");
    let choices = [
        ("system", say::theme_system()),
        ("light", say::theme_light()),
        ("dark", say::theme_dark()),
    ];
    view! { <Choices name="theme" label=say::theme() choices=choices.into() chosen path /> }
}

/// The choice of the language.
#[component]
pub fn LanguageSwitch(
    /// Path of this page, for the way back to it.
    path: String,
) -> impl IntoView {
    let choices = Language::all().map(|language| (language.code(), language.name())).collect();
    let chosen = say::current().code();
    view! { <Choices name="language" label=say::language() choices chosen path /> }
}

/// A form with a button for each choice.
#[component]
fn Choices(
    /// Name of the form and of its values.
    name: &'static str,
    /// Label of the choice.
    label: String,
    /// Each value with its label.
    choices: Vec<(&'static str, String)>,
    /// The current value.
    chosen: &'static str,
    /// Path of this page, for the way back to it.
    path: String,
) -> impl IntoView {
    let buttons = choices.into_iter().map(|(value, words)| {
        let pressed = if value == chosen { "true" } else { "false" };
        let lang = (name == "language").then_some(value);
        view! {
            <button name=name value=value aria-pressed=pressed lang=lang>
                {words}
            </button>
        }
    });
    view! {
        <form class="choices" method="post" action=format!("/{name}") aria-label=label data-choice=name>
            <input type="hidden" name="next" value=path />
            {buttons.collect_view()}
        </form>
    }
}
