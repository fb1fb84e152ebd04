//! What a hazard gathers on its way, layer by layer: the list entry, the order, the receipt, the work, the application, the
//! opinion, the strike-off, the circular.

use super::order::OrderTerms;
use crate::input::Date;
use crate::vocabulary::Word;
use async_graphql::{ID, SimpleObject};
use xiaohao_core::acts::{Acknowledge, List, Signing, TeamMember, TeamRole};
use xiaohao_core::dossier;
use xiaohao_core::values::{
    Basis, ClauseStatus, ClosureBasis, Fen, Holder, HolderKind, Level, ObjectKind,
};

/// 清单条目：认定列单时的记载。What the recognition said.
#[derive(SimpleObject)]
#[graphql(name = "HazardListing")]
pub(super) struct Listing {
    /// 隐患编号。The hazard number, such as `431123-2026-0001`.
    number: String,
    /// 首次列单日期。The day of the first listing.
    listed_on: Date,
    /// 第几次列单，从1起；重新列单的加一。1, and one more with each reopening.
    cycle: u32,
    /// 隐患等级。The level of the hazard.
    level: Word<Level>,
    /// 对象。What the list is about: an accident hazard or a safety problem.
    object_kind: Word<ObjectKind>,
    /// 判定依据。On what basis it is major.
    basis: ListingBasis,
    /// 隐患单位。The unit that holds the hazard.
    holder: HolderShown,
    /// 可能导致的事故类型（GB 6441）。The types of accident that it may lead to, as GB 6441 names them.
    accident_types: Vec<String>,
    /// 行业（GB/T 4754-2017）。The industry, 4 digits; null where none was given.
    industry: Option<String>,
    /// 本轮已投入资金，以最近一次进展或者验收申请为准，万元；没有报过的为空。
    ///
    /// What was last stated as spent in this cycle, in ten thousand yuan; null where nothing was.
    spent_funds: Option<String>,
    /// 认定人。Who recognised it.
    recognised_by: String,
}

/// 判定依据：标准条款，或者没有国家标准时的研究认定。On what the recognition rests.
#[derive(SimpleObject)]
struct ListingBasis {
    /// 标准名称；研究认定的为决定内容。The standard, or the decision.
    name: String,
    /// 标准号、文号，或者会议纪要文号。The number of the standard or document, or of the minutes of the decision.
    document: String,
    /// 条款；研究认定的为空。The clause; null for a decision.
    clause: Option<String>,
    /// 条款核对情况；研究认定的为空。How far the clause was checked; null for a decision.
    clause_status: Option<Word<ClauseStatus>>,
    /// 是否为研究认定。Whether it is a decision, where no standard fits.
    is_research: bool,
}

/// 隐患单位。The unit that holds a hazard, as it was recorded.
#[derive(SimpleObject)]
#[graphql(name = "Holder")]
pub(super) struct HolderShown {
    /// 标识。The id of the unit.
    unit_id: ID,
    /// 名称。The name of the unit, as recorded.
    name: String,
    /// 单位类别。What kind of unit it is.
    kind: Word<HolderKind>,
    /// 统一社会信用代码；没有的为空。The unified social credit code; null where there is none.
    uscc: Option<String>,
}

/// 交办：现行的交办单和整改期限。The order that stands, and the time allowed.
#[derive(SimpleObject)]
#[graphql(name = "HazardAssignment")]
pub(super) struct Assignment {
    /// 现行的交办单。The order that stands.
    order: OrderTerms,
    /// 本轮首次交办日期。The first day of assignment in the cycle.
    assigned_on: Date,
    /// 现期限。The effective deadline.
    due_on: Date,
    /// 原期限。The original deadline, which no extension changes.
    original_due_on: Date,
}

/// 签收。The signed receipt.
#[derive(SimpleObject)]
#[graphql(name = "OrderReceipt")]
pub(super) struct Receipt {
    /// 签收日期。The day on which the order was received.
    received_on: Date,
    /// 签收人。Who signed for the order.
    signed_by: String,
    /// 签收身份。In which capacity he signed.
    signing: Word<Signing>,
    /// 送达人。Who delivered the order.
    served_by: String,
}

/// 整改：方案和进展。The plan, and what the work has come to.
#[derive(SimpleObject)]
#[graphql(name = "HazardWork")]
pub(super) struct Work {
    /// 方案备案日期。The day on which the plan was filed.
    planned_on: Date,
    /// 责任：主要负责人。Responsibility: the person who answers for the work.
    responsible_person: String,
    /// 责任：执行部门。Responsibility: the department that executes it.
    department: String,
    /// 措施，编号从1起。The measures, numbered from 1.
    measures: Vec<PlannedMeasure>,
    /// 资金：计划资金，万元。In ten thousand yuan.
    planned_funds: String,
    /// 资金来源。Where the money comes from; why none is needed, where none is.
    funds_source: String,
    /// 时限：方案的最后一天。Time: the last day of the plan.
    ends_on: Date,
    /// 预案：期间防控措施。Contingency: what keeps people safe meanwhile.
    interim_measures: String,
    /// 预案：应急预案。Contingency: what is done in an emergency.
    emergency: String,
    /// 最近一次进展的百分比；没有报过的为空。How much was done by the last progress entry, from 0 to 100; null before the first.
    percent: Option<u8>,
    /// 最近一次进展的日期；没有报过的为空。The day of the last progress entry; null before the first.
    progressed_on: Option<Date>,
    /// 待审批的延期申请要延到哪一天；没有的为空。Until when an extension is asked for that waits for its decision.
    extension_asked_until: Option<Date>,
    /// 待审批的延期申请；没有的为空。The request for an extension that waits for its decision; null where none does.
    extension_asked: Option<ExtensionAsked>,
    /// 最近一次验收不合格的措施的编号，整改时须全部完成；没有的为空列表。
    ///
    /// The measures that the last team to fail any has failed, by their numbers; all of them have to be done.
    failed_measures: Vec<u16>,
    /// 验收组限定的再整改期限；没有的为空。Until when a team has set that its findings be put right; null where none has.
    again_by: Option<Date>,
}

/// 一次待审批的延期申请。A request for an extension that waits for its decision.
#[derive(SimpleObject)]
#[graphql(name = "ExtensionAsked")]
struct ExtensionAsked {
    /// 申请日期。The day on which it was asked for.
    asked_on: Date,
    /// 申请延至。Until when.
    until_on: Date,
    /// 申请理由。Why.
    reason: String,
    /// 隐患及整改进展情况。How far the work has come.
    progress: String,
    /// 延期期间的防控措施。What keeps people safe until the new deadline.
    interim_measures: String,
    /// 签字的主要负责人。Whoever signed it as head of the unit.
    signed_by: String,
    /// 逾期申请理由；在时限内申请的为空。Why it came after the last day for asking; null where it was in time.
    late_plea: Option<String>,
}

impl From<&dossier::PendingExtension> for ExtensionAsked {
    fn from(asked: &dossier::PendingExtension) -> Self {
        let request = &asked.request;
        let plea = request.late_plea.as_ref();
        Self {
            asked_on: Date(asked.asked_on),
            until_on: Date(request.until_on),
            reason: request.reason.as_str().to_owned(),
            progress: request.progress.as_str().to_owned(),
            interim_measures: request.interim_measures.as_str().to_owned(),
            signed_by: request.signed_by.to_string(),
            late_plea: plea.map(|plea| plea.as_str().to_owned()),
        }
    }
}

/// 方案的一条措施。One measure of a plan.
#[derive(SimpleObject)]
struct PlannedMeasure {
    /// 编号，从1起。Its number, from 1.
    no: u16,
    /// 内容。What is to be done.
    text: String,
    /// 完成期限。The day by which it must be done; null where the plan names none.
    due_on: Option<Date>,
}

/// 验收申请。What waits for the verification team.
#[derive(SimpleObject)]
#[graphql(name = "VerificationApplication")]
pub(super) struct Application {
    /// 申请日期；是否按期以此为准。It decides whether the work was on time.
    applied_on: Date,
    /// 申请以什么依据销号。On what ground the strike-off is asked for.
    basis: Word<ClosureBasis>,
    /// 验收组到场日期；尚未到场的为空。The day on which the team came on site; null before.
    on_site_on: Option<Date>,
}

/// 验收合格。The opinion that passed.
#[derive(SimpleObject)]
#[graphql(name = "HazardAcceptance")]
pub(super) struct Acceptance {
    /// 验收意见书文号。The document number of the verification opinion.
    document: String,
    /// 意见日期。The day of the opinion.
    passed_on: Date,
    /// 第几轮验收。Which round of verification it was, from 1.
    round: u32,
    /// 验收意见。What the team concluded.
    opinion: String,
    /// 验收组，按意见书上的顺序。The verification team, in the order of the opinion.
    team: Vec<TeamMemberShown>,
}

/// 验收组成员，按意见书记载。A member of the verification team, as the opinion names him.
#[derive(SimpleObject)]
#[graphql(name = "TeamMember")]
struct TeamMemberShown {
    /// 人员标识；专家等可以不在名册中。The id of the person, who need not be in the directory.
    person_id: ID,
    /// 姓名，按签字；已依法删除的，为表示删除的字样。The name, as signed; where it was erased, the words that say so.
    name: String,
    /// 单位标识。The id of his unit.
    unit_id: ID,
    /// 单位名称，按意见书打印。The name of the unit, as printed on the opinion.
    unit_name: String,
    /// 职务：组长、成员或专家。The part: leader, member or expert.
    role: Word<TeamRole>,
}

/// 销号。The strike-off.
#[derive(SimpleObject)]
#[graphql(name = "HazardClosure")]
pub(super) struct Closure {
    /// 销号单编号。The number of the strike-off sheet.
    sheet: String,
    /// 销号日期。The day on which it was struck off.
    closed_on: Date,
    /// 销号依据。On what ground it was struck off.
    basis: Word<ClosureBasis>,
    /// 审批意见。The opinion of who decides.
    opinion: String,
    /// 销号以来回头看的次数。Look-backs since.
    look_backs: usize,
}

/// 通报。Where the strike-off appeared.
#[derive(SimpleObject)]
#[graphql(name = "HazardCirculation")]
pub(super) struct Circulation {
    /// 通报的标识。The id of the circular.
    circular_id: ID,
    /// 通报的文号。The document number of the circular.
    document: String,
    /// 第几项，从1起。Which item of it, from 1.
    item: u16,
    /// 通报日期。The day of the circular.
    circulated_on: Date,
}

impl From<&dossier::ListEntry> for Listing {
    fn from(entry: &dossier::ListEntry) -> Self {
        let List {
            level,
            object_kind,
            basis,
            holder,
            accident_types,
            industry,
            recognised_by,
            ..
        } = &entry.listing;
        Self {
            number: entry.number.to_string(),
            listed_on: Date(entry.listed_on),
            cycle: entry.cycle.number,
            level: Word(*level),
            object_kind: Word(*object_kind),
            basis: basis.into(),
            holder: holder.into(),
            accident_types: accident_types.iter().map(ToString::to_string).collect(),
            industry: industry.as_ref().map(ToString::to_string),
            spent_funds: entry.cycle.spent().map(Fen::to_wan),
            recognised_by: recognised_by.to_string(),
        }
    }
}

impl From<&Basis> for ListingBasis {
    fn from(basis: &Basis) -> Self {
        match basis {
            Basis::Standard(standard) => Self {
                name: standard.name().to_string(),
                document: standard.document_no().to_string(),
                clause: standard.clause().map(ToString::to_string),
                clause_status: Some(Word(standard.clause_status())),
                is_research: false,
            },
            Basis::Research(decided) => Self {
                name: decided.decision().as_str().to_owned(),
                document: decided.minutes_no().to_string(),
                clause: None,
                clause_status: None,
                is_research: true,
            },
        }
    }
}

impl From<&Holder> for HolderShown {
    fn from(holder: &Holder) -> Self {
        Self {
            unit_id: ID(holder.unit().to_string()),
            name: holder.name().to_string(),
            kind: Word(holder.kind()),
            uscc: holder.uscc().map(ToString::to_string),
        }
    }
}

impl From<&dossier::Assignment> for Assignment {
    fn from(assignment: &dossier::Assignment) -> Self {
        let term = assignment.term;
        Self {
            order: (&assignment.order).into(),
            assigned_on: Date(term.assigned_on),
            due_on: Date(term.due_on),
            original_due_on: Date(term.original_due_on),
        }
    }
}

impl From<&Acknowledge> for Receipt {
    fn from(receipt: &Acknowledge) -> Self {
        Self {
            received_on: Date(receipt.received_on),
            signed_by: receipt.signed_by.to_string(),
            signing: Word(receipt.signing),
            served_by: receipt.served_by.to_string(),
        }
    }
}

impl From<&dossier::Work> for Work {
    fn from(work: &dossier::Work) -> Self {
        let plan = &work.plan;
        let measures = plan.measure_numbers().zip(plan.measures());
        let measures = measures.map(|(no, measure)| PlannedMeasure {
            no,
            text: measure.text.as_str().to_owned(),
            due_on: measure.due_on.map(Date),
        });
        let (asked, last) = (work.extension.as_ref(), work.last_progress());
        let sent_back = work.sent_back.as_ref();
        let again = sent_back.and_then(|sent_back| sent_back.again.as_ref());
        Self {
            planned_on: Date(work.planned_on),
            responsible_person: plan.responsibility().person.to_string(),
            department: plan.responsibility().department.to_string(),
            measures: measures.collect(),
            planned_funds: plan.funds().planned.to_wan(),
            funds_source: plan.funds().source.as_str().to_owned(),
            ends_on: Date(plan.ends_on()),
            interim_measures: plan.contingency().interim_measures.as_str().to_owned(),
            emergency: plan.contingency().emergency.as_str().to_owned(),
            percent: last.map(|progress| progress.percent.get()),
            progressed_on: last.map(|progress| Date(progress.on)),
            extension_asked_until: asked.map(|asked| Date(asked.request.until_on)),
            extension_asked: asked.map(ExtensionAsked::from),
            failed_measures: work.failed.iter().copied().collect(),
            again_by: again.map(|(by, _)| Date(*by)),
        }
    }
}

impl From<&dossier::Application> for Application {
    fn from(application: &dossier::Application) -> Self {
        Self {
            applied_on: Date(application.applied_on),
            basis: Word(application.ground.closure_basis()),
            on_site_on: application.on_site_on.map(Date),
        }
    }
}

impl From<&dossier::Acceptance> for Acceptance {
    fn from(acceptance: &dossier::Acceptance) -> Self {
        Self {
            document: acceptance.document.to_string(),
            passed_on: Date(acceptance.passed_on),
            round: acceptance.round,
            opinion: acceptance.passed.opinion.as_str().to_owned(),
            team: acceptance
                .passed
                .team
                .members()
                .iter()
                .map(TeamMemberShown::from)
                .collect(),
        }
    }
}

impl From<&TeamMember> for TeamMemberShown {
    fn from(member: &TeamMember) -> Self {
        Self {
            person_id: ID(member.person.to_string()),
            name: member.name.to_string(),
            unit_id: ID(member.unit.to_string()),
            unit_name: member.unit_name.to_string(),
            role: Word(member.role),
        }
    }
}

impl From<&dossier::Closure> for Closure {
    fn from(closure: &dossier::Closure) -> Self {
        Self {
            sheet: closure.sheet.to_string(),
            closed_on: Date(closure.closed_on),
            basis: Word(closure.strike_off.basis),
            opinion: closure.strike_off.opinion.as_str().to_owned(),
            look_backs: closure.look_backs.len(),
        }
    }
}

impl From<&dossier::Circulation> for Circulation {
    fn from(circulation: &dossier::Circulation) -> Self {
        Self {
            circular_id: ID(circulation.item.circular.to_string()),
            document: circulation.item.document.to_string(),
            item: circulation.item.item,
            circulated_on: Date(circulation.circulated_on),
        }
    }
}
