//! Where to go after signing in: only ever on this origin (S73).

use percent_encoding::percent_decode_str;

/// The longest place to go to, in bytes: our own are shorter, and it is decoded several times.
const NEXT_MAX: usize = 2048;

/// `next` if it is safe to go there, else the account page.
pub fn safe_next(next: Option<&str>) -> &str {
    next.and_then(checked_next).unwrap_or("/account")
}

/// Only a path of this origin (S73): one leading slash, and nothing that a browser reads as more, also
/// after decoding once or twice.
pub fn checked_next(next: &str) -> Option<&str> {
    if next.len() > NEXT_MAX {
        return None;
    }
    let mut decoded = next.to_owned();
    for _ in 0..3 {
        let mut start = decoded.chars();
        let rooted = start.next() == Some('/') && !matches!(start.next(), Some('/' | '\\'));
        if !rooted || decoded.contains('\\') || decoded.chars().any(char::is_control) {
            return None;
        }
        let path = decoded.split(['?', '#']).next().unwrap_or_default();
        if path.contains("//") {
            return None;
        }
        // `+` stays: in a path it is itself.
        decoded = percent_decode_str(&decoded).decode_utf8_lossy().into_owned();
    }
    // A header value is ASCII; our own paths are.
    next.is_ascii().then_some(next)
}

/// In the query of a place to which a browser is sent with the first cookie that it is given.
const MARK: &str = "arrived";

/// A place with the mark.
pub fn marked(place: &str) -> String {
    let (place, fragment) = place.split_at(place.find('#').unwrap_or(place.len()));
    let joint = if place.contains('?') { '&' } else { '?' };
    format!("{place}{joint}{MARK}{fragment}")
}

/// A place that is marked, without the mark.
pub fn unmarked(place: &str) -> Option<String> {
    let (path, query) = place.split_once('?')?;
    let mut is_marked = false;
    let others = |part: &&str| {
        is_marked |= *part == MARK;
        *part != MARK
    };
    let others: Vec<&str> = query.split('&').filter(others).collect();
    is_marked.then(|| match others.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", others.join("&")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_comes_and_goes() {
        for place in ["/", "/account", "/a?b", "/a?b=c&d", "/a?"] {
            assert_eq!(unmarked(place), None, "{place}");
            let back = unmarked(&marked(place)).expect("a mark");
            assert_eq!(back, place, "{place}");
        }
        assert_eq!(marked("/a#b?c"), "/a?arrived#b?c");
        assert_eq!(marked("/a?b#c"), "/a?b&arrived#c");
    }

    #[test]
    fn next_stays_on_this_origin() {
        for good in ["/", "/account", "/account?tab=1&x=/y", "/a%20b", "/a?next=%2Faccount"] {
            assert_eq!(checked_next(good), Some(good), "{good}");
        }
        for bad in [
            "",
            "account",
            "//e",
            "/\\e",
            "\\\\e",
            "https:e",
            "https://e",
            "/%09/e",
            "/\t/e",
            "/%2fe",
            "/%252fe",
            "/%5ce",
            "/%255ce",
            "javascript:alert(1)",
            "data:text/html,x",
            "@e",
            "/a\r\nb",
            "/%0d%0ab",
            "/a//b",
            "/\u{0}",
        ] {
            assert_eq!(checked_next(bad), None, "{bad}");
        }
        let long = |length: usize| format!("/{}", "a".repeat(length - 1));
        assert!(checked_next(&long(NEXT_MAX)).is_some());
        assert_eq!(checked_next(&long(NEXT_MAX + 1)), None);
    }
}
