//! Another crate cannot add a move from one of the states, not even for an event of its own.

use xiaohao_core::On;
use xiaohao_core::hazard::{Listed, Reported};

struct QuietlyClosed;

impl On<QuietlyClosed> for Reported {
    type Next = Listed;
}

fn main() {}
