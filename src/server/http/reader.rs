//! Who reads an answer: a person, who gets pages, or a program, which gets problems (RFC 9457).

use axum::http::{HeaderMap, header};

/// Whether a person reads the answer: `Accept` names HTML, and nothing of JSON that is wanted more (RFC 9110 section 12.5.1).
/// Who takes anything is a program: browsers name HTML when a person goes somewhere.
pub fn is_person(headers: &HeaderMap) -> bool {
    let (mut page, mut data) = (0.0_f32, 0.0_f32);
    for line in headers.get_all(header::ACCEPT) {
        for range in line.as_bytes().split(|byte| *byte == b',') {
            let Ok(range) = std::str::from_utf8(range) else { continue };
            let mut parts = range.split(';').map(str::trim);
            let wanted = match parts.next().map(str::to_ascii_lowercase).as_deref() {
                Some("text/html" | "application/xhtml+xml") => &mut page,
                Some("application/json" | "application/problem+json") => &mut data,
                _ => continue,
            };
            *wanted = wanted.max(weight(parts));
        }
    }
    page > 0.0 && page >= data
}

/// How much a range is wanted, from 0 to 1; one with a weight that is none is not wanted.
fn weight<'r>(mut parameters: impl Iterator<Item = &'r str>) -> f32 {
    let weight = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then_some(value.trim())
    });
    match weight.map(str::parse) {
        None => 1.0,
        Some(Ok(weight)) if (0.0..=1.0).contains(&weight) => weight,
        Some(_) => 0.0,
    }
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
