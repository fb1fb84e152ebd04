//! What several acts have in common: units, parties, evidence, the basis of a listing, plans, visits.

use super::{DateInput, InstantInput, Misfit, Reading, Take, Wan, inputs};
use crate::vocabulary::Word;
use async_graphql::{ID, OneofObject};
use xiaohao_core::acts::{
    Contingency, Finding, Funds, Inspection, Measure, OrderTerms, Parties, Plan, PlanParts,
    PowerCut, Reporter, Responsibility, SourceRecord, TeamMember, TeamRole,
};
use xiaohao_core::values::{
    Basis, ClauseStatus, Coordinates, Datum, Evidence, EvidenceKind, EvidenceSet, Holder,
    HolderKind, HolderParts, Invalid, Latitude, Line, Longitude, Prose, ReportPeriod,
    ResearchBasis, StandardBasis, StandardParts, Taken, Validity,
};
use xiaohao_core::{HigherConsent, Party};

inputs! {
    /// 单位信息。A unit that holds a hazard, or must rectify one, as it is to be printed.
    HolderInput => HolderParts {
        /// 单位标识，不认识的单位由客户端生成（UUIDv7）。Its id; made by the client for a unit that is not known yet.
        unit: ID,
        /// 单位名称，最多60个字。The name of the unit, at most 60 characters.
        name: String,
        /// 单位类别。What kind of unit it is.
        kind: Word<HolderKind>,
        /// 统一社会信用代码（GB 32100-2015）；自然人和公共设施可以没有。
        ///
        /// The unified social credit code; natural persons and public facilities may have none.
        uscc: Option<String>,
        /// 主要负责人。The head of the unit.
        head: Option<String>,
        /// 联系人。Whom to contact there.
        contact: Option<String>,
        /// 联系电话。The telephone number of the contact.
        phone: Option<String>,
    }

    /// 交办单的一方。A party of an order: a unit and the person who answers for it.
    PartyInput => Party {
        /// 单位。The id of the unit.
        unit: ID,
        /// 单位名称，按文书打印。The name of the unit, as printed on the paper.
        name: String,
        /// 责任人姓名。The name of the person who answers for it.
        person: String,
    }

    /// 三方责任。The three parties of an order.
    PartiesInput => Parties {
        /// 治理责任单位：负责整改。The responsible unit, which rectifies.
        responsible: HolderInput,
        /// 交办单位。The unit that assigns.
        assigner: PartyInput,
        /// 协调督办单位。Coordinates and urges.
        coordinator: PartyInput,
    }

    /// 交办内容。What an assignment order says about one hazard.
    OrderTermsInput => OrderTerms {
        /// 三方责任。The three parties: who rectifies, who assigns, who coordinates.
        parties: PartiesInput,
        /// 整改期限：须在当日结束前整改完毕。Rectify before the end of this day.
        due_on: DateInput,
        /// 方案报送期限。The day by which the plan must be filed.
        plan_due_on: DateInput,
        /// 进展报送周期。How often progress must be reported.
        report_every: Word<ReportPeriod>,
        /// 整改要求。What must be rectified, and how.
        requirements: String,
        /// 整改期间的防控措施。What keeps people safe until it is rectified.
        interim_measures: String,
        /// 签发人，按文书打印。Who signs, as printed on the paper.
        signatory: String,
    }

    /// 上级同意的文件。The recorded consent of a higher body.
    HigherConsentInput => HigherConsent {
        /// 挂牌督办的市、省安委会（办）的名称，按名册填写，或者填写简称。The commission of the city or the province that supervises, or its office: as the directory
        /// calls it, or for short.
        body: String,
        /// 文号。The document number.
        document: String,
        /// 文件日期。The date of the document.
        consented_on: DateInput,
    }

    /// 监管平台的原始记录。Where a platform's report came from; unique together.
    SourceRecordInput => SourceRecord {
        /// 平台。The name of the platform.
        system: String,
        /// 平台上的记录编号。The number of the record on the platform.
        id: String,
    }

    /// 举报人，只有举报受理岗可以查看。Who reported; for the intake role alone.
    ReporterInput => Reporter {
        /// 姓名。The name of who reported.
        name: Option<String>,
        /// 电话。The telephone number.
        phone: Option<String>,
    }

    /// 停止供电须依法办理的事项（安全生产法第七十条）。What the law demands before power is cut.
    PowerCutInput => PowerCut {
        /// 批准人：部门主要负责人。Who approved it: the head of the department.
        approved_by: String,
        /// 书面通知供电单位的文号。The document number of the written notice to the supplier of electricity.
        notice: String,
        /// 告知生产经营单位的日期。The day on which the unit was told; 24 hours ahead unless there is an emergency.
        noticed_on: DateInput,
        /// 危及生产安全的紧急情形，不足24小时的必填。The emergency that allows less than 24 hours' notice; needed where there was less.
        emergency: Option<String>,
    }

    /// 责任落实：由谁负责，由谁执行。Who answers, and who executes.
    ResponsibilityInput => Responsibility {
        /// 主要负责人姓名。The name of the person who answers for the work.
        person: String,
        /// 执行部门。The department that executes it.
        department: String,
        /// 施工单位；按整改方对待，不得参加验收。A contractor; he counts as rectifying side.
        contractor: Option<ID>,
    }

    /// 一项整改措施，按在方案中的位置从1编号。One measure, numbered from 1 by its place.
    MeasureInput => Measure {
        /// 措施内容。What is to be done.
        text: String,
        /// 完成期限。The day by which it must be done, within the plan; it may be left out.
        due_on: Option<DateInput>,
    }

    /// 资金落实。Funds: how much, and from where.
    FundsInput => Funds {
        /// 计划资金。The planned funds.
        planned: Wan,
        /// 资金来源；不需要资金的写明理由。Where the money comes from; why none is needed, where none is.
        source: String,
    }

    /// 预案落实。Contingency: what keeps people safe meanwhile.
    ContingencyInput => Contingency {
        /// 整改期间的防控措施。What keeps people safe until it is rectified.
        interim_measures: String,
        /// 应急预案。What is done in an emergency.
        emergency: String,
    }

    /// 整改方案，“五落实”缺一不可。A plan with its five elements; one that is missing is told, not guessed.
    PlanInput => PlanParts {
        /// 责任。Responsibility: who answers, and who executes.
        responsibility: Option<ResponsibilityInput>,
        /// 措施，至少一项。The measures, at least one.
        measures: Vec<MeasureInput>,
        /// 资金。Funds: how much, and from where.
        funds: Option<FundsInput>,
        /// 时限：方案的最后一天，不得晚于整改期限。Time: the last day of the plan, not after the effective deadline.
        ends_on: Option<DateInput>,
        /// 预案。Contingency: what keeps people safe meanwhile.
        contingency: Option<ContingencyInput>,
    }

    /// 验收组成员。A member of a verification team.
    TeamMemberInput => TeamMember {
        /// 人员。The id of the person.
        person: ID,
        /// 姓名，按签字。The name, as signed.
        name: String,
        /// 单位。The id of his unit.
        unit: ID,
        /// 单位名称。The name of the unit.
        unit_name: String,
        /// 职务：组长、成员或专家。The part: leader, member or expert.
        role: Word<TeamRole>,
        /// 申报的利害关系；有利害关系的不能参加验收。A conflict of interest that was declared; whoever has one cannot verify.
        conflict: Option<String>,
        /// 签字文件的 SHA-256。The SHA-256 of the file of the signature.
        signature: String,
    }

    /// 一项措施的验收结果。The result for one measure.
    FindingInput => Finding {
        /// 措施编号，从1起。The number of the measure, from 1.
        measure: i32,
        /// 是否合格。Whether it passed.
        passed: bool,
        /// 说明。A note on it, where there is one.
        note: Option<String>,
    }

    /// 验收意见。What a verification team found.
    InspectionInput => Inspection {
        /// 验收组。The verification team.
        members: Vec<TeamMemberInput>,
        /// 现场验收日期。The day of the visit to the site.
        on_site_on: DateInput,
        /// 各项措施的结果。The result for each measure.
        findings: Vec<FindingInput>,
        /// 验收意见。What the team concludes, in words.
        opinion: String,
        /// 现场照片和文件。Photos of the site and other files.
        evidence: Vec<EvidenceInput>,
    }

    /// 判定标准。A clause of a standard.
    StandardBasisInput => StandardBasisParts {
        /// 标准名称。The name of the standard.
        name: String,
        /// 标准号或文号。The number of the standard or document.
        document_no: String,
        /// 版本。The edition.
        version: Option<String>,
        /// 条款。The clause.
        clause: Option<String>,
        /// 条款原文。The clause as it is worded.
        quote: Option<String>,
        /// 施行日期。In force from this day.
        in_force_from: DateInput,
        /// 废止前最后一日；现行的不填。The last day; none while it is in force.
        in_force_until: Option<DateInput>,
        /// 条款核对情况。How far the clause was checked.
        clause_status: Word<ClauseStatus>,
    }

    /// 研究认定。A research decision.
    ResearchBasisInput => ResearchBasisParts {
        /// 会议纪要编号。The number of the minutes.
        minutes_no: String,
        /// 研究认定日期。The day of the decision.
        decided_on: DateInput,
        /// 认定意见。What was decided.
        decision: String,
    }

    /// 坐标，以度计的十进制文本，最多七位小数。Degrees as decimal texts with at most seven decimals.
    CoordinatesInput => CoordinatesParts {
        /// 经度，-180至180，东经为正。The longitude, from -180 to 180; east is positive.
        longitude: String,
        /// 纬度，-90至90，北纬为正。The latitude, from -90 to 90; north is positive.
        latitude: String,
        /// 坐标系。The datum in which they are given.
        datum: Word<Datum>,
    }

    /// 证据文件：先按摘要上传，再在办理时引用。A file, cited by its digest, and what it shows.
    EvidenceInput => EvidenceParts {
        /// 文件的 SHA-256，64位十六进制小写。The SHA-256 of the file, 64 hexadecimal digits in small letters.
        digest: String,
        /// 种类。What the file shows.
        kind: Word<EvidenceKind>,
        /// 对应的措施编号，从1起。The measure of the plan that it shows.
        measure: Option<i32>,
        /// 拍摄信息，均为设备所报。Where a photo comes from; all of it is the device's claim.
        taken: Option<TakenInput>,
    }

    /// 拍摄信息。Where a photo comes from, as far as it is known.
    TakenInput => Taken {
        /// 拍摄时间，按设备时钟。When it was taken, by the device's clock.
        at: Option<InstantInput>,
        /// 拍摄地点。Where it was taken.
        place: Option<CoordinatesInput>,
        /// 拍摄设备的标识，UUID，由客户端生成并一直沿用。The device with which it was taken: a UUID that its client has made once and keeps.
        device: Option<ID>,
        /// 拍摄人的人员标识。The person who took it, by the id of the directory.
        by: Option<ID>,
    }
}

/// 判定依据，二者选一（列单规定）。On what basis a hazard is major; one of the two.
#[derive(OneofObject)]
pub(crate) enum BasisInput {
    /// 判定标准的条款。The clause of a standard.
    Standard(StandardBasisInput),
    /// 研究认定。A research decision, where no standard fits.
    Research(ResearchBasisInput),
}

pub(crate) struct StandardBasisParts {
    name: Line<120>,
    document_no: Line<80>,
    version: Option<Line<40>>,
    clause: Option<Line<60>>,
    quote: Option<Prose<500>>,
    in_force_from: chrono::NaiveDate,
    in_force_until: Option<chrono::NaiveDate>,
    clause_status: ClauseStatus,
}

pub(crate) struct ResearchBasisParts {
    minutes_no: Line<60>,
    decided_on: chrono::NaiveDate,
    decision: Prose<500>,
}

pub(crate) struct CoordinatesParts {
    longitude: Longitude,
    latitude: Latitude,
    datum: Datum,
}

pub(crate) struct EvidenceParts {
    digest: xiaohao_core::values::Digest,
    kind: EvidenceKind,
    measure: Option<u16>,
    taken: Option<Taken>,
}

/// Declares how a value is made of the parts of an input, where they must fit one another.
macro_rules! made_of {
    ($($Input:ty => $Value:ty, of $Parts:ty, by $make:expr;)*) => { $(
        impl Take<$Value> for $Input {
            fn take(self, at: &mut Reading) -> Option<$Value> {
                let parts: $Parts = self.take(at)?;
                let make: fn($Parts) -> Result<$Value, _> = $make;
                at.accept(make(parts))
            }
        }
    )* };
}

made_of! {
    // The code is all that a holder may lack.
    HolderInput => Holder, of HolderParts, by |parts| Holder::new(parts).map_err(Misfit::of("uscc"));
    PlanInput => Plan, of PlanParts, by Plan::new;
    CoordinatesInput => Coordinates, of CoordinatesParts, by |parts| {
        Ok::<_, Invalid>(Coordinates::new(parts.longitude, parts.latitude, parts.datum))
    };
    EvidenceInput => Evidence, of EvidenceParts, by |parts| {
        let evidence = Evidence::new(parts.digest, parts.kind).taken(parts.taken.unwrap_or_default());
        match parts.measure {
            Some(measure) => evidence.of_measure(measure).map_err(Misfit::of("measure")),
            None => Ok(evidence),
        }
    };
    Vec<EvidenceInput> => EvidenceSet, of Vec<Evidence>, by EvidenceSet::new;
    StandardBasisInput => StandardBasis, of StandardBasisParts, by |parts| {
        let in_force = Validity::new(parts.in_force_from, parts.in_force_until);
        let basis = StandardBasis::new(StandardParts {
            name: parts.name,
            document_no: parts.document_no,
            version: parts.version,
            clause: parts.clause,
            quote: parts.quote,
            in_force: in_force.map_err(Misfit::of("in_force_until"))?,
            clause_status: parts.clause_status,
        });
        // The clause is all that a standard may lack.
        basis.map_err(Misfit::of("clause"))
    };
}

impl Take<Basis> for BasisInput {
    fn take(self, at: &mut Reading) -> Option<Basis> {
        match self {
            Self::Standard(standard) => at.field("standard", standard).map(Basis::Standard),
            Self::Research(research) => {
                let parts: ResearchBasisParts = at.field("research", research)?;
                let basis = ResearchBasis::new(parts.minutes_no, parts.decided_on, parts.decision);
                Some(Basis::Research(basis))
            }
        }
    }
}
