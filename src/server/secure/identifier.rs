//! The canonical form of names: NFKC, case-folded, trimmed (S3), without reserved names (S4).
//!
//! The time and memory of normalisation grow with the length of the text, so every function here
//! checks the length in bytes first.

use icu_casemap::CaseMapper;
use unicode_normalization::UnicodeNormalization;
use unicode_security::{GeneralSecurityProfile, MixedScript};

use super::looks::{looks_latin, looks_reserved};
use crate::model::{
    EMAIL_MAX, EXTERNAL_ID_MAX, Problem, USERNAME_MAX, USERNAME_MIN, check_bytes, too_long,
    too_many_bytes,
};

/// Maximum length of the part of an address before the `@`, in bytes (RFC 5321 section 4.5.3.1.1).
pub(super) const LOCAL_MAX: usize = 64;

/// A username with its displayed and its canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username {
    /// Username as typed, in NFKC and trimmed.
    pub shown: String,
    /// The form that must be unique.
    pub canonical: String,
}

impl Username {
    /// Checks a new username.
    ///
    /// # Errors
    /// Returns the rule that the name breaks.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        check_bytes(text, USERNAME_MAX)?;
        let shown = plain(text);
        let canonical = fold(&shown);
        // Counted in displayed characters: case-folding turns a sharp s into two.
        match shown.chars().count() {
            0 => return Err(Problem::Required),
            n if n < USERNAME_MIN => return Err(Problem::TooShort { min: USERNAME_MIN as u16 }),
            // Normalisation lengthens compatibility forms: U+FDFA alone becomes eighteen
            // characters.
            n if n > USERNAME_MAX => return Err(too_long(USERNAME_MAX)),
            _ => {}
        }
        if canonical.contains('@') {
            return Err(Problem::Address);
        }
        if canonical.starts_with(is_mark) || !canonical.chars().all(is_name_char) {
            return Err(Problem::BadCharacters);
        }
        if looks_reserved(&shown, &canonical) {
            return Err(Problem::Reserved);
        }
        if !canonical.as_str().is_single_script() {
            return Err(Problem::Confusable);
        }
        if looks_latin(&canonical) {
            return Err(Problem::LooksLatin);
        }
        Ok(Self { shown, canonical })
    }

    /// A text with a dash in the place of each run of characters that no username has, no longer than `max` characters.
    pub fn slug(text: &str, max: usize) -> String {
        let text: String = text.chars().take(EMAIL_MAX).collect();
        let (mut slug, mut left) = (String::new(), max);
        for c in plain(&text).chars().map(|c| if is_name_char(c) { c } else { '-' }) {
            let is_second = c == '-' && (slug.is_empty() || slug.ends_with('-'));
            if left == 0 || is_second {
                continue;
            }
            slug.push(c);
            left -= 1;
        }
        slug.trim_matches(['-', '.', '_']).to_owned()
    }

    /// The canonical form of a name typed at sign-in, whether or not it could be registered. Of what is longer
    /// than a sign-in takes it is empty, which is nobody's name.
    pub fn canonical(text: &str) -> String {
        match check_bytes(text, EMAIL_MAX) {
            Ok(()) => fold(&plain(text)),
            Err(_) => String::new(),
        }
    }
}

/// An email address with its displayed and its canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// Address as typed, in NFKC and trimmed.
    pub shown: String,
    /// Local part case-folded, domain in ASCII (UTS 46).
    pub canonical: String,
}

impl Email {
    /// Checks an address.
    ///
    /// # Errors
    /// Returns the rule that the address breaks.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        check_bytes(text, EMAIL_MAX)?;
        let shown = plain(text);
        if shown.len() > EMAIL_MAX {
            return Err(too_many_bytes(EMAIL_MAX));
        }
        let canonical = Self::canonical(&shown).ok_or(Problem::Invalid)?;
        Ok(Self { shown, canonical })
    }

    /// The canonical form, if the text is an address.
    pub fn canonical(text: &str) -> Option<String> {
        check_bytes(text, EMAIL_MAX).ok()?;
        let text = plain(text);
        let (local, domain) = text.rsplit_once('@')?;
        let refused = |c: char| {
            c.is_control() || c.is_whitespace() || is_unseen(c) || "<>()[],;:\\\"@".contains(c)
        };
        if !(1..=LOCAL_MAX).contains(&local.len())
            || text.len() > EMAIL_MAX
            || text.contains(is_unseen)
            || local.contains(refused)
        {
            return None;
        }
        let domain = idna::domain_to_ascii_strict(domain.trim_end_matches('.')).ok()?;
        (!domain.is_empty()).then(|| format!("{}@{domain}", fold(local)))
    }
}

/// Whether a text can be the id that an account has in another app: something to be seen, as it is, and not long, because
/// access tokens may carry it.
pub fn is_external_id(text: &str) -> bool {
    (1..=EXTERNAL_ID_MAX).contains(&text.len())
        && text.trim() == text
        && !text.chars().any(|c| c.is_control() || is_unseen(c))
}

/// Letters, marks and digits that identifiers may have (UTS 39), and `. _ -`.
fn is_name_char(c: char) -> bool {
    matches!(c, '.' | '_' | '-') || (c.identifier_allowed() && c.is_alphanumeric()) || is_mark(c)
}

/// Whether a character is a combining mark that scripts need to spell words.
fn is_mark(c: char) -> bool {
    c.identifier_allowed() && unicode_normalization::char::is_combining_mark(c)
}

/// Checks a display name.
///
/// It may contain no control characters, and no invisible characters except the joiners and
/// variation selectors of scripts and emoji; and it must show something.
///
/// # Errors
/// Returns `bad_characters` or `unseen`.
pub fn check_shown(text: &str) -> Result<(), Problem> {
    let needed = |c: char| matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
    if text.chars().any(|c| c.is_control() || (is_unseen(c) && !needed(c))) {
        return Err(Problem::BadCharacters);
    }
    let is_blank = |c: char| {
        c.is_whitespace() || is_unseen(c) || matches!(c, '\u{2800}' | '\u{fffc}' | '\u{1d159}')
    };
    // A mark is visible only on a base character.
    let is_nothing = |c: char| is_blank(c) || unicode_normalization::char::is_combining_mark(c);
    if text.chars().all(is_nothing) { Err(Problem::Unseen) } else { Ok(()) }
}

/// Whether a character is invisible or changes the direction of text (default ignorable, UAX 44).
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{13430}'..='\u{13440}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// NFKC, trimmed again because normalisation can produce outer white space.
fn plain(text: &str) -> String {
    text.nfkc().collect::<String>().trim().to_owned()
}

/// The text case-folded, in NFKC.
fn fold(text: &str) -> String {
    // Folding can undo normalisation, so normalise again.
    case_folded(text).nfkc().collect()
}

/// The text case-folded (Unicode 3.13), which may no longer be normalised.
pub(super) fn case_folded(text: &str) -> String {
    CaseMapper::new().fold_string(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worst texts for a normaliser: characters that expand, and marks that are reordered.
    const WORST: [&str; 5] =
        ["\u{fdfa}", "\u{315}\u{300}", "\u{1d160}", "\u{200d}", "\u{1100}\u{1161}\u{11a8}"];

    #[test]
    fn what_has_too_many_bytes_is_not_normalised() {
        for worst in WORST {
            let name = worst.repeat(4 * USERNAME_MAX);
            assert_eq!(Username::parse(&name), Err(too_long(USERNAME_MAX)), "{worst:?}");
            let long = worst.repeat(4 * EMAIL_MAX);
            assert_eq!(Username::canonical(&long), "", "{worst:?}");
            let address = format!("{long}@example.com");
            assert_eq!(Email::parse(&address), Err(too_long(EMAIL_MAX)), "{worst:?}");
            assert_eq!(Email::canonical(&address), None, "{worst:?}");
        }
    }

    #[test]
    fn what_becomes_too_long_is_reported() {
        assert_eq!(Username::parse(&"\u{fdfa}".repeat(4)), Err(too_long(USERNAME_MAX)));
        let address = format!("{}@example.com", "\u{fdfa}".repeat(80));
        assert_eq!(Email::parse(&address), Err(too_many_bytes(EMAIL_MAX)));
        let label = "ü".repeat(120);
        // Few bytes, but too long a label for DNS.
        assert_eq!(Email::parse(&format!("ada@{label}.example")), Err(Problem::Invalid));
    }

    /// The limit counts characters as people see them.
    #[test]
    fn a_name_has_as_many_characters_as_it_shows() {
        let longest = "ß".repeat(USERNAME_MAX);
        assert_eq!(Username::parse(&longest).map(|name| name.canonical), Ok("s".repeat(128)));
        assert_eq!(Username::parse(&format!("{longest}ß")), Err(too_long(USERNAME_MAX)));
        let short = Problem::TooShort { min: USERNAME_MIN as u16 };
        assert_eq!(Username::parse("ßa"), Err(short));
    }

    /// An invisible name is rejected (B40).
    #[test]
    fn a_name_that_shows_nothing_is_none() {
        for blank in [
            "\u{200d}",
            "\u{fe0f}",
            "\u{2800}",
            "\u{2800} \u{2003}",
            "\u{301}",
            "\u{200c}\u{200d}",
            "\u{1d159}",
            "\u{20e3}\u{fe0f}",
            "\u{903}",
        ] {
            assert_eq!(check_shown(blank), Err(Problem::Unseen), "{blank:?}");
        }
        let turned =
            ["\u{200e}a", "a\u{200f}", "a\u{202a}b", "\u{2066}a\u{2069}", "\u{61c}a", "a\u{2028}b"];
        for hidden in ["\u{200b}", "a\u{202e}b", "\u{3164}", "a\u{7}", "\u{13440}", "\u{e0041}"]
            .iter()
            .chain(&turned)
        {
            assert_eq!(check_shown(hidden), Err(Problem::BadCharacters), "{hidden:?}");
        }
        for name in
            ["Ada", "👩\u{200d}💻", "☀\u{fe0f}", "e\u{301}", ".", "می\u{200c}خواهم", "\u{2801}"]
        {
            assert_eq!(check_shown(name), Ok(()), "{name:?}");
        }
    }

    /// Every registrable name is found by any spelling that fits in the form.
    #[test]
    fn a_decomposed_name_is_the_composed_one() {
        let composed = "ệ".repeat(USERNAME_MAX);
        let typed: String = composed.nfd().collect();
        assert!(typed.len() > 4 * USERNAME_MAX && typed.chars().count() <= EMAIL_MAX);
        assert_eq!(Username::canonical(&typed), composed);
    }
}
