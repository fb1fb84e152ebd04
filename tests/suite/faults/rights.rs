//! The database cannot be written to, because somebody has taken the right away.

use super::disk::{at_work, is_true, until_done, until_ready};
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use xiaohao_tests::diary::Word;
use xiaohao_tests::place::Place;
use xiaohao_tests::postgres::is_root;

/// Through this the program is bound by the rights of files, as programs are that root does not run.
fn bound_by_rights() -> Vec<&'static str> {
    if is_root() {
        vec![
            "setpriv",
            "--bounding-set=-dac_override,-dac_read_search",
            "--",
        ]
    } else {
        Vec::new()
    }
}

fn rights(path: &Path, mode: u32) {
    set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn what_a_ledger_is_kept_in_is_read_by_its_owner_alone() {
    let place = Place::file().await;
    let _open = place.store().await;
    let folder = place.path().unwrap();
    let files = std::fs::read_dir(folder.parent().unwrap()).unwrap();
    let mut seen = 0;
    for file in files.map(Result::unwrap) {
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", file.path());
        seen += 1;
    }
    assert!(seen >= 3, "the file, its log and its index: {seen}");
}

#[tokio::test]
async fn a_file_that_may_not_be_written_is_told_and_read_and_written_again_when_it_may() {
    let place = Place::file().await;
    let file = place.path().unwrap();
    rights(&file, 0o444);
    let life = at_work(&place, 4, &bound_by_rights());
    let mut said = until_ready(&life, Err("DATABASE_READ_ONLY"));
    said.extend(
        life.until(|word| matches!(word, Word::Fault(_, code) if code == "DATABASE_READ_ONLY")),
    );
    // SQLite gives the files beside it the rights of the file.
    for file in [
        file.clone(),
        file.with_extension("sqlite-wal"),
        file.with_extension("sqlite-shm"),
    ] {
        rights(&file, 0o644);
    }
    said.extend(until_ready(&life, Ok(())));
    said.extend(until_done(&life, 10));
    is_true(&place, life, said).await;
}

#[tokio::test]
async fn a_folder_that_may_not_be_written_is_told_at_the_opening() {
    let place = Place::file().await;
    let file = place.path().unwrap();
    let folder = file.parent().unwrap();
    rights(folder, 0o555);
    let life = at_work(&place, 4, &bound_by_rights());
    let refused = Word::Opened(Err("DATABASE_READ_ONLY".to_owned()));
    life.until(|word| *word == refused);
    rights(folder, 0o755);
    let mut said = until_ready(&life, Ok(()));
    said.extend(until_done(&life, 10));
    is_true(&place, life, said).await;
}
