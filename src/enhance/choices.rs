//! The choices of colours and language. Colours change at once; typed text is kept in both cases,
//! except passwords.

use crate::{
    browser::{self, dom},
    model::media,
};

/// The forms of the choice of colours.
const FORMS: &str = "form[data-choice=theme]";
/// The forms of the choice of a language, which reload the page in it.
const LANGUAGES: &str = "form[data-choice=language]";
/// Inputs whose text is kept; no passwords.
const TYPED: &str = "form[data-form] .field > input";

/// Keeps what was typed for the time when this page is loaded again.
pub(super) fn keep() {
    let typed = dom::all(TYPED).into_iter();
    browser::keep_typed(typed.map(|input| (input.id(), input.value())));
}

pub(super) fn wake() {
    // The second step of a sign-in leads back to the page whose text was kept.
    let typed = match dom::find("form[data-form=factor]") {
        Some(_) => Vec::new(),
        None => browser::take_typed(),
    };
    for (id, text) in typed {
        // Text that was typed into the new page before script started is newer.
        if let Some(input) = dom::by_id(&id)
            && input.value() == input.attribute("value").unwrap_or_default()
        {
            input.fill(&text);
        }
    }
    dom::on("submit", |submitted| {
        if submitted.target.closest(LANGUAGES).is_some() {
            keep();
        }
        let button = submitted.submitter().filter(|_| submitted.target.closest(FORMS).is_some());
        let Some((button, page)) = button.zip(dom::find("html")) else { return };
        let Some(theme) = button.attribute("value") else { return };
        page.set("data-theme", Some(&*theme).filter(|theme| *theme != "system"));
        for other in dom::all(&format!("{FORMS} button")) {
            let is_chosen = other.attribute("value").as_deref() == Some(&theme);
            other.set("aria-pressed", Some(if is_chosen { "true" } else { "false" }));
        }
        let bars = dom::all("meta[name=theme-color]").into_iter().zip(["light", "dark"]);
        let logo = dom::find(".brand source").map(|logo| (logo, "dark"));
        for (part, scheme) in bars.chain(logo) {
            part.set("media", Some(&media(scheme, Some(&theme))));
        }
        // The next page has it from a cookie; without one it is as before.
        let fields = [("theme".to_owned(), theme)];
        browser::spawn(async move { drop(browser::post_form("/theme", &fields).await) });
        submitted.prevent_default();
    });
}
