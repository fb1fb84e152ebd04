//! What a command has to say, on standard output: said to the last sign, or the command has failed.

use std::io::{self, ErrorKind, Write};

/// Standard output did not take all that was to be said.
#[derive(Debug, thiserror::Error)]
#[error("what is to be printed cannot be written to standard output")]
pub struct Unprinted(#[source] io::Error);

/// Writes to standard output; a reader that has gone away is no failure of ours.
///
/// # Errors
/// [`Unprinted`].
pub(crate) fn print(text: &(impl AsRef<[u8]> + ?Sized)) -> Result<(), Unprinted> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_ref()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Unprinted(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}
