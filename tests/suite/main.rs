//! One integration binary for the whole product.

mod accounts;
mod advice;
mod api;
mod architecture;
mod county;
mod crash;
mod duties;
mod evidence;
mod faults;
mod graphql;
mod guard;
mod ledger;
mod lifecycle;
mod migrations;
mod numbers;
mod outbox;
mod papers;
mod readiness;
mod rebuild;
mod refusals;
mod rules;
mod statistics;
mod stored_form;
mod stored_papers;
mod transitions;
mod walks;
