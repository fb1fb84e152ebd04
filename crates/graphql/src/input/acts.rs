//! What each act says, in the order of the lifecycle.

use super::{
    BasisInput, Date, EvidenceInput, HigherConsentInput, HolderInput, InspectionInput,
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
        /// 隐患名称，最多100个字。
        title: String,
        /// 基本情况，最多2000个字。
        description: String,
        /// 属地：9位乡镇区划代码。The code of the township-level area.
        township: ID,
        /// 隐患地址，最多200个字。
        place: String,
        /// 坐标。
        coordinates: Option<super::CoordinatesInput>,
        /// 隐患单位，列单时核定。
        holder: Option<HolderInput>,
        /// 隐患来源。
        source: Word<Source>,
        /// 检查方式；现场检查须有照片。An inspection on site needs a photo.
        inspection: Option<Word<InspectionMode>>,
        /// 监管平台的原始记录。
        source_record: Option<SourceRecordInput>,
        /// 发现日期。
        found_on: Date,
        /// 发现人。
        found_by: Option<String>,
        /// 照片和文件。
        #[graphql(default)]
        evidence: Vec<EvidenceInput>,
        /// 举报人。
        reporter: Option<ReporterInput>,
    }

    /// 认定列单。On what basis a hazard is major, in whose line, and what it may lead to.
    ListInput => acts::List {
        /// 隐患等级；只有重大隐患进入清单。
        level: Word<Level>,
        /// 对象。
        object_kind: Word<ObjectKind>,
        /// 判定依据。
        basis: BasisInput,
        /// 专委会。
        committee: ID,
        /// 牵头责任单位。
        lead_unit: ID,
        /// 配合单位。
        #[graphql(default)]
        co_units: Vec<ID>,
        /// 隐患单位。
        holder: HolderInput,
        /// 隐患类别（GB/T 13861-2022）。
        category: Word<HazardCategory>,
        /// 可能的事故类型（GB 6441），按标准中的名称，至少一项。
        accident_types: Vec<String>,
        /// 重点领域。
        key_field: Option<Word<KeyField>>,
        /// 行业：GB/T 4754-2017 的4位代码。
        industry: Option<String>,
        /// 专项行动。
        campaign: Option<ID>,
        /// 其他列单事项。
        #[graphql(default)]
        flags: Vec<Word<ListingFlag>>,
        /// 认定人。
        recognised_by: String,
        /// 清单上已有同单位、同地点、同依据的隐患时，仍须列单的理由。Why it is listed beside an open duplicate.
        duplicate_waiver: Option<String>,
    }

    /// 不予认定。
    RejectInput => acts::Reject {
        /// 理由。
        reason: Word<RejectReason>,
        /// 说明。
        text: String,
        /// 复核人，不能是办理人本人。Somebody else than who rejects.
        checker: ID,
    }

    /// 研判降级。
    DowngradeAtReviewInput => acts::DowngradeAtReview {
        /// 理由。
        reason: String,
        /// 接收的一般隐患台账。
        receiving_ledger: String,
    }

    /// 交办。
    AssignInput => acts::Assign {
        /// 交办单：本隐患专用的由客户端生成标识，已签发的填其标识。A new id for this hazard alone, or an issued order that lists it.
        order: ID,
        /// 交办内容。
        terms: OrderTermsInput,
    }

    /// 签收。The signed receipt.
    AcknowledgeInput => acts::Acknowledge {
        /// 签收人。
        signed_by: String,
        /// 签收身份。
        signing: Word<Signing>,
        /// 签收日期。
        received_on: Date,
        /// 送达人。
        served_by: String,
        /// 盖章回执。
        receipt: Vec<EvidenceInput>,
    }

    /// 退办：交办对象有误。
    ReturnAssignmentInput => acts::ReturnAssignment {
        /// 退办理由。
        reason: String,
    }

    /// 改派。
    ReassignInput => acts::Reassign {
        /// 新的交办单。
        order: ID,
        /// 交办内容；整改期限不变。The deadline stays.
        terms: OrderTermsInput,
        /// 改派理由。
        reason: String,
        /// 交接说明。
        handover: String,
    }

    /// 调整方案。
    RevisePlanInput => acts::RevisePlan {
        /// 调整后的完整方案。
        plan: PlanInput,
        /// 调整理由。
        reason: String,
    }

    /// 记录进展。A progress entry.
    RecordProgressInput => acts::RecordProgress {
        /// 完成比例，0至100。
        percent: i32,
        /// 进展情况。
        text: String,
        /// 累计已投入资金。
        spent: Option<Wan>,
        /// 照片和文件。
        #[graphql(default)]
        evidence: Vec<EvidenceInput>,
        /// 平板。
        device: Option<ID>,
        /// 更正的台账序号。The line of this hazard that this one corrects.
        corrects: Option<i32>,
    }

    /// 挂牌督办。
    SuperviseInput => acts::Supervise {
        /// 督办级别。
        level: Word<SupervisionLevel>,
        /// 县级：督办通知书。At county level: the notice.
        order: Option<ID>,
        /// 市级、省级：上级文号。At the higher levels: the document of that body.
        higher_document: Option<String>,
        /// 签发人，按文书打印。
        signatory: String,
        /// 督办要求。
        requirements: String,
    }

    /// 解除挂牌督办。
    LiftSupervisionInput => acts::LiftSupervision {
        /// 解除哪一级督办。
        level: Word<SupervisionLevel>,
        /// 解除理由。
        reason: String,
        /// 市级、省级：上级文号。
        higher_document: Option<String>,
    }

    /// 责令停产停业等现场处理措施（安全生产法第六十五条、第七十条）。
    SuspendInput => acts::Suspend {
        /// 措施种类。
        kind: Word<SuspensionKind>,
        /// 决定书文号。
        decision: String,
        /// 处理措施。
        measures: String,
        /// 停止供电的办理情况。
        power_cut: Option<PowerCutInput>,
    }

    /// 恢复生产（安全生产法第六十五条）。
    ResumeInput => acts::Resume {
        /// 所解除措施的决定书文号。
        decision: String,
        /// 复产批复文号。
        approval: String,
        /// 单位书面申请的要点。
        application: String,
    }

    /// 申请延期。
    RequestExtensionInput => acts::RequestExtension {
        /// 隐患及整改进展情况。
        progress: String,
        /// 申请延期理由。
        reason: String,
        /// 申请延至。
        until_on: Date,
        /// 延期期间的防控措施。
        interim_measures: String,
        /// 主要负责人签字。
        signed_by: String,
        /// 逾期申请的理由。Why it comes after the last day for asking.
        late_plea: Option<String>,
        /// 附件。
        #[graphql(default)]
        evidence: Vec<EvidenceInput>,
    }

    /// 同意延期。
    GrantExtensionInput => acts::GrantExtension {
        /// 同意延至，不得晚于申请的日期。
        until_on: Date,
        /// 审批意见。
        remark: String,
        /// 拟稿人，不能是审批人本人。
        drafted_by: Option<ID>,
        /// 超出规定次数、天数或受理逾期申请的理由。
        override_reason: Option<String>,
        /// 上级督办的，上级决定的文号。
        higher_document: Option<String>,
        /// 签发人，按文书打印。
        signatory: String,
    }

    /// 不同意延期。
    RefuseExtensionInput => acts::RefuseExtension {
        /// 理由。
        reason: String,
        /// 拟稿人，不能是审批人本人。
        drafted_by: Option<ID>,
        /// 签发人，按文书打印。
        signatory: String,
    }

    /// 申请验收。
    ApplyVerificationInput => acts::ApplyVerification {
        /// 整改完成情况。
        statement: String,
        /// 实际投入资金。
        spent: Wan,
        /// 各项措施的整改后照片；停产停业的还须有评价检测报告。
        evidence: Vec<EvidenceInput>,
    }

    /// 申请关闭销号：关闭取缔、拆除灭失或生产要素消失。
    ApplyShutdownClosureInput => acts::ApplyShutdownClosure {
        /// 销号依据。
        basis: Word<ClosureBasis>,
        /// 关闭决定文号。
        decision: String,
        /// 实际投入资金。
        spent: Wan,
        /// 情况说明。
        statement: String,
        /// 现场照片。
        evidence: Vec<EvidenceInput>,
    }

    /// 撤回验收申请。
    WithdrawApplicationInput => acts::WithdrawApplication {
        /// 撤回理由。
        reason: String,
    }

    /// 验收组到场。
    VisitSiteInput => acts::VisitSite {
        /// 验收组组长。
        leader: String,
    }

    /// 验收合格。
    PassVerificationInput => acts::PassVerification {
        /// 验收意见。
        inspection: InspectionInput,
    }

    /// 验收不合格。
    FailVerificationInput => acts::FailVerification {
        /// 验收意见。
        inspection: InspectionInput,
        /// 限期再整改的日期；不改变整改期限。Never moves the deadline.
        again_by: Option<Date>,
    }

    /// 到期核查。
    InspectAtExpiryInput => acts::InspectAtExpiry {
        /// 核查意见。
        inspection: InspectionInput,
    }

    /// 销号。
    StrikeOffInput => acts::StrikeOff {
        /// 销号依据，与申请和验收的一致。
        basis: Word<ClosureBasis>,
        /// 审批意见。
        opinion: String,
        /// 上级督办的，上级同意的文件。
        consent: Option<HigherConsentInput>,
    }

    /// 不予销号。
    RefuseStrikeOffInput => acts::RefuseStrikeOff {
        /// 理由。
        reason: String,
    }

    /// 通报销号：以已印发的通报为准。
    CirculateClosureInput => acts::CirculateClosure {
        /// 已印发的通报。
        circular: ID,
        /// 事项序号，从1起。
        item: i32,
    }

    /// 通报提及：超期、表扬、批评或更正。
    MentionInCircularInput => acts::MentionInCircular {
        /// 已印发的通报。
        circular: ID,
        /// 事项序号，从1起。
        item: i32,
    }

    /// 回头看。
    LookBackInput => acts::LookBack {
        /// 带队人，不能是验收合格的签字人。
        leader: ID,
        /// 带队人姓名。
        leader_name: String,
        /// 带队人单位，不能是整改方。
        unit: ID,
        /// 参加人员。
        members: Vec<String>,
        /// 结果。
        result: Word<LookBackResult>,
        /// 检查情况。
        text: String,
        /// 照片。
        evidence: Vec<EvidenceInput>,
    }

    /// 重新列单：编号不变，周期加一。
    ReopenInput => acts::Reopen {
        /// 原因。
        reason: Word<ReopenReason>,
        /// 查明的情况。
        finding: String,
    }

    /// 并案。
    MergeInput => acts::Merge {
        /// 保留的隐患。The hazard that goes on.
        into: ID,
        /// 并案理由。
        reason: String,
        /// 上级督办的，上级同意的文件。
        consent: Option<HigherConsentInput>,
    }

    /// 降级。
    DowngradeInput => acts::Downgrade {
        /// 降级理由。
        reason: String,
        /// 牵头责任单位意见。
        lead_opinion: String,
        /// 专家意见。
        expert_opinion: String,
        /// 接收的一般隐患台账。
        receiving_ledger: String,
        /// 上级督办的，上级同意的文件。
        consent: Option<HigherConsentInput>,
    }

    /// 移交。
    TransferInput => acts::Transfer {
        /// 移交理由。
        reason: String,
        /// 接收单位。
        receiver: String,
        /// 接收人。
        received_by: String,
        /// 接收日期。
        received_on: Date,
        /// 回执文号。
        receipt: String,
        /// 上级督办的，上级同意的文件。
        consent: Option<HigherConsentInput>,
    }

    /// 升级督办。
    EscalateInput => acts::Escalate {
        /// 方式。
        kind: Word<EscalationKind>,
        /// 理由；催办可以只作提醒。
        ground: Word<EscalationGround>,
        /// 对象。
        target: String,
        /// 文号。
        document: Option<String>,
        /// 内容。
        text: String,
    }

    /// 申请作废：两人办理中的第一人。
    ProposeAnnulmentInput => acts::ProposeAnnulment {
        /// 作废理由。
        reason: String,
    }

    /// 作废：两人办理中的第二人。
    AnnulInput => acts::Annul {
        /// 复核意见。
        opinion: String,
        /// 上级督办的，上级同意的文件。
        consent: Option<HigherConsentInput>,
    }

    /// 行刑衔接移送（应急〔2019〕54号第七条）。
    ReferCriminalInput => acts::ReferCriminal {
        /// 移送书文号。
        case: String,
        /// 接收机关。
        receiver: String,
        /// 承办人员，至少二人。
        officers: Vec<String>,
        /// 批准人。
        decided_by: String,
        /// 批准日期。
        decided_on: Date,
        /// 移送事由。
        reason: String,
    }

    /// 补记。
    AddNoteInput => acts::AddNote {
        /// 内容。
        text: String,
        /// 照片和文件，可以稍后上传。
        #[graphql(default)]
        evidence: Vec<EvidenceInput>,
        /// 平板。
        device: Option<ID>,
        /// 更正的台账序号。
        corrects: Option<i32>,
    }

    /// 追加交办：向其他单位。
    OrderFurtherInput => acts::OrderFurther {
        /// 追加的交办单。
        order: ID,
        /// 交办内容；治理责任单位为追加的单位。
        terms: OrderTermsInput,
    }

    /// 追加交办办结。
    AnswerFurtherOrderInput => acts::AnswerFurtherOrder {
        /// 追加的交办单。
        order: ID,
        /// 签收日期。
        received_on: Date,
        /// 签收人。
        signed_by: String,
        /// 送达人。
        served_by: String,
        /// 办理情况。
        answer: String,
        /// 照片和文件。
        evidence: Vec<EvidenceInput>,
    }

    /// 补录确认：同意下一项办理倒填日期。
    ConfirmBackdatingInput => acts::ConfirmBackdating {
        /// 可以填写的最早日期。
        earliest_on: Date,
        /// 补录理由。
        reason: String,
    }

    /// 公开曝光。
    ExposeInput => acts::Expose {
        /// 曝光媒体。
        medium: String,
        /// 曝光日期。
        exposed_on: Date,
        /// 网址。
        url: Option<String>,
        /// 曝光内容。
        text: String,
    }
}
