//! A listed hazard cannot be struck off: the table has no such line.

use xiaohao_core::On;
use xiaohao_core::acts::HazardStruckOff;
use xiaohao_core::hazard::Listed;

type Never = <Listed as On<HazardStruckOff>>::Next;

fn main() {
    let _: Option<Never> = None;
}
