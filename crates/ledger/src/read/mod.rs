//! The views for readers. Each answer is for a [`Scope`]: what the viewer may not see is not there for him, not in a list,
//! not in a count, not by its number.

mod as_of;
mod filter;
mod page;
mod papers;
mod recount;

pub use as_of::{AsOf, Standing, flow};
pub use filter::{Counted, Days, HazardFilter, SearchText, Supervised, folded};
pub use page::{BadCursor, BadPage, Cursor, HazardOrder, PAGE_MAX, Page, PageAsk, SortBy, Stretch};
pub use papers::{FoundOrder, FoundPaper, PaperList};
pub use recount::{committees_filed, recounted};

use crate::answer::After;
use crate::fault::Fault;
use crate::line::{Line, Subject, SubjectKind};
use crate::position::Position;
use crate::row::HazardRow;
use crate::scope::{Scope, Sees};
use crate::tally::{Cell, Counts};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;
use xiaohao_core::circular::CircularContent;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::directory::Committee;
use xiaohao_core::paper::{PaperFile, PaperState};
use xiaohao_core::policy::Period;
use xiaohao_core::values::{
    CircularId, ClueNumber, Digest, DocumentNumber, HazardId, HazardNumber, OrderId, PersonId,
};
use xiaohao_core::{Actor, Hazard, NumberTaken};

/// By what one hazard is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HazardKey {
    /// Its id.
    Id(HazardId),
    /// 隐患编号.
    Number(HazardNumber),
    /// 线索编号.
    Clue(ClueNumber),
}

/// A line as a list shows it, without what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineHead {
    /// Its place in the county's ledger.
    pub position: Position,
    /// To what the act was done.
    pub subject: Subject,
    /// Its place in the subject's history.
    pub seq: u32,
    /// The name of what happened: [`crate::Record::event`].
    pub event: String,
    /// Who did it.
    pub actor: Actor,
    /// Legal date.
    pub occurred_on: NaiveDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

impl LineHead {
    /// The head of a line.
    #[must_use]
    pub fn of(line: &Line) -> Self {
        let stamp = line.record.stamp();
        Self {
            position: line.position,
            subject: line.record.subject(),
            seq: line.record.seq(),
            event: line.record.event().to_owned(),
            actor: stamp.actor.clone(),
            occurred_on: stamp.occurred_on,
            recorded_at: stamp.recorded_at,
        }
    }
}

/// What readers ask. Each method is a fixed number of statements, however much it answers.
#[async_trait]
pub trait Reader: Send + Sync {
    /// A reader all of whose answers are of one and the same moment: that of his first. He is not kept for long, because he holds up
    /// others.
    async fn moment(&self) -> Result<Arc<dyn Reader>, Fault>;

    /// One page of hazards.
    async fn hazards(
        &self,
        scope: &Scope,
        filter: &HazardFilter,
        page: &PageAsk,
    ) -> Result<Page<HazardRow>, Fault>;

    /// How many hazards pass the filter.
    async fn count_hazards(&self, scope: &Scope, filter: &HazardFilter) -> Result<u64, Fault>;

    /// One hazard; none for one that is not there or not for this viewer.
    async fn hazard(&self, scope: &Scope, key: HazardKey) -> Result<Option<HazardRow>, Fault>;

    /// Which of these files have been received and their hashes verified: that an act cites one is no word that it is here (rule 24).
    async fn received(&self, scope: &Scope, files: &[Digest]) -> Result<BTreeSet<Digest>, Fault>;

    /// The last lines of each of these hazards, newest first, at most `most` of each.
    async fn last_lines(
        &self,
        scope: &Scope,
        ids: &[HazardId],
        most: u32,
    ) -> Result<BTreeMap<HazardId, Vec<LineHead>>, Fault>;

    /// The whole histories of hazards or papers of one kind, each from its first line; those that are there for this viewer.
    async fn histories_of(
        &self,
        scope: &Scope,
        kind: SubjectKind,
        ids: &[Uuid],
    ) -> Result<BTreeMap<Uuid, Vec<Line>>, Fault>;

    /// The lines after a place in the county's ledger, at most `most` of them; what is not for this viewer is left out, and
    /// the second part of the answer is how far he has read all the same. Who sees a hazard changes with its acts: when one
    /// comes to concern a viewer who has read beyond its first lines, he asks for its history.
    async fn lines_after(
        &self,
        scope: &Scope,
        after: Position,
        most: u32,
    ) -> Result<(Vec<Line>, Position), Fault>;

    /// How far the county's ledger had come at an instant: the last place recorded by then. Where none is named, the last of all.
    async fn known_at(&self, scope: &Scope, at: Option<DateTime<Utc>>) -> Result<Position, Fault>;

    /// When the line at a place was recorded; none where there is no such line.
    async fn recorded_at(
        &self,
        scope: &Scope,
        at: Position,
    ) -> Result<Option<DateTime<Utc>>, Fault>;

    /// The data of the county, as its ledger had them: by the last line that entered them and belongs to that day; where none
    /// does, by the first that was known. None of a ledger that had none. What they say of people is of the day of that line, and is
    /// for nobody.
    async fn county_data(&self, scope: &Scope, as_of: AsOf) -> Result<Option<CountyData>, Fault>;

    /// The counters of the closure statistics as of the end of a day, cell by cell; overdue is that of the day, everything
    /// else that of now.
    async fn closure(&self, scope: &Scope, on: NaiveDate) -> Result<BTreeMap<Cell, Counts>, Fault>;

    /// Papers of a list, the newest first, each with the place of its first line.
    async fn papers(
        &self,
        scope: &Scope,
        list: PaperList,
        stretch: &Stretch<Position>,
    ) -> Result<Page<Uuid, Position>, Fault>;

    /// How many papers are on a list.
    async fn count_papers(&self, scope: &Scope, list: PaperList) -> Result<u64, Fault>;

    /// The lines that issued one of these orders together with their acts, each with the number of the hazard that it concerns;
    /// those that are there for this viewer.
    async fn orders_with_acts(
        &self,
        scope: &Scope,
        ids: &[OrderId],
    ) -> Result<Vec<(Line, HazardNumber)>, Fault>;

    /// The lines by which posts changed hands, the newest first: at most `most` of those before a place, all or those that concern
    /// one person; for a viewer who sees everything, and none for others.
    async fn changes_of_posts(
        &self,
        scope: &Scope,
        of: Option<PersonId>,
        before: Option<Position>,
        most: u32,
    ) -> Result<Vec<Line>, Fault>;

    /// The lines by which those of these committees whose filings are for this viewer have filed for a period, first things first.
    async fn filings(
        &self,
        scope: &Scope,
        committees: &[Committee],
        period: Period,
    ) -> Result<Vec<Line>, Fault>;

    /// The lines after a place beside which this very name or number is kept, at most `most` of them, for a viewer who may
    /// see it there.
    async fn lines_naming(
        &self,
        scope: &Scope,
        value: &str,
        after: Position,
        most: u32,
    ) -> Result<Vec<Line>, Fault>;

    /// The lines that took these numbers, first things first, for a viewer who may see them.
    async fn numbered(&self, scope: &Scope, numbers: &[NumberTaken]) -> Result<Vec<Line>, Fault>;

    /// The whole histories of these hazards, each from its first line; those that are there for this viewer.
    async fn histories(
        &self,
        scope: &Scope,
        ids: &[HazardId],
    ) -> Result<BTreeMap<HazardId, Vec<Line>>, Fault> {
        let uuids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
        let mut told = self
            .histories_of(scope, SubjectKind::Hazard, &uuids)
            .await?;
        let own = |id: &HazardId| Some((*id, told.remove(&id.as_uuid())?));
        Ok(ids.iter().filter_map(own).collect())
    }

    /// Whole hazards, those of the ids that are there for this viewer.
    async fn files(
        &self,
        scope: &Scope,
        ids: &[HazardId],
    ) -> Result<BTreeMap<HazardId, Hazard>, Fault> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
        let afters = self.afters(scope, SubjectKind::Hazard, &ids, None).await?;
        let files = afters.into_iter().filter_map(|(_, after)| after.hazard());
        Ok(files.map(|hazard| (hazard.id(), hazard)).collect())
    }

    /// Orders, those of the ids that are there for this viewer, as they stood; first things first.
    async fn orders(
        &self,
        scope: &Scope,
        ids: &[OrderId],
        as_of: Option<AsOf>,
    ) -> Result<Vec<FoundOrder>, Fault> {
        let uuids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
        let papers = self
            .afters(scope, SubjectKind::Order, &uuids, as_of)
            .await?;
        let papers = papers.into_iter().filter_map(|(opened, after)| {
            Some(FoundOrder {
                opened,
                file: after.order()?,
                with_act: false,
            })
        });
        let lines = self.orders_with_acts(scope, ids).await?;
        let belongs = |line: &Line| as_of.is_none_or(|as_of| as_of.holds(line));
        let with_acts = lines.iter().filter(|(line, _)| belongs(line));
        let with_acts = with_acts.filter_map(|(line, number)| FoundOrder::with_act(line, *number));
        let mut orders: Vec<FoundOrder> = papers.chain(with_acts).collect();
        orders.sort_by_key(|order| order.opened);
        Ok(orders)
    }

    /// Circulars, those of the ids that are there for this viewer, as they stood, each with the place of its first line.
    async fn circulars(
        &self,
        scope: &Scope,
        ids: &[CircularId],
        as_of: Option<AsOf>,
    ) -> Result<BTreeMap<CircularId, (Position, PaperFile<CircularContent>)>, Fault> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
        let afters = self
            .afters(scope, SubjectKind::Circular, &ids, as_of)
            .await?;
        let placed = |(opened, after): (Position, After)| Some((opened, after.circular()?));
        let files = afters.into_iter().filter_map(placed);
        // It may be issued now, and have been a draft on the day that is asked for.
        let shown = |file: &PaperFile<CircularContent>| {
            let is_issued = matches!(file.state, PaperState::Issued(_));
            scope.sees() == Sees::Everything || is_issued
        };
        let files = files.filter(|(_, file)| shown(file));
        Ok(files.map(|placed| (placed.1.id, placed)).collect())
    }

    /// The paper that bears a number, for a viewer who may see it.
    async fn paper(
        &self,
        scope: &Scope,
        document: &DocumentNumber,
    ) -> Result<Option<FoundPaper>, Fault> {
        let (mut orders, mut circulars) = (Vec::new(), Vec::new());
        let numbers = NumberTaken::on_a_paper(document);
        for line in self.numbered(scope, &numbers).await? {
            match line.record.subject() {
                Subject::Hazard(_) => orders.extend(line.record.order_with_act()),
                Subject::Order(id) => orders.push(id),
                Subject::Circular(id) => circulars.push(id),
                Subject::Ledger => {}
            }
        }
        let orders = self.orders(scope, &orders, None).await?;
        let circulars = self.circulars(scope, &circulars, None).await?;
        let orders = orders.into_iter().map(FoundPaper::Order);
        let circulars = circulars.into_values();
        let circulars = circulars.map(|(_, file)| FoundPaper::Circular(file));
        let mut papers = orders.chain(circulars);
        Ok(papers.find(|paper| paper.document() == Some(document)))
    }

    /// What the histories of these hazards or papers of one kind come to, as they stood, each with the place of its first line.
    async fn afters(
        &self,
        scope: &Scope,
        kind: SubjectKind,
        ids: &[Uuid],
        as_of: Option<AsOf>,
    ) -> Result<Vec<(Position, After)>, Fault> {
        let mut afters = Vec::new();
        for lines in self.histories_of(scope, kind, ids).await?.values() {
            let after = papers::stood(lines, as_of)?;
            afters.extend(lines.first().map(|line| line.position).zip(after));
        }
        Ok(afters)
    }
}
