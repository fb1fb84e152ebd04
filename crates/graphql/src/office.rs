//! The county at work: its ledger, its readers, and who asks.

use crate::act::{act_mutations, cites_files};
use crate::as_of::county_of;
use crate::attendant::{Attendant, Demand, admit, attendant};
use crate::error::{ErrorCode, coded, fault, unauthenticated};
use crate::limits::{REPLAYED, Replays};
use crate::session::Token;
use crate::together::Load;
use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::{Context, Request, Result};
use chrono::NaiveDate;
use std::any::TypeId;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use xiaohao_core::directory::Directory;
use xiaohao_core::values::{Digest, HazardId};
use xiaohao_core::{Actor, County, county_day};
use xiaohao_ledger::read::{AsOf, LineHead, Reader};
use xiaohao_ledger::{Clock, Ledger, Line, Notary, Position, Scope, Through};

/// What the API works on.
#[derive(Clone)]
pub struct Office {
    /// The ledger of the county: the only way in which anything is written.
    pub ledger: Ledger,
    /// Signs and proves what is recorded, where there is a key.
    pub notary: Option<Arc<dyn Notary>>,
    /// The views for readers.
    pub reader: Arc<dyn Reader>,
    /// Tells the time.
    pub clock: Clock,
}

/// Whoever is let in, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// The person, in one of his posts.
    pub actor: Actor,
    /// By what.
    pub by: By,
    /// The mutations by which he may act; none where he may act as his post allows.
    pub acts: Option<Vec<String>>,
}

/// By what somebody was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By himself: by what he knows.
    Person,
    /// By the key of his device.
    Device,
    /// By the key of a program.
    Service,
    /// By a link, for the one hazard that it opens.
    Link(Through),
}

impl By {
    /// The link, where it is one.
    #[must_use]
    pub const fn through(self) -> Option<Through> {
        match self {
            Self::Link(through) => Some(through),
            Self::Person | Self::Device | Self::Service => None,
        }
    }
}

impl Admitted {
    /// What he may see.
    #[must_use]
    pub fn scope(&self, county: &County) -> Scope {
        Scope::of_whoever(&self.actor, self.by.through(), county)
    }

    /// Whether he may bring files: a program alone whose key is for an act that cites some.
    #[must_use]
    pub fn may_bring_files(&self) -> bool {
        let acts = self.acts.as_deref();
        acts.is_none_or(|acts| acts.iter().any(|act| cites_files(act)))
    }

    /// Somebody who was let in by himself.
    #[must_use]
    pub const fn in_person(actor: Actor) -> Self {
        Self {
            actor,
            by: By::Person,
            acts: None,
        }
    }
}

/// Who asks. It comes from his token, never from what he sends.
#[derive(Clone, Debug)]
struct Viewer {
    admitted: Admitted,
    scope: Scope,
}

impl Office {
    /// A request as this person sends it, with this token.
    #[must_use]
    pub fn asked_by(&self, actor: Actor, token: &str, request: Request) -> Request {
        self.asked_as(Admitted::in_person(actor), token, request)
    }

    /// A request as whoever was let in sends it.
    #[must_use]
    pub fn asked_as(&self, admitted: Admitted, token: &str, request: Request) -> Request {
        let scope = admitted.scope(&self.ledger.county());
        request
            .data(Viewer { admitted, scope })
            .data(Token(token.to_owned()))
    }

    /// A request with what loads for whoever asks it, and where its loads wait.
    pub(crate) fn loading(&self, request: Request, begin: &UnboundedSender<Load>) -> Request {
        let viewer = request.data.get(&TypeId::of::<Viewer>());
        let Some(Viewer { scope, .. }) = viewer.and_then(|viewer| viewer.downcast_ref()) else {
            return request;
        };
        let (scope, office) = (*scope, || self.clone());
        let histories = Histories {
            office: office(),
            scope,
        };
        let latest = Latest {
            office: office(),
            scope,
        };
        let received = Received {
            office: office(),
            scope,
        };
        let counties = Counties {
            office: office(),
            scope,
        };
        request
            .data(together(histories, begin))
            .data(together(latest, begin))
            .data(together(received, begin))
            .data(together(counties, begin))
            .data(Replays::default())
    }

    /// Who there is in the county now.
    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.ledger.county().directory)
    }

    /// Today in the county.
    pub(crate) fn today(&self) -> NaiveDate {
        county_day((self.clock)())
    }
}

/// Who asks, and what he is answered from.
pub(crate) struct Asked<'a> {
    pub(crate) office: &'a Office,
    pub(crate) actor: &'a Actor,
    pub(crate) by: By,
    pub(crate) scope: Scope,
    acts: Option<&'a [String]>,
    replays: Option<&'a Replays>,
    attendant: Option<&'a dyn Attendant>,
}

impl Asked<'_> {
    /// The same, as one is asked who sees the whole ledger: for what is told of a paper to each alike who reads it.
    pub(crate) fn of_the_ledger(self) -> Self {
        let scope = Scope::of_the_ledger(self.scope.county());
        Self { scope, ..self }
    }

    /// Goes on where this mutation may be sent.
    ///
    /// # Errors
    /// `KEY_LIMITED` where the key that opened the session lets nobody do that.
    pub(crate) fn may_send(&self, mutation: &str) -> Result<()> {
        // Which acts on its hazard can be done by a link, the core decides, and says why not.
        let is_by_link = self.by.through().is_some();
        if is_by_link && !act_mutations().any(|own| own == mutation) {
            return Err(by_link());
        }
        match self.acts {
            Some(acts) if !acts.iter().any(|own| own == mutation) => Err(limited()),
            Some(_) | None => Ok(()),
        }
    }

    /// Has the histories of the county replayed, which costs as much as what is found by it does at the least.
    ///
    /// # Errors
    /// As [`Replays::once_more`]; `TOO_MANY_REQUESTS` where whoever asks has none of that left.
    pub(crate) fn replays(&self) -> Result<()> {
        self.replays.map_or(Ok(()), Replays::once_more)?;
        admit(self.attendant, Demand::Answer(REPLAYED as u64))
    }

    /// Whether he is told of the people of the county beyond himself: a program is not.
    pub(crate) fn is_told_of_people(&self) -> bool {
        self.by != By::Service
    }

    /// Whether the ledger has come as far as somebody has read it.
    ///
    /// # Errors
    /// `LEDGER_SHORTER` where it has not: it never grows shorter, but for an old backup that was restored.
    pub(crate) async fn has_come_to(&self, place: Position) -> Result<()> {
        let last = self.office.reader.known_at(&self.scope, None);
        let last = last.await.map_err(fault)?;
        if place <= last {
            return Ok(());
        }
        let message = format!(
            "台账现在共有{last}条记录，没有第{place}条：可能恢复了旧备份，请停止同步，保留已读到的记录，联系系统管理员核对台账。"
        );
        Err(coded(ErrorCode::LedgerShorter, message))
    }
}

/// Who asks this.
///
/// # Errors
/// `UNAUTHENTICATED` where nobody has signed in.
pub(crate) fn asked<'a>(ctx: &'a Context<'_>) -> Result<Asked<'a>> {
    let viewer = ctx.data_opt::<Viewer>().ok_or_else(unauthenticated)?;
    Ok(Asked {
        office: ctx.data::<Office>()?,
        actor: &viewer.admitted.actor,
        by: viewer.admitted.by,
        scope: viewer.scope,
        acts: viewer.admitted.acts.as_deref(),
        replays: ctx.data_opt(),
        attendant: attendant(ctx),
    })
}

/// Who asks this, where he is a person.
///
/// # Errors
/// `UNAUTHENTICATED` where nobody has signed in, `KEY_LIMITED` where a program asks, or somebody through a link.
pub(crate) fn asked_in_person<'a>(ctx: &'a Context<'_>) -> Result<Asked<'a>> {
    let asked = asked(ctx)?;
    match asked.by {
        By::Person | By::Device => Ok(asked),
        By::Service => Err(limited()),
        By::Link(_) => Err(by_link()),
    }
}

/// Who asks this, where he is no program: a program reads what it reported, and what it must know to report.
///
/// # Errors
/// `UNAUTHENTICATED` where nobody has signed in, `KEY_LIMITED` where a program asks.
pub(crate) fn asked_by_no_program<'a>(ctx: &'a Context<'_>) -> Result<Asked<'a>> {
    let asked = asked(ctx)?;
    match asked.by {
        By::Person | By::Device | By::Link(_) => Ok(asked),
        By::Service => Err(limited()),
    }
}

/// Who asks this, where he is a person and has shown that he is: whoever has his tablet has the tablet and no more.
///
/// # Errors
/// As [`asked_in_person`], and `KEY_LIMITED` where a device asks.
pub(crate) fn asked_at_a_desk<'a>(ctx: &'a Context<'_>, what: &str) -> Result<Asked<'a>> {
    let asked = asked_in_person(ctx)?;
    if asked.by == By::Device {
        let message = format!(
            "{what}须以登录名和密码登录后办理，请在电脑上登录再试；设备丢失的，请联系县安委办审批人。"
        );
        return Err(coded(ErrorCode::KeyLimited, message));
    }
    Ok(asked)
}

/// Who asks this, where he is not there for one hazard alone.
///
/// # Errors
/// `UNAUTHENTICATED` where nobody has signed in, `KEY_LIMITED` where it is asked through a link.
pub(crate) fn asked_at_large<'a>(ctx: &'a Context<'_>) -> Result<Asked<'a>> {
    let asked = asked(ctx)?;
    match asked.by {
        By::Person | By::Device | By::Service => Ok(asked),
        By::Link(_) => Err(by_link()),
    }
}

fn by_link() -> async_graphql::Error {
    let message = "办理链接只能查看和办理所指的这条隐患，其他事项请以登录名和密码登录后办理；没有登录名的，请联系系统管理员。";
    coded(ErrorCode::KeyLimited, message)
}

fn limited() -> async_graphql::Error {
    let message = "登录所用的凭据不能办理这一事项，请以登录名和密码登录后办理；服务账号须增加事项的，请系统管理员重新发放凭据。";
    coded(ErrorCode::KeyLimited, message)
}

/// Loads at once what is asked for at the same moment.
fn together<K, L>(loader: L, begin: &UnboundedSender<Load>) -> DataLoader<L>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    L: Loader<K>,
{
    let begin = begin.clone();
    DataLoader::new(loader, move |load| begin.send(load)).delay(Duration::ZERO)
}

/// Loads the county as its ledger had it on a day.
pub(crate) struct Counties {
    office: Office,
    scope: Scope,
}

impl Loader<AsOf> for Counties {
    type Value = Arc<County>;
    type Error = async_graphql::Error;

    async fn load(&self, days: &[AsOf]) -> Result<HashMap<AsOf, Arc<County>>> {
        let mut counties = HashMap::new();
        for as_of in days {
            let reader = self.office.reader.as_ref();
            let county = county_of(&self.office, reader, &self.scope, *as_of).await;
            counties.insert(*as_of, county.map_err(fault)?);
        }
        Ok(counties)
    }
}

/// Loads the histories of hazards, all of a page at once; what a hazard is, and what was done to it, are both in there.
pub(crate) struct Histories {
    office: Office,
    scope: Scope,
}

impl Loader<HazardId> for Histories {
    type Value = Arc<Vec<Line>>;
    type Error = async_graphql::Error;

    async fn load(&self, ids: &[HazardId]) -> Result<HashMap<HazardId, Arc<Vec<Line>>>> {
        let told = self.office.reader.histories(&self.scope, ids).await;
        let shown = |lines: Vec<Line>| {
            lines
                .into_iter()
                .map(|line| self.scope.line(line))
                .collect()
        };
        let told = told.map_err(fault)?.into_iter();
        Ok(told
            .map(|(id, lines)| (id, Arc::new(shown(lines))))
            .collect())
    }
}

/// Looks which files have come, all that an answer tells of at once.
pub(crate) struct Received {
    office: Office,
    scope: Scope,
}

impl Loader<Digest> for Received {
    type Value = ();
    type Error = async_graphql::Error;

    async fn load(&self, files: &[Digest]) -> Result<HashMap<Digest, ()>> {
        let here = self.office.reader.received(&self.scope, files).await;
        let here = here.map_err(fault)?.into_iter();
        Ok(here.map(|file| (file, ())).collect())
    }
}

/// Loads the last lines of hazards, all of a page at once, without reading what they say.
pub(crate) struct Latest {
    office: Office,
    scope: Scope,
}

/// A hazard, and how many of its last lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LastOf {
    pub(crate) hazard: HazardId,
    pub(crate) most: u32,
}

impl Loader<LastOf> for Latest {
    type Value = Arc<Vec<LineHead>>;
    type Error = async_graphql::Error;

    async fn load(&self, asked: &[LastOf]) -> Result<HashMap<LastOf, Arc<Vec<LineHead>>>> {
        let mut by_length: HashMap<u32, Vec<HazardId>> = HashMap::new();
        for LastOf { hazard, most } in asked {
            by_length.entry(*most).or_default().push(*hazard);
        }
        let mut found = HashMap::new();
        for (most, ids) in by_length {
            let told = self.office.reader.last_lines(&self.scope, &ids, most).await;
            let told = told.map_err(fault)?.into_iter();
            found.extend(told.map(|(hazard, lines)| (LastOf { hazard, most }, Arc::new(lines))));
        }
        Ok(found)
    }
}
