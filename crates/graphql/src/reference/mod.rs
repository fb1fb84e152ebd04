//! Reference data that a client needs before it can speak of a hazard: the lifecycle, the refusals, the time limits, the
//! codes. All of it is the core's own data; none of it belongs to a hazard or a person.

mod codes;
mod dates;
mod lifecycle;

pub(crate) use codes::CodesQuery;
pub(crate) use dates::{DatesQuery, TimeLimitWindow};
pub(crate) use lifecycle::{LifecycleQuery, StageOrOff};

use std::collections::BTreeMap;
use xiaohao_core::policy::Policy;

/// What the queries of this room answer from, beside the county's own time limits and working days.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The time limits (时限表) that are shipped, by id.
    pub policies: BTreeMap<String, Policy>,
}
