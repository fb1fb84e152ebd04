//! `xiaohao webhook`: what the operator sees of the receivers, and does about them.

use super::courier::{Courier, Message};
use super::delivery::{Channel, Unready, sent_up_to};
use super::endpoint::Endpoint;
use super::patience::Patience;
use crate::clock;
use crate::served::Served;
use serde_json::json;
use std::error::Error;
use xiaohao_ledger::{Fault, Position, Scope};

/// Why nothing was done about a receiver.
#[derive(Debug, thiserror::Error)]
pub enum Undone {
    /// There is no such receiver.
    #[error("the configuration has no webhook {name}; {}", there_are(known))]
    Unknown {
        /// What was given.
        name: String,
        /// Who there is.
        known: Vec<String>,
    },
    /// There is no such line.
    #[error("the ledger has lines 1 to {last}, and so none at {from}; one from which nothing is sent yet is {}", last.next())]
    NoLine {
        /// What was given.
        from: u64,
        /// How far the ledger has come.
        last: Position,
    },
    /// Nothing can be delivered to it.
    #[error(transparent)]
    Unready(#[from] Unready),
    /// It did not take the message.
    #[error("webhook {name} did not take the message")]
    Untaken {
        /// The receiver.
        name: String,
        /// Why not.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The ledger cannot be read, or the place not be noted.
    #[error("the place of a webhook in the ledger cannot be read or noted")]
    Place(#[from] Fault),
}

fn there_are(known: &[String]) -> String {
    match known {
        [] => "it has none; name its file with --config".to_owned(),
        some => format!("it has {}", some.join(", ")),
    }
}

/// The receivers, one to a line: name, how far the ledger was sent, where to, as whom.
///
/// # Errors
/// [`Undone::Place`].
pub(crate) async fn listed(served: &Served, endpoints: &[Endpoint]) -> Result<String, Undone> {
    let last = last(served).await?;
    let mut told = Vec::new();
    for endpoint in endpoints {
        let place = match sent_up_to(served, endpoint).await? {
            Some(place) => format!("sent up to {place} of {last}"),
            None => "new".to_owned(),
        };
        let Endpoint {
            name, url, login, ..
        } = endpoint;
        told.push(format!("{name:<16} {place:<24} {url} as {login}\n"));
    }
    Ok(told.concat())
}

/// Sends the ledger to a receiver again from a line on; what is said when that was done.
///
/// # Errors
/// [`Undone`].
pub(crate) async fn replayed(
    served: &Served,
    endpoints: &[Endpoint],
    name: &str,
    from: u64,
) -> Result<String, Undone> {
    let endpoint = find(endpoints, name)?;
    let last = last(served).await?;
    if !(1..=last.next().get()).contains(&from) {
        return Err(Undone::NoLine { from, last });
    }
    let code = served.office.ledger.county().code;
    let place = Position::new(from - 1);
    served
        .store
        .send_again(code, &endpoint.consumer(), place)
        .await?;
    Ok(format!(
        "webhook {name} is sent the ledger from line {from} on, by the server, in a few seconds or when it is started\n"
    ))
}

/// Sends a message to a receiver that belongs to no line; what is said when it was taken.
///
/// # Errors
/// [`Undone`].
pub(crate) async fn tried(
    served: &Served,
    endpoints: &[Endpoint],
    name: &str,
) -> Result<String, Undone> {
    let endpoint = find(endpoints, name)?;
    let courier = Courier::new(Patience::default()).map_err(Unready::from)?;
    let channel = Channel::to(endpoint.clone(), served.clone(), courier)?;
    let county = served.office.ledger.county().code;
    let message = Message {
        id: format!("{county}-test-{}", clock::new_id()),
        body: json!({ "test": true, "county": county })
            .to_string()
            .into_bytes(),
    };
    let id = message.id.clone();
    channel
        .bring(message)
        .await
        .map_err(|untaken| Undone::Untaken {
            name: name.to_owned(),
            source: untaken.into(),
        })?;
    Ok(format!("webhook {name} took the message {id}\n"))
}

fn find<'a>(endpoints: &'a [Endpoint], name: &str) -> Result<&'a Endpoint, Undone> {
    let found = endpoints.iter().find(|own| own.name.as_str() == name);
    found.ok_or_else(|| Undone::Unknown {
        name: name.to_owned(),
        known: endpoints.iter().map(|own| own.name.to_string()).collect(),
    })
}

async fn last(served: &Served) -> Result<Position, Fault> {
    let ledger = Scope::of_the_ledger(served.office.ledger.county().code);
    served.office.reader.known_at(&ledger, None).await
}
