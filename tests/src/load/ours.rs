//! The five operations as the product does them, with all its rules, numbers and counters on.

use super::district::{COMMITTEES, committee};
use super::stock::{Calendar, Life, done, last_day};
use crate::approver;
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use xiaohao_core::County;
use xiaohao_core::values::{TownshipCode, UnitId};
use xiaohao_ledger::read::{HazardFilter, HazardKey, HazardOrder, PageAsk, Reader};
use xiaohao_ledger::tally::ClosureFigures;
use xiaohao_ledger::{Ledger, Pace, Scope};
use xiaohao_server::chance;
use xiaohao_store::SqlStore;

/// Hazards on a page.
pub const PAGE: u32 = 50;
/// Events shown of each hazard on a page.
pub const EVENTS: u32 = 5;

/// The product at work on a filled database.
pub struct Ours {
    ledger: Ledger,
    alone: Ledger,
    store: SqlStore,
    scope: Scope,
    hazards: u32,
    next: AtomicU32,
    acts: AtomicU64,
    /// Hazards that can go on, by number, each with the acts that it has seen.
    going_on: Mutex<VecDeque<(u32, usize)>>,
}

impl Ours {
    /// Takes up work, on the last day of the stock.
    pub fn new(store: SqlStore, county: County, hazards: u32) -> Self {
        let scope = Scope::of(&approver(), &county);
        let county = Arc::new(county);
        let clock = Calendar::at(last_day()).clock();
        let open = |pace| {
            let store = Arc::new(store.clone());
            Ledger::open(
                store,
                Arc::clone(&county),
                clock.clone(),
                Arc::new(chance::salt),
                pace,
            )
        };
        let goes_on = |number| {
            let life = Life::of(number, hazards);
            (!life.ends_after(life.acts())).then_some((number, life.acts()))
        };
        let mut going_on: Vec<_> = (0..hazards).filter_map(goes_on).collect();
        fastrand::Rng::with_seed(1).shuffle(&mut going_on);
        Self {
            ledger: open(Pace::default()),
            alone: open(Pace {
                batch: 1,
                ..Pace::default()
            }),
            store,
            scope,
            hazards,
            next: AtomicU32::new(hazards),
            // More than the stock can have seen.
            acts: AtomicU64::new(u64::from(hazards) * 16),
            going_on: Mutex::new(going_on.into()),
        }
    }

    /// How many statements were sent so far.
    pub fn statements(&self) -> u64 {
        self.store.statements()
    }

    fn ledger(&self, alone: bool) -> Ledger {
        if alone {
            self.alone.clone()
        } else {
            self.ledger.clone()
        }
    }

    /// Reports a hazard, alone in its transaction or with whatever waits.
    pub async fn report(&self, alone: bool) -> u64 {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.act(number, 0, alone).await
    }

    /// Brings a hazard one transition on, naming the version that is seen.
    pub async fn advance(&self, alone: bool) -> u64 {
        let next = self.going_on.lock().unwrap().pop_front();
        match next {
            Some((number, seen)) => self.act(number, seen, alone).await,
            None => 0,
        }
    }

    async fn act(&self, number: u32, seen: usize, alone: bool) -> u64 {
        let life = Life::of(number, self.hazards);
        let place = self.acts.fetch_add(1, Ordering::Relaxed);
        let act = life.act(seen, last_day(), place).unwrap();
        done(self.ledger(alone), act).await;
        if !life.ends_after(seen + 1) {
            self.going_on.lock().unwrap().push_back((number, seen + 1));
        }
        1
    }

    /// A page of a committee's open overdue hazards, the newest first, each with its last events.
    pub async fn page(&self) -> u64 {
        let filter = HazardFilter {
            committees: [committee(fastrand::u32(0..COMMITTEES))].into(),
            overdue: Some((last_day(), true)),
            ..HazardFilter::default()
        };
        let ask = PageAsk::first(PAGE, None, HazardOrder::NEWEST).unwrap();
        let page = self
            .store
            .hazards(&self.scope, &filter, &ask)
            .await
            .unwrap();
        let ids: Vec<_> = page.items.iter().map(|(_, row)| row.id).collect();
        let events = self.store.last_lines(&self.scope, &ids, EVENTS).await;
        assert_eq!(events.unwrap().len(), ids.len());
        1
    }

    /// The closure statistics, by committee and township.
    pub async fn closure(&self) -> u64 {
        let cells = self.store.closure(&self.scope, last_day()).await.unwrap();
        let mut figures: BTreeMap<(Option<UnitId>, TownshipCode), ClosureFigures> = BTreeMap::new();
        for (cell, counts) in &cells {
            let of = (cell.committee, cell.township);
            figures.entry(of).or_default().add(cell, counts);
        }
        let rates = figures.values().map(ClosureFigures::closure_rate);
        assert!(rates.map(|rate| rate.denominator).sum::<u32>() > 0);
        1
    }

    /// A hazard with its whole history.
    pub async fn history(&self) -> u64 {
        let id = Life::any(self.hazards).id();
        let row = self.store.hazard(&self.scope, HazardKey::Id(id)).await;
        let history = self.store.histories(&self.scope, &[id]).await;
        let version = usize::try_from(row.unwrap().unwrap().version).unwrap();
        assert!(history.unwrap()[&id].len() >= version);
        1
    }
}
