//! Webhooks, with a receiver that has a real socket: every line, in order, signed, to whoever may see it.

mod configuration;
mod delivery;
mod program;
mod receiver;
mod scope;
mod tls;

use receiver::{Receiver, SECRET};
use std::fs;
use std::time::Duration;
use xiaohao_server::config::{Misconfigured, Said, Settings};
use xiaohao_server::served::Served;
use xiaohao_server::serving::UnderWay;
use xiaohao_server::webhook::{self, Endpoint, Patience};

/// The receivers that this text of a configuration names.
fn endpoints(text: &str) -> Result<Vec<Endpoint>, Misconfigured> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), text).unwrap();
    let said = Said::by([], |_| None, Some(file.path()))?;
    Settings::of(&said).map(|settings| settings.webhooks)
}

/// The table of a receiver on this machine, with more lines.
fn table(receiver: &Receiver, name: &str, more: &str) -> String {
    format!(
        "[[webhook]]\nname = \"{name}\"\nurl = \"{}\"\nsecret = \"{SECRET}\"\nallow_private = true\n{more}\n",
        receiver.url()
    )
}

/// How long a test waits for a receiver.
fn quick() -> Patience {
    let moment = Duration::from_millis(20);
    Patience {
        connecting: Duration::from_secs(5),
        answer: Duration::from_secs(5),
        first: moment,
        longest: moment,
        tick: moment,
    }
}

/// Deliveries at work, as long as it is held.
struct AtWork(UnderWay);

impl AtWork {
    /// To the receivers that this text of a configuration names.
    async fn on(served: &Served, text: &str, patience: Patience) -> Self {
        let under_way = UnderWay::default();
        let endpoints = endpoints(text).unwrap();
        let begun = webhook::deliver(&endpoints, served, patience, &under_way);
        begun.await.unwrap();
        Self(under_way)
    }

    /// Tells them to stop, and waits until they have.
    async fn stop(self) {
        self.0.stopping.cancel();
        self.ended().await;
    }

    /// Waits until they have ended.
    async fn ended(self) {
        self.0.tasks.close();
        let ended = tokio::time::timeout(Duration::from_secs(20), self.0.tasks.wait()).await;
        assert!(ended.is_ok(), "it goes on");
    }
}
