//! `xiaohao key`: keys of programs, issued to them by whoever runs the server.

use super::{CountyArgs, Failure, opened, told};
use crate::people;
use crate::printed::{Unprinted, print};
use crate::served::Served;
use chrono::TimeDelta;
use clap::Subcommand;
use std::path::Path;
use uuid::Uuid;
use xiaohao_core::upkeep::operator;
use xiaohao_core::values::Line;
use xiaohao_graphql::{Locksmith, act_mutations};

/// What one does about keys.
#[derive(Subcommand)]
pub(super) enum KeyCommand {
    /// Issue a key to a platform of the county, which signs in with it (`signInByKey`) and reports hazards; it is printed once.
    ///
    /// The platform is one of people.json whose posts are all PLATFORM. Keep the key where the platform keeps its secrets.
    Issue {
        /// Login of the platform, as in the county's people.json.
        login: String,
        /// What the key is called, by which one tells it apart.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// Act that may be done with it, by the name of its mutation; may be said several times.
        #[arg(long = "act", value_name = "MUTATION", default_value = "reportHazard")]
        acts: Vec<String>,
        /// For how many days it is good.
        #[arg(long, value_name = "DAYS", default_value = "365", value_parser = clap::value_parser!(u16).range(1..=1096))]
        days: u16,
        #[command(flatten)]
        county: CountyArgs,
    },
    /// Print the keys of a login that are not over, those of its devices among them.
    List {
        /// The login.
        login: String,
        #[command(flatten)]
        county: CountyArgs,
    },
    /// End a key, and every session that was opened by it.
    End {
        /// The login.
        login: String,
        /// The key, by the id that `list` prints.
        id: Uuid,
        #[command(flatten)]
        county: CountyArgs,
    },
}

/// Why no key was issued.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unissued {
    #[error("{login} is no platform: people sign in themselves, and enrol their devices")]
    Person { login: String },
    #[error("there is no mutation {act} that does an act; there are {}", known())]
    Act { act: String },
    #[error("the name of the key cannot be kept: {why}")]
    Name { why: String },
    #[error(
        "the key {id} is issued, and is never shown again: end it with `xiaohao key end {login} {id}`, and issue another"
    )]
    Unprinted {
        login: String,
        id: Uuid,
        source: Unprinted,
    },
    #[error("{login} has no key {id}; `xiaohao key list {login}` prints those that there are")]
    NoKey { login: String, id: Uuid },
}

fn known() -> String {
    act_mutations().collect::<Vec<_>>().join(", ")
}

pub(super) fn run(config: Option<&Path>, command: KeyCommand) -> Result<(), Failure> {
    match command {
        KeyCommand::Issue {
            login,
            name,
            acts,
            days,
            county,
        } => told(config, county.flags(), async |settings| {
            issue(&opened(&settings).await?, &login, &name, &acts, days).await
        }),
        KeyCommand::List { login, county } => told(config, county.flags(), async |settings| {
            list(&opened(&settings).await?, &login).await
        }),
        KeyCommand::End { login, id, county } => told(config, county.flags(), async |settings| {
            end(&opened(&settings).await?, login, id).await
        }),
    }
}

async fn issue(
    served: &Served,
    login: &str,
    name: &str,
    acts: &[String],
    days: u16,
) -> Result<(), Failure> {
    let person = people::whose(served, login)?;
    if !people::is_platform(&person) {
        let login = person.login.to_string();
        return Err(Unissued::Person { login }.into());
    }
    if let Some(act) = acts
        .iter()
        .find(|act| !act_mutations().any(|own| own == *act))
    {
        return Err(Unissued::Act { act: act.clone() }.into());
    }
    let name = Line::new(name).map_err(|why| Unissued::Name {
        why: why.to_string(),
    })?;
    let lasts = TimeDelta::days(days.into());
    let issued = served.door.issue(&person, name, acts, lasts).await?;
    print(&format!("{}\n", issued.key)).map_err(|source| Unissued::Unprinted {
        login: person.login.to_string(),
        id: issued.id,
        source,
    })?;
    Ok(())
}

async fn list(served: &Served, login: &str) -> Result<(), Failure> {
    let person = people::whose(served, login)?;
    for key in served.door.keys(person.id).await? {
        let acts = match (key.hazard, key.acts) {
            (Some(hazard), _) => format!("link to hazard {hazard}"),
            (None, Some(acts)) => acts.join(","),
            (None, None) => "device".to_owned(),
        };
        let used = key
            .used_at
            .map_or_else(|| "never used".to_owned(), |at| format!("used {at:.0?}"));
        print(&format!(
            "{}  {}  {acts}  until {}  {used}\n",
            key.id,
            key.name,
            key.expires_at.date_naive()
        ))?;
    }
    Ok(())
}

async fn end(served: &Served, login: String, id: Uuid) -> Result<(), Failure> {
    let person = people::whose(served, &login)?;
    let by = operator(&served.office.ledger.county());
    if served.door.end_key(&by, person.id, id).await? {
        print(&format!("the key {id} of {login} has ended\n"))?;
        return Ok(());
    }
    Err(Unissued::NoKey { login, id }.into())
}
