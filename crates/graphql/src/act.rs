//! The acts: one mutation for each, and nothing else that writes.

use crate::guard::{Guard, Sent, Submitted, submit};
use crate::hazard::{Hazard, LedgerEntry};
use crate::input::{
    AcknowledgeInput, AddNoteInput, AnnulInput, AnswerFurtherOrderInput, ApplyShutdownClosureInput,
    ApplyVerificationInput, Arguments, AssignInput, CirculateClosureInput, ConfirmBackdatingInput,
    DateInput, DowngradeAtReviewInput, DowngradeInput, EscalateInput, ExposeInput,
    FailVerificationInput, GrantExtensionInput, HandOutLinkInput, InspectAtExpiryInput,
    LiftSupervisionInput, ListInput, LookBackInput, MentionInCircularInput, MergeInput,
    OrderFurtherInput, PassVerificationInput, PlanInput, ProposeAnnulmentInput, Reading,
    ReassignInput, RecordProgressInput, ReferCriminalInput, RefuseExtensionInput,
    RefuseStrikeOffInput, RejectInput, ReopenInput, ReportInput, RequestExtensionInput,
    RequestIdInput, ResumeInput, ReturnAssignmentInput, RevisePlanInput, StrikeOffInput,
    SuperviseInput, SuspendInput, Take, TakeBackLinkInput, TransferInput, VisitSiteInput,
    WithdrawApplicationInput, camel, taken,
};
use crate::link;
use crate::refusal::Refusal;
use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result, SimpleObject};
use xiaohao_core::values::HazardId;
use xiaohao_core::{Act, Command, acts};
use xiaohao_ledger::{Deed, Unread};

/// 办理凭据：对哪个隐患、以哪个版本为准、操作编号、办理日期。
///
/// What guards an act, apart from what it says.
#[derive(InputObject)]
pub(crate) struct ActInput {
    /// 隐患标识；上报时由客户端生成（UUIDv7）。For a report, made by the client.
    pub(crate) hazard_id: ID,
    /// 办理人所见的版本；上报和补充记录（进展、补记、回头看等）可以不填。The version that the actor saw; a report and acts that only
    /// add to the record need none.
    pub(crate) expected_version: Option<i32>,
    /// 操作编号，由客户端生成；重发时沿用原编号，不会重复办理。The same id sent twice has one effect.
    request_id: RequestIdInput,
    /// 办理日期，默认为今天；不得晚于今天。The legal date; today by default.
    occurred_on: Option<DateInput>,
}

impl Take<Guard<HazardId>> for ActInput {
    fn take(self, at: &mut Reading) -> Option<Guard<HazardId>> {
        let subject = at.field("hazard_id", self.hazard_id);
        Guard::take(
            at,
            subject,
            self.expected_version,
            self.request_id,
            self.occurred_on,
        )
    }
}

/// 办理结果。What came of an act: either it is done and recorded, or nothing was changed and `userErrors` says why.
#[derive(SimpleObject)]
pub(crate) struct ActPayload {
    /// 办理后的隐患；未办理的为隐患现状，无权查看的为空。The hazard after the act; as it stands, where the act was refused.
    hazard: Option<Hazard>,
    /// 记入台账的记录；未办理的为空。The line of the ledger; null where the act was refused.
    entry: Option<LedgerEntry>,
    /// 是否为重发的请求，本次只是再次给出当时的结果。Whether this request was done before, and this is its first answer again.
    replayed: bool,
    /// 新发放的办理链接的凭据，只在发放时显示这一次；没有新发放的为空。What opens the link that was handed out just now; it is
    /// never shown again. Null for any other act, and where the request was done before.
    link_secret: Option<String>,
    /// 未办理的全部理由。Every reason why it was not done; empty when it was.
    user_errors: Vec<Refusal>,
}

impl ActPayload {
    /// Whether the act is done, now or before.
    pub(crate) fn is_done(&self) -> bool {
        self.user_errors.is_empty()
    }

    /// Whether it was refused because there is no such hazard, or none for whoever acts.
    pub(crate) fn finds_no_hazard(&self) -> bool {
        let unknown = xiaohao_core::Refusal::HazardUnknown.code();
        matches!(&self.user_errors[..], [only] if only.is(unknown))
    }

    fn of(came: Submitted, link_secret: Option<String>) -> Self {
        match came {
            Submitted::Done { answer, replayed } => Self {
                entry: answer.lines.first().map(LedgerEntry::of),
                hazard: answer.after.hazard().map(Hazard::whole),
                replayed,
                link_secret,
                user_errors: Vec::new(),
            },
            Submitted::Refused { reasons, present } => Self {
                user_errors: reasons,
                hazard: present
                    .and_then(|present| present.hazard())
                    .map(Hazard::whole),
                entry: None,
                replayed: false,
                link_secret: None,
            },
        }
    }
}

/// Does an act, as the person who asks.
async fn perform<T>(
    ctx: &Context<'_>,
    sent: Sent<'_>,
    act: ActInput,
    says: impl Take<T>,
    (own, command): (Act, fn(Box<T>) -> Command),
) -> Result<ActPayload> {
    let deed = |id, says| {
        Some(match says {
            Some(says) => Deed::Hazard {
                id,
                command: command(Box::new(says)),
            },
            None => Deed::Unread(Unread::Hazard { id, act: own }),
        })
    };
    let says = taken(&sent.arguments.input, says);
    let came = submit(ctx, sent, act, says, deed).await?;
    let link_secret = link::kept(ctx, &came).await?;
    Ok(ActPayload::of(came, link_secret))
}

/// The mutations that do an act, by their names.
pub fn act_mutations() -> impl Iterator<Item = &'static str> {
    Act::ALL.iter().copied().map(mutation_of)
}

/// Whether a file may be cited by what this mutation says.
#[must_use]
pub fn cites_files(mutation: &str) -> bool {
    let mut citing = Act::ALL.iter().filter(|act| act.cites_files());
    citing.any(|act| mutation_of(*act) == mutation)
}

/// Declares the mutations: one for each act of the lifecycle, by the compiler's word.
macro_rules! mutations {
    ($($(#[doc = $doc:literal])+ $mutation:ident($Input:ty) does $Act:ident;)*) => {
        /// Acts on hazards.
        #[derive(Default)]
        pub(crate) struct HazardMutation;

        #[Object]
        impl HazardMutation { $(
            $(#[doc = $doc])+
            async fn $mutation(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "办理凭据。What guards the act: on which hazard, from which version, under which request id.")]
                act: ActInput,
                #[graphql(desc = "办理内容。What the act says.")] input: $Input,
            ) -> Result<ActPayload> {
                let mutation = mutation_of(Act::$Act);
                let sent = Sent { mutation, arguments: &Arguments::default() };
                perform::<acts::$Act>(ctx, sent, act, input, (Act::$Act, Command::$Act)).await
            }
        )* }

        /// 任一事项的办理内容：字段名即办理该事项的 mutation，只填一项。
        ///
        /// What any act says: the field is the name of its mutation, and just one is given.
        #[derive(OneofObject)]
        #[expect(non_camel_case_types, reason = "they are the names of the mutations")]
        pub(crate) enum AnyActInput { $(
            $(#[doc = $doc])+
            $mutation($Input),
        )* }

        impl AnyActInput {
            /// The mutation that does it.
            pub(crate) fn mutation(&self) -> &'static str {
                match self { $(Self::$mutation(_) => mutation_of(Act::$Act)),* }
            }

            /// Does it, as its mutation does, at its place among others.
            pub(crate) async fn perform(self, ctx: &Context<'_>, place: usize, act: ActInput) -> Result<ActPayload> {
                let mutation = self.mutation();
                let arguments = Arguments::of_several(place, mutation);
                let sent = Sent { mutation, arguments: &arguments };
                match self { $(
                    Self::$mutation(input) => {
                        perform::<acts::$Act>(ctx, sent, act, input, (Act::$Act, Command::$Act)).await
                    }
                )* }
            }
        }

        /// The mutation that does an act.
        pub(crate) fn mutation_of(act: Act) -> &'static str {
            use std::sync::LazyLock;
            match act { $(Act::$Act => {
                static NAME: LazyLock<String> = LazyLock::new(|| camel(stringify!($mutation)));
                &NAME
            })* }
        }

        /// What an act does, in English: as the mutation says it, after the Chinese.
        pub(crate) fn told_of(act: Act) -> &'static str {
            let told = match act { $(Act::$Act => concat!($($doc),+)),* };
            told.split_once('。').map_or(told, |(_, english)| english)
        }
    };
}

mutations! {
    /// T01 上报。Reports a clue; it makes the hazard.
    report_hazard(ReportInput) does Report;
    /// T02 认定列单。Recognises a hazard as major and gives it its number.
    list_hazard(ListInput) does List;
    /// T03 不予认定。Finds that a report is not a major hazard of this county.
    reject_report(RejectInput) does Reject;
    /// T04 研判降级。Hands a report to the ledger of ordinary hazards.
    downgrade_at_review(DowngradeAtReviewInput) does DowngradeAtReview;
    /// T05 交办。Assigns a hazard to the unit that must rectify it.
    assign_hazard(AssignInput) does Assign;
    /// T06 签收。Records the signed receipt of the order.
    acknowledge_order(AcknowledgeInput) does Acknowledge;
    /// T07 退办。Sends an order back that went to the wrong unit.
    return_assignment(ReturnAssignmentInput) does ReturnAssignment;
    /// T08 改派。Assigns the hazard to another unit; the deadline stays.
    reassign_hazard(ReassignInput) does Reassign;
    /// T09 方案备案。Files the plan with its five elements.
    file_plan(PlanInput) does FilePlan;
    /// X09 调整方案。Files the plan anew.
    revise_plan(RevisePlanInput) does RevisePlan;
    /// T10 记录进展。Records how far the work has come.
    record_progress(RecordProgressInput) does RecordProgress;
    /// T11 挂牌督办。Puts a hazard under listed supervision.
    supervise_hazard(SuperviseInput) does Supervise;
    /// X05 解除挂牌督办。Lifts listed supervision of one level.
    lift_supervision(LiftSupervisionInput) does LiftSupervision;
    /// T12 责令停产停业。Orders that operation stop, wholly or in part, until the danger is gone.
    suspend_operation(SuspendInput) does Suspend;
    /// T27 恢复生产。Allows operation that was stopped to go on again.
    resume_operation(ResumeInput) does Resume;
    /// T13 申请延期。Asks for an extension of the deadline.
    request_extension(RequestExtensionInput) does RequestExtension;
    /// T14 同意延期。Grants the extension that was asked for; the original deadline stays on record.
    grant_extension(GrantExtensionInput) does GrantExtension;
    /// T14 不同意延期。Refuses the extension that was asked for.
    refuse_extension(RefuseExtensionInput) does RefuseExtension;
    /// T15 申请验收。Applies for verification of the finished work.
    apply_verification(ApplyVerificationInput) does ApplyVerification;
    /// T24 申请关闭销号。Applies for closure because there is nothing left to rectify.
    apply_shutdown_closure(ApplyShutdownClosureInput) does ApplyShutdownClosure;
    /// T29 撤回验收申请。Withdraws the application for verification.
    withdraw_application(WithdrawApplicationInput) does WithdrawApplication;
    /// X03 验收组到场。Records that the verification team is on site.
    visit_site(VisitSiteInput) does VisitSite;
    /// X04 到期核查。Records an inspection after the deadline, where nobody applied for verification.
    inspect_at_expiry(InspectAtExpiryInput) does InspectAtExpiry;
    /// T17 验收合格。Passes verification, with the opinion of the team.
    pass_verification(PassVerificationInput) does PassVerification;
    /// T16 验收不合格。Fails verification, with the opinion of the team; the hazard is rectified further.
    fail_verification(FailVerificationInput) does FailVerification;
    /// T18 销号。Strikes a verified hazard off.
    strike_off_hazard(StrikeOffInput) does StrikeOff;
    /// T19 不予销号。Refuses to strike a verified hazard off; it is rectified further.
    refuse_strike_off(RefuseStrikeOffInput) does RefuseStrikeOff;
    /// T20 通报销号。Records that a published circular names the strike-off.
    circulate_closure(CirculateClosureInput) does CirculateClosure;
    /// T20 通报提及。Records that a published circular names the hazard otherwise.
    mention_in_circular(MentionInCircularInput) does MentionInCircular;
    /// T30 回头看。Records a look-back at a hazard that is struck off.
    look_back(LookBackInput) does LookBack;
    /// T21 重新列单。Lists a hazard again that has come back.
    reopen_hazard(ReopenInput) does Reopen;
    /// T22 并案。Merges a hazard into another.
    merge_hazard(MergeInput) does Merge;
    /// T23 降级。Hands a listed hazard to the ledger of ordinary hazards.
    downgrade_hazard(DowngradeInput) does Downgrade;
    /// T25 移交。Hands a hazard to another body.
    transfer_hazard(TransferInput) does Transfer;
    /// T26 升级督办。Escalates a hazard that is late: from a reminder to a request that officials be held to account.
    escalate_hazard(EscalateInput) does Escalate;
    /// X01 申请作废。Proposes to annul an entry made in error.
    propose_annulment(ProposeAnnulmentInput) does ProposeAnnulment;
    /// T28 作废。Annuls an entry made in error; by another person than who proposed it.
    annul_hazard(AnnulInput) does Annul;
    /// T31 行刑衔接移送。Records the referral to the organs of criminal justice.
    refer_criminal(ReferCriminalInput) does ReferCriminal;
    /// X02 补记。Adds a note with its evidence.
    add_note(AddNoteInput) does AddNote;
    /// X06 追加交办。Issues a further order to another unit, beside the one that stands.
    order_further(OrderFurtherInput) does OrderFurther;
    /// X07 追加交办办结。Records the other unit's answer to a further order.
    answer_further_order(AnswerFurtherOrderInput) does AnswerFurtherOrder;
    /// X11 发放办理链接。Hands a link to somebody of the responsible unit, by which he handles this one hazard until a day.
    hand_out_link(HandOutLinkInput) does HandOutLink;
    /// X12 收回办理链接。Takes a link back; whoever came in by it is out at once.
    take_back_link(TakeBackLinkInput) does TakeBackLink;
    /// X08 补录确认。Consents that an act be entered late, with a legal date back to a day.
    confirm_backdating(ConfirmBackdatingInput) does ConfirmBackdating;
    /// X10 公开曝光。Records a public exposure.
    expose_hazard(ExposeInput) does Expose;
}
