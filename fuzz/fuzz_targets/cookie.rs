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
        // A cookie that is no text is as good as none, and voids no other one.
        let noise = [name.as_bytes(), b"=\xff; \xff=1"].concat();
        let noise = HeaderValue::from_bytes(&noise).expect("opaque bytes");
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

/// Reads cookie by cookie and character by character: no `split`, no `trim`.
fn naive_all(lines: &[HeaderValue], name: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for line in lines {
        let bytes = line.as_bytes();
        let mut start = 0;
        for end in 0..=bytes.len() {
            if end < bytes.len() && bytes[end] != b';' {
                continue;
            }
            let cookie = String::from_utf8(bytes[start..end].to_vec());
            start = end + 1;
            let Ok(cookie) = cookie else { continue };
            let chars: Vec<char> = cookie.chars().collect();
            let (mut from, mut to) = (0, chars.len());
            while from < to && chars[from].is_whitespace() {
                from += 1;
            }
            while from < to && chars[to - 1].is_whitespace() {
                to -= 1;
            }
            let mut equals = from;
            while equals < to && chars[equals] != '=' {
                equals += 1;
            }
            if equals < to && chars[from..equals].iter().collect::<String>() == name {
                found.push(chars[equals + 1..to].iter().collect::<String>().into_bytes());
            }
        }
    }
    found
}
