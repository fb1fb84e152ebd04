//! Every line to a receiver, in order, again and again until it is taken. Each receiver has a task of its own, so that none
//! waits for another, and nobody who acts waits for any of them.

use super::courier::{Courier, Message, Untaken};
use super::endpoint::{BadSecret, Endpoint};
use super::page::{Page, Unanswered};
use super::patience::Patience;
use super::signature::Secret;
use crate::chance;
use crate::served::Served;
use crate::serving::UnderWay;
use crate::session::chosen;
use std::time::Duration;
use tokio::sync::watch;
use tokio_rustls::rustls;
use tokio_util::sync::CancellationToken;
use xiaohao_core::directory::{Login, Person};
use xiaohao_core::{Actor, county_day};
use xiaohao_ledger::{Fault, Position, Scope, Told};

/// Why nothing can be delivered to a receiver, before it is tried.
#[derive(Debug, thiserror::Error)]
pub enum Unready {
    /// There is nobody as whom he would be told.
    #[error(
        "webhook {name} is told as {login}, whom nobody in the county's people.json is; `xiaohao user list` shows who is there"
    )]
    Nobody {
        /// The receiver.
        name: String,
        /// As whom.
        login: Login,
    },
    /// There is no secret to sign with.
    #[error("the secret of webhook {name} cannot be used")]
    Secret {
        /// The receiver.
        name: String,
        /// Why not.
        source: BadSecret,
    },
    /// Where he is in the ledger cannot be read or noted.
    #[error("the place of webhook {name} in the ledger cannot be noted")]
    Place {
        /// The receiver.
        name: String,
        /// Why not.
        source: Fault,
    },
    /// There is no TLS.
    #[error("this machine cannot speak TLS")]
    Tls(#[from] rustls::Error),
}

/// Delivers to these receivers until it is time to stop; from then on what is under way is finished, and nothing is begun.
///
/// # Errors
/// [`Unready`] of the first receiver to whom nothing could ever be delivered.
pub async fn deliver(
    endpoints: &[Endpoint],
    served: &Served,
    patience: Patience,
    under_way: &UnderWay,
) -> Result<(), Unready> {
    if endpoints.is_empty() {
        return Ok(());
    }
    let courier = Courier::new(patience)?;
    let mut deliveries = Vec::new();
    for endpoint in endpoints {
        let channel = Channel::to(endpoint.clone(), served.clone(), courier.clone())?;
        let place = channel.place().await.map_err(|source| Unready::Place {
            name: endpoint.name.to_string(),
            source,
        })?;
        served.deliveries.begin(channel.name(), place);
        tracing::info!(
            webhook = channel.name(),
            place = place.get(),
            "a receiver is told of what lies after this place"
        );
        deliveries.push(Delivery {
            grown: served.office.ledger.last_written(),
            failures: 0,
            channel,
            patience,
            stop: under_way.stopping.clone(),
        });
    }
    for delivery in deliveries {
        under_way.tasks.spawn(delivery.run());
    }
    Ok(())
}

/// How far a receiver has come; none for one who is new.
pub(super) async fn sent_up_to(
    served: &Served,
    endpoint: &Endpoint,
) -> Result<Option<Position>, Fault> {
    let code = served.office.ledger.county().code;
    served.store.sent_up_to(code, &endpoint.consumer()).await
}

/// All that one needs to reach a receiver, and to know how far he has come.
pub(super) struct Channel {
    endpoint: Endpoint,
    served: Served,
    courier: Courier,
    secrets: Vec<Secret>,
    person: Person,
}

impl Channel {
    pub(super) fn to(
        endpoint: Endpoint,
        served: Served,
        courier: Courier,
    ) -> Result<Self, Unready> {
        let name = || endpoint.name.to_string();
        let secrets = endpoint.secrets().map_err(|source| Unready::Secret {
            name: name(),
            source,
        })?;
        let directory = served.office.directory();
        let mut people = directory.people().iter();
        let person = people.find(|person| person.login == endpoint.login);
        let person = person.cloned().ok_or_else(|| Unready::Nobody {
            name: name(),
            login: endpoint.login.clone(),
        })?;
        Ok(Self {
            endpoint,
            served,
            courier,
            secrets,
            person,
        })
    }

    fn name(&self) -> &str {
        self.endpoint.name.as_str()
    }

    /// How far the receiver has come. Where he begins, if he is new, is noted; never beyond the end of the ledger.
    async fn place(&self) -> Result<Position, Fault> {
        if let Some(place) = sent_up_to(&self.served, &self.endpoint).await? {
            return Ok(place);
        }
        let code = self.served.office.ledger.county().code;
        let ledger = Scope::of_the_ledger(code);
        let last = self.served.office.reader.known_at(&ledger, None).await?;
        let first = self.endpoint.begins_after().unwrap_or(last).min(last);
        let store = &self.served.store;
        store
            .begin_sending(code, &self.endpoint.consumer(), first)
            .await?;
        Ok(first)
    }

    /// Whether the place was moved; it is not where somebody else has moved it in the meantime.
    async fn note(&self, from: Position, to: Position) -> Result<bool, Fault> {
        let (store, code) = (&self.served.store, self.served.office.ledger.county().code);
        let noted = store
            .sent(code, &self.endpoint.consumer(), from, to)
            .await?;
        if noted {
            self.served.deliveries.at(self.name(), to);
        }
        Ok(noted)
    }

    /// As whom he is told today, as the directory has him now.
    async fn as_whom(&self) -> Result<Actor, Stuck> {
        let office = &self.served.office;
        let county = office.ledger.county_now().await?;
        let today = county_day((office.clock)());
        let person = county.directory.person(self.person.id);
        let actor = person.and_then(|person| {
            let post = chosen(person, self.endpoint.post(), today)?;
            Some(person.acting(post))
        });
        actor.ok_or(Stuck::NoPost)
    }

    pub(super) async fn bring(&self, message: Message) -> Result<(), Untaken> {
        let at = (self.served.office.clock)().timestamp();
        let bringing = self
            .courier
            .bring(message, &self.endpoint, &self.secrets, at);
        let (name, figures) = (self.name(), &self.served.deliveries);
        match bringing.await {
            Ok(()) => {
                figures.taken(name, at);
                Ok(())
            }
            Err(untaken) => {
                figures.failed(name);
                Err(untaken)
            }
        }
    }
}

/// What is under way to one receiver.
struct Delivery {
    channel: Channel,
    patience: Patience,
    grown: watch::Receiver<Position>,
    /// One after the other, until now.
    failures: u32,
    stop: CancellationToken,
}

/// Why it does not go on for now.
#[derive(Debug, thiserror::Error)]
enum Stuck {
    #[error("the place in the ledger cannot be read or noted")]
    Place(#[from] Fault),
    #[error(transparent)]
    Unread(#[from] Unanswered),
    #[error("whoever it is told as holds no such post today")]
    NoPost,
    #[error("line {position} was not taken")]
    Untaken { position: u64, source: Untaken },
}

/// Where one has come.
enum Came {
    /// Further.
    On,
    /// To the end of the ledger.
    ToTheEnd,
}

impl Delivery {
    async fn run(mut self) {
        while !self.stop.is_cancelled() {
            // Before the ledger is read, so that nothing falls between the two.
            self.grown.mark_unchanged();
            match self.on().await {
                Ok(Came::On) => self.goes_on(),
                Ok(Came::ToTheEnd) => {
                    self.goes_on();
                    self.until_it_grows().await;
                }
                Err(Stuck::Untaken { position, source }) if source.is_for_good() => {
                    tracing::warn!(
                        webhook = self.channel.name(),
                        position,
                        "the receiver wants nothing more; nothing is sent until the server is started again"
                    );
                    return;
                }
                Err(stuck) => self.after_failing(&stuck).await,
            }
        }
    }

    /// Delivers a stretch of the ledger. Where it failed, one goes on with the very line that was not taken: what is sent is
    /// made anew each time, as whoever it is told as may see it by then.
    async fn on(&mut self) -> Result<Came, Stuck> {
        let mut place = self.channel.place().await?;
        let served = &self.channel.served;
        served.deliveries.at(self.channel.name(), place);
        let whom = self.channel.as_whom().await?;
        let page = Page::after(served, whom.clone(), place).await?;
        // What was read for a post that ended meanwhile is told to nobody.
        if self.channel.as_whom().await? != whom {
            return Ok(Came::On);
        }
        let read_to = page.read_to();
        if read_to == place {
            return Ok(Came::ToTheEnd);
        }
        let county = served.office.ledger.county().code;
        let wanted = |event: &str| self.channel.endpoint.wants(event);
        let (wanted, _): (Vec<_>, Vec<_>) =
            page.entries.into_iter().partition(|own| wanted(&own.event));
        for entry in wanted {
            if self.stop.is_cancelled() {
                return Ok(Came::On);
            }
            let position = entry.position;
            let brought = self.channel.bring(entry.message(county)).await;
            brought.map_err(|source| Stuck::Untaken {
                position: position.get(),
                source,
            })?;
            self.goes_on();
            if !self.channel.note(place, position).await? {
                return Ok(Came::On);
            }
            place = position;
        }
        if place < read_to {
            self.channel.note(place, read_to).await?;
        }
        Ok(Came::On)
    }

    fn goes_on(&mut self) {
        if self.failures > 0 {
            tracing::info!(webhook = self.channel.name(), "a webhook goes on");
            self.failures = 0;
        }
    }

    async fn until_it_grows(&mut self) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            _ = self.grown.changed() => {}
            () = tokio::time::sleep(self.patience.tick) => {}
        }
    }

    async fn after_failing(&mut self, stuck: &Stuck) {
        self.failures = self.failures.saturating_add(1);
        let wait = self
            .patience
            .after(self.failures, u16::from_ne_bytes(chance::bytes()));
        tracing::warn!(
            webhook = self.channel.name(),
            error = %Told(stuck),
            failures = self.failures,
            wait_seconds = wait.as_secs_f64(),
            "a webhook is stuck, and is tried again"
        );
        self.wait(wait).await;
    }

    async fn wait(&self, wait: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}
