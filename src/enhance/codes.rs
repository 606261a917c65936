//! The buttons that copy or print recovery codes.

use super::toast;
use crate::browser::{self, dom};

pub(super) fn wake() {
    for button in dom::all("[data-copy], [data-print]") {
        button.hide(false);
    }
    dom::on("click", |clicked| {
        if clicked.target.closest("[data-print]").is_some() {
            browser::print();
        }
        let Some(button) = clicked.target.closest("[data-copy]") else { return };
        let source = button.attribute("data-copy").and_then(|id| dom::by_id(&id));
        let Some(text) = source.map(|source| source.text()) else { return };
        browser::spawn(async move {
            let name = if browser::copy(&text).await { "data-said" } else { "data-refused" };
            toast::say(&button.attribute(name).unwrap_or_default());
        });
    });
}
