//! Client preferences: the lists of `Accept`, `Accept-Encoding` and `Accept-Language` (RFC 9110,
//! section 12.4.2).

use axum::http::{HeaderMap, HeaderName};

/// The highest weight, and the default one.
pub const MOST: u16 = 1000;

/// The elements of a list in any number of header lines, each with its weight in thousandths. An
/// invalid weight means unwanted; an element that is not text is left out.
pub fn of(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = (&str, u16)> {
    let lines = headers.get_all(name).into_iter();
    let elements = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    elements.filter_map(|element| {
        let mut parts = std::str::from_utf8(element).ok()?.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let weight = parts.find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim_end().eq_ignore_ascii_case("q").then(|| value.trim_start())
        });
        Some((name, weight.map_or(MOST, |weight| thousandths(weight).unwrap_or(0))))
    })
}

/// A weight such as `0.123` in thousandths, up to 1.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    if part.len() > 3 || !part.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let part = part.bytes().chain(*b"000").take(3);
    let part = part.fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    match (whole, part) {
        ("0", part) => Some(part),
        ("1", 0) => Some(MOST),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};
    use proptest::prelude::*;

    use super::*;

    fn elements(lines: &[&[u8]]) -> Vec<(String, u16)> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::ACCEPT, HeaderValue::from_bytes(line).expect("a value"));
        }
        let elements = of(&headers, header::ACCEPT);
        elements.map(|(name, weight)| (name.to_owned(), weight)).collect()
    }

    #[test]
    fn weights_are_thousandths() {
        for (text, weight) in [
            ("a", MOST),
            ("a;q=1", 1000),
            ("a ; Q = 0.5", 500),
            ("a;q=0.001", 1),
            ("a;q=1.000", 1000),
            ("a;q=0.", 0),
            ("a;charset=utf-8;q=0.25", 250),
            ("a;q=", 0),
            ("a;q=2", 0),
            ("a;q=1.5", 0),
            ("a;q=0.1234", 0),
            ("a;q=-1", 0),
            ("a;q=NaN", 0),
            ("a;level=5", MOST),
        ] {
            assert_eq!(elements(&[text.as_bytes()]), [("a".to_owned(), weight)], "{text:?}");
        }
    }

    #[test]
    fn lines_are_one_list() {
        let all = elements(&[b"a, ,;q=1,b;q=0.3", b"\xff, c", b""]);
        assert_eq!(all, [("a".into(), 1000), ("b".into(), 300), ("c".into(), 1000)]);
    }

    proptest! {
        #[test]
        fn no_header_stops_it(line in "[ -~]{0,80}") {
            prop_assert!(elements(&[line.as_bytes()]).iter().all(|(_, weight)| *weight <= MOST));
        }
    }
}
