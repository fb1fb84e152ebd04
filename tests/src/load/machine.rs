//! What the system says of this process.

use serde::{Deserialize, Serialize};
use std::fs;

/// The memory that a process holds, in bytes.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Memory {
    /// All of it.
    pub resident: u64,
    /// What is its own, and not of a file.
    pub anonymous: u64,
}

impl Memory {
    /// That of this process; nothing where the system does not tell.
    pub fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
            kib.unwrap_or(0) * 1024
        };
        Self {
            resident: field("VmRSS:"),
            anonymous: field("RssAnon:"),
        }
    }
}
