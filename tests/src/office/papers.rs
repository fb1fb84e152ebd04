//! Orders and circulars of the office.

use super::Office;
use crate::sample::but;
use crate::{approver, clerk, date, sample};
use xiaohao_core::Actor;
use xiaohao_core::circular::{CircularContent, ItemKind};
use xiaohao_core::order::{AssignmentItem, HazardReference, OrderBody, OrderContent};
use xiaohao_core::paper::{Paper, PaperCommand, PaperFile};
use xiaohao_core::values::{CircularId, HazardId, OrderId};
use xiaohao_ledger::{Answer, Deed, Submission};

/// A paper as the ledger takes it.
pub trait Filed: Paper {
    /// A step in the life of this paper.
    fn deed(id: Self::Id, command: PaperCommand<Self>) -> Deed;

    /// The paper as it stands; none that was never drafted.
    fn find(office: &Office, id: Self::Id) -> impl Future<Output = Option<PaperFile<Self>>>;
}

impl Filed for OrderContent {
    fn deed(id: OrderId, command: PaperCommand<Self>) -> Deed {
        Deed::Order { id, command }
    }

    async fn find(office: &Office, id: OrderId) -> Option<PaperFile<Self>> {
        let all = office.everything();
        office
            .reader()
            .orders(&all, &[id], None)
            .await
            .unwrap()
            .pop()
            .map(|found| found.file)
    }
}

impl Filed for CircularContent {
    fn deed(id: CircularId, command: PaperCommand<Self>) -> Deed {
        Deed::Circular { id, command }
    }

    async fn find(office: &Office, id: CircularId) -> Option<PaperFile<Self>> {
        let all = office.everything();
        let found = office.reader().circulars(&all, &[id], None).await;
        found.unwrap().remove(&id).map(|(_, file)| file)
    }
}

impl Office {
    /// A step in the life of a paper, by somebody who has just looked at it.
    pub async fn filing<P: Filed>(
        &self,
        by: &Actor,
        id: P::Id,
        command: PaperCommand<P>,
    ) -> Submission {
        let seen = P::find(self, id).await.map(|file| file.version);
        let step = self.submission(by, P::deed(id, command));
        but(step, |sent| sent.expected_version = seen)
    }

    /// Drafts a paper.
    pub async fn draft<P: Filed>(&self, content: &P) -> Answer {
        let draft = PaperCommand::Draft(content.clone());
        let draft = self.submission(&clerk(), P::deed(content.id(), draft));
        self.do_now(&draft).await
    }

    /// What issues a draft.
    pub async fn issuing<P: Filed>(&self, by: &Actor, content: &P) -> Submission {
        self.filing::<P>(by, content.id(), PaperCommand::Issue)
            .await
    }

    /// Drafts a paper and issues it.
    pub async fn issue<P: Filed>(&self, by: &Actor, content: &P) -> Answer {
        self.draft(content).await;
        self.do_now(&self.issuing(by, content).await).await
    }

    /// Publishes that these hazards are struck off.
    pub async fn circulate(&self, hazards: &[HazardId]) -> Answer {
        let items: Vec<_> = hazards.iter().map(|id| (*id, ItemKind::Closure)).collect();
        let circular = self.circular(&items).await;
        self.issue(&approver(), &circular).await
    }

    /// These hazards as a paper names them.
    pub async fn references(&self, hazards: &[HazardId]) -> Vec<HazardReference> {
        let files = self.files(hazards).await;
        let reference = |id: &HazardId| HazardReference {
            id: *id,
            number: *files[id].number().unwrap(),
        };
        hazards.iter().map(reference).collect()
    }

    /// An order that assigns these hazards, due 2026-06-30.
    pub async fn order(&self, hazards: &[HazardId]) -> OrderContent {
        let terms = sample::terms(date("2026-06-30"));
        let item = |hazard| AssignmentItem {
            hazard,
            due_on: terms.due_on,
            plan_due_on: terms.plan_due_on,
        };
        let references = self.references(hazards).await;
        OrderContent {
            id: self.new_order(),
            signatory: terms.signatory,
            requirements: terms.requirements,
            body: OrderBody::Assignment {
                parties: Box::new(terms.parties),
                report_every: terms.report_every,
                interim_measures: terms.interim_measures,
                items: references.into_iter().map(item).collect(),
            },
        }
    }

    /// A notice that puts these hazards under supervision.
    pub async fn notice(&self, hazards: &[HazardId]) -> OrderContent {
        OrderContent {
            id: self.new_order(),
            signatory: sample::name("签发戊"),
            requirements: sample::prose("按期整改到位。"),
            body: OrderBody::Supervision {
                items: self.references(hazards).await,
            },
        }
    }

    /// A circular of today that names these hazards.
    pub async fn circular(&self, items: &[(HazardId, ItemKind)]) -> CircularContent {
        let hazards: Vec<_> = items.iter().map(|(id, _)| *id).collect();
        let references = self.references(&hazards).await;
        let items = references.into_iter().zip(items);
        let items = items.map(|(hazard, (_, kind))| sample::item(hazard, *kind));
        sample::circular_of(self.new_circular(), self.today(), items.collect())
    }
}
