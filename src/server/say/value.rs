use std::borrow::Cow;

use fluent_bundle::FluentValue;

use super::Language;
use crate::model::{Field, Form};

/// The value of a variable in a message.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// Foreign text, such as a name.
    Text(Cow<'a, str>),
    /// A keyword of ours that selects a variant and is not shown.
    Key(Cow<'static, str>),
    /// A number, which may select a variant, as in "1 minute" and "2 minutes".
    Number(i64),
}

impl Value<'_> {
    /// The value in a message of a language. Text that may run in the other direction is isolated
    /// (Unicode UAX 9, section 2.4.2), so that it cannot move the words around it.
    pub(super) fn for_reader(&self, language: Language) -> FluentValue<'_> {
        match self {
            Self::Text(text) if text.is_ascii() && !language.is_rtl() => {
                FluentValue::String(Cow::Borrowed(text))
            }
            Self::Text(text) => FluentValue::String(format!("\u{2068}{text}\u{2069}").into()),
            Self::Key(key) => FluentValue::String(Cow::Borrowed(key)),
            Self::Number(number) => FluentValue::from(*number),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl Value<'_> {
    /// A keyword that selects a variant. Messages cannot name one with a dot in it.
    pub fn key(word: &str) -> Self {
        Self::Key(word.replace('.', "-").into())
    }
}

impl From<Field> for Value<'_> {
    fn from(field: Field) -> Self {
        Self::Key(field.name().into())
    }
}

impl From<Form> for Value<'_> {
    fn from(form: Form) -> Self {
        Self::Key(form.worded_as().name().into())
    }
}

/// Numbers of these types.
macro_rules! numbers {
    ($($type:ty),*) => {
        $(impl From<$type> for Value<'_> {
            fn from(number: $type) -> Self {
                Self::Number(number.into())
            }
        })*
    };
}

numbers!(u8, u16, u32, i64);

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}
