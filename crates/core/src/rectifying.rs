//! 整改一方: which units and which people rectify a hazard, by which every act is judged that nobody does on his own work.
//!
//! A person is of that side by what he did on the hazard, or by any post in a unit that rectifies it, whichever of his posts he
//! acts in now: duties are separated by person and not by role (spec §4).

use crate::actor::Actor;
use crate::context::Context;
use crate::directory::{Directory, Person};
use crate::dossier::{Hand, Part};
use crate::hazard::{Hazard, InFile};
use crate::lifecycle::Act;
use crate::refusal::Refusal;
use crate::values::{PersonId, PersonName, UnitId};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The side that rectifies a hazard.
#[derive(Clone, Debug)]
pub(crate) struct RectifyingSide {
    /// Its units.
    units: BTreeSet<UnitId>,
    /// What people did on the hazard.
    hands: Vec<Hand>,
    /// Those who answer for these units on the orders, on the list, on the receipt and in the plan.
    named: BTreeSet<PersonName>,
    /// Who has which post.
    directory: Arc<Directory>,
    /// On which days a post counts ([`Context::days_since_found`]).
    since: NaiveDate,
    until: NaiveDate,
}

impl RectifyingSide {
    /// That of a hazard in this state.
    pub(crate) fn of<S: InFile>(state: &S, ctx: &Context<'_>) -> Self {
        Self::of_hazard(&state.clone().into(), ctx)
    }

    /// That of any hazard; before an order is issued it is who holds it.
    pub(crate) fn of_hazard(hazard: &Hazard, ctx: &Context<'_>) -> Self {
        let (file, entry, assignment) = (hazard.file(), hazard.entry(), hazard.assignment());
        let holder = entry.map(|entry| &entry.listing.holder);
        let holder = holder.or(file.report.holder.as_ref());
        let orders = entry.into_iter().flat_map(|entry| entry.orders(assignment));
        let answerable = orders.map(|order| &order.terms.parties.responsible);
        let answerable = answerable.chain(holder);
        let named = answerable.filter_map(|unit| unit.head().cloned());
        let signed = hazard.receipt().map(|receipt| receipt.signed_by.clone());
        let plan = hazard.work().map(|work| work.plan.responsibility());
        let planned = plan.map(|plan| plan.person.clone());
        let (since, until) = ctx.days_since_found(file.report.found_on);
        Self {
            units: hazard.rectifying_units(),
            hands: file.hands.clone(),
            named: named.chain(signed).chain(planned).collect(),
            directory: Arc::clone(&ctx.county.directory),
            since,
            until,
        }
    }

    /// Who is registered, by which what is claimed of somebody is judged.
    pub(crate) fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Whether this unit rectifies.
    pub(crate) fn has_unit(&self, unit: UnitId) -> bool {
        self.units.contains(&unit)
    }

    /// Whether somebody did what counts, or has had a post in a unit that rectifies since the hazard was found.
    pub(crate) fn has(&self, person: PersonId, counts: impl Fn(Part) -> bool) -> bool {
        let mut hands = self.hands.iter();
        hands.any(|hand| hand.person == person && counts(hand.part))
            || !self.units.is_disjoint(&self.units_of(person))
    }

    /// Whether somebody is of this side by what he did for another unit than this one, or by a post in another.
    fn has_elsewhere(&self, person: PersonId, unit: UnitId) -> bool {
        let mut hands = self.hands.iter().filter(|hand| hand.person == person);
        let mut posts = self.units_of(person).into_iter();
        hands.any(|hand| hand.unit != unit && hand.part.is_work_of_the_rectifying_side())
            || posts.any(|own| own != unit && self.has_unit(own))
    }

    /// Every unit for which somebody could act on any day since the hazard was found.
    pub(crate) fn units_of(&self, person: PersonId) -> BTreeSet<UnitId> {
        let registered = self.directory.person(person).into_iter();
        registered
            .flat_map(|person| self.posts_of(person))
            .collect()
    }

    fn posts_of(&self, person: &Person) -> impl Iterator<Item = UnitId> {
        let posts = person.posts.iter();
        let held = posts.filter(|post| post.is_held_within(self.since, self.until));
        held.map(|post| post.unit)
    }

    /// Whether anybody of this side bears this name, by which somebody who is in no directory is known and by nothing else.
    pub(crate) fn has_name(&self, name: &PersonName) -> bool {
        let is_of_it = |person: &Person| {
            let mut hands = self.hands.iter();
            hands.any(|hand| hand.person == person.id && hand.part.is_on_the_rectifying_side())
                || self.posts_of(person).any(|unit| self.has_unit(unit))
        };
        let mut people = self.directory.people().iter();
        self.named.contains(name) || people.any(|person| person.name == *name && is_of_it(person))
    }
}

impl Act {
    /// Whether it judges the work of the side that rectifies, or takes from it what it owes: nobody of that side does it, in whichever
    /// post he acts.
    #[must_use]
    pub const fn is_for_others_than_who_rectified(self) -> bool {
        match self {
            Self::FailVerification
            | Self::PassVerification
            | Self::VisitSite
            | Self::InspectAtExpiry
            | Self::GrantExtension
            | Self::RefuseExtension
            | Self::StrikeOff
            | Self::RefuseStrikeOff
            | Self::LookBack
            | Self::LiftSupervision
            | Self::Reassign
            | Self::Downgrade
            | Self::Transfer
            | Self::Merge
            | Self::Reject
            | Self::DowngradeAtReview
            | Self::OrderFurther
            | Self::ProposeAnnulment
            | Self::Annul
            | Self::ConfirmBackdating => true,
            Self::Report
            | Self::List
            | Self::Assign
            | Self::Acknowledge
            | Self::ReturnAssignment
            | Self::AnswerFurtherOrder
            | Self::FilePlan
            | Self::RevisePlan
            | Self::RecordProgress
            | Self::Supervise
            | Self::Suspend
            | Self::Resume
            | Self::RequestExtension
            | Self::ApplyVerification
            | Self::ApplyShutdownClosure
            | Self::WithdrawApplication
            | Self::Reopen
            | Self::Escalate
            | Self::Expose
            | Self::ReferCriminal
            | Self::CirculateClosure
            | Self::MentionInCircular
            | Self::AddNote
            | Self::HandOutLink
            | Self::TakeBackLink => false,
        }
    }

    /// What counts as a part in the rectification where somebody would do this act. Whoever handed out a link could have done by it what
    /// he would now strike off; that he may enter what a team found is a decision of its own.
    const fn counts(self) -> fn(Part) -> bool {
        if self.is_decision_on_strike_off() {
            Part::is_on_the_rectifying_side
        } else {
            Part::is_work_of_the_rectifying_side
        }
    }

    const fn is_decision_on_strike_off(self) -> bool {
        matches!(self, Self::StrikeOff | Self::RefuseStrikeOff)
    }
}

/// What stands in the way of somebody of the rectifying side, in whichever post he acts.
pub(crate) fn stands_apart(act: Act, hazard: &Hazard, ctx: &Context<'_>) -> Option<Refusal> {
    if act != Act::Resume && !act.is_for_others_than_who_rectified() {
        return None;
    }
    let Actor { person, unit, .. } = *ctx.actor;
    let side = RectifyingSide::of_hazard(hazard, ctx);
    // The department that stopped a unit lifts its own stop, also where it has an order itself; but nobody lifts it for his own unit.
    if act == Act::Resume {
        let is_of_it = side.has_elsewhere(person, unit);
        return is_of_it.then_some(Refusal::ActorRectified { act });
    }
    if !side.has_unit(unit) && !side.has(person, act.counts()) {
        return None;
    }
    Some(if act.is_decision_on_strike_off() {
        Refusal::ApproverRectified
    } else if matches!(act, Act::GrantExtension | Act::RefuseExtension) {
        Refusal::SamePersonDecides
    } else if act == Act::LookBack {
        Refusal::LookBackByRectifier
    } else {
        Refusal::ActorRectified { act }
    })
}
