//! Reference data that a client needs before it can speak of a hazard: the lifecycle, the refusals, the time limits, the
//! codes. All of it is the core's own data; none of it belongs to a hazard or a person.

mod codes;
mod dates;
mod lifecycle;

pub(crate) use codes::CodesQuery;
pub(crate) use dates::DatesQuery;
pub(crate) use lifecycle::{LifecycleQuery, StageOrOff};

use std::collections::BTreeMap;
use xiaohao_core::calendar::Calendar;
use xiaohao_core::policy::Policy;

/// What the queries of this room answer from.
#[derive(Clone, Debug)]
pub struct Reference {
    /// 时限表, by id; the county's own among them.
    pub policies: BTreeMap<String, Policy>,
    /// The id of the county's own.
    pub own_policy: String,
    /// 工作日历.
    pub calendar: Calendar,
}
