//! The input of a form.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::SerializeMap,
};

use super::Field;

/// The input of a form, by field.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Filled(Vec<(Field, String)>);

impl Filled {
    /// Each field with its text.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        self.0.iter().map(|(field, text)| (*field, text.as_str()))
    }

    /// Whether there is no input.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The input of some fields.
    pub fn selected(&self, has: impl Fn(Field) -> bool) -> Self {
        Self(self.0.iter().filter(|(field, _)| has(*field)).cloned().collect())
    }

    /// The text of a field; empty if it has none.
    pub fn of(&self, field: Field) -> &str {
        let found = self.0.iter().find(|(filled, _)| *filled == field);
        found.map_or("", |(_, text)| text)
    }

    /// Takes the text of a field out.
    pub fn take(&mut self, field: Field) -> String {
        let found = self.0.iter_mut().find(|(filled, _)| *filled == field);
        found.map(|(_, text)| std::mem::take(text)).unwrap_or_default()
    }

    /// Takes all texts out.
    pub fn take_all(&mut self) -> Vec<(Field, String)> {
        std::mem::take(&mut self.0)
    }

    /// Sets the text of a field.
    pub fn set(&mut self, field: Field, text: impl Into<String>) {
        match self.0.iter_mut().find(|(filled, _)| *filled == field) {
            Some((_, old)) => *old = text.into(),
            None => self.0.push((field, text.into())),
        }
    }
}

/// Serialized as an object of texts.
impl Serialize for Filled {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (field, text) in &self.0 {
            object.serialize_entry(field.name(), text)?;
        }
        object.end()
    }
}

impl<'de> Deserialize<'de> for Filled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;

        impl<'de> Visitor<'de> for Texts {
            type Value = Filled;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Filled, A::Error> {
                let mut filled = Filled::default();
                while let Some((field, text)) = object.next_entry::<Field, String>()? {
                    filled.set(field, text);
                }
                Ok(filled)
            }
        }

        deserializer.deserialize_map(Texts)
    }
}

/// Hides the content, which may include passwords.
impl fmt::Debug for Filled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Filled(…)")
    }
}
