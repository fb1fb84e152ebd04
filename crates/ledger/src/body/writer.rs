//! JSON as bodies have it: written from the values themselves, which say what of it is personal and where it stands.

use super::{BEGINS, ENDS, ENDS_KEPT, Personal};
use serde::ser::{
    Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant,
};
use serde::{Serialize, Serializer};
use serde_json::{Error, Value};
use std::fmt::Display;
use xiaohao_core::values::Keeping;
use xiaohao_log::Hash;

/// Writes JSON; each piece of personal data is handed over, and what is given back stands in its place.
pub(super) fn write<F>(of: &impl Serialize, personal: F) -> Result<String, Error>
where
    F: FnMut(Personal) -> Option<Hash>,
{
    let mut writer = Writer {
        text: String::new(),
        path: String::new(),
        personal,
    };
    of.serialize(&mut writer)?;
    Ok(writer.text)
}

struct Writer<F> {
    text: String,
    /// Where in the body one is.
    path: String,
    personal: F,
}

impl<F: FnMut(Personal) -> Option<Hash>> Writer<F> {
    fn push(&mut self, words: impl Display) {
        self.text.push_str(&words.to_string());
    }

    fn push_text(&mut self, text: &str) -> Result<(), Error> {
        self.text.push_str(&serde_json::to_string(text)?);
        Ok(())
    }

    fn begin(&mut self, opens: &str, closes: &'static str) -> Within<'_, F> {
        self.text.push_str(opens);
        Within {
            closes,
            items: 0,
            writer: self,
        }
    }

    /// `{"Name":` and what stands in it.
    fn begin_variant(
        &mut self,
        name: &str,
        opens: &str,
        closes: &'static str,
    ) -> Result<Within<'_, F>, Error> {
        self.text.push('{');
        self.push_text(name)?;
        self.text.push(':');
        Ok(self.begin(opens, closes))
    }

    /// What stands one step further within.
    fn within(
        &mut self,
        step: impl Display,
        value: &(impl Serialize + ?Sized),
    ) -> Result<(), Error> {
        let here = self.path.len();
        let step = step.to_string().replace('~', "~0").replace('/', "~1");
        self.path.push('/');
        self.path.push_str(&step);
        value.serialize(&mut *self)?;
        self.path.truncate(here);
        Ok(())
    }

    fn personal(&mut self, keeping: Keeping, value: String) {
        let field = self.path.clone();
        let found = Personal {
            field,
            keeping,
            value,
        };
        match (self.personal)(found) {
            Some(commitment) => self.push(format_args!("{BEGINS}{commitment}")),
            None => self.push(BEGINS),
        }
        self.push(match keeping {
            Keeping::UntilErased => ENDS,
            Keeping::ByDuty => ENDS_KEPT,
        });
    }
}

/// A list or an object in the making.
struct Within<'w, F> {
    writer: &'w mut Writer<F>,
    closes: &'static str,
    items: usize,
}

impl<F: FnMut(Personal) -> Option<Hash>> Within<'_, F> {
    fn comma(&mut self) {
        if self.items > 0 {
            self.writer.text.push(',');
        }
    }

    fn item(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        self.comma();
        self.writer.within(self.items, value)?;
        self.items += 1;
        Ok(())
    }

    fn field(&mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        if name == "personal" {
            return Err(Error::custom(
                "no field of an entry may be called `personal`",
            ));
        }
        self.comma();
        self.writer.push_text(name)?;
        self.writer.text.push(':');
        self.writer.within(name, value)?;
        self.items += 1;
        Ok(())
    }

    fn close(self) {
        self.writer.push(self.closes);
    }
}

macro_rules! plainly {
    ($($method:ident($of:ty))*) => { $(
        fn $method(self, value: $of) -> Result<(), Error> {
            self.push(value);
            Ok(())
        }
    )* };
}

impl<'w, F: FnMut(Personal) -> Option<Hash>> Serializer for &'w mut Writer<F> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Within<'w, F>;
    type SerializeTuple = Within<'w, F>;
    type SerializeTupleStruct = Within<'w, F>;
    type SerializeTupleVariant = Within<'w, F>;
    type SerializeMap = Keyed<'w, F>;
    type SerializeStruct = Within<'w, F>;
    type SerializeStructVariant = Within<'w, F>;

    plainly! {
        serialize_bool(bool)
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64)
    }

    fn serialize_f32(self, _: f32) -> Result<(), Error> {
        Err(Error::custom("an entry has no floating numbers"))
    }

    fn serialize_f64(self, _: f64) -> Result<(), Error> {
        Err(Error::custom("an entry has no floating numbers"))
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.push_text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.push_text(value)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        Err(Error::custom("an entry has no bare bytes"))
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.push("null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.push("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.push("null");
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
    ) -> Result<(), Error> {
        self.push_text(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let Some(keeping) = Keeping::of_mark(name) else {
            return value.serialize(self);
        };
        match serde_json::to_value(value)? {
            Value::String(value) => {
                self.personal(keeping, value);
                Ok(())
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => Err(Error::custom("a piece of personal data is a text")),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let mut within = self.begin("{", "}");
        within.field(name, value)?;
        within.close();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Within<'w, F>, Error> {
        Ok(self.begin("[", "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Within<'w, F>, Error> {
        Ok(self.begin("[", "]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Within<'w, F>, Error> {
        Ok(self.begin("[", "]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Within<'w, F>, Error> {
        self.begin_variant(name, "[", "]}")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Keyed<'w, F>, Error> {
        Ok(Keyed {
            within: self.begin("{", "}"),
            key: String::new(),
        })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Within<'w, F>, Error> {
        Ok(self.begin("{", "}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Within<'w, F>, Error> {
        self.begin_variant(name, "{", "}}")
    }
}

macro_rules! items {
    ($($trait:ident by $method:ident)*) => { $(
        impl<F: FnMut(Personal) -> Option<Hash>> $trait for Within<'_, F> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.item(value)
            }

            fn end(self) -> Result<(), Error> {
                self.close();
                Ok(())
            }
        }
    )* };
}

items! {
    SerializeSeq by serialize_element
    SerializeTuple by serialize_element
    SerializeTupleStruct by serialize_field
    SerializeTupleVariant by serialize_field
}

macro_rules! fields {
    ($($trait:ident)*) => { $(
        impl<F: FnMut(Personal) -> Option<Hash>> $trait for Within<'_, F> {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
                self.field(name, value)
            }

            fn end(self) -> Result<(), Error> {
                self.close();
                Ok(())
            }
        }
    )* };
}

fields! { SerializeStruct SerializeStructVariant }

/// An object whose names are told before what they name.
struct Keyed<'w, F> {
    within: Within<'w, F>,
    key: String,
}

impl<F: FnMut(Personal) -> Option<Hash>> SerializeMap for Keyed<'_, F> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key = match serde_json::to_value(key)? {
            Value::String(key) => key,
            Value::Number(key) => key.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                return Err(Error::custom("the name of a field is a text or a number"));
            }
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.within.field(&self.key, value)
    }

    fn end(self) -> Result<(), Error> {
        self.within.close();
        Ok(())
    }
}
