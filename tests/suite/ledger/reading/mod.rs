//! What readers are told: for each viewer what he may see, whole, in order, and page by page.

mod filters;
mod lines;
mod pages;
mod papers;
mod scope;
mod search;
mod statements;
mod stock;

use super::{another_county, for_all, one_thread};
use xiaohao_core::values::{Holder, HolderKind, HolderParts, Uscc};
use xiaohao_tests::{sample, unit};

/// A unit of this name that holds a hazard.
fn called(of: u128, name: &str) -> Holder {
    Holder::new(HolderParts {
        unit: unit(of),
        name: sample::line(name),
        kind: HolderKind::Enterprise,
        uscc: Some(Uscc::parse("91431123DEMA00064M").unwrap()),
        head: None,
        contact: None,
        phone: None,
    })
    .unwrap()
}
