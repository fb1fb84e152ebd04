//! How a value with a printed form is stored: as that text, checked again when read.

/// Gives a value `FromStr`, and `Serialize`/`Deserialize` through its `Display` and constructor.
///
/// The second argument names the constructor that takes `&str`; generics follow in brackets.
macro_rules! stored_as_text {
    ($Type:ty, $constructor:ident $(, [$($generics:tt)+])?) => {
        impl $(<$($generics)+>)? std::str::FromStr for $Type {
            type Err = $crate::values::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::$constructor(text)
            }
        }

        impl $(<$($generics)+>)? serde::Serialize for $Type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de $(, $($generics)+)?> serde::Deserialize<'de> for $Type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                // Owned, because not every format can lend a string.
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::$constructor(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Gives a value of personal data `Serialize` and `Deserialize` as text, under the mark that tells for how long it is kept.
/// It is read back by `stored`, which takes what stands where it was erased.
macro_rules! stored_as_personal {
    ($Type:ty, $keeping:expr) => {
        impl serde::Serialize for $Type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mark = $crate::values::Keeping::mark($keeping);
                serializer.serialize_newtype_struct(mark, self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $Type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::stored(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use stored_as_personal;
pub(super) use stored_as_text;
