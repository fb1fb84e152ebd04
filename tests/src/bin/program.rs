//! The program as the tests run it: what `xiaohao` itself does, built with the tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    xiaohao_server::cli::run()
}
