//! What happens, as it happens: lines of the ledger, each once and in order, from where a client stopped.
//!
//! A subscription reads the ledger on whenever it has grown; nothing is carried beside it that could be lost or differ.

use crate::error::{bad_input, fault};
use crate::hazard::{FilterInput, LedgerEntry, gone, row};
use crate::office::{Office, asked};
use crate::session::{Door, Token, still_in};
use async_graphql::{Context, ID, Result, Subscription};
use chrono::NaiveDate;
use futures_util::Stream;
use futures_util::stream::try_unfold;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use xiaohao_core::values::HazardId;
use xiaohao_core::{Hazard, evolve};
use xiaohao_ledger::read::{AsOf, HazardFilter, HazardKey};
use xiaohao_ledger::row::HazardRow;
use xiaohao_ledger::{Fault, Line, Position, Scope, Subject};

/// Subscriptions.
#[derive(Default)]
pub(crate) struct Live;

/// 订阅。What happens, as it happens.
#[Subscription(name = "Subscription")]
impl Live {
    /// 台账新增的记录，按位置逐条推送，不重不漏；只推送当前登录人可以查看的，后来才可以查看的隐患不补推此前的记录。断线后以最后收到的
    /// position 续订。
    ///
    /// The ledger as it grows: each line that the viewer may see then, once, in order; of what he comes to see later, earlier lines are not told. After a break one goes on from the position of the last line. It ends
    /// with `SESSION_OVER` when the token is over; sign in or renew, and go on.
    async fn ledger_appended(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "从这个位置之后开始；不填的从现在开始。From now on by default.")]
        after: Option<u64>,
    ) -> Result<impl Stream<Item = Result<LedgerEntry>> + use<>> {
        let watcher = Watcher::of(ctx, after).await?;
        Ok(watcher.lines(Which::All))
    }

    /// 隐患有了新的记录：某一处，或者办理后符合筛选条件的各处；都不填的为全部可以查看的。指明的隐患没有或者无权查看的，即时报错（`NOT_FOUND`）。
    ///
    /// Something was done to a hazard: to one, or to any that passes a filter once it was done. Where there is no such hazard, or
    /// none for this viewer, it ends at once with `NOT_FOUND`.
    async fn hazard_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "某一处隐患的标识。The id of one hazard.")] hazard_id: Option<ID>,
        #[graphql(
            desc = "筛选条件，以办理后的情况为准。Conditions that the hazard must meet once the act is done."
        )]
        filter: Option<FilterInput>,
        #[graphql(
            desc = "从这个位置之后开始；不填的从现在开始。From which place in the ledger on; from now on by default."
        )]
        after: Option<u64>,
    ) -> Result<impl Stream<Item = Result<LedgerEntry>> + use<>> {
        let id = hazard_id.map(|id| HazardId::parse(&id)).transpose();
        let id = id.map_err(|invalid| bad_input(["hazardId"], invalid))?;
        let watcher = Watcher::of(ctx, after).await?;
        let today = watcher.office.today();
        let filter = filter.map(|filter| filter.read(today)).transpose()?;
        if let Some(id) = id {
            let shown = row(ctx, &asked(ctx)?, HazardKey::Id(id)).await?;
            shown.ok_or_else(gone)?;
        }
        Ok(watcher.lines(Which::Hazards(id, filter.map(Box::new))))
    }
}

/// Which lines are told.
enum Which {
    All,
    Hazards(Option<HazardId>, Option<Box<HazardFilter>>),
}

/// Lines that are read at once.
const AT_ONCE: u32 = 100;

/// How many hazards a subscriber's reading goes on with, before their histories are read anew.
const REMEMBERED: usize = 100;

/// How long one waits at most before looking whether the ledger has grown: another process may have written, and the token
/// may be over.
const TICK: Duration = Duration::from_secs(5);

/// What a subscriber is told whose token is over.
const OVER: &str = "登录已经过期，请续期或者重新登录后继续订阅。";

/// Reads the ledger on, for one viewer.
struct Watcher {
    office: Office,
    scope: Scope,
    door: Arc<dyn Door>,
    token: Option<Token>,
    grown: watch::Receiver<Position>,
    read_to: Position,
    ready: VecDeque<Line>,
    /// Hazards as they were after the last line of theirs that was told or passed over.
    stood: BTreeMap<HazardId, (Position, Hazard)>,
}

impl Watcher {
    async fn of(ctx: &Context<'_>, after: Option<u64>) -> Result<Self> {
        let asked = asked(ctx)?;
        let (office, scope) = (asked.office.clone(), asked.scope);
        // Before the place is read, so that nothing falls between the two.
        let grown = office.ledger.last_written();
        let read_to = match after {
            Some(after) => {
                asked.has_come_to(Position::new(after)).await?;
                Position::new(after)
            }
            None => office.reader.known_at(&scope, None).await.map_err(fault)?,
        };
        Ok(Self {
            office,
            scope,
            door: Arc::clone(ctx.data::<Arc<dyn Door>>()?),
            token: ctx.data_opt::<Token>().cloned(),
            grown,
            read_to,
            ready: VecDeque::new(),
            stood: BTreeMap::new(),
        })
    }

    fn lines(self, which: Which) -> impl Stream<Item = Result<LedgerEntry>> {
        try_unfold((self, which), async |(mut watcher, which)| {
            loop {
                let line = watcher.next().await?;
                if watcher.tells(&which, &line).await? {
                    return Ok(Some((LedgerEntry::of(&line), (watcher, which))));
                }
            }
        })
    }

    /// The next line that the viewer may see; waits for one.
    async fn next(&mut self) -> Result<Line> {
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Ok(line);
            }
            self.grown.mark_unchanged();
            still_in(self.door.as_ref(), self.token.as_ref(), OVER).await?;
            let reader = &self.office.reader;
            let read = reader.lines_after(&self.scope, self.read_to, AT_ONCE).await;
            let (lines, read_to) = read.map_err(fault)?;
            let stood_still = read_to == self.read_to;
            self.read_to = read_to;
            self.ready.extend(lines);
            if stood_still {
                // Whether it has grown or the time is up, one looks again; a ledger that has closed is found out there.
                drop(tokio::time::timeout(TICK, self.grown.changed()).await);
            }
        }
    }

    async fn tells(&mut self, which: &Which, line: &Line) -> Result<bool> {
        let Which::Hazards(wanted, filter) = which else {
            return Ok(true);
        };
        let Subject::Hazard(id) = line.record.subject() else {
            return Ok(false);
        };
        if wanted.is_some_and(|wanted| wanted != id) {
            return Ok(false);
        }
        let Some(filter) = filter else {
            return Ok(true);
        };
        let stood = self.after(id, line).await.map_err(fault)?;
        let filter = filter.on(self.office.today());
        Ok(stood.is_some_and(|row| filter.passes(&row)))
    }

    /// A hazard as it was after this very line, whatever has been done to it since. Its history is read once: the next lines of it follow on
    /// what they come to.
    async fn after(&mut self, id: HazardId, line: &Line) -> Result<Option<HazardRow>, Fault> {
        let entry = line.record.hazard();
        let stood = match (self.stood.remove(&id), entry) {
            (Some((opened, hazard)), Some(entry)) if entry.seq == hazard.version() + 1 => {
                let next = evolve(Some(hazard), entry).map_err(Fault::internal)?;
                Some((opened, next))
            }
            _ => {
                let told = self.office.reader.histories(&self.scope, &[id]).await;
                let lines = told?.remove(&id).unwrap_or_default();
                let then = AsOf {
                    valid_on: NaiveDate::MAX,
                    known: line.position,
                };
                then.hazard(&lines)?
            }
        };
        let row = stood
            .as_ref()
            .map(|(opened, hazard)| HazardRow::of(hazard, *opened));
        if let Some(stood) = stood {
            if self.stood.len() >= REMEMBERED {
                self.stood.clear();
            }
            self.stood.insert(id, stood);
        }
        Ok(row)
    }
}
