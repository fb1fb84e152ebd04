//! 验收组: the verification team, which cannot be formed when it is not independent (rule 14, spec §4).

use crate::context::Context;
use crate::directory::Directory;
use crate::hazard::UnderOrder;
use crate::refusal::{Refusal, Refusals};
use crate::values::PersonName;
use crate::values::vocabulary::vocabulary;
use crate::values::{Digest, Name, PersonId, Reason, UnitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A member of the team; whoever passes a false verification answers for it in person, so names are mandatory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamMember {
    /// The person.
    pub person: PersonId,
    /// His name, as signed.
    pub name: PersonName,
    /// His unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: Name,
    /// 组长, 成员 or 专家.
    pub role: TeamRole,
    /// 利害关系申报: what he declares; who declares a conflict cannot sit.
    pub conflict: Option<Reason>,
    /// His signature, by hand on the tablet or scanned.
    pub signature: Digest,
}

vocabulary! {
    /// The part a member has on the team.
    TeamRole "验收组职务" {
        /// Leads the team; comes from the commission's office.
        Leader "LEADER" "组长",
        /// Takes part and signs.
        Member "MEMBER" "成员",
        /// Takes part as an expert, and signs.
        Expert "EXPERT" "专家",
    }
}

/// A team that may verify this hazard. It has no other constructor than [`VerificationTeam::form`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VerificationTeam(Vec<TeamMember>);

/// The fewest members of a team (rule 14).
const MEMBERS_MIN: usize = 2;

/// What a team must be independent of.
#[derive(Clone, Debug)]
pub struct Independence {
    /// 县安委办, from which the leader comes.
    office: UnitId,
    /// The responsible unit, the units of further orders, and every unit that worked on the hazard.
    rectifying_units: BTreeSet<UnitId>,
    /// Whoever filed the plan, progress for the unit, or an application, or handed out a link by which that is done.
    rectifying_people: BTreeSet<PersonId>,
    /// The lead unit that also houses the office, where it is the same one (the trap of spec §4).
    host_that_leads: Option<UnitId>,
    /// Who is registered, by which what is claimed of a member is judged.
    directory: Arc<Directory>,
    /// When the hazard was found, and the legal date of the opinion.
    found_on: NaiveDate,
    judged_on: NaiveDate,
}

impl Independence {
    pub(crate) fn of<S: UnderOrder>(state: &S, ctx: &Context<'_>) -> Self {
        let entry = state.entry();
        let hands = state
            .file()
            .hands
            .iter()
            .filter(|hand| hand.part.is_on_the_rectifying_side());
        let assignment = state.assignment();
        let further = entry.cycle.further.iter();
        let mut rectifying_units = entry.rectifiers.clone();
        rectifying_units.insert(assignment.responsible_unit());
        rectifying_units.extend(further.map(|f| f.issued.terms.parties.responsible.unit()));
        Self {
            office: ctx.county.office,
            rectifying_units,
            rectifying_people: hands.map(|hand| hand.person).collect(),
            host_that_leads: ctx.county.host_that_leads(entry.listing.lead_unit),
            directory: Arc::clone(&ctx.county.directory),
            found_on: state.file().report.found_on,
            judged_on: ctx.occurred_on,
        }
    }

    /// Whether a member can be of the unit that he is said to come from. Who is registered is of those of his posts, whatever
    /// else is said of him; who is not need only name a unit that is, for not every expert and officer has a post. Who leads
    /// is registered.
    fn knows(&self, member: &TeamMember) -> bool {
        if let Some(person) = self.directory.person(member.person) {
            let mut posts = person.posts_on(self.judged_on);
            return posts.any(|post| post.unit == member.unit);
        }
        member.role != TeamRole::Leader && self.directory.unit(member.unit).is_some()
    }

    /// Every unit for which a member has acted since the hazard was found, whichever of them he is said to come from.
    fn units_of(&self, member: &TeamMember) -> BTreeSet<UnitId> {
        let registered = self.directory.person(member.person).into_iter();
        let posts = registered.flat_map(|person| &person.posts);
        let posts = posts.filter(|post| post.is_held_within(self.found_on, self.judged_on));
        posts.map(|post| post.unit).chain([member.unit]).collect()
    }
}

impl VerificationTeam {
    /// Forms a team.
    ///
    /// # Errors
    /// Every reason why these people may not verify this hazard.
    pub fn form(members: &[TeamMember], independent_of: &Independence) -> Result<Self, Refusals> {
        let of = independent_of;
        let mut no = Refusals::default();
        let mut people = BTreeSet::new();
        for (place, member) in (1..).zip(members) {
            let is_new = people.insert(member.person);
            no.when(!is_new, || Refusal::TeamMemberTwice { place });
        }
        no.when(people.len() < MEMBERS_MIN, || Refusal::TeamTooSmall {
            least: MEMBERS_MIN,
        });
        let mut leaders = members
            .iter()
            .filter(|member| member.role == TeamRole::Leader);
        let led_by_office = leaders
            .next()
            .is_some_and(|leader| leader.unit == of.office);
        no.when(!led_by_office || leaders.next().is_some(), || {
            Refusal::TeamLeaderNotOffice
        });
        for member in members {
            no.when(!of.knows(member), || Refusal::TeamMemberUnregistered {
                name: member.name.clone(),
            });
            let rectifies = !of.rectifying_units.is_disjoint(&of.units_of(member))
                || of.rectifying_people.contains(&member.person);
            no.when(rectifies, || Refusal::TeamMemberRectified {
                name: member.name.clone(),
            });
            no.when(member.conflict.is_some(), || {
                Refusal::TeamMemberConflicted {
                    name: member.name.clone(),
                }
            });
        }
        let from_outside = |member: &TeamMember, host: UnitId| {
            let units = of.units_of(member);
            let is_of_the_house = units.contains(&host) || units.contains(&of.office);
            member.role == TeamRole::Expert || !is_of_the_house
        };
        no.when(
            of.host_that_leads
                .is_some_and(|host| !members.iter().any(|m| from_outside(m, host))),
            || Refusal::TeamLacksOutsider,
        );
        no.or(|| Ok(Self(members.to_vec())))
    }

    /// Its members.
    #[must_use]
    pub fn members(&self) -> &[TeamMember] {
        &self.0
    }
}
