//! The files of evidence beside a ledger, each held against the lines that cite it.

use crate::counted::counted;
use crate::files::hash;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use xiaohao_core::values::{CountyCode, Digest};
use xiaohao_ledger::{Line, Position};
use xiaohao_store::Findings;

/// The files of evidence that were looked at, each once.
pub(super) struct Files {
    folder: PathBuf,
    pub(super) seen: BTreeSet<Digest>,
    /// Those that are not here, with the first line that cites each.
    pub(super) absent: Vec<(Position, Digest)>,
    /// Those that are here as they were received, likewise.
    here: Vec<(Position, Digest)>,
}

/// How many files that are not here are named.
const NAMED: usize = 20;

impl Files {
    pub(super) fn of(folder: &Path, county: CountyCode) -> Self {
        Self {
            folder: crate::files::folder(folder, county),
            seen: BTreeSet::new(),
            absent: Vec::new(),
            here: Vec::new(),
        }
    }

    /// Names what is not here, where it is not kept elsewhere: what lines cite, and what is noted as received, by which a line could
    /// cite a file that nobody ever sent.
    ///
    /// A file that is here and is not noted came when the program was killed, or with a copy that was made later than that of the
    /// database. What is noted is asked for after one has looked, so that what came meanwhile is among it.
    pub(super) fn remark(&self, noted: &BTreeSet<Digest>, findings: &mut Findings) {
        let here = self.here.iter();
        let unnoted = here.filter(|(_, file)| !noted.contains(file));
        let unnoted = unnoted.take(NAMED).map(|(line, file)| {
            format!(
                "the file {file}, which line {line} cites, is here and is not noted as received: a server that starts notes it"
            )
        });
        findings.remarks.extend(unnoted);
        let cited = self.absent.iter().take(NAMED);
        let cited =
            cited.map(|(line, file)| format!("not here: the file {file}, which line {line} cites"));
        findings.remarks.extend(cited);
        let uncited = noted.difference(&self.seen);
        let absent = |file: &&Digest| !crate::files::path(&self.folder, **file).is_file();
        let uncited: Vec<_> = uncited.filter(absent).collect();
        if let Some(first) = uncited.first() {
            let files = counted(uncited.len() as u64, "file");
            findings.remarks.push(format!(
                "not here: {files} noted as received and cited by no line, the first of them {first}"
            ));
        }
    }

    /// Hashes what a line cites, where it is there.
    pub(super) fn look_at(&mut self, line: &Line, findings: &mut Findings) {
        let cited = line.record.hazard().into_iter();
        for digest in cited.flat_map(|entry| entry.event.files()) {
            if self.seen.insert(digest) {
                self.compare(line.position, digest, findings);
            }
        }
    }

    fn compare(&mut self, cited_at: Position, digest: Digest, findings: &mut Findings) {
        let path = crate::files::path(&self.folder, digest);
        let name = path.display();
        match hash(&path) {
            Ok(found) if found == digest => self.here.push((cited_at, digest)),
            Ok(_) => findings.differ_at(cited_at, || {
                format!("line {cited_at} cites a file that has other bytes now: {name}")
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.absent.push((cited_at, digest));
            }
            Err(error) => findings.differ_at(cited_at, || {
                format!("line {cited_at} cites a file that cannot be read: {name}: {error}")
            }),
        }
    }
}
