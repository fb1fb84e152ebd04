//! The views for readers: single SELECTs outside of any transaction, each of which sees one moment of the ledger.
//!
//! Whom an answer is for is part of its statement; there is no second step that takes out what the viewer may not see, and
//! so none that could be forgotten.

mod closure;
mod hazards;
mod lines;
mod papers;
#[cfg(test)]
mod plans;
mod predicate;
mod walk;

use crate::connect::SqlStore;
use crate::fault::fault;
use crate::sql::Sql;
use async_trait::async_trait;
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::BTreeMap;
use xiaohao_core::circular::CircularContent;
use xiaohao_core::order::OrderContent;
use xiaohao_core::paper::PaperFile;
use xiaohao_core::values::{CircularId, HazardId, OrderId};
use xiaohao_core::{Hazard, NumberTaken};
use xiaohao_ledger::read::{HazardFilter, HazardKey, LineHead, Page, PageAsk, Reader};
use xiaohao_ledger::row::HazardRow;
use xiaohao_ledger::tally::{Cell, Counts};
use xiaohao_ledger::{Fault, Line, Position, Scope, SubjectKind};

#[async_trait]
impl Reader for SqlStore {
    async fn hazards(
        &self,
        scope: &Scope,
        filter: &HazardFilter,
        page: &PageAsk,
    ) -> Result<Page<HazardRow>, Fault> {
        hazards::page(self, scope, filter, page).await
    }

    async fn count_hazards(&self, scope: &Scope, filter: &HazardFilter) -> Result<u64, Fault> {
        hazards::count(self, scope, filter).await
    }

    async fn hazard(&self, scope: &Scope, key: HazardKey) -> Result<Option<HazardRow>, Fault> {
        hazards::one(self, scope, key).await
    }

    async fn files(
        &self,
        scope: &Scope,
        ids: &[HazardId],
    ) -> Result<BTreeMap<HazardId, Hazard>, Fault> {
        hazards::files(self, scope, ids).await
    }

    async fn last_lines(
        &self,
        scope: &Scope,
        ids: &[HazardId],
        most: u32,
    ) -> Result<BTreeMap<HazardId, Vec<LineHead>>, Fault> {
        lines::last(self, scope, ids, most).await
    }

    async fn histories(
        &self,
        scope: &Scope,
        ids: &[HazardId],
    ) -> Result<BTreeMap<HazardId, Vec<Line>>, Fault> {
        lines::histories(self, scope, ids).await
    }

    async fn lines_after(
        &self,
        scope: &Scope,
        after: Position,
        most: u32,
    ) -> Result<(Vec<Line>, Position), Fault> {
        lines::after(self, scope, after, most).await
    }

    async fn closure(&self, scope: &Scope, on: NaiveDate) -> Result<BTreeMap<Cell, Counts>, Fault> {
        closure::cells(self, scope, on).await
    }

    async fn orders(
        &self,
        scope: &Scope,
        ids: &[OrderId],
    ) -> Result<BTreeMap<OrderId, PaperFile<OrderContent>>, Fault> {
        papers::files(self, scope, SubjectKind::Order, ids).await
    }

    async fn circulars(
        &self,
        scope: &Scope,
        ids: &[CircularId],
    ) -> Result<BTreeMap<CircularId, PaperFile<CircularContent>>, Fault> {
        papers::files(self, scope, SubjectKind::Circular, ids).await
    }

    async fn orders_before(
        &self,
        scope: &Scope,
        before: Option<Position>,
        most: u32,
    ) -> Result<Vec<(Position, PaperFile<OrderContent>)>, Fault> {
        papers::before(self, scope, SubjectKind::Order, before, most).await
    }

    async fn circulars_before(
        &self,
        scope: &Scope,
        before: Option<Position>,
        most: u32,
    ) -> Result<Vec<(Position, PaperFile<CircularContent>)>, Fault> {
        papers::before(self, scope, SubjectKind::Circular, before, most).await
    }

    async fn numbered(&self, scope: &Scope, number: NumberTaken) -> Result<Option<Line>, Fault> {
        lines::numbered(self, scope, number).await
    }
}

impl SqlStore {
    /// The rows that a statement selects.
    async fn read(&self, sql: Sql) -> Result<Vec<QueryResult>, Fault> {
        self.readers
            .query_all_raw(sql.statement())
            .await
            .map_err(fault)
    }
}
