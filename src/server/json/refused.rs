use std::fmt;

use serde::de::{Error, Expected, Unexpected};

/// The levels of lists and objects that a text may have.
const LEVELS: usize = 127;

/// Where in a text, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The byte in it.
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} column {}", self.line, self.column)
    }
}

/// Why a text was refused. The sentence repeats none of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nothing, or white space.
    #[error("there is nothing; expected a JSON object")]
    Empty,
    /// U+FEFF at its beginning (RFC 8259 section 8.1).
    #[error("it begins with a byte order mark, which JSON does not have")]
    Mark,
    /// Two bytes for each character.
    #[error("it is in UTF-16; JSON is in UTF-8")]
    Utf16,
    /// By the number of the byte that does not belong there, from 1.
    #[error("it is not in UTF-8 (byte {0})")]
    NotUtf8(usize),
    /// The parser's sentence, which has words of its own only.
    #[error("it is not valid JSON: {0}")]
    Syntax(String),
    /// Half a character, which no other text could hold.
    #[error("a \\u escape is half of a surrogate pair at {0}")]
    Surrogate(Location),
    /// More levels than are read.
    #[error("it has more than {levels} levels of lists and objects", levels = LEVELS)]
    Deep,
    /// One of the values would be lost.
    #[error("an object has a name twice at {0}")]
    Twice(Location),
    /// A name that the parser has a meaning for.
    #[error("a name begins with `$serde_json::private::`, which cannot be kept, at {0}")]
    Reserved(Location),
    /// JSON, and not what is wanted.
    #[error(transparent)]
    Wrong(Wrong),
}

impl Refused {
    /// Whether it is JSON, of which something is not acceptable.
    pub fn is_json(&self) -> bool {
        matches!(self, Self::Twice(_) | Self::Reserved(_) | Self::Wrong(_))
    }
}

/// One step on the way to a value: names of ours only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A field that is known.
    Field(String),
    /// A place in a list, from 0.
    Location(usize),
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It must be something else.
    Expected(String),
    /// It is there twice, by two of its names perhaps.
    Twice,
    /// It is missing.
    Missing,
    /// A field of the object is not known.
    Unknown(String),
    /// It is refused for another reason.
    Unacceptable,
}

/// A value that is not what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// From the outside in.
    pub path: Vec<Step>,
    /// What is wrong there.
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

    /// The field of the outermost object that it is about.
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
                Step::Location(place) => write!(f, "[{place}]")?,
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

/// What serde's derived code expects, in words that are not Rust's.
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
        // It may repeat what it was given.
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
