//! The inputs of a form: their appearance and their rules.

use super::{
    EMAIL_MAX, Field, PASSWORD_MAX_CHARS, PasswordPolicy, Problem,
    rules::{digits, email, entered, length},
    too_long,
};

/// An input of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name; its `id` too, after the form's.
    pub field: Field,
    /// Kind of the control.
    pub kind: Kind,
    /// Autofill tokens (HTML, section 4.10.18.7).
    pub autocomplete: &'static str,
    /// Whether it may be empty.
    pub is_optional: bool,
    /// Rule of its text.
    pub rule: Rule,
    /// Whether it is stored in the profile by its name, without a meaning for the service.
    pub is_extra: bool,
}

/// The kind of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line of text that is not prose: a name, an identifier.
    Name,
    /// A line of prose.
    Text,
    /// An email address.
    Email,
    /// A current password.
    Password,
    /// A new password.
    NewPassword,
    /// A code of digits that somebody was sent, or that an app shows.
    OneTimeCode,
    /// A recovery code.
    RecoveryCode,
    /// A choice of language.
    Language,
    /// A box to be ticked; its value is [`TICKED`].
    Tick,
    /// A hidden value.
    Hidden,
}

/// The value of a box that is ticked.
pub const TICKED: &str = "yes";

/// The rule of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A minimum and a maximum number of code points.
    Length(usize, usize),
    /// The shape of an email address.
    Email,
    /// A current password: present, and not too long.
    Entered,
    /// A new password: the policy.
    Chosen,
    /// A number of digits, with blanks and hyphens anywhere.
    Digits(usize),
}

impl Input {
    /// A required input.
    pub(super) const fn asked(
        field: Field,
        kind: Kind,
        autocomplete: &'static str,
        rule: Rule,
    ) -> Self {
        Self { field, kind, autocomplete, is_optional: false, rule, is_extra: false }
    }

    /// An optional input.
    pub(super) const fn optional(
        field: Field,
        kind: Kind,
        autocomplete: &'static str,
        rule: Rule,
    ) -> Self {
        Self { field, kind, autocomplete, is_optional: true, rule, is_extra: false }
    }

    /// An optional input whose text is stored in the profile.
    pub(super) const fn extra(field: Field, max: usize) -> Self {
        Self { is_extra: true, ..Self::optional(field, Kind::Text, "off", Rule::Length(0, max)) }
    }

    /// Whether it is hidden.
    pub fn is_unseen(&self) -> bool {
        self.kind == Kind::Hidden
    }

    /// The attribute that says what it had when it was drawn: a box is drawn with its value whether it is ticked or not.
    pub fn drawn_in(&self) -> &'static str {
        if self.kind == Kind::Tick { "checked" } else { "value" }
    }

    /// Whether its text is never shown again.
    pub fn is_secret(&self) -> bool {
        matches!(
            self.kind,
            Kind::Password | Kind::NewPassword | Kind::OneTimeCode | Kind::RecoveryCode
        )
    }
}

impl Rule {
    /// The possible results of [`check`](Self::check), so that script has their texts.
    pub fn problems(self, policy: PasswordPolicy) -> Vec<Problem> {
        let (min, max) = match self {
            Self::Length(min, max) => (min, max),
            Self::Email => (1, EMAIL_MAX),
            Self::Entered => (1, PASSWORD_MAX_CHARS),
            Self::Chosen => (usize::from(policy.min_chars), PASSWORD_MAX_CHARS),
            Self::Digits(_) => return vec![Problem::Required, Problem::Invalid],
        };
        let own = match self {
            Self::Length(..) => Some(Problem::BadCharacters),
            Self::Email => Some(Problem::Invalid),
            Self::Entered | Self::Chosen | Self::Digits(_) => None,
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
    /// Returns the problem.
    pub fn check(self, text: &str, policy: PasswordPolicy) -> Result<(), Problem> {
        match self {
            Self::Length(min, max) => length(text, min, max),
            Self::Email => email(text),
            Self::Entered => entered(text),
            Self::Chosen => policy.check(text),
            Self::Digits(count) => digits(text, count),
        }
    }
}
