//! Which number an event took from the county's series, and which it only cites.
//!
//! An order that is issued with an act takes its id in the same way: it is nobody else's afterwards.
//!
//! Numbers are given by the ledger, in the transaction that stores the event (rule 1). It asks here what an event used,
//! so that the counter moves by what was really taken and no number is given twice.

use crate::acts::SupervisionDocument;
use crate::dossier::{IssuedTerms, NumberFrom};
use crate::lifecycle::Event;
use crate::paper::{Paper, PaperEvent};
use crate::values::{ClueNumber, DocumentNumber, HazardNumber, OrderId, Series};

/// A number that an event took: it is used from now on, whatever becomes of the hazard or the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumberTaken {
    /// The series.
    pub series: Series,
    /// The year in which it counts.
    pub year: u16,
    /// Its place in that year, from 1.
    pub serial: u32,
}

impl Event {
    /// The number that it took; none where it needs none or cites the number of a paper that is out.
    ///
    /// The event says of which series; the word of the number does not, since a county may change its words.
    #[must_use]
    pub fn number_taken(&self) -> Option<NumberTaken> {
        let document = NumberTaken::of_document;
        match self {
            Self::HazardReported(event) => Some(NumberTaken::of_clue(event.clue)),
            Self::HazardListed(event) => Some(NumberTaken::of_hazard(event.number)),
            Self::HazardAssigned(event) => Some(document(
                Series::AssignmentOrder,
                own_number(&event.issued)?,
            )),
            Self::HazardReassigned(event) => Some(document(
                Series::AssignmentOrder,
                own_number(&event.issued)?,
            )),
            Self::FurtherOrderIssued(event) => Some(document(
                Series::AssignmentOrder,
                own_number(&event.issued)?,
            )),
            Self::SupervisionOrdered(event) => match &event.document {
                SupervisionDocument::County(number) => {
                    Some(document(Series::SupervisionOrder, number))
                }
                SupervisionDocument::Paper(_) | SupervisionDocument::Higher(_) => None,
            },
            Self::ExtensionGranted(event) => {
                Some(document(Series::ExtensionOpinion, &event.granted.document))
            }
            Self::ExtensionRefused(event) => {
                Some(document(Series::ExtensionOpinion, &event.document))
            }
            Self::VerificationPassed(event) => {
                Some(document(Series::VerificationOpinion, &event.document))
            }
            Self::VerificationFailed(event) => {
                Some(document(Series::VerificationOpinion, &event.document))
            }
            Self::ExpiryInspected(event) => {
                Some(document(Series::VerificationOpinion, &event.document))
            }
            Self::HazardStruckOff(event) => Some(document(Series::StrikeOffSheet, &event.sheet)),
            Self::ReportRejected(_)
            | Self::DowngradedAtReview(_)
            | Self::OrderAcknowledged(_)
            | Self::AssignmentReturned(_)
            | Self::PlanFiled(_)
            | Self::ProgressRecorded(_)
            | Self::OperationSuspended(_)
            | Self::ExtensionRequested(_)
            | Self::VerificationApplied(_)
            | Self::StrikeOffRefused(_)
            | Self::ClosureCirculated(_)
            | Self::MentionedInCircular(_)
            | Self::HazardReopened(_)
            | Self::HazardMerged(_)
            | Self::HazardDowngraded(_)
            | Self::ShutdownClosureApplied(_)
            | Self::HazardTransferred(_)
            | Self::HazardEscalated(_)
            | Self::OperationResumed(_)
            | Self::HazardAnnulled(_)
            | Self::ApplicationWithdrawn(_)
            | Self::LookedBack(_)
            | Self::CriminalReferralMade(_)
            | Self::AnnulmentProposed(_)
            | Self::NoteAdded(_)
            | Self::SiteVisited(_)
            | Self::SupervisionLifted(_)
            | Self::FurtherOrderAnswered(_)
            | Self::BackdatingConfirmed(_)
            | Self::PlanRevised(_)
            | Self::HazardExposed(_)
            | Self::LinkHandedOut(_)
            | Self::LinkTakenBack(_) => None,
        }
    }
}

impl Event {
    /// The order that was issued together with it, for this hazard alone; none where it brings no order or cites a paper. Its
    /// id belongs to that order from now on, as the number does.
    #[must_use]
    pub fn order_with_act(&self) -> Option<OrderId> {
        if let Self::SupervisionOrdered(event) = self {
            return match &event.document {
                SupervisionDocument::County(_) => event.says.order,
                SupervisionDocument::Paper(_) | SupervisionDocument::Higher(_) => None,
            };
        }
        let (_, issued) = self.order()?;
        own_number(issued).map(|_| issued.order)
    }
}

impl<P: Paper> PaperEvent<P> {
    /// The number that it took: a paper takes its number when it is issued, and a draft has none.
    ///
    /// The event says of which series; the word of the number does not, since a county may change its words.
    #[must_use]
    pub fn number_taken(&self) -> Option<NumberTaken> {
        match self {
            Self::Issued(issued) => Some(NumberTaken::of_document(
                issued.content().series(issued.issued_by()),
                issued.document(),
            )),
            Self::Drafted(_) | Self::Revised(_) | Self::Discarded(_) => None,
        }
    }
}

/// The number of an order that was issued with the act; none where the order cites a paper.
fn own_number(issued: &IssuedTerms) -> Option<&DocumentNumber> {
    match issued.number_from {
        NumberFrom::Series => Some(&issued.document),
        NumberFrom::Paper => None,
    }
}

impl NumberTaken {
    /// What a paper may have taken that bears this number, one of each series of papers: the word does not say which, since a
    /// county may change its words.
    #[must_use]
    pub fn on_a_paper(document: &DocumentNumber) -> Vec<Self> {
        let all = Series::ALL.iter().copied();
        let of_papers = all.filter(|series| series.is_of_papers());
        of_papers
            .map(|series| Self::of_document(series, document))
            .collect()
    }

    fn of_clue(number: ClueNumber) -> Self {
        Self {
            series: Series::Clue,
            year: number.year(),
            serial: number.serial(),
        }
    }

    fn of_hazard(number: HazardNumber) -> Self {
        Self {
            series: Series::Hazard,
            year: number.year(),
            serial: number.serial(),
        }
    }

    fn of_document(series: Series, number: &DocumentNumber) -> Self {
        Self {
            series,
            year: number.year(),
            serial: number.serial(),
        }
    }
}
