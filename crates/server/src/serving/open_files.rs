//! How many files this process may have open, of which each connection is one.

use rustix::process::{Resource, getrlimit, setrlimit};

/// What is left for all else: the databases, files of evidence, webhooks, the log.
const ELSE: u64 = 128;

/// For how many connections there is room, once the process may open as many files as its owner is let. None where there is no end.
pub(super) fn room() -> Option<usize> {
    let mut limit = getrlimit(Resource::Nofile);
    let asked = limit.current;
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "no more files may be open than before");
        limit.current = asked;
    }
    let files = limit.current?;
    // Of very few a half is for connections.
    let room = files.saturating_sub(ELSE).max(files / 2);
    Some(usize::try_from(room).unwrap_or(usize::MAX))
}
