//! A serde deserializer for the values of `JSON.parse`.

use js_sys::{Array, Reflect};
use serde::{
    Deserializer,
    de::{
        DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::{StrDeserializer, StringDeserializer},
    },
    forward_to_deserialize_any,
};
use wasm_bindgen::JsValue;

/// A value that cannot be read or written. It has no message, because nobody would see it and words
/// are bytes of the module.
#[derive(Debug, thiserror::Error)]
#[error("not the JSON that was expected")]
pub(super) struct Broken;

impl serde::de::Error for Broken {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

impl serde::ser::Error for Broken {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// A member of an object.
pub(super) fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}

/// A parsed value. The requested type decides how it is read; it does not describe itself.
pub(super) struct Value(pub JsValue);

impl Value {
    fn text(&self) -> Result<String, Broken> {
        self.0.as_string().ok_or(Broken)
    }

    /// A whole number.
    fn number(&self) -> Result<i64, Broken> {
        self.0.as_f64().map(|number| number as i64).ok_or(Broken)
    }
}

impl<'de> Deserializer<'de> for Value {
    type Error = Broken;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Broken> {
        Err(Broken)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_i64(self.number()?)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_i64(self.number()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_i64(self.number()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        match self.0.is_null() {
            true => visitor.visit_none(),
            false => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        match Array::is_array(&self.0) {
            true => visitor.visit_seq(Items(Array::from(&self.0).into_iter())),
            false => Err(Broken),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Broken> {
        match self.0.is_object() {
            true => visitor.visit_map(Members { object: self.0, names: fields.iter(), next: None }),
            false => Err(Broken),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Broken> {
        let name: StringDeserializer<Broken> = self.text()?.into_deserializer();
        visitor.visit_enum(name)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u64 u128 f32 f64 char str bytes byte_buf unit unit_struct newtype_struct
        tuple tuple_struct map identifier ignored_any
    }
}

/// The items of a list.
struct Items(js_sys::ArrayIntoIter);

impl<'de> SeqAccess<'de> for Items {
    type Error = Broken;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Broken> {
        self.0.next().map(|item| seed.deserialize(Value(item))).transpose()
    }
}

/// The members of an object for which a type has fields.
struct Members {
    object: JsValue,
    names: std::slice::Iter<'static, &'static str>,
    next: Option<JsValue>,
}

impl<'de> MapAccess<'de> for Members {
    type Error = Broken;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Broken> {
        for name in self.names.by_ref() {
            self.next = member(&self.object, name).filter(|value| !value.is_undefined());
            if self.next.is_some() {
                let name: StrDeserializer<'_, Broken> = (*name).into_deserializer();
                return seed.deserialize(name).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Broken> {
        seed.deserialize(Value(self.next.take().ok_or(Broken)?))
    }
}
