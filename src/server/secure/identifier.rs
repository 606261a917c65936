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
        let shown: String = text.trim().nfkc().collect::<String>().trim().to_owned();
        let canonical = fold(&shown);
        match canonical.chars().count() {
            0 => return Err(Problem::Required),
            1..=2 => return Err(Problem::TooShort { min: 3 }),
            3..=64 => {}
            _ => return Err(Problem::TooLong { max: 64 }),
        }
        if !canonical.chars().all(is_name_char) {
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
        fold(&text.trim().nfkc().collect::<String>())
    }
}

/// An address as shown and as compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// As typed, without outer white space.
    pub shown: String,
    /// Local part folded, domain in ASCII (UTS 46).
    pub canonical: String,
}

impl Email {
    /// Judges an address.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let shown: String = text.trim().nfkc().collect();
        let canonical = Self::canonical(&shown).ok_or(Problem::Invalid)?;
        Ok(Self { shown, canonical })
    }

    /// The canonical form, if the text is an address at all.
    pub fn canonical(text: &str) -> Option<String> {
        let text: String = text.trim().nfkc().collect();
        let (local, domain) = text.rsplit_once('@')?;
        let refused = |c: char| c.is_control() || c.is_whitespace() || "<>()[],;:\\\"@".contains(c);
        if local.is_empty() || text.len() > 254 || local.contains(refused) {
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

fn fold(text: &str) -> String {
    // Folding can undo normalisation, so normalise again.
    CaseMapper::new().fold_string(text).nfkc().collect()
}
