//! The program that verifies, as an operator runs it; and what is signed, and what is not.

use super::log_anew;
use crate::rebuild::program::{finds, said};
use crate::rebuild::{Kept, WITH_ROWS};
use sea_orm::ConnectionTrait;
use sha2::{Digest as _, Sha256};
use std::fs;
use xiaohao_core::values::{Digest, Evidence, EvidenceKind, EvidenceSet};
use xiaohao_ledger::{Fault, Position};
use xiaohao_log::{Checkpoint, Hash, LogSigner};
use xiaohao_tests::office::Kind;
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

#[tokio::test]
async fn what_stands_beside_the_lines_is_looked_at_too() {
    for kind in WITH_ROWS {
        let kept = Kept::unguarded(kind).await;
        kept.keep_county().await;
        kept.checkpoint().await.unwrap();
        let salt = if kept.is_sqlite() {
            "zeroblob(16)"
        } else {
            "decode(repeat('00', 16), 'hex')"
        };
        for (change, told) in [
            (
                format!("INSERT INTO personal_value VALUES ('431123', 5000, 1, 'x', {salt}, NULL)"),
                "personal data stands beside line 5000",
            ),
            (
                "UPDATE checkpoint SET size = size - 1".to_owned(),
                "the checkpoint that is kept as one over",
            ),
            (
                "UPDATE checkpoint SET note = 'x'".to_owned(),
                "is not what was signed",
            ),
        ] {
            let table = change
                .split(' ')
                .find(|word| word.contains(char::is_lowercase));
            let verify = async || kept.verify(&[]);
            let found = kept.changed(table.unwrap(), &change, verify).await;
            finds(&found, told);
        }
    }
}

#[tokio::test]
async fn what_was_signed_is_checked_by_the_key_that_is_said() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        // Whoever trusts a key finds nothing of it in a log that nobody has signed.
        let said_key = log_signer().public().to_string();
        let unsigned = kept.verify(&["--key", &said_key]);
        finds(&unsigned, "nothing of the log is signed");
        kept.checkpoint().await.unwrap();
        let clean = kept.verify(&[]);
        assert!(clean.status.success(), "{}", said(&clean));
        let unsigned = "1 checkpoint, whose signatures nobody looked at: say --key";
        assert!(said(&clean).contains(unsigned), "{}", said(&clean));
        let key = log_signer().public().to_string();
        let signed = kept.verify(&["--key", &key]);
        assert!(signed.status.success(), "{}", said(&signed));
        assert!(
            said(&signed).contains("1 checkpoint with their signatures"),
            "{}",
            said(&signed)
        );
        let other = LogSigner::from_seed(log_signer().public().name().clone(), &[8; 32]);
        let other = kept.verify(&["--key", &other.public().to_string()]);
        assert_eq!(other.status.code(), Some(1), "{}", said(&other));
        assert!(
            said(&other).contains("is not what was signed"),
            "{}",
            said(&other)
        );
    }
}

#[tokio::test]
async fn a_guard_that_was_taken_away_is_missed() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        assert!(kept.verify(&[]).status.success(), "each guard is there");
        let third = if kept.is_sqlite() {
            "replace"
        } else {
            "truncate"
        };
        let mut gone = 0;
        for guard in ["update", "delete", third] {
            let on = if kept.is_sqlite() {
                ""
            } else {
                " ON ledger_entry"
            };
            kept.by_hand(&format!("DROP TRIGGER ledger_entry_no_{guard}{on}"))
                .await;
            gone += 1;
            let told = kept.verify(&[]);
            assert_eq!(told.status.code(), Some(1), "{}", said(&told));
            let missed = format!("its trigger ledger_entry_no_{guard} was taken away");
            assert!(said(&told).contains(&missed), "{}", said(&told));
            let findings = format!("{gone} finding{}", if gone == 1 { "" } else { "s" });
            assert!(said(&told).contains(&findings), "{}", said(&told));
        }
        if !kept.is_sqlite() {
            kept.by_hand("ALTER TABLE checkpoint DISABLE TRIGGER checkpoint_no_delete")
                .await;
            let told = kept.verify(&[]);
            assert!(
                said(&told).contains("its trigger checkpoint_no_delete"),
                "{}",
                said(&told)
            );
        }
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_not_taken_for_one_without_files() {
    let kept = Kept::on(Kind::Sqlite).await;
    kept.keep_county().await;
    let told = kept.run(&["ledger", "verify", "--evidence", "no/such/folder"]);
    assert!(!told.status.success());
    assert!(
        said(&told).contains("correct --evidence"),
        "{}",
        said(&told)
    );
}

#[tokio::test]
async fn a_secret_on_the_command_line_is_told_and_not_shown() {
    let kept = Kept::on(Kind::Sqlite).await;
    let secret = log_signer().to_secret();
    for arguments in [
        ["ledger", "check", "proof.json", "--key", &secret],
        [
            "ledger",
            "verify",
            "--data",
            "x",
            &format!("--key={secret}"),
        ],
    ] {
        let told = kept.run(&arguments);
        assert!(!told.status.success());
        assert!(
            said(&told).contains("`xiaohao ledger key` prints"),
            "{}",
            said(&told)
        );
        assert!(!said(&told).contains(secret.trim_end()), "{}", said(&told));
    }
}

/// A file that a line cites.
const PHOTO: &[u8] = b"a photo of the dust duct";

impl Kept {
    /// Has a line cite the photo, and keeps it where the server would; the answer is the line, and where the file lies.
    pub(super) async fn cites_a_photo(&self) -> (Position, std::path::PathBuf) {
        let (code, now) = (self.office.county.code, self.office.now());
        let digest = Digest::new(Sha256::digest(PHOTO).into());
        self.store().hold(code, &[digest], now).await.unwrap();
        let note = but(sample::note(), |note| {
            let photo = vec![Evidence::new(digest, EvidenceKind::Site)];
            note.evidence = EvidenceSet::new(photo).unwrap();
        });
        let id = self.office.hazard_at(xiaohao_core::Status::Listed).await;
        let answer = self.office.act(&clerk(), id, note).await;
        let name = digest.to_string();
        let folder = self.office.cabinet.evidence().join(code.to_string());
        let drawer = folder.join(&name[..2]);
        fs::create_dir_all(&drawer).unwrap();
        let path = drawer.join(name);
        fs::write(&path, PHOTO).unwrap();
        (answer.lines[0].position, path)
    }

    pub(super) fn verify(&self, arguments: &[&str]) -> std::process::Output {
        let evidence = self.office.cabinet.evidence();
        fs::create_dir_all(&evidence).unwrap();
        let evidence = evidence.to_str().unwrap();
        self.run(&[&["ledger", "verify", "--evidence", evidence], arguments].concat())
    }
}

#[tokio::test]
async fn the_program_verifies_and_tells() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        let (cited_at, photo) = kept.cites_a_photo().await;

        let clean = kept.verify(&["--county", "431123"]);
        assert!(clean.status.success(), "{kind:?}: {}", said(&clean));
        assert!(
            said(&clean).contains("the record is what was logged"),
            "{}",
            said(&clean)
        );
        assert!(said(&clean).contains(" 1 file,"), "{}", said(&clean));
        assert!(!kept.verify(&["--county", "431124"]).status.success());

        fs::write(&photo, b"a photo of another duct").unwrap();
        let replaced = kept.verify(&[]);
        assert_eq!(replaced.status.code(), Some(1), "{}", said(&replaced));
        let named = format!("the first line that is wrong is line {cited_at}\n");
        assert!(said(&replaced).contains(&named), "{}", said(&replaced));
        assert!(
            said(&replaced).contains("other bytes now"),
            "{}",
            said(&replaced)
        );
        fs::write(&photo, PHOTO).unwrap();

        kept.by_hand("UPDATE hazard SET status = 'CLOSED' WHERE status = 'RECTIFYING'")
            .await;
        let differs = kept.verify(&[]);
        assert_eq!(differs.status.code(), Some(1), "{}", said(&differs));
        assert!(
            said(&differs).contains("status is 'CLOSED'"),
            "{}",
            said(&differs)
        );
        // The record is sound, and nobody is sent for a backup.
        let whole = "which is what was logged: `xiaohao rebuild` makes them anew";
        assert!(said(&differs).contains(whole), "{}", said(&differs));
        assert!(
            !said(&differs).contains("restore a backup"),
            "{}",
            said(&differs)
        );
        assert!(!said(&replaced).contains(whole), "{}", said(&replaced));
        assert!(kept.rebuild().await.unwrap().is_clean());

        let folder = tempfile::tempdir().unwrap();
        let signer = log_signer();
        let lines = kept.office.lines().await.len();
        let true_one = kept.head(lines).await;
        let lie = but(true_one, |head| head.root = Hash::OF_NOTHING);
        let key = signer.public().to_string();
        kept.checkpoint().await.unwrap();
        for (head, wrong) in [
            (true_one, None),
            (kept.head(7).await, Some("is none of those that are kept")),
            (lie, Some("are not those of the checkpoint")),
        ] {
            let file = folder.path().join("kept.checkpoint");
            fs::write(&file, Checkpoint::sign(head, &signer).to_string()).unwrap();
            let file = file.to_str().unwrap();
            let told = kept.verify(&["--checkpoint", file, "--key", &key]);
            assert_eq!(told.status.success(), wrong.is_none(), "{}", said(&told));
            let wrong = wrong.unwrap_or("the record is what was logged");
            assert!(said(&told).contains(wrong), "{}", said(&told));
        }
        let other = LogSigner::from_seed(signer.public().name().clone(), &[8; 32]);
        let other = other.public().to_string();
        let file = folder.path().join("kept.checkpoint");
        let told = kept.verify(&["--checkpoint", file.to_str().unwrap(), "--key", &other]);
        assert!(
            said(&told).contains("is not signed by the key"),
            "{}",
            said(&told)
        );
    }
}

impl Kept {
    /// What is seen of a table that somebody has changed by hand; afterwards it is as it was.
    async fn changed<T>(&self, table: &str, change: &str, see: impl AsyncFnOnce() -> T) -> T {
        let copy = format!("CREATE TABLE before_it AS SELECT * FROM {table}");
        self.by_hand(&copy).await;
        assert!(self.by_hand(change).await > 0, "{change}");
        let seen = see().await;
        self.by_hand(&format!("DELETE FROM {table}")).await;
        let back = format!("INSERT INTO {table} SELECT * FROM before_it");
        self.by_hand(&back).await;
        self.by_hand("DROP TABLE before_it").await;
        seen
    }

    pub(super) async fn checkpoint(&self) -> Result<String, Fault> {
        let (code, now) = (self.office.county.code, self.office.now());
        self.store().checkpoint(code, &log_signer(), now).await
    }
}

#[tokio::test]
async fn a_checkpoint_that_was_taken_away_is_missed() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        for _ in 0..3 {
            kept.office.report().await;
            kept.checkpoint().await.unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("handed-out.checkpoint");
        fs::write(&file, kept.checkpoint().await.unwrap()).unwrap();
        let key = log_signer().public().to_string();
        let with_it = ["--checkpoint", file.to_str().unwrap(), "--key", &key];
        let clean = kept.verify(&with_it);
        assert!(clean.status.success(), "{}", said(&clean));
        kept.unguard().await;

        let none_of_those = "handed-out.checkpoint over";
        for (number, told) in [
            (1, "checkpoint number 1 was taken away"),
            (2, "checkpoint number 2 was taken away"),
            // Nothing that is left tells of the last, but what was handed out.
            (3, none_of_those),
        ] {
            let change = format!("DELETE FROM checkpoint WHERE number = {number}");
            let verify = async || kept.verify(&with_it);
            let found = kept.changed("checkpoint", &change, verify).await;
            finds(&found, told);
        }
    }
}

#[tokio::test]
async fn nothing_is_signed_over_a_line_that_is_not_what_was_logged() {
    for kind in WITH_ROWS {
        let kept = Kept::unguarded(kind).await;
        let first = kept.checkpoint().await.unwrap();
        kept.office.report().await;
        let last = kept.office.lines().await.len();
        for change in [
            format!("UPDATE ledger_entry SET role = 'LEAD' WHERE position = {last}"),
            format!("DELETE FROM ledger_entry WHERE position = {last}"),
            "UPDATE ledger_entry SET position = position + 1000 WHERE position > 5".to_owned(),
            "DELETE FROM ledger_entry WHERE position > 5".to_owned(),
        ] {
            let sign = async || kept.checkpoint().await;
            let signed = kept.changed("ledger_entry", &change, sign).await;
            let fault = signed.unwrap_err().to_string();
            assert!(fault.contains("nothing is signed"), "{change}: {fault}");
        }
        let second = kept.checkpoint().await.unwrap();
        assert_ne!(first, second);
        assert_eq!(kept.checkpoint().await.unwrap(), second);
    }
}

#[tokio::test]
async fn a_past_made_anew_contradicts_what_was_signed() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        kept.checkpoint().await.unwrap();
        let clean = kept.verify(&[]);
        assert!(clean.status.success(), "{}", said(&clean));
        for change in ["UPDATE checkpoint SET note = 'x'", "DELETE FROM checkpoint"] {
            let error = kept
                .hand
                .execute_unprepared(change)
                .await
                .unwrap_err()
                .to_string();
            assert!(
                error.contains("checkpoints are never changed or deleted"),
                "{error}"
            );
        }
        kept.unguard().await;
        let change = "UPDATE ledger_entry SET occurred_on = '2026-03-04', body = replace(body, \
             '\"occurred_on\":\"2026-03-05\"', '\"occurred_on\":\"2026-03-04\"') WHERE position = 9";
        kept.by_hand(change).await;
        log_anew(&kept).await;
        assert!(kept.rebuild().await.unwrap().is_clean());
        let told = kept.verify(&[]);
        assert_eq!(told.status.code(), Some(1), "{}", said(&told));
        assert!(
            said(&told).contains("are not those of the checkpoint over"),
            "{}",
            said(&told)
        );
        // Whoever makes the checkpoint fit cannot sign it.
        let frontier = "UPDATE checkpoint SET frontier = (SELECT frontier FROM ledger_head)";
        kept.by_hand(frontier).await;
        let told = kept.verify(&[]);
        assert!(
            said(&told).contains("is not what was signed"),
            "{}",
            said(&told)
        );
        let fault = kept.checkpoint().await.unwrap_err().to_string();
        assert!(fault.contains("not what was signed"), "{fault}");
    }
}
