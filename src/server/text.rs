//! Text from files and pipes (UTF-8, with or without a byte order mark), and text for one line.

use zeroize::Zeroize;

/// The reason why bytes are not text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// UTF-16, from some programs or from a redirection in a Windows shell.
    #[error("it is in UTF-16; save it in UTF-8")]
    Utf16,
    /// Not UTF-8; the number of the invalid byte, from 1.
    #[error("it is not in UTF-8 (byte {0}); save it in UTF-8")]
    NotUtf8(usize),
}

impl From<NotText> for std::io::Error {
    fn from(error: NotText) -> Self {
        Self::new(std::io::ErrorKind::InvalidData, error)
    }
}

/// The byte order mark in UTF-8, which some programs put before a text.
pub const MARK: &[u8] = b"\xef\xbb\xbf";

/// Bytes without the byte order mark of UTF-8.
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(MARK).unwrap_or(bytes)
}

/// Whether bytes begin with a byte order mark of UTF-16.
pub fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

/// A text as part of one line: characters that cannot be seen, or end a line, are escaped. Quotes stay.
pub fn one_line(text: &str) -> String {
    let is_quote = |c| matches!(c, '\'' | '"');
    let piece = |c: char| if is_quote(c) { c.to_string() } else { c.escape_debug().to_string() };
    text.chars().map(piece).collect()
}

/// The text of a file, without a byte order mark. It stays in the same memory, because it may be a
/// secret.
///
/// # Errors
/// Fails if the bytes have another encoding.
pub fn of(mut bytes: Vec<u8>) -> Result<String, NotText> {
    if is_utf16(&bytes) {
        bytes.zeroize();
        return Err(NotText::Utf16);
    }
    let mark = bytes.len() - without_mark(&bytes).len();
    bytes.drain(..mark);
    String::from_utf8(bytes).map_err(|error| {
        let place = mark + error.utf8_error().valid_up_to() + 1;
        error.into_bytes().zeroize();
        NotText::NotUtf8(place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_no_text() {
        assert_eq!(of(b"\xef\xbb\xbf{}".to_vec()).as_deref(), Ok("{}"));
        assert_eq!(of("a\u{feff}".into()).as_deref(), Ok("a\u{feff}"));
        assert_eq!(of(b"\xff\xfe{\0".to_vec()), Err(NotText::Utf16));
        assert_eq!(of(b"ab\xe9".to_vec()), Err(NotText::NotUtf8(3)));
        assert_eq!(of(b"\xef\xbb\xbfab\xe9".to_vec()), Err(NotText::NotUtf8(6)));
    }
}
