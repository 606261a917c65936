//! The kind of reader of an answer: a person, who gets pages, or a program, which gets problems
//! (RFC 9457).

use axum::http::{HeaderMap, header};

use super::preferences;

/// Whether a person reads the answer: `Accept` names HTML, and no JSON type with a higher weight
/// (RFC 9110 section 12.5.1). A client that accepts anything is a program, because browsers name
/// HTML in navigations.
pub fn is_person(headers: &HeaderMap) -> bool {
    let (mut page, mut data) = (0, 0);
    for (media_type, weight) in preferences::of(headers, header::ACCEPT) {
        let is = |names: [&str; 2]| names.iter().any(|name| media_type.eq_ignore_ascii_case(name));
        if is(["text/html", "application/xhtml+xml"]) {
            page = weight.max(page);
        } else if is(["application/json", "application/problem+json"]) {
            data = weight.max(data);
        }
    }
    page > 0 && page >= data
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn weights_count() {
        let is_person = |accept: &'static [u8]| {
            let accept = HeaderValue::from_bytes(accept).expect("a value");
            super::is_person(&HeaderMap::from_iter([(header::ACCEPT, accept)]))
        };
        for person in [
            &b"text/html"[..],
            b"text/html,application/json",
            b" text/HTML ; charset=utf-8 ; Q=0.5 , application/json;q=0.5",
            b"\xff, text/html",
            b"text/html;q=0.001",
        ] {
            assert!(is_person(person), "{person:?}");
        }
        for program in [
            &b""[..],
            b"*/*",
            b"text/*",
            b"text/html;q=0",
            b"text/html;q=2",
            b"text/html;q=NaN",
            b"text/html;q=-1",
            b"text/htmlx",
            b"x;y=text/html",
            b"text/html\xff",
            b"application/json,text/html;q=0.999",
        ] {
            assert!(!is_person(program), "{program:?}");
        }
        assert!(!super::is_person(&HeaderMap::new()));
    }
}
