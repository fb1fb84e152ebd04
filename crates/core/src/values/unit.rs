//! 隐患单位: who holds the hazard and must rectify it.

use serde::{Deserialize, Serialize, Serializer};

use super::vocabulary::vocabulary;
use super::{Invalid, Keeping, Name, PersonName, Phone, PrivateName, UnitId, Uscc};

vocabulary! {
    /// What kind of unit it is, §3.1.
    HolderKind "单位性质" {
        /// An enterprise.
        Enterprise "ENTERPRISE" "企业",
        /// An individual business.
        IndividualBusiness "INDIVIDUAL_BUSINESS" "个体工商户",
        /// A farmers' cooperative.
        FarmersCooperative "FARMERS_COOPERATIVE" "农民专业合作社",
        /// A public institution, such as a school.
        PublicInstitution "PUBLIC_INSTITUTION" "事业单位",
        /// A private non-enterprise unit.
        PrivateNonEnterprise "PRIVATE_NON_ENTERPRISE" "民办非企业",
        /// An organ of state.
        StateOrgan "STATE_ORGAN" "机关",
        /// A village or a community.
        Village "VILLAGE" "村（社区）",
        /// A natural person.
        NaturalPerson "NATURAL_PERSON" "自然人",
        /// Who looks after a road, a reservoir, a township's ferry; there is no enterprise.
        PublicFacility "PUBLIC_FACILITY" "公共设施管护主体",
    }
}

impl HolderKind {
    /// Whether a unit of this kind must give its code; natural persons and those who look after
    /// public facilities need not (rule 25).
    #[must_use]
    pub fn needs_uscc(self) -> bool {
        match self {
            Self::NaturalPerson | Self::PublicFacility => false,
            Self::Enterprise
            | Self::IndividualBusiness
            | Self::FarmersCooperative
            | Self::PublicInstitution
            | Self::PrivateNonEnterprise
            | Self::StateOrgan
            | Self::Village => true,
        }
    }
}

/// 隐患单位, the unit that holds the hazard, as it was when the fact was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "HolderParts")]
pub struct Holder(HolderParts);

/// The named arguments of [`Holder::new`], and the form in which it is read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolderParts {
    /// Its identity.
    pub unit: UnitId,
    /// Its name.
    pub name: Name,
    /// What kind of unit it is.
    pub kind: HolderKind,
    /// 统一社会信用代码; absent only where `kind` allows it.
    pub uscc: Option<Uscc>,
    /// 主要负责人.
    pub head: Option<PersonName>,
    /// 联系人.
    pub contact: Option<PrivateName>,
    /// 联系电话.
    pub phone: Option<Phone>,
}

impl Holder {
    /// Takes the parts together.
    ///
    /// # Errors
    /// `Missing` without a code, unless the kind may do without (rule 25).
    pub fn new(parts: HolderParts) -> Result<Self, Invalid> {
        if parts.uscc.is_none() && parts.kind.needs_uscc() {
            return Err(Invalid::Missing {
                what: "统一社会信用代码",
            });
        }
        Ok(Self(parts))
    }

    /// Its identity.
    #[must_use]
    pub fn unit(&self) -> UnitId {
        self.0.unit
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &Name {
        &self.0.name
    }

    /// What kind of unit it is.
    #[must_use]
    pub fn kind(&self) -> HolderKind {
        self.0.kind
    }

    /// 统一社会信用代码, if it has one.
    #[must_use]
    pub fn uscc(&self) -> Option<&Uscc> {
        self.0.uscc.as_ref()
    }

    /// 主要负责人, if named.
    #[must_use]
    pub fn head(&self) -> Option<&PersonName> {
        self.0.head.as_ref()
    }

    /// 联系人, if named.
    #[must_use]
    pub fn contact(&self) -> Option<&PrivateName> {
        self.0.contact.as_ref()
    }

    /// 联系电话, if given.
    #[must_use]
    pub fn phone(&self) -> Option<&Phone> {
        self.0.phone.as_ref()
    }

    /// Whether this is what the other says, as far as it can still be told: what was erased of either is not compared.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let (own, other) = (&self.0, &other.0);
        let contacts = own.contact.as_ref().zip(other.contact.as_ref());
        let phones = own.phone.as_ref().zip(other.phone.as_ref());
        let contact = contacts.is_some_and(|(a, b)| a.is_erased() || b.is_erased());
        let phone = phones.is_some_and(|(a, b)| a.is_erased() || b.is_erased());
        let mut filled = own.clone();
        if contact {
            filled.contact.clone_from(&other.contact);
        }
        if phone {
            filled.phone.clone_from(&other.phone);
        }
        filled == *other
    }
}

/// Where the unit is a natural person its name is personal, and kept: it is he who must rectify.
impl Serialize for Holder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Stored<'a> {
            unit: UnitId,
            name: Named<'a>,
            kind: HolderKind,
            #[serde(skip_serializing_if = "Option::is_none")]
            uscc: Option<&'a Uscc>,
            #[serde(skip_serializing_if = "Option::is_none")]
            head: Option<&'a PersonName>,
            #[serde(skip_serializing_if = "Option::is_none")]
            contact: Option<&'a PrivateName>,
            #[serde(skip_serializing_if = "Option::is_none")]
            phone: Option<&'a Phone>,
        }
        struct Named<'a>(&'a Holder);
        impl Serialize for Named<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let name = self.0.name();
                if self.0.kind() == HolderKind::NaturalPerson {
                    serializer.serialize_newtype_struct(Keeping::ByDuty.mark(), name)
                } else {
                    name.serialize(serializer)
                }
            }
        }
        let stored = Stored {
            unit: self.unit(),
            name: Named(self),
            kind: self.kind(),
            uscc: self.uscc(),
            head: self.head(),
            contact: self.contact(),
            phone: self.phone(),
        };
        stored.serialize(serializer)
    }
}

impl TryFrom<HolderParts> for Holder {
    type Error = Invalid;

    fn try_from(parts: HolderParts) -> Result<Self, Invalid> {
        Self::new(parts)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::ERASED;
    use super::super::checks::{stored, unreadable};
    use super::*;

    const UNIT: &str = "018f3e2a-7c4d-7e11-9a55-0123456789ab";

    fn parts(kind: HolderKind, uscc: Option<&str>) -> HolderParts {
        HolderParts {
            unit: UnitId::parse(UNIT).unwrap(),
            name: Name::new("库区便民渡口（化名）").unwrap(),
            kind,
            uscc: uscc.map(|code| Uscc::parse(code).unwrap()),
            head: None,
            contact: None,
            phone: None,
        }
    }

    fn check(kind: HolderKind, may_lack_code: bool) {
        assert_eq!(
            Holder::new(parts(kind, None)).is_ok(),
            may_lack_code,
            "{kind}"
        );
        assert!(
            Holder::new(parts(kind, Some("91350100M000100Y43"))).is_ok(),
            "{kind}"
        );
    }

    #[test]
    fn only_people_and_public_facilities_may_lack_a_code() {
        check(HolderKind::Enterprise, false);
        check(HolderKind::IndividualBusiness, false);
        check(HolderKind::FarmersCooperative, false);
        check(HolderKind::PublicInstitution, false);
        check(HolderKind::PrivateNonEnterprise, false);
        check(HolderKind::StateOrgan, false);
        check(HolderKind::Village, false);
        check(HolderKind::NaturalPerson, true);
        check(HolderKind::PublicFacility, true);
    }

    #[test]
    fn what_was_erased_is_not_compared_and_all_else_is() {
        let saying = |contact: &str, phone: &str| {
            let mut said = json!({"unit": UNIT, "name": "渡口", "kind": "PUBLIC_FACILITY"});
            said["contact"] = json!(contact);
            said["phone"] = json!(phone);
            serde_json::from_value::<Holder>(said).unwrap()
        };
        let whole = saying("张某", "13800138000");
        for same in [
            whole.clone(),
            saying(ERASED, "13800138000"),
            saying("张某", ERASED),
            saying(ERASED, ERASED),
        ] {
            assert!(same.says_the_same(&whole), "{same:?}");
            assert!(whole.says_the_same(&same), "{same:?}");
        }
        let mute = Holder::new(parts(HolderKind::PublicFacility, None)).unwrap();
        for other in [
            saying("李某", "13800138000"),
            saying(ERASED, "13900139000"),
            saying("李某", ERASED),
            mute,
        ] {
            assert!(!other.says_the_same(&whole), "{other:?}");
            assert!(!whole.says_the_same(&other), "{other:?}");
        }
    }

    #[test]
    fn a_stored_holder_is_checked_again() {
        let mut json =
            json!({"unit": UNIT, "name": "库区便民渡口（化名）", "kind": "PUBLIC_FACILITY"});
        stored(
            &Holder::new(parts(HolderKind::PublicFacility, None)).unwrap(),
            &json,
        );
        json["kind"] = json!("ENTERPRISE");
        unreadable::<Holder>(
            json,
            &Invalid::Missing {
                what: "统一社会信用代码",
            },
        );
    }
}
