//! The views for readers: single SELECTs, each of which sees one moment of the ledger; and all of them the same where that is asked for.
//!
//! Whom an answer is for is part of its statement; there is no second step that takes out what the viewer may not see, and
//! so none that could be forgotten.

mod closure;
mod county_data;
mod filings;
mod hazards;
mod lines;
mod papers;
#[cfg(test)]
mod plans;
mod posts;
mod predicate;
mod walk;

use crate::column::Columns;
use crate::connect::SqlStore;
use crate::fault::{fault, unreadable};
use crate::sql::Sql;
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;
use xiaohao_core::NumberTaken;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::directory::Committee;
use xiaohao_core::policy::Period;
use xiaohao_core::values::{Digest, HazardId, HazardNumber, OrderId, PersonId};
use xiaohao_ledger::read::{
    AsOf, HazardFilter, HazardKey, LineHead, Page, PageAsk, PaperList, Reader, Stretch,
};
use xiaohao_ledger::row::HazardRow;
use xiaohao_ledger::tally::{Cell, Counts};
use xiaohao_ledger::{Fault, Line, Position, Scope, SubjectKind};

#[async_trait]
impl Reader for SqlStore {
    async fn moment(&self) -> Result<Arc<dyn Reader>, Fault> {
        let moment = self.readers.snapshot().await.map_err(fault)?;
        let mut told_of_it = self.clone();
        told_of_it.moment = Some(Arc::new(moment));
        Ok(Arc::new(told_of_it))
    }

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

    async fn received(&self, scope: &Scope, files: &[Digest]) -> Result<BTreeSet<Digest>, Fault> {
        let files = files.iter().copied().collect();
        self.held_of(scope.county(), files).await
    }

    async fn last_lines(
        &self,
        scope: &Scope,
        ids: &[HazardId],
        most: u32,
    ) -> Result<BTreeMap<HazardId, Vec<LineHead>>, Fault> {
        lines::last(self, scope, ids, most).await
    }

    async fn histories_of(
        &self,
        scope: &Scope,
        kind: SubjectKind,
        ids: &[Uuid],
    ) -> Result<BTreeMap<Uuid, Vec<Line>>, Fault> {
        lines::histories(self, scope, kind, ids).await
    }

    async fn lines_after(
        &self,
        scope: &Scope,
        after: Position,
        most: u32,
    ) -> Result<(Vec<Line>, Position), Fault> {
        lines::after(self, scope, after, most).await
    }

    async fn known_at(&self, scope: &Scope, at: Option<DateTime<Utc>>) -> Result<Position, Fault> {
        lines::known_at(self, scope, at).await
    }

    async fn recorded_at(
        &self,
        scope: &Scope,
        at: Position,
    ) -> Result<Option<DateTime<Utc>>, Fault> {
        lines::recorded_at(self, scope, at).await
    }

    async fn county_data(&self, scope: &Scope, as_of: AsOf) -> Result<Option<CountyData>, Fault> {
        county_data::of(self, scope, as_of).await
    }

    async fn closure(&self, scope: &Scope, on: NaiveDate) -> Result<BTreeMap<Cell, Counts>, Fault> {
        closure::cells(self, scope, on).await
    }

    async fn papers(
        &self,
        scope: &Scope,
        list: PaperList,
        stretch: &Stretch<Position>,
    ) -> Result<Page<Uuid, Position>, Fault> {
        papers::page(self, scope, list, stretch).await
    }

    async fn count_papers(&self, scope: &Scope, list: PaperList) -> Result<u64, Fault> {
        papers::count(self, scope, list).await
    }

    async fn orders_with_acts(
        &self,
        scope: &Scope,
        ids: &[OrderId],
    ) -> Result<Vec<(Line, HazardNumber)>, Fault> {
        papers::orders_with_acts(self, scope, ids).await
    }

    async fn changes_of_posts(
        &self,
        scope: &Scope,
        of: Option<PersonId>,
        before: Option<Position>,
        most: u32,
    ) -> Result<Vec<Line>, Fault> {
        posts::changes(self, scope, of, before, most).await
    }

    async fn filings(
        &self,
        scope: &Scope,
        committees: &[Committee],
        period: Period,
    ) -> Result<Vec<Line>, Fault> {
        filings::of_period(self, scope, committees, period).await
    }

    async fn lines_naming(
        &self,
        scope: &Scope,
        value: &str,
        after: Position,
        most: u32,
    ) -> Result<Vec<Line>, Fault> {
        lines::naming(self, scope, value, after, most).await
    }

    async fn numbered(&self, scope: &Scope, numbers: &[NumberTaken]) -> Result<Vec<Line>, Fault> {
        lines::numbered(self, scope, numbers).await
    }
}

impl SqlStore {
    /// The count that a statement selects.
    pub(crate) async fn counted(&self, sql: Sql) -> Result<u64, Fault> {
        let rows = self.read(sql).await?;
        let count: i64 = rows.first().map_or(Ok(0), |row| Columns::of(row).next())?;
        u64::try_from(count).map_err(|error| unreadable("a count", error))
    }

    /// The rows that a statement selects.
    pub(crate) async fn read(&self, sql: Sql) -> Result<Vec<QueryResult>, Fault> {
        let rows = match &self.moment {
            Some(moment) => moment.query_all_raw(sql.statement()).await,
            None => self.readers.query_all_raw(sql.statement()).await,
        };
        rows.map_err(fault)
    }
}
