//! What Prometheus is told of the receivers. The values of the label are the names that the operator gave.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use xiaohao_ledger::Position;

/// How the deliveries of a server stand.
#[derive(Clone, Debug, Default)]
pub struct Deliveries {
    messages: Family<CameTo, Counter>,
    last_success: Family<To, Gauge>,
    lag: Family<To, Gauge>,
    places: Arc<Mutex<BTreeMap<String, Position>>>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct To {
    webhook: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct CameTo {
    webhook: String,
    outcome: &'static str,
}

const TAKEN: &str = "taken";
const FAILED: &str = "failed";

impl Deliveries {
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register(
            "webhook_messages",
            "Messages by receiver and what they came to",
            self.messages.clone(),
        );
        registry.register_with_unit(
            "webhook_last_success",
            "When a receiver last took a message, since 1970",
            Unit::Seconds,
            self.last_success.clone(),
        );
        registry.register(
            "webhook_lag_lines",
            "Lines of the ledger that a receiver is behind",
            self.lag.clone(),
        );
    }

    /// A receiver who has been sent nothing yet by this server: what is counted of him is there from the beginning, as 0.
    pub(super) fn begin(&self, name: &str, place: Position) {
        for outcome in [TAKEN, FAILED] {
            drop(self.messages.get_or_create(&came_to(name, outcome)));
        }
        self.last_success.get_or_create(&to(name)).set(0);
        self.at(name, place);
    }

    /// Where a receiver is.
    pub(super) fn at(&self, name: &str, place: Position) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.insert(name.to_owned(), place);
    }

    pub(super) fn taken(&self, name: &str, at: i64) {
        self.messages.get_or_create(&came_to(name, TAKEN)).inc();
        self.last_success.get_or_create(&to(name)).set(at);
    }

    pub(super) fn failed(&self, name: &str) {
        self.messages.get_or_create(&came_to(name, FAILED)).inc();
    }

    /// Compares where each receiver is with the last line of the ledger.
    pub(crate) fn compare(&self, last: Position) {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, place) in &*places {
            let behind = last.get().saturating_sub(place.get());
            let behind = i64::try_from(behind).unwrap_or(i64::MAX);
            self.lag.get_or_create(&to(name)).set(behind);
        }
    }
}

fn to(name: &str) -> To {
    To {
        webhook: name.to_owned(),
    }
}

fn came_to(name: &str, outcome: &'static str) -> CameTo {
    CameTo {
        webhook: name.to_owned(),
        outcome,
    }
}
