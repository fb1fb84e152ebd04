//! What is kept beside the record is compared with it and made anew from it; whatever was changed by hand is found.

pub(crate) mod program;
mod record;
mod rows;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use xiaohao_core::Status;
use xiaohao_ledger::Fault;
use xiaohao_store::{Findings, SqlStore};
use xiaohao_tests::office::Kind;
use xiaohao_tests::place::{connect, url};
use xiaohao_tests::*;

/// The kinds of store that have rows.
pub(crate) const WITH_ROWS: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

/// A ledger with hazards in several states, an order, a notice and a circular, and a hand that reaches around the program.
pub(crate) struct Kept {
    pub(crate) office: Office,
    pub(crate) hand: DatabaseConnection,
}

impl Kept {
    pub(crate) async fn on(kind: Kind) -> Self {
        Self::of(Office::on(kind).await).await
    }

    /// The same in an office that has an empty ledger.
    pub(crate) async fn of(office: Office) -> Self {
        let hazards = office.report_several(8).await;
        office.advance(&hazards[1..], Status::Listed).await;
        let order = office.order(&hazards[5..]).await;
        office.issue(&approver(), &order).await;
        let notice = office.notice(&hazards[6..7]).await;
        office.issue(&signer(), &notice).await;
        office.advance(&hazards[2..5], Status::Rectifying).await;
        office.advance(&hazards[3..4], Status::Closed).await;
        office.circulate(&hazards[3..4]).await;
        // So that deadlines have passed, and been counted as passed.
        office.pass_days(150);
        office.act(&clerk(), hazards[0], sample::note()).await;
        let hand = connect(&url(office.cabinet.location()), 1).await;
        Self { office, hand }
    }

    pub(crate) fn store(&self) -> &SqlStore {
        self.office.cabinet.sql()
    }

    async fn check(&self) -> Result<Findings, Fault> {
        self.store().check(&self.office.county, |_| ()).await
    }

    pub(crate) async fn rebuild(&self) -> Result<Findings, Fault> {
        let today = self.office.today();
        self.store()
            .rebuild(&self.office.county, today, |_| ())
            .await
    }

    /// What is told of the differences; nothing when there are none.
    pub(crate) async fn told(&self) -> Vec<String> {
        match self.check().await {
            Ok(findings) => findings.told,
            Err(fault) => vec![fault.to_string()],
        }
    }

    pub(crate) async fn by_hand(&self, sql: &str) -> u64 {
        let done = self.hand.execute_unprepared(sql).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"))
            .rows_affected()
    }

    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let ask = Statement::from_string(self.hand.get_database_backend(), sql);
        let rows = self.hand.query_all_raw(ask).await.unwrap();
        let text = |row: &sea_orm::QueryResult| row.try_get_by_index(0).unwrap();
        rows.iter().map(text).collect()
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.hand.get_database_backend() == DbBackend::Sqlite
    }
}
