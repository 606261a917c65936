//! Presence, length and shape of a text.

use super::{EMAIL_MAX, PasswordPolicy, Problem, check_bytes, too_long};

/// Checks the length in code points, without outer white space; control characters are rejected.
///
/// # Errors
/// Returns the problem.
pub fn length(typed: &str, min: usize, max: usize) -> Result<(), Problem> {
    // With outer white space, because the typed text is normalised.
    check_bytes(typed, max)?;
    let text = typed.trim();
    match text.chars().count() {
        0 if min > 0 => Err(Problem::Required),
        n if n < min => Err(Problem::TooShort { min: min as u16 }),
        n if n > max => Err(too_long(max)),
        _ if text.chars().any(char::is_control) => Err(Problem::BadCharacters),
        _ => Ok(()),
    }
}

/// Checks the shape of an address: something, one `@`, a domain with a dot or a bare host.
///
/// # Errors
/// Returns the problem.
pub fn email(typed: &str) -> Result<(), Problem> {
    length(typed, 1, EMAIL_MAX)?;
    let text = typed.trim();
    match text.rsplit_once('@') {
        Some((local, domain))
            if !local.is_empty()
                && !domain.is_empty()
                && !text.contains(char::is_whitespace)
                && !local.contains('@') =>
        {
            Ok(())
        }
        _ => Err(Problem::Invalid),
    }
}

/// Checks a current password: presence, and the maximum that keeps absurd input away from the hash
/// (S14).
///
/// # Errors
/// Returns the problem.
pub fn entered(password: &str) -> Result<(), Problem> {
    PasswordPolicy::default().check(password)
}

/// Checks for a number of digits; blanks and hyphens, which people put between them, do not count.
///
/// # Errors
/// Returns the problem.
pub fn digits(typed: &str, count: usize) -> Result<(), Problem> {
    let mut left = count;
    let mut signs = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').peekable();
    if signs.peek().is_none() {
        return Err(Problem::Required);
    }
    let is_fit = signs.all(|sign| {
        left = left.wrapping_sub(1);
        left < count && sign.is_ascii_digit()
    });
    if is_fit && left == 0 { Ok(()) } else { Err(Problem::Invalid) }
}
