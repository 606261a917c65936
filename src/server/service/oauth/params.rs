//! Parameters of a request: a query or a form, in which each name stands once.

use std::borrow::Cow;

use percent_encoding::percent_decode;

/// Longest query or form of a request, in bytes.
pub const PARAMS_MAX: usize = 16 * 1024;
/// Most parameters of a request.
const COUNT_MAX: usize = 64;
/// The one parameter that may be repeated (RFC 8707 section 2).
const REPEATED: &str = "resource";

/// The parameters of a request. One without a value counts as absent (RFC 6749 section 3.1).
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

/// Parameters that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadParams {
    /// They are too long, or too many.
    TooLong,
    /// They are not UTF-8.
    NotUtf8,
}

impl Params {
    /// Reads a query or a form.
    ///
    /// # Errors
    /// `TooLong`, `NotUtf8`.
    pub fn parse(encoded: &[u8]) -> Result<Self, BadParams> {
        if encoded.len() > PARAMS_MAX {
            return Err(BadParams::TooLong);
        }
        // Read leniently, all invalid bytes would become the same character.
        let decoded: Cow<'_, [u8]> = percent_decode(encoded).into();
        std::str::from_utf8(&decoded).map_err(|_| BadParams::NotUtf8)?;
        let pairs: Vec<_> = url::form_urlencoded::parse(encoded)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        match pairs.len() > COUNT_MAX {
            true => Err(BadParams::TooLong),
            false => Ok(Self(pairs)),
        }
    }

    /// The value of a parameter that stands once; none if it is absent, empty, or stands twice.
    pub fn one<'p>(&'p self, name: &str) -> Option<&'p str> {
        let mut values = self.all(name);
        let first = values.next()?;
        values.next().is_none().then_some(first)
    }

    /// All values of a parameter that are not empty.
    pub fn all<'p, 'n>(&'p self, name: &'n str) -> impl Iterator<Item = &'p str> + use<'p, 'n> {
        let of_name = self.0.iter().filter(move |(found, _)| found == name);
        of_name.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Whether a parameter is there, even if it is empty.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| found == name)
    }

    /// Whether a name that may stand once stands twice.
    pub fn are_repeated(&self) -> bool {
        let mut names: Vec<_> =
            self.0.iter().map(|(name, _)| name).filter(|name| *name != REPEATED).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// Whether a name stands twice.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.0.iter().filter(|(found, _)| found == name).count() > 1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_name_stands_once() {
        let params = Params::parse(b"a=1&b=&c=2&c=3&resource=x&resource=y").expect("parameters");
        assert_eq!((params.one("a"), params.one("b"), params.one("c")), (Some("1"), None, None));
        assert!(params.has("b") && !params.has("d"));
        assert!(params.are_repeated() && params.is_repeated("c") && !params.is_repeated("a"));
        assert_eq!(params.all("resource").collect::<Vec<_>>(), ["x", "y"]);
        let params = Params::parse(b"resource=x&resource=y&a=%C3%A4+b").expect("parameters");
        assert!(!params.are_repeated());
        assert_eq!(params.one("a"), Some("\u{e4} b"));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        assert_eq!(Params::parse(b"a=%ff").err(), Some(BadParams::NotUtf8));
        assert_eq!(Params::parse(b"a=\xff").err(), Some(BadParams::NotUtf8));
        assert_eq!(Params::parse(&[b'a'; PARAMS_MAX + 1]).err(), Some(BadParams::TooLong));
        assert_eq!(Params::parse("a&".repeat(65).as_bytes()).err(), Some(BadParams::TooLong));
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes: Vec<u8>) {
            if let Ok(params) = Params::parse(&bytes) {
                let _ = (params.one("a"), params.are_repeated());
            }
        }
    }
}
