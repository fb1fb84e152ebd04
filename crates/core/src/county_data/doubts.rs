//! What may be meant so in the data of a county and keeps it from working: it is noted, and refused to nobody.

use super::{CountyData, POSTS_THAT_MUST_BE_HELD};
use crate::actor::Role;
use crate::calendar::{Calendar, CalendarYear};
use crate::directory::{Person, Post, UnitKind};
use crate::values::UnitId;
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

impl CountyData {
    /// What may be meant so and keeps the county from working on this day: rights that nobody has, posts that give none, and days
    /// that cannot be computed.
    #[must_use]
    pub fn doubts(&self, on: NaiveDate) -> Vec<String> {
        let mut doubts = Vec::new();
        if self.directory.committees().is_empty() {
            doubts.push("there is no committee, without which no hazard is listed".to_owned());
        }
        if self.directory.townships().is_empty() {
            doubts.push("there is no township, without which no hazard is reported".to_owned());
        }
        doubts.extend(self.days_unknown(on));
        doubts.extend(self.posts_that_nobody_holds(on));
        doubts.extend(self.posts_without_right(on));
        doubts.extend(self.townships_without_anybody(on));
        doubts.extend(self.people_without_post(on));
        doubts.extend(self.namesakes());
        doubts
    }

    /// What is to be done once these data have taken the place of others.
    #[must_use]
    pub fn doubts_since(&self, before: &Self) -> Vec<String> {
        let (own, former) = (&self.directory, &before.directory);
        let mut doubts = Vec::new();
        if own.townships() != former.townships() {
            doubts.push("the townships have changed, and whom a hazard concerns depends on them: run `xiaohao rebuild` now".to_owned());
        }
        for person in own.people() {
            let known = former.person(person.id).map(|known| &known.login);
            if let Some(known) = known.filter(|known| **known != person.login) {
                let login = &person.login;
                doubts.push(format!(
                    "{login} was called {known}, and whoever has a password signs in by the former login until he is given another one: run `xiaohao user password {login}`"
                ));
            }
        }
        doubts
    }

    /// The first year without days that is needed on this day, or soon.
    fn days_unknown(&self, on: NaiveDate) -> Option<String> {
        let years = self.calendar.iter();
        let years = years.filter_map(|year| CalendarYear::deserialize(year).ok());
        let calendar = Calendar::new(years).ok()?;
        if !calendar.ends_soon(on) {
            return None;
        }
        Some(match calendar.reaches(on) {
            None => format!(
                "the calendar has nothing for {}: what is counted in working days of this year has no last day",
                on.year()
            ),
            Some(last) => format!(
                "the calendar ends with {last}: what is counted in working days beyond it has no last day; put the days of {} \
                 into calendar.json as soon as they are published",
                last.year() + 1
            ),
        })
    }

    /// The posts that are held on this day or will be.
    fn posts_from(&self, on: NaiveDate) -> impl Iterator<Item = (&Person, &Post)> {
        self.posts()
            .filter(move |(_, post)| post.is_held_within(on, NaiveDate::MAX))
    }

    fn unit_name(&self, unit: UnitId) -> &str {
        self.directory
            .unit(unit)
            .map_or("", |unit| unit.name.as_str())
    }

    fn posts_that_nobody_holds(&self, on: NaiveDate) -> Vec<String> {
        let mut doubts = Vec::new();
        for (role, body, does) in POSTS_THAT_MUST_BE_HELD {
            let (role, unit) = (*role, body.unit(self));
            let code = role.code();
            let held = self.posts_from(on).filter(|(_, post)| post.role == role);
            let (here, elsewhere): (Vec<_>, Vec<_>) = held.partition(|(_, post)| post.unit == unit);
            if here.is_empty() {
                let name = self.unit_name(unit);
                doubts.push(format!("nobody is {code} of {name}, who {does}"));
            }
            doubts.extend(elsewhere.into_iter().map(|(person, post)| {
                let (login, unit) = (&person.login, self.unit_name(post.unit));
                format!("{login} is {code} of {unit}, where that gives no right")
            }));
        }
        doubts
    }

    fn posts_without_right(&self, on: NaiveDate) -> impl Iterator<Item = String> {
        self.posts_from(on).filter_map(|(person, post)| {
            let (login, code, unit) = (&person.login, post.role.code(), self.unit_name(post.unit));
            let kind = self.directory.unit(post.unit).map(|unit| unit.kind);
            if post.role == Role::Auditor
                && self.bodies().is_seat(post.role, post.unit) == Some(false)
            {
                let why = "from where not everything is read";
                Some(format!("{login} is {code} of {unit}, {why}"))
            } else if post.role == Role::Township && kind != Some(UnitKind::Township) {
                let why = "which is no township: that gives no right";
                Some(format!("{login} is {code} of {unit}, {why}"))
            } else if matches!(post.role, Role::Operator | Role::Public) {
                let why = "which gives no right to whoever signs in";
                Some(format!("{login} is {code}, {why}"))
            } else {
                None
            }
        })
    }

    fn townships_without_anybody(&self, on: NaiveDate) -> Option<String> {
        let townships = self.directory.townships().values();
        let empty = townships.filter(|unit| {
            let mut posts = self.posts_from(on);
            !posts.any(|(_, post)| post.unit == **unit)
        });
        let names: Vec<_> = empty.map(|unit| self.unit_name(*unit)).collect();
        (!names.is_empty()).then(|| {
            format!(
                "nobody has a post in {}: who acts for a township there must have one",
                names.join(", ")
            )
        })
    }

    fn people_without_post(&self, on: NaiveDate) -> Vec<String> {
        let people = self.directory.people();
        let none = people.iter().filter(|person| person.posts.is_empty());
        let mut doubts: Vec<_> = none
            .map(|person| format!("{} has no post, and cannot sign in", person.login))
            .collect();
        if self.posts().next().is_some() && self.posts_from(on).next().is_none() {
            doubts.push("the posts of everybody are over: nobody can sign in".to_owned());
        }
        doubts
    }
}
