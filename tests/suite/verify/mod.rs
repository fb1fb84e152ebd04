//! The record changed by hand, by somebody who has taken the database's own guards away and knows how leaves are made: it is
//! found, and the first line that is wrong is named. What he cannot do is change what somebody else has kept.

mod beside;
mod circulars;
mod program;

use crate::rebuild::{Kept, WITH_ROWS};
use sea_orm::{ConnectionTrait, Statement, Value};
use std::collections::BTreeSet;
use std::fs;
use xiaohao_core::acts::Reporter;
use xiaohao_core::upkeep::{ErasePersonalData, ErasureGround, PersonalPlace, UpkeepCommand};
use xiaohao_core::values::PrivateName;
use xiaohao_ledger::{Deed, Position, Record, SubjectKind, Submission};
use xiaohao_log::{Frontier, Hash, Salt, TreeHead};
use xiaohao_store::{Findings, Known, Location};
use xiaohao_tests::office::Kind;
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

/// The one line that is the first wrong one.
#[expect(
    clippy::unnecessary_wraps,
    reason = "it is compared with what may be none"
)]
fn line(number: u64) -> Option<(Position, Position)> {
    Some((Position::new(number), Position::new(number)))
}

/// Lines among which it is.
#[expect(
    clippy::unnecessary_wraps,
    reason = "it is compared with what may be none"
)]
fn among(from: u64, to: usize) -> Option<(Position, Position)> {
    Some((Position::new(from), Position::new(to as u64)))
}

impl Kept {
    /// A ledger whose guards are taken away, and a copy of it in the same database.
    async fn unguarded(kind: Kind) -> Self {
        let kept = Self::on(kind).await;
        kept.unguard().await;
        for table in ["ledger_entry", "ledger_head", "personal_value"] {
            let copy = format!("CREATE TABLE copy_of_{table} AS SELECT * FROM {table}");
            kept.by_hand(&copy).await;
        }
        kept
    }

    /// Everything as it was.
    async fn put_back(&self) {
        for table in ["ledger_entry", "ledger_head", "personal_value"] {
            self.by_hand(&format!("DELETE FROM {table}")).await;
            let back = format!("INSERT INTO {table} SELECT * FROM copy_of_{table}");
            self.by_hand(&back).await;
        }
    }

    /// What a walk over the ledger finds, beside heads that somebody has kept.
    async fn verified(&self, known: &[TreeHead]) -> Findings {
        let known = known.iter().map(|head| Known {
            head: *head,
            who: "the kept one".to_owned(),
            is_kept_elsewhere: true,
        });
        self.verified_against(known.collect()).await
    }

    async fn verified_against(&self, known: Vec<Known>) -> Findings {
        let code = self.office.county.code;
        let walk = self.store().verification(code, known).await;
        let (mut walk, mut findings) = (walk.unwrap(), Findings::default());
        while walk.next(&mut findings).await.unwrap().is_some() {}
        walk.finish(&mut findings);
        findings
    }

    /// The head over the first lines.
    pub(crate) async fn head(&self, size: usize) -> TreeHead {
        let mut log = Frontier::default();
        for line in self.office.lines().await.into_iter().take(size) {
            log.append(line.leaf).unwrap();
        }
        log.head()
    }

    /// Another first byte of a column of bytes.
    pub(crate) fn first_byte(&self, column: &str) -> String {
        if self.is_sqlite() {
            format!(
                "CAST(CASE substr({column}, 1, 1) WHEN x'01' THEN x'02' ELSE x'01' END \
                 || substr({column}, 2) AS BLOB)"
            )
        } else {
            format!("set_byte({column}, 0, get_byte({column}, 0) # 1)")
        }
    }
}

#[tokio::test]
async fn a_ledger_that_only_the_program_wrote_is_what_was_logged() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        let lines = kept.office.lines().await.len();
        let known = [
            kept.head(0).await,
            kept.head(5).await,
            kept.head(lines).await,
        ];
        let findings = kept.verified(&known).await;
        assert!(findings.is_clean(), "{kind:?}: {:#?}", findings.told);
        assert_eq!(findings.lines, lines as u64);
        assert!(lines > 35, "{lines} lines are few");
    }
}

#[tokio::test]
async fn no_column_of_a_line_can_be_changed_unnoticed() {
    for kind in WITH_ROWS {
        let kept = Kept::unguarded(kind).await;
        let columns = if kept.is_sqlite() {
            "SELECT name FROM pragma_table_info('ledger_entry')"
        } else {
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'ledger_entry'"
        };
        let columns = kept.texts(columns).await;
        assert!(columns.len() >= 16, "{columns:?}");
        for column in columns {
            let other = match column.as_str() {
                "county" => "'431124'".to_owned(),
                "position" => "position + 100000".to_owned(),
                "subject_kind" => "'ORDER'".to_owned(),
                "subject" => "request".to_owned(),
                "seq" => "seq + 1000".to_owned(),
                "request" | "unit" => "person".to_owned(),
                "person" => "unit".to_owned(),
                "event" => "'ReportRejected'".to_owned(),
                "role" => "'LEAD'".to_owned(),
                "occurred_on" => "'2026-03-01'".to_owned(),
                "recorded_at" => "'2026-03-02T01:00:00.999999+00:00'".to_owned(),
                // A space, where JSON does not mind one.
                "body" => "replace(body, '{\"format\":2,', '{\"format\":2 ,')".to_owned(),
                "fingerprint" | "salt" | "leaf" => kept.first_byte(&column),
                other => panic!("{other} is a column that nobody tries to change here"),
            };
            let change = format!("UPDATE ledger_entry SET {column} = {other} WHERE position = 9");
            assert_eq!(kept.by_hand(&change).await, 1, "{change}");
            let findings = kept.verified(&[]).await;
            assert_eq!(
                findings.first(),
                Some((Position::new(9), Position::new(9))),
                "{kind:?}: {change}: {:#?}",
                findings.told
            );
            assert!(findings.told[0].contains("line 9"), "{:#?}", findings.told);
            kept.put_back().await;
        }
        assert!(kept.verified(&[]).await.is_clean());
    }
}

/// Every value is one that the type would take, so that only its commitment tells.
#[tokio::test]
async fn no_personal_data_can_be_changed_taken_away_or_added_unnoticed() {
    for kind in WITH_ROWS {
        let kept = Kept::unguarded(kind).await;
        let of_line_1 = "WHERE position = 1 AND value = ";
        let salt = kept.first_byte("salt");
        for (change, told) in [
            (
                format!("UPDATE personal_value SET value = '检查乙' {of_line_1}'检查甲'"),
                "line 1: /event/data/says/found_by is not what was logged",
            ),
            (
                format!("UPDATE personal_value SET value = '0746-7720001' {of_line_1}'0746-7720000'"),
                "line 1: /event/data/says/holder/phone is not what was logged",
            ),
            (
                format!("UPDATE personal_value SET salt = {salt} {of_line_1}'0746-7720000'"),
                "line 1: /event/data/says/holder/phone is not what was logged",
            ),
            (
                format!(
                    "UPDATE personal_value SET value = NULL, salt = NULL, erased_by = 9 {of_line_1}'联系人甲'"
                ),
                "line 1: /event/data/says/holder/contact was taken away, and no line orders its erasure",
            ),
            (
                format!("DELETE FROM personal_value {of_line_1}'检查甲'"),
                "line 1: /event/data/says/found_by is missing beside the ledger",
            ),
            (
                "INSERT INTO personal_value SELECT county, position, number + 90, value, salt, NULL \
                 FROM personal_value WHERE position = 1 AND number = 1"
                    .to_owned(),
                "line 1 has more personal data beside it",
            ),
        ] {
            assert_eq!(kept.by_hand(&change).await, 1, "{change}");
            let findings = kept.verified(&[]).await;
            assert_eq!(findings.first(), line(1), "{kind:?}: {change}");
            let all = findings.told.join("\n");
            assert!(all.contains(told), "{kind:?}: {change}: {all}");
            kept.put_back().await;
        }
        assert!(kept.verified(&[]).await.is_clean());
    }
}

impl Kept {
    /// A piece of personal data erased as it should be; the answer is where the order stands.
    pub(crate) async fn erase(&self, entry: Position, field: &str) -> Position {
        let place = PersonalPlace {
            entry: entry.get(),
            field: sample::line(field),
        };
        let command = UpkeepCommand::ErasePersonalData(ErasePersonalData {
            places: BTreeSet::from([place]),
            ground: ErasureGround::ConsentWithdrawn,
            reason: sample::prose("依第1号申请。"),
        });
        let deed = Deed::Ledger { command };
        let erase = self.office.submission(&approver(), deed);
        self.office.do_now(&erase).await.lines[0].position
    }
}

/// What a line orders is told from what somebody did by hand, and every head that was kept before still holds.
#[tokio::test]
async fn what_was_erased_by_order_is_told_from_what_was_taken_away() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        let last = kept.office.lines().await.len();
        let head = kept.head(last).await;
        let phone = "/event/data/says/holder/phone";
        let by = kept.erase(Position::new(1), phone).await;
        let findings = kept.verified(&[head]).await;
        assert!(findings.is_clean(), "{kind:?}: {:#?}", findings.told);
        let rows = kept.store().check(&kept.office.county, |_| ()).await;
        assert!(rows.unwrap().is_clean());
        kept.unguard().await;
        let of_line_1 = "WHERE position = 1 AND value";
        let salt = "(SELECT salt FROM personal_value WHERE position = 1 AND value = '检查甲')";
        for (change, told) in [
            // Another piece, as if the same line had ordered it.
            (
                format!(
                    "UPDATE personal_value SET value = NULL, salt = NULL, erased_by = {by} {of_line_1} = '检查甲'"
                ),
                "line 1: /event/data/says/found_by was taken away, and no line orders its erasure"
                    .to_owned(),
            ),
            // A line that orders nothing.
            (
                format!(
                    "UPDATE personal_value SET erased_by = 2 {of_line_1} IS NULL AND erased_by = {by}"
                ),
                format!("line 1: {phone} was taken away, and no line orders its erasure"),
            ),
            // A row that is no longer there.
            (
                format!("DELETE FROM personal_value {of_line_1} IS NULL AND erased_by = {by}"),
                format!("line 1: {phone} is missing beside the ledger"),
            ),
            // What was erased, brought back.
            (
                format!(
                    "UPDATE personal_value SET value = '0746-7720000', erased_by = NULL, salt = {salt} \
                     {of_line_1} IS NULL AND erased_by = {by}"
                ),
                format!("line 1: {phone} is not erased, although line {by} orders it"),
            ),
        ] {
            let copy = "CREATE TABLE copy_of_personal AS SELECT * FROM personal_value";
            kept.by_hand(copy).await;
            assert_eq!(kept.by_hand(&change).await, 1, "{change}");
            let findings = kept.verified(&[head]).await;
            assert_eq!(findings.first(), line(1), "{kind:?}: {change}");
            let all = findings.told.join("\n");
            assert!(all.contains(&told), "{kind:?}: {change}: {all}");
            kept.by_hand("DELETE FROM personal_value").await;
            let back = "INSERT INTO personal_value SELECT * FROM copy_of_personal";
            kept.by_hand(back).await;
            kept.by_hand("DROP TABLE copy_of_personal").await;
        }
        assert!(kept.verified(&[head]).await.is_clean());
    }
}

/// SQLite alone would leave the bytes where they were, on pages that are no longer used.
#[tokio::test]
async fn nothing_of_what_was_erased_is_left_in_the_file() {
    // Long enough that what comes in its place does not lie on all of it.
    const NAME: &str = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥";
    let kept = Kept::on(Kind::Sqlite).await;
    let says = but(sample::report(), |says| {
        says.reporter = Some(Reporter {
            name: PrivateName::new(NAME).ok(),
            phone: None,
        });
    });
    let report = kept.office.reporting(&intake(), says);
    let entry = kept.office.do_now(&report).await.lines[0].position;
    let Location::File(path) = kept.office.cabinet.location().clone() else {
        panic!("not in a file");
    };
    let is_in_the_file = async || {
        let put_away = "PRAGMA wal_checkpoint(TRUNCATE)";
        kept.hand.execute_unprepared(put_away).await.unwrap();
        let bytes = fs::read(&path).unwrap();
        let is_there = |part: &[u8]| bytes.windows(part.len()).any(|own| own == part);
        NAME.as_bytes().chunks(9).any(is_there)
    };
    assert!(is_in_the_file().await);
    kept.erase(entry, "/event/data/says/reporter/name").await;
    assert!(!is_in_the_file().await);
}

#[tokio::test]
async fn no_line_can_be_taken_away_slipped_in_or_moved_unnoticed() {
    for kind in WITH_ROWS {
        let kept = Kept::unguarded(kind).await;
        let last = kept.office.lines().await.len();
        let slipped_in = format!(
            "INSERT INTO ledger_entry SELECT county, {last} + 1, subject_kind, subject, seq + 1000, person, fingerprint, \
             event, person, role, unit, occurred_on, recorded_at, body, salt, leaf FROM ledger_entry WHERE position = 9"
        );
        let swap = [
            "UPDATE ledger_entry SET position = 100000 WHERE position = 9",
            "UPDATE ledger_entry SET position = 9 WHERE position = 10",
            "UPDATE ledger_entry SET position = 10 WHERE position = 100000",
        ];
        for (changes, first) in [
            (&["DELETE FROM ledger_entry WHERE position = 9"][..], 9),
            (&["DELETE FROM ledger_entry WHERE position = 1"], 1),
            (&["DELETE FROM ledger_entry"], 1),
            (&["DELETE FROM ledger_entry WHERE position > 30"], 31),
            (&[&slipped_in], last as u64 + 1),
            (&swap, 9),
        ] {
            for change in changes {
                assert!(kept.by_hand(change).await > 0, "{change}");
            }
            let findings = kept.verified(&[]).await;
            let told = &findings.told;
            let found = findings.first();
            assert_eq!(found, line(first), "{kind:?}: {changes:?}: {told:#?}");
            kept.put_back().await;
        }
        assert!(kept.verified(&[]).await.is_clean());
        // No line is wrong then, and it is told what is.
        kept.by_hand("DELETE FROM ledger_head").await;
        let findings = kept.verified(&[]).await;
        assert_eq!(findings.first(), None, "{kind:?}: {:#?}", findings.told);
        let told = "the row that says how far the ledger has come is gone";
        assert!(findings.told[0].contains(told), "{:#?}", findings.told);
    }
}

/// A whole ledger made anew by somebody who knows how: each line's leaf from what is stored of it, and the frontier.
pub(crate) async fn log_anew(kept: &Kept) {
    let code = kept.office.county.code;
    let backend = kept.hand.get_database_backend();
    let all = "SELECT position, subject_kind, body, fingerprint, salt FROM ledger_entry ORDER BY position";
    let rows = kept
        .hand
        .query_all_raw(Statement::from_string(backend, all))
        .await;
    let mut log = Frontier::default();
    let mut run = Vec::new();
    for row in rows.unwrap() {
        let position: i64 = row.try_get_by_index(0).unwrap();
        let kind: String = row.try_get_by_index(1).unwrap();
        let body: String = row.try_get_by_index(2).unwrap();
        let bytes = |column| row.try_get_by_index::<Vec<u8>>(column).unwrap();
        let salt = Salt::new(bytes(4).try_into().unwrap());
        let content = salt.commit(&bytes(3).try_into().unwrap(), &body);
        let erased = vec![None; xiaohao_ledger::commitments(&body).unwrap().len()];
        let kind = SubjectKind::from_code(&kind).unwrap();
        let record = Record::from_body(kind, &body, &erased).unwrap();
        let place = Position::new(position.try_into().unwrap());
        let leaf = record.envelope(&code.to_string(), place, content).leaf();
        log.append(leaf).unwrap();
        run.push((
            "UPDATE ledger_entry SET leaf = $1 WHERE position = $2",
            vec![leaf.as_bytes().to_vec().into(), position.into()],
        ));
    }
    let values: Vec<Value> = vec![
        log.to_bytes().into(),
        i64::try_from(log.size()).unwrap().into(),
    ];
    run.push((
        "UPDATE ledger_head SET frontier = $1, position = $2",
        values,
    ));
    for (sql, values) in run {
        let statement = Statement::from_sql_and_values(backend, sql, values);
        kept.hand.execute_raw(statement).await.unwrap();
    }
}

/// The ledger as it would be if every line of it had been recorded while personal data stood in the body.
async fn as_before_format_2(kept: &Kept, sent: &Submission) {
    let backend = kept.hand.get_database_backend();
    for line in kept.office.lines().await {
        let body = line.record.shown().unwrap();
        let body = body.replacen("\"format\":2", "\"format\":1", 1);
        let position = i64::try_from(line.position.get()).unwrap();
        let update = Statement::from_sql_and_values(
            backend,
            "UPDATE ledger_entry SET body = $1 WHERE position = $2",
            [body.into(), position.into()],
        );
        kept.hand.execute_raw(update).await.unwrap();
    }
    let known = sent.before_format_2().unwrap();
    let update = Statement::from_sql_and_values(
        backend,
        "UPDATE ledger_entry SET fingerprint = $1 WHERE request = $2",
        [
            known.as_bytes().to_vec().into(),
            sent.request.as_uuid().into(),
        ],
    );
    assert_eq!(
        kept.hand.execute_raw(update).await.unwrap().rows_affected(),
        1
    );
    kept.by_hand("DELETE FROM personal_value").await;
    log_anew(kept).await;
}

#[tokio::test]
async fn a_ledger_from_before_personal_data_was_kept_apart_goes_on() {
    for kind in WITH_ROWS {
        let kept = Kept::unguarded(kind).await;
        let sent = kept.office.report_anew();
        let hazard = office::subject(&kept.office.do_now(&sent).await);
        let before = kept.office.hazard(hazard).await;
        let last = kept.office.lines().await.len();
        as_before_format_2(&kept, &sent).await;
        let head = kept.head(last).await;
        assert_eq!(kept.office.hazard(hazard).await, before);
        office::replayed(kept.office.execute(&sent).await);
        let another = but(sent, |sent| {
            let Deed::Hazard { command, .. } = &mut sent.deed else {
                panic!("no report");
            };
            *command = but(sample::report(), |says| says.found_by = None).into();
        });
        kept.office.refuse(&another).await;
        kept.office.act(&clerk(), hazard, sample::list()).await;
        let findings = kept.verified(&[head]).await;
        assert!(findings.is_clean(), "{kind:?}: {:#?}", findings.told);
        let rows = kept.store().check(&kept.office.county, |_| ()).await;
        assert!(rows.unwrap().is_clean());
    }
}

#[tokio::test]
async fn a_past_made_anew_with_all_its_hashes_is_found_by_whoever_kept_a_head() {
    for kind in WITH_ROWS {
        let kept = Kept::unguarded(kind).await;
        let last = kept.office.lines().await.len();
        let (early, late) = (kept.head(5).await, kept.head(last).await);
        let change = "UPDATE ledger_entry SET occurred_on = '2026-03-04', body = replace(body, \
             '\"occurred_on\":\"2026-03-05\"', '\"occurred_on\":\"2026-03-04\"') WHERE position = 9";
        assert_eq!(kept.by_hand(change).await, 1);
        let findings = kept.verified(&[]).await;
        assert_eq!(findings.first(), line(9));
        log_anew(&kept).await;
        let findings = kept.verified(&[]).await;
        assert!(findings.is_clean(), "{kind:?}: {:#?}", findings.told);
        let findings = kept.verified(&[late]).await;
        assert_eq!(findings.first(), among(1, last), "{:#?}", findings.told);
        let findings = kept.verified(&[early, late]).await;
        assert_eq!(findings.first(), among(6, last), "{:#?}", findings.told);
        let told = findings.told.join("\n");
        assert!(
            told.contains(&format!("lines 6 to {last} are not those of the kept one")),
            "{told}"
        );
        kept.put_back().await;
    }
}

#[tokio::test]
async fn an_end_cut_off_with_all_its_traces_is_found_by_whoever_kept_a_head() {
    for kind in WITH_ROWS {
        let kept = Kept::unguarded(kind).await;
        let last = kept.office.lines().await.len();
        let late = kept.head(last).await;
        for table in ["ledger_entry", "personal_value"] {
            kept.by_hand(&format!("DELETE FROM {table} WHERE position > 30"))
                .await;
        }
        log_anew(&kept).await;
        assert!(kept.verified(&[]).await.is_clean());
        let findings = kept.verified(&[late]).await;
        assert_eq!(findings.first(), line(31), "{:#?}", findings.told);
        assert!(
            findings.told[0].contains("line 31 is missing"),
            "{:#?}",
            findings.told
        );
    }
}

#[tokio::test]
async fn a_line_that_is_found_wrong_is_named_though_the_log_is_wrong_from_an_earlier_one_on() {
    for kind in WITH_ROWS {
        let kept = Kept::unguarded(kind).await;
        let last = kept.office.lines().await.len();
        let (early, late) = (kept.head(5).await, kept.head(last).await);
        let change = format!(
            "UPDATE ledger_entry SET leaf = {} WHERE position = 9",
            kept.first_byte("leaf")
        );
        kept.by_hand(&change).await;
        for known in [&[][..], &[late], &[early, late]] {
            let findings = kept.verified(known).await;
            assert_eq!(findings.first(), line(9), "{:#?}", findings.told);
        }
        // Among the lines before it there is another, of which only the log knows.
        let before = but(kept.head(8).await, |head| head.root = Hash::OF_NOTHING);
        let findings = kept.verified(&[before, late]).await;
        assert_eq!(findings.first(), among(1, 8), "{:#?}", findings.told);
        kept.put_back().await;
    }
}

#[tokio::test]
async fn what_is_kept_in_the_database_says_nothing_against_what_is_kept_elsewhere() {
    let kept = Kept::on(Kind::Sqlite).await;
    let last = kept.office.lines().await.len();
    let known = |head, is_kept_elsewhere| Known {
        head,
        who: "somebody".to_owned(),
        is_kept_elsewhere,
    };
    let (early, middle) = (kept.head(5).await, kept.head(20).await);
    let lie = but(kept.head(last).await, |head| head.root = Hash::OF_NOTHING);
    for (is_kept_elsewhere, first) in [(true, 6), (false, 21)] {
        // That of the database agrees up to line 20; whoever made the lines anew has made it too.
        let all = vec![
            known(early, true),
            known(middle, false),
            known(lie, is_kept_elsewhere),
        ];
        let findings = kept.verified_against(all).await;
        assert_eq!(findings.first(), among(first, last), "{:#?}", findings.told);
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_found_in_their_line_and_the_walk_goes_on() {
    let kept = Kept::unguarded(Kind::Sqlite).await;
    let no_text = "CAST(x'e5cc8c' AS text)";
    for (change, told) in [
        (
            format!("UPDATE ledger_entry SET body = body || {no_text} WHERE position = 9"),
            "line 9: ",
        ),
        (
            format!("UPDATE ledger_entry SET role = {no_text} WHERE position = 9"),
            "line 9: ",
        ),
        (
            format!(
                "UPDATE personal_value SET value = {no_text} WHERE position = 1 AND number = 1"
            ),
            "line 1: /event/data/says/holder/head cannot be read",
        ),
    ] {
        assert_eq!(kept.by_hand(&change).await, 1, "{change}");
        kept.by_hand("UPDATE ledger_entry SET seq = seq + 1000 WHERE position = 12")
            .await;
        let findings = kept.verified(&[]).await;
        let all = findings.told.join("\n");
        assert!(all.contains(told), "{change}: {all}");
        assert!(all.contains("line 12"), "{change}: {all}");
        let first = if told.starts_with("line 1:") { 1 } else { 9 };
        assert_eq!(findings.first(), line(first), "{change}: {all}");
        kept.put_back().await;
    }
}
