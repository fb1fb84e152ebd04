//! What somebody does who knows how the ledger is looked at: another way to write the same, guards that refuse nothing, rows of
//! counties that there are not, a ledger that was emptied.

use super::line;
use crate::rebuild::program::{finds, is_clean, said};
use crate::rebuild::{Kept, WITH_ROWS};
use std::process::{Command, Output};
use xiaohao_ledger::Position;
use xiaohao_store::Findings;
use xiaohao_tests::office::Kind;
use xiaohao_tests::place::bytes;

#[tokio::test]
async fn another_way_to_write_the_same_day_or_instant_is_found() {
    let kept = Kept::unguarded(Kind::Sqlite).await;
    for change in [
        "recorded_at = replace(recorded_at, '+00:00', 'Z')",
        "recorded_at = replace(recorded_at, '+00:00', '-00:00')",
        "occurred_on = '+' || occurred_on",
        "occurred_on = ' ' || occurred_on",
    ] {
        let change = format!("UPDATE ledger_entry SET {change} WHERE position = 9");
        assert_eq!(kept.by_hand(&change).await, 1, "{change}");
        let findings = kept.verified(&[]).await;
        assert_eq!(findings.first(), line(9), "{change}: {:#?}", findings.told);
        assert!(!kept.told().await.is_empty(), "{change}: rebuild --check");
        kept.put_back().await;
    }
    assert!(kept.verified(&[]).await.is_clean());
}

#[tokio::test]
async fn what_is_said_to_be_erased_and_is_there_is_found() {
    for kind in WITH_ROWS {
        let kept = Kept::unguarded(kind).await;
        // The database itself knows that the one excludes the other, as long as it is asked.
        kept.by_hand(match kind {
            Kind::Sqlite => "PRAGMA ignore_check_constraints = ON",
            _ => "ALTER TABLE personal_value DROP CONSTRAINT personal_value_check1",
        })
        .await;
        let change =
            "UPDATE personal_value SET erased_by = 9 WHERE position = 1 AND value = '检查甲'";
        assert_eq!(kept.by_hand(change).await, 1);
        let findings = kept.verified(&[]).await;
        assert_eq!(findings.first(), line(1), "{kind:?}: {:#?}", findings.told);
        let told = findings.told.join("\n");
        let expected = "line 1: /event/data/says/found_by is said to be erased, and is there";
        assert!(told.contains(expected), "{kind:?}: {told}");
    }
}

#[tokio::test]
async fn a_guard_that_refuses_nothing_is_missed_as_one_that_is_gone() {
    for kind in WITH_ROWS {
        let made = |name: &str, verb: &str| match kind {
            Kind::Sqlite => format!(
                "DROP TRIGGER {name}; CREATE TRIGGER {name} BEFORE {verb} ON probe WHEN 0 BEGIN SELECT 1; END"
            ),
            _ => format!(
                "DROP TRIGGER {name} ON checkpoint; CREATE TRIGGER {name} BEFORE {verb} ON checkpoint \
                 FOR EACH ROW EXECUTE FUNCTION lets_through()"
            ),
        };
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        if kind == Kind::Postgres {
            kept.by_hand(
                "CREATE FUNCTION lets_through() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
            )
            .await;
        }
        let clean = kept.run(&["ledger", "verify"]);
        is_clean(&clean);
        kept.by_hand(&made("checkpoint_no_delete", "DELETE")).await;
        let found = kept.run(&["ledger", "verify"]);
        let missed = "its trigger checkpoint_no_delete was taken away";
        finds(&found, missed);
    }
}

/// What makes a guard harmless without taking it away, what is added beside one, and what keeps a line from standing twice: each
/// with what is told of it.
const HARMLESS_ON_POSTGRES: &[(&str, &str)] = &[
    (
        "ALTER TABLE ledger_entry ENABLE REPLICA TRIGGER ledger_entry_no_update",
        "its trigger ledger_entry_no_update was taken away, switched off",
    ),
    (
        "ALTER TABLE checkpoint DISABLE TRIGGER checkpoint_no_truncate",
        "its trigger checkpoint_no_truncate was taken away, switched off",
    ),
    (
        "DROP TRIGGER ledger_entry_no_update ON ledger_entry; CREATE TRIGGER ledger_entry_no_update \
         BEFORE UPDATE OF county ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_entry_refuse()",
        "its trigger ledger_entry_no_update was",
    ),
    (
        "DROP TRIGGER ledger_entry_no_update ON ledger_entry; CREATE TRIGGER ledger_entry_no_update \
         BEFORE DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_entry_refuse()",
        "its trigger ledger_entry_no_update was",
    ),
    (
        "CREATE OR REPLACE FUNCTION personal_value_refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN IF false THEN RAISE EXCEPTION 'x'; END IF; RETURN NEW; END $$",
        "its trigger personal_value_no_update was",
    ),
    (
        "ALTER FUNCTION personal_value_refuse() SET search_path = pg_catalog",
        "its trigger personal_value_no_update was",
    ),
    (
        "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; \
         CREATE TRIGGER quiet BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION swallow()",
        "somebody has added quiet to ledger_entry",
    ),
    (
        "CREATE RULE quiet AS ON UPDATE TO refused_attempt DO INSTEAD NOTHING",
        "somebody has added quiet to refused_attempt",
    ),
    (
        "CREATE RULE quiet AS ON INSERT TO outbox DO INSTEAD NOTHING",
        "somebody has added quiet to outbox",
    ),
    (
        "ALTER TABLE hazard_unit ENABLE ROW LEVEL SECURITY",
        "somebody has added row level security to hazard_unit",
    ),
    (
        "DROP INDEX ledger_entry_request",
        "two lines with the same county,request",
    ),
    (
        "DROP INDEX ledger_entry_seq; CREATE INDEX ledger_entry_seq ON ledger_entry \
         (county, subject_kind, subject, seq)",
        "two lines with the same county,subject_kind,subject,seq",
    ),
    (
        "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_pkey",
        "two lines with the same county,position",
    ),
];
const HARMLESS_ON_SQLITE: &[(&str, &str)] = &[
    (
        "CREATE TRIGGER longer AFTER INSERT ON session BEGIN \
         UPDATE session SET renewable_until = '9999-12-31' WHERE id = NEW.id; END",
        "somebody has added longer to session",
    ),
    (
        "DROP TRIGGER ledger_entry_no_update; CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE OF county \
         ON ledger_entry FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed or deleted'); END",
        "its trigger ledger_entry_no_update was",
    ),
    (
        "CREATE TRIGGER quiet BEFORE INSERT ON Ledger_Entry BEGIN SELECT RAISE(IGNORE); END",
        "somebody has added quiet to ledger_entry",
    ),
    (
        "DROP INDEX ledger_entry_request",
        "two lines with the same county,request",
    ),
    (
        "DROP INDEX ledger_entry_request; CREATE UNIQUE INDEX ledger_entry_request ON ledger_entry (county, request) \
         WHERE position < 9",
        "two lines with the same county,request",
    ),
];

#[tokio::test]
async fn a_guard_that_was_made_harmless_and_what_was_added_beside_it_are_found() {
    for (kind, changes) in [
        (Kind::Sqlite, HARMLESS_ON_SQLITE),
        (Kind::Postgres, HARMLESS_ON_POSTGRES),
    ] {
        for (change, told) in changes {
            let kept = Kept::on(kind).await;
            let told_now = async || {
                let mut findings = Findings::default();
                let store = kept.store();
                store.compare_guards(&mut findings).await.unwrap();
                findings.told
            };
            assert_eq!(told_now().await, [""; 0], "{kind:?}");
            kept.by_hand(change).await;
            let found = told_now().await;
            assert!(
                found.iter().any(|found| found.contains(told)),
                "{change}: {found:#?}"
            );
        }
    }
}

#[tokio::test]
async fn rows_of_a_county_that_there_is_not_are_found() {
    for kind in WITH_ROWS {
        for (change, told) in [
            (
                "INSERT INTO county SELECT '431199', data FROM county",
                "under county 431199 the data of county 431123 is kept",
            ),
            (
                "INSERT INTO county VALUES ('Shuangpai', '{}')",
                "rows of a county \"Shuangpai\" are there, and that is no code",
            ),
            (
                "INSERT INTO number_taken VALUES ('431198', 'CLUE', 2026, 1, 1)",
                "the ledger of county 431198 is there, or something of one",
            ),
        ] {
            let kept = Kept::on(kind).await;
            kept.keep_county().await;
            assert!(kept.by_hand(change).await > 0, "{change}");
            for look in [&["ledger", "verify"][..], &["rebuild", "--check"]] {
                let found = kept.run(look);
                finds(&found, told);
            }
        }
    }
}

#[tokio::test]
async fn of_a_ledger_that_was_emptied_it_is_told_that_its_files_are_left() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        kept.unguard().await;
        for table in [
            "personal_value",
            "ledger_entry",
            "ledger_head",
            "hazard_unit",
            "hazard",
            "number_taken",
            "tally",
            "tally_due",
            "hazard_text",
        ] {
            kept.by_hand(&format!("DELETE FROM {table}")).await;
        }
        let found = kept.run(&["ledger", "verify"]);
        let told = "noted as received: where the ledger has begun, its lines were taken away";
        assert!(said(&found).contains(told), "{}", said(&found));
    }
}

#[tokio::test]
async fn a_line_of_the_countys_data_that_cannot_be_read_keeps_nobody_from_looking_at_the_others() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        let entered = kept.office.lines().await.len();
        kept.unguard().await;
        kept.by_hand(&format!(
            "UPDATE ledger_entry SET body = '{{}}' WHERE position = {entered}"
        ))
        .await;
        kept.by_hand("UPDATE ledger_entry SET role = 'LEAD' WHERE position = 9")
            .await;
        kept.by_hand("DELETE FROM ledger_head").await;
        let found = kept.run(&["ledger", "verify"]);
        for told in [
            "the first line that is wrong is line 9",
            &format!("line {entered}: what is stored is damaged"),
            "the row that says how far the ledger has come is gone",
        ] {
            finds(&found, told);
        }
    }
}

#[tokio::test]
async fn what_is_no_file_of_evidence_is_not_read_for_ever() {
    let kept = Kept::on(Kind::Sqlite).await;
    kept.keep_county().await;
    let (_, photo) = kept.cites_a_photo().await;
    std::fs::remove_file(&photo).unwrap();
    let made = Command::new("mkfifo").arg(&photo).status();
    assert!(made.unwrap().success());
    let found = kept.verify(&[]);
    finds(&found, "it is no file");
}

#[tokio::test]
async fn a_file_that_is_here_and_not_noted_is_remarked_and_noted_by_a_server_that_starts() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        let (cited_at, photo) = kept.cites_a_photo().await;
        let clean = kept.verify(&[]);
        is_clean(&clean);
        let digest = photo.file_name().unwrap().to_str().unwrap();
        let own = bytes(kept.is_sqlite(), digest);
        let forget = format!("DELETE FROM evidence WHERE digest = {own}");
        assert_eq!(kept.by_hand(&forget).await, 1);
        let sound = kept.verify(&[]);
        is_clean(&sound);
        let told = format!("which line {cited_at} cites, is here and is not noted as received");
        assert!(said(&sound).contains(&told), "{}", said(&sound));
        let files = kept.office.served().files;
        assert_eq!(files.note_what_is_here().await.unwrap(), 1);
        assert_eq!(files.note_what_is_here().await.unwrap(), 0);
        let healed = kept.verify(&[]);
        assert!(!said(&healed).contains("is not noted"), "{}", said(&healed));
        // What has other bytes is not what was received.
        assert!(kept.by_hand(&forget).await == 1);
        std::fs::write(&photo, b"another").unwrap();
        assert_eq!(files.note_what_is_here().await.unwrap(), 0);
    }
}

/// Whoever writes that a file came has a line cite one that nobody ever sent.
#[tokio::test]
async fn a_file_that_is_noted_and_neither_cited_nor_here_is_remarked_and_is_no_finding() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        let (_, photo) = kept.cites_a_photo().await;
        // The office of the tests holds many without keeping any.
        let sound = kept.verify(&[]);
        let noted = uncited(&sound);
        let name = photo.file_name().unwrap().to_str().unwrap();
        assert!(!said(&sound).contains(name), "{}", said(&sound));
        let digest = bytes(kept.is_sqlite(), &"ff".repeat(32));
        kept.by_hand(&format!(
            "INSERT INTO evidence VALUES ('431123', {digest}, '2026-01-01T00:00:00+00:00')"
        ))
        .await;
        let slipped_in = kept.verify(&[]);
        assert_eq!(uncited(&slipped_in), noted + 1);
    }
}

/// How many files a look that found nothing remarks to be noted, and neither cited nor here.
fn uncited(sound: &Output) -> usize {
    is_clean(sound);
    let said = said(sound);
    let (before, _) = said
        .split_once(" files noted as received and cited by no line")
        .unwrap_or_else(|| panic!("{said}"));
    let (_, count) = before.rsplit_once(' ').unwrap();
    count.parse().unwrap()
}

#[tokio::test]
async fn that_no_checkpoint_is_kept_is_remarked_and_is_no_finding() {
    for kind in WITH_ROWS {
        let kept = Kept::unguarded(kind).await;
        kept.keep_county().await;
        kept.checkpoint().await.unwrap();
        let remark = "no checkpoint is kept: nothing of the log was signed yet, or all that was signed was taken away";
        let signed = kept.run(&["ledger", "verify"]);
        assert!(!said(&signed).contains(remark), "{}", said(&signed));
        kept.by_hand("DELETE FROM checkpoint").await;
        let found = kept.run(&["ledger", "verify"]);
        assert!(said(&found).contains(remark), "{}", said(&found));
    }
}

#[tokio::test]
async fn a_file_that_is_noted_at_no_time_is_found() {
    let kept = Kept::on(Kind::Sqlite).await;
    kept.keep_county().await;
    let change = "UPDATE evidence SET received_at = 'yesterday'";
    assert!(kept.by_hand(change).await > 0);
    let found = kept.run(&["ledger", "verify"]);
    let told = "noted as received under no digest, or at no time";
    finds(&found, told);
}

#[tokio::test]
async fn a_receiver_who_would_not_be_sent_the_next_lines_is_told() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        let (store, code) = (kept.store(), kept.office.county.code);
        let last = kept.office.lines().await.len() as u64;
        let all = Position::new(last);
        store.begin_sending(code, "webhook:a", all).await.unwrap();
        assert_eq!(kept.told().await, [""; 0], "{kind:?}");
        kept.by_hand("UPDATE outbox SET position = position + 1")
            .await;
        let told = kept.told().await;
        let more = last + 1;
        let expected = format!("webhook:a was sent {more} lines by its row, and there are {last}");
        assert!(
            told.len() == 1 && told[0].starts_with(&expected),
            "{told:?}"
        );
        // No rebuild mends it.
        finds(&kept.run(&["ledger", "verify"]), "restore a backup");
    }
}
