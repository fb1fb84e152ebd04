//! A store without a disk: the contract of [`Store`] and [`Reader`] in the plainest words, for tests and as the measure of
//! the stores that have one. It counts and searches by looking at everything.

use crate::answer::After;
use crate::body::Salted;
use crate::fault::Fault;
use crate::head::Head;
use crate::line::{Line, Record, Subject, SubjectKind};
use crate::position::Position;
use crate::read::{
    AsOf, HazardFilter, HazardKey, LineHead, Page, PageAsk, PaperList, Reader, Stretch,
};
use crate::row::{HazardRow, Keys};
use crate::scope::{Scope, Sees};
use crate::store::{Batch, Before, Erasure, Found, NewLine, Store, Wanted, Written};
use crate::tally::{Cell, Counts, Once, Tally};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};
use uuid::Uuid;
use xiaohao_core::NumberTaken;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::directory::Committee;
use xiaohao_core::policy::Period;
use xiaohao_core::posts::PostsChanged;
use xiaohao_core::values::{
    CountyCode, Digest, ERASED, HazardId, HazardNumber, OrderId, PersonId, RequestId,
};
use xiaohao_log::Salt;

/// A store that forgets everything when it is dropped.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    counties: Arc<Mutex<BTreeMap<CountyCode, Arc<Mutex<Shelf>>>>>,
}

/// What is kept of one county.
#[derive(Clone, Debug, Default)]
struct Shelf {
    head: Head,
    lines: Vec<NewLine>,
    places: BTreeMap<RequestId, usize>,
    /// The places of each subject's lines.
    histories: BTreeMap<(SubjectKind, Uuid), Vec<usize>>,
    hazards: BTreeMap<HazardId, Kept>,
    numbers: BTreeMap<NumberTaken, Position>,
    orders_with_acts: BTreeSet<OrderId>,
    evidence: BTreeSet<Digest>,
}

#[derive(Clone, Debug)]
struct Kept {
    row: HazardRow,
    keys: Keys,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that the server holds these files and has verified their hashes (rule 24).
    pub async fn hold(&self, county: CountyCode, files: impl IntoIterator<Item = Digest>) {
        self.shelf(county).await.lock().await.evidence.extend(files);
    }

    async fn shelf(&self, county: CountyCode) -> Arc<Mutex<Shelf>> {
        let mut counties = self.counties.lock().await;
        Arc::clone(counties.entry(county).or_default())
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn begin(&self, county: CountyCode) -> Result<Box<dyn Batch>, Fault> {
        let held = self.shelf(county).await.lock_owned().await;
        Ok(Box::new(Open { shelf: held }))
    }

    async fn own_version(&self, county: CountyCode) -> Result<u32, Fault> {
        let held = self.shelf(county).await.lock_owned().await;
        Ok(held.own_version())
    }

    async fn probe(&self, _county: CountyCode) -> Result<(), Fault> {
        Ok(())
    }

    async fn lines_of_requests(
        &self,
        county: CountyCode,
        requests: &[RequestId],
    ) -> Result<Vec<Line>, Fault> {
        let held = self.shelf(county).await.lock_owned().await;
        let of = |request| {
            let place = held.places.get(request)?;
            held.lines.get(*place).map(|new| new.line.clone())
        };
        let mut lines: Vec<Line> = requests.iter().filter_map(of).collect();
        lines.sort_by_key(|line| line.position);
        Ok(lines)
    }

    async fn own_lines_after(&self, county: CountyCode, version: u32) -> Result<Vec<Line>, Fault> {
        let held = self.shelf(county).await.lock_owned().await;
        Ok(held.own_lines_after(version))
    }

    async fn history_to(
        &self,
        county: CountyCode,
        subject: Subject,
        seq: u32,
    ) -> Result<Vec<Line>, Fault> {
        let held = self.shelf(county).await.lock_owned().await;
        let own = held.history(subject.kind(), subject.id());
        Ok(own
            .filter(|line| line.record.seq() <= seq)
            .cloned()
            .collect())
    }
}

/// A batch: the shelf, held.
struct Open {
    shelf: OwnedMutexGuard<Shelf>,
}

#[async_trait]
impl Batch for Open {
    fn head(&self) -> &Head {
        &self.shelf.head
    }

    async fn own_version(&mut self) -> Result<u32, Fault> {
        Ok(self.shelf.own_version())
    }

    async fn look_up(&mut self, wanted: &Wanted) -> Result<Found, Fault> {
        let held = &self.shelf;
        let mut found = Found {
            orders_with_acts: wanted
                .orders
                .intersection(&held.orders_with_acts)
                .copied()
                .collect(),
            evidence: wanted
                .evidence
                .intersection(&held.evidence)
                .copied()
                .collect(),
            ..Found::default()
        };
        for id in &wanted.orders {
            let after = held.after(SubjectKind::Order, id.as_uuid())?;
            found
                .orders
                .extend(after.and_then(After::order).map(|file| (*id, file)));
        }
        for id in &wanted.circulars {
            let after = held.after(SubjectKind::Circular, id.as_uuid())?;
            let circular = after.and_then(After::circular);
            found.circulars.extend(circular.map(|file| (*id, file)));
        }
        let taken_at = |number| held.numbers.get(number);
        let taken_at = wanted.numbers.iter().filter_map(taken_at);
        for place in wanted.lines.iter().chain(taken_at) {
            let line = held.lines.iter().find(|new| new.line.position == *place);
            found
                .lines
                .extend(line.map(|new| (*place, new.line.clone())));
        }
        if wanted.ledger {
            let known = wanted.known.as_deref().cloned();
            let version = known.as_ref().map_or(0, |file| file.version);
            found.ledger = After::own(known, &held.own_lines_after(version))?;
        }
        for request in &wanted.requests {
            let place = held.places.get(request);
            if let Some(line) = place.and_then(|place| held.lines.get(*place)) {
                found.requests.insert(*request, before(line));
            }
        }
        for (id, kept) in &held.hazards {
            let mut seen_from = kept.keys.seen_from.iter();
            let is_wanted = wanted.hazards.contains(id)
                || seen_from.any(|from| wanted.hazards_seen_from.contains(&(*id, *from)))
                || kept.row.number.is_none() && wanted.hazards_unlisted.contains(id);
            if is_wanted
                && let Some(After::Hazard(hazard)) =
                    held.after(SubjectKind::Hazard, id.as_uuid())?
            {
                found.hazards.insert(*id, (kept.row.opened, *hazard));
            }
            if wanted.histories.contains(id) {
                let lines = held.history(SubjectKind::Hazard, id.as_uuid());
                found.histories.insert(*id, lines.cloned().collect());
            }
            let duplicate = kept
                .keys
                .duplicate
                .filter(|d| wanted.duplicates.contains(d));
            if let (Some(digest), Some(number)) = (duplicate, kept.row.number) {
                let open = found.duplicates.entry(digest).or_default();
                open.insert(*id, number);
            }
            let record = kept.keys.source_record.as_ref();
            if let Some(record) = record.filter(|record| wanted.source_records.contains(record)) {
                found.source_records.insert(record.clone(), kept.row.clue);
            }
        }
        Ok(found)
    }

    async fn append(mut self: Box<Self>, written: Written) -> Result<(), Fault> {
        let held = &mut *self.shelf;
        held.head = written.head;
        held.numbers.extend(written.numbers);
        for new in written.lines {
            let place = held.lines.len();
            held.orders_with_acts
                .extend(new.line.record.order_with_act());
            let request = new.line.record.request();
            let subject = new.line.record.subject();
            held.places.insert(request, place);
            let history = held.histories.entry((subject.kind(), subject.id()));
            history.or_default().push(place);
            held.lines.push(new);
        }
        for erasure in written.erasures {
            held.erase(erasure)?;
        }
        for changed in written.hazards {
            let kept = Kept {
                row: changed.row,
                keys: changed.keys,
            };
            held.hazards.insert(kept.row.id, kept);
        }
        Ok(())
    }
}

fn before(line: &NewLine) -> Before {
    let kept = |salted: &Salted| (salted.value != ERASED).then(|| salted.value.clone());
    Before {
        actor: line.line.record.stamp().actor.clone(),
        fingerprint: line.fingerprint,
        personal: line.personal.iter().map(kept).collect(),
    }
}

impl Shelf {
    fn shown<'s>(&'s self, scope: &'s Scope) -> impl Iterator<Item = &'s Kept> {
        self.hazards
            .values()
            .filter(|kept| scope.shows(&kept.keys.seen_from))
    }

    fn one(&self, scope: &Scope, id: HazardId) -> Option<&Kept> {
        let kept = self.hazards.get(&id)?;
        scope.shows(&kept.keys.seen_from).then_some(kept)
    }

    fn history(&self, kind: SubjectKind, id: Uuid) -> impl DoubleEndedIterator<Item = &Line> {
        let places = self.histories.get(&(kind, id)).into_iter().flatten();
        places
            .filter_map(|place| self.lines.get(*place))
            .map(|new| &new.line)
    }

    fn own_version(&self) -> u32 {
        let mut own = self.history(SubjectKind::Ledger, Subject::Ledger.id());
        own.next_back().map_or(0, |line| line.record.seq())
    }

    fn own_lines_after(&self, version: u32) -> Vec<Line> {
        let own = self.history(SubjectKind::Ledger, Subject::Ledger.id());
        own.filter(|line| line.record.seq() > version)
            .cloned()
            .collect()
    }

    /// What was written before is changed in this alone.
    fn erase(&mut self, erasure: Erasure) -> Result<(), Fault> {
        let mut lines = self.lines.iter_mut();
        let new = lines.find(|new| new.line.position == erasure.line);
        let number = usize::try_from(erasure.number).unwrap_or(usize::MAX);
        let piece = new.and_then(|new| {
            let piece = new.personal.get_mut(number.checked_sub(1)?)?;
            ERASED.clone_into(&mut piece.value);
            piece.salt = Salt::new([0; 16]);
            let kept: Vec<_> = new
                .personal
                .iter()
                .map(|one| Some(one.value.clone()))
                .collect();
            let kind = new.line.record.subject().kind();
            new.line.record = Record::from_body(kind, &new.body, &kept).ok()?;
            Some(())
        });
        piece.ok_or_else(|| Fault::damaged("what is to be erased is not there"))
    }

    fn after(&self, kind: SubjectKind, id: Uuid) -> Result<Option<After>, Fault> {
        let history: Vec<Line> = self.history(kind, id).cloned().collect();
        After::history(&history)
    }

    /// The papers of a list, the oldest first, each with the place of the line that opens it.
    fn papers<'s>(
        &'s self,
        scope: &'s Scope,
        list: PaperList,
    ) -> impl Iterator<Item = (Position, Uuid)> + 's {
        let lines = self.lines.iter().map(|new| &new.line);
        let opening = lines.filter(move |line| list.is_opened_by(line));
        let seen = opening.filter(move |line| {
            self.shows_line(scope, line)
                || self.shows_issued(scope, line.record.subject(), list.as_of)
        });
        seen.map(|line| {
            let order = line.record.order_with_act().map(OrderId::as_uuid);
            let id = order.unwrap_or_else(|| line.record.subject().id());
            (line.position, id)
        })
    }

    /// Whether it is a paper that was issued, as it stood, and that the viewer is shown for that.
    fn shows_issued(&self, scope: &Scope, subject: Subject, as_of: Option<AsOf>) -> bool {
        let kind = subject.kind();
        let issues = |line: &Line| {
            line.record.event() == "Issued" && as_of.is_none_or(|as_of| as_of.holds(line))
        };
        scope.shows_issued(kind) && self.history(kind, subject.id()).any(issues)
    }

    fn shows_line(&self, scope: &Scope, line: &Line) -> bool {
        match line.record.subject() {
            Subject::Hazard(id) => self.one(scope, id).is_some(),
            Subject::Order(_) | Subject::Circular(_) | Subject::Ledger => {
                scope.sees() == Sees::Everything
            }
        }
    }
}

#[async_trait]
impl Reader for MemoryStore {
    async fn moment(&self) -> Result<Arc<dyn Reader>, Fault> {
        let mut counties = BTreeMap::new();
        let shelves = self.counties.lock().await.clone();
        for (code, shelf) in shelves {
            let copy = shelf.lock().await.clone();
            counties.insert(code, Arc::new(Mutex::new(copy)));
        }
        let counties = Arc::new(Mutex::new(counties));
        Ok(Arc::new(Self { counties }))
    }

    async fn hazards(
        &self,
        scope: &Scope,
        filter: &HazardFilter,
        page: &PageAsk,
    ) -> Result<Page<HazardRow>, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let rows = held.shown(scope).map(|kept| &kept.row);
        Ok(page.of_rows(rows.filter(|row| filter.passes(row)).cloned().collect()))
    }

    async fn count_hazards(&self, scope: &Scope, filter: &HazardFilter) -> Result<u64, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let passing = held.shown(scope).filter(|kept| filter.passes(&kept.row));
        Ok(u64::try_from(passing.count()).unwrap_or(u64::MAX))
    }

    async fn hazard(&self, scope: &Scope, key: HazardKey) -> Result<Option<HazardRow>, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let is = |row: &HazardRow| match key {
            HazardKey::Id(id) => row.id == id,
            HazardKey::Number(number) => row.number == Some(number),
            HazardKey::Clue(clue) => row.clue == clue,
        };
        let found = held.shown(scope).find(|kept| is(&kept.row));
        Ok(found.map(|kept| kept.row.clone()))
    }

    async fn received(&self, scope: &Scope, files: &[Digest]) -> Result<BTreeSet<Digest>, Fault> {
        let kept = self.shelf(scope.county()).await;
        let held = kept.lock().await;
        let here = files.iter().filter(|file| held.evidence.contains(file));
        Ok(here.copied().collect())
    }

    async fn last_lines(
        &self,
        scope: &Scope,
        ids: &[HazardId],
        most: u32,
    ) -> Result<BTreeMap<HazardId, Vec<LineHead>>, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let of = |id: &HazardId| {
            held.one(scope, *id)?;
            let last = held
                .history(SubjectKind::Hazard, id.as_uuid())
                .rev()
                .take(most);
            Some((*id, last.map(LineHead::of).collect()))
        };
        Ok(ids.iter().filter_map(of).collect())
    }

    async fn histories_of(
        &self,
        scope: &Scope,
        kind: SubjectKind,
        ids: &[Uuid],
    ) -> Result<BTreeMap<Uuid, Vec<Line>>, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let of = |id: &Uuid| {
            let own = held.history(kind, *id);
            let is_shown = |line: &&Line| {
                held.shows_line(scope, line)
                    || held.shows_issued(scope, line.record.subject(), None)
            };
            let shown = own.filter(is_shown).cloned();
            let history: Vec<Line> = shown.map(|line| scope.line(line)).collect();
            (!history.is_empty()).then_some((*id, history))
        };
        Ok(ids.iter().filter_map(of).collect())
    }

    async fn lines_after(
        &self,
        scope: &Scope,
        after: Position,
        most: u32,
    ) -> Result<(Vec<Line>, Position), Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let lines = held.lines.iter().map(|new| &new.line);
        let read: Vec<&Line> = lines.filter(|l| l.position > after).take(most).collect();
        let far = read.last().map_or(after, |line| line.position);
        let shown = read.into_iter().filter(|line| held.shows_line(scope, line));
        Ok((shown.cloned().map(|line| scope.line(line)).collect(), far))
    }

    async fn known_at(&self, scope: &Scope, at: Option<DateTime<Utc>>) -> Result<Position, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let mut lines = held.lines.iter().rev().map(|new| &new.line);
        let is_known = |line: &&Line| at.is_none_or(|at| line.record.stamp().recorded_at <= at);
        let last = lines.find(is_known);
        Ok(last.map_or(Position::START, |line| line.position))
    }

    async fn recorded_at(
        &self,
        scope: &Scope,
        at: Position,
    ) -> Result<Option<DateTime<Utc>>, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let mut lines = held.lines.iter().map(|new| &new.line);
        let found = lines.find(|line| line.position == at);
        Ok(found.map(|line| line.record.stamp().recorded_at))
    }

    async fn county_data(&self, scope: &Scope, as_of: AsOf) -> Result<Option<CountyData>, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let own = held.history(SubjectKind::Ledger, Subject::Ledger.id());
        let known = own.filter(|line| line.position <= as_of.known);
        let entered = known.filter(|line| line.record.county_data_entered().is_some());
        let entered: Vec<&Line> = entered.collect();
        let of_the_day = entered.iter().rev().find(|line| as_of.holds(line));
        let line = of_the_day.or(entered.first());
        let data = line.and_then(|line| line.record.county_data_entered());
        Ok(data.cloned())
    }

    async fn closure(&self, scope: &Scope, on: NaiveDate) -> Result<BTreeMap<Cell, Counts>, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let mut tally = Tally::default();
        for kept in held.shown(scope) {
            tally.count(&kept.row, Once::More, on);
        }
        Ok(tally.balanced().cells)
    }

    async fn papers(
        &self,
        scope: &Scope,
        list: PaperList,
        stretch: &Stretch<Position>,
    ) -> Result<Page<Uuid, Position>, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let beyond = |place: Position| {
            stretch.from().is_none_or(|from| {
                if stretch.is_backward() {
                    place > from
                } else {
                    place < from
                }
            })
        };
        let mut met: Vec<(Position, Uuid)> = held
            .papers(scope, list)
            .filter(|(place, _)| beyond(*place))
            .collect();
        if !stretch.is_backward() {
            met.reverse();
        }
        met.truncate(usize::try_from(stretch.met()).unwrap_or(usize::MAX));
        let page = stretch.page(met, |(place, _)| *place);
        Ok(page.map(|(_, id)| id))
    }

    async fn count_papers(&self, scope: &Scope, list: PaperList) -> Result<u64, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let count = held.papers(scope, list).count();
        Ok(u64::try_from(count).unwrap_or(u64::MAX))
    }

    async fn orders_with_acts(
        &self,
        scope: &Scope,
        ids: &[OrderId],
    ) -> Result<Vec<(Line, HazardNumber)>, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let lines = held.lines.iter().map(|new| &new.line);
        let wanted = lines.filter(|line| {
            let issued = line.record.order_with_act();
            issued.is_some_and(|issued| ids.contains(&issued))
        });
        let seen = wanted.filter_map(|line| {
            let hazard = held.one(scope, line.record.hazard()?.hazard)?;
            Some((scope.line(line.clone()), hazard.row.number?))
        });
        Ok(seen.collect())
    }

    async fn changes_of_posts(
        &self,
        scope: &Scope,
        of: Option<PersonId>,
        before: Option<Position>,
        most: u32,
    ) -> Result<Vec<Line>, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let own = held.history(SubjectKind::Ledger, Subject::Ledger.id());
        let changes = own.rev().filter(|line| {
            let changed = line.record.posts_changed();
            let is_asked = |says: &PostsChanged| of.is_none_or(|person| says.concerns(person));
            changed.is_some_and(is_asked)
                && before.is_none_or(|before| line.position < before)
                && held.shows_line(scope, line)
        });
        let changes = changes.take(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(changes.map(|line| scope.line(line.clone())).collect())
    }

    async fn filings(
        &self,
        scope: &Scope,
        committees: &[Committee],
        period: Period,
    ) -> Result<Vec<Line>, Fault> {
        let shown = scope.filings_among(committees);
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let own = held.history(SubjectKind::Ledger, Subject::Ledger.id());
        let filed = own.filter(|line| {
            let says = line.record.period_filed();
            says.is_some_and(|says| says.period() == period && shown.contains(&says.committee))
        });
        Ok(filed.cloned().collect())
    }

    async fn lines_naming(
        &self,
        scope: &Scope,
        value: &str,
        after: Position,
        most: u32,
    ) -> Result<Vec<Line>, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let names = |new: &&NewLine| {
            let mut pieces = new.personal.iter();
            new.line.position > after
                && pieces.any(|one| one.value == value && value != ERASED)
                && held.shows_line(scope, &new.line)
        };
        let lines = held.lines.iter().filter(names);
        let lines = lines.take(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(lines.map(|new| scope.line(new.line.clone())).collect())
    }

    async fn numbered(&self, scope: &Scope, numbers: &[NumberTaken]) -> Result<Vec<Line>, Fault> {
        let held = self.shelf(scope.county()).await.lock_owned().await;
        let places = numbers.iter().filter_map(|number| held.numbers.get(number));
        let places: Vec<&Position> = places.collect();
        let lines = held.lines.iter().map(|new| &new.line);
        let shown = lines.filter(|line| {
            places.contains(&&line.position)
                && (held.shows_line(scope, line)
                    || held.shows_issued(scope, line.record.subject(), None))
        });
        Ok(shown.map(|line| scope.line(line.clone())).collect())
    }
}
