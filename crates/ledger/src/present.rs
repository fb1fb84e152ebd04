//! The county as its ledger has it now, in this process.
//!
//! Each act on the ledger itself may change the data of the county, and with them everybody's rights; another process may
//! have done it. So whoever asks who may do what says first how far the ledger's own history has come: a number that comes
//! with what is read anyway. Only where it has gone on is the history read.

use crate::store::Store;
use crate::{After, Fault};
use std::sync::{Arc, PoisonError, RwLock};
use xiaohao_core::County;
use xiaohao_core::upkeep::LedgerFile;

/// The county, and how far the ledger's own history had come when it was that.
#[derive(Clone)]
struct Known {
    version: u32,
    county: Arc<County>,
    /// What that history comes to, so that only what follows on it has to be read.
    file: Option<Arc<LedgerFile>>,
}

/// The county as this process knows it; every handle of one ledger shares it.
#[derive(Clone)]
pub(crate) struct Present(Arc<RwLock<Known>>);

impl Present {
    /// This county, until the ledger says another.
    pub(crate) fn of(county: Arc<County>) -> Self {
        Self(Arc::new(RwLock::new(Known {
            version: 0,
            county,
            file: None,
        })))
    }

    fn known(&self) -> Known {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The county.
    pub(crate) fn county(&self) -> Arc<County> {
        self.known().county
    }

    /// How far the ledger's own history is known.
    pub(crate) fn version(&self) -> u32 {
        self.known().version
    }

    /// What the ledger's own history comes to, as far as it is known.
    pub(crate) fn file(&self) -> Option<Arc<LedgerFile>> {
        self.known().file
    }

    /// Takes what the ledger's own history has come to, unless it is known already.
    pub(crate) fn goes_on(&self, file: &LedgerFile) {
        let before = self.known();
        if file.version <= before.version {
            return;
        }
        // Most lines change no data of the county, which takes a while to be read.
        let former = before.file.as_ref().map(|former| &former.county_data);
        let is_new = former != Some(&file.county_data);
        let data = file.county_data.as_ref().filter(|_| is_new);
        let county = match data.map(|data| data.county()).transpose() {
            // How long a link may be good is said by who runs the program, and not by the data.
            Ok(Some(county)) => Arc::new(County {
                link_days: before.county.link_days,
                ..county
            }),
            Ok(None) => before.county,
            // What an older program entered may be less than is demanded now. It is entered anew by what runs on without it.
            Err(error) => {
                tracing::error!(%error, "the data of the county in its ledger cannot be used; the former hold on");
                before.county
            }
        };
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.version < file.version {
            let version = file.version;
            *known = Known {
                version,
                county,
                file: Some(Arc::new(file.clone())),
            };
        }
    }

    /// The county as of this version of the ledger's own history, or later.
    ///
    /// # Errors
    /// [`Fault`] when the history cannot be read.
    pub(crate) async fn at_least(
        &self,
        version: u32,
        store: &dyn Store,
    ) -> Result<Arc<County>, Fault> {
        let known = self.known();
        if version > known.version {
            let county = known.county.code;
            let new = store.own_lines_after(county, known.version).await?;
            let file = known.file.as_deref().cloned();
            if let Some(file) = After::own(file, &new)? {
                self.goes_on(&file);
            }
        }
        Ok(self.county())
    }
}
