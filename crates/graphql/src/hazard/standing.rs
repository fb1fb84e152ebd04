//! What stands on a hazard beside its course: stops in force and lifted, and an annulment that waits for the second person; and
//! where it was reported from.

use crate::input::Date;
use crate::vocabulary::Word;
use async_graphql::{ID, SimpleObject};
use chrono::NaiveDate;
use xiaohao_core::acts::{PowerCut, SourceRecord};
use xiaohao_core::dossier::{self, AnnulmentProposal};
use xiaohao_core::values::{Coordinates, Datum, SuspensionKind};

/// 一次责令停产停业等现场处理措施，现行的或者已经解除的。An order that stops operation, in force or lifted.
#[derive(SimpleObject)]
#[graphql(name = "HazardSuspension")]
pub(super) struct Suspension {
    /// 现场处理措施。What is stopped.
    kind: Word<SuspensionKind>,
    /// 决定书文号；恢复生产时须照此填写。The document number of the decision, by which `resumeOperation` names it.
    decision: String,
    /// 处理措施的内容。What was ordered.
    measures: String,
    /// 作出决定的部门；只有它可以解除。The department that ordered it, which alone may lift it.
    ordered_by: ID,
    /// 起始日期。The day from which it is in force.
    from_on: Date,
    /// 解除日期；现行的为空。Null while it is in force.
    lifted_on: Option<Date>,
    /// 已经停了多少天，首尾两日都算；解除的算到解除之日，没有解除就销号的算到销号之日。
    ///
    /// How many days it has lasted, both ends counted: until it was lifted, or the hazard struck off with it in force.
    days: i64,
    /// 停止供电的批准和通知；没有停止供电的为空。What the law demands before power is cut; null where it is not.
    power_cut: Option<PowerCutShown>,
}

/// 停止供电的批准和通知（《安全生产法》第七十条）。What comes before power is cut.
#[derive(SimpleObject)]
#[graphql(name = "PowerCut")]
struct PowerCutShown {
    /// 批准的部门主要负责人。The head of the department who approved.
    approved_by: String,
    /// 书面通知文号。The number of the notice to whoever supplies the power.
    notice: String,
    /// 告知单位的日期。The day on which the unit was told.
    noticed_on: Date,
    /// 危及生产安全的紧急情形；没有的为空。Why it could not wait; null where it could.
    emergency: Option<String>,
}

/// 待复核的作废申请。An annulment that waits for the second person.
#[derive(SimpleObject)]
#[graphql(name = "PendingAnnulment")]
pub(super) struct Annulment {
    /// 申请人标识；复核的须为另一人。Who proposed it; another person must confirm.
    proposed_by: ID,
    /// 申请日期。The day of the proposal.
    proposed_on: Date,
    /// 作废理由。Why it is to be annulled.
    reason: String,
}

/// 坐标。Where it is on the map.
#[derive(SimpleObject)]
#[graphql(name = "Coordinates")]
pub(super) struct Place {
    /// 经度。The longitude, in degrees; east is positive.
    longitude: String,
    /// 纬度。The latitude, in degrees; north is positive.
    latitude: String,
    /// 坐标系。The datum in which they are given.
    datum: Word<Datum>,
}

/// 平台及其记录编号。The platform from which a report came, and its own number of it.
#[derive(SimpleObject)]
#[graphql(name = "SourceRecord")]
pub(super) struct Source {
    /// 平台。The platform.
    system: String,
    /// 平台自己的编号。Its own number of the record.
    id: String,
}

impl Suspension {
    /// As it is on a day, of a hazard that was struck off on another, where it is.
    pub(super) fn of(
        own: &dossier::Suspension,
        on: NaiveDate,
        closed_on: Option<NaiveDate>,
    ) -> Self {
        let until = own.lifted_on.or(closed_on).unwrap_or(on);
        Self {
            kind: Word(own.order.kind),
            decision: own.order.decision.to_string(),
            measures: own.order.measures.as_str().to_owned(),
            ordered_by: ID(own.by.to_string()),
            from_on: Date(own.from_on),
            lifted_on: own.lifted_on.map(Date),
            days: (until - own.from_on).num_days().saturating_add(1),
            power_cut: own.order.power_cut.as_ref().map(Into::into),
        }
    }
}

impl From<&PowerCut> for PowerCutShown {
    fn from(own: &PowerCut) -> Self {
        let emergency = own.emergency.as_ref();
        Self {
            approved_by: own.approved_by.to_string(),
            notice: own.notice.to_string(),
            noticed_on: Date(own.noticed_on),
            emergency: emergency.map(|why| why.as_str().to_owned()),
        }
    }
}

impl From<&AnnulmentProposal> for Annulment {
    fn from(own: &AnnulmentProposal) -> Self {
        Self {
            proposed_by: ID(own.by.to_string()),
            proposed_on: Date(own.proposed_on),
            reason: own.reason.as_str().to_owned(),
        }
    }
}

impl From<Coordinates> for Place {
    fn from(own: Coordinates) -> Self {
        Self {
            longitude: own.longitude(),
            latitude: own.latitude(),
            datum: Word(own.datum()),
        }
    }
}

impl From<&SourceRecord> for Source {
    fn from(own: &SourceRecord) -> Self {
        Self {
            system: own.system.to_string(),
            id: own.id.to_string(),
        }
    }
}
