//! The record itself changed by hand, by somebody who has taken the database's own guards away: it is found, named, and not
//! built upon.

use super::{Kept, WITH_ROWS};
use xiaohao_core::Status;
use xiaohao_migrations::{Migrator, MigratorTrait};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::place::{connect, url};
use xiaohao_tests::sample::but;
use xiaohao_tests::{approver, sample, signer};

impl Kept {
    /// Takes the guards of the record away, as only the owner of the database can.
    pub(crate) async fn unguard(&self) {
        let guards = if self.is_sqlite() {
            "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'"
        } else {
            "SELECT 'DROP TRIGGER ' || tgname || ' ON ' || tgrelid::regclass FROM pg_trigger \
             WHERE NOT tgisinternal"
        };
        for drop in self.texts(guards).await {
            self.by_hand(&drop).await;
        }
    }

    /// The rows as they are, all of them.
    async fn rows(&self) -> Vec<String> {
        self.texts("SELECT title || status || version FROM hazard ORDER BY opened")
            .await
    }
}

/// What can be done to one line, and what is said of it then.
const CHANGES: &[(&str, &str)] = &[
    (
        "UPDATE ledger_entry SET body = replace(body, 'HAZARD_LISTED', 'HAZARD_LISTEd') WHERE position = 9",
        "line 9",
    ),
    (
        "UPDATE ledger_entry SET body = replace(body, '\"seq\":2', '\"seq\":3') WHERE position = 9",
        "line 9",
    ),
    (
        "UPDATE ledger_entry SET body = replace(body, '\"format\":2', '\"format\":3') WHERE position = 9",
        "upgrade the program",
    ),
    (
        "UPDATE ledger_entry SET occurred_on = '2026-03-01' WHERE position = 9",
        "line 9",
    ),
    (
        "UPDATE ledger_entry SET recorded_at = '2026-03-01T00:00:00+00:00' WHERE position = 9",
        "line 9",
    ),
    (
        "UPDATE ledger_entry SET role = 'LEAD' WHERE position = 9",
        "line 9",
    ),
    (
        "UPDATE ledger_entry SET event = 'ReportRejected' WHERE position = 9",
        "line 9",
    ),
    (
        "UPDATE ledger_entry SET seq = 77 WHERE position = 9",
        "line 9",
    ),
    (
        "DELETE FROM ledger_entry WHERE position = 9",
        "line 9 is missing",
    ),
    (
        "DELETE FROM ledger_entry WHERE position = 1",
        "line 1 is missing",
    ),
    (
        "UPDATE ledger_entry SET position = 100000 WHERE position = 9",
        "line 9 is missing",
    ),
];

#[tokio::test]
async fn a_line_that_was_changed_or_taken_away_is_named_and_not_built_upon() {
    for kind in WITH_ROWS {
        for (change, named) in CHANGES {
            let kept = Kept::on(kind).await;
            kept.unguard().await;
            let before = kept.rows().await;
            assert_eq!(kept.by_hand(change).await, 1, "{kind:?}: {change}");
            let told = kept.told().await.join("\n");
            assert!(told.contains(named), "{kind:?}: {change}: {told}");
            let findings = kept.rebuild().await.unwrap();
            assert!(!findings.is_clean(), "{kind:?}: {change}");
            assert_eq!(kept.rows().await, before, "{kind:?}: {change}");
        }
    }
}

#[tokio::test]
async fn the_last_lines_cut_off_are_missed() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        kept.unguard().await;
        kept.by_hand("DELETE FROM ledger_entry WHERE position > 30")
            .await;
        let told = kept.told().await.join("\n");
        assert!(told.contains("the county's row says"), "{kind:?}: {told}");
    }
}

#[tokio::test]
async fn an_empty_ledger_is_clean_and_can_be_rebuilt() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = xiaohao_tests::Office::on(kind).await;
        let hand = connect(&url(office.cabinet.location()), 1).await;
        let kept = Kept { office, hand };
        assert_eq!(kept.told().await, Vec::<String>::new());
        assert!(kept.rebuild().await.unwrap().is_clean());
        kept.office.report().await;
        assert_eq!(kept.told().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_ledger_from_before_orders_were_looked_up_knows_those_that_were_issued_with_acts() {
    for kind in WITH_ROWS {
        let office = Office::on(kind).await;
        let hand = connect(&url(office.cabinet.location()), 1).await;
        let kept = Kept { office, hand };
        let hazards = kept.office.report_several(2).await;
        kept.office.advance(&hazards, Status::Rectifying).await;
        let due_on = kept.office.hazard(hazards[0]).await.term().unwrap().due_on;
        let reassign = but(sample::reassign(due_on), |says| {
            says.order = kept.office.new_order();
        });
        kept.office.act(&approver(), hazards[0], reassign).await;
        let notice = but(sample::supervise(), |says| {
            says.order = Some(kept.office.new_order());
        });
        kept.office.act(&signer(), hazards[0], notice).await;
        let further = but(sample::order_further(due_on), |says| {
            says.order = kept.office.new_order();
        });
        kept.office.act(&approver(), hazards[1], further).await;
        let changes = "SELECT CAST(count(*) AS text) FROM order_with_act";
        let there = kept.texts(changes).await;
        assert_eq!(there, ["5"], "{kind:?}");
        Migrator::down(&kept.hand, Some(1)).await.unwrap();
        Migrator::up(&kept.hand, None).await.unwrap();
        assert_eq!(kept.texts(changes).await, there, "{kind:?}");
        assert_eq!(kept.told().await, Vec::<String>::new(), "{kind:?}");
    }
}
