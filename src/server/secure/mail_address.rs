//! An email address in the form in which mails have it.

use std::fmt;

use super::identifier::{Email, LOCAL_MAX};
use crate::model::{EMAIL_MAX, Problem, too_many_bytes};

/// An address for headers and envelopes: the local part as it was typed, the domain in ASCII (UTS 46).
///
/// It has no control characters and no blanks, so nothing of it can end a line (S77). A local part that is no dot-atom
/// (RFC 5322 section 3.2.3), such as one with two dots in a row, is in quotes.
#[derive(Clone, PartialEq, Eq)]
pub struct MailAddress {
    local: String,
    domain: String,
}

impl MailAddress {
    /// Checks an address, by the rules of registration.
    ///
    /// # Errors
    /// Returns the rule that it breaks; also if it is too long once its domain is in ASCII.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let Email { shown, canonical } = Email::parse(text)?;
        let (local, _) = shown.rsplit_once('@').ok_or(Problem::Invalid)?;
        let (_, domain) = canonical.rsplit_once('@').ok_or(Problem::Invalid)?;
        let local = if is_dot_atom(local) { local.to_owned() } else { format!("\"{local}\"") };
        let address = Self { local, domain: domain.to_owned() };
        match (address.local.len(), address.local.len() + 1 + address.domain.len()) {
            (0..=LOCAL_MAX, 0..=EMAIL_MAX) => Ok(address),
            (0..=LOCAL_MAX, _) => Err(too_many_bytes(EMAIL_MAX)),
            _ => Err(Problem::Invalid),
        }
    }

    /// The part before the `@`, in quotes if it needs them.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The domain in ASCII.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The address as others may write it: with and without quotes, its domain in ASCII and in Unicode.
    pub fn forms(&self) -> Vec<String> {
        let bare = self.local.trim_matches('"');
        let shown = idna::domain_to_unicode(&self.domain).0;
        let domains = [self.domain.as_str(), shown.as_str()];
        let mut forms: Vec<_> = [self.local.as_str(), bare]
            .iter()
            .flat_map(|local| domains.map(|domain| format!("{local}@{domain}")))
            .collect();
        forms.dedup();
        forms
    }

    /// Whether servers take it that do not know SMTPUTF8 (RFC 6531).
    pub fn is_ascii(&self) -> bool {
        self.local.is_ascii()
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// An address says who somebody is: logs leave it out.
impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress(…)")
    }
}

/// Whether a local part needs no quotes.
fn is_dot_atom(local: &str) -> bool {
    let is_atom =
        |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> Result<String, Problem> {
        MailAddress::parse(text).map(|address| address.to_string())
    }

    #[test]
    fn an_address_is_refused_or_written_right() {
        for (typed, expected) in [
            ("Ada@Example.ORG", "Ada@example.org"),
            (" ada@example.org ", "ada@example.org"),
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("ａｄａ@ｅｘａｍｐｌｅ.org", "ada@example.org"),
            ("straße@example.org", "straße@example.org"),
            ("a..b@example.org", "\"a..b\"@example.org"),
            (".a@example.org", "\".a\"@example.org"),
            ("a.@example.org", "\"a.\"@example.org"),
            ("o'hara+tag@example.org", "o'hara+tag@example.org"),
            ("田中@example.org", "田中@example.org"),
        ] {
            assert_eq!(written(typed), Ok(expected.to_owned()), "{typed}");
        }
        for refused in [
            "",
            "a",
            "@example.org",
            "a@",
            "a b@example.org",
            "\"a b\"@example.org",
            "a@[127.0.0.1]",
            "a,b@example.org",
            "<a@example.org>",
            "a@example.org, b@example.org",
            "a@b@example.org",
            "a\r\nBcc: b@example.org",
            "a@example.org\r\nBcc: b@example.org",
            "a\n@example.org",
            "a\0@example.org",
            "a\u{202e}@example.org",
            "a@exam ple.org",
            "a@exam\u{2028}ple.org",
            "a:b@example.org",
            "a;b@example.org",
            "a\\b@example.org",
            "a@example..org",
            "a@-example.org",
        ] {
            assert!(written(refused).is_err(), "{refused:?}: {:?}", written(refused));
        }
    }

    /// RFC 5321, section 4.5.3.1.
    #[test]
    fn lengths_are_those_of_smtp() {
        let local = |n: usize| format!("{}@example.org", "a".repeat(n));
        assert!(written(&local(64)).is_ok());
        assert_eq!(written(&local(65)), Err(Problem::Invalid));
        // Two quotes more.
        let quoted = |n: usize| format!("{}..@example.org", "a".repeat(n));
        assert!(written(&quoted(60)).is_ok());
        assert_eq!(written(&quoted(61)), Err(Problem::Invalid));
        let part = "b".repeat(62);
        let longest = format!("{}@{part}.{part}.b{part}", "a".repeat(64));
        assert_eq!(longest.len(), 254);
        assert!(written(&longest).is_ok());
        assert!(written(&longest.replacen("@", "@c.", 1)).is_err());
        // Short as it is typed, long in ASCII.
        let grows = format!("{}@{}example", "a".repeat(64), "ü.".repeat(30));
        assert!(grows.len() < 200 && written(&grows).is_err(), "{:?}", written(&grows));
    }

    proptest! {
        /// Whatever is typed, what is written is one line of one address.
        #[test]
        fn nothing_typed_ends_a_line(text in "[ -~\\r\\n\\t\0]{0,30}@?[ -~\\r\\n\0]{0,30}|.{0,40}@.{0,20}") {
            if let Ok(address) = MailAddress::parse(&text) {
                let written = address.to_string();
                let quoted = written.starts_with('"');
                prop_assert!(!written.contains(|c: char| c.is_control() || c.is_whitespace() || "<>,;:()[]\\".contains(c)), "{written:?}");
                prop_assert_eq!(written.matches('"').count(), if quoted { 2 } else { 0 });
                prop_assert_eq!(written.matches('@').count(), 1);
                prop_assert!(address.domain().is_ascii() && written.len() <= EMAIL_MAX);
                prop_assert!(address.local().len() <= 64);
            }
        }
    }

    #[test]
    fn forms_are_those_that_others_write() {
        let forms = |text| MailAddress::parse(text).expect("an address").forms();
        assert_eq!(forms("ada@example.org"), ["ada@example.org"]);
        assert_eq!(
            forms("a..b@bücher.example"),
            [
                "\"a..b\"@xn--bcher-kva.example",
                "\"a..b\"@bücher.example",
                "a..b@xn--bcher-kva.example",
                "a..b@bücher.example",
            ]
        );
    }

    #[test]
    fn a_log_shows_no_address() {
        let address = MailAddress::parse("ada@example.org").expect("an address");
        assert_eq!(format!("{address:?}"), "MailAddress(…)");
    }
}
