//! Why an act is refused: one closed enum, in order of precedence, each with its code, its sentence, the clause it rests
//! on and the next step.
//!
//! If several apply, they are shown in this order, first things first. Codes are public: never renamed, never used
//! again; `docs/errors.md` is generated from here. The sentences are read by clerks: they are Chinese, complete, and
//! say what to do. “规则” with a number is one of the 25 rules of `docs/rules.md`; the other rules named
//! (流转规定, 延期规定 …) are those of `docs/domain.md`.

use crate::lifecycle::Act;
use crate::policy::DateError;
use crate::status::Status;
use crate::values::{
    ClosureBasis, ClueNumber, Digest, DocumentNumber, EscalationKind, HazardNumber, Line, Name,
    PersonName, Series, SupervisionLevel, TownshipCode, UnitId,
};
use chrono::NaiveDate;

mod catalogue;
mod gathered;
mod of_the_ledger;
mod said;

use catalogue::refusals;
pub use catalogue::{CatalogueEntry, Which};
pub use gathered::Refusals;
use of_the_ledger::with_those_of_the_ledger;
use said::{AsItIs as _, Blank};
pub use said::{DayTold, Missing};

with_those_of_the_ledger! { refusals! {
    // ── Whether the act can be decided at all ──
    /// The operation id stands in the ledger already, for a request that said something else.
    "REQUEST_ID_REUSED" RequestIdReused at "requestId":
        "这个操作编号已经用于另一项内容不同的操作，本次操作未作任何改动。"; "规则24"; "新的操作须使用新的操作编号，只有内容原样不变的重发才沿用原编号；请重新填写后提交。"
    /// The actor no longer holds the post in which he acts; it ended after he was let in.
    "POST_OVER" PostOver:
        "您已经不在办理本事项的岗位上，本次操作未作任何改动。"; "职责分工表"; "请重新登录并选择现任岗位；未办完的事项由接任人员办理，岗位有误的，请联系县安委办审批人。"
    /// The hazard is not there, or the actor may not know of it.
    "HAZARD_UNKNOWN" HazardUnknown at "hazardId":
        "没有找到这条隐患。"; "规则3"; "请核对隐患编号后重试。"
    /// The hazard moved on since the actor saw it.
    "STALE_VERSION" StaleVersion { expected: u32, actual: u32, status: Status } at "expectedVersion":
        "您看到的是第{expected}版，这条隐患已更新到第{actual}版，当前状态为“{status}”，本次操作未作任何改动。"; "规则3"; "请刷新后核对最新情况，再决定是否继续；现场采集的照片和记录可作为补记提交。"
    /// A legal act that does not say which version it rests on.
    "VERSION_MISSING" VersionMissing at "expectedVersion":
        "办理时须注明您所看到的版本号。"; "规则3，补录与离线规定"; "请刷新后重新提交。"
    /// The state does not admit the act.
    "NOT_ALLOWED_IN_STATE" NotAllowedInState { act: Act, status: Status, version: u32 }:
        "这条隐患当前状态为“{status}”（第{version}版），不能办理“{act}”。"; "规则3，“一单四制”流转规定"; "请按页面所列可办事项办理；离线时记下的情况和照片，可作为补记提交。"
    /// The role may not do the act.
    "NOT_YOUR_ROLE" NotYourRole { act: Act, who: String }:
        "您当前的岗位不能办理“{act}”，该事项由{who}办理。"; "职责分工表"; "请转交有权办理的人员。"
    /// The role may do it, but not on this hazard.
    "NOT_YOUR_CASE" NotYourCase { act: Act, who: String }:
        "“{act}”由{who}办理，您所在的单位不是这条隐患的办理单位。"; "职责分工表"; "请核对是否选错隐患；没有选错的，请转交办理单位：整改事项由交办的单位办理，延期由签发交办单的机关批复，停产停业措施由作出决定的部门解除。"
    /// He is of the side that rectifies, in whichever post he acts.
    "ACTOR_RECTIFIED" ActorRectified { act: Act }:
        "您参与过这条隐患的整改，或者自发现以来在隐患单位或者整改一方任过职，不能以任何岗位办理“{act}”。"; "规则14，职责分离第1条、第2条"; "请由没有参与整改、也不在隐患单位和整改一方任职的其他有权人员办理。"
    /// Through a link that is not what is done through one.
    "NOT_BY_LINK" NotByLink { act: Act }:
        "办理链接不能办理“{act}”，只能办理这条隐患的方案、进展、补记、延期申请和验收申请。"; "职责分离第8条"; "请由有权办理的人员以本人的登录名登录后办理。"
    /// The link is over, was taken back, or is another's.
    "LINK_OVER" LinkOver:
        "这个办理链接已经过期、收回，或者隐患已另行交办，本次操作未作任何改动。"; "流转规定X11"; "请联系发放链接的单位重新发放。"

    // ── Dates ──
    /// The legal date lies in the future.
    "OCCURRED_IN_FUTURE" OccurredInFuture at "occurredOn":
        "办理日期不能晚于今天。"; "补录与离线规定"; "请改填实际发生的日期。"
    /// The legal date lies before the first year in which anything is numbered.
    "OCCURRED_TOO_EARLY" OccurredTooEarly { first_day: NaiveDate } at "occurredOn":
        "办理日期不能早于{first_day}：台账的编号和文号自该日所在年份起编。"; "规则1，补录与离线规定"; "请核对办理日期（设备时钟失准的，先校准），改填实际办理的日期；更早的情况请在内容中写明。"
    /// The legal date lies before the act that came before.
    "BEFORE_PREVIOUS_ACT" BeforePreviousAct { moved_on: NaiveDate } at "occurredOn":
        "办理日期不能早于上一事项的日期{moved_on}。"; "补录与离线规定"; "请核对日期；确属补记的，请使用“补记”。"
    /// What is added is dated before the hazard was found.
    "BEFORE_FOUND" BeforeFound { found_on: NaiveDate } at "occurredOn":
        "办理日期不能早于发现日期{found_on}。"; "补录与离线规定"; "请核对日期（设备时钟失准的，先校准）；发现以前的情况请在内容中写明。"
    /// The legal date lies further back than allowed without the office's consent.
    "BACKDATING_UNCONFIRMED" BackdatingUnconfirmed { last_day: NaiveDate } at "occurredOn":
        "该日期的事项最迟应在{last_day}录入，现在补录须先由县安委办其他人员办理“补录确认”。"; "补录与离线规定"; "请联系县安委办确认补录后重新提交，照片和记录请先保留在设备上。"
    /// A consent to a late entry for a day that is gone or yet to come.
    "PERMIT_DATE_WRONG" PermitDateWrong { moved_on: NaiveDate } at "earliestOn":
        "准许补录的最早日期应在上一事项的日期{moved_on}至今天之间。"; "补录与离线规定"; "请核对准许补录的最早日期。"
    /// What is told of a hazard is dated before the hazard was found.
    "DAY_BEFORE_FOUND" DayBeforeFound { told: DayTold, found_on: NaiveDate } at "receivedOn" or "exposedOn" or "decidedOn" or "noticedOn":
        "{told}不能早于发现日期{found_on}。"; "补录与离线规定"; "请核对日期，改填实际的日期。"
    /// What is told of a hazard is dated after the act that tells it.
    "DAY_AFTER_ACT" DayAfterAct { told: DayTold, acted_on: NaiveDate } at "decidedOn" or "noticedOn":
        "{told}不能晚于办理日期{acted_on}。"; "补录与离线规定"; "请核对日期，改填实际的日期；尚未作出的，待作出后办理。"
    /// A date cannot be computed, because the calendar or the policy does not reach.
    "DATE_NOT_COMPUTABLE" DateNotComputable { error: DateError }:
        "日期无法推算：{error}。"; "规则12"; "缺少该年度节假日安排的，请系统管理员载入国务院办公厅公布的安排后重试；所填日期有误的，请改正日期；时限规则有误的，请系统管理员修改。"
    /// The ledger has no number ready in this series.
    "NUMBER_UNAVAILABLE" NumberUnavailable { series: Series }:
        "暂时取不到“{series}”的编号，本次操作未作任何改动。"; "规则1"; "请稍后重试；仍不成功的，请联系系统管理员核对文号设置。"

    // ── T01 上报 ──
    /// The township is not of this county.
    "PLACE_OUTSIDE_COUNTY" PlaceOutsideCounty { township: TownshipCode } at "township":
        "属地代码{township}不在本县。"; "GB/T 2260，行政区划代码"; "请改选本县的乡镇；不属本县的，请向所在县报告。"
    /// It was found after it was reported.
    "FOUND_AFTER_REPORT" FoundAfterReport { found_on: NaiveDate } at "foundOn":
        "发现日期{found_on}不能晚于上报日期。"; "清单填报规定"; "请改填实际发现的日期。"
    /// It was found before the first year in which anything is numbered.
    "FOUND_TOO_EARLY" FoundTooEarly { first_day: NaiveDate } at "foundOn":
        "发现日期不能早于{first_day}。"; "清单填报规定"; "请核对发现日期，改填实际发现的日期；更早就有的情况请在描述中写明。"
    /// An inspection on site without a photo.
    "PHOTO_MISSING" PhotoMissing at "evidence":
        "现场检查发现的隐患，至少要附一张照片。"; "流转规定T01"; "请补拍或从相册选取整改前照片。"
    /// A platform's report without the platform's own number.
    "SOURCE_RECORD_MISSING" SourceRecordMissing at "sourceRecord":
        "监管平台推送的隐患须附平台名称和平台记录编号。"; "清单填报规定"; "请在推送数据中补充平台名称和记录编号。"
    /// A unit that rectifies names a record of a platform, or says that it comes from one.
    "SOURCE_RECORD_OF_UNIT" SourceRecordOfUnit { part: &'static str } at "sourceRecord" or "source":
        "治理责任单位上报隐患，来源不选监管平台，也不填写平台名称和记录编号。"; "清单填报规定"; "请如实改选隐患来源，删去平台名称和记录编号后重新上报；平台的记录由平台推送，或者由县安委办和有关部门录入。"
    /// The same record of the same platform has been reported.
    "SOURCE_RECORD_KNOWN" SourceRecordKnown { clue: ClueNumber } at "sourceRecord":
        "这条平台记录已经上报，线索编号为{clue}，同一平台的同一条记录只上报一次。"; "清单填报规定"; "请在该线索下补记新情况；确属另一条隐患的，请核对平台名称和平台记录编号后重新上报。"

    // ── T02 认定列单, T03 不予认定 ──
    /// The committee is none of the county's.
    "COMMITTEE_UNKNOWN" CommitteeUnknown at "committee":
        "名册中没有这个专委会。"; "规则2"; "请从本县专委会中选择。"
    /// The lead unit is none that can lead a line.
    "LEAD_UNIT_UNKNOWN" LeadUnitUnknown at "leadUnit":
        "名册中没有这个牵头责任单位，牵头责任单位应为县直部门。"; "规则2"; "请从本县县直部门中选择。"
    /// A unit that is to help is not registered.
    "CO_UNIT_UNKNOWN" CoUnitUnknown { unit: UnitId } at "coUnits" of unit:
        "名册中没有所填的配合单位。"; "规则2"; "请从本县单位中选择。"
    /// The lead unit, or the unit that holds the hazard, is among those that support the lead unit.
    "CO_UNIT_HAS_A_PART" CoUnitHasAPart { unit: UnitId, part: &'static str } at "coUnits" of unit:
        "所填的配合单位中有这条隐患的{part}，它已有自己的职责，不作配合单位。"; "规则2，清单填报规定"; "请从配合单位中去掉它。"
    /// The holder has the id of a unit that the directory calls otherwise.
    "HOLDER_NAMED_OTHERWISE" HolderNamedOtherwise { name: Name } at "holder":
        "隐患单位所填标识在名册中对应的单位是“{name}”，填写的名称与名册不同。"; "清单填报规定"; "是同一单位的，请按名册填写名称；是另一单位的，请改用它自己的标识；单位已经更名的，请系统管理员先更新名册。"
    /// An id that nobody has, with the name of an authority.
    "UNIT_NAMED_AS_AUTHORITY" UnitNamedAsAuthority { part: &'static str, name: Name, code: Line<40> } at "holder" or "responsible":
        "名册中的“{name}”（单位代码{code}）有它自己的标识，所填标识不是它的。"; "规则14，清单填报规定"; "请从名册中选择这个单位；是另一单位的，请填写它的全称。"
    /// An ordinary hazard does not enter the list.
    "NOT_MAJOR" NotMajor at "level":
        "只有重大隐患可以列入清单。"; "“一单四制”重大隐患清单制"; "一般隐患请办理“研判降级”，转入一般隐患台账。"
    /// The basis was not in force when the hazard was found.
    "BASIS_NOT_IN_FORCE" BasisNotInForce { found_on: NaiveDate } at "basis":
        "所选判定依据在发现日期{found_on}尚未施行或已经失效。"; "规则2"; "请改选当时有效的判定标准条款，或填写研究认定的会议纪要文号。"
    /// No accident type.
    "ACCIDENT_TYPE_MISSING" AccidentTypeMissing at "accidentTypes":
        "请至少选择一种可能引发的事故类型。"; "规则2，GB 6441"; "请补充可能事故类型。"
    /// The same hazard stands on the list.
    "OPEN_DUPLICATE" OpenDuplicate { number: HazardNumber } at "duplicateWaiver":
        "同一单位、同一部位、同一判定依据的隐患{number}尚未销号。"; "流转规定T02"; "属同一隐患的请办理“并案”；确属不同隐患的，请填写不并案理由后列单。"
    /// Who rejects checks himself.
    "CHECKER_IS_ACTOR" CheckerIsActor at "checker":
        "复核人不能是办理人本人。"; "流转规定T03"; "请另选一人复核。"
    /// Who checks is nobody whom the directory knows.
    "CHECKER_UNREGISTERED" CheckerUnregistered at "checker":
        "名册中没有这名复核人，或者他当日没有任职。"; "流转规定T03"; "请从名册的在任人员中选择复核人。"
    /// Who checks belongs to who holds the hazard.
    "CHECKER_OF_HOLDER" CheckerOfHolder at "checker":
        "复核人自发现以来在隐患单位任过职，不能复核本单位的隐患。"; "流转规定T03，职责分离第1条"; "请另选一人复核。"

    // ── T05 交办 … T08 改派 ──
    /// A supervised hazard is assigned by the commission.
    "COMMISSION_MUST_SIGN" CommissionMustSign:
        "这条隐患已挂牌督办，交办须由县安委会签发人签发。"; "流转规定T05，县方案二（三）1"; "请报县安委会签发。"
    /// The deadline is not after the day of issue.
    "DEADLINE_NOT_AFTER_ISSUE" DeadlineNotAfterIssue { issued_on: NaiveDate } at "dueOn":
        "整改期限必须晚于签发日期{issued_on}。"; "规则7"; "请重新填写整改期限。"
    /// The deadline lies beyond what the county allows.
    "DEADLINE_BEYOND_CAP" DeadlineBeyondCap { cap: NaiveDate } at "dueOn":
        "整改期限不能晚于本县规定的上限{cap}。"; "时限规定L-CAP"; "请改填不晚于该日的期限；确实不能按期完成的，由治理责任单位在规定的申请时限内申请延期。"
    /// The plan would be due after the work.
    "PLAN_DUE_AFTER_DEADLINE" PlanDueAfterDeadline { due_on: NaiveDate } at "planDueOn":
        "方案报送期限不能晚于整改期限{due_on}。"; "交办文书规定"; "请重新填写方案报送期限。"
    /// The plan would be due before the order goes out.
    "PLAN_DUE_BEFORE_ISSUE" PlanDueBeforeIssue { issued_on: NaiveDate } at "planDueOn":
        "方案报送期限不能早于签发日期{issued_on}。"; "交办文书规定"; "请改填签发当日或以后、整改期限以前的日期。"
    /// The unit that assigns is not registered.
    "ASSIGNER_UNKNOWN" AssignerUnknown at "assigner":
        "名册中没有所填的交办单位。"; "规则7，交办文书规定"; "请从本县单位中选择。"
    /// The unit that coordinates is not registered.
    "COORDINATOR_UNKNOWN" CoordinatorUnknown at "coordinator":
        "名册中没有所填的协调督办单位。"; "规则7，交办文书规定"; "请从本县单位中选择。"
    /// Who verifies, strikes off and decides would rectify.
    "JUDGE_WOULD_RECTIFY" JudgeWouldRectify:
        "县安委办和县安委会组织验收、审批销号、决定延期，不能作为隐患单位或者治理责任单位。"; "规则14，职责分离第1条"; "请改填实际负责治理的单位。"
    /// The order would say that the commission assigns, and the office signs it.
    "ASSIGNER_NOT_ISSUER" AssignerNotIssuer at "assigner":
        "交办单位填写为县安委会的，须由县安委会签发人签发；由县安委办签发的，今后也由县安委办批复延期。"; "规则11，交办文书规定"; "请将交办单位改填为县安委办，或者报县安委会签发。"
    /// The unit that must rectify has the id of one that the directory calls otherwise.
    "RESPONSIBLE_NAMED_OTHERWISE" ResponsibleNamedOtherwise { name: Name } at "responsible":
        "治理责任单位所填标识在名册中对应的单位是“{name}”，填写的名称与名册不同。"; "规则7，交办文书规定"; "是同一单位的，请按名册填写名称；是另一单位的，请改用它自己的标识；单位已经更名的，请系统管理员先更新名册。"
    /// The unit that assigns is called otherwise in the directory.
    "ASSIGNER_NAMED_OTHERWISE" AssignerNamedOtherwise { name: Name } at "assigner":
        "交办单位在名册中是“{name}”，填写的名称与名册不同。"; "规则7，交办文书规定"; "请按名册填写名称（县安委会、县安委办可以写简称）；单位已经更名的，请系统管理员先更新名册。"
    /// The unit that coordinates is called otherwise in the directory.
    "COORDINATOR_NAMED_OTHERWISE" CoordinatorNamedOtherwise { name: Name } at "coordinator":
        "协调督办单位在名册中是“{name}”，填写的名称与名册不同。"; "规则7，交办文书规定"; "请按名册填写名称（县安委会、县安委办可以写简称）；单位已经更名的，请系统管理员先更新名册。"
    /// The issued order does not say this of this hazard.
    "ORDER_DOES_NOT_LIST" OrderDoesNotList at "order":
        "该文书已签发，但其中没有这条隐患，或所列内容与本次填写不一致。"; "规则20"; "请核对文书内容，或另行制发文书。"
    /// The paper was issued before the hazard was listed again.
    "ORDER_OF_EARLIER_CYCLE" OrderOfEarlierCycle { issued_on: NaiveDate, began_on: NaiveDate } at "order":
        "该文书签发于{issued_on}，早于这条隐患重新列单的日期{began_on}。"; "流转规定T21、T05，交办文书规定"; "请另行制发文书。"
    /// The order is on this hazard already.
    "ORDER_ALREADY_USED" OrderAlreadyUsed at "order":
        "该文书已经用于这条隐患。"; "交办文书规定"; "请另行制发文书。"
    /// The id is that of an order that was issued with an act, or of a paper that is not issued.
    "ORDER_ID_TAKEN" OrderIdTaken at "order":
        "这个文书标识已经属于另一份文书：它已随另一事项制发，或者尚未签发、已经废弃。"; "交办文书规定"; "本条另行制发的，请换用新的文书标识；一份文书列多条隐患的，请先拟稿，签发后再引用。"
    /// The receipt's date lies before the issue or after the act.
    "RECEIPT_DATE_WRONG" ReceiptDateWrong { since: NaiveDate, until: NaiveDate } at "receivedOn":
        "签收日期应在交办日期{since}至办理日期{until}之间。"; "流转规定T06"; "请核对回执上的签收日期。"
    /// The time for returning an order is over.
    "RETURN_TOO_LATE" ReturnTooLate { last_day: NaiveDate }:
        "退办须在签收期限内提出，最后一天是{last_day}。"; "流转规定T07，时限规定L-SIGN"; "请先签收，再书面报县安委办申请改派。"
    /// Reassignment to the same unit, or a further order to the unit that already rectifies.
    "SAME_UNIT" SameUnit at "responsible":
        "所选单位就是当前的治理责任单位。"; "流转规定T08"; "请另选单位。"
    /// Reassignment would move the deadline.
    "DEADLINE_MOVED" DeadlineMoved { due_on: NaiveDate } at "dueOn":
        "改派或者退办后重新交办，都不改变整改期限，期限应为{due_on}。"; "规则9"; "请保持原期限；需要延长的，由新的治理责任单位按程序申请延期。"

    // ── T09 方案备案, T10 进展 ──
    /// One or more of the five elements are missing.
    "PLAN_INCOMPLETE" PlanIncomplete { missing: Missing } at "plan":
        "整改方案“五落实”缺少：{missing}。"; "规则8，“五落实”要求"; "请补齐后重新报送方案。"
    /// An authority as contractor, by which it could judge nothing any more.
    "CONTRACTOR_IS_AUTHORITY" ContractorIsAuthority { name: Name } at "contractor":
        "“{name}”在名册中不是企业，不能作为施工单位：填作施工单位，它就不能再组织验收。"; "规则14，职责分离第1条"; "请填写实际施工的企业；由治理责任单位自行施工的，不填施工单位。"
    /// More measures than a plan may have.
    "TOO_MANY_MEASURES" TooManyMeasures { most: usize } at "measures":
        "整改措施最多{most}条。"; "整改方案规定"; "请合并同类措施。"
    /// A measure is due after the plan ends.
    "MEASURE_AFTER_PLAN_END" MeasureAfterPlanEnd { measure: usize, ends_on: NaiveDate } at "measures" nth measure:
        "第{measure}条措施的完成时间晚于方案时限{ends_on}。"; "整改方案规定"; "请调整该措施的完成时间或方案时限。"
    /// A measure that a team failed is not in the plan any more.
    "FAILED_MEASURE_DROPPED" FailedMeasureDropped { measure: u16 } at "measures":
        "第{measure}条措施验收不合格，调整后的方案中不能去掉或者改写。"; "流转规定T17，整改方案规定"; "请保留该措施的序号和内容；另需采取的措施，列在其后。"
    /// The plan ends after the deadline.
    "PLAN_ENDS_AFTER_DEADLINE" PlanEndsAfterDeadline { due_on: NaiveDate } at "endsOn":
        "方案时限不能晚于整改期限{due_on}。"; "规则8"; "请压缩工期；确有困难的，先报方案，再按程序申请延期。"
    /// The plan ends before the hazard was assigned.
    "PLAN_ENDS_BEFORE_ASSIGNMENT" PlanEndsBeforeAssignment { assigned_on: NaiveDate } at "endsOn":
        "方案时限不能早于交办日期{assigned_on}。"; "规则8，整改方案规定"; "请核对方案时限；已当场整改的，填写方案备案当日，再申请验收。"
    /// A measure is due before the hazard was assigned.
    "MEASURE_BEFORE_ASSIGNMENT" MeasureBeforeAssignment { measure: usize, assigned_on: NaiveDate } at "measures" nth measure:
        "第{measure}条措施的完成时间不能早于交办日期{assigned_on}。"; "整改方案规定"; "请核对该措施的完成时间；交办以前已完成的，可以不填。"
    /// Progress from before there was a plan.
    "BEFORE_THE_PLAN" BeforeThePlan { planned_on: NaiveDate } at "occurredOn":
        "进展日期不能早于方案备案日期{planned_on}。"; "流转规定T10"; "更早的情况请用“补记”记录。"
    /// A correction of an entry that is not there.
    "CORRECTS_UNKNOWN_ENTRY" CorrectsUnknownEntry { seq: u32 } at "corrects":
        "台账中没有第{seq}条记录，无法更正。"; "台账规定"; "请核对所更正记录的序号。"

    /// A correction of what another unit said, of what is no progress of this cycle, or of what was corrected before.
    "CORRECTS_ANOTHERS_ENTRY" CorrectsAnothersEntry { seq: u32 } at "corrects":
        "第{seq}条不是本单位在本轮整改中报的进展或者验收申请，或者已经更正过，不能以进展更正。"; "台账规定"; "进展由原记录单位更正；您看到的与其他单位所记不同的，请另记一条进展，其他记录有误的，请用“补记”说明。"

    // ── T11 挂牌督办 ──
    /// Supervision from above without the higher body's document, or its act without it.
    "HIGHER_DOCUMENT_MISSING" HigherDocumentMissing at "higherDocument":
        "市级、省级挂牌督办的事项须填写上级文号。"; "规则6，规则11"; "请取得上级文件后填写文号。"
    /// The number is one of the county's own.
    "HIGHER_DOCUMENT_OURS" HigherDocumentOurs at "higherDocument":
        "所填的是本县的文号，不是上级文件的文号。"; "规则6，规则11"; "请填写市、省安委会（办）文件上的文号。"
    /// Supervision at county level without an order.
    "SUPERVISION_ORDER_MISSING" SupervisionOrderMissing at "order":
        "县级挂牌督办须制发挂牌督办通知书。"; "规则6"; "请由县安委会签发挂牌督办通知书。"
    /// The level is in force.
    "ALREADY_SUPERVISED" AlreadySupervised { level: SupervisionLevel } at "level":
        "这条隐患已在{level}挂牌督办中。"; "流转规定T11"; "无需重复挂牌；提级的，请选择更高级别。"
    /// No supervision at that level is in force.
    "NOT_SUPERVISED" NotSupervised at "level":
        "这条隐患没有正在执行的该级挂牌督办。"; "流转规定T11"; "请核对督办级别。"

    // ── T12 停产停业, T27 恢复生产 ──
    /// The same decision is in force.
    "ALREADY_SUSPENDED" AlreadySuspended at "decision":
        "该决定书已在执行中。"; "《安全生产法》第六十五条第一款第三项"; "请核对决定书文号，新的措施请使用新的文号。"
    /// Power may not be cut without approval and notice.
    "POWER_CUT_UNAPPROVED" PowerCutUnapproved at "powerCut":
        "停止供电须经本部门主要负责人批准，并以书面形式通知供电单位。"; "《安全生产法》第七十条"; "请填写批准人、书面通知供电单位的文号和告知生产经营单位的日期。"
    /// Power may not be cut before the notice has run.
    "POWER_CUT_TOO_SOON" PowerCutTooSoon { earliest_on: NaiveDate } at "occurredOn":
        "停止供电须提前二十四小时通知生产经营单位，最早可于{earliest_on}执行。"; "《安全生产法》第七十条"; "请在通知期满后执行；有危及生产安全的紧急情形的，请写明紧急情形后立即执行。"
    /// There is nothing to lift.
    "NOT_SUSPENDED" NotSuspended at "decision":
        "这条隐患没有该决定书项下正在执行的停产停业措施。"; "流转规定T27"; "请核对决定书文号。"
    /// Only who suspended lifts.
    "SUSPENDED_BY_ANOTHER" SuspendedByAnother at "decision":
        "该措施由其他部门作出，只能由作出决定的部门解除。"; "《安全生产法》第六十五条第一款第三项"; "请联系作出决定的部门。"

    // ── T13, T14 延期 ──
    /// A request waits for its decision.
    "EXTENSION_PENDING" ExtensionPending:
        "上一次延期申请尚未批复。"; "流转规定T13"; "请等待批复，或联系签发机关。"
    /// The new date is not later than the deadline.
    "EXTENSION_NOT_LATER" ExtensionNotLater { due_on: NaiveDate } at "untilOn":
        "延至日期必须晚于现期限{due_on}。"; "规则11"; "请重新填写延至日期。"
    /// The request comes after the last day for asking.
    "EXTENSION_ASKED_TOO_LATE" ExtensionAskedTooLate { last_day: NaiveDate } at "latePlea":
        "延期申请的最后一天是{last_day}，本次申请已超过时限，不予受理。"; "规则10，时限规定L-EXT-APPLY"; "请按原期限完成整改；确有正当理由的，填写逾期申请理由后重新提交，由签发机关决定是否破例受理。"
    /// A plea for a request that is in time.
    "LATE_PLEA_NOT_NEEDED" LatePleaNotNeeded { last_day: NaiveDate } at "latePlea":
        "本次申请在时限{last_day}之内，不需要逾期申请理由。"; "规则10"; "请删去逾期申请理由后提交。"
    /// There is no request to decide.
    "NO_EXTENSION_PENDING" NoExtensionPending:
        "这条隐患没有待批复的延期申请。"; "流转规定T14"; "请先由治理责任单位提出延期申请。"
    /// Who asked or drafted does not decide.
    "SAME_PERSON_DECIDES" SamePersonDecides:
        "提出延期申请、拟稿或者发放过这条隐患办理链接的人，以及整改一方的人员，不能批复延期申请。"; "职责分离第1条、第6条"; "请由签发机关的其他有权人员批复。"
    /// Whoever is said to have drafted the decision is nobody of the directory.
    "DRAFTER_UNKNOWN" DrafterUnknown at "draftedBy":
        "名册中没有所填的拟稿人。"; "职责分离第6条"; "请从名册中选择拟稿人，或者不填拟稿人后重新提交。"
    /// The new date is over before it is asked for or granted.
    "EXTENSION_ALREADY_OVER" ExtensionAlreadyOver { today: NaiveDate } at "untilOn":
        "延至日期不能早于办理日期{today}。"; "规则11，流转规定T13、T14"; "请改填办理当日或以后的日期；批复时申请的日期已经过去的，办理“不同意延期”，由治理责任单位重新申请。"
    /// More than was asked for.
    "GRANT_BEYOND_REQUEST" GrantBeyondRequest { asked_until: NaiveDate } at "untilOn":
        "批准的日期不能晚于申请的日期{asked_until}。"; "流转规定T14"; "请改填不晚于申请的日期。"
    /// A late request is heard only with a written reason.
    "LATE_REQUEST_NEEDS_OVERRIDE" LateRequestNeedsOverride at "overrideReason":
        "该申请逾期提出，破例同意须写明理由。"; "规则10"; "请填写破例理由，或办理“不同意延期”。"
    /// The policy allows no more grants.
    "TOO_MANY_EXTENSIONS" TooManyExtensions { most: u8 } at "overrideReason":
        "同一次列单期间最多同意延期{most}次，破例同意须写明理由。"; "延期规定"; "请填写破例理由，或办理“不同意延期”。"
    /// The policy allows no longer grant.
    "EXTENSION_TOO_LONG" ExtensionTooLong { latest_on: NaiveDate } at "overrideReason":
        "累计延期超过规定，最迟可延至{latest_on}，破例同意须写明理由。"; "延期规定"; "请改填较早的日期，或填写破例理由。"

    // ── T15 申请验收, T24 关闭销号, T29 撤回 ──
    /// A measure without its after-photo.
    "AFTER_PHOTO_MISSING" AfterPhotoMissing { measure: u16 } at "evidence":
        "第{measure}条整改措施缺少整改后照片。"; "流转规定T15"; "请为每条措施至少附一张整改后照片。"
    /// A file that is said to show a measure which the plan does not have.
    "EVIDENCE_FOR_NO_MEASURE" EvidenceForNoMeasure { digest: Digest, measure: u16 } at "evidence" of digest:
        "所附材料{digest}注明是第{measure}条整改措施的，现行整改方案中没有这一条。"; "流转规定T15"; "请对照方案改正措施编号；与措施无关的材料，不填措施编号。"
    /// A suspended unit without its assessment.
    "ASSESSMENT_REPORT_MISSING" AssessmentReportMissing at "evidence":
        "停产停业的隐患，申请验收和验收合格须附评价或检测报告。"; "流转规定T15、T17"; "请上传评价或检测报告；申请验收后才停产停业的，由验收组随验收意见附上。"
    /// Evidence of a round that is over.
    "EVIDENCE_ALREADY_JUDGED" EvidenceAlreadyJudged { digest: Digest } at "evidence" of digest:
        "所附材料{digest}已在以前的验收中使用，不能再次作为依据。"; "规则15"; "请附本轮整改后新拍的照片和新的材料。"
    /// A photo after the work that was there when the hazard was reported.
    "AFTER_PHOTO_FROM_REPORT" AfterPhotoFromReport { digest: Digest } at "evidence" of digest:
        "所附整改后照片{digest}在上报时已经提交，不能证明整改后的情况。"; "流转规定T15"; "请附整改后新拍的照片。"
    /// The server does not hold the bytes.
    "EVIDENCE_NOT_RECEIVED" EvidenceNotReceived { digest: Digest } at "evidence" of digest:
        "所附材料{digest}尚未上传完成或校验未通过。"; "规则24"; "请保持网络畅通，待上传完成后重新提交，原件请先保留在设备上。"
    /// `RECTIFIED` is no ground for a closure by shutdown.
    "NOT_A_SHUTDOWN" NotAShutdown at "basis":
        "关闭销号的依据应为关闭取缔、拆除灭失或生产要素消失。"; "流转规定T24"; "整改完成的，请由治理责任单位申请验收。"
    /// A shutdown without a photo of the site.
    "SITE_PHOTO_MISSING" SitePhotoMissing at "evidence":
        "申请关闭销号须附现场照片。"; "流转规定T24"; "请补充现场照片。"
    /// The team has begun.
    "TEAM_ALREADY_ON_SITE" TeamAlreadyOnSite { on_site_on: NaiveDate }:
        "验收组已于{on_site_on}到场。"; "流转规定T29"; "请等待验收意见。"

    // ── T16, T17 验收 ──
    /// Too few members.
    "TEAM_TOO_SMALL" TeamTooSmall { least: usize } at "members":
        "验收组至少要有{least}名成员。"; "规则14"; "请补充验收人员。"
    /// One person twice.
    "TEAM_MEMBER_TWICE" TeamMemberTwice { place: usize } at "members" nth place:
        "验收组中同一人出现了两次：第{place}名成员与前面的成员是同一人。"; "规则14"; "请核对验收组名单。"
    /// The leader is not of the office, or there is not exactly one.
    "TEAM_LEADER_NOT_OFFICE" TeamLeaderNotOffice at "members":
        "验收组应有且只有一名组长，组长由县安委办人员担任。"; "验收销号规定"; "请调整验收组组长。"
    /// A member is not registered for the unit that he is said to come from.
    "TEAM_MEMBER_UNREGISTERED" TeamMemberUnregistered { name: PersonName } at "members" of name:
        "名册中没有{name}现场验收当日在所填单位的任职，或者没有这个单位；不在名册的，只能以专家组专家的身份参加验收。"; "规则14，验收销号规定"; "请核对该成员的编号、单位和现场验收日期；组长应为当日的县安委办人员，成员应在当日任职的单位参加；当日没有任职的，由任职人员另行到场验收。"
    /// A member is registered under another name.
    "TEAM_MEMBER_MISNAMED" TeamMemberMisnamed { name: PersonName } at "members" of name:
        "验收组成员“{name}”的姓名与名册中该人员的姓名不一致。"; "规则14，验收销号规定"; "请按名册填写姓名，或者核对是否选错人员。"
    /// A member belongs to the side that rectified.
    "TEAM_MEMBER_RECTIFIED" TeamMemberRectified { name: PersonName } at "members" of name:
        "{name}属于整改一方，或者发放过这条隐患的办理链接，不能参加验收。"; "规则14，职责分离第1条、第2条"; "请更换验收人员。"
    /// A member declared a conflict.
    "TEAM_MEMBER_CONFLICTED" TeamMemberConflicted { name: PersonName } at "members" of name:
        "{name}已申报利害关系，不能参加验收。"; "验收销号规定"; "请更换验收人员。"
    /// Two members with one signature.
    "TEAM_SIGNATURE_SHARED" TeamSignatureShared { place: usize } at "members" nth place:
        "第{place}名成员的签字与前面成员的签字是同一份文件。"; "验收销号规定"; "请由每名成员本人签字，分别上传。"
    /// A photo that stands for a signature.
    "TEAM_SIGNATURE_IS_PHOTO" TeamSignatureIsPhoto { place: usize } at "members" nth place:
        "第{place}名成员的签字与本次验收的一张照片是同一份文件。"; "验收销号规定"; "请上传该成员本人的签字。"
    /// A signature that stands under an earlier opinion.
    "TEAM_SIGNATURE_USED" TeamSignatureUsed { place: usize } at "members" nth place:
        "第{place}名成员的签字是以前验收意见上的签字文件，不能作为本次意见的签字。"; "规则15，验收销号规定"; "请由该成员在本次意见上重新签字后上传。"
    /// The department that leads the line also houses the office, and nobody comes from outside.
    "TEAM_LACKS_OUTSIDER" TeamLacksOutsider at "members":
        "牵头责任单位与县安委办同属一个部门，验收组至少要有一名在名册中登记的其他单位人员或专家。"; "职责分离第4条"; "请增加在名册中登记的其他单位人员或专家；专家尚未登记的，请县安委办审批人先办理岗位变动（任职）。"
    /// Who records the opinion was not there.
    "ACTOR_NOT_ON_TEAM" ActorNotOnTeam:
        "验收意见由验收组成员或组织验收的县安委办经办人录入。"; "职责分工表"; "请由验收组成员录入。"
    /// The visit lies before the application or after the act.
    "ON_SITE_DATE_WRONG" OnSiteDateWrong { since: NaiveDate, until: NaiveDate } at "onSiteOn":
        "现场验收日期应在{since}至{until}之间。"; "规则14"; "请核对现场验收日期。"
    /// A measure without a result.
    "MEASURE_NOT_JUDGED" MeasureNotJudged { measure: u16 } at "findings":
        "第{measure}条整改措施没有验收结论。"; "验收销号规定"; "请逐条填写验收结论。"
    /// A result for a measure that the plan does not have, or a second one.
    "FINDING_FOR_NO_MEASURE" FindingForNoMeasure { measure: u16, place: usize } at "findings" nth place:
        "第{measure}条措施的验收结论有误：整改方案中没有第{measure}条措施，或者对这一条填写了两次结论。"; "验收销号规定"; "请对照方案，每条措施填写一次结论。"
    /// A pass with a failed measure.
    "MEASURE_FAILED" MeasureFailed { measure: u16 } at "findings" of measure:
        "第{measure}条整改措施未通过，不能出具验收合格意见。"; "流转规定T17"; "请办理“验收不合格”，退回整改。"
    /// A failure without a failed measure.
    "NOTHING_FAILED" NothingFailed at "findings":
        "各条措施均已通过，验收不合格须指明未通过的措施。"; "规则15"; "请逐条核对验收结论。"
    /// An inspection at expiry that found all done.
    "INSPECTION_FOUND_NOTHING" InspectionFoundNothing at "findings":
        "到期核查记录的是未按期整改的情况，各条措施均已通过的，不记为验收不合格。"; "验收销号规定"; "请督促治理责任单位申请验收（按逾期申请办理），再组织验收。"
    /// The date for putting right lies after the deadline.
    "AGAIN_AFTER_DEADLINE" AgainAfterDeadline { due_on: NaiveDate } at "againBy":
        "再整改的时间不能晚于整改期限{due_on}。"; "规则15"; "验收不合格不延长期限，请改填期限以内的日期。"
    /// The date for putting right is over already.
    "AGAIN_IN_PAST" AgainInPast { judged_on: NaiveDate } at "againBy":
        "再整改的时间不能早于办理日期{judged_on}。"; "规则15"; "请改填办理当日或以后的日期。"
    /// The deadline has not come.
    "DEADLINE_NOT_REACHED" DeadlineNotReached { due_on: NaiveDate }:
        "整改期限{due_on}尚未届满，不能办理到期核查。"; "到期核查规定"; "请在期限届满后核查。"

    // ── T18 销号 ──
    /// The approver sat on a team of this hazard.
    "APPROVER_ON_TEAM" ApproverOnTeam:
        "您参加过这条隐患的验收，不能审批销号。"; "规则16，职责分离第3条"; "请由未参加验收的县安委办审批人办理。"
    /// The approver tracked the hazard, where the lead unit houses the office.
    "APPROVER_TRACKED" ApproverTracked:
        "您跟踪督办过这条隐患，且牵头责任单位与县安委办同属一个部门，不能审批销号。"; "职责分离第4条"; "请由其他县安委办审批人办理。"
    /// The approver rectified the hazard.
    "APPROVER_RECTIFIED" ApproverRectified:
        "您参与过这条隐患的整改，自发现以来在整改一方任过职，或者发放过它的办理链接，不能审批销号。"; "规则16，职责分离第3条"; "请由其他县安委办审批人办理。"
    /// A suspension is in force.
    "SUSPENSION_IN_FORCE" SuspensionInForce { decision: Line<60> }:
        "停产停业措施（{decision}）尚未解除，除关闭取缔、拆除灭失外不能销号。"; "规则17，《安全生产法》第六十五条第一款第三项"; "请由作出决定的部门审查同意恢复生产后再销号。"
    /// A further order is unanswered.
    "FURTHER_ORDER_UNANSWERED" FurtherOrderUnanswered { document: DocumentNumber }:
        "追加交办的{document}尚未办结。"; "交办文书规定"; "请待被追加交办的单位办结答复后，再办理销号。"
    /// The basis is not the one that was verified.
    "CLOSURE_BASIS_DIFFERS" ClosureBasisDiffers { verified: ClosureBasis } at "basis":
        "销号依据与验收不一致，验收认定的是“{verified}”。"; "验收销号规定"; "请按验收意见填写销号依据。"
    /// The higher body has not consented.
    "CONSENT_MISSING" ConsentMissing at "consent":
        "这条隐患由上级挂牌督办，须有上级同意的文件。"; "规则18"; "请报上级核查同意后，填写同意文件的机关、文号和日期。"
    /// The consent is dated after the act.
    "CONSENT_IN_FUTURE" ConsentInFuture { consented_on: NaiveDate, acted_on: NaiveDate } at "consent":
        "上级同意文件的日期{consented_on}不能晚于办理日期{acted_on}。"; "规则18"; "请核对上级文件的日期。"
    /// The body is not the commission of the level that supervises, or above, or the document is the county's own.
    "CONSENT_NOT_HIGHER" ConsentNotHigher { level: SupervisionLevel } at "consent":
        "所填的同意机关不是督办这条隐患的{level}安委会（办）或者其上级，或者文号是本县的。"; "规则18"; "请填写挂牌督办的市、省安委会（办）的名称及其文号，如“某市安委会”；名册中没有登记的上级安委会（办），请系统管理员先登记。"
    /// The consent is dated before there was anything to consent to.
    "CONSENT_TOO_EARLY" ConsentTooEarly { consented_on: NaiveDate, since: NaiveDate } at "consent":
        "上级同意文件的日期{consented_on}不能早于{since}：那时还没有可以同意的事项。"; "规则18"; "请核对上级文件的日期；销号的，应在现场验收以后取得同意。"

    // ── T20 通报 ──
    /// No published circular names the hazard there.
    "NOT_IN_PUBLISHED_CIRCULAR" NotInPublishedCircular at "item":
        "已发布的通报中没有列出这条隐患的该事项。"; "规则19"; "请先发布通报，再办理通报归档。"
    /// That item of that circular has been entered on the hazard.
    "ALREADY_MENTIONED" AlreadyMentioned at "item":
        "该通报的这一事项已经登记在这条隐患上。"; "规则19、规则20"; "同一事项只登记一次，不必再办；另有通报的，请填写另一份通报的事项。"
    /// The act is dated before the circular was published.
    "BEFORE_CIRCULAR" BeforeCircular { issued_on: NaiveDate } at "occurredOn":
        "办理日期不能早于通报的发布日期{issued_on}。"; "规则19"; "请填写通报发布当日或以后的日期。"
    /// A look-back has found that it came back.
    "CLOSURE_CAME_BACK" ClosureCameBack { on: NaiveDate } at "item":
        "{on}回头看发现这条隐患已反弹，不能再作为已销号或者表扬事项通报。"; "规则21，流转规定T21"; "请先办理“重新列单”，并从通报中去掉这一项。"
    /// The item is of another kind.
    "CIRCULAR_ITEM_KIND" CircularItemKind at "item":
        "通报事项的种类与本次办理不符：只有“销号”事项能使隐患归档。"; "规则19"; "请核对通报事项。"

    // ── T21 重新列单, T30 回头看 ──
    /// Nobody has found that it came back.
    "LOOK_BACK_NEEDED" LookBackNeeded at "reason":
        "以反弹、回潮为由重新列单，须先有结果为“已反弹”的回头看记录。"; "规则21，流转规定T21"; "请先办理回头看；属虚假整改或验收不实的，请改选理由并写明查明的情况。"
    /// On the day of the strike-off itself.
    "LOOK_BACK_TOO_EARLY" LookBackTooEarly { closed_on: NaiveDate } at "occurredOn":
        "回头看须在销号日期{closed_on}之后进行。"; "流转规定T30"; "请在销号次日以后安排回头看。"
    /// The leader signed the pass.
    "LOOK_BACK_LEADER_SIGNED" LookBackLeaderSigned at "leader":
        "带队人签署过验收合格意见，不能带队回头看。"; "职责分离第5条"; "请另派人员带队。"
    /// The leader is not registered for the unit that he is said to come from, or under another name.
    "LOOK_BACK_LEADER_UNREGISTERED" LookBackLeaderUnregistered { name: PersonName } at "leader":
        "名册中没有带队人{name}在所填单位的任职，或者姓名与名册不一致。"; "职责分离第5条，流转规定T30"; "请核对带队人的编号、姓名和单位；尚未登记的，请县安委办审批人先办理岗位变动（任职）。"
    /// The side that rectified looks back at itself.
    "LOOK_BACK_BY_RECTIFIER" LookBackByRectifier at "unit":
        "整改一方的单位和人员不能对自己整改的隐患开展回头看，发放过办理链接的人员也不能带队。"; "流转规定T30，职责分离第5条"; "请由其他单位人员开展。"

    // ── T22 并案, T25 移交, T26 升级, T28 作废, T31 移送 ──
    /// Into itself.
    "MERGE_INTO_ITSELF" MergeIntoItself at "into":
        "不能并入自己。"; "规则22"; "请选择继续办理的另一条隐患。"
    /// Into something that is not there.
    "MERGE_TARGET_UNKNOWN" MergeTargetUnknown at "into":
        "没有找到要并入的隐患。"; "规则22"; "请核对隐患编号。"
    /// Into something that is itself merged.
    "MERGE_TARGET_MERGED" MergeTargetMerged at "into":
        "要并入的隐患自身已经并案。"; "规则22"; "请并入最终继续办理的那一条。"
    /// Into something that is not open.
    "MERGE_TARGET_NOT_OPEN" MergeTargetNotOpen { status: Status } at "into":
        "要并入的隐患当前状态为“{status}”，只能并入正在办理的隐患。"; "规则22"; "请选择在册且未验收的隐患。"
    /// It has an order that the other has not.
    "MERGE_LOSES_ORDER" MergeLosesOrder at "into":
        "这条隐患已经交办，要并入的隐患没有交办给同一治理责任单位；并案后，整改过它的单位和人员就可能参加自己的验收，已经发出的交办也会失去着落。"; "规则14，流转规定T22、T28"; "请反过来把没有交办的一条并入这一条；两条都要办的，先将继续办理的一条交办或者追加交办给同一责任单位。"
    /// Somebody is of its rectifying side and not of the other's.
    "MERGE_LOSES_RECTIFIER" MergeLosesRectifier { name: PersonName } at "into":
        "{name}办理过这条隐患的整改，而对要并入的隐患来说不是整改一方的人员；并案后，他就可能参加自己的验收。"; "规则14，流转规定T22"; "请反过来把另一条并入这一条；不能反过来的，两条分别办理、分别验收。"
    /// It has a deadline, and the other has none.
    "MERGE_LOSES_DEADLINE" MergeLosesDeadline { due_on: NaiveDate } at "into":
        "这条隐患的整改期限是{due_on}，要并入的隐患还没有整改期限，并案后这个期限就会失去着落。"; "规则9，流转规定T22"; "请反过来并入这一条；不能反过来的，先将继续办理的一条交办，整改期限不晚于这条隐患的期限。"
    /// The other's deadline is later.
    "MERGE_MOVES_DEADLINE" MergeMovesDeadline { due_on: NaiveDate, later: NaiveDate } at "into":
        "这条隐患的整改期限是{due_on}，要并入的隐患是{later}，并案不能变更整改期限。"; "规则9，流转规定T22"; "请反过来，将期限较晚的一条并入期限较早的一条；确需延期的，由治理责任单位按程序申请延期，同意后再并案。"
    /// A suspension is in force on it.
    "MERGE_WHILE_SUSPENDED" MergeWhileSuspended { decision: Line<60> }:
        "停产停业措施（{decision}）尚未解除，并案后它就不再约束继续办理的隐患。"; "规则17，流转规定T22"; "请反过来并入这一条，或者先由有权部门对继续办理的隐患也作出停产停业决定。"
    /// The other is not supervised, or by a lower body.
    "MERGE_LOSES_SUPERVISION" MergeLosesSupervision { level: SupervisionLevel } at "into":
        "这条隐患已{level}挂牌督办，要并入的隐患没有挂牌督办或者级别较低，并案后督办就会失去着落。"; "规则6，流转规定T11、T22"; "请反过来并入这一条，或者先对继续办理的隐患挂牌督办。"
    /// The other body has not signed yet.
    "TRANSFER_NOT_RECEIVED" TransferNotReceived { received_on: NaiveDate, acted_on: NaiveDate } at "receivedOn":
        "接收日期{received_on}不能晚于办理日期{acted_on}。"; "流转规定T25"; "请在收到对方回执后办理移交。"
    /// Nothing that would justify the step.
    "ESCALATION_GROUND_MISSING" EscalationGroundMissing { kind: EscalationKind } at "ground":
        "所填理由不成立，不能办理“{kind}”：“提醒”只用于催办，“超期未整改”须隐患已经超期，“两次验收不合格”须本次列单后已有两次验收不合格。"; "流转规定T26"; "请核对理由；期限未到的，可以办理催办。"
    /// An order has gone out.
    "ORDER_WAS_ISSUED" OrderWasIssued:
        "这条隐患已经交办过，不能作废。"; "流转规定T28"; "请按并案、降级、移交或销号办理。"
    /// Already proposed.
    "ANNULMENT_PENDING" AnnulmentPending:
        "作废申请已经提出，正等待另一人确认。"; "职责分离第7条"; "请由另一人办理“作废”。"
    /// Not proposed.
    "ANNULMENT_NOT_PROPOSED" AnnulmentNotProposed:
        "作废须先由一人提出申请。"; "职责分离第7条"; "请先办理“申请作废”。"
    /// One person alone.
    "ANNULMENT_NEEDS_TWO" AnnulmentNeedsTwo:
        "作废须由申请人以外的另一人确认。"; "职责分离第7条"; "请由另一人办理。"
    /// Fewer than two officers.
    "OFFICERS_TOO_FEW" OfficersTooFew { least: usize } at "officers":
        "移送涉嫌犯罪案件至少由{least}名人员承办。"; "应急〔2019〕54号第七条"; "请补充承办人员。"
    /// Referred before it was decided.
    "REFERRAL_NOT_DECIDED" ReferralNotDecided { decided_on: NaiveDate, acted_on: NaiveDate } at "decidedOn":
        "批准日期{decided_on}不能晚于移送日期{acted_on}。"; "应急〔2019〕54号第七条"; "请先报主要负责人批准。"
    /// Exposed after the act.
    "EXPOSED_IN_FUTURE" ExposedInFuture { exposed_on: NaiveDate, acted_on: NaiveDate } at "exposedOn":
        "曝光日期{exposed_on}不能晚于办理日期{acted_on}。"; "曝光记录规定"; "请改填实际曝光的日期。"
    /// No such further order for this unit.
    "FURTHER_ORDER_UNKNOWN" FurtherOrderUnknown at "order":
        "没有找到向本单位追加交办且尚未办结的这份文书。"; "交办文书规定"; "请核对文书文号。"

    // ── X11 发放办理链接, X12 收回办理链接 ──
    /// Nobody who acts for the responsible unit.
    "LINK_PERSON_NOT_OF_UNIT" LinkPersonNotOfUnit at "person":
        "办理链接只能发给在治理责任单位任职的人员，名册中没有这样的人员。"; "流转规定X11"; "请从治理责任单位的人员中选择；尚未登记的，请系统管理员登记后发放。"
    /// A last day that is gone, or further off than the county allows.
    "LINK_EXPIRY_WRONG" LinkExpiryWrong { days: u16, last_day: NaiveDate } at "expiresOn":
        "办理链接的有效期最长{days}天，应在今天至{last_day}之间。"; "流转规定X11"; "请改填有效期；到期仍需办理的，届时重新发放。"
    /// The id is that of another link on the hazard.
    "LINK_ID_TAKEN" LinkIdTaken at "link":
        "这个链接标识已经用于这条隐患的另一个办理链接。"; "流转规定X11"; "请换用新的标识后重新发放。"
    /// The person has one that is good.
    "LINK_IN_FORCE" LinkInForce at "person":
        "这名人员已有这条隐患尚未到期的办理链接。"; "流转规定X11"; "请使用原链接；遗失的，先办理“收回办理链接”，再重新发放。"
    /// No such link is out.
    "LINK_UNKNOWN" LinkUnknown at "link":
        "这条隐患没有这个尚未收回、也未随原交办失效的办理链接。"; "流转规定X12"; "请核对隐患的办理链接清单；已经收回或者失效的，无需办理。"

    // ── Papers: orders and circulars ──
    /// No such paper.
    "PAPER_UNKNOWN" PaperUnknown { paper: &'static str }:
        "没有找到这份{paper}。"; "交办文书规定、通报规定"; "请先拟稿。"
    /// The paper changed since the actor saw it.
    "PAPER_STALE" PaperStale { paper: &'static str, expected: u32, actual: u32 } at "expectedVersion":
        "您看到的是这份{paper}的第{expected}版，现已更新到第{actual}版，本次操作未作任何改动。"; "交办文书规定、通报规定"; "请刷新后查看最新文稿，再决定是否继续。"
    /// It is issued or discarded.
    "PAPER_NOT_DRAFT" PaperNotDraft { paper: &'static str }:
        "这份{paper}已经签发或废弃，不能再改动。"; "规则20"; "通报有误的，请另发更正事项；文书有误的，请另行制发。"
    /// It has been drafted before, and can be revised.
    "PAPER_DRAFTED" PaperDrafted { paper: &'static str }:
        "这份{paper}已经拟稿，尚未签发，不能再次拟稿。"; "交办文书规定、通报规定"; "请在原稿上修改；另拟一份的，须用新的标识。"
    /// A first draft under the id of an order that was issued with an act.
    "PAPER_ID_TAKEN" PaperIdTaken { paper: &'static str } at "paperId":
        "这个标识已经属于随办理事项制发的另一份文书，不能用来起草{paper}。"; "交办文书规定、通报规定"; "请换用新的标识后重新拟稿。"
    /// Not this role's to draft or sign.
    "PAPER_ROLE" PaperRole { paper: &'static str }:
        "您当前的岗位不能办理这份{paper}：拟稿由县安委办和县安委会人员办理，交办单和通报由审批人或签发人签发，挂牌督办通知书由县安委会签发人签发。"; "规则6，职责分工表"; "请转交有权办理的人员。"
    /// A revision that is another paper.
    "PAPER_ID_CHANGED" PaperIdChanged { paper: &'static str } at "paperId":
        "修改后的内容属于另一份{paper}，不能替换这一份。"; "交办文书规定、通报规定"; "请打开要修改的那一份，在原稿上修改。"
    /// The legal date lies further back than a paper may be dated.
    "PAPER_BACKDATED" PaperBackdated { paper: &'static str, last_day: NaiveDate } at "occurredOn":
        "按该日期办理这份{paper}，最迟应在{last_day}录入，现在不能再倒填日期。"; "补录与离线规定"; "请按今天的日期办理；文号的年度和顺序以签发当日为准。"
    /// No items, or too many.
    "ITEMS_OUT_OF_BOUNDS" ItemsOutOfBounds { most: usize } at "items":
        "所列隐患数量不符合要求：文书至少一条，最多{most}条。"; "交办文书规定、通报规定"; "请调整所列隐患。"
    /// What an order lists needs none.
    "ORDER_ITEM_NOT_OPEN" OrderItemNotOpen { number: HazardNumber, status: Status } at "items" of number:
        "{number}当前状态为“{status}”，不再需要交办。"; "流转规定T05、T08、X06"; "请从文稿中去掉这一项后再签发。"
    /// One hazard twice.
    "ITEM_TWICE" ItemTwice { place: usize } at "items" nth place:
        "同一隐患的同一事项列了两次：第{place}项与前面的一项相同。"; "交办文书规定、通报规定"; "请删去重复事项。"
    /// Period and as-of date do not fit; where the period ends before it begins, it is told of `periodTo`.
    "CIRCULAR_PERIOD_WRONG" CircularPeriodWrong { ends_early: bool } at "asOf" or "periodTo":
        "统计期间起止和截至日期不符：开始日期不能晚于结束日期，结束日期不能晚于截至日期，截至日期不能晚于今天和签发日期。"; "通报规定"; "请核对统计期间和截至日期。"
    /// A circular that is addressed to nobody.
    "CIRCULAR_WITHOUT_RECIPIENTS" CircularWithoutRecipients at "recipients":
        "这份通报没有填写主送单位，不能签发。"; "通报规定"; "请在文稿中补充主送单位后重新签发。"
    /// A correction that names nothing, or something else that names one.
    "CORRECTION_NAMES_NOTHING" CorrectionNamesNothing { number: HazardNumber } at "items" of number:
        "{number}的更正事项须指明所更正的通报文号和事项序号，其他事项不得填写。"; "规则20"; "请补充或删去所更正的事项。"
    /// A correction of an item that is in no published circular, or is another hazard's.
    "CORRECTED_ITEM_UNKNOWN" CorrectedItemUnknown { number: HazardNumber, document: DocumentNumber, item: u16 } at "items" of number:
        "已发布的通报中没有{document}，或者其第{item}项列的不是{number}，不能更正。"; "规则20"; "请核对所更正的通报文号、事项序号和隐患编号。"
    /// A closure item for a hazard that was not struck off at the end of the as-of day, as the figures count it, or does not wait for its circular any more.
    "ITEM_NOT_CLOSED" ItemNotClosed { number: HazardNumber, as_of: NaiveDate } at "items" of number:
        "截至{as_of}，{number}没有计入已销号，或者此后已经通报、重新列单，不能作为销号事项通报。"; "规则19"; "请核对该隐患的销号日期和通报情况：截至日期以后销号的，列入下一期；拟稿以后补录的，修改文稿后重新签发。"
    /// An overdue item for a hazard that was not overdue at the end of the as-of day.
    "ITEM_NOT_OVERDUE" ItemNotOverdue { number: HazardNumber, as_of: NaiveDate } at "items" of number:
        "截至{as_of}，{number}没有超期，不能作为超期事项通报。"; "规则13"; "请按截至日期重新生成超期清单，修改文稿后重新签发。"
    /// A paper names a hazard that is not there, or one that has another number.
    "ITEM_UNKNOWN" ItemUnknown { number: HazardNumber } at "items" of number:
        "没有找到隐患{number}，或者该编号与所选隐患不一致。"; "规则19"; "请核对隐患编号后修改文稿。"
}}
