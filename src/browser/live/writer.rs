//! A serde serializer to JSON text. Server functions send names and texts; other values cannot be
//! written, and the call then fails as our own error.

use js_sys::JSON;
use serde::{
    Serialize, Serializer,
    ser::{Impossible, SerializeMap, SerializeSeq, SerializeStruct},
};

use super::reader::Broken;

/// The output.
pub(super) struct Text<'t>(pub &'t mut String);

impl<'t> Text<'t> {
    fn list(self, open: char, close: char) -> List<'t> {
        self.0.push(open);
        List { text: self.0, close, is_first: true }
    }
}

/// Types that are neither text nor name, nor made of them.
macro_rules! not_written {
    ($($method:ident: $type:ty,)*) => {
        $(fn $method(self, _: $type) -> Result<(), Broken> {
            Err(Broken)
        })*
    };
}

impl<'t> Serializer for Text<'t> {
    type Ok = ();
    type Error = Broken;
    type SerializeSeq = List<'t>;
    type SerializeMap = List<'t>;
    type SerializeStruct = List<'t>;
    type SerializeTuple = Impossible<(), Broken>;
    type SerializeTupleStruct = Impossible<(), Broken>;
    type SerializeTupleVariant = Impossible<(), Broken>;
    type SerializeStructVariant = Impossible<(), Broken>;

    not_written! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_f32: f32,
        serialize_f64: f64, serialize_char: char, serialize_bytes: &[u8], serialize_unit_struct: &'static str,
    }

    fn serialize_str(self, text: &str) -> Result<(), Broken> {
        let quoted = JSON::stringify(&text.into()).map_err(|_| Broken)?;
        self.0.push_str(&String::from(quoted));
        Ok(())
    }

    fn serialize_unit(self) -> Result<(), Broken> {
        self.0.push_str("null");
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Broken> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Broken> {
        value.serialize(self)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), Broken> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Broken> {
        value.serialize(self)
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<List<'t>, Broken> {
        Ok(self.list('[', ']'))
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<List<'t>, Broken> {
        Ok(self.list('{', '}'))
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<List<'t>, Broken> {
        Ok(self.list('{', '}'))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<(), Broken> {
        Err(Broken)
    }

    fn serialize_tuple(self, _length: usize) -> Result<Self::SerializeTuple, Broken> {
        Err(Broken)
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeTupleStruct, Broken> {
        Err(Broken)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeTupleVariant, Broken> {
        Err(Broken)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeStructVariant, Broken> {
        Err(Broken)
    }
}

/// A list or an object in progress.
pub(super) struct List<'t> {
    text: &'t mut String,
    close: char,
    is_first: bool,
}

impl List<'_> {
    /// Begins the next item.
    fn item(&mut self) -> Text<'_> {
        if !std::mem::take(&mut self.is_first) {
            self.text.push(',');
        }
        Text(self.text)
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Broken> {
        self.text.push(':');
        value.serialize(Text(self.text))
    }

    fn close(self) {
        self.text.push(self.close);
    }
}

impl SerializeSeq for List<'_> {
    type Ok = ();
    type Error = Broken;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Broken> {
        value.serialize(self.item())
    }

    fn end(self) -> Result<(), Broken> {
        self.close();
        Ok(())
    }
}

impl SerializeMap for List<'_> {
    type Ok = ();
    type Error = Broken;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Broken> {
        key.serialize(self.item())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Broken> {
        self.value(value)
    }

    fn end(self) -> Result<(), Broken> {
        self.close();
        Ok(())
    }
}

impl SerializeStruct for List<'_> {
    type Ok = ();
    type Error = Broken;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Broken> {
        self.item().serialize_str(key)?;
        self.value(value)
    }

    fn end(self) -> Result<(), Broken> {
        self.close();
        Ok(())
    }
}
