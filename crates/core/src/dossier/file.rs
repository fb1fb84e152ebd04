//! 案卷: the layer from the report on, and what lies in it whatever becomes of the hazard.

use super::Link;
use crate::Actor;
use crate::acts::{ReferCriminal, Report, Suspend};
use crate::values::{ClueNumber, CountyCode, Digest, HazardId, PersonId, Reason, UnitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// 案卷: what every hazard has from its report on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The hazard's id, made by whoever reported it.
    pub id: HazardId,
    /// The county whose ledger this is.
    pub county: CountyCode,
    /// 线索编号, given at the report.
    pub clue: ClueNumber,
    /// What was reported.
    pub report: Report,
    /// Legal date of the report.
    pub reported_on: NaiveDate,
    /// Who reported it.
    pub reported_by: Actor,
    /// Number of ledger entries of this hazard.
    pub version: u32,
    /// The version after the last act that moved it; what came since only added to the record.
    pub moved_version: u32,
    /// Legal date of the last act that must come in order; no later act may be dated before it.
    pub moved_on: NaiveDate,
    /// 停产停业 and other suspensions, in force and lifted.
    pub suspensions: Vec<Suspension>,
    /// 行刑衔接: referrals to the organs of criminal justice.
    pub referrals: Vec<ReferCriminal>,
    /// Who had which part in this hazard; what separation of duties is judged by.
    pub hands: Vec<Hand>,
    /// 办理链接 that were handed out, those that are over among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// 补录确认: the office's consent to one late entry, if any is open.
    pub backdating: Option<BackdatingPermit>,
    /// 作废申请: the first of the two persons has spoken.
    pub annulment: Option<AnnulmentProposal>,
    /// Evidence of a verification that came to nothing: it failed, its strike-off was refused, or the hazard was listed again. It
    /// never counts again.
    pub spent: BTreeSet<Digest>,
}

impl File {
    /// The suspension in force, if any (the earliest).
    #[must_use]
    pub fn suspension_in_force(&self) -> Option<&Suspension> {
        self.suspensions.iter().find(|s| s.lifted_on.is_none())
    }

    /// Whether this person had this part in the hazard, in any cycle and round.
    #[must_use]
    pub fn has_hand(&self, person: PersonId, is: impl Fn(Part) -> bool) -> bool {
        self.hands
            .iter()
            .any(|hand| hand.person == person && is(hand.part))
    }

    /// Who rectified it with his own hands.
    pub fn rectified_by(&self) -> impl Iterator<Item = PersonId> {
        let hands = self.hands.iter();
        let own = hands.filter(|hand| hand.part.is_work_of_the_rectifying_side());
        own.map(|hand| hand.person)
    }

    /// Notes that this actor had this part.
    pub(crate) fn note_hand(&mut self, actor: &Actor, part: Part) {
        self.note_person(actor.person, actor.unit, part);
    }

    /// Notes that this person had this part, said by somebody else (a team member, for instance).
    pub(crate) fn note_person(&mut self, person: PersonId, unit: UnitId, part: Part) {
        let hand = Hand { person, unit, part };
        if !self.hands.contains(&hand) {
            self.hands.push(hand);
        }
    }
}

/// One person's part in one hazard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hand {
    /// Who.
    pub person: PersonId,
    /// For which unit.
    pub unit: UnitId,
    /// What.
    pub part: Part,
}

/// The parts that exclude one another (spec §4, separation of duties).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Part {
    /// Filed the plan, a progress entry or the application for the unit that rectifies.
    Rectified,
    /// Did anything else for it: signed for its order, added a note.
    ActedForUnit,
    /// Tracked the hazard for the lead unit: progress notes, suspension, resumption.
    Tracked,
    /// Asked for an extension.
    AskedForExtension,
    /// Handed out a link, which opens to whoever has it and so to him who made it.
    HandedOutLink,
    /// Sat on a verification team that did not pass the hazard.
    SatOnTeam,
    /// Sat on the team that passed it, and signed.
    SignedThePass,
}

impl Part {
    /// Whether the person did what the side that rectifies does, or could have done it in another's name.
    #[must_use]
    pub const fn is_on_the_rectifying_side(self) -> bool {
        self.is_work_of_the_rectifying_side() || matches!(self, Self::HandedOutLink)
    }

    /// Whether the person did the work of the side that rectifies, with his own hands.
    #[must_use]
    pub const fn is_work_of_the_rectifying_side(self) -> bool {
        matches!(
            self,
            Self::Rectified | Self::ActedForUnit | Self::AskedForExtension
        )
    }

    /// Whether the unit for which he acted has worked on the hazard by it.
    #[must_use]
    pub const fn is_work_on_it(self) -> bool {
        !matches!(self, Self::HandedOutLink | Self::ActedForUnit)
    }

    /// Whether the person sat on any verification team of the hazard.
    #[must_use]
    pub const fn is_on_a_team(self) -> bool {
        matches!(self, Self::SatOnTeam | Self::SignedThePass)
    }
}

/// 停产停业等措施 in force or lifted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// What was ordered.
    pub order: Suspend,
    /// By which department; only it may lift the order.
    pub by: UnitId,
    /// From which day.
    pub from_on: NaiveDate,
    /// 恢复生产: the day on which it was lifted.
    pub lifted_on: Option<NaiveDate>,
}

/// 补录确认: the office's consent that one act may be dated further back than the policy allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackdatingPermit {
    /// The earliest legal date it allows.
    pub earliest_on: NaiveDate,
    /// Who consented; nobody uses his own consent.
    pub by: PersonId,
}

/// 作废申请.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnulmentProposal {
    /// Who proposed; another person must confirm.
    pub by: PersonId,
    /// On which day.
    pub proposed_on: NaiveDate,
    /// 作废理由.
    pub reason: Reason,
}
