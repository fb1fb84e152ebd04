//! People who all work on one ledger at once, each on hazards and papers of his own and now and then on his neighbour's. They
//! write down what they send before they send it and what was answered when it was, and send again what came to a fault.

use crate::diary::Word;
use crate::office::fresh_photo;
use crate::sample::{self, but};
use crate::{approver, clerk, date, factory, inspector, signer};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;
use xiaohao_core::circular::{CircularContent, ItemKind};
use xiaohao_core::order::{HazardReference, OrderContent};
use xiaohao_core::paper::PaperCommand;
use xiaohao_core::values::{CircularId, HazardId, OrderId, RequestId};
use xiaohao_core::{Actor, Command, Hazard, Refusal};
use xiaohao_ledger::{After, Answer, Deed, Ledger, Outcome, Refused, Submission};

/// Takes an entry of the diary.
pub type Pen = Arc<dyn Fn(Word) + Send + Sync>;

/// People at work.
#[derive(Clone)]
pub struct Crowd {
    ledger: Ledger,
    pen: Pen,
    round: u16,
    enough: Arc<AtomicBool>,
    /// The hazards to which others may add a note now, each with whose it is.
    known: Arc<Mutex<Vec<(u16, HazardId)>>>,
}

impl fmt::Debug for Crowd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crowd")
            .field("round", &self.round)
            .finish_non_exhaustive()
    }
}

impl Crowd {
    /// People for a ledger. No two rounds on one database may have the same number: all ids are made from it.
    pub fn new(ledger: Ledger, round: u16, pen: Pen) -> Self {
        Self {
            ledger,
            pen,
            round,
            enough: Arc::default(),
            known: Arc::default(),
        }
    }

    /// So many begin to work, and go on until it is enough. A task that ends otherwise has met what should not be.
    pub fn at_work(&self, people: u16) -> JoinSet<()> {
        let person = |number| Person {
            crowd: self.clone(),
            number,
            made: AtomicU32::new(1),
        };
        (1..=people).map(|number| person(number).work()).collect()
    }

    /// Everybody finishes what he has begun, and stops.
    pub fn is_enough(&self) {
        self.enough.store(true, Ordering::Relaxed);
    }
}

/// The report of a hazard at a place where there is no other, as a submission whose ids are made from a number.
pub fn report(number: u128) -> Submission {
    let says = but(sample::report(), |says| {
        says.place = sample::line(&format!("第{number}车间"));
    });
    Submission {
        request: RequestId::new(Uuid::from_u128(number)).unwrap(),
        actor: inspector(),
        through: None,
        occurred_on: None,
        expected_version: None,
        deed: Deed::Hazard {
            id: HazardId::new(Uuid::from_u128(number)).unwrap(),
            command: says.into(),
        },
    }
}

/// Whether this request of a crowd is a report, which [`report`] makes again from the number of its id.
pub fn is_report(request: Uuid) -> bool {
    request.as_u128() & REPORT != 0
}

const REPORT: u128 = 1 << 96;

struct Person {
    crowd: Crowd,
    number: u16,
    made: AtomicU32,
}

impl Person {
    async fn work(self) {
        while !self.crowd.enough.load(Ordering::Relaxed) {
            match self.number % 4 {
                0 => self.issue_orders().await,
                1 => self.publish_circular().await,
                _ => self.see_a_hazard_through().await,
            }
        }
    }

    // ── What people do ──

    /// From the report to the striking off.
    async fn see_a_hazard_through(&self) {
        let today = date("2026-03-02");
        let hazard = self.listed().await;
        let id = hazard.id();
        self.crowd.known.lock().unwrap().push((self.number, id));
        let order = OrderId::new(self.next()).unwrap();
        let assign = but(sample::assign(), |says| says.order = order);
        let hazard = self.act(hazard, &approver(), assign).await;
        self.add_a_note_to_anothers().await;
        let hazard = self
            .act(hazard, &factory(), sample::acknowledge(today))
            .await;
        let plan = sample::plan(date("2026-06-20"));
        let hazard = self.act(hazard, &factory(), plan).await;
        self.send(&factory(), on(id, sample::progress(40)), None)
            .await
            .unwrap();
        let photo = fresh_photo(&hazard);
        let hazard = self.act(hazard, &factory(), sample::apply(photo)).await;
        self.crowd
            .known
            .lock()
            .unwrap()
            .retain(|(_, known)| *known != id);
        let pass = sample::pass(today, photo + 3);
        let hazard = self.act(hazard, &inspector(), pass).await;
        self.act(hazard, &approver(), sample::strike_off()).await;
    }

    /// An order that assigns three hazards, and a notice that supervises them: each is recorded with what it causes.
    async fn issue_orders(&self) {
        let hazards = self.three_listed().await;
        let order = OrderId::new(self.next()).unwrap();
        let terms = sample::terms(date("2026-06-30"));
        let content = but(sample::assignment_order(1, terms, &hazards), |says| {
            says.id = order;
        });
        self.issue_order(&approver(), content).await;
        let notice = OrderId::new(self.next()).unwrap();
        let content = but(sample::supervision_notice(1, &hazards), |says| {
            says.id = notice;
        });
        self.issue_order(&signer(), content).await;
    }

    async fn issue_order(&self, by: &Actor, content: OrderContent) {
        let id = content.id;
        let step = |command| Deed::Order { id, command };
        let draft = step(PaperCommand::Draft(content));
        self.send(&clerk(), draft, None).await.unwrap();
        let issue = step(PaperCommand::Issue);
        self.send(by, issue, Some(1)).await.unwrap();
    }

    /// A circular that praises three hazards' units, likewise.
    async fn publish_circular(&self) {
        let hazards = self.three_listed().await;
        let id = CircularId::new(self.next()).unwrap();
        let step = |command| Deed::Circular { id, command };
        let draft = step(PaperCommand::Draft(circular(id, &hazards)));
        self.send(&clerk(), draft, None).await.unwrap();
        let issue = step(PaperCommand::Issue);
        self.send(&approver(), issue, Some(1)).await.unwrap();
    }

    async fn three_listed(&self) -> Vec<HazardReference> {
        let (one, two, three) = tokio::join!(self.listed(), self.listed(), self.listed());
        let reference = |hazard: &Hazard| HazardReference {
            id: hazard.id(),
            number: *hazard.number().unwrap(),
        };
        [one, two, three].iter().map(reference).collect()
    }

    /// A hazard that was reported, by a tablet that sent twice, and listed.
    async fn listed(&self) -> Hazard {
        let report = report(self.next().as_u128() | REPORT);
        let again = self.deliver(report.clone());
        let (first, second) = tokio::join!(self.deliver(report), again);
        let hazard = after(first.unwrap());
        assert_eq!(hazard, after(second.unwrap()));
        self.act(hazard, &clerk(), sample::list()).await
    }

    async fn add_a_note_to_anothers(&self) {
        let known = self.crowd.known.lock().unwrap().clone();
        let others = known.iter().find(|(whose, _)| *whose != self.number);
        if let Some((_, id)) = others {
            self.send(&clerk(), on(*id, sample::note()), None)
                .await
                .unwrap();
        }
    }

    // ── How they send it ──

    /// An act on a hazard; who sees that it has changed meanwhile looks again.
    async fn act(&self, hazard: Hazard, by: &Actor, command: impl Into<Command>) -> Hazard {
        let command = command.into();
        let mut seen = hazard;
        loop {
            let deed = on(seen.id(), command.clone());
            match self.send(by, deed, Some(seen.version())).await {
                Ok(answer) => return after(answer),
                Err(refused) => seen = refused.present.unwrap().hazard().unwrap(),
            }
        }
    }

    async fn send(
        &self,
        by: &Actor,
        deed: Deed,
        expected_version: Option<u32>,
    ) -> Result<Answer, Refused> {
        let submission = Submission {
            request: RequestId::new(self.next()).unwrap(),
            actor: by.clone(),
            through: None,
            occurred_on: None,
            expected_version,
            deed,
        };
        self.deliver(submission).await
    }

    /// Sends until there is an answer.
    fn deliver(
        &self,
        submission: Submission,
    ) -> impl Future<Output = Result<Answer, Refused>> + use<> {
        let (ledger, pen) = (self.crowd.ledger.clone(), Arc::clone(&self.crowd.pen));
        let request = submission.request.as_uuid();
        async move {
            pen(Word::Sent(request));
            loop {
                match ledger.execute(submission.clone()).await {
                    Ok(Outcome::Done { answer, .. }) => {
                        pen(Word::done(request, &answer));
                        return Ok(*answer);
                    }
                    Ok(Outcome::Refused(refused)) => {
                        let was_late = |no: &Refusal| matches!(no, Refusal::StaleVersion { .. });
                        assert!(refused.refusals.iter().all(was_late), "{refused:#?}");
                        pen(Word::Refused(request));
                        return Err(*refused);
                    }
                    Err(fault) => {
                        pen(Word::Fault(request, fault.code().to_owned()));
                        tokio::time::sleep(BREATH).await;
                    }
                }
            }
        }
    }

    /// An id that nobody else makes.
    fn next(&self) -> Uuid {
        let made = self.made.fetch_add(1, Ordering::Relaxed);
        let [round, number] = [self.crowd.round, self.number].map(u128::from);
        Uuid::from_u128((round << 64) | (number << 32) | u128::from(made))
    }
}

/// How long somebody waits before he sends again.
const BREATH: Duration = Duration::from_millis(20);

fn on(id: HazardId, command: impl Into<Command>) -> Deed {
    let command = command.into();
    Deed::Hazard { id, command }
}

fn after(answer: Answer) -> Hazard {
    match answer.after {
        After::Hazard(hazard) => *hazard,
        other => panic!("not a hazard: {other:?}"),
    }
}

fn circular(id: CircularId, hazards: &[HazardReference]) -> CircularContent {
    let today = date("2026-03-02");
    let item = |hazard: &HazardReference| sample::item(*hazard, ItemKind::Praise);
    sample::circular_of(id, today, hazards.iter().map(item).collect())
}
