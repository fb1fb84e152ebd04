//! What a decision is made with: the county, the actor, the dates, and what the ledger looked up beforehand.
//!
//! Everything comes in as a parameter; a decision reads no clock, makes no id and asks no database.

use crate::actor::{Actor, Role};
use crate::calendar::Calendar;
use crate::circular::{Counted, PublishedCircular};
use crate::directory::{Bodies, Directory, RegionTree, UnitKind};
use crate::dossier::{File, IssuingBody};
use crate::order::IssuedOrder;
use crate::policy::{Anchor, ComputedDate, Limit, Policy};
use crate::refusal::{DayTold, Refusal, Refusals};
use crate::status::Status;
use crate::upkeep::{PersonalPlace, PieceStanding};
use crate::values::{
    CircularId, ClueNumber, CountyCode, Digest, DocumentNumber, DocumentWords, EvidenceKind,
    EvidenceSet, HazardId, HazardNumber, Holder, Line, LinkId, NUMBERED_YEARS, Name, OrderId,
    PersonId, PersonName, Series, SupervisionLevel, TownshipCode, UnitId,
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The county whose ledger it is: its offices, its townships, and the rules of its dates.
#[derive(Clone, Debug)]
pub struct County {
    /// 行政区划代码.
    pub code: CountyCode,
    /// Its name.
    pub name: Name,
    /// 县安委会.
    pub commission: UnitId,
    /// 县安委办.
    pub office: UnitId,
    /// The department that houses the office, as a rule 县应急管理局; it may be a lead unit itself.
    pub office_host: Option<UnitId>,
    /// The unit of each township-level area.
    pub townships: BTreeMap<TownshipCode, UnitId>,
    /// 时限表.
    pub policy: Policy,
    /// 工作日历.
    pub calendar: Calendar,
    /// 文号代字 of its documents.
    pub words: DocumentWords,
    /// 办理链接: for how many days one may be handed out.
    pub link_days: u16,
    /// 名册: which units there are, and who acts for them. What a command claims of either is held against it.
    pub directory: Arc<Directory>,
}

impl County {
    /// 办理链接: for how many days one may be handed out where nothing else is said.
    pub const LINK_DAYS: u16 = 30;

    /// The department that houses the office, if it also leads this hazard's line (the trap of spec §4).
    #[must_use]
    pub fn host_that_leads(&self, lead_unit: UnitId) -> Option<UnitId> {
        self.office_host.filter(|host| *host == lead_unit)
    }

    /// Whether somebody holds the post in which he acts on this day. Whoever runs the program holds none, and is not asked.
    #[must_use]
    pub fn is_held(&self, by: &Actor, on: NaiveDate) -> bool {
        let person = self.directory.person(by.person);
        by.person == PersonId::OPERATOR
            || person.is_some_and(|person| person.posts_on(on).any(|post| post.is(by)))
    }

    /// The bodies that work for the whole of it.
    #[must_use]
    pub fn bodies(&self) -> Bodies<'_> {
        Bodies {
            office: self.office,
            commission: self.commission,
            directory: &self.directory,
        }
    }

    /// The tree of places that the county lies in and is made of.
    #[must_use]
    pub fn regions(&self) -> RegionTree<'_> {
        self.directory.region_tree(self.code, &self.name)
    }

    /// Whether a unit is in the directory, as one of this kind.
    pub(crate) fn has(&self, unit: UnitId, kind: UnitKind) -> bool {
        let unit = self.directory.unit(unit);
        unit.is_some_and(|unit| unit.kind == kind)
    }
}

/// How far the clocks of the county (Asia/Shanghai) are ahead of UTC. China has kept UTC+8 without summer time since 1992; the ledger holds
/// nothing older.
const AHEAD: TimeDelta = TimeDelta::hours(8);

/// The civil date in the county at this instant.
#[must_use]
pub fn county_day(instant: DateTime<Utc>) -> NaiveDate {
    let there = instant.checked_add_signed(AHEAD);
    there.unwrap_or(instant).date_naive()
}

/// The instant at which a civil day of the county is over.
#[must_use]
pub fn end_of_county_day(day: NaiveDate) -> DateTime<Utc> {
    let next = day.succ_opt().unwrap_or(day);
    let midnight = next.and_time(NaiveTime::MIN).and_utc();
    midnight.checked_sub_signed(AHEAD).unwrap_or(midnight)
}

/// The first day of the years in which numbers are given.
pub(crate) fn first_day() -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::from(*NUMBERED_YEARS.start()), 1, 1)
}

/// One decision's surroundings.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The county.
    pub county: &'a County,
    /// Who acts.
    pub actor: &'a Actor,
    /// The link through which he acts, where it is one.
    pub link: Option<LinkId>,
    /// Legal date of the act.
    pub occurred_on: NaiveDate,
    /// Now, by the server's clock. It is not the instant that the record will tell: that never goes back, and after a clock
    /// that was once wrong it stays ahead of the day on which one acts.
    pub now: DateTime<Utc>,
    /// The version of the hazard, or of the paper, that the actor saw. Additive acts need none; a report and the first
    /// draft of a paper have none.
    pub expected_version: Option<u32>,
    /// What the ledger looked up for this command.
    pub known: &'a Known,
}

impl Context<'_> {
    /// Today, in the county.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        county_day(self.now)
    }

    /// The first and the last day on which a post counts that somebody has had since a hazard was found: from the day before, because a
    /// post that is handed over on a day ends with the day before, to today or the legal date of the act.
    pub(crate) fn days_since_found(&self, found_on: NaiveDate) -> (NaiveDate, NaiveDate) {
        let since = found_on.pred_opt().unwrap_or(found_on);
        (since, self.today().max(self.occurred_on))
    }

    /// The body for which the actor signs: the commission's signer for the commission, everybody else for the office.
    #[must_use]
    pub fn issuing_body(&self) -> IssuingBody {
        if self.actor.role == Role::CommissionSigner {
            IssuingBody::Commission
        } else {
            IssuingBody::Office
        }
    }

    /// The date that the policy gives; a date it cannot give is a refusal, never a guess (rule 12).
    pub(crate) fn due(
        &self,
        limit: Limit,
        anchors: &[(Anchor, NaiveDate)],
        no: &mut Refusals,
    ) -> Option<ComputedDate> {
        match self
            .county
            .policy
            .due(limit, anchors, &self.county.calendar)
        {
            Ok(date) => Some(date),
            Err(error) => {
                no.add(Refusal::DateNotComputable { error });
                None
            }
        }
    }

    /// No act that moves a hazard or a paper is dated before the first year that is numbered (rule 1): its papers could have
    /// no number, and a clock that was never set says 1970.
    pub(crate) fn judge_year(&self, no: &mut Refusals) {
        no.when_some(
            first_day().filter(|first| self.occurred_on < *first),
            |first_day| Refusal::OccurredTooEarly { first_day },
        );
    }

    /// A file counts as evidence only after the server has verified its hash (rule 24), and only until a round that it
    /// was shown in came to nothing (rule 15). What was there when the hazard was reported does not show it after the work.
    pub(crate) fn judge_evidence(&self, evidence: &EvidenceSet, file: &File, no: &mut Refusals) {
        no.when_some(
            evidence
                .digests()
                .find(|digest| file.spent.contains(digest)),
            |digest| Refusal::EvidenceAlreadyJudged { digest },
        );
        let reported = &file.report.evidence;
        for photo in evidence.of_kind(EvidenceKind::After) {
            let digest = photo.digest();
            no.when(reported.digests().any(|one| one == digest), || {
                Refusal::AfterPhotoFromReport { digest }
            });
        }
        self.judge_held(evidence.digests(), no);
    }

    /// A file that the server does not hold counts for nothing (rule 24).
    pub(crate) fn judge_held(&self, files: impl Iterator<Item = Digest>, no: &mut Refusals) {
        for digest in files.filter(|digest| !self.known.evidence.contains(digest)) {
            no.add(Refusal::EvidenceNotReceived { digest });
        }
    }

    /// Whoever has an id of the directory bears its name: on paper one reads the name, and the rules rest on the id.
    pub(crate) fn judge_name(
        &self,
        id: UnitId,
        name: &Name,
        no: &mut Refusals,
        otherwise: impl FnOnce(Name) -> Refusal,
    ) {
        let called = self.county.directory.other_name(id, name).cloned();
        no.when_some(called, otherwise);
    }

    /// Whoever holds a hazard or must rectify it judges nothing, and bears the name that he has. He need not be in the directory; but no
    /// authority is of the rectifying side under an id of its own, by which nobody would know it.
    pub(crate) fn judge_holder(
        &self,
        part: &'static str,
        holder: &Holder,
        no: &mut Refusals,
        otherwise: impl FnOnce(Name) -> Refusal,
    ) {
        let (id, name) = (holder.unit(), holder.name());
        self.judge_rectifier(id, no);
        self.judge_name(id, name, no, otherwise);
        let directory = &self.county.directory;
        let is_unknown = directory.unit(id).is_none();
        let authority = directory.authority(name).filter(|_| is_unknown);
        no.when_some(authority, |unit| Refusal::UnitNamedAsAuthority {
            part,
            name: unit.name.clone(),
            code: unit.code.clone(),
        });
    }

    /// Whether somebody has a post in this unit on the legal date of the act, and bears the name that is registered for him.
    pub(crate) fn is_registered(&self, person: PersonId, name: &PersonName, unit: UnitId) -> bool {
        self.county.directory.person(person).is_some_and(|person| {
            let mut posts = person.posts_on(self.occurred_on);
            person.is_called(name) && posts.any(|post| post.unit == unit)
        })
    }

    /// What a body above the county has written bears a number of its own, and none of this county's (rules 6 and 18).
    pub(crate) fn judge_higher_document(&self, number: Option<&Line<40>>, no: &mut Refusals) {
        let is_ours = number.is_some_and(|number| self.is_numbered_here(number));
        no.when(is_ours, || Refusal::HigherDocumentOurs);
    }

    pub(crate) fn is_numbered_here(&self, number: &Line<40>) -> bool {
        let number = DocumentNumber::typed(number.as_str());
        number.is_ok_and(|number| self.county.words.series(number.word()).is_some())
    }

    /// Who verifies, strikes off and decides rectifies nothing himself, or nobody would be left to judge it.
    pub(crate) fn judge_rectifier(&self, unit: UnitId, no: &mut Refusals) {
        let judges = [self.county.office, self.county.commission];
        no.when(judges.contains(&unit), || Refusal::JudgeWouldRectify);
    }

    /// What is told of a hazard was done before the act that tells it, or is refused as it says; and not before the hazard was found.
    pub(crate) fn judge_since_found(
        &self,
        told: DayTold,
        file: &File,
        no: &mut Refusals,
        after: impl FnOnce(NaiveDate) -> Refusal,
    ) {
        no.when(told.on > self.occurred_on, || after(self.occurred_on));
        let found_on = file.report.found_on;
        no.when(told.on < found_on, || Refusal::DayBeforeFound {
            told,
            found_on,
        });
    }

    /// The rules of dates that every act keeps (spec §2.5); additive acts come in any order.
    pub(crate) fn judge_dates(&self, file: &File, additive: bool, no: &mut Refusals) {
        no.when(self.occurred_on > self.today(), || {
            Refusal::OccurredInFuture
        });
        if additive {
            // Nobody saw anything of it before it was found; a tablet whose clock was never set says 1970.
            let found_on = file.report.found_on;
            no.when(self.occurred_on < found_on, || Refusal::BeforeFound {
                found_on,
            });
            return;
        }
        self.judge_year(no);
        let moved_on = file.moved_on;
        if self.occurred_on < moved_on {
            // No consent reaches back there, and none is asked for.
            no.add(Refusal::BeforePreviousAct { moved_on });
            return;
        }
        let window = self.entered_late(no);
        let permitted = file.backdating.as_ref().is_some_and(|permit| {
            permit.by != self.actor.person && permit.earliest_on <= self.occurred_on
        });
        no.when_some(window.filter(|_| !permitted), |last_day| {
            Refusal::BackdatingUnconfirmed { last_day }
        });
    }

    /// The last day on which an act of that date could be entered without anybody's consent, where that is over (spec §2.5).
    pub(crate) fn entered_late(&self, no: &mut Refusals) -> Option<NaiveDate> {
        let occurred = (Anchor::Occurred, self.occurred_on);
        let last = self.due(Limit::BackdatingWindow, &[occurred], no)?;
        (self.today() > last.on).then_some(last.on)
    }
}

/// What the ledger looked up before the decision: the answers to [`crate::Asks`].
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Evidence whose bytes the server holds and whose hash it has verified (rule 24).
    pub evidence: BTreeSet<Digest>,
    /// An open hazard of the same unit, place and basis.
    pub open_duplicate: Option<HazardNumber>,
    /// An earlier report of the same record of the same platform.
    pub source_record_of: Option<ClueNumber>,
    /// Other hazards that the command names, as they stand.
    pub hazards: BTreeMap<HazardId, HazardStanding>,
    /// As what the figures of a circular that is issued count the hazards that it names.
    pub counted: BTreeMap<HazardId, Counted>,
    /// Issued orders that the command names.
    pub orders: Vec<IssuedOrder>,
    /// Ids of orders that the command names and that are another order's: of one that was issued with an act, for one hazard
    /// alone, or of a paper that is a draft or was discarded.
    pub orders_taken: BTreeSet<OrderId>,
    /// Published circulars that the command names.
    pub circulars: Vec<PublishedCircular>,
    /// Personal data that the command names.
    pub pieces: BTreeMap<PersonalPlace, PieceStanding>,
    /// The numbers that come next.
    pub next: NextNumbers,
}

/// What one needs to know of another hazard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HazardStanding {
    /// 隐患编号; none before it is on the list.
    pub number: Option<HazardNumber>,
    /// Its state.
    pub status: Status,
    /// 销号日期, as long as it is struck off.
    pub closed_on: Option<NaiveDate>,
    /// Every unit that had an order to rectify it, or worked on it.
    pub ordered_units: BTreeSet<UnitId>,
    /// Who rectified it with his own hands.
    pub rectified_by: BTreeSet<PersonId>,
    /// 发现日期.
    pub found_on: NaiveDate,
    /// 现期限 of the present cycle; none before its first order.
    pub due_on: Option<NaiveDate>,
    /// Whether a suspension is in force on it.
    pub suspended: bool,
    /// The highest level at which it is supervised.
    pub supervised_at: Option<SupervisionLevel>,
}

/// The numbers that come next in each series, taken when the event is appended and not before.
#[derive(Clone, Debug, Default)]
pub struct NextNumbers {
    /// 线索编号.
    pub clue: Option<ClueNumber>,
    /// 隐患编号.
    pub hazard: Option<HazardNumber>,
    /// 文号, by series.
    pub documents: BTreeMap<Series, DocumentNumber>,
}

impl Known {
    pub(crate) fn issued_order(&self, id: OrderId) -> Option<&IssuedOrder> {
        self.orders.iter().find(|order| order.id() == id)
    }

    pub(crate) fn circular(&self, id: CircularId) -> Option<&PublishedCircular> {
        self.circulars.iter().find(|circular| circular.id() == id)
    }

    pub(crate) fn clue(&self) -> Result<ClueNumber, Refusal> {
        self.next.clue.ok_or(Refusal::NumberUnavailable {
            series: Series::Clue,
        })
    }

    pub(crate) fn hazard_number(&self) -> Result<HazardNumber, Refusal> {
        self.next.hazard.ok_or(Refusal::NumberUnavailable {
            series: Series::Hazard,
        })
    }

    pub(crate) fn document(&self, series: Series) -> Result<DocumentNumber, Refusal> {
        self.next
            .documents
            .get(&series)
            .cloned()
            .ok_or(Refusal::NumberUnavailable { series })
    }
}
