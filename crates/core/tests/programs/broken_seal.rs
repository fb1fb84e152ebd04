//! Another crate cannot name the seal, and so cannot break it.

use xiaohao_core::hazard::Reported;
use xiaohao_core::machinery::Sealed;

struct QuietlyClosed;

impl Sealed<QuietlyClosed> for Reported {}

fn main() {}
