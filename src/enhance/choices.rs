//! The choice of colours: it holds at once, and what is typed stays.

use crate::browser::{self, dom};

/// The forms of the choice.
const FORMS: &str = "form[data-choice=theme]";

pub(super) fn wake() {
    dom::on("submit", |submitted| {
        let button = submitted.submitter().filter(|_| submitted.target.closest(FORMS).is_some());
        let Some((button, page)) = button.zip(dom::find("html")) else { return };
        let Some(theme) = button.attribute("value") else { return };
        page.set("data-theme", Some(&*theme).filter(|theme| *theme != "system"));
        for other in dom::all(&format!("{FORMS} button")) {
            let is_chosen = other.attribute("value").as_deref() == Some(&theme);
            other.set("aria-pressed", Some(if is_chosen { "true" } else { "false" }));
        }
        // The next page has it from a cookie; without one it is as before.
        let fields = [("theme".to_owned(), theme)];
        browser::spawn(async move { drop(browser::post_form("/theme", &fields).await) });
        submitted.take();
    });
}
