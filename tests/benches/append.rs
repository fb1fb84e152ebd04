//! An act recorded: looked up, decided, written and committed; on each store, alone and with others.
#![allow(
    missing_docs,
    reason = "the macros of criterion make items without documentation"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use xiaohao_ledger::memory::MemoryStore;
use xiaohao_ledger::{Ledger, Pace, Store};
use xiaohao_server::chance;
use xiaohao_store::{Location, SqlStore};
use xiaohao_tests::load::{Calendar, Life, district, done, last_day};
use xiaohao_tests::postgres;

/// A ledger that takes reports.
struct Desk {
    ledger: Ledger,
    reported: AtomicU32,
}

impl Desk {
    fn on(store: Arc<dyn Store>) -> Self {
        let clock = Calendar::at(last_day()).clock();
        Self {
            ledger: Ledger::open(
                store,
                Arc::new(district()),
                clock,
                Arc::new(chance::salt),
                Pace::default(),
            ),
            reported: AtomicU32::new(0),
        }
    }

    /// Reports so many hazards at once.
    async fn report(&self, together: usize) {
        let mut under_way = JoinSet::new();
        for _ in 0..together {
            let number = self.reported.fetch_add(1, Ordering::Relaxed);
            let act = Life::of(number, 0).act(0, last_day(), number.into());
            let act = act.unwrap();
            under_way.spawn(done(self.ledger.clone(), act));
        }
        while let Some(settled) = under_way.join_next().await {
            settled.unwrap();
        }
    }
}

async fn in_a_database(location: &Location) -> Desk {
    SqlStore::migrate(location).await.unwrap();
    Desk::on(Arc::new(SqlStore::open(location).await.unwrap()))
}

fn append(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = Location::File(folder.path().join("ledger.db"));
    let url = postgres::database().parse().unwrap();
    let desks = runtime.block_on(async {
        [
            ("memory", Desk::on(Arc::new(MemoryStore::new()))),
            ("SQLite", in_a_database(&file).await),
            ("PostgreSQL", in_a_database(&url).await),
        ]
    });
    let mut group = c.benchmark_group("append");
    for (store, desk) in &desks {
        for together in [1, 64] {
            group.throughput(Throughput::Elements(together));
            let together = usize::try_from(together).unwrap();
            group.bench_function(format!("{store}, {together} at once"), |b| {
                b.to_async(&runtime).iter(|| desk.report(together));
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = write_path;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(3));
    targets = append
}
criterion_main!(write_path);
