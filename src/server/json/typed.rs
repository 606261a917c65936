//! Strict conversion of a tree to a type: objects by name, variants by name, numbers by their
//! digits.

use serde::de::{
    DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess, Visitor,
    value::MapDeserializer,
};
use serde_json::{Value, map};

use super::{
    refused::{Step, Why, Wrong},
    tree::NUMBER,
};

/// A value to be converted to a type.
pub(super) struct Node {
    value: Value,
}

impl Node {
    pub(super) fn new(value: Value) -> Self {
        Self { value }
    }

    fn object<'de, V: Visitor<'de>>(
        self,
        known: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.value {
            Value::Object(members) => {
                visitor.visit_map(Members { members: members.into_iter(), known, next: None })
            }
            _ => Err(Wrong::new(Why::Expected("an object".into()))),
        }
    }
}

/// A number of a known type, whose text must be of that type.
macro_rules! numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            match self.value {
                Value::Number(number) => {
                    let wrong = Wrong::expected(&visitor as &dyn Expected);
                    number.$method(visitor).map_err(|_| wrong)
                }
                value => Self { value }.deserialize_any(visitor),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Node {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            // As a 64-bit number it would lose its sign.
            Value::Number(number) if number.as_str() == "-0" => {
                visitor.visit_map(MapDeserializer::new(std::iter::once((NUMBER, "-0".to_owned()))))
            }
            Value::Number(number) => {
                let wrong = Wrong::expected(&visitor as &dyn Expected);
                number.deserialize_any(visitor).map_err(|_| wrong)
            }
            Value::String(text) => visitor.visit_string(text),
            Value::Array(values) => {
                visitor.visit_seq(Values { values: values.into_iter(), next: 0 })
            }
            Value::Object(_) => self.object(None, visitor),
        }
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.object(None, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.object(Some(fields), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.value {
            Value::String(name) => visitor.visit_enum(name.into_deserializer()),
            _ => Err(serde::de::Error::unknown_variant("", variants)),
        }
    }

    serde::forward_to_deserialize_any! {
        bool char str string bytes byte_buf unit unit_struct seq tuple tuple_struct identifier ignored_any
    }
}

struct Values {
    values: std::vec::IntoIter<Value>,
    next: usize,
}

impl<'de> SeqAccess<'de> for Values {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Wrong> {
        let Some(value) = self.values.next() else {
            return Ok(None);
        };
        let place = Step::Index(self.next);
        self.next += 1;
        seed.deserialize(Node { value }).map(Some).map_err(|wrong| wrong.within(Some(place)))
    }
}

struct Members {
    members: map::IntoIter,
    /// The names that an error may repeat.
    known: Option<&'static [&'static str]>,
    next: Option<(Option<Step>, Value)>,
}

impl<'de> MapAccess<'de> for Members {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Wrong> {
        let Some((name, value)) = self.members.next() else {
            return Ok(None);
        };
        let is_known = self.known.is_some_and(|known| known.contains(&name.as_str()));
        self.next = Some((is_known.then(|| Step::Field(name.clone())), value));
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        // serde has asked for the key before.
        let (step, value) = self.next.take().unwrap_or((None, Value::Null));
        seed.deserialize(Node { value }).map_err(|wrong| wrong.within(step))
    }
}
