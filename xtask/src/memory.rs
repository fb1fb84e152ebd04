//! Where the tests put what they write for a while: into memory, where a machine has plenty of it. Half of their time on a disk
//! they wait for commits, and none of them looks at what a disk forgets: where a program is killed, the system stays up.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

/// By this programs are told where to put what they need for a while.
const FOLDER: &str = "TMPDIR";

/// Where Linux keeps a folder in memory.
const SHARED: &str = "/dev/shm";

/// Tells a command to put there what it writes for a while, and says so; not where somebody has said otherwise, or where the
/// folder or the memory is small.
pub(crate) fn lend(command: &mut Command) {
    if env::var_os(FOLDER).is_none() && has_plenty() {
        println!("What the tests write goes to {SHARED}; set {FOLDER} to have it elsewhere.");
        command.env(FOLDER, SHARED);
    }
}

/// Whether the folder can take what the tests write, and the memory too, beside what they and the compiler need.
fn has_plenty() -> bool {
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    Path::new(SHARED).is_dir()
        && free_in(SHARED).is_some_and(|free| free >= PLENTY)
        && available(&memory).is_some_and(|free| free >= 2 * PLENTY)
}

/// KiB of the folder that have to be free: the tests write up to 3.7 GiB of them with eight at once. As much again must be
/// left of the memory for programs.
const PLENTY: u64 = 6 << 20;

/// KiB that are free in a folder.
fn free_in(folder: &str) -> Option<u64> {
    let mut df = Command::new("df");
    let told = df.args(["--output=avail", "-k", folder]).output().ok()?;
    String::from_utf8(told.stdout)
        .ok()?
        .lines()
        .nth(1)?
        .trim()
        .parse()
        .ok()
}

/// KiB of memory that a program can have, by what the system says of it.
fn available(memory: &str) -> Option<u64> {
    let line = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_free_is_read_from_what_the_system_says() {
        assert_eq!(
            available("MemTotal:       24 kB\nMemAvailable:   17 kB\n"),
            Some(17)
        );
        assert_eq!(available("MemTotal:       24 kB\n"), None);
        assert!(free_in("/").is_some());
        assert_eq!(free_in("/there/is/no/such/folder"), None);
    }
}
