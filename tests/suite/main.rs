//! One integration binary for the whole product.

mod accounts;
mod advice;
mod api;
mod architecture;
mod carrying;
mod configuration;
mod county;
mod county_files;
mod crash;
mod demo;
mod duties;
mod entering;
mod errors;
mod evidence;
mod examples;
mod faults;
mod filing;
mod graphql;
mod guard;
mod leaf;
mod ledger;
mod lifecycle;
mod links;
mod load;
mod migrations;
mod mutated;
mod numbers;
mod operations;
mod outbox;
mod papers;
mod personal;
mod posts;
mod power;
mod printing;
mod readiness;
mod rebuild;
mod refusals;
mod rotation;
mod rules;
mod second_county;
mod serving;
mod settings;
mod signing;
mod statistics;
mod stored_form;
mod stored_papers;
mod transitions;
mod upkeep;
mod verify;
mod walks;
mod ways_in;
mod webhooks;
mod witness;

/// As the program has it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;
