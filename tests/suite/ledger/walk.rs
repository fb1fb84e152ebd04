//! Random walks over several hazards and papers at once: whoever may do something does it, comes late, or sends it twice.

use proptest::prelude::*;
use xiaohao_core::acts::List;
use xiaohao_core::circular::ItemKind;
use xiaohao_core::paper::PaperCommand;
use xiaohao_core::values::{HazardId, TownshipCode};
use xiaohao_core::{Act, Action, Actor, Command};
use xiaohao_ledger::{Deed, Outcome, Submission};
use xiaohao_tests::office::papers::Filed;
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

/// One step: who does what to which hazard, how many days after the last.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) who: usize,
    pub(crate) which: usize,
    pub(crate) what: usize,
    pub(crate) days: i64,
    pub(crate) way: Way,
}

/// How the step is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// By somebody who looked and may.
    Fitting,
    /// The same, on towards the strike-off if it can be.
    Onward,
    /// By somebody who saw the first version.
    Late,
    /// Sent twice.
    Twice,
    /// What was sent before, sent again.
    Again,
    /// Another hazard is reported, and listed at once.
    Anew,
}

/// Steps of a walk; `days` says how far apart.
pub(crate) fn steps(
    days: impl Strategy<Value = i64>,
    length: std::ops::Range<usize>,
) -> impl Strategy<Value = Vec<Step>> {
    let way = prop_oneof![
        6 => Just(Way::Fitting),
        8 => Just(Way::Onward),
        2 => Just(Way::Late),
        1 => Just(Way::Twice),
        1 => Just(Way::Again),
        1 => Just(Way::Anew),
    ];
    let step = (0..15usize, 0..8usize, 0..200usize, days, way);
    let step = step.prop_map(|(who, which, what, days, way)| Step {
        who,
        which,
        what,
        days,
        way,
    });
    prop::collection::vec(step, length)
}

/// A walk under way.
pub(crate) struct Walk<'o> {
    office: &'o Office,
    hazards: Vec<HazardId>,
    /// Everything that was sent, in its order, with what came of it.
    pub(crate) sent: Vec<(Submission, Outcome)>,
}

/// The way to the strike-off.
const ONWARD: &[Act] = &[
    Act::List,
    Act::Assign,
    Act::Acknowledge,
    Act::FilePlan,
    Act::ApplyVerification,
    Act::PassVerification,
    Act::StrikeOff,
    Act::CirculateClosure,
];

/// The days for which the shipped calendar knows what is a working day.
const LAST_DAY: &str = "2026-11-20";

impl<'o> Walk<'o> {
    /// Begins with four reported hazards, two of them alike.
    pub(crate) async fn begin(office: &'o Office) -> Self {
        let mut walk = Self {
            office,
            hazards: Vec::new(),
            sent: Vec::new(),
        };
        for number in 0..4 {
            walk.report(number).await;
        }
        walk
    }

    /// Goes one step; beyond the calendar it stands still.
    pub(crate) async fn go(&mut self, step: &Step) {
        self.office.pass_days(step.days);
        if self.office.today() > date(LAST_DAY) {
            self.office.turn_to(date(LAST_DAY));
        }
        match step.way {
            Way::Again => {
                let earlier = step.what % self.sent.len();
                let again = self.sent[earlier].0.clone();
                self.send(again).await;
            }
            Way::Anew => {
                let id = self.report(step.what).await;
                let list = Deed::Hazard {
                    id,
                    command: listing(step.what).into(),
                };
                let list = self.office.submission(&clerk(), list);
                self.send(but(list, |sent| sent.expected_version = Some(1)))
                    .await;
            }
            Way::Fitting | Way::Onward | Way::Late | Way::Twice => {
                for mut submission in self.fitting(step).await {
                    if step.way == Way::Late {
                        submission.expected_version = Some(1);
                    }
                    if step.way == Way::Twice {
                        self.send(submission.clone()).await;
                    }
                    self.send(submission).await;
                }
            }
        }
    }

    async fn send(&mut self, submission: Submission) {
        let outcome = self.office.execute(&submission).await;
        self.sent.push((submission, outcome));
    }

    /// Every third one is the same as another. Where the clock has gone back before the day on which they are found, there is none.
    async fn report(&mut self, number: usize) -> HazardId {
        let says = but(sample::report(), |says| {
            let townships = ["431123100", "431123102"];
            says.township = TownshipCode::parse(townships[number % 2]).unwrap();
            if !number.is_multiple_of(3) {
                let own = self.hazards.len();
                says.place = sample::line(&format!("第{own}车间除尘系统"));
            }
        });
        let report = self.office.reporting(&inspector(), says);
        let Deed::Hazard { id, .. } = report.deed else {
            panic!("a hazard is reported");
        };
        self.send(report).await;
        if let Some((_, Outcome::Done { .. })) = self.sent.last() {
            self.hazards.push(id);
        }
        id
    }

    /// What somebody may do now; for a paper, its draft and its issue.
    async fn fitting(&self, step: &Step) -> Vec<Submission> {
        let id = self.hazards[step.which % self.hazards.len()];
        let case = self.office.case(id).await;
        let people = everybody();
        let somebody = people.iter().cycle().skip(step.who).take(people.len());
        let choices: Vec<(&Actor, Act)> = somebody
            .flat_map(|by| {
                let actions = case.actions(by).into_iter().filter(Action::allowed);
                actions.map(move |action| (by, action.act))
            })
            .collect();
        let onward = choices.iter().filter(|(_, act)| ONWARD.contains(act));
        let onward: Vec<_> = onward.copied().collect();
        let choices = if step.way == Way::Onward && !onward.is_empty() {
            onward
        } else {
            choices
        };
        let Some((by, act)) = choices.get(step.what % choices.len().max(1)).copied() else {
            return Vec::new();
        };
        let office = self.office;
        let by_paper = step.what.is_multiple_of(2);
        let command: Command = match act {
            Act::CirculateClosure => {
                let circular = office.circular(&[(id, ItemKind::Closure)]).await;
                return self.paper(by, &circular);
            }
            Act::MentionInCircular => {
                let circular = office.circular(&[(id, ItemKind::Praise)]).await;
                return self.paper(by, &circular);
            }
            Act::Assign if by_paper => return self.paper(by, &office.order(&[id]).await),
            Act::Supervise if by_paper => return self.paper(by, &office.notice(&[id]).await),
            Act::List => listing(step.which).into(),
            Act::Merge => {
                let into = self.hazards[step.what % self.hazards.len()];
                but(sample::merge(), |says| says.into = into).into()
            }
            _ => case.fitting(act, by),
        };
        let act = office.submission(by, Deed::Hazard { id, command });
        vec![but(act, |sent| {
            sent.expected_version = Some(case.hazard().version());
        })]
    }

    fn paper<P: Filed>(&self, by: &Actor, content: &P) -> Vec<Submission> {
        let draft = P::deed(content.id(), PaperCommand::Draft(content.clone()));
        let issue = P::deed(content.id(), PaperCommand::Issue);
        let issue = self.office.submission(by, issue);
        vec![
            self.office.submission(&clerk(), draft),
            but(issue, |sent| sent.expected_version = Some(1)),
        ]
    }
}

/// A listing in one of two committees.
fn listing(number: usize) -> List {
    but(sample::list(), |says| {
        says.committee = unit(FIRE_COMMITTEE + number as u128 % 2);
    })
}
