//! What is kept beside the record to answer quickly. Every row here is made from the record and can be made again.
//!
//! | Table | One row for each |
//! |---|---|
//! | `hazard` | hazard, as lists show it |
//! | `hazard_unit` | hazard and unit that it concerns, in the order in which hazards came in |
//! | `number_taken` | number that was ever given |
//! | `tally` | committee, lead unit and township: the counters of the closure statistics |
//! | `tally_due` | running deadline in one of these: what becomes overdue, and when |
//!
//! `opened` is the place of a hazard's first line. Hazard and clue numbers are kept as year and serial in one number, which
//! sorts as they do; `9223372036854775807` and `2147483647` stand for "none, so last". A unit that is not there is the nil
//! UUID in the keys of counters, because a part of a key cannot be null.

use crate::dialect::{run, unknown};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: &[&str] = &[
    "CREATE TABLE hazard (
        county                  TEXT    NOT NULL,
        id                      {uuid}  NOT NULL,
        opened                  {whole} NOT NULL CHECK (opened > 0),
        version                 {whole} NOT NULL CHECK (version > 0),
        status                  TEXT    NOT NULL,
        clue                    {whole} NOT NULL,
        number                  {whole} NOT NULL,
        township                TEXT    NOT NULL,
        holder                  {uuid},
        responsible             {uuid},
        committee               {uuid},
        lead_unit               {uuid},
        source                  TEXT    NOT NULL,
        key_field               TEXT,
        campaign                {uuid},
        reported_on             {date}  NOT NULL,
        found_on                {date}  NOT NULL,
        listed_on               {date},
        due_on                  {date},
        due_order               {whole} NOT NULL,
        original_due_on         {date},
        running_due_on          {date},
        running_original_due_on {date},
        completed_on            {date},
        closed_on               {date},
        supervised_at           TEXT,
        suspended               {flag}  NOT NULL,
        title                   TEXT    NOT NULL,
        place                   TEXT    NOT NULL,
        holder_name             TEXT,
        duplicate               {bytes},
        source_system           TEXT,
        source_record           TEXT,
        PRIMARY KEY (county, id)
    ) {strict}",
    "CREATE UNIQUE INDEX hazard_opened ON hazard (county, opened)",
    "CREATE INDEX hazard_by_number ON hazard (county, number, opened)",
    "CREATE INDEX hazard_by_due ON hazard (county, due_order, opened)",
    "CREATE INDEX hazard_by_township ON hazard (county, township, opened)",
    "CREATE INDEX hazard_unclosed ON hazard (county, opened, running_due_on) WHERE closed_on IS NULL",
    "CREATE INDEX hazard_unclosed_by_due ON hazard (county, due_order, opened) WHERE closed_on IS NULL",
    "CREATE INDEX hazard_unclosed_of_committee ON hazard (county, committee, opened, running_due_on) \
     WHERE closed_on IS NULL",
    "CREATE INDEX hazard_duplicate ON hazard (county, duplicate) WHERE duplicate IS NOT NULL",
    "CREATE UNIQUE INDEX hazard_source_record ON hazard (county, source_system, source_record) \
     WHERE source_record IS NOT NULL",
    "CREATE TABLE hazard_unit (
        county TEXT    NOT NULL,
        unit   {uuid}  NOT NULL,
        opened {whole} NOT NULL,
        PRIMARY KEY (county, unit, opened)
    ) {without_rowid}",
    "CREATE INDEX hazard_unit_opened ON hazard_unit (county, opened)",
    "CREATE TABLE number_taken (
        county   TEXT    NOT NULL,
        series   TEXT    NOT NULL,
        year     {whole} NOT NULL,
        serial   {whole} NOT NULL CHECK (serial > 0),
        position {whole} NOT NULL,
        PRIMARY KEY (county, series, year, serial)
    ) {without_rowid}",
    "CREATE TABLE tally (
        county                TEXT    NOT NULL,
        committee             {uuid}  NOT NULL,
        lead_unit             {uuid}  NOT NULL,
        township              TEXT    NOT NULL,
        reported              {whole} NOT NULL,
        listed                {whole} NOT NULL,
        assigned              {whole} NOT NULL,
        acknowledged          {whole} NOT NULL,
        rectifying            {whole} NOT NULL,
        awaiting_verification {whole} NOT NULL,
        verified              {whole} NOT NULL,
        closed                {whole} NOT NULL,
        circulated            {whole} NOT NULL,
        rejected              {whole} NOT NULL,
        downgraded            {whole} NOT NULL,
        merged                {whole} NOT NULL,
        transferred           {whole} NOT NULL,
        annulled              {whole} NOT NULL,
        on_time               {whole} NOT NULL,
        on_time_originally    {whole} NOT NULL,
        overdue               {whole} NOT NULL,
        overdue_originally    {whole} NOT NULL,
        PRIMARY KEY (county, committee, lead_unit, township)
    ) {strict}",
    "CREATE TABLE tally_due (
        county    TEXT    NOT NULL,
        due_on    {date}  NOT NULL,
        deadline  TEXT    NOT NULL,
        committee {uuid}  NOT NULL,
        lead_unit {uuid}  NOT NULL,
        township  TEXT    NOT NULL,
        number    {whole} NOT NULL,
        PRIMARY KEY (county, due_on, deadline, committee, lead_unit, township)
    ) {without_rowid}",
];

/// SQLite finds Chinese text in an index of pairs of characters; the row's id there is the county's code and `opened` in
/// one number.
const SEARCH_IN_SQLITE: &[&str] =
    &["CREATE VIRTUAL TABLE hazard_text USING fts5(pairs, columnsize=0, tokenize='ascii')"];

/// PostgreSQL does the same with the positions of the pairs.
const SEARCH_IN_POSTGRES: &[&str] = &[
    "CREATE TABLE hazard_text (
        county TEXT     NOT NULL,
        opened bigint   NOT NULL,
        pairs  tsvector NOT NULL,
        PRIMARY KEY (county, opened)
    )",
    "CREATE INDEX hazard_text_pairs ON hazard_text USING gin (pairs)",
];

const ALL: &[&str] = &[
    "hazard",
    "hazard_unit",
    "number_taken",
    "tally",
    "tally_due",
    "hazard_text",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too a change is made whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => run(manager, SEARCH_IN_SQLITE).await,
            DbBackend::Postgres => run(manager, SEARCH_IN_POSTGRES).await,
            other @ (DbBackend::MySql | _) => Err(unknown(other)),
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ALL {
            run(manager, &[&format!("DROP TABLE {table}")]).await?;
        }
        Ok(())
    }
}
