//! Times in the reader's time zone, which the server does not know.

use crate::browser::{self, dom};

pub(super) fn wake() {
    for place in dom::all("time [data-local]") {
        let at = place.closest("time").and_then(|time| time.attribute("datetime"));
        if let Some((at, locale)) = at.zip(place.attribute("data-local")) {
            place.say(&browser::local(&at, &locale));
        }
    }
    days();
}

/// The days of a history are those of the reader. Each entry has a heading, which is shown where its day begins.
fn days() {
    let Some(list) = dom::find("[data-days]") else { return };
    let Some(locale) = list.attribute("data-days") else { return };
    let latest = browser::latest_days(&locale);
    let names = ["data-today", "data-yesterday"].map(|name| list.attribute(name));
    let mut before = String::new();
    for heading in dom::all("[data-days] .day") {
        let Some(time) = heading.find("time") else { continue };
        let day = browser::local_day(&time.attribute("datetime").unwrap_or_default(), &locale);
        let mut named = latest.iter().zip(&names);
        let name = named.find(|(latest, _)| **latest == day).and_then(|(_, name)| name.as_deref());
        time.say(name.unwrap_or(&day));
        heading.hide(day == before);
        before = day;
    }
}
