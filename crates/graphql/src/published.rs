//! What the public is shown, where the county has switched that on: of a hazard that a circular or an exposure has named, where it
//! stands, and what proves that it was struck off. No place, no unit and nobody's name.

use crate::error::{ErrorCode, bad_input, coded, fault};
use crate::input::Date;
use crate::office::Office;
use crate::reference::StageOrOff;
use crate::vocabulary::Word;
use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::NaiveDate;
use xiaohao_core::values::HazardNumber;
use xiaohao_core::{Event, Status};
use xiaohao_ledger::read::HazardKey;
use xiaohao_ledger::row::HazardRow;
use xiaohao_ledger::{Line, Names, Record, Scope};

/// That the public is shown what is published, as data of a request.
#[derive(Clone, Copy, Debug)]
pub struct PublicView;

/// Queries of the public.
#[derive(Default)]
pub(crate) struct PublishedQuery;

#[Object]
impl PublishedQuery {
    /// 公开查询：已经通报或者公开曝光的隐患现在怎么样了，不必登录，不含个人信息、单位和地点。没有这个编号或者没有公开的为空；本县没有开放公开查询的不予答复。
    ///
    /// For the public, without signing in: where a hazard stands that a circular or a public exposure has named. No personal data, no
    /// unit, no place. Null where there is no such number or nothing was published; refused where the county shows nothing.
    #[graphql(complexity = "child_complexity + 100")]
    async fn public_hazard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "隐患编号。The hazard number, such as `431123-2026-0001`.")]
        number: String,
    ) -> Result<Option<PublicHazard>> {
        if ctx.data_opt::<PublicView>().is_none() {
            let message = "本县没有开放公开查询，请登录后查询，或者向县安委办查询。";
            return Err(coded(ErrorCode::PublicViewOff, message));
        }
        let office = ctx.data::<Office>()?;
        let number =
            HazardNumber::parse(&number).map_err(|invalid| bad_input(["number"], invalid))?;
        let scope = Scope::of_the_ledger(office.ledger.county().code);
        let reader = &office.reader;
        let row = reader.hazard(&scope, HazardKey::Number(number)).await;
        let Some(row) = row.map_err(fault)? else {
            return Ok(None);
        };
        let told = reader.histories(&scope, &[row.id]).await.map_err(fault)?;
        let lines = told.get(&row.id).map_or(&[][..], Vec::as_slice);
        let published: Vec<_> = lines.iter().filter_map(Publication::of).collect();
        if published.is_empty() {
            return Ok(None);
        }
        Ok(Some(PublicHazard {
            number,
            today: office.today(),
            row,
            published,
        }))
    }
}

/// 公开的隐患。A hazard as the public is shown it.
struct PublicHazard {
    number: HazardNumber,
    today: NaiveDate,
    row: HazardRow,
    published: Vec<Publication>,
}

/// 公开的隐患。A hazard as the public is shown it.
#[Object]
impl PublicHazard {
    /// 隐患编号。The hazard number.
    async fn number(&self) -> String {
        self.number.to_string()
    }

    /// 阶段；已经移出清单的为空。The official stage; null for one that left the list.
    async fn stage(&self) -> Option<Word<StageOrOff>> {
        StageOrOff::of(self.row.status).map(Word)
    }

    /// 状态。The fine state.
    async fn status(&self) -> Word<Status> {
        Word(self.row.status)
    }

    /// 列单日期。The day on which it was listed.
    async fn listed_on(&self) -> Option<Date> {
        self.row.listed_on.map(Date)
    }

    /// 现期限；没有交办的、已不在单的为空。The effective deadline; null before the first order and off the list.
    async fn due_on(&self) -> Option<Date> {
        self.row.due_on.map(Date)
    }

    /// 今天是否超期。Whether it is overdue today.
    async fn is_overdue(&self) -> bool {
        self.row.is_overdue(self.today)
    }

    /// 销号日期；没有销号的为空。The day on which it was struck off; null while it is not.
    async fn closed_on(&self) -> Option<Date> {
        self.row.closed_on.map(Date)
    }

    /// 在哪里公开，按时间先后。Where it was published, first to last.
    async fn published(&self) -> &[Publication] {
        &self.published
    }

    /// 销号证明，JSON 文本，不含人员姓名，用 `xiaohao ledger check` 凭公钥即可核验；没有销号的、没有签名密钥的为空。
    ///
    /// What proves that it was struck off, without anybody's name; `xiaohao ledger check` checks it with the public key alone. Null
    /// while it is not closed, and where this server has no signing key.
    #[graphql(complexity = 1000)]
    async fn closure_proof(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match &ctx.data::<Office>()?.notary {
            Some(notary) => {
                let proof = notary.closure_proof(self.number, Names::Withheld);
                proof.await.map_err(fault)
            }
            None => Ok(None),
        }
    }
}

/// 一次公开。Where a hazard was published.
#[derive(Clone, SimpleObject)]
struct Publication {
    /// 通报文号；公开曝光的为空。The number of the circular; null for an exposure.
    circular: Option<String>,
    /// 曝光媒体；通报的为空。Where it was exposed; null for a circular.
    medium: Option<String>,
    /// 网址；没有的为空。The address, where there is one.
    url: Option<String>,
    /// 公开日期。On which day.
    on: Date,
}

impl Publication {
    /// What a line published, if it did.
    fn of(line: &Line) -> Option<Self> {
        let Record::Hazard(entry) = &line.record else {
            return None;
        };
        let circular = |document: String| Self {
            circular: Some(document),
            medium: None,
            url: None,
            on: Date(entry.stamp.occurred_on),
        };
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "an act that is new publishes nothing before somebody says so here"
        )]
        match &entry.event {
            Event::ClosureCirculated(event) => Some(circular(event.reference.document.to_string())),
            Event::MentionedInCircular(event) => {
                Some(circular(event.reference.document.to_string()))
            }
            Event::HazardExposed(event) => Some(Self {
                circular: None,
                medium: Some(event.medium.to_string()),
                url: event.url.as_ref().map(ToString::to_string),
                on: Date(event.exposed_on),
            }),
            _ => None,
        }
    }
}
