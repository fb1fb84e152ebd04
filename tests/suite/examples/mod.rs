//! Every example in the papers for newcomers, run as it is read: from the top, against the real program.
//!
//! What stands in a fence is one of these, and anything else fails, so that no example can be added that is not tried:
//!
//! * `sh`: run by one shell for the whole paper, so that a variable or a function set above holds below.
//! * `text` that begins with `登录：` is what is done in the page at `/`; see [`desk`].
//! * `json` or `text` after one of these: what it must print; see [`likeness`] for what may be left open with `…`.
//! * `graphql` or `toml`: a file, under the name that its first line says in a comment; something below must use it.
//! * `mermaid`: a picture.
//! * anything with `no-run` beside its language is only read.
//!
//! The paper's address, `127.0.0.1:8431`, is put right to where the program listens, and `/var/lib/xiaohao` to a folder of
//! the test.

mod desk;
mod likeness;
mod paper;
mod shell;

use desk::Desk;
use paper::{Example, Kind, Paper};
use shell::Shell;
use std::fs;
use std::path::Path;
use xiaohao_tests::lay_out_county;

#[test]
fn what_the_readme_shows_is_so() {
    try_paper("README.md", &[]);
}

#[test]
fn what_the_tutorial_for_clerks_shows_is_so() {
    try_paper("docs/tutorial-clerk.md", &[]);
}

#[test]
fn what_the_tutorial_for_clients_shows_is_so() {
    try_paper("docs/tutorial-client.md", &[]);
}

#[test]
fn what_is_shown_of_operations_is_so() {
    // An operator has the files of a county, and an inspector a photo.
    try_paper("docs/operations.md", &["my-county", "photo.jpg"]);
}

#[test]
fn what_the_tutorial_for_clerks_names_is_on_the_page() {
    desk::finds(&fs::read_to_string(paper::place("docs/tutorial-clerk.md")).unwrap());
}

#[test]
fn every_tutorial_is_tried() {
    let docs = fs::read_dir(paper::place("docs")).unwrap();
    let names = docs.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut tutorials: Vec<_> = names.filter(|name| name.starts_with("tutorial-")).collect();
    tutorials.sort();
    assert_eq!(tutorials, ["tutorial-clerk.md", "tutorial-client.md"]);
}

/// Runs the examples of a paper from the top, by somebody who has these things at hand.
fn try_paper(name: &'static str, at_hand: &[&str]) {
    let paper = Paper::read(name);
    let mut shell = Shell::start();
    for thing in at_hand {
        lay_out(thing, shell.folder());
    }
    let mut desk = Desk::default();
    for example in paper.examples() {
        let printed = match &example.kind {
            Kind::Run => shell.run(&example.text),
            Kind::Step => desk.take(&example.text, &mut shell),
            Kind::File(name) => {
                shell.keep(name, &example.text);
                continue;
            }
        };
        let printed = printed.unwrap_or_else(|why| panic!("{}: {why}", example.place));
        compare(example, &printed, &shell);
    }
}

/// What was printed is what the paper says.
fn compare(example: &Example, printed: &str, shell: &Shell) {
    let Some(answer) = &example.answer else {
        return;
    };
    let told = shell.put_right(&answer.text);
    let differs = if answer.is_json {
        likeness::of_json(&told, printed)
    } else {
        likeness::of_text(&told, printed)
    };
    if let Err(how) = differs {
        panic!("{}: {how}\n\nprinted was\n{printed}", answer.place);
    }
}

fn lay_out(thing: &str, folder: &Path) {
    match thing {
        "my-county" => {
            let files = paper::place("seeds/county/shuangpai");
            fs::create_dir(folder.join(thing)).unwrap();
            lay_out_county(&files, &folder.join(thing));
        }
        _ => fs::write(folder.join(thing), thing).unwrap(),
    }
}
