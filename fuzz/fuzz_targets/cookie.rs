//! The cookie parser: each line of the input is a `Cookie` header of one request.

#![no_main]

use axum::http::{HeaderMap, HeaderValue, header::COOKIE};
use libfuzzer_sys::fuzz_target;
use vestibule::server::http::cookies;

/// The session over TLS and over plain http, the colours, and names that no cookie should be taken for.
const NAMES: [&str; 6] = ["__Host-session", "vestibule_session_3000", "vestibule_theme_3000", "a", "", "x y"];

fuzz_target!(|data: &[u8]| {
    let lines: Vec<HeaderValue> = data
        .split(|byte| *byte == b'\n')
        .filter_map(|line| HeaderValue::from_bytes(line).ok())
        .collect();
    let request = request(lines.iter());
    for name in NAMES {
        let found = cookies::get(&request, name);
        assert_eq!(found.map(str::as_bytes), naive(&lines, name).as_deref());

        // The order of lines does not matter, as only one value may come.
        assert_eq!(cookies::get(&self::request(lines.iter().rev()), name), found);
        // A second one of the name makes both void: neither the first nor the last wins.
        let second = HeaderValue::from_str(&format!("{name}=second")).expect("a header line");
        let both = self::request(lines.iter().chain([&second]));
        match naive_all(&lines, name).len() {
            0 => assert_eq!(cookies::get(&both, name), Some("second")),
            _ => assert_eq!(cookies::get(&both, name), None),
        }
        // A line that is no text is as good as none.
        let noise = HeaderValue::from_bytes(b"\xff; __Host-session=1").expect("opaque bytes");
        assert_eq!(cookies::get(&self::request(lines.iter().chain([&noise])), name), found);
    }
});

fn request<'l>(lines: impl Iterator<Item = &'l HeaderValue>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(COOKIE, line.clone());
    }
    headers
}

/// The only value of the name, by another way of reading.
fn naive(lines: &[HeaderValue], name: &str) -> Option<Vec<u8>> {
    match &naive_all(lines, name)[..] {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// Reads byte by byte: no iterators, no `split`, no `trim`.
fn naive_all(lines: &[HeaderValue], name: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for line in lines {
        let bytes = line.as_bytes();
        if !bytes.iter().all(|byte| (b' '..=b'~').contains(byte) || *byte == b'\t') {
            continue;
        }
        let mut start = 0;
        for end in 0..=bytes.len() {
            if end < bytes.len() && bytes[end] != b';' {
                continue;
            }
            let (mut from, mut to) = (start, end);
            while from < to && matches!(bytes[from], b' ' | b'\t') {
                from += 1;
            }
            while from < to && matches!(bytes[to - 1], b' ' | b'\t') {
                to -= 1;
            }
            let mut equals = from;
            while equals < to && bytes[equals] != b'=' {
                equals += 1;
            }
            if equals < to && &bytes[from..equals] == name.as_bytes() {
                found.push(bytes[equals + 1..to].to_vec());
            }
            start = end + 1;
        }
    }
    found
}
