//! Codes of digits, as people type them.

/// Longest text that is looked at, in bytes: its sender chooses the length.
const LONGEST: usize = 64;

/// The digits that somebody typed, without blanks and hyphens; none if they are not as many.
pub fn typed(text: &str, count: usize) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    (digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}
