//! Proof Key for Code Exchange (RFC 7636), with S256 alone.

use super::seal;

/// The length of a challenge: a SHA-256 as base64url.
const CHALLENGE: usize = 43;

/// Whether a text has the form of an S256 challenge.
pub fn is_challenge(text: &str) -> bool {
    text.len() == CHALLENGE && text.bytes().all(is_base64url)
}

/// Whether a text has the form of a verifier (RFC 7636 section 4.1).
pub fn is_verifier(text: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved)
}

/// Whether a verifier is the one of a challenge.
pub fn fits(challenge: &str, verifier: &str) -> bool {
    is_verifier(verifier) && seal::same(&seal::sha256(verifier.as_bytes()), challenge)
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const HASHED: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_standard_fits() {
        assert!(is_challenge(HASHED) && is_verifier(VERIFIER) && fits(HASHED, VERIFIER));
        assert!(!fits(VERIFIER, VERIFIER), "plain");
        assert!(!fits(HASHED, HASHED));
    }

    #[test]
    fn only_texts_of_the_right_form_are_taken() {
        for challenge in ["", &HASHED[1..], &format!("{HASHED}="), &HASHED.replace('9', "+")] {
            assert!(!is_challenge(challenge), "{challenge}");
        }
        let (short, long) = ("a".repeat(42), "a".repeat(129));
        for verifier in
            ["", &short, &long, &VERIFIER.replace('-', " "), &VERIFIER.replace('-', "ä")]
        {
            assert!(!is_verifier(verifier), "{verifier}");
        }
        assert!(is_verifier(&"a".repeat(43)) && is_verifier(&"~".repeat(128)));
    }
}
