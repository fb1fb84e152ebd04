//! Another crate cannot build a state: it comes from the events that led to it.

use xiaohao_core::dossier::File;
use xiaohao_core::hazard::Closed;

fn close(file: File) -> Closed {
    Closed { file }
}

fn main() {
    let _ = close;
}
