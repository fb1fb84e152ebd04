//! 验收组: the verification team, which cannot be formed when it is not independent (rule 14, spec §4).

use crate::context::Context;
use crate::directory::UnitKind;
use crate::dossier::Part;
use crate::hazard::UnderOrder;
use crate::rectifying::RectifyingSide;
use crate::refusal::{Refusal, Refusals};
use crate::values::PersonName;
use crate::values::vocabulary::vocabulary;
use crate::values::{Digest, Name, PersonId, Reason, UnitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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
    /// The side that rectifies.
    side: RectifyingSide,
    /// The lead unit that also houses the office, where it is the same one (the trap of spec §4).
    host_that_leads: Option<UnitId>,
    /// The day on which the team was on site.
    on_site_on: NaiveDate,
}

impl Independence {
    pub(crate) fn of<S: UnderOrder>(state: &S, on_site_on: NaiveDate, ctx: &Context<'_>) -> Self {
        Self {
            office: ctx.county.office,
            side: RectifyingSide::of(state, ctx),
            host_that_leads: ctx.county.host_that_leads(state.entry().listing.lead_unit),
            on_site_on,
        }
    }

    /// What of a member is not as the directory has it. Who is registered comes from a unit in which he has a post that day, under
    /// the name that is registered; who is not can only be an expert of a group of experts. Who leads is registered.
    fn judge_claims(&self, member: &TeamMember, no: &mut Refusals) {
        let name = || member.name.clone();
        let Some(person) = self.side.directory().person(member.person) else {
            let unit = self.side.directory().unit(member.unit);
            let is_of_experts = unit.is_some_and(|unit| unit.kind == UnitKind::Experts);
            no.when(!is_of_experts || member.role != TeamRole::Expert, || {
                Refusal::TeamMemberUnregistered { name: name() }
            });
            return;
        };
        let mut posts = person.posts_on(self.on_site_on);
        no.when(!posts.any(|post| post.unit == member.unit), || {
            Refusal::TeamMemberUnregistered { name: name() }
        });
        no.when(!person.is_called(&member.name), || {
            Refusal::TeamMemberMisnamed { name: name() }
        });
    }

    /// Whether a member is of the side that rectifies: by what he did, by a post, by the unit for which he sits, or, where he is known by
    /// nothing else, by his name.
    fn rectifies(&self, member: &TeamMember) -> bool {
        let is_registered = self.side.directory().person(member.person).is_some();
        self.side.has_unit(member.unit)
            || self
                .side
                .has(member.person, Part::is_on_the_rectifying_side)
            || !is_registered && self.side.has_name(&member.name)
    }

    /// Whether a member is registered, and had no post in the office or the department that houses it since the hazard was found. Of
    /// an expert whom no directory knows nobody can tell.
    fn is_from_outside(&self, member: &TeamMember, host: UnitId) -> bool {
        let units = self.side.units_of(member.person);
        !units.is_empty() && !units.contains(&host) && !units.contains(&self.office)
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
        let mut signatures = BTreeSet::new();
        for (place, member) in (1..).zip(members) {
            let is_new = people.insert(member.person);
            no.when(!is_new, || Refusal::TeamMemberTwice { place });
            let is_his_own = signatures.insert(member.signature);
            no.when(is_new && !is_his_own, || Refusal::TeamSignatureShared {
                place,
            });
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
            of.judge_claims(member, &mut no);
            no.when(of.rectifies(member), || Refusal::TeamMemberRectified {
                name: member.name.clone(),
            });
            no.when(member.conflict.is_some(), || {
                Refusal::TeamMemberConflicted {
                    name: member.name.clone(),
                }
            });
        }
        no.when(
            of.host_that_leads
                .is_some_and(|host| !members.iter().any(|m| of.is_from_outside(m, host))),
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
