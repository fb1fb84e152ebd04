//! The figures of connections.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// How many connections are open, and how many had to go.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    open: Gauge,
    turned_away: Family<TurnedAway, Counter>,
}

/// A connection for which there was no room.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct TurnedAway {
    /// Of which there were as many as may be: `all`, or those of one `address`.
    pub(super) bound: &'static str,
    /// Who had to go: the `newcomer`, or one that was `idle`.
    pub(super) who: &'static str,
}

impl Figures {
    pub(crate) fn register(&self, registry: &mut Registry) {
        self.begin();
        registry.register(
            "connections",
            "Connections that are open",
            self.open.clone(),
        );
        registry.register(
            "connections_turned_away",
            "Connections for which there was no room, by the bound that was reached and by who had to go",
            self.turned_away.clone(),
        );
    }

    /// Each is told from the beginning on, so that its first is seen.
    fn begin(&self) {
        for bound in ["all", "address"] {
            for who in ["newcomer", "idle"] {
                drop(self.turned_away.get_or_create(&TurnedAway { bound, who }));
            }
        }
    }

    pub(super) fn open(&self, many: usize) {
        self.open.set(i64::try_from(many).unwrap_or(i64::MAX));
    }

    pub(super) fn turned_away(&self, who: &TurnedAway) {
        self.turned_away.get_or_create(who).inc();
    }
}
