//! `xiaohao`: the program.

use std::process::ExitCode;

fn main() -> ExitCode {
    xiaohao_server::cli::run()
}
