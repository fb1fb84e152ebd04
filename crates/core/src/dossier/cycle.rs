//! A cycle: it begins with listing and with each reopening (重新列单), and ends with the strike-off.

use super::{FurtherOrder, IssuedTerms, Stated, SupersededOrder, Term};
use crate::acts::{CircularReference, GrantedExtension};
use crate::values::{Digest, EvidenceSet, Fen, OrderId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a cycle keeps from its first day to its last, whoever is made responsible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// 1, and one more with each reopening (重新列单).
    pub number: u32,
    /// Legal date on which it began.
    pub began_on: NaiveDate,
    /// The time allowed, while an order that came back (退办) leaves nobody who must keep it.
    pub returned: Option<Term>,
    /// 退办: the orders that came back.
    pub sent_back: Vec<OrderId>,
    /// Granted extensions, first to last.
    pub grants: Vec<GrantedExtension>,
    /// Extension requests refused.
    pub extensions_refused: u32,
    /// Rounds that came to nothing: failed, or passed and then refused at strike-off. The present round is one more.
    pub void_rounds: u32,
    /// On which day the last of them did.
    pub voided_on: Option<NaiveDate>,
    /// On which days a team failed one, first to last.
    pub failed_on: Vec<NaiveDate>,
    /// 追加交办: orders to further units on the same hazard.
    pub further: Vec<FurtherOrder>,
    /// Orders replaced by reassignment (改派), each naming what replaced it.
    pub superseded: Vec<SupersededOrder>,
    /// 已反弹: the day on which it was first found that the hazard has come back, after which nothing but to list it again is left
    /// (rule 21).
    pub came_back_on: Option<NaiveDate>,
    /// What progress entries and applications have stated, without what a later one corrected.
    pub stated: Vec<Stated>,
    /// What was shown with them: it shows the work of this cycle, and none of a later one.
    pub shown: BTreeSet<Digest>,
}

impl Cycle {
    /// A cycle at its beginning.
    #[must_use]
    pub(crate) fn begin(number: u32, began_on: NaiveDate) -> Self {
        Self {
            number,
            began_on,
            returned: None,
            sent_back: Vec::new(),
            grants: Vec::new(),
            extensions_refused: 0,
            void_rounds: 0,
            further: Vec::new(),
            superseded: Vec::new(),
            came_back_on: None,
            voided_on: None,
            failed_on: Vec::new(),
            stated: Vec::new(),
            shown: BTreeSet::new(),
        }
    }

    /// A team failed this round.
    pub(crate) fn fail(&mut self, round: u32, on: NaiveDate) {
        self.void(round, on);
        self.failed_on.push(on);
    }

    /// This round came to nothing.
    pub(crate) fn void(&mut self, round: u32, on: NaiveDate) {
        self.void_rounds = round;
        self.voided_on = Some(on);
    }

    /// The day on which it had failed as often as is a ground for escalation without a deadline that has passed (spec §2.4).
    pub(crate) fn failed_twice_on(&self) -> Option<NaiveDate> {
        self.failed_on.get(1).copied()
    }

    /// The present round of verification, from 1.
    #[must_use]
    pub fn round(&self) -> u32 {
        self.void_rounds.saturating_add(1)
    }

    /// One more is stated, with what it shows; what it corrects says nothing any more.
    pub(crate) fn state(&mut self, stated: Stated, shows: &EvidenceSet, corrects: Option<u32>) {
        self.shown.extend(shows.digests());
        self.stated.retain(|earlier| Some(earlier.seq) != corrects);
        self.stated.push(stated);
    }

    /// 实际投入资金: what was last stated as spent, by legal date, then by place. A failed round gives no money back.
    #[must_use]
    pub fn spent(&self) -> Option<Fen> {
        let stated = self.stated.iter();
        let of_money = stated.filter_map(|own| Some((own.on, own.seq, own.spent?)));
        of_money.max().map(|(_, _, spent)| spent)
    }

    /// The further order with this id that waits for its answer.
    #[must_use]
    pub fn unanswered(&self, order: OrderId) -> Option<&FurtherOrder> {
        self.further
            .iter()
            .find(|f| f.issued.order == order && f.is_unanswered())
    }
}

/// A cycle that ended in strike-off and came undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastCycle {
    /// As it stood.
    pub cycle: Cycle,
    /// The order under which it was rectified in it.
    pub order: IssuedTerms,
    /// The circular that told its strike-off, if one did.
    pub circulated: Option<CircularReference>,
    /// The day of its strike-off.
    pub closed_on: NaiveDate,
    /// The day on which the hazard was listed again.
    pub reopened_on: NaiveDate,
    /// Look-backs done in it.
    pub look_backs: u32,
}
