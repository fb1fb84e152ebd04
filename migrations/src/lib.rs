//! Ordered changes of the database schema, nothing else.
//!
//! Each change has its file, runs on SQLite and on PostgreSQL, and is tested up, down and up again. A change that has been
//! released is never edited: the next one follows it.

#![expect(
    elided_lifetimes_in_paths,
    reason = "the trait of a migration elides it, and its macro takes no other spelling"
)]

mod dialect;
mod guard;
mod m0001_ledger_entry;
mod m0002_projection;
mod m0003_around;
mod m0004_account;
mod m0005_leaf;
mod m0006_checkpoint;
mod m0007_personal_value;
mod m0008_session;
mod m0009_checkpoint_number;
mod m0010_refused_attempt;
mod m0011_ways_in;
mod m0012_order_with_act;
mod m0014_link;
mod m0015_orders_by_place;
mod m0017_ended_sessions;
mod m0020_device_code;
mod m0021_row_of_its_own;
mod m0022_session_seal;
mod m0023_guards_by_schema;

pub use sea_orm_migration::MigratorTrait;

use sea_orm_migration::{MigrationTrait, async_trait};

/// All changes, in order.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_ledger_entry::Migration),
            Box::new(m0002_projection::Migration),
            Box::new(m0003_around::Migration),
            Box::new(m0004_account::Migration),
            Box::new(m0005_leaf::Migration),
            Box::new(m0006_checkpoint::Migration),
            Box::new(m0007_personal_value::Migration),
            Box::new(m0008_session::Migration),
            Box::new(m0009_checkpoint_number::Migration),
            Box::new(m0010_refused_attempt::Migration),
            Box::new(m0011_ways_in::Migration),
            Box::new(m0012_order_with_act::Migration),
            Box::new(m0014_link::Migration),
            Box::new(m0015_orders_by_place::Migration),
            Box::new(m0017_ended_sessions::Migration),
            Box::new(m0020_device_code::Migration),
            Box::new(m0021_row_of_its_own::Migration),
            Box::new(m0022_session_seal::Migration),
            Box::new(m0023_guards_by_schema::Migration),
        ]
    }
}
