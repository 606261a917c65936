//! One canonical form per name: NFKC, case-folded, trimmed (S3), and the names that nobody gets (S4).

use icu_casemap::CaseMapper;
use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};
use unicode_security::{GeneralSecurityProfile, MixedScript, skeleton};

use crate::model::Problem;

/// Names that belong to the service, in canonical form.
const RESERVED: [&str; 24] = [
    "admin",
    "administrator",
    "root",
    "system",
    "support",
    "help",
    "security",
    "abuse",
    "postmaster",
    "hostmaster",
    "webmaster",
    "api",
    "www",
    "mail",
    "login",
    "logout",
    "register",
    "account",
    "vestibule",
    "null",
    "undefined",
    "anonymous",
    "me",
    "self",
];

/// A username as shown and as compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username {
    /// As typed, in NFKC, without outer white space.
    pub shown: String,
    /// What uniqueness means.
    pub canonical: String,
}

impl Username {
    /// Judges a new name.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let shown = plain(text);
        let canonical = fold(&shown);
        match canonical.chars().count() {
            0 => return Err(Problem::Required),
            1..=2 => return Err(Problem::TooShort { min: 3 }),
            3..=64 => {}
            _ => return Err(Problem::TooLong { max: 64 }),
        }
        if canonical.starts_with(is_mark) || !canonical.chars().all(is_name_char) {
            return Err(Problem::BadCharacters);
        }
        // Compared by what they look like, so that `аdmin` with a Cyrillic letter is reserved too.
        let looks: String = skeleton(&canonical).collect();
        if RESERVED.iter().any(|name| *name == canonical || skeleton(name).eq(looks.chars())) {
            return Err(Problem::Reserved);
        }
        if !canonical.as_str().is_single_script() || is_whole_script_confusable(&canonical) {
            return Err(Problem::Confusable);
        }
        Ok(Self { shown, canonical })
    }

    /// The canonical form of a name typed at sign-in, whether or not it could be registered.
    pub fn canonical(text: &str) -> String {
        fold(&plain(text))
    }
}

/// An address as shown and as compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// As typed, in NFKC, without outer white space.
    pub shown: String,
    /// Local part folded, domain in ASCII (UTS 46).
    pub canonical: String,
}

impl Email {
    /// Judges an address.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let shown = plain(text);
        let canonical = Self::canonical(&shown).ok_or(Problem::Invalid)?;
        Ok(Self { shown, canonical })
    }

    /// The canonical form, if the text is an address at all.
    pub fn canonical(text: &str) -> Option<String> {
        let text = plain(text);
        let (local, domain) = text.rsplit_once('@')?;
        let refused = |c: char| {
            c.is_control() || c.is_whitespace() || is_unseen(c) || "<>()[],;:\\\"@".contains(c)
        };
        if local.is_empty()
            || text.len() > 254
            || text.contains(is_unseen)
            || local.contains(refused)
        {
            return None;
        }
        let domain = idna::domain_to_ascii_strict(domain.trim_end_matches('.')).ok()?;
        (!domain.is_empty()).then(|| format!("{}@{domain}", fold(local)))
    }
}

/// Letters, marks and digits that identifiers may have (UTS 39), and `. _ -`.
fn is_name_char(c: char) -> bool {
    matches!(c, '.' | '_' | '-') || (c.identifier_allowed() && c.is_alphanumeric()) || is_mark(c)
}

/// Combining marks that scripts need to spell words.
fn is_mark(c: char) -> bool {
    c.identifier_allowed() && unicode_normalization::char::is_combining_mark(c)
}

/// A name in another script every letter of which passes for Latin: `аpple` all in Cyrillic.
fn is_whole_script_confusable(canonical: &str) -> bool {
    let foreign = canonical
        .chars()
        .any(|c| !matches!(c.script(), Script::Latin | Script::Common | Script::Inherited));
    foreign && skeleton(canonical).all(|c| c.is_ascii())
}

/// Whether a name for people to read hides nothing: no control characters, no unseen ones but the joiners
/// and variation selectors that scripts and emoji need.
pub fn is_readable(text: &str) -> bool {
    let needed = |c: char| matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
    !text.chars().any(|c| c.is_control() || (is_unseen(c) && !needed(c)))
}

/// Characters that show nothing or turn the direction of what follows (default ignorable, UAX 44).
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// NFKC, which can bring forth outer white space that was none before.
fn plain(text: &str) -> String {
    text.nfkc().collect::<String>().trim().to_owned()
}

/// Case-folded, in NFKC.
pub(super) fn fold(text: &str) -> String {
    // Folding can undo normalisation, so normalise again.
    CaseMapper::new().fold_string(text).nfkc().collect()
}
