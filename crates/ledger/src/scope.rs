//! What a viewer may see; no reader answers without it.

use crate::answer::{After, Answer};
use crate::line::{Line, Record, SubjectKind};
use serde::Serialize;
use std::collections::BTreeSet;
use uuid::Uuid;
use xiaohao_core::directory::Committee;
use xiaohao_core::dossier::Hand;
use xiaohao_core::values::{CountyCode, HazardId, Holder, LinkId, Source, UnitId};
use xiaohao_core::{Actor, County, Hazard, Role};

/// What a viewer may see of one county's ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    county: CountyCode,
    sees: Sees,
    sees_reporters: bool,
    reads_circulars: bool,
}

/// How much of the county's ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// Everything: 县安委办, 县安委会, 工作专班.
    Everything,
    /// The hazards that are seen from here.
    From(Viewpoint),
    /// Nothing of the inner ledger: the public is shown what is published.
    Nothing,
}

/// From where hazards are seen: from a unit those that concern it (its line, its area, its own, what it reported); through a
/// link the one that it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Viewpoint(Uuid);

impl Viewpoint {
    /// Where a hazard is found by the unit that it is about, and which is not shown it: nobody looks from here.
    #[must_use]
    pub fn kept_from(unit: UnitId) -> Self {
        Self(Uuid::new_v5(&unit.as_uuid(), b"kept from it"))
    }

    /// The bare UUID, for storage.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl From<UnitId> for Viewpoint {
    fn from(unit: UnitId) -> Self {
        Self(unit.as_uuid())
    }
}

impl From<Through> for Viewpoint {
    /// Made of both, so that a link opens no other hazard, whatever id a client gives it, and of a hash, so that nobody chooses
    /// an id which is that of a unit.
    fn from(Through { hazard, link }: Through) -> Self {
        Self(Uuid::new_v5(&hazard.as_uuid(), link.as_uuid().as_bytes()))
    }
}

/// The link through which somebody acts, and the one hazard that it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Through {
    /// The hazard.
    pub hazard: HazardId,
    /// The link.
    pub link: LinkId,
}

impl Scope {
    /// What this actor may see (spec §4).
    #[must_use]
    pub fn of(actor: &Actor, county: &County) -> Self {
        let sees = match actor.role {
            role if county.bodies().is_seat(role, actor.unit) == Some(true) => Sees::Everything,
            Role::Operator | Role::Public => Sees::Nothing,
            Role::CommissionSigner
            | Role::Auditor
            | Role::OfficeClerk
            | Role::OfficeApprover
            | Role::Inspector
            | Role::Lead
            | Role::Township
            | Role::Unit
            | Role::Intake
            | Role::Platform => Sees::From(actor.unit.into()),
        };
        Self {
            county: county.code,
            sees,
            sees_reporters: actor.role == Role::Intake,
            reads_circulars: matches!(sees, Sees::From(_)) && actor.role != Role::Platform,
        }
    }

    /// What this actor may see, through a link the one hazard that it opens, and nothing once it does not.
    #[must_use]
    pub fn of_whoever(actor: &Actor, through: Option<Through>, county: &County) -> Self {
        through.map_or_else(
            || Self::of(actor, county),
            |through| Self::through(county.code, through),
        )
    }

    /// What is seen through a link: the one hazard that it opens, and nothing once it does not.
    #[must_use]
    pub fn through(county: CountyCode, through: Through) -> Self {
        Self {
            county,
            sees: Sees::From(through.into()),
            sees_reporters: false,
            reads_circulars: false,
        }
    }

    /// The ledger itself, which sees everything: for rebuilding, checking and counting, never for a viewer.
    #[must_use]
    pub const fn of_the_ledger(county: CountyCode) -> Self {
        Self {
            county,
            sees: Sees::Everything,
            sees_reporters: true,
            reads_circulars: false,
        }
    }

    /// The county.
    #[must_use]
    pub const fn county(self) -> CountyCode {
        self.county
    }

    /// How much of it.
    #[must_use]
    pub const fn sees(self) -> Sees {
        self.sees
    }

    /// A hazard as the viewer is shown it: who reported it is for the intake role alone (rule 25).
    #[must_use]
    pub fn hazard(self, hazard: Hazard) -> Hazard {
        if self.sees_reporters {
            hazard
        } else {
            hazard.without_reporter()
        }
    }

    /// A line as the viewer is shown it, likewise.
    #[must_use]
    pub fn line(self, line: Line) -> Line {
        let record = match line.record {
            Record::Hazard(entry) if !self.sees_reporters => {
                Record::Hazard(Box::new(entry.without_reporter()))
            }
            record @ (Record::Hazard(_)
            | Record::Order(_)
            | Record::Circular(_)
            | Record::Ledger(_)) => record,
        };
        Line { record, ..line }
    }

    /// An answer as the viewer is shown it, likewise.
    #[must_use]
    pub fn answer(self, answer: Answer) -> Answer {
        let after = match answer.after {
            After::Hazard(hazard) => After::Hazard(Box::new(self.hazard(*hazard))),
            after @ (After::Order(_) | After::Circular(_) | After::Ledger(_)) => after,
        };
        let lines = answer.lines.into_iter();
        Answer {
            lines: lines.map(|line| self.line(line)).collect(),
            after,
        }
    }

    /// Whether the viewer is shown papers of this kind once they are issued, and nothing of them before: a circular is issued to be read by
    /// the county's offices and units, and its recipients are words, not units. An order is for those who see its hazards. Platforms read what
    /// they reported, and through a link one sees one hazard.
    #[must_use]
    pub fn shows_issued(self, kind: SubjectKind) -> bool {
        kind == SubjectKind::Circular && self.reads_circulars
    }

    /// Of which committees the viewer is shown what they file: of all, whoever sees the county; of its own, a unit that leads them or
    /// is one.
    #[must_use]
    pub fn filings_among(self, committees: &[Committee]) -> BTreeSet<UnitId> {
        let is_from = |unit: UnitId| self.sees == Sees::From(unit.into());
        let is_shown = |committee: &&Committee| {
            self.sees == Sees::Everything || is_from(committee.unit) || is_from(committee.lead_unit)
        };
        let shown = committees.iter().filter(is_shown);
        shown.map(|committee| committee.unit).collect()
    }

    /// Whether the viewer may see a hazard that is seen from here.
    #[must_use]
    pub fn shows(self, seen_from: &BTreeSet<Viewpoint>) -> bool {
        match self.sees {
            Sees::Everything => true,
            Sees::From(viewpoint) => seen_from.contains(&viewpoint),
            Sees::Nothing => false,
        }
    }
}

/// From where a hazard is seen: from every unit that it concerns, and through the links that open it. When the last day of a
/// link is over, nobody is let in by it any more; everything else that ends one ends it here.
#[must_use]
pub fn seen_from(hazard: &Hazard, county: &County) -> BTreeSet<Viewpoint> {
    let through = |link: &xiaohao_core::dossier::Link| Through {
        hazard: hazard.id(),
        link: link.id,
    };
    let links = hazard.file().links_not_over().map(through);
    let units = concerned(hazard, county).into_iter().map(Viewpoint::from);
    let kept_from = holder_it_is_kept_from(hazard).map(Viewpoint::kept_from);
    units
        .chain(links.map(Viewpoint::from))
        .chain(kept_from)
        .collect()
}

/// 群众举报: what the public has reported is not passed to the unit that it is about (国家安全监管总局关于保护生产安全事故和事故隐患举报人的意见,
/// 2013, art. 5); from the listing on, what is listed is a finding of the office. Who reported is left out of it: that may be erased.
fn holder_it_is_kept_from(hazard: &Hazard) -> Option<UnitId> {
    let file = hazard.file();
    let was_taken_in = file.reported_by.role == Role::Intake;
    let is_from_the_public = was_taken_in || file.report.source == Source::PublicReport;
    let holder = file.report.holder.as_ref().map(Holder::unit);
    holder.filter(|_| is_from_the_public && hazard.entry().is_none())
}

/// Whom a hazard concerns: whoever reported it, the township, the unit, its line and whoever helps; whoever worked on it at
/// any time; and whoever has the order to rectify it, or had a further order in the present cycle. An order that was replaced
/// before its unit did any work concerns that unit no more.
fn concerned(hazard: &Hazard, county: &County) -> BTreeSet<UnitId> {
    let file = hazard.file();
    let mut units = BTreeSet::from([file.reported_by.unit]);
    units.extend(county.townships.get(&file.report.township));
    let holder = file.report.holder.as_ref().map(Holder::unit);
    units.extend(holder.filter(|_| holder_it_is_kept_from(hazard).is_none()));
    let worked = |hand: &&Hand| hand.part.is_work_on_it();
    units.extend(file.hands.iter().filter(worked).map(|hand| hand.unit));
    if let Some(entry) = hazard.entry() {
        let listing = &entry.listing;
        units.extend([listing.committee, listing.lead_unit, listing.holder.unit()]);
        units.extend(&listing.co_units);
        units.extend(&entry.rectifiers);
        let further = entry.cycle.further.iter();
        units.extend(further.map(|order| order.issued.terms.parties.responsible.unit()));
    }
    units.extend(
        hazard
            .assignment()
            .map(xiaohao_core::dossier::Assignment::responsible_unit),
    );
    units
}
