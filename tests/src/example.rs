//! The example county: 双牌县 with its thirty hazards, after everything that `seeds/county/shuangpai/history.json` tells was
//! done through the API. `seeds/hazards.json` tells what that comes to.

use crate::{blank, seed};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use tempfile::TempDir;
use xiaohao_core::circular::PublishedCircular;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::paper::PaperState;
use xiaohao_core::values::{CircularId, HazardId, UnitId};
use xiaohao_core::{County, Entry, Hazard, replay};
use xiaohao_ledger::read::Reader;
use xiaohao_ledger::{Line, Position, Record, Scope};
use xiaohao_server::seeds;
use xiaohao_store::SqlStore;

/// What the example comes to, as it is told.
pub fn expected() -> Value {
    serde_json::from_str(&seed("hazards.json")).unwrap()
}

/// The example county.
#[derive(Debug)]
pub struct Example {
    /// Its data.
    pub data: CountyData,
    /// The county.
    pub county: County,
    /// Its ledger.
    pub lines: Vec<Line>,
    /// The histories of its hazards, by the `key` of the file.
    pub histories: BTreeMap<u64, Vec<Entry>>,
    /// What they come to.
    pub hazards: BTreeMap<u64, Hazard>,
    /// The circulars, first to last.
    pub circulars: Vec<PublishedCircular>,
    /// Where it is kept.
    pub folder: TempDir,
}

/// The example county, made once; no test writes to it.
pub static EXAMPLE: LazyLock<Example> = LazyLock::new(|| {
    let runtime = tokio::runtime::Runtime::new();
    // A test may be on a runtime of its own, which must not wait for another.
    std::thread::spawn(move || runtime.unwrap().block_on(made()))
        .join()
        .unwrap()
});

async fn made() -> Example {
    let folder = tempfile::tempdir().unwrap();
    let location = blank::file(folder.path()).await;
    let store = SqlStore::open(&location).await.unwrap();
    let data = seeds::shuangpai().unwrap();
    let history = seeds::shuangpai_history().unwrap();
    let evidence = folder.path().join("evidence");
    let played = history.play(&store, &data, &evidence, |_, _| {}).await;
    played.unwrap();

    let county = data.county().unwrap();
    let everything = Scope::of_the_ledger(county.code);
    let read = store
        .lines_after(&everything, Position::START, 10_000)
        .await;
    let (lines, _) = read.unwrap();
    let mut of_hazards: BTreeMap<HazardId, Vec<Entry>> = BTreeMap::new();
    for line in &lines {
        if let Record::Hazard(entry) = &line.record {
            let history = of_hazards.entry(entry.hazard).or_default();
            history.push(Entry::clone(entry));
        }
    }
    let keys = keys();
    let keyed = |history: Vec<Entry>| {
        let hazard = replay(&history).unwrap().unwrap();
        (keys[hazard.file().report.title.as_str()], history)
    };
    let histories: BTreeMap<u64, Vec<Entry>> = of_hazards.into_values().map(keyed).collect();
    let hazards = histories.iter();
    let hazards = hazards.map(|(key, history)| (*key, replay(history).unwrap().unwrap()));
    let circulars = lines.iter().filter_map(|line| match &line.record {
        Record::Circular(entry) if entry.seq == 1 => Some(entry.paper),
        _ => None,
    });
    let ids: Vec<CircularId> = circulars.collect();
    let files = store.circulars(&everything, &ids, None).await.unwrap();
    let published = |id: &CircularId| match &files[id].1.state {
        PaperState::Issued(issued) => issued.clone(),
        other => panic!("{other:?} is not published"),
    };
    Example {
        county,
        hazards: hazards.collect(),
        circulars: ids.iter().map(published).collect(),
        data,
        lines,
        histories,
        folder,
    }
}

/// The keys of the file, by the titles of its hazards.
fn keys() -> BTreeMap<String, u64> {
    let file = expected();
    let hazards = file["hazards"].as_array().unwrap().iter();
    hazards
        .map(|told| {
            let title = told["title"].as_str().unwrap().to_owned();
            (title, told["key"].as_u64().unwrap())
        })
        .collect()
}

impl Example {
    /// All histories, in the order of the file.
    pub fn histories(&self) -> Vec<&[Entry]> {
        self.histories.values().map(Vec::as_slice).collect()
    }

    /// The committee with this serial number.
    pub fn committee(&self, seq: u64) -> UnitId {
        let mut committees = self.data.directory.committees().iter();
        let found = committees.find(|own| u64::from(own.seq) == seq);
        found.unwrap().unit
    }

    /// A unit by its name.
    pub fn unit(&self, name: &str) -> UnitId {
        let mut units = self.data.directory.units().iter();
        units.find(|unit| unit.name.as_str() == name).unwrap().id
    }
}
