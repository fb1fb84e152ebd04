//! What readers are told: for each viewer what he may see, whole, in order, and page by page.

mod filings;
mod filters;
mod lines;
mod moments;
mod pages;
mod papers;
mod posts;
mod scope;
mod search;
mod statements;
mod stock;

use super::{another_county, for_all, one_thread};
