//! What the configuration can say of a receiver, and what is said to what it cannot.

use super::receiver::SECRET;
use super::{endpoints, quick};
use std::collections::BTreeSet;
use std::fs;
use xiaohao_server::serving::UnderWay;
use xiaohao_server::webhook;
use xiaohao_tests::office::{Kind, Office};

/// A receiver as it can be, with one line in place of that of the same key, or one more.
fn but(line: &str) -> String {
    let secret = format!("secret = \"{SECRET}\"");
    let lines = [
        "name = \"police\"",
        "url = \"https://p.example.cn/hook\"",
        &secret,
        "login = \"office-clerk-1\"",
    ];
    let key = |line: &str| line.split(" = ").next().unwrap().to_owned();
    let others = lines.into_iter().filter(|own| key(own) != key(line));
    let lines: Vec<_> = ["listen = \"127.0.0.1:1\"", "[[webhook]]"]
        .into_iter()
        .chain(others)
        .chain([line])
        .collect();
    lines.join("\n")
}

/// What is said to it.
fn complaint(text: &str) -> String {
    endpoints(text).unwrap_err().to_string()
}

#[test]
fn everything_that_can_be_said_is_taken() {
    for line in [
        "name = \"a-1\"",
        "url = \"http://10.0.0.1:8080/x?y=z\"",
        "secret = { file = \"nowhere\" }",
        &format!("secret = [\"{SECRET}\", \"{SECRET}\"]"),
        "role = \"OFFICE_CLERK\"",
        "unit = \"0193a5f0-0000-7000-8000-000000000001\"",
        "events = [\"HAZARD_LISTED\", \"HAZARD_STRUCK_OFF\"]",
        "from = 1",
        "allow_private = true",
    ] {
        assert_eq!(endpoints(&but(line)).unwrap().len(), 1, "{line}");
    }
    assert_eq!(endpoints("").unwrap().len(), 0);
}

#[test]
fn whatever_cannot_be_is_told_with_its_line_and_with_what_could_be_said() {
    for (line, told) in [
        (
            "name = \"Police!\"",
            ", line 6: a name is 1 to 40 small letters, digits and hyphens",
        ),
        (
            "url = \"ftp://p.example.cn/\"",
            ", line 6: an address begins with https:// or http://",
        ),
        (
            "url = \"https://u:p@p.example.cn/\"",
            "neither user nor password",
        ),
        (
            "secret = \"whsec_c2hvcnQ=\"",
            ", line 6: a secret is whsec_ and from 24 to 64 bytes as base64",
        ),
        ("secret = 3", "secret is a text, a list of texts, or { file"),
        (
            "secret = []",
            "secret is a text, a list of texts, or { file",
        ),
        ("login = \"?\"", ", line 6: "),
        ("role = \"BOSS\"", "expected one of `INSPECTOR`"),
        (
            "events = [\"HAZARD_GONE\"]",
            "\"HAZARD_GONE\" is no event; there are ",
        ),
        ("from = 0", "places in the ledger begin with 1"),
        (
            "allow_private = \"yes\"",
            ": invalid type: string \"yes\", expected a boolean",
        ),
        (
            "hasten = true",
            "unknown field `hasten`, expected one of `name`, `url`, ",
        ),
    ] {
        let said = complaint(&but(line));
        assert!(said.contains(told), "{line}: {said}");
    }
    let said = complaint(&but("").replace("url = ", "# "));
    assert!(said.contains(", line 2: missing field `url`"), "{said}");
    let twice = but("") + &but("").replace("listen", "\n# ");
    assert!(complaint(&twice).contains("two webhooks have the name police"));
}

#[test]
fn a_secret_that_is_none_is_not_shown() {
    for secret in [
        "\"whsec_*hidden*\"",
        "\"hidden\"",
        "[\"hidden\"]",
        "{ files = \"hidden\" }",
        "[[\"hidden\"]]",
    ] {
        let said = complaint(&but(&format!("secret = {secret}")));
        assert!(!said.contains("hidden"), "{said}");
    }
}

#[tokio::test]
async fn nothing_is_begun_where_a_receiver_could_never_be_told_anything() {
    let office = Office::on(Kind::Sqlite).await;
    let served = office.served();
    let complaint = async |line: &str| {
        let endpoints = endpoints(&but(line)).unwrap();
        let under_way = UnderWay::default();
        let begun = webhook::deliver(&endpoints, &served, quick(), &under_way).await;
        assert!(under_way.tasks.is_empty());
        xiaohao_ledger::Told(&begun.unwrap_err()).to_string()
    };
    let said = complaint("login = \"nobody\"").await;
    assert!(
        said.contains("webhook police is told as nobody, whom nobody"),
        "{said}"
    );
    let said = complaint("secret = { file = \"nowhere\" }").await;
    assert!(
        said.contains("the secret of webhook police cannot be used: cannot read nowhere: "),
        "{said}"
    );
    for text in ["", "\n", "no secret\n"] {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        let said = complaint(&format!("secret = {{ file = {:?} }}", file.path())).await;
        assert!(
            said.contains("should hold secrets, each on a line: a secret is whsec_")
                && !said.contains("no secret"),
            "{said}"
        );
    }
}

#[test]
fn the_operations_page_tells_every_key_of_a_receiver() {
    let said = complaint(&but("hasten = true"));
    let known = said.split("expected one of ").nth(1).unwrap();
    let known: BTreeSet<&str> = known
        .split(", ")
        .map(|key| key.trim().trim_matches('`'))
        .collect();
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");
    let page = fs::read_to_string(page).unwrap();
    let chapter = page
        .split("\n## Webhooks\n")
        .nth(1)
        .unwrap()
        .split("\n## ")
        .next()
        .unwrap();
    let rows = chapter.lines().filter_map(|line| line.strip_prefix("| `"));
    let told: BTreeSet<&str> = rows.filter_map(|row| row.split('`').next()).collect();
    assert_eq!(told, known);
}
