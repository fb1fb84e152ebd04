//! 岗位变动: 任职, 免职（离任） and 交接. By them posts change hands, each with its day and its reason.
//!
//! One mechanism for the three: some posts end, some begin, and the person who takes one may be new. What was signed in a post
//! stays with who signed it, because an entry names the person; duties are separated by person, so whoever takes a post over is
//! bound by nothing that was done in it, and whoever gave it up stays bound in every other.

use crate::actor::Role;
use crate::context::Context;
use crate::county_data::{CountyData, POSTS_THAT_MUST_BE_HELD};
use crate::directory::{BrokenDirectory, Directory, DirectoryParts, Login, Person, Post};
use crate::refusal::{Refusal, Refusals};
use crate::values::vocabulary::vocabulary;
use crate::values::{PersonId, PersonName, Reason, UnitId, likeness};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

vocabulary! {
    /// How posts change hands.
    PostsChange "岗位变动方式" {
        /// Somebody takes a post.
        Appointment "APPOINTMENT" "任职",
        /// Somebody's posts end.
        Ending "ENDING" "免职（离任）",
        /// Posts go from one person to another.
        Handover "HANDOVER" "交接",
    }
}

/// Which post: a role in a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostName {
    /// The role.
    pub role: Role,
    /// The unit.
    pub unit: UnitId,
}

/// Somebody who has not been in the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newcomer {
    /// 登录名.
    pub login: Login,
    /// His name, as it is printed.
    pub name: PersonName,
    /// 同名说明: that he is another person than somebody who is called the same, or looks as if he were, and how they are told
    /// apart. Nobody is named in it.
    pub namesake: Option<Reason>,
}

/// 任职: somebody takes a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Appoint {
    /// Who; the id of a newcomer is new.
    pub person: PersonId,
    /// What he is called, where he is new.
    pub newcomer: Option<Newcomer>,
    /// The post.
    pub post: PostName,
    /// 任职日期: the first day.
    pub from: NaiveDate,
    /// The last day, where it is known already.
    pub until: Option<NaiveDate>,
    /// 依据的文件和理由.
    pub reason: Reason,
}

/// 免职（离任）: posts of somebody end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EndPosts {
    /// Whose.
    pub person: PersonId,
    /// Which; where none is named, all that he holds on that day or today, or, where he holds none, all that begin later. What begins
    /// only after that day is taken back, and was never held.
    pub posts: BTreeSet<PostName>,
    /// 离任日期: the last day.
    pub last_on: NaiveDate,
    /// Whether it is meant so that nobody holds a post then without which the county cannot work.
    pub leaves_vacant: bool,
    /// 依据的文件和理由.
    pub reason: Reason,
}

/// 交接: posts of one person go to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HandOver {
    /// Whose.
    pub from: PersonId,
    /// To whom.
    pub to: PersonId,
    /// Which; all that he holds on the day before, where none is named.
    pub posts: BTreeSet<PostName>,
    /// 交接日期: the first day of the other, and the day after the last of the one.
    pub on: NaiveDate,
    /// 依据的文件和理由.
    pub reason: Reason,
}

/// What is to become of posts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "says", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ChangePosts {
    /// 任职.
    Appoint(Appoint),
    /// 免职（离任）.
    End(EndPosts),
    /// 交接.
    HandOver(HandOver),
}

/// A post that ends; one that would have begun only after that day is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostEnded {
    /// Whose.
    pub person: PersonId,
    /// The role.
    pub role: Role,
    /// The unit.
    pub unit: UnitId,
    /// The last day.
    pub until: NaiveDate,
}

/// A post that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostBegun {
    /// Whose.
    pub person: PersonId,
    /// The role.
    pub role: Role,
    /// The unit.
    pub unit: UnitId,
    /// The first day.
    pub from: NaiveDate,
    /// The last day, where it is known already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// 岗位已变动: what ended and what began, each post by itself, and why. Nobody is named in the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostsChanged {
    /// How.
    pub change: PostsChange,
    /// Who is in the directory from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<Person>,
    /// 同名说明: that who is new is another person than somebody who is called the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namesake: Option<Reason>,
    /// What ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<PostEnded>,
    /// What began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub begun: Vec<PostBegun>,
    /// Whether it was said that nobody holds a post then without which the county cannot work.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub leaves_vacant: bool,
    /// Why.
    pub reason: Reason,
}

impl PostsChanged {
    /// Whether a post of this person ended or began with it.
    #[must_use]
    pub fn concerns(&self, person: PersonId) -> bool {
        let mut ended = self.ended.iter().map(|one| one.person);
        let mut begun = self.begun.iter().map(|one| one.person);
        ended.any(|one| one == person) || begun.any(|one| one == person)
    }

    /// The data of the county after it.
    ///
    /// # Errors
    /// [`BrokenDirectory`] where it does not fit into the directory.
    pub fn applied(&self, to: &CountyData) -> Result<CountyData, BrokenDirectory> {
        let mut parts = DirectoryParts::from(to.directory.clone());
        parts.people.extend(self.joined.clone());
        for person in &mut parts.people {
            for ended in self.ended.iter().filter(|one| one.person == person.id) {
                let named = PostName::of_ended(ended);
                let held = |post: &Post| named.is(post) && post.is_held(ended.until);
                if !person.posts.iter().any(held) {
                    person
                        .posts
                        .retain(|post| !named.is(post) || !begins_after(post, ended.until));
                }
                for post in person.posts.iter_mut().filter(|post| held(post)) {
                    post.until = Some(ended.until);
                }
            }
            let begun = self.begun.iter().filter(|one| one.person == person.id);
            person.posts.extend(begun.map(|begun| Post {
                role: begun.role,
                unit: begun.unit,
                from: Some(begun.from),
                until: begun.until,
            }));
        }
        Ok(CountyData {
            directory: Directory::new(parts)?,
            ..to.clone()
        })
    }
}

fn begins_after(post: &Post, day: NaiveDate) -> bool {
    post.from.is_some_and(|from| day < from)
}

impl PostName {
    fn of(post: &Post) -> Self {
        let Post { role, unit, .. } = *post;
        Self { role, unit }
    }

    fn of_ended(ended: &PostEnded) -> Self {
        let (role, unit) = (ended.role, ended.unit);
        Self { role, unit }
    }

    /// Whether it is this one.
    fn is(self, post: &Post) -> bool {
        self.role == post.role && self.unit == post.unit
    }
}

/// Whether posts change hands so: on days that are still to come, of people and units that are there, each post held once, and
/// nobody by his own hand.
pub(crate) fn posts_changed(
    data: Option<&CountyData>,
    says: ChangePosts,
    ctx: &Context<'_>,
    mut no: Refusals,
) -> Result<PostsChanged, Refusals> {
    let Some(data) = data else {
        no.add(Refusal::CountyDataMissing);
        return Err(no);
    };
    let desk = Desk { data, ctx };
    let changed = match says {
        ChangePosts::Appoint(says) => desk.appointed(says, &mut no),
        ChangePosts::End(says) => desk.ended(says, &mut no),
        ChangePosts::HandOver(says) => desk.handed_over(says, &mut no),
    };
    no.or(|| Ok(changed))
}

struct Desk<'d> {
    data: &'d CountyData,
    ctx: &'d Context<'d>,
}

impl Desk<'_> {
    fn appointed(&self, says: Appoint, no: &mut Refusals) -> PostsChanged {
        let Appoint {
            person,
            newcomer,
            post,
            from,
            until,
            reason,
        } = says;
        self.is_anothers(person, no);
        is_not_past(from, self.ctx.today(), no);
        no.when(until.is_some_and(|until| until < from), || {
            Refusal::PostBackwards
        });
        self.gives_a_right(post, no);
        match &newcomer {
            None => self.is_free(person, post, from, until, no),
            Some(new) => {
                let mut people = self.data.directory.people().iter();
                let is_taken = people.any(|one| one.login == new.login || one.id == person);
                no.when(is_taken || person == PersonId::OPERATOR, || {
                    Refusal::PersonThereAlready
                });
                no.when(
                    new.namesake.is_none() && self.bears_a_name(&new.name),
                    || Refusal::PersonNamesake,
                );
            }
        }
        let (joined, namesake) = newcomer.map_or((None, None), |new| {
            let joined = Person {
                id: person,
                login: new.login,
                name: new.name,
                posts: Vec::new(),
            };
            (Some(joined), new.namesake)
        });
        let PostName { role, unit } = post;
        PostsChanged {
            change: PostsChange::Appointment,
            joined,
            namesake,
            ended: Vec::new(),
            begun: vec![PostBegun {
                person,
                role,
                unit,
                from,
                until,
            }],
            leaves_vacant: false,
            reason,
        }
    }

    fn ended(&self, says: EndPosts, no: &mut Refusals) -> PostsChanged {
        let EndPosts {
            person,
            posts,
            last_on,
            leaves_vacant,
            reason,
        } = says;
        self.is_anothers(person, no);
        // What he did today he did in his post, and the order of the entries says so; from now on he is out.
        let yesterday = self.ctx.today().pred_opt();
        is_not_past(last_on, yesterday.unwrap_or(last_on), no);
        let ended = self.of(person, posts, last_on, true, no);
        let mut changed = PostsChanged {
            change: PostsChange::Ending,
            joined: None,
            namesake: None,
            ended,
            begun: Vec::new(),
            leaves_vacant: false,
            reason,
        };
        if let Some(vacant) = self.vacant(&changed) {
            changed.leaves_vacant = true;
            no.when(!leaves_vacant, || Refusal::PostLeftVacant {
                post: vacant.name(),
            });
        }
        changed
    }

    fn handed_over(&self, says: HandOver, no: &mut Refusals) -> PostsChanged {
        let HandOver {
            from,
            to,
            posts,
            on,
            reason,
        } = says;
        self.is_anothers(from, no);
        self.is_anothers(to, no);
        is_not_past(on, self.ctx.today(), no);
        let ended = self.of(from, posts, on.pred_opt().unwrap_or(on), false, no);
        let begun: Vec<PostBegun> = ended
            .iter()
            .map(|ended| PostBegun {
                person: to,
                role: ended.role,
                unit: ended.unit,
                from: on,
                until: None,
            })
            .collect();
        for one in &begun {
            let (role, unit) = (one.role, one.unit);
            self.is_free(to, PostName { role, unit }, on, None, no);
        }
        PostsChanged {
            change: PostsChange::Handover,
            joined: None,
            namesake: None,
            ended,
            begun,
            leaves_vacant: false,
            reason,
        }
    }

    /// Nobody gives himself a right, nor takes one from himself so that another must bear it.
    fn is_anothers(&self, person: PersonId, no: &mut Refusals) {
        no.when(person == self.ctx.actor.person, || Refusal::OwnPosts);
    }

    /// Whether somebody is called so, or looks as if he were.
    fn bears_a_name(&self, name: &PersonName) -> bool {
        let look = likeness(name.as_str());
        let mut people = self.data.directory.people().iter();
        people.any(|one| likeness(one.name.as_str()) == look)
    }

    /// The unit is there, and whoever holds the post may do something in it.
    fn gives_a_right(&self, post: PostName, no: &mut Refusals) {
        let PostName { role, unit } = post;
        no.when(self.data.directory.unit(unit).is_none(), || {
            Refusal::PostUnitUnknown
        });
        let of_nobody = matches!(role, Role::Operator | Role::Public);
        let elsewhere = self.data.bodies().is_seat(role, unit) == Some(false);
        no.when(of_nobody || elsewhere, || Refusal::PostWithoutRight {
            role: role.name(),
        });
    }

    /// Somebody who is there does not hold the post on any of these days.
    fn is_free(
        &self,
        person: PersonId,
        post: PostName,
        from: NaiveDate,
        until: Option<NaiveDate>,
        no: &mut Refusals,
    ) {
        let Some(person) = self.data.directory.person(person) else {
            no.add(Refusal::PersonUnknown);
            return;
        };
        let last = until.unwrap_or(NaiveDate::MAX);
        let mut own = person.posts.iter().filter(|own| post.is(own));
        no.when(own.any(|own| own.is_held_within(from, last)), || {
            Refusal::PostHeldAlready {
                role: post.role.name(),
            }
        });
    }

    /// The posts of somebody that end with this day: those that are named, or all that he holds on it. Where what has not begun by then
    /// is meant too, it is what is named, what has begun by today, so that he is out at once, or all of it where he holds nothing.
    fn of(
        &self,
        person: PersonId,
        named: BTreeSet<PostName>,
        until: NaiveDate,
        or_not_begun: bool,
        no: &mut Refusals,
    ) -> Vec<PostEnded> {
        let Some(whose) = self.data.directory.person(person) else {
            no.add(Refusal::PersonUnknown);
            return Vec::new();
        };
        let held: BTreeSet<PostName> = whose.posts_on(until).map(PostName::of).collect();
        let later = whose.posts.iter().filter(|post| begins_after(post, until));
        let later: Vec<&Post> = later.filter(|_| or_not_begun).collect();
        let today = self.ctx.today();
        let in_force = later.iter().filter(|post| !begins_after(post, today));
        let mut all = held.clone();
        all.extend(in_force.map(|post| PostName::of(post)));
        let later: BTreeSet<PostName> = later.into_iter().map(PostName::of).collect();
        if all.is_empty() {
            all.clone_from(&later);
        }
        let is_theirs = |post| held.contains(post) || later.contains(post);
        no.when(all.is_empty() || !named.iter().all(is_theirs), || {
            Refusal::PostNotTheirs { on: until }
        });
        let ended = if named.is_empty() { all } else { named };
        ended
            .into_iter()
            .map(|PostName { role, unit }| PostEnded {
                person,
                role,
                unit,
                until,
            })
            .collect()
    }

    /// A role without which the county cannot work, and which nobody has from the day after.
    fn vacant(&self, changed: &PostsChanged) -> Option<Role> {
        let after = changed.applied(self.data).ok()?;
        let is_vacant = |ended: &&PostEnded| {
            let needed = POSTS_THAT_MUST_BE_HELD
                .iter()
                .any(|(role, of, _)| *role == ended.role && of.unit(self.data) == ended.unit);
            let next = ended.until.succ_opt().unwrap_or(ended.until);
            let mut people = after.directory.people().iter();
            let named = PostName::of_ended(ended);
            needed && !people.any(|person| person.posts_on(next).any(|post| named.is(post)))
        };
        changed.ended.iter().find(is_vacant).map(|ended| ended.role)
    }
}

/// A right is never given or taken backwards.
fn is_not_past(day: NaiveDate, earliest: NaiveDate, no: &mut Refusals) {
    no.when(day < earliest, || Refusal::PostInThePast { earliest });
}
