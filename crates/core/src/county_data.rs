//! 基础资料: the data of a county as one document: who there is and in which posts, the words of its papers, and the rules of
//! its dates. On it rests who may do what, so it is entered in the ledger as a whole each time that it changes.

use crate::actor::Role;
use crate::calendar::{Calendar, CalendarError, CalendarYear};
use crate::context::County;
use crate::directory::{Bodies, Committee, Directory, Login, Person, Post};
use crate::policy::Policy;
use crate::values::{CountyCode, DocumentWords, Name, PersonId, TownshipCode, UnitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

mod committees;
mod doubts;
mod draft;
mod editions;
mod flaws;
mod place;

pub use draft::{Draft, Listed};
pub use editions::{Editions, Given};
pub use flaws::Flaw;
pub use place::{DataFile, Place};

/// 基础资料: the data of a county.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountyData {
    /// 行政区划代码.
    pub code: CountyCode,
    /// Its name.
    pub name: Name,
    /// 县安委会.
    pub commission: UnitId,
    /// 县安委办.
    pub office: UnitId,
    /// The department that houses the office.
    pub office_host: Option<UnitId>,
    /// 文号代字, by series.
    pub words: DocumentWords,
    /// 机构与人员.
    pub directory: Directory,
    /// 时限表, as in the files under `seeds/policy`.
    pub policy: Value,
    /// 工作日历, one document for each year, as in the files under `seeds/calendar`.
    pub calendar: Vec<Value>,
}

/// Which body of the county.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// 县安委办.
    Office,
    /// 县安委会.
    Commission,
}

impl Body {
    /// The unit that it is.
    pub(crate) const fn unit(self, of: &CountyData) -> UnitId {
        match self {
            Self::Office => of.office,
            Self::Commission => of.commission,
        }
    }
}

/// The posts without which a county cannot work: nobody else may do what is done in them.
/// Each with what that is.
pub(crate) const POSTS_THAT_MUST_BE_HELD: &[(Role, Body, &str)] = &[
    (Role::OfficeClerk, Body::Office, "lists hazards"),
    (
        Role::OfficeApprover,
        Body::Office,
        "assigns and strikes off",
    ),
    (
        Role::CommissionSigner,
        Body::Commission,
        "signs listed supervision",
    ),
];

/// Data of a county that the program cannot use.
#[derive(Debug, thiserror::Error)]
pub enum BrokenCounty {
    /// It is not of the form.
    #[error("the data of the county is not as it should be")]
    Form(#[source] serde_json::Error),
    /// The policy cannot be read.
    #[error("the policy of the county is not as it should be")]
    Policy(#[source] serde_json::Error),
    /// A year of the calendar cannot be read.
    #[error("a calendar year of the county is not as it should be")]
    Year(#[source] serde_json::Error),
    /// The years contradict one another.
    #[error("the calendar years of the county do not fit together")]
    Calendar(#[source] CalendarError),
    /// A post ends before it begins.
    #[error("the post of {login} as {role} ends on {until}, before it begins on {from}")]
    PostBackwards {
        /// Whose.
        login: Login,
        /// In which role.
        role: Role,
        /// Its first day.
        from: NaiveDate,
        /// Its last day.
        until: NaiveDate,
    },
    /// It is that of another county.
    #[error(
        "under county {county} the data of county {of} is kept: somebody has written it into the database; find out who"
    )]
    OfAnother {
        /// For which it is kept.
        county: CountyCode,
        /// Whose it is.
        of: CountyCode,
    },
    /// A person has the id under which whoever runs the program enters data.
    #[error("the id of {login} is that of whoever runs the program; give {login} another")]
    OperatorsId {
        /// Whose.
        login: Login,
    },
    /// A township lies in another county.
    #[error("township {township} does not lie in county {county}: its code begins otherwise")]
    ForeignTownship {
        /// Its code.
        township: TownshipCode,
        /// The county.
        county: CountyCode,
    },
    /// A body without which a county cannot work is not in its directory.
    #[error("the {what} is not among the units of the county")]
    NoUnit {
        /// Which.
        what: &'static str,
    },
}

impl CountyData {
    /// Reads the document.
    ///
    /// # Errors
    /// [`BrokenCounty::Form`].
    pub fn read(text: &str) -> Result<Self, BrokenCounty> {
        serde_json::from_str(text).map_err(BrokenCounty::Form)
    }

    fn posts(&self) -> impl Iterator<Item = (&Person, &Post)> {
        let people = self.directory.people().iter();
        people.flat_map(|person| person.posts.iter().map(move |post| (person, post)))
    }

    /// The bodies that work for the whole of it.
    pub(crate) fn bodies(&self) -> Bodies<'_> {
        Bodies {
            office: self.office,
            commission: self.commission,
            directory: &self.directory,
        }
    }

    /// The committees that these data no longer have, of those that others have.
    pub fn committees_dropped<'b>(&self, before: &'b Self) -> impl Iterator<Item = &'b Committee> {
        let before = before.directory.committees().iter();
        before.filter(|committee| self.directory.committee(committee.unit).is_none())
    }

    /// Whom and what these data no longer have of others: the record may name any of them, and would then name somebody whom
    /// nobody knows. Posts end, and people and units stay.
    #[must_use]
    pub fn leaves_out(&self, before: &Self) -> Vec<String> {
        let (now, before) = (&self.directory, &before.directory);
        let people = before.people().iter();
        let people = people.filter(|person| now.person(person.id).is_none());
        let people = people.map(|person| format!("person {}", person.login));
        let units = before.units().iter();
        let units = units.filter(|unit| now.unit(unit.id).is_none());
        let units = units.map(|unit| format!("unit {} {}", unit.code, unit.name));
        let townships = before.townships().keys();
        let townships = townships.filter(|code| !now.townships().contains_key(code));
        let townships = townships.map(|code| format!("township {code}"));
        people.chain(units).chain(townships).collect()
    }

    /// Reads the document that is kept for a county.
    ///
    /// # Errors
    /// [`BrokenCounty::Form`], [`BrokenCounty::OfAnother`].
    pub fn kept_for(county: CountyCode, text: &str) -> Result<Self, BrokenCounty> {
        let data = Self::read(text)?;
        if data.code == county {
            Ok(data)
        } else {
            let of = data.code;
            Err(BrokenCounty::OfAnother { county, of })
        }
    }

    /// The document.
    ///
    /// # Errors
    /// None that data of this form can cause.
    pub fn written(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// The county.
    ///
    /// # Errors
    /// [`BrokenCounty`] for a policy or a calendar that the core refuses, and for a body that is nowhere.
    pub fn county(&self) -> Result<County, BrokenCounty> {
        let year = |year: &Value| CalendarYear::deserialize(year).map_err(BrokenCounty::Year);
        let years: Vec<CalendarYear> = self.calendar.iter().map(year).collect::<Result<_, _>>()?;
        for (what, unit) in [
            ("commission", Some(self.commission)),
            ("office", Some(self.office)),
            ("office_host", self.office_host),
        ] {
            if unit.is_some_and(|unit| self.directory.unit(unit).is_none()) {
                return Err(BrokenCounty::NoUnit { what });
            }
        }
        let mut townships = self.directory.townships().keys();
        if let Some(township) = townships.find(|township| township.county() != self.code) {
            let (township, county) = (*township, self.code);
            return Err(BrokenCounty::ForeignTownship { township, county });
        }
        let mut people = self.directory.people().iter();
        if let Some(person) = people.find(|person| person.id == PersonId::OPERATOR) {
            let login = person.login.clone();
            return Err(BrokenCounty::OperatorsId { login });
        }
        for (person, post) in self.posts() {
            if let (Some(from), Some(until)) = (post.from, post.until)
                && until < from
            {
                let (login, role) = (person.login.clone(), post.role);
                return Err(BrokenCounty::PostBackwards {
                    login,
                    role,
                    from,
                    until,
                });
            }
        }
        Ok(County {
            code: self.code,
            name: self.name.clone(),
            commission: self.commission,
            office: self.office,
            office_host: self.office_host,
            townships: self.directory.townships().clone(),
            policy: Policy::deserialize(&self.policy).map_err(BrokenCounty::Policy)?,
            calendar: Calendar::new(years).map_err(BrokenCounty::Calendar)?,
            words: self.words.clone(),
            link_days: County::LINK_DAYS,
            directory: Arc::new(self.directory.clone()),
        })
    }
}
