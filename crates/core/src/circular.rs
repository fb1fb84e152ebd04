//! 通报: drafted, published, and from then on immutable with its items and figures (rules 19 and 20).

mod again;
mod filed;
mod measure;
mod printed;

pub use again::{Contradiction, Printed, WHOLE_COUNTY};
pub use filed::CommitteesFiled;
pub use measure::CircularMeasure;
pub use printed::{Ranking, RankingRow, Totals};

use crate::actor::Role;
use crate::acts::{CirculateClosure, MentionInCircular};
use crate::context::{Context, Known};
use crate::dossier::IssuingBody;
use crate::figures::{Ratio, Stock};
use crate::hazard::Hazard;
use crate::lifecycle::Command;
use crate::order::HazardReference;
use crate::paper::{Issued, Paper, PaperState};
use crate::refusal::{Refusal, Refusals};
use crate::status::Status;
use crate::values::PersonName;
use crate::values::vocabulary::vocabulary;
use crate::values::{CircularId, Description, DocumentNumber, HazardId, Line, Series, Title};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A circular, wherever it is in its life.
pub type Circular = PaperState<CircularContent>;

/// A published circular.
pub type PublishedCircular = Issued<CircularContent>;

/// What a circular says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircularContent {
    /// Its id, made by whoever drafts it.
    pub id: CircularId,
    /// 标题.
    pub title: Title,
    /// 统计期间, first day.
    pub period_from: NaiveDate,
    /// 统计期间, last day.
    pub period_to: NaiveDate,
    /// 截至: the day at whose end the figures were taken.
    pub as_of: NaiveDate,
    /// 台账位置: the last line of the county's ledger from which stock and figures were made; with it they can be made again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger_position: Option<u64>,
    /// 签发人, as printed.
    pub signatory: PersonName,
    /// 主送.
    pub recipients: Vec<Line<100>>,
    /// 抄送.
    pub copies: Vec<Line<100>>,
    /// 正文各部分.
    pub sections: Vec<Description>,
    /// 存量, balanced.
    pub stock: Stock,
    /// 总体情况; none in a circular that was drafted before it was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totals: Option<Totals>,
    /// 排名.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rankings: Vec<Ranking>,
    /// 专委会报送情况, of the period in which the reported one ends; none where it is not published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committees_filed: Option<Box<CommitteesFiled>>,
    /// The figures as they are printed, each with numerator and denominator.
    pub figures: Vec<Figure>,
    /// 事项.
    pub items: Vec<Item>,
}

/// One printed figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// What is measured, 销号率 for instance.
    pub name: Line<40>,
    /// Of whom: the county, a committee, a township.
    pub scope: Line<60>,
    /// The figure.
    pub ratio: Ratio,
}

/// One item: a hazard and why it is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The hazard.
    pub hazard: HazardReference,
    /// As what it is named.
    pub kind: ItemKind,
    /// 内容.
    pub text: Description,
    /// 更正: which item of which earlier circular is corrected.
    pub corrects: Option<CorrectedItem>,
}

/// As what the figures of a circular count a hazard at the end of its as-of day (spec §5.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// 已销号, and in no circular yet.
    pub closed: bool,
    /// 超期未整改.
    pub overdue: bool,
}

/// The item that a correction names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectedItem {
    /// The earlier circular's document number.
    pub document: DocumentNumber,
    /// The item's number in it, from 1.
    pub item: u16,
}

vocabulary! {
    /// As what a hazard is named in a circular.
    ItemKind "通报事项" {
        /// Its strike-off is circulated; the only kind that changes the state of a hazard.
        Closure "CLOSURE" "销号",
        /// It is overdue.
        Overdue "OVERDUE" "超期",
        /// Praise for how it was put right.
        Praise "PRAISE" "表扬",
        /// Criticism of how it is handled.
        Criticism "CRITICISM" "批评",
        /// Puts right an item of an earlier circular.
        Correction "CORRECTION" "更正",
    }
}

/// The figures are of a day on which it cannot say them.
const WRONG_AS_OF: Refusal = Refusal::CircularPeriodWrong { ends_early: false };

/// The most items in one circular.
const ITEMS_MAX: usize = 2000;

impl Counted {
    /// What is counted of a hazard that stood so at the end of the day `on`.
    #[must_use]
    pub fn of(hazard: &Hazard, on: NaiveDate) -> Self {
        Self {
            closed: hazard.status() == Status::Closed,
            overdue: hazard.days_overdue(on).is_some(),
        }
    }
}

impl Item {
    /// An item says of the as-of day what the figures say of it, so that a paper does not contradict itself.
    fn judge(&self, as_of: NaiveDate, ctx: &Context<'_>, no: &mut Refusals) {
        // That a hazard is not there is told of every paper.
        let Some(standing) = ctx.known.hazards.get(&self.hazard.id) else {
            return;
        };
        let counted = ctx.known.counted.get(&self.hazard.id);
        let counted = counted.copied().unwrap_or_default();
        let number = self.hazard.number;
        match self.kind {
            ItemKind::Closure => {
                // What was circulated or reopened since, struck off again or not, does not wait for this circular.
                let waits = standing.status == Status::Closed
                    && standing.closed_on.is_some_and(|on| on <= as_of);
                no.when(!(waits && counted.closed), || Refusal::ItemNotClosed {
                    number,
                    as_of,
                });
            }
            ItemKind::Overdue => no.when(!counted.overdue, || Refusal::ItemNotOverdue {
                number,
                as_of,
            }),
            ItemKind::Praise | ItemKind::Criticism | ItemKind::Correction => {}
        }
    }

    /// A correction names an item of a published circular that names the same hazard (rule 20); what is published stays, so that it is
    /// told of a draft too.
    fn judge_corrected(&self, ctx: &Context<'_>, no: &mut Refusals) {
        let unknown = self.corrects.as_ref().filter(|corrected| {
            let mut published = ctx.known.circulars.iter();
            let named = published.find(|circular| *circular.document() == corrected.document);
            named.is_none_or(|it| it.kind_of(corrected.item, self.hazard.id).is_none())
        });
        no.when_some(unknown, |corrected| Refusal::CorrectedItemUnknown {
            number: self.hazard.number,
            document: corrected.document.clone(),
            item: corrected.item,
        });
    }
}

impl Paper for CircularContent {
    type Id = CircularId;

    const NAME: &'static str = "通报";

    fn id(&self) -> CircularId {
        self.id
    }

    fn hazards(&self) -> Vec<HazardReference> {
        self.items.iter().map(|item| item.hazard).collect()
    }

    fn signers(&self) -> &'static [Role] {
        &[Role::OfficeApprover, Role::CommissionSigner]
    }

    fn series(&self, issued_by: IssuingBody) -> Series {
        match issued_by {
            IssuingBody::Commission => Series::CommissionCircular,
            IssuingBody::Office => Series::OfficeCircular,
        }
    }

    fn judge_content(&self, no: &mut Refusals) {
        let ends_early = self.period_to < self.period_from;
        no.when(ends_early || self.as_of < self.period_to, || {
            Refusal::CircularPeriodWrong { ends_early }
        });
        no.when(self.items.len() > ITEMS_MAX, || Refusal::ItemsOutOfBounds {
            most: ITEMS_MAX,
        });
        let same = |a: &Item, b: &Item| {
            a.hazard.id == b.hazard.id && a.kind == b.kind && a.corrects == b.corrects
        };
        let twice = self.items.iter().enumerate().position(|(place, item)| {
            let mut earlier = self.items.iter().take(place);
            earlier.any(|earlier| same(earlier, item))
        });
        no.when_some(twice, |place| Refusal::ItemTwice {
            place: place.saturating_add(1),
        });
        let unnamed = |item: &&Item| (item.kind == ItemKind::Correction) != item.corrects.is_some();
        no.when_some(self.items.iter().find(unnamed), |item| {
            Refusal::CorrectionNamesNothing {
                number: item.hazard.number,
            }
        });
    }

    /// Circulars are issued as papers alone.
    fn is_taken(_known: &Known) -> bool {
        false
    }

    /// What it counts is counted as it is written, and of a day to come nothing can be.
    fn judge_draft(&self, ctx: &Context<'_>, no: &mut Refusals) {
        no.when(self.as_of > ctx.today(), || WRONG_AS_OF);
        for item in &self.items {
            item.judge_corrected(ctx, no);
        }
    }

    fn judge_issue(&self, ctx: &Context<'_>, no: &mut Refusals) {
        no.when(self.as_of > ctx.occurred_on, || WRONG_AS_OF);
        no.when(self.recipients.is_empty(), || {
            Refusal::CircularWithoutRecipients
        });
        for item in &self.items {
            item.judge(self.as_of, ctx, no);
            item.judge_corrected(ctx, no);
        }
    }
}

impl Issued<CircularContent> {
    /// As what item `number` (from 1) names this hazard; none when it does not.
    #[must_use]
    pub fn kind_of(&self, number: u16, hazard: HazardId) -> Option<ItemKind> {
        let place = usize::from(number).checked_sub(1)?;
        self.content()
            .items
            .get(place)
            .filter(|item| item.hazard.id == hazard)
            .map(|item| item.kind)
    }

    /// What the circular causes: one command for each item, each to be decided on its own.
    #[must_use]
    pub fn follow_ups(&self) -> Vec<(HazardId, Command)> {
        let circular = self.id();
        let command = |(item, number): (&Item, u16)| {
            let command: Command = match item.kind {
                ItemKind::Closure => CirculateClosure {
                    circular,
                    item: number,
                }
                .into(),
                ItemKind::Overdue
                | ItemKind::Praise
                | ItemKind::Criticism
                | ItemKind::Correction => MentionInCircular {
                    circular,
                    item: number,
                }
                .into(),
            };
            (item.hazard.id, command)
        };
        self.content().items.iter().zip(1..).map(command).collect()
    }
}
