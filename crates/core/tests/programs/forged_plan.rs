//! A plan has all five elements, because only its constructor makes one.

use xiaohao_core::acts::{Measure, Plan};

fn half(measures: Vec<Measure>) -> Plan {
    Plan { measures }
}

fn main() {
    let _ = half;
}
