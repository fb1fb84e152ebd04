//! `xiaohao post`: posts change hands by the hand of whoever runs the program, where nobody else may do it: the approver of the
//! office changes those of all others through the API, and nobody his own.

use super::{CountyArgs, Failure, opened, told};
use crate::clock;
use crate::entering;
use crate::people;
use crate::printed::print;
use crate::served::Served;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use std::collections::BTreeSet;
use std::path::Path;
use xiaohao_core::Role;
use xiaohao_core::directory::Login;
use xiaohao_core::posts::{Appoint, ChangePosts, EndPosts, HandOver, Newcomer, PostName};
use xiaohao_core::upkeep::UpkeepCommand;
use xiaohao_core::values::{Invalid, PersonId, PersonName, Reason};
use xiaohao_ledger::{Fault, Outcome, Refused};

/// What one does about posts.
#[derive(Subcommand)]
pub(super) enum PostCommand {
    /// Let somebody take a post from a day on (任职); with --name he is new in the directory.
    Appoint {
        /// His login.
        login: String,
        #[command(flatten)]
        post: PostArgs,
        /// First day, from today on.
        #[arg(long, value_name = "DATE", value_parser = day)]
        from: NaiveDate,
        /// Last day, where it is known already.
        #[arg(long, value_name = "DATE", value_parser = day)]
        until: Option<NaiveDate>,
        /// His name, as it is printed, where he is new.
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// That he is another person than somebody who is called the same, and how they are told apart; nobody is named in it.
        #[arg(long, value_name = "TEXT", requires = "name")]
        namesake: Option<String>,
        #[command(flatten)]
        why: WhyArgs,
    },
    /// End posts of somebody with a day (免职、离任): the one that is named, or all that he holds.
    End {
        /// His login.
        login: String,
        #[command(flatten)]
        post: AnyPostArgs,
        /// Last day; with that of yesterday he is out at once.
        #[arg(long, value_name = "DATE", value_parser = day)]
        last_on: NaiveDate,
        /// It is meant so where nobody holds a post then without which the county cannot work.
        #[arg(long)]
        leaves_vacant: bool,
        #[command(flatten)]
        why: WhyArgs,
    },
    /// Hand posts of one person over to another from a day on (交接): the one that is named, or all that he holds.
    HandOver {
        /// Login of whoever gives them up.
        from: String,
        /// Login of whoever takes them.
        to: String,
        #[command(flatten)]
        post: AnyPostArgs,
        /// First day of the other, from today on.
        #[arg(long, value_name = "DATE", value_parser = day)]
        on: NaiveDate,
        #[command(flatten)]
        why: WhyArgs,
    },
}

/// A day as it is said to a command.
fn day(said: &str) -> Result<NaiveDate, String> {
    let read = NaiveDate::parse_from_str(said, "%Y-%m-%d");
    read.map_err(|_| "a day is written as 2026-12-02, and there must be such a day".to_owned())
}

/// A post.
#[derive(Args)]
pub(super) struct PostArgs {
    /// Role, as in people.json: `OFFICE_CLERK`, `INSPECTOR` …
    #[arg(long, value_name = "ROLE")]
    role: String,
    /// Unit, by its code in county.json.
    #[arg(long, value_name = "CODE")]
    unit: String,
}

/// A post, or all.
#[derive(Args)]
pub(super) struct AnyPostArgs {
    /// Role of the post, as in people.json; all posts unless it is said.
    #[arg(long, value_name = "ROLE", requires = "unit")]
    role: Option<String>,
    /// Unit of the post, by its code in county.json.
    #[arg(long, value_name = "CODE", requires = "role")]
    unit: Option<String>,
}

/// Why, and where.
#[derive(Args)]
pub(super) struct WhyArgs {
    /// Why, with the document by which it was decided; nobody is named in it.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    county: CountyArgs,
}

/// Why no post has changed hands.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unchanged {
    #[error("there is no role {role}; there are {}", roles())]
    Role { role: String },
    #[error("there is no unit {unit} among the units of the county")]
    Unit { unit: String },
    #[error("{login} is no login")]
    Login { login: String, source: Invalid },
    #[error("the {what} cannot be recorded: {why}")]
    Text { what: &'static str, why: Invalid },
    #[error("it is not recorded: {}", .0.refusals)]
    Refused(Box<Refused>),
}

fn roles() -> String {
    let codes: Vec<_> = Role::ALL.iter().map(|role| role.code()).collect();
    codes.join(", ")
}

pub(super) fn run(config: Option<&Path>, command: PostCommand) -> Result<(), Failure> {
    match command {
        PostCommand::Appoint {
            login,
            post,
            from,
            until,
            name,
            namesake,
            why,
        } => told(config, why.county.flags(), async |settings| {
            let served = opened(&settings).await?;
            let (person, newcomer) = match name {
                None => (people::whose(&served, &login)?.id, None),
                Some(name) => newcomer(&login, &name, namesake.as_deref())?,
            };
            let says = ChangePosts::Appoint(Appoint {
                person,
                newcomer,
                post: named(&served, &post.role, &post.unit)?,
                from,
                until,
                reason: reason(&why.reason)?,
            });
            change(&served, says).await
        }),
        PostCommand::End {
            login,
            post,
            last_on,
            leaves_vacant,
            why,
        } => told(config, why.county.flags(), async |settings| {
            let served = opened(&settings).await?;
            let says = ChangePosts::End(EndPosts {
                person: people::whose(&served, &login)?.id,
                posts: post.named(&served)?,
                last_on,
                leaves_vacant,
                reason: reason(&why.reason)?,
            });
            change(&served, says).await
        }),
        PostCommand::HandOver {
            from,
            to,
            post,
            on,
            why,
        } => told(config, why.county.flags(), async |settings| {
            let served = opened(&settings).await?;
            let says = ChangePosts::HandOver(HandOver {
                from: people::whose(&served, &from)?.id,
                to: people::whose(&served, &to)?.id,
                posts: post.named(&served)?,
                on,
                reason: reason(&why.reason)?,
            });
            change(&served, says).await
        }),
    }
}

impl AnyPostArgs {
    /// The post that is named; none means all.
    fn named(&self, served: &Served) -> Result<BTreeSet<PostName>, Unchanged> {
        match (&self.role, &self.unit) {
            (Some(role), Some(unit)) => Ok(BTreeSet::from([named(served, role, unit)?])),
            (_, _) => Ok(BTreeSet::new()),
        }
    }
}

fn named(served: &Served, role: &str, unit: &str) -> Result<PostName, Unchanged> {
    let of_role = Role::ALL.iter().find(|known| known.code() == role);
    let no_role = || Unchanged::Role {
        role: role.to_owned(),
    };
    let directory = served.office.directory();
    let of_unit = directory
        .units()
        .iter()
        .find(|one| one.code.as_str() == unit);
    let no_unit = || Unchanged::Unit {
        unit: unit.to_owned(),
    };
    Ok(PostName {
        role: *of_role.ok_or_else(no_role)?,
        unit: of_unit.ok_or_else(no_unit)?.id,
    })
}

fn newcomer(
    login: &str,
    name: &str,
    namesake: Option<&str>,
) -> Result<(PersonId, Option<Newcomer>), Failure> {
    let id = PersonId::new(clock::new_id()).map_err(Fault::internal)?;
    let login = Login::parse(login).map_err(|source| Unchanged::Login {
        login: login.to_owned(),
        source,
    })?;
    let name = PersonName::new(name).map_err(|why| Unchanged::Text { what: "name", why })?;
    let namesake = namesake.map(|text| written("note on the name", text));
    let new = Newcomer {
        login,
        name,
        namesake: namesake.transpose()?,
    };
    Ok((id, Some(new)))
}

fn reason(text: &str) -> Result<Reason, Unchanged> {
    written("reason", text)
}

fn written(what: &'static str, text: &str) -> Result<Reason, Unchanged> {
    Reason::new(text).map_err(|why| Unchanged::Text { what, why })
}

async fn change(served: &Served, says: ChangePosts) -> Result<(), Failure> {
    let command = UpkeepCommand::ChangePosts(Box::new(says));
    match entering::by_operator(&served.office.ledger, command).await? {
        Outcome::Done { answer, .. } => {
            let line = answer.lines.first().map(|line| line.position);
            let line = line.unwrap_or_default();
            print(&format!(
                "recorded in line {line}; a running server goes on with it at the next request\n"
            ))?;
            Ok(())
        }
        Outcome::Refused(refused) => Err(Unchanged::Refused(refused).into()),
    }
}
