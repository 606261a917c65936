//! A text as a lossless tree of values.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value, error::Category};

use super::refused::{Location, Refused};
use crate::server::text;

/// The name under which serde_json passes on numbers that keep their text: the only member of an
/// object, as an owned string. Clients may not use this name, because their object would be read as
/// a number.
pub(super) const NUMBER: &str = "$serde_json::private::Number";
const PRIVATE: &str = "$serde_json::private::";

/// Our own words in errors of serde_json.
const TWICE: &str = "twice";
const RESERVED: &str = "reserved";

/// Reads a text.
pub(super) fn read(bytes: &[u8]) -> Result<Value, Refused> {
    // UTF-16 has a zero in each ASCII character, and JSON begins with one.
    if text::is_utf16(bytes) || bytes.iter().take(2).any(|byte| *byte == 0) {
        return Err(Refused::Utf16);
    }
    if bytes.starts_with(text::MARK) {
        return Err(Refused::Mark);
    }
    let text = std::str::from_utf8(bytes);
    let text = text.map_err(|error| Refused::NotUtf8(error.valid_up_to() + 1))?;
    if text.trim_ascii().is_empty() {
        return Err(Refused::Empty);
    }
    serde_json::from_str(text).map(|Tree(value)| value).map_err(|error| refused(&error))
}

fn refused(error: &serde_json::Error) -> Refused {
    let (said, place) =
        (error.to_string(), Location { line: error.line(), column: error.column() });
    match error.classify() {
        Category::Data if said.starts_with(TWICE) => Refused::Twice(place),
        Category::Data if said.starts_with(RESERVED) => Refused::Reserved(place),
        _ if said.starts_with("recursion limit exceeded") => Refused::Deep,
        _ if said.contains("surrogate") || said.starts_with("unexpected end of hex escape") => {
            Refused::Surrogate(place)
        }
        _ => Refused::Syntax(said),
    }
}

struct Tree(Value);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values).map(Self)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    // Integers that fit; all other numbers arrive as text.
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Tree(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            if name == NUMBER && members.is_empty() {
                let Digits(number) = object.next_value()?;
                return Ok(Value::Number(number));
            }
            if name.starts_with(PRIVATE) {
                return Err(A::Error::custom(RESERVED));
            }
            if members.contains_key(&name) {
                return Err(A::Error::custom(TWICE));
            }
            let Tree(value) = object.next_value()?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

/// The text of a number, which arrives as an owned string; a client's text arrives borrowed.
struct Digits(Number);

impl<'de> Deserialize<'de> for Digits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Owned;

        impl Visitor<'_> for Owned {
            type Value = Digits;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Digits, E> {
                text.parse().map(Digits).map_err(E::custom)
            }

            fn visit_str<E: Error>(self, _: &str) -> Result<Digits, E> {
                Err(E::custom(RESERVED))
            }
        }
        deserializer.deserialize_any(Owned).map_err(|error| {
            // The client sent a value of another type.
            match error.to_string() {
                text if text.starts_with("invalid type") => D::Error::custom(RESERVED),
                _ => error,
            }
        })
    }
}
