//! The language of an answer: of the user's profile, or else the reader's choice, or else the
//! browser's preference.

use axum::http::{HeaderMap, header};

use super::{cookies, preferences};
use crate::server::{App, say::Language};

/// The language of the reader.
pub fn of(app: &App, headers: &HeaderMap) -> Language {
    // The language of the profile applies while its user is signed in.
    let is_signed_in = cookies::session(app, headers).is_some();
    let theirs = cookies::person_language(app, headers).filter(|_| is_signed_in);
    theirs.and_then(Language::of_code).unwrap_or_else(|| of_browser(app, headers))
}

/// The language without a profile: the choice in this browser, or else the browser's preference.
pub fn of_browser(app: &App, headers: &HeaderMap) -> Language {
    let chosen = cookies::language(app, headers).and_then(Language::of_code);
    chosen.or_else(|| asked_for(headers)).unwrap_or(Language::ENGLISH)
}

/// The language with the highest weight (RFC 9110, section 12.5.4), of those that have messages.
fn asked_for(headers: &HeaderMap) -> Option<Language> {
    let wanted = preferences::of(headers, header::ACCEPT_LANGUAGE).filter_map(|(tag, weight)| {
        let language = Language::of_code(tag.split('-').next()?)?;
        (weight > 0).then_some((language, weight))
    });
    // Of equal weights the first one wins.
    let best = wanted.reduce(|best, other| if other.1 > best.1 { other } else { best });
    best.map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_that_a_reader_wants_most() {
        let of = |line: &'static str| {
            let headers = [(header::ACCEPT_LANGUAGE, line.parse().expect("a value"))];
            asked_for(&HeaderMap::from_iter(headers)).map(Language::code)
        };
        assert_eq!(of("de-AT,de;q=0.9,en;q=0.8"), Some("de"));
        assert_eq!(of("qaa-QM,en;q=0.5,ar;q=0.9"), Some("ar"));
        assert_eq!((of("qaa,*;q=0.1"), of(""), of(";;q=x,,")), (None, None, None));
        assert_eq!(of("de;q=0,ar"), Some("ar"));
    }
}
