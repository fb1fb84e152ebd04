//! A line as a leaf of the county's log: what can be proved of it later to whoever does not believe the county.

use crate::line::{Line, Record};
use crate::position::Position;
use crate::store::NewLine;
use crate::submission::Fingerprint;
use std::sync::Arc;
use xiaohao_core::values::CountyCode;
use xiaohao_log::{Envelope, Hash, Salt};

/// Makes salts, each of its own for a line and for a piece of personal data; chance is a parameter, as the clock is.
pub type Salts = Arc<dyn Fn() -> Salt + Send + Sync>;

impl Record {
    /// The bytes of its leaf, at this place and bound to this content.
    #[must_use]
    pub fn envelope<'a>(&self, county: &'a str, position: Position, content: Hash) -> Envelope<'a> {
        let (subject, stamp) = (self.subject(), self.stamp());
        Envelope {
            county,
            position: position.get(),
            kind: subject.kind().code(),
            subject: subject.id(),
            seq: u64::from(self.seq()),
            request: self.request().as_uuid(),
            occurred_on: stamp.occurred_on,
            recorded_at: stamp.recorded_at,
            content,
        }
    }
}

impl NewLine {
    /// A line as it is written, with its leaf, bound to its body by one salt and the body to each piece of personal data
    /// by another.
    ///
    /// # Errors
    /// None that a record made by this program can cause.
    pub fn sealed(
        county: CountyCode,
        position: Position,
        record: Record,
        fingerprint: Fingerprint,
        salts: &Salts,
    ) -> Result<Self, serde_json::Error> {
        let salt = salts();
        let (body, personal) = record.sealed(salts)?;
        let content = salt.commit(fingerprint.as_bytes(), &body);
        let leaf = record
            .envelope(&county.to_string(), position, content)
            .leaf();
        Ok(Self {
            line: Line {
                position,
                leaf,
                record,
            },
            body,
            personal,
            fingerprint,
            salt,
        })
    }
}
