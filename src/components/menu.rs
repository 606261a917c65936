//! The menu of a person who is signed in, and the choices that anybody has.

use leptos::prelude::*;

use super::{Avatar, Drawn, FormView, Look};
use crate::{
    model::{Form, Identity},
    server::say::{self, Language},
};

/// The person whom a page is drawn for.
#[derive(Clone)]
pub struct Person {
    /// What to call them.
    pub name: String,
    /// What they sign in with.
    pub username: String,
    /// What script has to know of them.
    pub identity: Identity,
    /// The token of the form to sign out.
    pub sign_out: String,
}

/// The name, the way to the account, the colours, and the way out. It opens without script.
#[component]
pub fn Menu(
    /// Whose.
    person: Person,
    /// `light` or `dark` where the reader chose one.
    theme: Option<&'static str>,
    /// This page, to come back to.
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

/// Light, dark, or as the system has it.
#[component]
pub fn ThemeSwitch(
    /// `light` or `dark` where the reader chose one.
    theme: Option<&'static str>,
    /// This page, to come back to.
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

/// The language of the pages.
#[component]
pub fn LanguageSwitch(
    /// This page, to come back to.
    path: String,
) -> impl IntoView {
    let choices = Language::all().map(|language| (language.code(), language.name())).collect();
    let chosen = say::current().code();
    view! { <Choices name="language" label=say::language() choices chosen path /> }
}

/// A form with a button for each choice.
#[component]
fn Choices(
    /// Of the form and of what is chosen.
    name: &'static str,
    /// What is chosen, in words.
    label: String,
    /// Each value with its words.
    choices: Vec<(&'static str, String)>,
    /// The value that holds.
    chosen: &'static str,
    /// This page, to come back to.
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
