//! What a clerk should know before he goes on, although nothing forbids it.

use crate::acts::OrderTerms;
use crate::context::County;
use crate::lifecycle::Command;
use crate::policy::{Anchor, ComputedDate, Limit};
use crate::values::Holder;
use chrono::NaiveDate;
use std::fmt;

/// One piece of advice. The act is done all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advice {
    /// The deadline lies beyond what the policy expects; large works exceed it in practice (spec §2.3, deadline cap).
    DeadlineBeyondCap {
        /// The last day that the policy expects.
        cap: Box<ComputedDate>,
    },
    /// The credit code's own check holds, the older one inside it (GB 11714) does not.
    OrganisationCodeDoubtful,
}

impl Advice {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DeadlineBeyondCap { .. } => "DEADLINE_BEYOND_CAP",
            Self::OrganisationCodeDoubtful => "ORGANISATION_CODE_DOUBTFUL",
        }
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DeadlineBeyondCap { cap } => {
                write!(f, "整改期限较长，请确认确有必要，并核实期间防控措施。{cap}")
            }
            Self::OrganisationCodeDoubtful => f.write_str(
                "统一社会信用代码中的组织机构代码校验位不符（GB 11714），请与营业执照核对。",
            ),
        }
    }
}

/// What there is to say about a command done on this day.
#[must_use]
pub fn advise(command: &Command, county: &County, occurred_on: NaiveDate) -> Vec<Advice> {
    let on_terms = |terms: &OrderTerms| {
        let anchors = [(Anchor::Assigned, occurred_on)];
        let cap = county
            .policy
            .due(Limit::DeadlineCap, &anchors, &county.calendar)
            .ok();
        let beyond = cap.filter(|cap| terms.due_on > cap.on);
        let beyond = beyond.map(|cap| Advice::DeadlineBeyondCap { cap: Box::new(cap) });
        beyond
            .into_iter()
            .chain(on_holder(&terms.parties.responsible))
            .collect()
    };
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "advice is given where there is any; its absence harms nobody"
    )]
    match command {
        Command::Assign(says) => on_terms(&says.terms),
        Command::OrderFurther(says) => on_terms(&says.terms),
        Command::Report(says) => says
            .holder
            .as_ref()
            .and_then(on_holder)
            .into_iter()
            .collect(),
        Command::List(says) => on_holder(&says.holder).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn on_holder(holder: &Holder) -> Option<Advice> {
    let doubtful = holder
        .uscc()
        .is_some_and(|uscc| !uscc.organisation_check_holds());
    doubtful.then_some(Advice::OrganisationCodeDoubtful)
}
