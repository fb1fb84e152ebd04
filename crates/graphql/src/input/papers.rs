//! What orders say.

use super::{Arguments, DateInput, PartiesInput, Reading, Said, Take, inputs, taken};
use crate::paper::PaperActInput;
use crate::vocabulary::Word;
use async_graphql::{ID, InputObject, OneofObject};
use xiaohao_core::PersonName;
use xiaohao_core::acts::Parties;
use xiaohao_core::order::{AssignmentItem, HazardReference, OrderBody, OrderContent};
use xiaohao_core::values::{Description, OrderId, Reason, ReportPeriod};

inputs! {
    /// 文书所列的隐患，标识和编号须一致。A hazard on a paper: by id for the program, by number for the reader; they must agree.
    HazardReferenceInput => HazardReference {
        /// 标识。The id of the hazard.
        id: ID,
        /// 隐患编号。The hazard number, such as `431123-2026-0001`.
        number: String,
    }

    /// 交办单所列的隐患及其期限。A hazard on an assignment order, with its own deadline.
    AssignmentItemInput => AssignmentItem {
        /// 隐患。The hazard, by id and number.
        hazard: HazardReferenceInput,
        /// 整改期限。The deadline: rectify before the end of this day.
        due_on: DateInput,
        /// 方案报送期限。The day by which the plan must be filed.
        plan_due_on: DateInput,
    }

    /// 交办单。An assignment order.
    AssignmentOrderInput => AssignmentParts {
        /// 三方责任，对所列隐患一致。The three parties, the same for every hazard on it.
        parties: PartiesInput,
        /// 进展报送周期。How often progress must be reported.
        report_every: Word<ReportPeriod>,
        /// 整改期间的防控措施。What keeps people safe until it is rectified.
        interim_measures: String,
        /// 所列的隐患，各有期限。The hazards on it, each with its own deadline.
        items: Vec<AssignmentItemInput>,
    }

    /// 挂牌督办通知书。A notice of listed supervision, at county level.
    SupervisionNoticeInput => SupervisionParts {
        /// 所列的隐患。The hazards on it.
        items: Vec<HazardReferenceInput>,
    }

    /// 交办单或挂牌督办通知书的内容。What an order says.
    OrderContentInput => OrderParts {
        /// 签发人，按文书打印。Who signs, as printed on the paper.
        signatory: String,
        /// 要求。What it demands.
        requirements: String,
        /// 种类及其内容。Which kind of order it is, and what that kind says.
        body: OrderBodyInput,
    }
}

/// 种类及其内容，二者选一。One of the two kinds of order.
#[derive(OneofObject)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one in a request, and it is read and gone"
)]
pub(crate) enum OrderBodyInput {
    /// 交办单。An assignment order.
    Assignment(AssignmentOrderInput),
    /// 挂牌督办通知书。A notice of listed supervision.
    Supervision(SupervisionNoticeInput),
}

/// 理由。A reason.
#[derive(InputObject)]
pub(crate) struct ReasonInput {
    /// 理由。Why it is done.
    reason: String,
}

pub(crate) struct AssignmentParts {
    parties: Parties,
    report_every: ReportPeriod,
    interim_measures: Description,
    items: Vec<AssignmentItem>,
}

pub(crate) struct SupervisionParts {
    items: Vec<HazardReference>,
}

pub(crate) struct OrderParts {
    signatory: PersonName,
    requirements: Description,
    body: OrderBody,
}

impl Take<OrderBody> for OrderBodyInput {
    fn take(self, at: &mut Reading) -> Option<OrderBody> {
        match self {
            Self::Assignment(input) => {
                let parts: AssignmentParts = at.field("assignment", input)?;
                Some(OrderBody::Assignment {
                    parties: Box::new(parts.parties),
                    report_every: parts.report_every,
                    interim_measures: parts.interim_measures,
                    items: parts.items,
                })
            }
            Self::Supervision(input) => {
                let parts: SupervisionParts = at.field("supervision", input)?;
                Some(OrderBody::Supervision { items: parts.items })
            }
        }
    }
}

impl OrderContentInput {
    /// What the order says that the guard is about: its id stands there alone.
    pub(crate) fn read(act: &PaperActInput, input: Self) -> Said<OrderContent> {
        let Said { value, written } = taken::<OrderParts>(&Arguments::default().input, input);
        let value = value.and_then(|parts| {
            Ok(OrderContent {
                // What is wrong with the id is told of the guard.
                id: OrderId::parse(act.paper_id()).map_err(|_| Vec::new())?,
                signatory: parts.signatory,
                requirements: parts.requirements,
                body: parts.body,
            })
        });
        Said { value, written }
    }
}

impl Take<Reason> for ReasonInput {
    fn take(self, at: &mut Reading) -> Option<Reason> {
        at.field("reason", self.reason)
    }
}
