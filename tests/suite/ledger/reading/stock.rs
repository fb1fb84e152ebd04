//! Sixty hazards in all fourteen states, of several lines, townships, units and days.

use chrono::TimeDelta;
use std::collections::BTreeMap;
use uuid::Uuid;
use xiaohao_core::acts::{List, Report, SourceRecord};
use xiaohao_core::values::*;
use xiaohao_core::{Actor, Command, Hazard, Status};
use xiaohao_ledger::row::HazardRow;
use xiaohao_ledger::{Deed, Line, Scope, Subject, Submission, seen_from};
use xiaohao_tests::office::{Kept, Kind};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

/// How many hazards.
pub(super) const MANY: usize = 60;

const TITLES: &[&str] = &[
    "砂光机除尘风管未设置火花探测消除装置",
    "消防通道被占用，安全出口上锁",
    "液化气瓶超期未检（Ａ座）",
    "高支模搭设不符合专项方案 No.3",
    "ＬＰＧ储罐区安全阀失效",
    "尾矿库排洪设施堵塞",
    "Boiler room锅炉房违规储存油品",
];

const PLACES: &[&str] = &[
    "泷泊镇工业园A-3栋二楼",
    "五里牌镇农贸市场东门",
    "阳明山 景区索道站",
    "县城老街消防通道旁",
];

const HOLDERS: &[(u128, &str)] = &[
    (FACTORY, "庚午竹木制品厂（化名）"),
    (MARKET, "辛未农贸市场有限公司"),
    (990, "壬申液化气站"),
];

/// The main path, from its beginning.
const PATH: &[Status] = &[
    Status::Reported,
    Status::Listed,
    Status::Assigned,
    Status::Acknowledged,
    Status::Rectifying,
    Status::AwaitingVerification,
    Status::Verified,
    Status::Closed,
    Status::Circulated,
];

/// The stock, and everything that is kept of it.
pub(super) struct Stock {
    /// Where it lies.
    pub(super) office: Office,
    /// What is kept.
    pub(super) kept: Kept,
}

impl Stock {
    /// The stock on the evening of 2026-05-15.
    pub(super) async fn on(kind: Kind) -> Self {
        let office = Office::on(kind).await;
        let mut builder = Builder {
            office,
            hazards: Vec::new(),
        };
        builder.report().await;
        builder.list().await;
        builder.assign().await;
        for status in &PATH[3..] {
            let ids = builder.those(|number| reaches(number, *status));
            builder.office.advance(&ids, *status).await;
        }
        builder.leave_the_list().await;
        builder.supervise_and_suspend().await;
        builder.office.turn_to(date("2026-05-15"));
        let kept = builder.office.audit().await;
        let of = |status: &Status| kept.rows.iter().any(|row| row.status == *status);
        assert!(Status::ALL.iter().all(of), "a state is missing");
        assert_eq!(kept.rows.len(), MANY);
        Self {
            office: builder.office,
            kept,
        }
    }

    /// The rows that this viewer may see, in the order in which the hazards came in.
    pub(super) fn shown(&self, scope: Scope) -> Vec<HazardRow> {
        let rows = self.kept.rows.iter();
        rows.filter(|row| self.shows(scope, row.id))
            .cloned()
            .collect()
    }

    /// Whether he may see this one.
    pub(super) fn shows(&self, scope: Scope, id: HazardId) -> bool {
        let hazard = &self.kept.hazards[&id];
        scope.shows(&seen_from(hazard, &self.office.county))
    }

    /// The histories.
    pub(super) fn histories(&self) -> BTreeMap<HazardId, Vec<Line>> {
        let mut histories: BTreeMap<_, Vec<Line>> = BTreeMap::new();
        for line in &self.kept.lines {
            if let Subject::Hazard(id) = line.record.subject() {
                histories.entry(id).or_default().push(line.clone());
            }
        }
        histories
    }

    /// The ids, in the order in which the hazards came in.
    pub(super) fn ids(&self) -> Vec<HazardId> {
        self.kept.rows.iter().map(|row| row.id).collect()
    }
}

/// Where a hazard ends.
fn end(number: usize) -> Status {
    Status::ALL[number % Status::ALL.len()]
}

/// Whether a hazard comes to this state of the main path; half of those that leave the list were on it.
fn reaches(number: usize, status: Status) -> bool {
    let place = |of: Status| PATH.iter().position(|status| *status == of);
    if let Some(last) = place(end(number)) {
        return Some(last) >= place(status);
    }
    let was_listed = (number / Status::ALL.len()).is_multiple_of(2);
    status == Status::Listed && was_listed && end(number) != Status::Rejected
}

fn of<T: Copy>(values: &[T], number: usize) -> T {
    values[number % values.len()]
}

fn holder(number: usize) -> Holder {
    let (of, name) = of(HOLDERS, number);
    sample::holder_called(of, name)
}

struct Builder {
    office: Office,
    hazards: Vec<HazardId>,
}

impl Builder {
    fn those(&self, are: impl Fn(usize) -> bool) -> Vec<HazardId> {
        let numbered = self.hazards.iter().enumerate();
        numbered
            .filter(|(number, _)| are(*number))
            .map(|(_, id)| *id)
            .collect()
    }

    /// Does to each of these hazards what is said of it, at the same moment.
    async fn each(
        &self,
        are: impl Fn(usize) -> bool,
        says: impl Fn(usize, &Hazard) -> (Actor, Command),
    ) {
        let ids = self.those(&are);
        let files = self.office.files(&ids).await;
        let numbers = (0..MANY).filter(|number| are(*number));
        let acts: Vec<Submission> = numbers
            .zip(&ids)
            .map(|(number, id)| {
                let hazard = &files[id];
                let (by, command) = says(number, hazard);
                let act = self
                    .office
                    .submission(&by, Deed::Hazard { id: *id, command });
                but(act, |sent| sent.expected_version = Some(hazard.version()))
            })
            .collect();
        for outcome in self.office.at_once(&acts).await {
            office::done(outcome);
        }
    }

    async fn report(&mut self) {
        let reporters = [inspector(), township(), lead(), platform(), intake()];
        for numbers in (0..MANY).collect::<Vec<_>>().chunks(10) {
            let reports: Vec<Submission> = numbers
                .iter()
                .map(|number| {
                    let by = &reporters[number % reporters.len()];
                    self.office.reporting(by, self.reported(*number))
                })
                .collect();
            for outcome in self.office.at_once(&reports).await {
                self.hazards.push(office::subject(&office::done(outcome)));
            }
            self.office.pass_days(1);
        }
    }

    fn reported(&self, number: usize) -> Report {
        but(sample::report(), |says| {
            let days = i64::try_from(number % 7).unwrap();
            says.title = sample::line(of(TITLES, number));
            says.place = sample::line(&format!("{}{number}号", of(PLACES, number)));
            says.township = TownshipCode::parse(of(&["431123100", "431123102"], number)).unwrap();
            says.holder = (!number.is_multiple_of(5)).then(|| holder(number / 2));
            says.source = of(Source::ALL, number);
            says.found_on = self.office.today() - TimeDelta::days(days);
            says.source_record = Some(SourceRecord {
                system: sample::line("监管平台"),
                id: sample::line(&format!("A-{number}")),
            });
        })
    }

    async fn list(&self) {
        for third in 0..3 {
            self.each(
                |number| number % 3 == third && reaches(number, Status::Listed),
                |number, _| (clerk(), listing(number).into()),
            )
            .await;
            self.office.pass_days(1);
        }
    }

    async fn assign(&self) {
        let due_on = |number: usize| {
            let days = i64::try_from(number % 10).unwrap() * 10;
            date("2026-04-20") + TimeDelta::days(days)
        };
        self.each(
            |number| reaches(number, Status::Assigned),
            |number, _| {
                let terms = sample::terms(due_on(number));
                let says = but(self.office.assign(), |says| says.terms = terms);
                (approver(), says.into())
            },
        )
        .await;
    }

    async fn leave_the_list(&self) {
        self.office.pass_days(1);
        let today = self.office.today();
        let goes_on = self.hazards[1];
        let merge = but(sample::merge(), |says| says.into = goes_on);
        self.each(
            |number| end(number) == Status::Annulled,
            |_, _| (clerk(), sample::propose_annulment().into()),
        )
        .await;
        self.each(
            |number| end(number).is_off_list(),
            |number, hazard| match end(number) {
                Status::Rejected => (clerk(), sample::reject().into()),
                Status::Downgraded if hazard.entry().is_some() => {
                    (clerk(), sample::downgrade().into())
                }
                Status::Downgraded => (clerk(), sample::downgrade_at_review().into()),
                Status::Merged => (clerk(), merge.clone().into()),
                Status::Transferred => (clerk(), sample::transfer(today).into()),
                Status::Annulled => (approver(), sample::annul().into()),
                on_the_list => panic!("{on_the_list:?} is on the list"),
            },
        )
        .await;
    }

    async fn supervise_and_suspend(&self) {
        let open = |number: usize| end(number).is_open();
        let notice = self.those(|number| open(number) && number % 6 == 1);
        let notice = self.office.notice(&notice).await;
        self.office.issue(&signer(), &notice).await;
        for (rest, level) in [(2, SupervisionLevel::City), (4, SupervisionLevel::Province)] {
            self.each(
                |number| open(number) && number % 6 == rest,
                |_, _| (signer(), sample::supervise_from_above(level).into()),
            )
            .await;
        }
        self.each(
            |number| open(number) && number % 5 == 3 && lead_unit(number) == FIRE_BRIGADE,
            |_, _| (lead(), sample::suspend().into()),
        )
        .await;
    }
}

/// The fire brigade leads whatever must be verified.
fn lead_unit(number: usize) -> u128 {
    let is_early = !reaches(number, Status::AwaitingVerification);
    if is_early && number % 4 == 3 {
        HOUSING_BUREAU
    } else {
        FIRE_BRIGADE
    }
}

fn listing(number: usize) -> List {
    but(sample::list(), |says| {
        says.committee = unit(FIRE_COMMITTEE + number as u128 % 3);
        says.lead_unit = unit(lead_unit(number));
        says.holder = holder(number);
        says.key_field = of(KeyField::ALL, number).into();
        if number.is_multiple_of(3) {
            says.key_field = None;
        }
        if number % 4 == 1 {
            says.co_units.insert(unit(EMERGENCY_BUREAU));
            let campaign = Uuid::from_u128(0x7000 + number as u128 % 2);
            says.campaign = Some(CampaignId::new(campaign).unwrap());
        }
    })
}
