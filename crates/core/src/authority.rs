//! Who may do what: spec §4 as one table, from an act to those who do it.
//!
//! A person acts in one role for one unit; each entry of the table asks for both. What depends on his own part in the
//! hazard (separation of duties) stands with the act.

use crate::actor::{Actor, Role};
use crate::context::{Context, County};
use crate::dossier::{File, IssuingBody, Part};
use crate::hazard::Hazard;
use crate::lifecycle::Act;
use crate::refusal::Refusal;
use std::collections::BTreeSet;

/// Those who do an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// 检查人员 of the lead unit, a co-unit or the township.
    Inspector,
    /// 牵头责任单位 of the hazard; before listing, any.
    Lead,
    /// 乡镇 in whose area the hazard lies.
    Township,
    /// 治理责任单位: whoever the order made responsible, be it an enterprise, a township or a department.
    Rectifier,
    /// The addressee of a further order that waits for its answer.
    FurtherAddressee,
    /// 责任单位 that reports on itself.
    SelfReporter,
    /// 县安委办经办人.
    Clerk,
    /// 县安委办审批人.
    Approver,
    /// 县安委会签发人.
    Signer,
    /// The body that issued the order: the office's approver or the commission's signer, and the latter for whatever is
    /// supervised.
    IssuingBody,
    /// Who may sit on a verification team: an inspector or lead who is not of the rectifying side.
    Verifier,
    /// 举报受理岗.
    Intake,
    /// 县直单位监管平台.
    Platform,
    /// The side that applied for verification.
    Applicant,
    /// The department whose suspension is in force, whichever leads the line; where none is, the lead unit.
    Suspender,
    /// Whoever had a hand in the hazard, also when another has taken over.
    HadAHand,
    /// 上报该隐患的单位: whoever reports goes on to send what he saw.
    Finder,
}

impl Who {
    /// As a clerk reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inspector => "检查人员",
            Self::Lead => "牵头责任单位",
            Self::Township => "属地乡镇",
            Self::Rectifier => "治理责任单位",
            Self::FurtherAddressee => "被追加交办的单位",
            Self::SelfReporter => "自查上报的单位",
            Self::Clerk => "县安委办经办人",
            Self::Approver => "县安委办审批人",
            Self::Signer => "县安委会签发人",
            Self::IssuingBody => "签发机关",
            Self::Verifier => "验收组成员",
            Self::Intake => "举报受理岗",
            Self::Platform => "监管平台",
            Self::Applicant => "申请验收的单位",
            Self::Suspender => "作出停产停业决定的部门",
            Self::HadAHand => "经办过该隐患的单位",
            Self::Finder => "上报该隐患的单位",
        }
    }

    /// For which unit one must act to be this, and on which hazard; the words for what `may` asks.
    #[must_use]
    pub const fn condition(self) -> &'static str {
        match self {
            Self::Inspector => {
                "所在单位是该隐患的牵头责任单位、配合单位或属地乡镇；列单前，不限单位，但须能查看该隐患"
            }
            Self::Lead => {
                "所在单位是该隐患的牵头责任单位；列单前，任一牵头责任单位，责令停产停业和行刑衔接移送以外的，须能查看该隐患"
            }
            Self::Township => "所在单位是隐患所在地的乡镇；上报时，任一乡镇",
            Self::Rectifier => {
                "所在单位是交办单载明的治理责任单位，企业、乡镇、部门均可；尚未交办的，没有治理责任单位"
            }
            Self::FurtherAddressee => "所在单位收到追加交办，且尚未办结",
            Self::SelfReporter => "责任单位自查上报，不限单位",
            Self::Clerk | Self::Approver => "所在单位是县安委办",
            Self::Signer => "所在单位是县安委会",
            Self::IssuingBody => {
                "由县安委会交办或正在挂牌督办的，为县安委会签发人；其他的，为县安委办审批人"
            }
            Self::Verifier => {
                "所在单位是牵头责任单位、配合单位或属地乡镇，不是隐患单位、治理责任单位或施工单位，本人没有参与该隐患的整改，也没有发放过它的办理链接"
            }
            Self::Suspender => {
                "所在单位作出的停产停业决定正在执行；没有正在执行的决定的，为牵头责任单位"
            }
            Self::HadAHand => "所在单位经办过该隐患的方案、进展、验收申请、追加交办或停产停业",
            Self::Finder => "所在单位上报了该隐患",
            Self::Intake => "受理举报时，不限单位",
            Self::Platform => "推送隐患时，不限平台",
            Self::Applicant => {
                "申请验收的，为治理责任单位；申请关闭销号的，为牵头责任单位（以“牵头责任单位”岗位办理）"
            }
        }
    }

    /// The roles in which one can be this.
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Inspector => &[Role::Inspector],
            Self::Lead | Self::Suspender => &[Role::Lead],
            Self::Township => &[Role::Township],
            Self::Rectifier | Self::FurtherAddressee | Self::Applicant | Self::HadAHand => {
                &[Role::Unit, Role::Township, Role::Lead]
            }
            Self::SelfReporter => &[Role::Unit],
            Self::Finder => &[
                Role::Inspector,
                Role::Lead,
                Role::Township,
                Role::Unit,
                Role::Intake,
                Role::Platform,
            ],
            Self::Clerk => &[Role::OfficeClerk],
            Self::Approver => &[Role::OfficeApprover],
            Self::Signer => &[Role::CommissionSigner],
            Self::IssuingBody => &[Role::OfficeApprover, Role::CommissionSigner],
            Self::Verifier => &[Role::Inspector, Role::Lead],
            Self::Intake => &[Role::Intake],
            Self::Platform => &[Role::Platform],
        }
    }
}

impl Act {
    /// Those who do it (spec §2.2, column “Actor”, and §4).
    #[must_use]
    pub const fn who(self) -> &'static [Who] {
        use Who::{
            Applicant, Approver, Clerk, Finder, FurtherAddressee, HadAHand, Inspector, Intake,
            IssuingBody, Lead, Platform, Rectifier, SelfReporter, Signer, Suspender, Township,
            Verifier,
        };
        match self {
            Self::Report => &[
                Inspector,
                Lead,
                Township,
                SelfReporter,
                Clerk,
                Intake,
                Platform,
            ],
            Self::List
            | Self::Reject
            | Self::DowngradeAtReview
            | Self::Merge
            | Self::Downgrade
            | Self::Transfer
            | Self::Reopen
            | Self::ProposeAnnulment
            | Self::Annul
            | Self::ConfirmBackdating => &[Clerk, Approver],
            Self::Assign
            | Self::Reassign
            | Self::OrderFurther
            | Self::CirculateClosure
            | Self::MentionInCircular => &[Approver, Signer],
            Self::Acknowledge
            | Self::ReturnAssignment
            | Self::FilePlan
            | Self::RevisePlan
            | Self::RequestExtension
            | Self::ApplyVerification => &[Rectifier],
            Self::RecordProgress => &[Rectifier, Lead, Inspector],
            Self::Supervise | Self::LiftSupervision => &[Signer],
            Self::Suspend | Self::ApplyShutdownClosure | Self::ReferCriminal => &[Lead],
            Self::Resume => &[Suspender],
            Self::GrantExtension | Self::RefuseExtension => &[IssuingBody],
            Self::FailVerification
            | Self::PassVerification
            | Self::VisitSite
            | Self::InspectAtExpiry => &[Verifier, Clerk],
            Self::StrikeOff | Self::RefuseStrikeOff => &[Approver],
            Self::Escalate => &[Clerk, Approver, Signer],
            Self::Expose => &[Clerk, Approver, Lead],
            Self::LookBack => &[Inspector, Lead, Township, Clerk],
            Self::WithdrawApplication => &[Applicant],
            Self::AddNote => &[
                Inspector,
                Lead,
                Township,
                Rectifier,
                FurtherAddressee,
                HadAHand,
                Finder,
                Clerk,
                Approver,
            ],
            Self::AnswerFurtherOrder => &[FurtherAddressee],
            Self::HandOutLink => &[Clerk, Lead, Township],
            Self::TakeBackLink => &[Clerk, Approver, Lead, Township],
        }
    }

    /// Whether a department does it by power of law on what it comes upon (《安全生产法》第六十五条、第七十条): before the hazard
    /// is listed, and so shown to its line, none of them need be shown it to do this.
    #[must_use]
    pub const fn is_by_power_of_law(self) -> bool {
        matches!(self, Self::Suspend | Self::ReferCriminal)
    }

    /// Whether the act adds to the record without moving the hazard: it never goes stale and comes in any order.
    #[must_use]
    pub const fn is_additive(self) -> bool {
        matches!(
            self,
            Self::RecordProgress
                | Self::AddNote
                | Self::LookBack
                | Self::HandOutLink
                | Self::TakeBackLink
        )
    }

    /// Whether it can be done through a link: what the side that rectifies does, but for the receipt, which whoever answers for
    /// the unit signs as himself. Nobody judges through a link what was done through it.
    #[must_use]
    pub const fn is_by_link(self) -> bool {
        matches!(
            self,
            Self::FilePlan
                | Self::RevisePlan
                | Self::RecordProgress
                | Self::AddNote
                | Self::RequestExtension
                | Self::ApplyVerification
                | Self::WithdrawApplication
        )
    }
}

/// Whether the actor may do the act on this hazard (`None`: on one that is not yet there).
pub(crate) fn may(act: Act, hazard: Option<&Hazard>, ctx: &Context<'_>) -> Result<(), Refusal> {
    let actor = ctx.actor;
    if let Some(link) = ctx.link {
        if !act.is_by_link() {
            return Err(Refusal::NotByLink { act });
        }
        let in_force = hazard.and_then(|hazard| hazard.link_in_force(link, ctx.today()));
        if in_force.is_none_or(|link| !link.is_for(actor)) {
            return Err(Refusal::LinkOver);
        }
    }
    let in_role: Vec<Who> = act
        .who()
        .iter()
        .copied()
        .filter(|who| who.roles().contains(&actor.role))
        .collect();
    let names = || {
        act.who()
            .iter()
            .map(|who| who.name())
            .collect::<Vec<_>>()
            .join("、")
    };
    if in_role.is_empty() {
        return Err(Refusal::NotYourRole { act, who: names() });
    }
    if in_role
        .into_iter()
        .any(|who| is_it(who, hazard, actor, ctx.county))
    {
        Ok(())
    } else {
        Err(Refusal::NotYourCase { act, who: names() })
    }
}

/// Whether one of these is this actor, on this hazard.
pub(crate) fn is_among(who: &[Who], hazard: &Hazard, actor: &Actor, county: &County) -> bool {
    let mut in_role = who.iter().filter(|who| who.roles().contains(&actor.role));
    in_role.any(|who| is_it(*who, Some(hazard), actor, county))
}

/// Whether the actor, who has the role, also acts for the right unit.
fn is_it(who: Who, hazard: Option<&Hazard>, actor: &Actor, county: &County) -> bool {
    let entry = hazard.and_then(Hazard::entry);
    let assignment = hazard.and_then(Hazard::assignment);
    let in_line = entry.is_none_or(|entry| {
        entry.listing.lead_unit == actor.unit || entry.listing.co_units.contains(&actor.unit)
    });
    let in_township = hazard.is_none_or(|hazard| {
        county.townships.get(&hazard.file().report.township) == Some(&actor.unit)
    });
    match who {
        Who::Inspector => in_line || in_township,
        Who::Lead => entry.is_none_or(|entry| entry.listing.lead_unit == actor.unit),
        Who::Township => in_township,
        Who::Suspender => hazard.is_some_and(|hazard| {
            let suspensions = hazard.file().suspensions.iter();
            let mut in_force = suspensions.filter(|s| s.lifted_on.is_none()).peekable();
            if in_force.peek().is_none() {
                return entry.is_none_or(|entry| entry.listing.lead_unit == actor.unit);
            }
            in_force.any(|suspension| suspension.by == actor.unit)
        }),
        Who::HadAHand => hazard.is_some_and(|hazard| {
            let mut hands = hazard.file().hands.iter();
            hands.any(|hand| hand.unit == actor.unit && hand.part.is_work_on_it())
        }),
        Who::Finder => hazard.is_some_and(|hazard| hazard.file().reported_by.unit == actor.unit),
        Who::Rectifier => {
            assignment.is_some_and(|assignment| assignment.responsible_unit() == actor.unit)
        }
        Who::FurtherAddressee => entry.is_some_and(|entry| {
            entry.cycle.further.iter().any(|further| {
                further.is_unanswered()
                    && further.issued.terms.parties.responsible.unit() == actor.unit
            })
        }),
        Who::SelfReporter | Who::Intake | Who::Platform => true,
        Who::Clerk | Who::Approver => actor.unit == county.office,
        Who::Signer => actor.unit == county.commission,
        Who::IssuingBody => {
            let supervised = entry.is_some_and(|entry| entry.supervised_at().is_some());
            let by_commission = assignment.is_some_and(|assignment| {
                [assignment.order.issued_by, assignment.term.set_by]
                    .contains(&IssuingBody::Commission)
            });
            if supervised || by_commission {
                actor.role == Role::CommissionSigner && actor.unit == county.commission
            } else {
                actor.role == Role::OfficeApprover && actor.unit == county.office
            }
        }
        Who::Verifier => {
            let has_rectified = hazard.is_some_and(|hazard| has_rectified(hazard.file(), actor));
            let rectifies = entry.is_some_and(|entry| {
                entry.listing.holder.unit() == actor.unit
                    || entry.ordered_units(assignment).contains(&actor.unit)
            });
            !rectifies && !has_rectified && (in_line || in_township)
        }
        Who::Applicant => {
            let ceased = hazard
                .and_then(Hazard::application)
                .is_some_and(|application| {
                    matches!(application.ground, crate::dossier::Ground::Ceased(_))
                });
            if ceased {
                actor.role == Role::Lead
                    && entry.is_some_and(|entry| entry.listing.lead_unit == actor.unit)
            } else {
                assignment.is_some_and(|assignment| assignment.responsible_unit() == actor.unit)
            }
        }
    }
}

fn has_rectified(file: &File, actor: &Actor) -> bool {
    file.has_hand(actor.person, Part::is_on_the_rectifying_side)
}

/// The roles that do at least one act; the others only read.
#[must_use]
pub fn acting_roles() -> BTreeSet<Role> {
    Act::ALL
        .iter()
        .flat_map(|act| act.who())
        .flat_map(|who| who.roles())
        .copied()
        .collect()
}
