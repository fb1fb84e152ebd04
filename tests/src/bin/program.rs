//! The program as the tests run it: what `xiaohao` itself does, built with the tests.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// As the program has it.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    xiaohao_server::cli::run()
}
