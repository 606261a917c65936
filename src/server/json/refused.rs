use std::fmt;

use serde::de::{Error, Expected, Unexpected};

/// Maximum depth of lists and objects.
const LEVELS: usize = 127;

/// A location in a text, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The byte in the line.
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} column {}", self.line, self.column)
    }
}

/// The reason why a text was rejected. The sentence repeats none of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The text is empty or white space.
    #[error("there is nothing; expected a JSON object")]
    Empty,
    /// U+FEFF at its beginning (RFC 8259 section 8.1).
    #[error("it begins with a byte order mark, which JSON does not have")]
    Mark,
    /// The text is UTF-16.
    #[error("it is in UTF-16; JSON is in UTF-8")]
    Utf16,
    /// The text is not UTF-8; the number of the invalid byte, from 1.
    #[error("it is not in UTF-8 (byte {0})")]
    NotUtf8(usize),
    /// A syntax error in the parser's words, which repeat none of the text.
    #[error("it is not valid JSON: {0}")]
    Syntax(String),
    /// An unpaired surrogate, which no text can contain.
    #[error("a \\u escape is half of a surrogate pair at {0}")]
    Surrogate(Location),
    /// The text is nested too deeply.
    #[error("it has more than {levels} levels of lists and objects", levels = LEVELS)]
    Deep,
    /// A duplicate name, so that a value would be lost.
    #[error("an object has a name twice at {0}")]
    Twice(Location),
    /// A name that the parser reserves.
    #[error("a name begins with `$serde_json::private::`, which cannot be kept, at {0}")]
    Reserved(Location),
    /// Valid JSON that does not have the expected shape.
    #[error(transparent)]
    Wrong(Wrong),
}

impl Refused {
    /// Whether the text is JSON with unacceptable content.
    pub fn is_json(&self) -> bool {
        matches!(self, Self::Twice(_) | Self::Reserved(_) | Self::Wrong(_))
    }
}

/// One step of the path to a value, with our own names only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A known field.
    Field(String),
    /// An index in a list, from 0.
    Index(usize),
}

/// The fault of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The expected kind of value.
    Expected(String),
    /// The field is present twice, perhaps under two of its names.
    Twice,
    /// The field is missing.
    Missing,
    /// A field of the object is unknown.
    Unknown(String),
    /// The value is rejected for another reason.
    Unacceptable,
}

/// A value without the expected shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The path from the outermost value.
    pub path: Vec<Step>,
    /// The fault.
    pub why: Why,
}

impl std::error::Error for Wrong {}

impl Wrong {
    pub(super) fn new(why: Why) -> Self {
        Self { path: Vec::new(), why }
    }

    pub(super) fn expected(what: &dyn Expected) -> Self {
        Self::new(Why::Expected(in_words(&what.to_string())))
    }

    pub(super) fn within(mut self, step: Option<Step>) -> Self {
        if let Some(step) = step {
            self.path.insert(0, step);
        }
        self
    }

    /// The field of the outermost object that it concerns.
    pub fn field(&self) -> Option<&str> {
        match self.path.first() {
            Some(Step::Field(name)) => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, step) in self.path.iter().enumerate() {
            match step {
                Step::Field(name) if nth == 0 => write!(f, "{name}")?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Index(place) => write!(f, "[{place}]")?,
            }
        }
        if !self.path.is_empty() {
            f.write_str(": ")?;
        }
        match &self.why {
            Why::Expected(what) => write!(f, "expected {what}"),
            Why::Twice => f.write_str("is there twice"),
            Why::Missing => f.write_str("is missing"),
            Why::Unknown(known) => write!(f, "unknown field, expected {known}"),
            Why::Unacceptable => f.write_str("unacceptable value"),
        }
    }
}

/// The expectation of serde's derived code in words without Rust's types.
fn in_words(expected: &str) -> String {
    match expected {
        "a boolean" => "true or false".into(),
        "a sequence" => "a list".into(),
        "a map" => "an object".into(),
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" | "isize" => {
            "a whole number".into()
        }
        "f32" | "f64" => "a number".into(),
        _ if expected.starts_with("struct ") => "an object".into(),
        _ => expected.into(),
    }
}

fn one_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => "none".into(),
        [one] => one.clone(),
        [one, other] => format!("{one} or {other}"),
        more => format!("one of {}", more.join(", ")),
    }
}

impl Error for Wrong {
    fn custom<T: fmt::Display>(_: T) -> Self {
        // The message could repeat the input.
        Self::new(Why::Unacceptable)
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Why::Expected(one_of(expected)))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Why::Unknown(one_of(expected)))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Why::Missing).within(Some(Step::Field(field.into())))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(Why::Twice).within(Some(Step::Field(field.into())))
    }
}
