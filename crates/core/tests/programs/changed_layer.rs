//! Another crate reads a state and cannot change what is in it.

use xiaohao_core::hazard::Closed;

fn unclose(closed: &mut Closed) {
    closed.closure = closed.closure.clone();
}

fn main() {
    let _ = unclose;
}
