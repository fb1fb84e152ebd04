//! Where in a body its commitments stand: read from the text in its own order, whatever is left of the values.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Error;
use std::fmt;

/// The places of the commitments, each with what stands there, in the order of the text.
pub(super) fn places(body: &str) -> Result<Vec<(String, String)>, Error> {
    let mut walk = Walk::default();
    let mut reader = serde_json::Deserializer::from_str(body);
    walk.deserialize(&mut reader)?;
    reader.end()?;
    Ok(walk.found)
}

#[derive(Default)]
struct Walk {
    /// Where one is, as a JSON pointer.
    path: String,
    found: Vec<(String, String)>,
}

impl Walk {
    fn step(&mut self, step: &str) -> usize {
        let here = self.path.len();
        self.path.push('/');
        self.path
            .push_str(&step.replace('~', "~0").replace('/', "~1"));
        here
    }
}

impl<'de> DeserializeSeed<'de> for &mut Walk {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Walk {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of an entry")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == "personal" {
                let commitment = map.next_value()?;
                self.found.push((self.path.clone(), commitment));
            } else {
                let here = self.step(&name);
                map.next_value_seed(&mut *self)?;
                self.path.truncate(here);
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        for number in 0_usize.. {
            let here = self.step(&number.to_string());
            let item = items.next_element_seed(&mut *self)?;
            self.path.truncate(here);
            if item.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        Err(E::custom("an entry has no floating numbers"))
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
