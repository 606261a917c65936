//! Words of a scope (RFC 6749 section 3.3).

/// Words that are about the person, whatever the resource.
pub const IDENTITY_SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// The word that lets a grant outlive the session that it came from.
pub const OFFLINE: &str = "offline_access";

/// Whether a text is a word of a scope, of at most 64 characters.
pub fn is_word(text: &str) -> bool {
    let is_plain = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    (1..=64).contains(&text.len()) && text.bytes().all(is_plain)
}
