//! A store that somebody watches: everything goes to the store itself, and whoever watches hears of it and can step in.

use async_trait::async_trait;
use std::fmt;
use std::sync::Arc;
use xiaohao_core::values::{CountyCode, RequestId};
use xiaohao_ledger::{Batch, Fault, Found, Head, Line, Store, Subject, Wanted, Written};

/// Whoever watches the batches of a store.
#[async_trait]
pub trait Watch: Send + Sync + 'static {
    /// Hears what was looked up.
    fn found(&self, _found: &Found) {}

    /// Lets the batch write, or not.
    async fn append(&self, batch: Box<dyn Batch>, written: Written) -> Result<(), Fault> {
        batch.append(written).await
    }
}

/// A watched store.
pub struct Watched<W> {
    store: Arc<dyn Store>,
    watch: Arc<W>,
}

impl<W> fmt::Debug for Watched<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").finish_non_exhaustive()
    }
}

impl<W: Watch> Watched<W> {
    /// A store, and who watches it.
    pub fn new(store: Arc<dyn Store>, watch: &Arc<W>) -> Arc<Self> {
        let watch = Arc::clone(watch);
        Arc::new(Self { store, watch })
    }
}

#[async_trait]
impl<W: Watch> Store for Watched<W> {
    async fn begin(&self, county: CountyCode) -> Result<Box<dyn Batch>, Fault> {
        Ok(Box::new(WatchedBatch {
            batch: self.store.begin(county).await?,
            watch: Arc::clone(&self.watch),
        }))
    }

    async fn own_version(&self, county: CountyCode) -> Result<u32, Fault> {
        self.store.own_version(county).await
    }

    async fn probe(&self, county: CountyCode) -> Result<(), Fault> {
        self.store.probe(county).await
    }

    async fn lines_of_requests(
        &self,
        county: CountyCode,
        requests: &[RequestId],
    ) -> Result<Vec<Line>, Fault> {
        self.store.lines_of_requests(county, requests).await
    }

    async fn own_lines_after(&self, county: CountyCode, version: u32) -> Result<Vec<Line>, Fault> {
        self.store.own_lines_after(county, version).await
    }

    async fn history_to(
        &self,
        county: CountyCode,
        subject: Subject,
        seq: u32,
    ) -> Result<Vec<Line>, Fault> {
        self.store.history_to(county, subject, seq).await
    }
}

struct WatchedBatch<W> {
    batch: Box<dyn Batch>,
    watch: Arc<W>,
}

#[async_trait]
impl<W: Watch> Batch for WatchedBatch<W> {
    fn head(&self) -> &Head {
        self.batch.head()
    }

    async fn own_version(&mut self) -> Result<u32, Fault> {
        self.batch.own_version().await
    }

    async fn look_up(&mut self, wanted: &Wanted) -> Result<Found, Fault> {
        let found = self.batch.look_up(wanted).await?;
        self.watch.found(&found);
        Ok(found)
    }

    async fn append(self: Box<Self>, written: Written) -> Result<(), Fault> {
        self.watch.append(self.batch, written).await
    }
}
