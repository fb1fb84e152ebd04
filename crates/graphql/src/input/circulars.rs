//! What circulars say, and which figures they print.

use super::{DateInput, HazardReferenceInput, Reading, Take, Wrong, inputs};
use crate::vocabulary::Word;
use async_graphql::{ID, OneofObject};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use xiaohao_core::circular::{
    CircularMeasure, CorrectedItem, Figure, Item, ItemKind, WHOLE_COUNTY,
};
use xiaohao_core::directory::Directory;
use xiaohao_core::statistics::{Ranked, Scope, Snapshot};
use xiaohao_core::values::{Description, Line, Title, TownshipCode, UnitId};
use xiaohao_core::{PersonName, Refusal};

inputs! {
    /// 所更正的事项。The item of an earlier circular that is corrected.
    CorrectedItemInput => CorrectedItem {
        /// 该通报的文号。The document number of that circular.
        document: String,
        /// 该事项的序号，从1起。The place of that item, from 1.
        item: i32,
    }

    /// 通报事项：一处隐患及其事由。An item: a hazard and why it is named.
    CircularItemInput => Item {
        /// 隐患。The hazard, by id and number.
        hazard: HazardReferenceInput,
        /// 事项类别；签发时，CLOSURE 使已销号的隐患归档，其他不改变状态。
        ///
        /// As what the hazard is named. On publication `CLOSURE` archives a hazard that is struck off; no other kind changes a state.
        kind: Word<ItemKind>,
        /// 内容。What the circular says of it.
        text: String,
        /// 更正事项所更正的；其他事项不填。For a correction only.
        corrects: Option<CorrectedItemInput>,
    }

    /// 要公布的一项数据，数值由台账统计。A figure to be printed; its value is computed.
    CircularFigureInput => FigureAsked {
        /// 数据。Which figure.
        measure: Word<CircularMeasure>,
        /// 范围；不填的为全县。The whole county by default.
        of: Option<FigureOfInput>,
    }

    /// 通报的内容。What a circular says; what it counts is computed.
    CircularContentInput => CircularParts {
        /// 标题。The title.
        title: String,
        /// 统计期间的第一天。The first day of the period that it reports on.
        period_from: DateInput,
        /// 统计期间的最后一天。The last day of the period that it reports on.
        period_to: DateInput,
        /// 截至日期，不早于统计期间的最后一天，不晚于今天；数据、销号事项和超期事项都以这一天为准。
        ///
        /// The day at whose end the figures are taken, and at whose end what is named as struck off or overdue was so; not before the last day of the period, and not after today.
        as_of: DateInput,
        /// 签发人，按文书打印。Who signs, as printed on the paper.
        signatory: String,
        /// 主送。To whom it is addressed.
        recipients: Vec<String>,
        /// 抄送。To whom copies go.
        copies: Vec<String>,
        /// 正文各部分。The sections of its text, in order.
        sections: Vec<String>,
        /// 要公布的各项数据。The figures to be printed.
        figures: Vec<CircularFigureInput>,
        /// 要公布的排名，每类一张表，不得重复，名次由台账统计。The rankings to be printed, a table for each kind and each once; they are computed.
        rankings: Option<Vec<Word<Ranked>>>,
        /// 是否公布专委会报送情况，默认不公布；公布的，为统计期间最后一天所在的报送期间，名单由台账统计。Whether it is printed who has filed for the period in which the reported one ends; not by default.
        committees_filed: Option<bool>,
        /// 事项。The items, each a hazard and why it is named.
        items: Vec<CircularItemInput>,
    }
}

/// 数据的范围，三者选一。Of whom a figure speaks.
#[derive(OneofObject)]
pub(crate) enum FigureOfInput {
    /// 专委会的标识。The id of a committee.
    Committee(ID),
    /// 乡镇的区划代码，9位。The division code of a township, 9 digits.
    Township(ID),
    /// 牵头责任单位的标识。The id of a lead unit.
    LeadUnit(ID),
}

/// A figure that is asked for.
pub(crate) struct FigureAsked {
    measure: CircularMeasure,
    of: Option<Scope>,
}

/// What a circular says, but for its id and its figures.
pub(crate) struct CircularParts {
    pub(crate) title: Title,
    pub(crate) period_from: NaiveDate,
    pub(crate) period_to: NaiveDate,
    pub(crate) as_of: NaiveDate,
    pub(crate) signatory: PersonName,
    pub(crate) recipients: Vec<Line<100>>,
    pub(crate) copies: Vec<Line<100>>,
    pub(crate) sections: Vec<Description>,
    pub(crate) figures: Vec<FigureAsked>,
    pub(crate) rankings: Option<BTreeSet<Ranked>>,
    pub(crate) committees_filed: Option<bool>,
    pub(crate) items: Vec<Item>,
}

impl Take<Scope> for FigureOfInput {
    fn take(self, at: &mut Reading) -> Option<Scope> {
        match self {
            Self::Committee(id) => at.field::<UnitId>("committee", id).map(Scope::Committee),
            Self::LeadUnit(id) => at.field::<UnitId>("lead_unit", id).map(Scope::LeadUnit),
            Self::Township(code) => {
                let code = at.field::<TownshipCode>("township", code);
                code.map(Scope::Township)
            }
        }
    }
}

impl FigureAsked {
    /// The figure, made of the county as it stood.
    ///
    /// # Errors
    /// That nobody of that kind was in the directory.
    pub(crate) fn of(&self, day: &Snapshot<'_>, directory: &Directory) -> Result<Figure, Wrong> {
        let scope = self.of.unwrap_or(Scope::County);
        let name = match (scope.unit(directory), scope) {
            (Some(unit), _) => unit.name.as_str(),
            (None, Scope::County) => WHOLE_COUNTY,
            (None, Scope::Committee(_)) => return Err(Refusal::CommitteeUnknown.into()),
            (None, Scope::LeadUnit(_)) => return Err(Refusal::LeadUnitUnknown.into()),
            (None, Scope::Township(township)) => {
                return Err(Refusal::PlaceOutsideCounty { township }.into());
            }
        };
        Ok(Figure {
            name: Line::recorded(self.measure.name())?,
            scope: Line::recorded(name)?,
            ratio: self.measure.rate(&day.within(scope)).ratio(),
        })
    }
}
