//! X11 发放办理链接 and X12 收回办理链接: somebody of the responsible unit who has no account handles this one hazard, until a
//! day, and never verifies or strikes off.
//!
//! The record says who handed it to whom. The secret that opens it is no part of it.

use super::prelude::*;
use crate::authority::Who;
use crate::directory::Person;
use crate::dossier::Link;
use chrono::Days;

/// 发放办理链接.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOutLink {
    /// The link, made by the client as the ids of orders are.
    pub link: LinkId,
    /// Who acts through it; he holds a post in the responsible unit.
    pub person: PersonId,
    /// 有效期至: the last day on which it is good.
    pub expires_on: NaiveDate,
}

/// X11: a link is handed out.
pub type LinkHandedOut = HandOutLink;

impl<S: UnderOrder> Rules<S> for HandOutLink {
    type Event = LinkHandedOut;

    fn standing(state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        let directory = &ctx.county.directory;
        let mut people = directory
            .people()
            .iter()
            .filter(|person| acts_for_the_unit(person, state, ctx))
            .peekable();
        if people.peek().is_none() {
            no.add(Refusal::LinkPersonNotOfUnit);
            return;
        }
        no.when(people.all(|person| has_one(person.id, state, ctx)), || {
            Refusal::LinkInForce
        });
    }

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        let today = ctx.today();
        let moved_on = state.assignment().since;
        no.when(ctx.occurred_on < moved_on, || Refusal::BeforePreviousAct {
            moved_on,
        });
        let person = ctx.county.directory.person(self.person);
        let acts_for_it = person.is_some_and(|person| acts_for_the_unit(person, state, ctx));
        no.when(!acts_for_it, || Refusal::LinkPersonNotOfUnit);
        let days = ctx.county.link_days;
        let last_day = today.checked_add_days(Days::new(u64::from(days)));
        let last_day = last_day.unwrap_or(today);
        no.when(
            self.expires_on < today || last_day < self.expires_on,
            || Refusal::LinkExpiryWrong { days, last_day },
        );
        let mut links = state.file().links.iter();
        no.when(links.any(|link| link.id == self.link), || {
            Refusal::LinkIdTaken
        });
        no.when(has_one(self.person, state, ctx), || Refusal::LinkInForce);
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<LinkHandedOut, Refusals> {
        Ok(self)
    }
}

/// Whether somebody can do today what the responsible unit does.
fn acts_for_the_unit<S: UnderOrder>(person: &Person, state: &S, ctx: &Context<'_>) -> bool {
    let unit = state.assignment().responsible_unit();
    let mut posts = person.posts_on(ctx.today());
    posts.any(|post| post.unit == unit && Who::Rectifier.roles().contains(&post.role))
}

/// Whether somebody has a link that opens this hazard.
fn has_one<S: UnderOrder>(person: PersonId, state: &S, ctx: &Context<'_>) -> bool {
    let mut links = state.file().links_not_over();
    links.any(|link| link.person == person && ctx.today() <= link.expires_on)
}

impl<S: UnderOrder> Evolves<S> for LinkHandedOut {
    type Next = S;

    fn evolve(&self, mut state: S, stamp: &Stamp) -> S {
        let assignment = state.assignment();
        let link = Link {
            id: self.link,
            person: self.person,
            unit: assignment.responsible_unit(),
            order: assignment.order.order,
            expires_on: self.expires_on,
            by: stamp.actor.clone(),
            handed_out_on: stamp.occurred_on,
            taken_back_on: None,
            over: false,
        };
        let file = state.file_mut();
        file.note_hand(&stamp.actor, Part::HandedOutLink);
        file.links.push(link);
        state
    }
}

/// 收回办理链接: it opens nothing from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeBackLink {
    /// The link.
    pub link: LinkId,
}

/// X12: a link is taken back.
pub type LinkTakenBack = TakeBackLink;

impl<S: UnderOrder> Rules<S> for TakeBackLink {
    type Event = LinkTakenBack;

    fn standing(state: &S, _ctx: &Context<'_>, no: &mut Refusals) {
        let none = state.file().links_not_over().next().is_none();
        no.when(none, || Refusal::LinkUnknown);
    }

    fn judge(&self, state: &S, _ctx: &Context<'_>, no: &mut Refusals) {
        let mut links = state.file().links_not_over();
        no.when(!links.any(|link| link.id == self.link), || {
            Refusal::LinkUnknown
        });
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<LinkTakenBack, Refusals> {
        Ok(self)
    }
}

impl<S: UnderOrder> Evolves<S> for LinkTakenBack {
    type Next = S;

    fn evolve(&self, mut state: S, stamp: &Stamp) -> S {
        let links = &mut state.file_mut().links;
        if let Some(link) = links.iter_mut().find(|link| link.id == self.link) {
            link.taken_back_on = Some(stamp.occurred_on);
        }
        state
    }
}
