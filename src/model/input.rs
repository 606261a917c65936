//! The inputs of a form: how each is drawn, and what its text has to be.

use super::{
    EMAIL_MAX, Field, PASSWORD_MAX_CHARS, PasswordPolicy, Problem,
    rules::{email, entered, length},
    too_long,
};

/// An input of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name; its `id` too, after the form's.
    pub field: Field,
    /// How it is drawn.
    pub kind: Kind,
    /// The tokens of autofill (HTML, section 4.10.18.7).
    pub autocomplete: &'static str,
    /// Whether it may stay empty.
    pub is_optional: bool,
    /// What its text has to be.
    pub rule: Rule,
    /// Whether it is kept with the profile by its name, and means nothing else to the service.
    pub is_extra: bool,
}

/// How an input is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line of text that is no language: a name, an identifier.
    Name,
    /// A line of text for people.
    Text,
    /// An address.
    Email,
    /// A password that is compared.
    Password,
    /// A password that is chosen.
    NewPassword,
    /// One of the languages that there are.
    Language,
    /// Nothing that is seen.
    Hidden,
}

/// What a text has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// So many code points.
    Length(usize, usize),
    /// The shape of an address.
    Email,
    /// A password that is compared: presence and the longest.
    Entered,
    /// A password that is chosen: the policy.
    Chosen,
}

impl Input {
    /// One that has to be filled in.
    pub(super) const fn asked(
        field: Field,
        kind: Kind,
        autocomplete: &'static str,
        rule: Rule,
    ) -> Self {
        Self { field, kind, autocomplete, is_optional: false, rule, is_extra: false }
    }

    /// One that may stay empty.
    pub(super) const fn optional(
        field: Field,
        kind: Kind,
        autocomplete: &'static str,
        rule: Rule,
    ) -> Self {
        Self { field, kind, autocomplete, is_optional: true, rule, is_extra: false }
    }

    /// One that may stay empty, whose text is kept with the profile.
    pub(super) const fn extra(field: Field, max: usize) -> Self {
        Self { is_extra: true, ..Self::optional(field, Kind::Text, "off", Rule::Length(0, max)) }
    }

    /// Whether nobody sees it.
    pub fn is_unseen(&self) -> bool {
        self.kind == Kind::Hidden
    }

    /// Whether it is never shown again.
    pub fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Password | Kind::NewPassword)
    }
}

impl Rule {
    /// What [`check`](Self::check) can find, so that script has the words for it.
    pub fn problems(self, policy: PasswordPolicy) -> Vec<Problem> {
        let (min, max) = match self {
            Self::Length(min, max) => (min, max),
            Self::Email => (1, EMAIL_MAX),
            Self::Entered => (1, PASSWORD_MAX_CHARS),
            Self::Chosen => (usize::from(policy.min_chars), PASSWORD_MAX_CHARS),
        };
        let own = match self {
            Self::Length(..) => Some(Problem::BadCharacters),
            Self::Email => Some(Problem::Invalid),
            Self::Entered | Self::Chosen => None,
        };
        let control = (self == Self::Email).then_some(Problem::BadCharacters);
        let required = (min > 0).then_some(Problem::Required);
        let short = (min > 1).then_some(Problem::TooShort { min: min as u16 });
        let all = [required, short, Some(too_long(max)), own, control];
        all.into_iter().flatten().collect()
    }

    /// Checks a text.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(self, text: &str, policy: PasswordPolicy) -> Result<(), Problem> {
        match self {
            Self::Length(min, max) => length(text, min, max),
            Self::Email => email(text),
            Self::Entered => entered(text),
            Self::Chosen => policy.check(text),
        }
    }
}
