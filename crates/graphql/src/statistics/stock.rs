//! 存量 and 排名.

use super::figures::Ratio;
use crate::as_of::Day;
use crate::error::{ErrorCode, coded, fault};
use crate::input::Date;
use crate::office::{Asked, Office};
use async_graphql::{Enum, ID, Result, SimpleObject};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use xiaohao_core::statistics::{Flow, Period, Scope, rank};
use xiaohao_core::values::HazardId;
use xiaohao_ledger::read::{Standing, flow};

/// 存量增减，各项附所计的隐患；一处增减几次的出现几次。How the stock moved, with what each term counts.
#[derive(SimpleObject)]
pub(super) struct Stock {
    /// 统计期间的第一天。The first day of the period.
    from: Date,
    /// 统计期间的最后一天。The last day of the period.
    to: Date,
    /// 期初存量。Open at the end of the day before the period.
    opening: Term,
    /// 新增：期间首次列单的。First listed in the period.
    new: Term,
    /// 重新列单。Reopened in the period.
    reopened: Term,
    /// 销号。Struck off in the period.
    struck_off: Term,
    /// 核减：期间并案、降级、移交、作废的。Left the list otherwise.
    deducted: Term,
    /// 期末存量。Open at the end of the period.
    closing: Term,
    /// 各项是否相平。Whether the identity holds; if not, nothing may be published.
    balances: bool,
}

/// 存量的一项。One term of the stock.
#[derive(SimpleObject)]
#[graphql(name = "StockTerm")]
struct Term {
    /// 数量。How many hazards.
    count: usize,
    /// 所计的隐患。The ids of the hazards that it counts.
    of: Vec<ID>,
}

impl From<Vec<HazardId>> for Term {
    fn from(of: Vec<HazardId>) -> Self {
        Self {
            count: of.len(),
            of: of.iter().map(|id| ID(id.to_string())).collect(),
        }
    }
}

impl Stock {
    pub(super) async fn read(
        asked: &Asked<'_>,
        day: &Day,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Self> {
        let period = Period::new(from, to).filter(|_| to <= day.on);
        let Some(period) = period else {
            let message =
                "统计期间的第一天不得晚于最后一天，最后一天不得晚于统计日期，请修改 from 或 to。";
            return Err(coded(ErrorCode::BadUserInput, message));
        };
        let known = day.as_of(asked).await?.known;
        let flow = flow(asked.office.reader.as_ref(), &asked.scope, known, period);
        let flow = flow.await.map_err(fault)?;
        let balances = flow.stock().is_ok();
        let Flow {
            opening,
            new,
            reopened,
            struck_off,
            deducted,
            closing,
        } = flow;
        Ok(Self {
            from: Date(from),
            to: Date(to),
            opening: opening.into(),
            new: new.into(),
            reopened: reopened.into(),
            struck_off: struck_off.into(),
            deducted: deducted.into(),
            closing: closing.into(),
            balances,
        })
    }
}

/// 对谁排名。Who is ranked.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "Ranked")]
pub(super) enum RankedInput {
    /// 专委会。Every committee.
    Committees,
    /// 乡镇。Every township.
    Townships,
    /// 牵头责任单位。Every lead unit.
    LeadUnits,
}

/// 排名的一行。One line of the ranking.
#[derive(SimpleObject)]
#[graphql(name = "Rank")]
pub(super) struct Ranked {
    /// 名次；没有到期隐患的不排名，为空。Null where nothing is due.
    rank: Option<u32>,
    /// 乡镇的区划代码，或者专委会、单位的标识。The division code of a township, or the id of a committee or unit.
    code: String,
    /// 名称。The name, in Chinese.
    name: String,
    /// 列单总数减核减；数量少的，名次参考意义有限。Few make a rank misleading.
    valid: usize,
    /// 销号率。The closure rate.
    closure_rate: Ratio,
    /// 超期未整改的数量。How many are overdue.
    overdue: usize,
    /// 按期整改率，按现期限。The on-time rate, by the effective deadline.
    on_time_rate: Ratio,
}

/// Everybody of a kind in the county's directory, ranked.
pub(super) fn ranked(office: &Office, standing: &Standing, of: RankedInput) -> Vec<Ranked> {
    let (directory, snapshot) = (office.directory(), standing.snapshot());
    let committees = directory.committees().iter();
    let scopes: BTreeSet<Scope> = match of {
        RankedInput::Committees => committees.map(|own| Scope::Committee(own.unit)).collect(),
        RankedInput::LeadUnits => committees
            .map(|own| Scope::LeadUnit(own.lead_unit))
            .collect(),
        RankedInput::Townships => {
            let codes = directory.townships().keys().copied();
            codes.map(Scope::Township).collect()
        }
    };
    let name = |scope: Scope| {
        let (code, unit) = match scope {
            Scope::County => (String::new(), None),
            Scope::Committee(unit) | Scope::LeadUnit(unit) => (unit.to_string(), Some(unit)),
            Scope::Township(code) => (code.to_string(), directory.townships().get(&code).copied()),
        };
        let unit = unit.and_then(|unit| directory.unit(unit));
        (
            code,
            unit.map_or_else(String::new, |unit| unit.name.to_string()),
        )
    };
    let scopes = scopes.into_iter();
    let rows = rank(
        scopes
            .map(|scope| (scope, snapshot.within(scope)))
            .collect(),
    );
    let rows = rows.into_iter().map(|row| {
        let (code, name) = name(row.scope);
        Ranked {
            rank: row.rank,
            code,
            name,
            valid: row.valid.len(),
            closure_rate: row.closure.ratio().into(),
            overdue: row.overdue.len(),
            on_time_rate: row.on_time.ratio().into(),
        }
    });
    rows.collect()
}
