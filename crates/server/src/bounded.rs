//! What others hand over, read to its end, and no further than it can be long.

use std::io::{self, Read};

/// Longer than any proof, any checkpoint and what a witness is asked with.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Everything, where that is not more than it can be.
pub(crate) fn bounded(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        let told = format!("it has more than {MOST_BYTES} bytes");
        return Err(io::Error::other(told));
    }
    Ok(bytes)
}
