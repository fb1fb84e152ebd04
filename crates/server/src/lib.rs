//! What the program `xiaohao` is wired from: HTTP and the data that is shipped. The command line is in `main.rs`.

pub mod http;
pub mod seeds;
