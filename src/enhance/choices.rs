//! The choices of colours and language. Colours change at once; typed text is kept in both cases,
//! except passwords.

use crate::browser::{self, dom};

/// The forms of the choice of colours.
const FORMS: &str = "form[data-choice=theme]";
/// The forms of the choice of a language, which reload the page in it.
const LANGUAGES: &str = "form[data-choice=language]";
/// Inputs whose text is kept; no passwords.
const TYPED: &str = "form[data-form] .field > input";

pub(super) fn wake() {
    for (id, text) in browser::take_typed() {
        // Text that was typed into the new page before script started is newer.
        if let Some(input) = dom::by_id(&id)
            && input.value() == input.attribute("value").unwrap_or_default()
        {
            input.fill(&text);
        }
    }
    dom::on("submit", |submitted| {
        if submitted.target.closest(LANGUAGES).is_some() {
            let typed = dom::all(TYPED).into_iter();
            browser::keep_typed(typed.map(|input| (input.id(), input.value())));
        }
        let button = submitted.submitter().filter(|_| submitted.target.closest(FORMS).is_some());
        let Some((button, page)) = button.zip(dom::find("html")) else { return };
        let Some(theme) = button.attribute("value") else { return };
        page.set("data-theme", Some(&*theme).filter(|theme| *theme != "system"));
        for other in dom::all(&format!("{FORMS} button")) {
            let is_chosen = other.attribute("value").as_deref() == Some(&theme);
            other.set("aria-pressed", Some(if is_chosen { "true" } else { "false" }));
        }
        // The next page reads it from a cookie; without one it is as before.
        let fields = [("theme".to_owned(), theme)];
        browser::spawn(async move { drop(browser::post_form("/theme", &fields).await) });
        submitted.prevent_default();
    });
}
