//! Where every request is received: it gets an id by which it is found again, is let in as far as there is something left
//! for whoever sends it, and what it is refused is noted.

use crate::address::Proxies;
use crate::attempts::Register;
use crate::clock::new_id;
use crate::config::Requests;
use crate::metrics::Metrics;
use crate::rates::Left;
use crate::served::Served;
use crate::serving::UnderWay;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, Method};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use uuid::Uuid;
use xiaohao_core::Actor;
use xiaohao_core::values::PersonId;
use xiaohao_graphql::{Attendant, Demand, ErrorCode, Glance, Kind, RefusedAttempt};
use xiaohao_ledger::Attempt;

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest name that is logged or kept: it comes from outside.
const NAME: usize = 64;

/// The name of a method, where it is one that is known: others call it what they like, and as long as they like.
fn known(method: &Method) -> &'static str {
    let known = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
    ];
    let own = known.into_iter().find(|known| method.as_str() == *known);
    own.unwrap_or("other")
}

/// Receives requests.
#[derive(Debug)]
pub(crate) struct Reception {
    pub(crate) metrics: Metrics,
    proxies: Proxies,
    left: Left,
    attempts: Register,
    under_way: UnderWay,
}

impl Reception {
    pub(crate) fn new(served: &Served, requests: &Requests, under_way: UnderWay) -> Self {
        Self {
            metrics: Metrics::new(served, &under_way),
            proxies: requests.proxies.clone(),
            left: Left::of(requests.rates),
            attempts: served.attempts.clone(),
            under_way,
        }
    }

    /// Receives a request.
    pub(crate) fn receive(self: &Arc<Self>, request: &Request) -> Arc<Visit> {
        let route = request.extensions().get::<MatchedPath>();
        let route = route.map_or("other", MatchedPath::as_str).to_owned();
        Arc::new(Visit {
            id: id_of(request),
            address: self.proxies.origin(request),
            method: known(request.method()),
            route,
            reception: Arc::clone(self),
            actor: OnceLock::new(),
            asked: OnceLock::new(),
            told: Mutex::default(),
        })
    }
}

/// The client's own id where that can be one, else a new one.
fn id_of(request: &Request) -> String {
    let own = request.headers().get(X_REQUEST_ID);
    let own = own.and_then(|value| value.to_str().ok());
    let fits = |id: &&str| {
        let plain = |c: u8| c.is_ascii_alphanumeric() || b"_-.".contains(&c);
        (1..=NAME).contains(&id.len()) && id.bytes().all(plain)
    };
    own.filter(fits)
        .map_or_else(|| new_id().to_string(), str::to_owned)
}

/// A request while it is answered, or one operation of a conversation.
#[derive(Debug)]
pub(crate) struct Visit {
    /// By which it is found again.
    pub(crate) id: String,
    /// The route that it took; `other` where there is none.
    pub(crate) route: String,
    address: Option<IpAddr>,
    /// Its method, or `other`.
    method: &'static str,
    reception: Arc<Reception>,
    actor: OnceLock<Actor>,
    asked: OnceLock<Operation>,
    /// The codes of what was noted already.
    told: Mutex<Vec<&'static str>>,
}

/// The operation of a visit.
#[derive(Debug)]
struct Operation {
    name: Option<String>,
    kind: Kind,
    root: Option<String>,
}

impl Visit {
    /// The next operation of a conversation that began with this request.
    pub(crate) fn again(&self) -> Arc<Self> {
        Arc::new(Self {
            id: self.id.clone(),
            route: self.route.clone(),
            address: self.address,
            method: self.method,
            reception: Arc::clone(&self.reception),
            actor: OnceLock::new(),
            asked: OnceLock::new(),
            told: Mutex::default(),
        })
    }

    /// Notes whose visit it is.
    pub(crate) fn is_of(&self, actor: &Actor) {
        self.actor.get_or_init(|| actor.clone());
    }

    /// Notes what is asked.
    pub(crate) fn asks(&self, glance: &Glance) {
        let short = |name: &String| name.chars().take(NAME).collect();
        self.asked.get_or_init(|| Operation {
            name: glance.operation.as_ref().map(short),
            kind: glance.kind,
            root: glance.root.as_ref().map(short),
        });
    }

    /// The name of the operation, where it has one.
    pub(crate) fn operation(&self) -> Option<&str> {
        self.asked.get()?.name.as_deref()
    }

    /// Takes a request of somebody unknown out of what this address may send.
    ///
    /// # Errors
    /// How long to wait where nothing is left.
    pub(crate) fn is_of_a_stranger(&self) -> Result<(), Duration> {
        self.reception.left.stranger(self.address)
    }

    /// Takes what an answer of this complexity costs out of what strangers of this address may have.
    ///
    /// # Errors
    /// How long to wait where not so much is left.
    pub(crate) fn costs(&self, complexity: u64) -> Result<(), Duration> {
        self.reception.left.stranger_asks(self.address, complexity)
    }

    /// Takes a new file of this many bytes out of what this person may send.
    ///
    /// # Errors
    /// How long to wait where not so much is left.
    pub(crate) fn sends(&self, by: PersonId, bytes: u64) -> Result<(), Duration> {
        self.reception.left.upload(by, bytes)
    }

    /// Gives back what was taken for so many bytes of which no more than these came.
    pub(crate) fn sent(&self, by: PersonId, bytes: u64, came: u64) {
        self.reception.left.uploaded_less(by, bytes, came);
    }

    /// Notes that it was answered with this code, unless it says that something is out of order or was noted already.
    pub(crate) fn answered(&self, code: &str) {
        if code.is_empty() {
            return;
        }
        let known = ErrorCode::all().find(|known| known.code() == code);
        if let Some(known) = known.filter(|known| !matches!(known, ErrorCode::Fault(_)))
            && !self.told().contains(&known.code())
        {
            self.note(RefusedAttempt::once(self.tried(), vec![known.code()]));
        }
    }

    /// Notes that it was refused for this, on something or as somebody; the answer, which says the same, is not noted again.
    pub(crate) fn is_refused(&self, as_what: RefusedAttempt) {
        self.refused(RefusedAttempt {
            tried: self.tried(),
            ..as_what
        });
    }

    /// What is tried: method and route, where no operation says so. Of a stranger's operation only the kind is kept: he may call it what he likes, and as often as he likes.
    fn tried(&self) -> String {
        let Some(operation) = self.asked.get() else {
            return format!("{} {}", self.method, self.route);
        };
        let kind = match operation.kind {
            Kind::Query => "query",
            Kind::Mutation => "mutation",
            Kind::Subscription => "subscription",
        };
        let root = operation.root.as_deref();
        let root = root.filter(|_| self.actor.get().is_some());
        root.unwrap_or(kind).to_owned()
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Vec<&'static str>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, refused: RefusedAttempt) {
        let now = self.reception.attempts.now();
        let attempt = Attempt {
            id: Uuid::nil(),
            since: now,
            at: now,
            times: refused.times,
            actor: refused.of.or_else(|| self.actor.get().cloned()),
            login: refused.login,
            address: self.address.map(|address| address.to_string()),
            tried: refused.tried,
            subject: refused.subject,
            codes: refused.codes.into_iter().map(ToOwned::to_owned).collect(),
            request: self.id.clone(),
        };
        let under_way = &self.reception.under_way;
        self.reception.attempts.note(attempt, under_way);
    }
}

impl Attendant for Visit {
    fn admits(&self, demand: Demand) -> Result<(), Duration> {
        let left = &self.reception.left;
        match (demand, self.actor.get()) {
            (Demand::SignIn, _) => left.sign_in(self.address),
            (Demand::Act, Some(actor)) => left.act(actor.person),
            (Demand::Answer(complexity), Some(actor)) => left.answer(actor.person, complexity),
            // What he may ask that costs are proofs, which are made one after the other.
            (Demand::Answer(complexity), None) => self.costs(complexity),
            (Demand::Act, None) => Ok(()),
        }
    }

    fn address(&self) -> Option<IpAddr> {
        self.address
    }

    fn came_to(&self, mutation: &str, outcome: &'static str) {
        self.reception.metrics.came_to(mutation, outcome);
    }

    fn refused(&self, attempt: RefusedAttempt) {
        self.told().extend(&attempt.codes);
        self.note(attempt);
    }
}
