//! The ids of the orders that were issued together with an act, for one hazard alone.
//!
//! Such an order has no history of its own; it stands in the line of the act and nowhere else. That its id is not used again,
//! for another hazard or for a paper, is looked up here. Like all that is kept beside the record, a row is made from a line
//! and can be made again.

use crate::dialect::{run, unknown};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Before it was looked up, an id could stand in more than one line.
const TABLE: &str = "CREATE TABLE order_with_act (
        county   TEXT    NOT NULL,
        order_id {uuid}  NOT NULL,
        position {whole} NOT NULL CHECK (position > 0),
        PRIMARY KEY (county, order_id, position)
    ) {without_rowid}";

/// The lines that issued an order of their own, each with the order's id as a text.
const FROM_LINES: &str = "SELECT county, position, {issued_order} AS order_id FROM ledger_entry \
     WHERE event IN ('HazardAssigned', 'HazardReassigned', 'FurtherOrderIssued') AND {number_from} = 'SERIES' \
     UNION ALL SELECT county, position, {supervision_order} FROM ledger_entry \
     WHERE event = 'SupervisionOrdered' AND {document_of} = 'COUNTY'";

/// Where in the body of a line stands what is asked of it above.
const PLACES: &[(&str, &[&str])] = &[
    ("{issued_order}", &["issued", "order"]),
    ("{number_from}", &["issued", "number_from"]),
    ("{supervision_order}", &["says", "order"]),
    ("{document_of}", &["document", "of"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too a change is made whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let id = match backend {
            DbBackend::Sqlite => "unhex(replace(order_id, '-', ''))",
            DbBackend::Postgres => "order_id::uuid",
            other @ (DbBackend::MySql | _) => return Err(unknown(other)),
        };
        let mut lines = FROM_LINES.to_owned();
        for (place, names) in PLACES {
            let own = if backend == DbBackend::Sqlite {
                format!("json_extract(body, '$.event.data.{}')", names.join("."))
            } else {
                format!("(body::json #>> '{{event,data,{}}}')", names.join(","))
            };
            lines = lines.replace(place, &own);
        }
        let filled = format!(
            "INSERT INTO order_with_act (county, order_id, position) SELECT county, {id}, position FROM ({lines}) AS own"
        );
        run(manager, &[TABLE, &filled]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP TABLE order_with_act"]).await
    }
}
