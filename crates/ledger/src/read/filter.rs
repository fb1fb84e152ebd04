//! Which hazards a reader asks for.

use crate::row::HazardRow;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use xiaohao_core::Status;
use xiaohao_core::statistics::Deadline;
use xiaohao_core::values::{
    CampaignId, KeyField, Source, SupervisionLevel, TownshipCode, UnitId, composed,
};

/// Which hazards: those for which everything that is said here holds; of a set, any of it. What is left empty asks for
/// nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HazardFilter {
    /// In one of these states; of none, nothing passes.
    pub statuses: Option<BTreeSet<Status>>,
    /// 专委会.
    pub committees: BTreeSet<UnitId>,
    /// 牵头责任单位.
    pub lead_units: BTreeSet<UnitId>,
    /// 属地.
    pub townships: BTreeSet<TownshipCode>,
    /// 隐患单位 or 治理责任单位.
    pub units: BTreeSet<UnitId>,
    /// Overdue at the end of this day, or not overdue then.
    pub overdue: Option<(NaiveDate, bool)>,
    /// 挂牌督办.
    pub supervised: Option<Supervised>,
    /// 停产停业 in force, or not.
    pub suspended: Option<bool>,
    /// 重点领域.
    pub key_fields: BTreeSet<KeyField>,
    /// 专项行动.
    pub campaigns: BTreeSet<CampaignId>,
    /// 隐患来源.
    pub sources: BTreeSet<Source>,
    /// 上报日期.
    pub reported: Days,
    /// 发现日期.
    pub found: Days,
    /// 列单日期.
    pub listed: Days,
    /// 现期限.
    pub due: Days,
    /// 销号日期.
    pub closed: Days,
    /// Counted by a figure that no state tells.
    pub counted: Option<Counted>,
    /// Words in title, place, unit or number.
    pub text: Option<SearchText>,
}

impl HazardFilter {
    /// The same on another day: whoever looks on for days asks each day what is overdue then.
    #[must_use]
    pub fn on(&self, today: NaiveDate) -> Self {
        let overdue = self.overdue.map(|(_, is_overdue)| (today, is_overdue));
        Self {
            overdue,
            ..self.clone()
        }
    }
}

/// What a figure counts, where the states do not tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// `EVER`, 累计列入; with the states off the list `DEDUCT`, 核减.
    EverListed,
    /// `OD`, 超期未整改, by this deadline at the end of this day.
    Overdue(Deadline, NaiveDate),
    /// Done, and completed by this deadline: the numerator of 按期整改率.
    OnTime(Deadline),
    /// `DONE ∪ OD` by this deadline at the end of this day: its denominator.
    Due(Deadline, NaiveDate),
}

impl Counted {
    /// Whether a hazard is counted.
    #[must_use]
    pub fn holds(self, row: &HazardRow) -> bool {
        match self {
            Self::EverListed => row.listed_on.is_some(),
            Self::Overdue(by, on) => row.is_overdue_by(by, on),
            Self::OnTime(by) => row.is_on_time(by),
            Self::Due(by, on) => row.is_done() || row.is_overdue_by(by, on),
        }
    }
}

/// Whether a hazard is under supervision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supervised {
    /// Under none.
    No,
    /// Under a notice of any level.
    AtAnyLevel,
    /// The highest notice in force is of this level.
    At(SupervisionLevel),
}

/// A span of days, both ends within; an open end has no bound. What has no such date lies in no span that has a bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

impl Days {
    fn hold(self, day: Option<NaiveDate>) -> bool {
        if self.is_unbounded() {
            return true;
        }
        day.is_some_and(|day| {
            self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
        })
    }

    /// Whether it has no bound at all.
    #[must_use]
    pub fn is_unbounded(self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}

/// What is searched for in title, place, unit and number: a hazard is found when each word, read as it stands, occurs in
/// one of them. Letters count alike in either case, digits and letters of full width as those of half width, and canonical
/// equivalents as the one that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchText(Vec<String>);

impl SearchText {
    /// The most words that are searched for at once.
    pub const WORDS_MAX: usize = 8;

    /// The most characters in all.
    pub const CHARS_MAX: usize = 100;

    /// What is searched for; none where nothing is left of it. What is too long is cut.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text: String = text.chars().take(Self::CHARS_MAX).collect();
        let words: Vec<String> = folded(&text)
            .split_whitespace()
            .take(Self::WORDS_MAX)
            .map(str::to_owned)
            .collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// The words, folded.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.0
    }
}

/// As text is compared when it is searched: composed, as what was recorded before texts were need not be, in small letters and half width.
#[must_use]
pub fn folded(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    composed(text)
        .chars()
        .map(narrow)
        .flat_map(char::to_lowercase)
        .collect()
}

impl HazardRow {
    /// What is searched of it: title, place, unit, clue number and hazard number, each folded.
    #[must_use]
    pub fn searched(&self) -> Vec<String> {
        let mut fields = vec![
            folded(self.title.as_str()),
            folded(self.place.as_str()),
            folded(&self.clue.to_string()),
        ];
        fields.extend(self.holder_name.as_ref().map(|name| folded(name.as_str())));
        fields.extend(self.number.map(|number| folded(&number.to_string())));
        fields
    }
}

impl HazardFilter {
    /// Whether hazards in this state may pass.
    #[must_use]
    pub fn has_state(&self, status: Status) -> bool {
        let statuses = self.statuses.as_ref();
        statuses.is_none_or(|wanted| wanted.contains(&status))
    }

    /// Whether a hazard passes.
    #[must_use]
    pub fn passes(&self, row: &HazardRow) -> bool {
        self.has_state(row.status)
            && any_of(&self.committees, row.committee)
            && any_of(&self.lead_units, row.lead_unit)
            && any_of(&self.townships, Some(row.township))
            && (any_of(&self.units, row.holder) || any_of(&self.units, row.responsible))
            && self
                .overdue
                .is_none_or(|(on, overdue)| row.is_overdue(on) == overdue)
            && self.supervised.is_none_or(|supervised| match supervised {
                Supervised::No => row.supervised_at.is_none(),
                Supervised::AtAnyLevel => row.supervised_at.is_some(),
                Supervised::At(level) => row.supervised_at == Some(level),
            })
            && self
                .suspended
                .is_none_or(|suspended| row.suspended == suspended)
            && any_of(&self.key_fields, row.key_field)
            && any_of(&self.campaigns, row.campaign)
            && any_of(&self.sources, Some(row.source))
            && self.reported.hold(Some(row.reported_on))
            && self.found.hold(Some(row.found_on))
            && self.listed.hold(row.listed_on)
            && self.due.hold(row.due_on)
            && self.closed.hold(row.closed_on)
            && self.counted.is_none_or(|counted| counted.holds(row))
            && self.text.as_ref().is_none_or(|text| {
                let fields = row.searched();
                let occurs = |word: &String| fields.iter().any(|field| field.contains(word));
                text.words().iter().all(occurs)
            })
    }
}

fn any_of<T: Ord>(wanted: &BTreeSet<T>, is: Option<T>) -> bool {
    wanted.is_empty() || is.is_some_and(|is| wanted.contains(&is))
}
