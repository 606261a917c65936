//! The refresh parser: invented tokens, tokens of ours, and tokens of ours that somebody altered.

#![no_main]

use std::sync::LazyLock;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;
use vestibule::server::secure::session_token::SessionToken;

/// Session id, generation and random bytes; the MAC follows.
const BODY: usize = 16 + 8 + 32;
const MAC: usize = 32;

/// A constant, so that what is in the corpus stays a token of ours.
static KEY: LazyLock<hmac::Key> = LazyLock::new(|| hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]));
static OTHER_KEY: LazyLock<hmac::Key> =
    LazyLock::new(|| hmac::Key::new(hmac::HMAC_SHA256, &[8; 32]));

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        judge(text);
    }
    ours(data);
});

/// Any text: read exactly if it is one that we made.
fn judge(text: &str) {
    let parsed = SessionToken::parse(&KEY, text);
    assert_eq!(parsed.is_some(), naive(text), "{text:?}");
    let Some(token) = parsed else { return };
    assert_eq!(token.expose(), text);
    assert!(SessionToken::parse(&OTHER_KEY, text).is_none());

    // Issuing anew for the same session and generation says the same with other random bytes.
    let again = SessionToken::issue(&KEY, &token.session, token.generation).expect("a session id");
    assert_ne!(again.expose(), text);
    let again = SessionToken::parse(&KEY, again.expose()).expect("ours");
    assert_eq!((&again.session, again.generation), (&token.session, token.generation));
    assert_ne!(again.hash(), token.hash());
}

/// A token of these bytes with the right MAC is read; altered by one byte or one character, it is not.
fn ours(data: &[u8]) {
    let mut body = [0; BODY];
    let taken = data.len().min(BODY);
    body[..taken].copy_from_slice(&data[..taken]);
    let text = made_of(&body);
    judge(&text);

    let token = SessionToken::parse(&KEY, &text).expect("ours");
    let id = Uuid::from_slice(&body[..16]).expect("16 bytes").to_string();
    assert_eq!(token.session.as_str(), id);
    assert_eq!(token.generation, i64::from_be_bytes(body[16..24].try_into().expect("8 bytes")));

    // What is left of the input says where, and what instead.
    let [place, byte, ..] = data[taken..] else { return };
    let mut whole = URL_SAFE_NO_PAD.decode(&text).expect("base64url");
    let at = usize::from(place) % whole.len();
    whole[at] ^= byte;
    assert_eq!(SessionToken::parse(&KEY, &URL_SAFE_NO_PAD.encode(whole)).is_some(), byte == 0);

    let mut altered: Vec<char> = text.chars().collect();
    let at = usize::from(place) % altered.len();
    altered[at] = char::from(byte);
    let altered: String = altered.into_iter().collect();
    assert_eq!(SessionToken::parse(&KEY, &altered).is_some(), altered == text);
}

fn made_of(body: &[u8]) -> String {
    let mac = hmac::sign(&KEY, body);
    URL_SAFE_NO_PAD.encode([body, mac.as_ref()].concat())
}

/// Whether it is a token of ours: the one spelling of a body and its MAC.
fn naive(text: &str) -> bool {
    let Ok(whole) = URL_SAFE_NO_PAD.decode(text) else { return false };
    whole.len() == BODY + MAC && made_of(&whole[..BODY]) == text
}
