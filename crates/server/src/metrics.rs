//! Figures for whoever watches over the server, in the text form that Prometheus reads. No label has values without end:
//! each is a route, a status, a code or an act of this program,
//! or the name that the operator gave to a webhook.

use crate::clock;
use crate::readiness;
use crate::served::Served;
use crate::serving::UnderWay;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::sync::Arc;
use std::time::Duration;
use tokio::join;
use tokio::time::timeout;
use xiaohao_ledger::Told;

/// The figures of a server.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Answered, Counter>,
    seconds: Family<On, Histogram>,
    acts: Family<Act, Counter>,
    subscriptions: Gauge,
    ready: Gauge,
    position: Gauge,
    ahead: Gauge,
    calendar: Gauge,
}

/// How a request was answered.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
    /// The code of the first error; empty where there is none.
    code: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct On {
    route: String,
}

/// What an act came to.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Act {
    mutation: String,
    outcome: &'static str,
}

/// The upper bounds of the latencies that are told apart, in seconds.
const SECONDS: [f64; 8] = [0.002, 0.005, 0.02, 0.05, 0.2, 1.0, 5.0, 30.0];

impl Metrics {
    /// Of a server that starts now.
    pub(crate) fn new(served: &Served, under_way: &UnderWay) -> Self {
        let requests = Family::default();
        let seconds =
            Family::new_with_constructor((|| Histogram::new(SECONDS)) as fn() -> Histogram);
        let acts = Family::default();
        let subscriptions = Gauge::default();
        let (ready, position) = (Gauge::default(), Gauge::default());
        let mut registry = Registry::with_prefix("xiaohao");
        registry.register(
            "requests",
            "Requests by route, status and code of the first error",
            requests.clone(),
        );
        registry.register_with_unit(
            "request_latency",
            "Time to the answer",
            Unit::Seconds,
            seconds.clone(),
        );
        registry.register(
            "acts",
            "Acts by mutation and what they came to",
            acts.clone(),
        );
        registry.register(
            "subscriptions",
            "Subscriptions that are being told",
            subscriptions.clone(),
        );
        registry.register("ready", "1 while an act could be recorded", ready.clone());
        registry.register(
            "ledger_position",
            "The place of the last line of the ledger",
            position.clone(),
        );
        let ahead = Gauge::default();
        registry.register_with_unit(
            "ledger_ahead",
            "How far the last line of the ledger lies in the future",
            Unit::Seconds,
            ahead.clone(),
        );
        let calendar = Gauge::default();
        registry.register(
            "calendar_days",
            "Days after today that the calendar of working days knows; -1 where it does not know today",
            calendar.clone(),
        );
        served.deliveries.register(&mut registry);
        under_way.connections.register(&mut registry);
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "What runs", version);
        let started = ConstGauge::new(clock::now().timestamp());
        registry.register_with_unit(
            "start_time",
            "When this process started, since 1970",
            Unit::Seconds,
            started,
        );
        Self {
            registry: Arc::new(registry),
            requests,
            seconds,
            acts,
            subscriptions,
            ready,
            position,
            ahead,
            calendar,
        }
    }

    /// Counts a request.
    pub(crate) fn answered(&self, route: &str, status: u16, code: &str, latency: Duration) {
        let answered = Answered {
            route: route.to_owned(),
            status,
            code: code.to_owned(),
        };
        self.requests.get_or_create(&answered).inc();
        let on = On {
            route: route.to_owned(),
        };
        self.seconds
            .get_or_create(&on)
            .observe(latency.as_secs_f64());
    }

    /// Counts an act.
    pub(crate) fn came_to(&self, mutation: &str, outcome: &'static str) {
        let act = Act {
            mutation: mutation.to_owned(),
            outcome,
        };
        self.acts.get_or_create(&act).inc();
    }

    /// Counts a subscription as long as what is returned is held.
    pub(crate) fn subscribed(&self) -> Subscribed {
        self.subscriptions.inc();
        Subscribed(self.subscriptions.clone())
    }

    /// The answer of `/metrics`.
    pub(crate) async fn told(self, served: Served) -> Response {
        let (ready, last, calendar) = join!(
            served.readiness.check(),
            timeout(readiness::WAITS, served.last_line()),
            timeout(readiness::WAITS, served.calendar_reaches())
        );
        self.ready.set(ready.is_ok().into());
        // Where it cannot be read the figures stay as they were, and readiness tells why.
        if let Ok(Ok((last, ahead))) = last {
            served.deliveries.compare(last);
            let last = i64::try_from(last.get()).unwrap_or(i64::MAX);
            self.position.set(last);
            self.ahead.set(ahead.map_or(0, |ahead| ahead.num_seconds()));
        }
        if let Ok(Ok(reaches)) = calendar {
            self.calendar.set(reaches.days);
        }
        let mut text = String::new();
        if let Err(error) = encode(&mut text, &self.registry) {
            tracing::error!(error = %Told(&error), "the figures cannot be written");
        }
        let media = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        ([(header::CONTENT_TYPE, media)], text).into_response()
    }
}

/// A subscription that is being told.
#[derive(Debug)]
pub(crate) struct Subscribed(Gauge);

impl Drop for Subscribed {
    fn drop(&mut self) {
        self.0.dec();
    }
}
