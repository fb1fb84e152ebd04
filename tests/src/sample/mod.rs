//! What a person might say: one acceptable content for every act, which tests then spoil.

mod papers;

pub use papers::*;

use crate::{
    EXPERTS, FACTORY, FIRE_BRIGADE, FIRE_COMMITTEE, MARKET, OFFICE, date, file, name_of, person,
    unit,
};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;
use std::str::FromStr;
use uuid::Uuid;
use xiaohao_core::acts::*;
use xiaohao_core::values::*;
use xiaohao_core::{HigherConsent, Party, PersonName, PrivateName};

/// The same, but for one thing.
pub fn but<T>(mut says: T, change: impl FnOnce(&mut T)) -> T {
    change(&mut says);
    says
}
/// A line of text.
pub fn line<Text: FromStr<Err = Invalid>>(text: &str) -> Text {
    text.parse().unwrap()
}
/// A longer text.
pub fn prose<const MAX: usize>(text: &str) -> Prose<MAX> {
    Prose::new(text).unwrap()
}
/// A person's name.
pub fn name(text: &str) -> PersonName {
    PersonName::new(text).unwrap()
}

/// The name of somebody who may ask that it be erased.
pub fn private_name(text: &str) -> PrivateName {
    PrivateName::new(text).unwrap()
}
/// A hazard by its number.
pub fn hazard(number: u128) -> HazardId {
    HazardId::new(Uuid::from_u128(0x3000 + number)).unwrap()
}
/// An order by its number.
pub fn order(number: u128) -> OrderId {
    OrderId::new(Uuid::from_u128(0x4000 + number)).unwrap()
}
/// A circular by its number.
pub fn circular(number: u128) -> CircularId {
    CircularId::new(Uuid::from_u128(0x5000 + number)).unwrap()
}
/// An operation by its number.
pub fn request(number: u128) -> RequestId {
    RequestId::new(Uuid::from_u128(0x6000 + number)).unwrap()
}

/// A unit that holds a hazard.
pub fn holder(number: u128) -> Holder {
    holder_called(
        number,
        crate::called(unit(number)).unwrap_or("庚午竹木制品厂（化名）"),
    )
}

/// A unit of this name that holds a hazard.
pub fn holder_called(number: u128, called: &str) -> Holder {
    Holder::new(HolderParts {
        unit: unit(number),
        name: line(called),
        kind: HolderKind::Enterprise,
        uscc: Some(Uscc::parse("91431123DEMA00064M").unwrap()),
        head: Some(name("厂长甲")),
        contact: Some(private_name("联系人甲")),
        phone: Some(Phone::new("0746-7720000").unwrap()),
    })
    .unwrap()
}

/// An after-photo of a measure.
pub fn after(number: u8, measure: u16) -> Evidence {
    Evidence::new(file(number), EvidenceKind::After)
        .of_measure(measure)
        .unwrap()
}
/// Files of one kind.
pub fn files(kind: EvidenceKind, numbers: &[u8]) -> EvidenceSet {
    EvidenceSet::new(
        numbers
            .iter()
            .map(|number| Evidence::new(file(*number), kind))
            .collect(),
    )
    .unwrap()
}

/// T01.
pub fn report() -> Report {
    Report {
        title: line("砂光机除尘风管未设置火花探测消除装置"),
        description: prose("除尘系统与砂光机直连，未设置火花探测消除装置，存在粉尘爆炸危险。"),
        township: TownshipCode::parse("431123100").unwrap(),
        place: line("砂光车间除尘系统"),
        coordinates: None,
        holder: Some(holder(FACTORY)),
        source: Source::Inspection,
        inspection: Some(InspectionMode::OnSite),
        source_record: None,
        found_on: date("2026-03-02"),
        found_by: Some(private_name("检查甲")),
        evidence: files(EvidenceKind::Before, &[1, 2]),
        reporter: None,
    }
}

/// A basis in force from 2023.
pub fn basis() -> Basis {
    Basis::Standard(
        StandardBasis::new(StandardParts {
            name: line("工贸企业重大事故隐患判定标准"),
            document_no: line("应急管理部令第10号"),
            version: Some(line("2023")),
            clause: Some(line("第十一条第（四）项")),
            quote: None,
            in_force: Validity::new(date("2023-05-15"), None).unwrap(),
            clause_status: ClauseStatus::Verified,
        })
        .unwrap(),
    )
}

/// T02.
pub fn list() -> List {
    List {
        level: Level::Major,
        object_kind: ObjectKind::AccidentHazard,
        basis: basis(),
        committee: unit(FIRE_COMMITTEE),
        lead_unit: unit(FIRE_BRIGADE),
        co_units: BTreeSet::new(),
        holder: holder(FACTORY),
        category: HazardCategory::from_number(21).unwrap(),
        accident_types: vec![AccidentType::parse("粉尘爆炸").unwrap()],
        key_field: Some(KeyField::FireAndCrowds),
        industry: Some(IndustryCode::parse("2021").unwrap()),
        campaign: None,
        flags: BTreeSet::from([ListingFlag::NeedsPartialStop]),
        recognised_by: name("认定乙"),
        duplicate_waiver: None,
    }
}

/// T03.
pub fn reject() -> Reject {
    Reject {
        reason: RejectReason::NotTrue,
        text: prose("经现场核查，情况不属实。"),
        checker: person(2),
    }
}

/// T04.
pub fn downgrade_at_review() -> DowngradeAtReview {
    DowngradeAtReview {
        reason: prose("不符合重大认定条件。"),
        receiving_ledger: line("泷泊镇一般隐患台账"),
    }
}

/// The terms of an order.
pub fn terms(due_on: NaiveDate) -> OrderTerms {
    let party = |of: u128, unit_name: &str, who: &str| Party {
        unit: unit(of),
        name: line(unit_name),
        person: name(who),
    };
    OrderTerms {
        parties: Parties {
            responsible: holder(FACTORY),
            assigner: party(OFFICE, "县安委办", "经办丙"),
            coordinator: party(FIRE_BRIGADE, "县消防救援大队", "协调丁"),
        },
        due_on,
        plan_due_on: due_on.min(date("2026-04-10")),
        report_every: ReportPeriod::Monthly,
        requirements: prose("责令你单位按期完成治理。"),
        interim_measures: prose("整改期间停用砂光机。"),
        signatory: name("签发戊"),
    }
}

/// The same order, asking for a plan no earlier than this day.
pub fn asking_from(mut terms: OrderTerms, today: NaiveDate) -> OrderTerms {
    terms.plan_due_on = terms.plan_due_on.max(today.min(terms.due_on));
    terms
}

/// T05, with the deadline 2026-06-30.
pub fn assign() -> Assign {
    Assign {
        order: order(1),
        terms: terms(date("2026-06-30")),
    }
}

/// T06, received on this day.
pub fn acknowledge(received_on: NaiveDate) -> Acknowledge {
    Acknowledge {
        signed_by: name("负责人己"),
        signing: Signing::Head,
        received_on,
        served_by: name("送达庚"),
        receipt: files(EvidenceKind::Document, &[3]),
    }
}

/// T07.
pub fn return_assignment() -> ReturnAssignment {
    ReturnAssignment {
        reason: prose("该设备不属我单位管理。"),
    }
}

/// T08, to another enterprise, the deadline kept.
pub fn reassign(due_on: NaiveDate) -> Reassign {
    let mut terms = terms(due_on);
    terms.parties.responsible = holder(MARKET);
    terms.plan_due_on = due_on.min(date("2026-06-20"));
    Reassign {
        order: order(2),
        terms,
        reason: prose("产权已转让。"),
        handover: prose("资料已移交。"),
    }
}

/// The parts of a plan with two measures.
pub fn plan_parts(ends_on: NaiveDate) -> PlanParts {
    PlanParts {
        responsibility: Some(Responsibility {
            person: name("负责人己"),
            department: line("安全科"),
            contractor: None,
        }),
        measures: vec![
            Measure {
                text: prose("安装火花探测消除装置"),
                due_on: None,
            },
            Measure {
                text: prose("装置与风机联锁"),
                due_on: Some(ends_on),
            },
        ],
        funds: Some(Funds {
            planned: Fen::from_wan("18.60").unwrap(),
            source: prose("企业自筹"),
        }),
        ends_on: Some(ends_on),
        contingency: Some(Contingency {
            interim_measures: prose("停用砂光机，每日清理积尘。"),
            emergency: prose("发生火情立即停机、断电、疏散。"),
        }),
    }
}

/// T09.
pub fn plan(ends_on: NaiveDate) -> Plan {
    Plan::new(plan_parts(ends_on)).unwrap()
}

/// T10.
pub fn progress(percent: u8) -> RecordProgress {
    RecordProgress {
        percent: Percent::new(percent).unwrap(),
        text: prose("装置已到货。"),
        spent: None,
        evidence: files(EvidenceKind::During, &[4]),
        device: None,
        corrects: None,
    }
}

/// X02.
pub fn note() -> AddNote {
    AddNote {
        text: prose("现场补充照片。"),
        evidence: files(EvidenceKind::Site, &[250]),
        device: None,
        corrects: None,
    }
}

/// T11 at county level.
pub fn supervise() -> Supervise {
    Supervise {
        level: SupervisionLevel::County,
        order: Some(order(3)),
        higher_document: None,
        signatory: name("签发戊"),
        requirements: prose("按期整改到位。"),
    }
}

/// T11 at a higher level.
pub fn supervise_from_above(level: SupervisionLevel) -> Supervise {
    Supervise {
        level,
        order: None,
        higher_document: Some(line("永安督〔2026〕5号")),
        ..supervise()
    }
}

/// X05.
pub fn lift_supervision(level: SupervisionLevel) -> LiftSupervision {
    let from_above = level > SupervisionLevel::County;
    LiftSupervision {
        level,
        reason: prose("已销号，解除挂牌。"),
        higher_document: from_above.then(|| line("永安督〔2026〕9号")),
    }
}

/// T12.
pub fn suspend() -> Suspend {
    Suspend {
        kind: SuspensionKind::Partial,
        decision: line("双应急现决〔2026〕6号"),
        measures: prose("砂光车间停产。"),
        power_cut: None,
    }
}

/// T27.
pub fn resume() -> Resume {
    Resume {
        decision: line("双应急现决〔2026〕6号"),
        approval: line("双应急复〔2026〕2号"),
        application: prose("整改已验收合格，申请恢复生产。"),
    }
}

/// T13.
pub fn request_extension(until_on: NaiveDate) -> RequestExtension {
    RequestExtension {
        progress: prose("第一项措施已完成，第二项措施等待设备到货。"),
        reason: prose("设备订货周期延长。"),
        until_on,
        interim_measures: prose("继续停用砂光机。"),
        signed_by: name("负责人己"),
        late_plea: None,
        evidence: EvidenceSet::empty(),
    }
}

/// T14.
pub fn grant_extension(until_on: NaiveDate) -> GrantExtension {
    GrantExtension {
        until_on,
        remark: prose("同意延期。"),
        drafted_by: None,
        override_reason: None,
        higher_document: None,
        signatory: name("签发戊"),
    }
}

/// T14.
pub fn refuse_extension() -> RefuseExtension {
    RefuseExtension {
        reason: prose("理由不充分。"),
        drafted_by: None,
        signatory: name("签发戊"),
    }
}

/// T15, with new photos numbered from `first` and a report.
pub fn apply(first: u8) -> ApplyVerification {
    let report = Evidence::new(file(first + 2), EvidenceKind::Report);
    ApplyVerification {
        statement: prose("两项措施已全部完成。"),
        spent: Fen::from_wan("18.20").unwrap(),
        evidence: EvidenceSet::new(vec![after(first, 1), after(first + 1, 2), report]).unwrap(),
    }
}

/// T24.
pub fn apply_shutdown(first: u8) -> ApplyShutdownClosure {
    ApplyShutdownClosure {
        basis: ClosureBasis::ShutDown,
        decision: line("双政关〔2026〕1号"),
        spent: Fen::ZERO,
        statement: prose("已依法关闭取缔，设备拆除。"),
        evidence: files(EvidenceKind::Site, &[first]),
    }
}

/// T29.
pub fn withdraw() -> WithdrawApplication {
    WithdrawApplication {
        reason: prose("联锁调试尚未完成。"),
    }
}

/// X03.
pub fn visit_site() -> VisitSite {
    VisitSite {
        leader: name("组长辛"),
    }
}

/// A member of a team, with a signature of his own.
pub fn member(number: u128, of: u128, role: TeamRole) -> TeamMember {
    TeamMember {
        person: person(number),
        name: crate::name_of(person(number)),
        unit: unit(of),
        unit_name: line("某单位"),
        role,
        conflict: None,
        signature: file(100 + u8::try_from(number % 50).unwrap()),
    }
}

/// A team: the office leads, the lead unit's inspector and an expert sit with it.
pub fn team() -> Vec<TeamMember> {
    vec![
        member(1, OFFICE, TeamRole::Leader),
        member(7, FIRE_BRIGADE, TeamRole::Member),
        member(60, EXPERTS, TeamRole::Expert),
    ]
}

/// What a team found about two measures; it signs anew each time, by the files that come after its photo.
pub fn inspection(on_site_on: NaiveDate, passed: [bool; 2], photo: u8) -> Inspection {
    let mut members = team();
    for (member, signature) in members.iter_mut().zip(photo.saturating_add(1)..) {
        member.signature = file(signature);
    }
    let finding = |(passed, measure)| Finding {
        measure,
        passed,
        note: None,
    };
    Inspection {
        members,
        on_site_on,
        findings: passed.into_iter().zip(1..).map(finding).collect(),
        opinion: prose("验收组现场核查意见。"),
        evidence: files(EvidenceKind::Site, &[photo]),
    }
}

/// T17.
pub fn pass(on_site_on: NaiveDate, photo: u8) -> PassVerification {
    PassVerification {
        inspection: inspection(on_site_on, [true, true], photo),
    }
}

/// T16.
pub fn fail(on_site_on: NaiveDate, photo: u8) -> FailVerification {
    FailVerification {
        inspection: inspection(on_site_on, [true, false], photo),
        again_by: None,
    }
}

/// X04.
pub fn inspect_at_expiry(on_site_on: NaiveDate, photo: u8) -> InspectAtExpiry {
    InspectAtExpiry {
        inspection: inspection(on_site_on, [false, false], photo),
    }
}

/// T18.
pub fn strike_off() -> StrikeOff {
    StrikeOff {
        basis: ClosureBasis::Rectified,
        opinion: prose("同意销号。"),
        consent: None,
    }
}

/// The higher body's consent.
pub fn consent(on: NaiveDate) -> HigherConsent {
    HigherConsent {
        body: line("永州市安委会"),
        document: line("永安函〔2026〕3号"),
        consented_on: on,
    }
}

/// The consent of the body that supervises at this level.
pub fn consent_at(level: SupervisionLevel, on: NaiveDate) -> HigherConsent {
    let mut consent = consent(on);
    if level == SupervisionLevel::Province {
        consent.body = line("湖南省安委会");
    }
    consent
}

/// T19.
pub fn refuse_strike_off() -> RefuseStrikeOff {
    RefuseStrikeOff {
        reason: prose("验收照片不能证明联锁有效。"),
    }
}

/// T20 for closure.
pub fn circulate() -> CirculateClosure {
    CirculateClosure {
        circular: circular(1),
        item: 1,
    }
}

/// T20 for anything else.
pub fn mention() -> MentionInCircular {
    MentionInCircular {
        circular: circular(2),
        item: 1,
    }
}

/// T30.
pub fn look_back(result: LookBackResult) -> LookBack {
    LookBack {
        leader: person(9),
        leader_name: name_of(person(9)),
        unit: unit(crate::LONGBO),
        members: vec![name_of(person(9)), name("参加卯")],
        result,
        text: prose("现场复查情况。"),
        evidence: files(EvidenceKind::Site, &[6]),
    }
}

/// T21.
pub fn reopen(reason: ReopenReason) -> Reopen {
    Reopen {
        reason,
        finding: prose("私自拆除联锁恢复生产。"),
    }
}

/// T22.
pub fn merge() -> Merge {
    Merge {
        into: hazard(2),
        reason: prose("同一部位同一隐患。"),
        consent: None,
    }
}

/// T23.
pub fn downgrade() -> Downgrade {
    Downgrade {
        reason: prose("主要危险已消除。"),
        lead_opinion: prose("同意降级。"),
        expert_opinion: prose("剩余风险属一般。"),
        receiving_ledger: line("泷泊镇一般隐患台账"),
        consent: None,
    }
}

/// T25.
pub fn transfer(received_on: NaiveDate) -> Transfer {
    Transfer {
        reason: prose("属上级直管。"),
        receiver: line("永州市应急管理局"),
        received_by: name("接收癸"),
        received_on,
        receipt: line("永应急收〔2026〕8号"),
        consent: None,
    }
}

/// T26.
pub fn escalate(kind: EscalationKind, ground: EscalationGround) -> Escalate {
    Escalate {
        kind,
        ground,
        target: line("庚午竹木制品厂（化名）"),
        document: None,
        text: prose("请抓紧整改。"),
    }
}

/// X01.
pub fn propose_annulment() -> ProposeAnnulment {
    ProposeAnnulment {
        reason: prose("重复录入。"),
    }
}

/// T28.
pub fn annul() -> Annul {
    Annul {
        opinion: prose("经核对属录入错误，同意作废。"),
        consent: None,
    }
}

/// T31.
pub fn refer(decided_on: NaiveDate) -> ReferCriminal {
    ReferCriminal {
        case: line("双消移〔2026〕1号"),
        receiver: line("双牌县公安局"),
        officers: BTreeSet::from([name("承办子"), name("承办丑")]),
        decided_by: name("局长寅"),
        decided_on,
        reason: prose("涉嫌危险作业罪。"),
    }
}

/// X06.
pub fn order_further(due_on: NaiveDate) -> OrderFurther {
    let mut terms = terms(due_on);
    terms.parties.responsible = holder(MARKET);
    OrderFurther {
        order: order(4),
        terms,
    }
}

/// X07.
pub fn answer_further(received_on: NaiveDate) -> AnswerFurtherOrder {
    AnswerFurtherOrder {
        order: order(4),
        received_on,
        signed_by: name("市场负责人"),
        served_by: name("送达庚"),
        answer: prose("已配合停用共用风道。"),
        evidence: EvidenceSet::empty(),
    }
}

/// X08.
pub fn confirm_backdating(earliest_on: NaiveDate) -> ConfirmBackdating {
    ConfirmBackdating {
        earliest_on,
        reason: prose("山区无信号，设备三日后才同步。"),
    }
}

/// X09.
pub fn revise_plan(ends_on: NaiveDate) -> RevisePlan {
    RevisePlan {
        plan: plan(ends_on),
        reason: prose("期限延长，设备改型。"),
    }
}

/// X10.
pub fn expose(exposed_on: NaiveDate) -> Expose {
    Expose {
        medium: line("双牌融媒"),
        exposed_on,
        url: None,
        text: prose("典型案例：除尘系统未设火花探测消除装置。"),
    }
}

/// The link of this number.
pub fn link(number: u128) -> LinkId {
    LinkId::new(Uuid::from_u128(0x9000 + number)).unwrap()
}

/// X11: for a week.
pub fn hand_out_link(today: NaiveDate) -> HandOutLink {
    HandOutLink {
        link: link(1),
        person: crate::factory().person,
        expires_on: today + chrono::TimeDelta::days(7),
    }
}

/// X12.
pub fn take_back_link() -> TakeBackLink {
    TakeBackLink { link: link(1) }
}

/// The six digits that an authenticator with this secret, in base 32, shows at an instant.
pub fn totp(secret: &str, at: DateTime<Utc>) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let at = u64::try_from(at.timestamp()).unwrap();
    totp.generate(at).to_string()
}
