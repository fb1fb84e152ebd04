//! The values of which hazards, orders and reports are made.
//!
//! Every value is valid from the moment it exists: its fields are private, its one constructor
//! says which bound was broken ([`Invalid`]), and reading it back from storage checks it again.
//! What is legal for a hazard *in a given state* is deliberately not here; that is for the acts.

mod accident;
mod basis;
mod characters;
#[cfg(test)]
pub(crate) mod checks;
mod classification;
mod coordinates;
mod decimal;
mod digest;
mod division;
mod document_number;
mod document_words;
mod evidence;
mod evidence_set;
mod handling;
mod ids;
mod invalid;
mod likeness;
mod money;
mod name;
mod numbers;
mod personal;
mod phone;
mod source;
pub(crate) mod stored_text;
mod text;
mod unit;
mod uscc;
mod validity;
pub(crate) mod vocabulary;

pub use accident::{AccidentEdition, AccidentType};
pub use basis::{Basis, ClauseStatus, ResearchBasis, StandardBasis, StandardParts};
pub use classification::{HazardCategory, IndustryCode, KeyField, Level, ObjectKind};
pub use coordinates::{Coordinates, Datum, Latitude, Longitude};
pub use digest::Digest;
pub use division::{CountyCode, RegionCode, RegionLevel, TownshipCode};
pub use document_number::{DocumentNumber, DocumentWord};
pub use document_words::{DocumentWords, Series};
pub use evidence::{Evidence, EvidenceKind, Taken};
pub use evidence_set::EvidenceSet;
pub use handling::{
    ClosureBasis, EscalationKind, InspectionMode, RejectReason, ReopenReason, ReportPeriod,
    SupervisionLevel, SuspensionKind,
};
pub use ids::{
    CampaignId, CircularId, DeviceId, HazardId, LinkId, OrderId, PersonId, RequestId, UnitId,
};
pub use invalid::{Invalid, InvalidEntry};
pub use likeness::{composed, likeness};
pub use money::Fen;
pub use name::Name;
pub use numbers::{ClueNumber, HazardNumber, NUMBERED_YEARS};
pub use personal::{ERASED, Keeping, KeyName, PersonName, PrivateName};
pub use phone::Phone;
pub use source::Source;
pub use text::{Description, Line, Opinion, Place, Prose, Reason, Title};
pub use unit::{Holder, HolderKind, HolderParts};
pub use uscc::Uscc;
pub use validity::Validity;
