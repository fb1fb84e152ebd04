//! A major hazard's whole life as typed transitions.
//!
//! This crate is the domain and nothing else: no I/O, no clock, no ids of its own making. Time, ids and everything that
//! must be looked up are parameters; the same input gives the same answer for ever.
//!
//! | Room | What is in it |
//! |---|---|
//! | [`lifecycle`] | the table of legal acts: the whole life on one screen |
//! | [`acts`] | what each act says, demands and does |
//! | `guard` | [`decide`] and [`actions`]: one guard, two faces |
//! | `authority` | who may do what |
//! | [`hazard`], [`dossier`] | the states, and the layers they are made of |
//! | [`record`] | ledger entries, replay |
//! | `numbering` | which number an event took |
//! | `cites` | which files an event cites, and which order |
//! | [`refusal`] | every reason why not, with clause and next step |
//! | [`order`], [`circular`], [`paper`] | 交办单, 挂牌督办通知书 and 通报: drafted, issued, immutable |
//! | [`upkeep`] | acts on the ledger itself: the data of its county, the erasure of personal data, another key for its log |
//! | [`settings`] | what the configuration says on which rights depend |
//! | [`filing`] | what each committee files each month: 零报告, in time, late, missing |
//! | [`posts`], [`ways_in`] | posts that change hands; the ways in that are opened and closed |
//! | [`directory`], [`county_data`] | who there is; everything that a county must say before it has a ledger |
//! | [`policy`], [`calendar`] | time limits as data, working days, dates that explain themselves |
//! | `overdue`, `deadline` | whether a deadline has passed; the deadline told in words |
//! | [`duties`] | who must do what next, and by when |
//! | [`figures`] | ratios and the stock identity |
//! | [`statistics`] | the figures of the reports, of any scope and day, with their members |
//! | [`values`] | the values all of this is made of |

mod actor;
pub mod acts;
mod advice;
mod asks;
mod authority;
pub mod calendar;
pub mod circular;
mod cites;
mod context;
pub mod county_data;
mod deadline;
pub mod directory;
pub mod dossier;
pub mod duties;
pub mod figures;
pub mod filing;
mod guard;
pub mod hazard;
#[macro_use]
mod machinery;
pub mod lifecycle;
mod narrative;
mod numbering;
pub mod order;
mod overdue;
pub mod paper;
mod people;
pub mod policy;
pub mod posts;
pub mod record;
mod rectifying;
pub mod refusal;
pub mod settings;
pub mod statistics;
mod status;
mod team;
pub mod upkeep;
pub mod values;
pub mod ways_in;

pub use actor::{Actor, Role};
pub use advice::{Advice, AdviceKind, advise};
pub use asks::{Asks, DuplicateKey};
pub use authority::{Who, acting_roles};
pub use context::{
    Context, County, HazardStanding, Known, NextNumbers, county_day, end_of_county_day,
};
pub use deadline::{DeadlineTold, working_days_left};
pub use guard::{Action, actions, before_content, decide, may};
pub use hazard::Hazard;
pub use lifecycle::{Act, Command, Event, TRANSITIONS, Transition};
pub use machinery::On;
pub use numbering::NumberTaken;
pub use overdue::is_overdue;
pub use people::{HigherConsent, Party};
pub use record::{Entry, Stamp, evolve, replay, replay_to};
pub use refusal::{Refusal, Refusals};
pub use status::{Stage, Status};
pub use values::{PersonName, PrivateName};
