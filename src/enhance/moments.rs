//! Times in the reader's time zone, which the server does not know.

use crate::browser::{self, dom};

pub(super) fn wake() {
    for place in dom::all("time [data-local]") {
        let at = place.closest("time").and_then(|time| time.attribute("datetime"));
        if let Some((at, locale)) = at.zip(place.attribute("data-local")) {
            place.say(&browser::local(&at, &locale));
        }
    }
}
