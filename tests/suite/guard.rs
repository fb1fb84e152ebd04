//! One guard, two faces.

use xiaohao_core::Status;
use xiaohao_tests::{Case, everybody};

#[test]
fn what_is_shown_as_allowed_is_what_would_be_done() {
    for status in Status::ALL {
        let case = Case::at(*status);
        for by in everybody() {
            agree(&case, &by);
        }
    }
}

/// `actions` and a dry run of a fitting command say the same of every act.
pub fn agree(case: &Case, by: &xiaohao_core::Actor) {
    for action in case.actions(by) {
        let done = case.dry_run(by, case.fitting(action.act, by));
        match done {
            Ok(_) => assert!(
                action.allowed(),
                "{:?} by {:?}: {:?}",
                action.act,
                by.role,
                action.refusals
            ),
            Err(refusals) => {
                assert!(
                    !action.allowed(),
                    "{:?} by {:?} in {:?}: {refusals:?}",
                    action.act,
                    by.role,
                    case.status()
                );
                // What is said beforehand is said again, with whatever the content adds.
                let said = |refusal| refusals.iter().any(|other| other == refusal);
                let all_said = action.refusals.iter().all(said);
                assert!(
                    all_said,
                    "{:?}: {:?} and {refusals:?}",
                    action.act, action.refusals
                );
            }
        }
    }
}
