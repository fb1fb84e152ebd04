//! What must hold of a ledger at any time, whatever was done to it.

use super::{Kept, Office};
use std::collections::BTreeMap;
use xiaohao_core::paper::replay_paper;
use xiaohao_core::replay;
use xiaohao_ledger::row::HazardRow;
use xiaohao_ledger::tally::{Once, Tally};
use xiaohao_ledger::{After, Line, Record, Subject};

impl Office {
    /// Looks at everything that is kept: no gap, no double, nothing that does not follow from the record.
    pub async fn audit(&self) -> Kept {
        let kept = self.kept().await;
        places(&kept.lines);
        numbers_are_whole(&kept);
        let mut histories: BTreeMap<Subject, Vec<&Line>> = BTreeMap::new();
        for line in &kept.lines {
            let history = histories.entry(line.record.subject()).or_default();
            history.push(line);
            let seq = usize::try_from(line.record.seq()).unwrap();
            assert_eq!(seq, history.len(), "{}", line.record.subject());
        }
        let mut hazards = 0;
        for (subject, lines) in &histories {
            match subject {
                Subject::Hazard(_) => {
                    follows(&kept, lines);
                    hazards += 1;
                }
                Subject::Order(id) => {
                    let found = self.reader().orders(&self.everything(), &[*id], None).await;
                    let found = found.unwrap().pop().map(|found| found.file);
                    let history = entries(lines, |record| match record {
                        Record::Order(entry) => Some((**entry).clone()),
                        Record::Hazard(_) | Record::Circular(_) | Record::Ledger(_) => None,
                    });
                    let made_again = replay_paper(&history).unwrap();
                    assert_eq!(found, made_again);
                }
                Subject::Circular(id) => {
                    let found = self
                        .reader()
                        .circulars(&self.everything(), &[*id], None)
                        .await;
                    let found = found.unwrap().remove(id).map(|(_, file)| file);
                    let history = entries(lines, |record| match record {
                        Record::Circular(entry) => Some((**entry).clone()),
                        Record::Hazard(_) | Record::Order(_) | Record::Ledger(_) => None,
                    });
                    let made_again = replay_paper(&history).unwrap();
                    assert_eq!(found, made_again);
                }
                Subject::Ledger => {
                    let history: Vec<Line> = lines.iter().map(|line| (*line).clone()).collect();
                    After::history(&history).unwrap();
                }
            }
        }
        assert_eq!((kept.rows.len(), kept.hazards.len()), (hazards, hazards));
        let mut recount = Tally::default();
        for row in &kept.rows {
            recount.count(row, Once::More, self.today());
        }
        assert_eq!(kept.closure, recount.balanced().cells, "the counters");
        kept
    }
}

/// The numbers of a series in a year are 1, 2, 3 …, in the order of the lines.
fn numbers_are_whole(kept: &Kept) {
    let mut last: BTreeMap<_, u32> = BTreeMap::new();
    for taken in kept.numbers() {
        let last = last.entry((taken.series, taken.year)).or_default();
        assert_eq!(taken.serial, *last + 1, "{taken:?}");
        *last = taken.serial;
    }
}

/// Places without a gap; instants that rise, also where the clock does not.
fn places(lines: &[Line]) {
    for (line, place) in lines.iter().zip(1..) {
        assert_eq!(line.position.get(), place);
    }
    let act = |line: &Line| line.record.stamp().recorded_at;
    for pair in lines.windows(2) {
        let [before, after] = [act(&pair[0]), act(&pair[1])];
        // Whatever an issued paper causes is recorded with it, at one instant.
        let caused = pair[0].record.stamp() == pair[1].record.stamp();
        assert!(before < after || caused, "{:?}", pair[1]);
    }
}

/// A hazard and its row are what its history comes to.
fn follows(kept: &Kept, lines: &[&Line]) {
    let history = entries(lines, |record| match record {
        Record::Hazard(entry) => Some((**entry).clone()),
        Record::Order(_) | Record::Circular(_) | Record::Ledger(_) => None,
    });
    let made_again = replay(&history).unwrap().unwrap();
    let id = made_again.id();
    assert_eq!(kept.hazards.get(&id), Some(&made_again));
    let row = kept.rows.iter().find(|row| row.id == id);
    let row_again = HazardRow::of(&made_again, lines[0].position);
    assert_eq!(row, Some(&row_again));
}

fn entries<E>(lines: &[&Line], read: impl Fn(&Record) -> Option<E>) -> Vec<E> {
    let entries = lines.iter().filter_map(|line| read(&line.record));
    let entries: Vec<E> = entries.collect();
    assert_eq!(entries.len(), lines.len());
    entries
}
