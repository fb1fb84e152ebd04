//! 提醒: what a recorded act should be looked at again for, although nothing forbids it.
//!
//! It is a function of the record and of the county's rules alone; whoever reads the line later is advised as its author was.

use crate::acts::List;
use crate::calendar::InChinese;
use crate::context::{County, county_day};
use crate::dossier::IssuedTerms;
use crate::lifecycle::Event;
use crate::policy::{Anchor, ComputedDate, Limit};
use crate::record::Entry;
use crate::values::Holder;
use crate::values::vocabulary::vocabulary;
use chrono::NaiveDate;

vocabulary! {
    /// What is advised.
    AdviceKind "提醒" {
        /// The deadline lies beyond what the policy expects; large works exceed it in practice (spec §2.3, deadline cap).
        DeadlineBeyondCap "DEADLINE_BEYOND_CAP" "整改期限较长",
        /// The credit code's own check holds, the older one inside it (GB 11714) does not.
        OrganisationCodeDoubtful "ORGANISATION_CODE_DOUBTFUL" "组织机构代码校验位不符",
        /// The hazard is led by another unit than the committee's own.
        LeadUnitNotTheCommittees "LEAD_UNIT_NOT_THE_COMMITTEES" "牵头责任单位与专委会不一致",
        /// The report was entered later than any other act might be without the office's consent.
        ReportedLate "REPORTED_LATE" "上报补录较晚",
        /// The holder's name looks like that of a unit of the directory and is written otherwise.
        HolderLooksLikeAnother "HOLDER_LOOKS_LIKE_ANOTHER" "隐患单位名称与名册单位相似",
    }
}

/// One piece of advice. The act is done all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What is advised.
    pub kind: AdviceKind,
    /// What it is about, and what to do; a sentence for the office.
    pub message: String,
}

/// What there is to say today about a line of the ledger.
#[must_use]
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "advice is given where there is any; its absence harms nobody"
)]
pub fn advise(entry: &Entry, county: &County, today: NaiveDate) -> Vec<Advice> {
    let occurred_on = entry.stamp.occurred_on;
    let told: [Option<Advice>; 3] = match &entry.event {
        Event::HazardReported(reported) => {
            let holder = reported.says.holder.as_ref();
            [
                holder.and_then(on_code),
                holder.and_then(|holder| on_name(holder, county)),
                on_delay(entry, county, today),
            ]
        }
        Event::HazardListed(listed) => [
            on_code(&listed.says.holder),
            on_name(&listed.says.holder, county),
            on_lead(&listed.says, county),
        ],
        Event::HazardAssigned(assigned) => on_terms(&assigned.issued, county, occurred_on),
        Event::FurtherOrderIssued(further) => on_terms(&further.issued, county, occurred_on),
        _ => [None, None, None],
    };
    told.into_iter().flatten().collect()
}

fn on_terms(issued: &IssuedTerms, county: &County, occurred_on: NaiveDate) -> [Option<Advice>; 3] {
    let cap = due(Limit::DeadlineCap, Anchor::Assigned, occurred_on, county);
    let beyond = cap.filter(|cap| issued.terms.due_on > cap.on);
    let beyond = beyond.map(|cap| Advice {
        kind: AdviceKind::DeadlineBeyondCap,
        message: format!("整改期限较长，请确认确有必要，并核实期间防控措施。{cap}"),
    });
    let holder = &issued.terms.parties.responsible;
    [beyond, on_code(holder), on_name(holder, county)]
}

fn on_code(holder: &Holder) -> Option<Advice> {
    let doubtful = holder
        .uscc()
        .is_some_and(|uscc| !uscc.organisation_check_holds());
    doubtful.then(|| Advice {
        kind: AdviceKind::OrganisationCodeDoubtful,
        message: "统一社会信用代码中的组织机构代码校验位不符（GB 11714），请与营业执照核对。"
            .to_owned(),
    })
}

fn on_name(holder: &Holder, county: &County) -> Option<Advice> {
    let directory = &county.directory;
    if let Some(other) = directory.namesake(holder.unit(), holder.name()) {
        let (name, code) = (&other.name, &other.code);
        return Some(Advice {
            kind: AdviceKind::HolderLooksLikeAnother,
            message: format!(
                "名册中另有一个“{name}”（单位代码{code}），所填标识不是它的。请与营业执照核对是否为同一单位；是同一单位的，今后从名册中选择，确为另一单位的，以补记说明。"
            ),
        });
    }
    let other = directory.unit_that_looks_like(holder.name())?;
    let (name, other, code) = (holder.name(), &other.name, &other.code);
    Some(Advice {
        kind: AdviceKind::HolderLooksLikeAnother,
        message: format!(
            "隐患单位名称“{name}”与名册中的单位“{other}”（单位代码{code}）看上去一样，写法不同。请与营业执照核对是否为同一单位；是同一单位的，今后按名册的写法填写，确为另一单位的，以补记说明。"
        ),
    })
}

fn on_lead(listed: &List, county: &County) -> Option<Advice> {
    let committee = county.directory.committee(listed.committee)?;
    let [own, other] = [committee.lead_unit, listed.lead_unit].map(|unit| {
        let unit = county.directory.unit(unit);
        unit.map_or("（名册中没有）", |unit| unit.name.as_str())
    });
    (committee.lead_unit != listed.lead_unit).then(|| Advice {
        kind: AdviceKind::LeadUnitNotTheCommittees,
        message: format!(
            "牵头责任单位填的是“{other}”，而所属专委会的牵头责任单位是“{own}”。请与专委会名单核对；确属填错的，在交办前申请作废后重新上报。"
        ),
    })
}

/// A report has no hazard yet on which the office could consent to a late entry; to list it is that consent (spec §2.5).
/// A line that is said to have been recorded later than today tells nothing of when it was: the clock was wrong before it.
fn on_delay(entry: &Entry, county: &County, today: NaiveDate) -> Option<Advice> {
    let occurred_on = entry.stamp.occurred_on;
    let window = due(
        Limit::BackdatingWindow,
        Anchor::Occurred,
        occurred_on,
        county,
    )?;
    let entered_on = county_day(entry.stamp.recorded_at);
    (window.on < entered_on && entered_on <= today).then(|| Advice {
        kind: AdviceKind::ReportedLate,
        message: format!(
            "上报日期填的是{}，到{}才录入，已过补录期限。请在认定列单前核实上报日期和迟录原因。{window}",
            InChinese(occurred_on),
            InChinese(entered_on),
        ),
    })
}

fn due(limit: Limit, anchor: Anchor, day: NaiveDate, county: &County) -> Option<ComputedDate> {
    let anchors = [(anchor, day)];
    county.policy.due(limit, &anchors, &county.calendar).ok()
}
