//! The bearer parser: a line of bytes, as the guard gets it from `Authorization`.

#![no_main]

use axum::http::HeaderValue;
use libfuzzer_sys::fuzz_target;
use vestibule::server::http::guard::bearer_token;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        judge(text);
    }
    // What can be a header line at all, by the guard's own steps.
    let line = HeaderValue::from_bytes(data).ok();
    if let Some(text) = line.as_ref().and_then(|line| line.to_str().ok()) {
        assert_eq!(text.as_bytes(), data);
        judge(text);
    }
});

/// Accepted is what begins with the scheme and one space; the token is all the rest, unaltered.
fn judge(line: &str) {
    let bytes = line.as_bytes();
    let is_bearer =
        bytes.len() > 6 && bytes[..6].eq_ignore_ascii_case(b"bearer") && bytes[6] == b' ';
    match bearer_token(line) {
        Some(token) => {
            assert!(is_bearer, "another scheme accepted: {line:?}");
            assert_eq!(token.as_bytes(), &bytes[7..]);
            // The same token under every spelling of the scheme, and under no other scheme.
            assert_eq!(bearer_token(&format!("BEARER {token}")), Some(token));
            assert_eq!(bearer_token(&format!("Basic {token}")), None);
            assert_eq!(bearer_token(&format!(" {line}")), None);
        }
        None => assert!(!is_bearer, "a bearer line refused: {line:?}"),
    }
}
