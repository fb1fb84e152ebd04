//! Identities, one type each, so that a person cannot be passed where a unit is meant.
//!
//! Making an id is deliberately not here: the core has no source of chance. The server makes
//! most; a tablet makes `HazardId` and `RequestId` itself, to work without a connection (§2.5).

use std::fmt;

use uuid::Uuid;

use super::Invalid;
use super::stored_text::stored_as_text;

macro_rules! ids {
    ($($(#[$meta:meta])* $Id:ident,)+) => {$(
        $(#[$meta])*
        ///
        /// A UUID other than nil and max; printed and stored in lower case with hyphens.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Id(Uuid);

        impl $Id {
            /// The id with this UUID, of any version.
            ///
            /// # Errors
            /// `Empty` for the nil UUID, `Malformed` for the max UUID: both stand for "no id".
            pub fn new(id: Uuid) -> Result<Self, Invalid> {
                usable(id).map(Self)
            }

            /// Reads the form with hyphens, 36 characters, in either case.
            ///
            /// # Errors
            /// `Malformed` for any other form, and as [`Self::new`].
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                hyphenated(text).and_then(Self::new)
            }

            /// The bare UUID, for storage.
            #[must_use]
            pub fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<$Id> for Uuid {
            fn from(id: $Id) -> Self {
                id.0
            }
        }

        impl fmt::Display for $Id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        stored_as_text!($Id, parse);
    )+};
}

impl PersonId {
    /// Whoever runs the program on its machine, who stands in no directory: `operat` in the letters of ASCII, as a UUID of
    /// version 8.
    pub const OPERATOR: Self = Self(Uuid::from_u128(0x6f70_6572_6174_8000_8000_0000_0000_0000));
}

ids! {
    /// A hazard, from the first report on and through every cycle.
    HazardId,
    /// An assignment or supervision order (交办单, 挂牌督办通知书).
    OrderId,
    /// A circular (通报).
    CircularId,
    /// A person who acts or signs.
    PersonId,
    /// Any organisation: commission, office, committee, lead unit, township, enterprise.
    UnitId,
    /// One operation of a client; the same id sent twice has one effect (rule 24).
    RequestId,
    /// A tablet or phone.
    DeviceId,
    /// A campaign (专项行动).
    CampaignId,
    /// A link by which somebody handles one hazard (办理链接).
    LinkId,
}

fn usable(id: Uuid) -> Result<Uuid, Invalid> {
    if id.is_nil() {
        Err(Invalid::Empty)
    } else if id.is_max() {
        Err(malformed())
    } else {
        Ok(id)
    }
}

/// `uuid` also reads braces, URNs and 32 bare digits; one form is enough and compares as text.
fn hyphenated(text: &str) -> Result<Uuid, Invalid> {
    if text.len() == 36 {
        Uuid::try_parse(text).map_err(|_| malformed())
    } else {
        Err(malformed())
    }
}

fn malformed() -> Invalid {
    Invalid::Malformed {
        expected: "带连字符的36位UUID",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    const ID: &str = "018f3e2a-7c4d-7e11-9a55-0123456789ab";

    fn check(text: &str, expected: Result<&str, Invalid>) {
        let printed = HazardId::parse(text).map(|id| id.to_string());
        assert_eq!(printed, expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn an_id_has_one_written_form_and_is_neither_nil_nor_max() {
        check(ID, Ok(ID));
        check(&ID.to_uppercase(), Ok(ID));
        check("00000000-0000-0000-0000-000000000000", Err(Invalid::Empty));
        check("ffffffff-ffff-ffff-ffff-ffffffffffff", Err(malformed()));
        check(&ID.replace('-', ""), Err(malformed()));
        check(&format!("{{{ID}}}"), Err(malformed()));
        check(&format!("urn:uuid:{ID}"), Err(malformed()));
        check("018f3e2a-7c4d-7e11-9a55-0123456789ag", Err(malformed()));
        check(&format!(" {ID}"), Err(malformed()));
        check("", Err(malformed()));
    }

    #[test]
    fn a_stored_id_is_a_bare_string_and_is_checked_again() {
        stored(&UnitId::parse(ID).unwrap(), &json!(ID));
        unreadable::<UnitId>(
            json!("00000000-0000-0000-0000-000000000000"),
            &Invalid::Empty,
        );
        unreadable::<UnitId>(json!("1"), &malformed());
    }

    proptest! {
        #[test]
        fn any_other_uuid_survives_printing(bits in 1..u128::MAX) {
            let id = PersonId::new(Uuid::from_u128(bits)).unwrap();
            prop_assert_eq!(PersonId::parse(&id.to_string()), Ok(id));
            prop_assert_eq!(id.as_uuid().as_u128(), bits);
        }
    }
}
