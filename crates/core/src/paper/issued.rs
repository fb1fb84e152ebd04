//! A paper once issued: what it says, with its number, its body and its day.

use super::Paper;
use crate::context::Context;
use crate::dossier::IssuingBody;
use crate::refusal::Refusal;
use crate::values::DocumentNumber;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An issued paper; nothing in it changes any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "P: Paper")]
#[expect(
    clippy::struct_field_names,
    reason = "by whom and on which day it was issued is what these two say"
)]
pub struct Issued<P> {
    document: DocumentNumber,
    issued_by: IssuingBody,
    issued_on: NaiveDate,
    content: P,
}

impl<P: Paper> Issued<P> {
    /// The paper with the next number of its series.
    ///
    /// # Errors
    /// [`Refusal::NumberUnavailable`] when the ledger provided none.
    pub(super) fn of(content: P, ctx: &Context<'_>) -> Result<Self, Refusal> {
        let issued_by = ctx.issuing_body();
        Ok(Self {
            document: ctx.known.document(content.series(issued_by))?,
            issued_by,
            issued_on: ctx.occurred_on,
            content,
        })
    }

    /// What was issued without having been a paper.
    pub(crate) fn apart(
        document: DocumentNumber,
        issued_by: IssuingBody,
        issued_on: NaiveDate,
        content: P,
    ) -> Self {
        Self {
            document,
            issued_by,
            issued_on,
            content,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> P::Id {
        self.content.id()
    }

    /// 文号.
    #[must_use]
    pub fn document(&self) -> &DocumentNumber {
        &self.document
    }

    /// 发文机关: which body issued it.
    #[must_use]
    pub fn issued_by(&self) -> IssuingBody {
        self.issued_by
    }

    /// 签发日期, for a circular 印发日期.
    #[must_use]
    pub fn issued_on(&self) -> NaiveDate {
        self.issued_on
    }

    /// What it says.
    #[must_use]
    pub fn content(&self) -> &P {
        &self.content
    }
}
