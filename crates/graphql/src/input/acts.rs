//! What each act says, in the order of the lifecycle.

use super::{
    BasisInput, DateInput, EvidenceInput, HigherConsentInput, HolderInput, InspectionInput,
    OrderTermsInput, PlanInput, PowerCutInput, ReporterInput, SourceRecordInput, Wan, inputs,
};
use crate::vocabulary::Word;
use async_graphql::ID;
use xiaohao_core::acts;
use xiaohao_core::acts::{EscalationGround, ListingFlag, LookBackResult, Signing};
use xiaohao_core::values::{
    ClosureBasis, EscalationKind, HazardCategory, InspectionMode, KeyField, Level, ObjectKind,
    RejectReason, ReopenReason, Source, SupervisionLevel, SuspensionKind,
};

inputs! {
    /// 上报内容。What was found, where, when and by whom.
    ReportInput => acts::Report {
        /// 隐患名称，最多100个字。What the hazard is called, at most 100 characters.
        title: String,
        /// 基本情况，最多2000个字。What was found, at most 2,000 characters.
        description: String,
        /// 属地：9位乡镇区划代码。The code of the township-level area.
        township: ID,
        /// 隐患地址，最多200个字。Where the hazard is, at most 200 characters.
        place: String,
        /// 坐标。The coordinates.
        coordinates: Option<super::CoordinatesInput>,
        /// 隐患单位，列单时核定；一时不掌握统一社会信用代码的，可以不填，在基本情况中写明单位名称。
        ///
        /// The unit that holds the hazard, as far as it is known; settled at listing. Where its code is not at hand, leave it out and
        /// say in the description which it is.
        holder: Option<HolderInput>,
        /// 隐患来源。From where the hazard became known.
        source: Word<Source>,
        /// 检查方式；现场检查须有照片。An inspection on site needs a photo.
        inspection: Option<Word<InspectionMode>>,
        /// 监管平台的原始记录。The platform's own record; needed where the source is `PLATFORM`.
        source_record: Option<SourceRecordInput>,
        /// 发现日期。The day on which it was found.
        found_on: DateInput,
        /// 发现人。Who found it.
        found_by: Option<String>,
        /// 照片和文件。Photos and other files.
        #[graphql(default)]
        evidence: Vec<EvidenceInput>,
        /// 举报人。Who reported it, for a report from the public.
        reporter: Option<ReporterInput>,
    }

    /// 认定列单。On what basis a hazard is major, in whose line, and what it may lead to.
    ListInput => acts::List {
        /// 隐患等级；只有重大隐患进入清单。The level of the hazard; only a major one enters the list.
        level: Word<Level>,
        /// 对象。What the list is about: an accident hazard or a safety problem.
        object_kind: Word<ObjectKind>,
        /// 判定依据。On what basis it is major.
        basis: BasisInput,
        /// 专委会。The id of the committee in whose line it is.
        committee: ID,
        /// 牵头责任单位。The id of the lead unit.
        lead_unit: ID,
        /// 配合单位。The units that support the lead unit.
        #[graphql(default)]
        co_units: Vec<ID>,
        /// 隐患单位。The unit that holds the hazard.
        holder: HolderInput,
        /// 隐患类别（GB/T 13861-2022）。The category of the hazard.
        category: Word<HazardCategory>,
        /// 可能的事故类型（GB 6441），按标准中的名称，至少一项。
        ///
        /// The types of accident that it may lead to, by their names in the standard; at least one.
        accident_types: Vec<String>,
        /// 重点领域。The key field of the county's plan, where it is in one.
        key_field: Option<Word<KeyField>>,
        /// 行业：GB/T 4754-2017 的4位代码。The industry, a code of 4 digits.
        industry: Option<String>,
        /// 专项行动：县安委办自定的标识（UUID），同一行动各条相同；不设名录，不作核对，可按它筛选隐患。
        ///
        /// The campaign in which it was found, by an id of the office's own, the same for all that was found in one. No register
        /// of campaigns is kept and none is asked; filters find by the id.
        campaign: Option<ID>,
        /// 其他列单事项。Other boxes to tick on the list entry.
        #[graphql(default)]
        flags: Vec<Word<ListingFlag>>,
        /// 认定人。Who recognised it.
        recognised_by: String,
        /// 清单上已有同单位、同地点、同依据的隐患时，仍须列单的理由。Why it is listed beside an open duplicate.
        duplicate_waiver: Option<String>,
    }

    /// 不予认定。Why a report is not recognised.
    RejectInput => acts::Reject {
        /// 理由。On what ground it is not recognised.
        reason: Word<RejectReason>,
        /// 说明。The ground in words.
        text: String,
        /// 复核人，不能是办理人本人。Somebody else than who rejects.
        checker: ID,
    }

    /// 研判降级。Why a report is only of an ordinary hazard, and which ledger takes it.
    DowngradeAtReviewInput => acts::DowngradeAtReview {
        /// 理由。Why it is only an ordinary hazard.
        reason: String,
        /// 接收的一般隐患台账。The ledger of ordinary hazards that takes it over.
        receiving_ledger: String,
    }

    /// 交办。The order that assigns a hazard.
    AssignInput => acts::Assign {
        /// 交办单：本隐患专用的由客户端生成标识，已签发的填其标识。A new id for this hazard alone, or an issued order that lists it.
        order: ID,
        /// 交办内容。What the order says of this hazard.
        terms: OrderTermsInput,
    }

    /// 签收。The signed receipt.
    AcknowledgeInput => acts::Acknowledge {
        /// 签收人。Who signs for the order.
        signed_by: String,
        /// 签收身份。In which capacity he signs.
        signing: Word<Signing>,
        /// 签收日期。The day on which the order was received.
        received_on: DateInput,
        /// 送达人。Who delivered the order.
        served_by: String,
        /// 盖章回执的文件；可以为空：签收以签收人、签收日期和送达人为准，回执尚未盖章取回的，取回后以“补记”附上。
        ///
        /// The files of the stamped receipt. It may be empty: who received the order, when and from whom is what counts, and a
        /// receipt that comes back later is added with a note.
        receipt: Vec<EvidenceInput>,
    }

    /// 退办：交办对象有误。Why an order is sent back: it went to the wrong unit.
    ReturnAssignmentInput => acts::ReturnAssignment {
        /// 退办理由。Why it is sent back.
        reason: String,
    }

    /// 改派。The order to another unit.
    ReassignInput => acts::Reassign {
        /// 新的交办单。The new order: a new id for this hazard alone, or an issued order that lists it.
        order: ID,
        /// 交办内容；整改期限不变。The deadline stays.
        terms: OrderTermsInput,
        /// 改派理由。Why it is reassigned.
        reason: String,
        /// 交接说明。What the former unit hands over to the new one.
        handover: String,
    }

    /// 调整方案。The plan filed anew.
    RevisePlanInput => acts::RevisePlan {
        /// 调整后的完整方案。The whole plan, as adjusted.
        plan: PlanInput,
        /// 调整理由。Why it is adjusted.
        reason: String,
    }

    /// 记录进展。A progress entry.
    RecordProgressInput => acts::RecordProgress {
        /// 完成比例，0至100。How much is done, in percent, from 0 to 100.
        percent: i32,
        /// 进展情况。How far the work has come.
        text: String,
        /// 累计已投入资金。The money spent so far.
        spent: Option<Wan>,
        /// 照片和文件。Photos and other files.
        #[graphql(default)]
        evidence: Vec<EvidenceInput>,
        /// 平板的标识，UUID，由客户端生成并一直沿用。The tablet on which it was written: a UUID that its client has made once and keeps.
        device: Option<ID>,
        /// 更正的台账序号。The line of this hazard that this one corrects.
        corrects: Option<i32>,
    }

    /// 挂牌督办。An order of listed supervision.
    SuperviseInput => acts::Supervise {
        /// 督办级别。The level of supervision.
        level: Word<SupervisionLevel>,
        /// 县级：挂牌督办通知书。At county level: the notice.
        order: Option<ID>,
        /// 市级、省级：上级文号。At the higher levels: the document of that body.
        higher_document: Option<String>,
        /// 签发人，按文书打印。Who signs, as printed on the paper.
        signatory: String,
        /// 督办要求。What the supervising body demands.
        requirements: String,
    }

    /// 解除挂牌督办。The end of listed supervision of one level.
    LiftSupervisionInput => acts::LiftSupervision {
        /// 解除哪一级督办。The level whose supervision ends.
        level: Word<SupervisionLevel>,
        /// 解除理由。Why it is lifted.
        reason: String,
        /// 市级、省级：上级文号。At the higher levels: the document of that body.
        higher_document: Option<String>,
    }

    /// 责令停产停业等现场处理措施（安全生产法第六十五条、第七十条）。An order that operation stop.
    SuspendInput => acts::Suspend {
        /// 措施种类。What is stopped.
        kind: Word<SuspensionKind>,
        /// 决定书文号。The document number of the decision.
        decision: String,
        /// 处理措施。What is ordered.
        measures: String,
        /// 停止供电的办理情况。What the law demands before power is cut; for `POWER_CUT`.
        power_cut: Option<PowerCutInput>,
    }

    /// 恢复生产（安全生产法第六十五条）。The end of a suspension.
    ResumeInput => acts::Resume {
        /// 所解除措施的决定书文号。The document number of the decision that is lifted.
        decision: String,
        /// 复产批复文号。The document number of the approval to resume.
        approval: String,
        /// 单位书面申请的要点。The gist of the unit's written application.
        application: String,
    }

    /// 申请延期。A request for an extension of the deadline.
    RequestExtensionInput => acts::RequestExtension {
        /// 隐患及整改进展情况。How the hazard stands, and how far the work has come.
        progress: String,
        /// 申请延期理由。Why more time is needed.
        reason: String,
        /// 申请延至。The new deadline that is asked for.
        until_on: DateInput,
        /// 延期期间的防控措施。What keeps people safe until the new deadline.
        interim_measures: String,
        /// 主要负责人签字。The head of the unit, who signs.
        signed_by: String,
        /// 逾期申请的理由。Why it comes after the last day for asking.
        late_plea: Option<String>,
        /// 附件。Files to go with it.
        #[graphql(default)]
        evidence: Vec<EvidenceInput>,
    }

    /// 同意延期。A decision that grants the extension.
    GrantExtensionInput => acts::GrantExtension {
        /// 同意延至，不得晚于申请的日期。The new deadline; not later than was asked for.
        until_on: DateInput,
        /// 审批意见。The opinion of who decides.
        remark: String,
        /// 拟稿人，不能是审批人本人。Who drafted the decision; not the person who decides.
        drafted_by: Option<ID>,
        /// 超出规定次数、天数或受理逾期申请的理由。Why it goes beyond the number or length that the policy allows, or hears a late request.
        override_reason: Option<String>,
        /// 上级督办的，上级决定的文号。Where a higher body supervises: the document number of its decision.
        higher_document: Option<String>,
        /// 签发人，按文书打印。Who signs, as printed on the paper.
        signatory: String,
    }

    /// 不同意延期。A decision that refuses the extension.
    RefuseExtensionInput => acts::RefuseExtension {
        /// 理由。Why the extension is refused.
        reason: String,
        /// 拟稿人，不能是审批人本人。Who drafted the decision; not the person who decides.
        drafted_by: Option<ID>,
        /// 签发人，按文书打印。Who signs, as printed on the paper.
        signatory: String,
    }

    /// 申请验收。An application for verification.
    ApplyVerificationInput => acts::ApplyVerification {
        /// 整改完成情况。How the hazard was rectified.
        statement: String,
        /// 实际投入资金。The money that was spent.
        spent: Wan,
        /// 各项措施的整改后照片；停产停业的还须有评价检测报告。
        ///
        /// A photo after the work for each measure, of each another file; where operation is stopped, an assessment or test report too.
        evidence: Vec<EvidenceInput>,
    }

    /// 申请关闭销号：关闭取缔、拆除灭失或生产要素消失。An application for closure, because there is nothing left to rectify.
    ApplyShutdownClosureInput => acts::ApplyShutdownClosure {
        /// 销号依据。On what ground it is struck off.
        basis: Word<ClosureBasis>,
        /// 关闭决定文号。The document number of the decision to close.
        decision: String,
        /// 实际投入资金。The money that was spent.
        spent: Wan,
        /// 情况说明。What has become of it.
        statement: String,
        /// 现场照片。Photos of the site.
        evidence: Vec<EvidenceInput>,
    }

    /// 撤回验收申请。A withdrawal of the application for verification.
    WithdrawApplicationInput => acts::WithdrawApplication {
        /// 撤回理由。Why it is withdrawn.
        reason: String,
    }

    /// 验收组到场。The arrival of the verification team.
    VisitSiteInput => acts::VisitSite {
        /// 验收组组长。The name of who leads the team.
        leader: String,
    }

    /// 验收合格。A verification that passed.
    PassVerificationInput => acts::PassVerification {
        /// 验收意见。What the verification team found; every measure passed.
        inspection: InspectionInput,
    }

    /// 验收不合格。A verification that failed.
    FailVerificationInput => acts::FailVerification {
        /// 验收意见。What the verification team found; at least one measure failed.
        inspection: InspectionInput,
        /// 限期再整改的日期；不改变整改期限。Never moves the deadline.
        again_by: Option<DateInput>,
    }

    /// 到期核查。An inspection after the deadline, where nobody applied for verification.
    InspectAtExpiryInput => acts::InspectAtExpiry {
        /// 核查意见。What the inspection found.
        inspection: InspectionInput,
    }

    /// 销号。The strike-off of a verified hazard.
    StrikeOffInput => acts::StrikeOff {
        /// 销号依据，与申请和验收的一致。On what ground it is struck off; the same as in the application.
        basis: Word<ClosureBasis>,
        /// 审批意见。The opinion of who decides.
        opinion: String,
        /// 上级督办的，上级同意的文件。Where a higher body supervises: its recorded consent.
        consent: Option<HigherConsentInput>,
    }

    /// 不予销号。Why a strike-off is refused.
    RefuseStrikeOffInput => acts::RefuseStrikeOff {
        /// 理由。Why the strike-off is refused.
        reason: String,
    }

    /// 通报销号：以已印发的通报为准。The item of a published circular that names the strike-off.
    CirculateClosureInput => acts::CirculateClosure {
        /// 已印发的通报。The circular, which must be published.
        circular: ID,
        /// 事项序号，从1起。The place of the item in it, from 1.
        item: i32,
    }

    /// 通报提及：超期、表扬、批评或更正。
    ///
    /// The item of a published circular that names the hazard otherwise: overdue, praise, criticism or correction.
    MentionInCircularInput => acts::MentionInCircular {
        /// 已印发的通报。The circular, which must be published.
        circular: ID,
        /// 事项序号，从1起。The place of the item in it, from 1.
        item: i32,
    }

    /// 回头看。A look-back.
    LookBackInput => acts::LookBack {
        /// 带队人，不能是验收合格的签字人。Who leads it; nobody who signed the passed verification.
        leader: ID,
        /// 带队人姓名。His name.
        leader_name: String,
        /// 带队人单位，不能是整改方。His unit; not the side that rectified.
        unit: ID,
        /// 参加人员。The names of who took part.
        members: Vec<String>,
        /// 结果。What it found.
        result: Word<LookBackResult>,
        /// 检查情况。What was looked at, and how it stands.
        text: String,
        /// 照片。Photos.
        evidence: Vec<EvidenceInput>,
    }

    /// 重新列单：编号不变，周期加一。A hazard that has come back: listed again under its number, in a new cycle.
    ReopenInput => acts::Reopen {
        /// 原因。Why it is listed again.
        reason: Word<ReopenReason>,
        /// 查明的情况。What was found out.
        finding: String,
    }

    /// 并案。A merger into another hazard.
    MergeInput => acts::Merge {
        /// 保留的隐患。The hazard that goes on.
        into: ID,
        /// 并案理由。Why they are one.
        reason: String,
        /// 上级督办的，上级同意的文件。Where a higher body supervises: its recorded consent.
        consent: Option<HigherConsentInput>,
    }

    /// 降级。A listed hazard that is only an ordinary one.
    DowngradeInput => acts::Downgrade {
        /// 降级理由。Why it is downgraded.
        reason: String,
        /// 牵头责任单位意见。The opinion of the lead unit.
        lead_opinion: String,
        /// 专家意见。The opinion of experts.
        expert_opinion: String,
        /// 接收的一般隐患台账。The ledger of ordinary hazards that takes it over.
        receiving_ledger: String,
        /// 上级督办的，上级同意的文件。Where a higher body supervises: its recorded consent.
        consent: Option<HigherConsentInput>,
    }

    /// 移交。A transfer to another body.
    TransferInput => acts::Transfer {
        /// 移交理由。Why it is transferred.
        reason: String,
        /// 接收单位。The body that took it over.
        receiver: String,
        /// 接收人。Who signed for it there.
        received_by: String,
        /// 接收日期。The day on which it was taken over.
        received_on: DateInput,
        /// 回执文号。The document number of the receipt.
        receipt: String,
        /// 上级督办的，上级同意的文件。Where a higher body supervises: its recorded consent.
        consent: Option<HigherConsentInput>,
    }

    /// 升级督办。An escalation.
    EscalateInput => acts::Escalate {
        /// 方式。How it is escalated.
        kind: Word<EscalationKind>,
        /// 理由；催办可以只作提醒。On what ground; `REMINDER` is good for urging only.
        ground: Word<EscalationGround>,
        /// 对象。The unit or office that it is addressed to.
        target: String,
        /// 文号。The document number, where there is a letter.
        document: Option<String>,
        /// 内容。What it says.
        text: String,
    }

    /// 申请作废：两人办理中的第一人。A proposal to annul, by the first of two people.
    ProposeAnnulmentInput => acts::ProposeAnnulment {
        /// 作废理由。Why it should be annulled.
        reason: String,
    }

    /// 作废：两人办理中的第二人。The annulment, by the second of two people.
    AnnulInput => acts::Annul {
        /// 复核意见。What the second person found.
        opinion: String,
        /// 上级督办的，上级同意的文件。Where a higher body supervises: its recorded consent.
        consent: Option<HigherConsentInput>,
    }

    /// 行刑衔接移送（应急〔2019〕54号第七条）。A referral to the organs of criminal justice.
    ReferCriminalInput => acts::ReferCriminal {
        /// 移送书文号。The document number of the referral.
        case: String,
        /// 接收机关。The organ that takes the case.
        receiver: String,
        /// 承办人员，至少二人。The names of the officers in charge; at least two.
        officers: Vec<String>,
        /// 批准人。Who decided to refer.
        decided_by: String,
        /// 批准日期。The day on which that was decided.
        decided_on: DateInput,
        /// 移送事由。Of what the case is about.
        reason: String,
    }

    /// 补记。A note, which adds to the record and changes no state.
    AddNoteInput => acts::AddNote {
        /// 内容。What the note says.
        text: String,
        /// 照片和文件，可以稍后上传。Photos and other files; they may be uploaded later.
        #[graphql(default)]
        evidence: Vec<EvidenceInput>,
        /// 平板的标识，UUID，由客户端生成并一直沿用。The tablet on which it was written: a UUID that its client has made once and keeps.
        device: Option<ID>,
        /// 更正的台账序号。The line of this hazard's ledger that it corrects.
        corrects: Option<i32>,
    }

    /// 追加交办：向其他单位。A further order to another unit, beside the one that stands.
    OrderFurtherInput => acts::OrderFurther {
        /// 追加的交办单。The further order.
        order: ID,
        /// 交办内容；治理责任单位为追加的单位。What it says; its responsible unit is the further one.
        terms: OrderTermsInput,
    }

    /// 追加交办办结。The answer to a further order.
    AnswerFurtherOrderInput => acts::AnswerFurtherOrder {
        /// 追加的交办单。The further order.
        order: ID,
        /// 签收日期。The day on which the order was received.
        received_on: DateInput,
        /// 签收人。Who signed for the order.
        signed_by: String,
        /// 送达人。Who delivered the order.
        served_by: String,
        /// 办理情况。What was done about it.
        answer: String,
        /// 照片和文件。Photos and other files.
        evidence: Vec<EvidenceInput>,
    }

    /// 补录确认：准许下一项办理按较早的实际办理日期补录。Consent that the next act carry an earlier date.
    ConfirmBackdatingInput => acts::ConfirmBackdating {
        /// 可以填写的最早日期。The earliest legal date that the next act may carry.
        earliest_on: DateInput,
        /// 补录理由。Why it is entered late.
        reason: String,
    }

    /// 公开曝光。A public exposure.
    ExposeInput => acts::Expose {
        /// 曝光媒体。The medium.
        medium: String,
        /// 曝光日期。The day of the exposure.
        exposed_on: DateInput,
        /// 网址。Its address on the web.
        url: Option<String>,
        /// 曝光内容。What was made public.
        text: String,
    }
    /// 发放办理链接：治理责任单位的一名人员凭此只办理这一条隐患。To whom a link to this one hazard is handed, and until when.
    HandOutLinkInput => acts::HandOutLink {
        /// 链接标识，由客户端生成（UUIDv7），凭此收回。The id of the link, made by the client; by it the link is taken back.
        link: ID,
        /// 办理人员，须在治理责任单位任职。Who acts through it; he holds a post in the responsible unit.
        person: ID,
        /// 有效期至（含当日）。The last day on which it is good.
        expires_on: DateInput,
    }

    /// 收回办理链接。Which link is taken back.
    TakeBackLinkInput => acts::TakeBackLink {
        /// 链接标识。The id of the link.
        link: ID,
    }
}
