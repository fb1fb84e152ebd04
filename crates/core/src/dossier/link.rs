//! 办理链接: what the file knows of a link by which somebody handles this one hazard.

use super::File;
use crate::Actor;
use crate::hazard::Hazard;
use crate::values::{LinkId, OrderId, PersonId, UnitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A link that was handed out. What opens it is no part of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// By which it is taken back.
    pub id: LinkId,
    /// Who acts through it, in his own name.
    pub person: PersonId,
    /// For which unit: the one that was responsible when it was handed out.
    pub unit: UnitId,
    /// The order on which the unit acts; another order is another's work.
    pub order: OrderId,
    /// 有效期至: the last day on which it is good.
    pub expires_on: NaiveDate,
    /// Who handed it out.
    pub by: Actor,
    /// On which day.
    pub handed_out_on: NaiveDate,
    /// The day on which it was taken back.
    pub taken_back_on: Option<NaiveDate>,
    /// Whether the order is over on which it was handed out. It does not come back with the hazard, nor with the same order.
    pub over: bool,
}

impl Link {
    /// Whether it is there for this actor.
    #[must_use]
    pub fn is_for(&self, actor: &Actor) -> bool {
        self.person == actor.person && self.unit == actor.unit
    }
}

impl File {
    /// The links that open the hazard, but for their last day.
    pub fn links_not_over(&self) -> impl Iterator<Item = &Link> {
        let links = self.links.iter();
        links.filter(|link| link.taken_back_on.is_none() && !link.over)
    }
}

impl Hazard {
    /// The link of this id, if it opens this hazard on this day.
    #[must_use]
    pub fn link_in_force(&self, id: LinkId, on: NaiveDate) -> Option<&Link> {
        let mut links = self.file().links_not_over();
        links.find(|link| link.id == id && on <= link.expires_on)
    }

    /// Ends the links whose order does not stand, after whatever act: a reassignment, an order that comes back, a merger, a
    /// strike-off.
    pub(crate) fn end_links(&mut self) {
        let in_work = self.closure().is_none();
        let order = self.assignment().filter(|_| in_work);
        let order = order.map(|assignment| assignment.order.order);
        for link in &mut self.file_mut().links {
            link.over |= Some(link.order) != order;
        }
    }
}
