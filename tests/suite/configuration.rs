//! What the program is told by flags, by the environment and by a file, and what it says to what it cannot go by.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::NamedTempFile;
use xiaohao_server::config::{
    COUNTY, DATA, DATABASE_URL, EVIDENCE, KEYS, Key, LISTEN, Misconfigured, NAME, OIDC_AUDIENCE,
    SIGNING_KEY, Said, Settings, TLS_CERTIFICATE, TLS_KEY,
};
use xiaohao_store::Location;

/// The program, made when the tests are.
const PROGRAM: &str = env!("CARGO_BIN_EXE_xiaohao-under-test");

type Flags<'a> = &'a [(&'static Key, &'a str)];

/// What holds when this is said.
fn settings(
    flags: Flags<'_>,
    environment: &[(&str, &str)],
    file: &str,
) -> Result<Settings, Misconfigured> {
    let environment: BTreeMap<_, _> = environment.iter().copied().collect();
    let kept = file_with(file);
    let flags = flags
        .iter()
        .map(|(key, value)| (*key, Some((*value).to_owned())));
    let variable = |name: &str| environment.get(name).map(|value| (*value).to_owned());
    Settings::of(&Said::by(flags, variable, Some(kept.path()))?)
}

fn file_with(text: &str) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    fs::write(file.path(), text).unwrap();
    file
}

#[test]
fn a_flag_counts_more_than_the_environment_and_that_more_than_the_file() {
    let (flag, variable, file) = ("127.0.0.1:1", "127.0.0.1:2", "listen = \"127.0.0.1:3\"");
    let flags: Flags<'_> = &[(&LISTEN, flag)];
    let environment: &[_] = &[("XIAOHAO_LISTEN", variable)];
    let port = |flags, environment, file| {
        let settings = settings(flags, environment, file).unwrap();
        settings.listen.port()
    };
    assert_eq!(port(flags, environment, file), 1);
    assert_eq!(port(&[], environment, file), 2);
    assert_eq!(port(&[], &[("XIAOHAO_LISTEN", "")], file), 3);
    assert_eq!(port(&[], &[], ""), 8431);
}

#[test]
fn folder_and_database_are_one_thing_said_in_two_ways() {
    let url = "postgres://u@h/n";
    let file = "data = \"there\"";
    let place = |flags, environment: &[_]| settings(flags, environment, file).unwrap().ledger;
    let folder = Some(Location::File(Path::new("there").join("ledger.sqlite")));
    let database = Some(Location::Url(url.to_owned()));
    assert_eq!(place(&[], &[]), folder);
    assert_eq!(place(&[], &[("XIAOHAO_DATABASE_URL", url)]), database);
    assert_eq!(
        place(&[(&DATABASE_URL, url)], &[("XIAOHAO_DATA", "x")]),
        database
    );
    let evidence = |environment: &[_]| settings(&[], environment, file).unwrap().evidence;
    assert_eq!(evidence(&[]), Some(Path::new("there").join("evidence")));
    assert_eq!(evidence(&[("XIAOHAO_EVIDENCE", "x")]), Some("x".into()));
    assert_eq!(evidence(&[("XIAOHAO_DATABASE_URL", url)]), None);
    let both: Flags<'_> = &[(&DATA, "x"), (&DATABASE_URL, url)];
    let refused = settings(both, &[], file).unwrap_err();
    assert!(refused.to_string().contains("both data and database_url"));
}

#[test]
fn every_wrong_value_is_told_with_its_key_and_with_what_could_be_said() {
    // A file, a folder and an audience may be called anything.
    let free = [
        &DATA,
        &EVIDENCE,
        &SIGNING_KEY,
        &TLS_CERTIFICATE,
        &TLS_KEY,
        &OIDC_AUDIENCE,
        &NAME,
    ];
    let free = free.map(|key| key.name);
    for key in KEYS.iter().filter(|key| !free.contains(&key.name)) {
        let variable = key.variable();
        let refused = settings(&[], &[(&variable, "no=such=thing")], "").unwrap_err();
        let said = refused.to_string();
        let shown = if key.name == DATABASE_URL.name {
            "…"
        } else {
            "\"no=such=thing\""
        };
        let begins = format!(
            "{variable} says {} = {shown}; what can be said is ",
            key.name
        );
        assert!(said.starts_with(&begins), "{said}");
    }
    let in_file = |text: &str| settings(&[], &[], text).unwrap_err().to_string();
    for misspelt in [
        "loud",
        "info,warm",
        "xiaohao_server",
        "info,xiaohao_server=loud",
    ] {
        let told = in_file(&format!("log = \"{misspelt}\""));
        assert!(told.contains("what can be said is a level"), "{told}");
    }
    settings(&[], &[], "log = \"warn,xiaohao_server=debug\"").unwrap();
    assert!(
        in_file("limits.depth = 0")
            .ends_with("limits.depth = \"0\"; what can be said is a whole number from 4 to 64")
    );
    assert!(in_file("listen = true").contains("listen = \"boolean\""));
    let by_flag = settings(&[(&COUNTY, "4311")], &[], "").unwrap_err();
    assert!(
        by_flag
            .to_string()
            .starts_with("--county says county = \"4311\"")
    );
    // What is said of the form of a code is more than this one has.
    let of_no_province = settings(&[(&COUNTY, "999999")], &[], "").unwrap_err();
    let said = of_no_province.to_string();
    assert!(said.contains("those of a province"), "{said}");
}

#[test]
fn what_is_said_of_an_identity_provider_goes_together() {
    let refused = |file: &str| settings(&[], &[], file).unwrap_err().to_string();
    let half = |said: &str, unsaid: &str| {
        format!("{said} is said and {unsaid} is not; say both, or neither")
    };
    let issuer = "oidc.issuer = \"https://id.example.gov.cn\"\n";
    let audience = "oidc.audience = \"xiaohao\"\n";
    assert_eq!(refused(issuer), half("oidc.issuer", "oidc.audience"));
    assert_eq!(refused(audience), half("oidc.audience", "oidc.issuer"));
    let alone = "oidc.role_claim = \"role\"";
    assert_eq!(refused(alone), half("oidc.role_claim", "oidc.issuer"));
    assert!(settings(&[], &[], "").unwrap().oidc.is_none());
    let both = format!("{issuer}{audience}");
    let trusted = settings(&[], &[], &both).unwrap().oidc.unwrap();
    assert_eq!(trusted.issuer.as_str(), "https://id.example.gov.cn");
    assert_eq!(trusted.login_claim, "preferred_username");
    // What is not sure, and whatever both sides know the secret of, cannot be said.
    for wrong in [
        "oidc.jwks_url = \"http://id.example.gov.cn/keys\"",
        "oidc.algorithms = \"HS256\"",
        "oidc.algorithms = \"RS256,none\"",
        "oidc.algorithms = [\"RS256\"]",
        "oidc.login_claim = \"\"",
    ] {
        let said = refused(&format!("{both}{wrong}"));
        assert!(said.contains("what can be said is"), "{said}");
    }
    let plain = refused(&format!(
        "oidc.issuer = \"http://id.example.gov.cn\"\n{audience}"
    ));
    assert!(plain.contains("over https://"), "{plain}");
}

#[test]
fn a_key_that_there_is_not_is_told_with_those_that_there_are() {
    let said = settings(&[], &[], "[limits]\ndeepness = 3")
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("says limits.deepness, and there is no such key"),
        "{said}"
    );
    for key in KEYS {
        assert!(said.contains(key.name), "{said}");
    }
}

#[test]
fn a_file_that_is_no_toml_is_told_with_the_line_and_without_what_stands_in_it() {
    let text = "listen = \"127.0.0.1:1\"\ndatabase_url = \"postgres://u:secret@h/n\n";
    let said = settings(&[], &[], text).unwrap_err().to_string();
    assert!(
        said.contains(", line 2: ") && !said.contains("secret"),
        "{said}"
    );
    let missing = Said::by([], |_| None, Some(Path::new("nowhere.toml"))).unwrap_err();
    assert!(missing.to_string().contains("nowhere.toml"));
}

#[test]
fn the_operations_page_tells_every_key_with_its_variable_and_default() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");
    let page = fs::read_to_string(page).unwrap();
    let rows = page.lines().filter(|line| line.contains("| `XIAOHAO_"));
    let told: Vec<Vec<&str>> = rows
        .map(|row| {
            let cells = row.split('|').skip(1).take(3);
            cells.map(|cell| cell.trim().trim_matches('`')).collect()
        })
        .collect();
    let variables: Vec<String> = KEYS.iter().map(|key| key.variable()).collect();
    let there: Vec<Vec<&str>> = KEYS
        .iter()
        .zip(&variables)
        .map(|(key, variable)| vec![key.name, variable, key.default.unwrap_or_default()])
        .collect();
    assert_eq!(told, there);
}

/// What the program says, and how it ends.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut program = Command::new(PROGRAM);
    program.args(arguments).envs(variables.iter().copied());
    program.output().unwrap()
}

fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_program_goes_by_its_file_however_it_is_named() {
    for by_variable in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let file = file_with(&format!("data = {:?}", folder.path()));
        let path = file.path().to_str().unwrap();
        let output = if by_variable {
            run(&["migrate"], &[("XIAOHAO_CONFIG", path)])
        } else {
            run(&["migrate", "--config", path], &[])
        };
        assert!(output.status.success(), "{output:?}");
        assert!(folder.path().join("ledger.sqlite").exists());
    }
}

#[test]
fn a_folder_without_a_county_is_told_and_stays_empty() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    for command in [&["serve"][..], &["user", "list"], &["rebuild", "--check"]] {
        let output = run(&[command, &["--data", path]].concat(), &[]);
        assert!(
            complaint(&output).contains("no county is kept at"),
            "{output:?}"
        );
        assert_eq!(fs::read_dir(path).unwrap().count(), 0, "{command:?}");
    }
    let said = complaint(&run(&["serve", "--data", path], &[]));
    assert!(
        said.contains("`xiaohao init`") && said.contains("`xiaohao demo`"),
        "{said}"
    );
}

#[test]
fn the_program_says_what_it_is() {
    let output = run(&["--help"], &[]);
    let help = String::from_utf8_lossy(&output.stdout);
    assert!(
        help.starts_with("销号：县级重大隐患“一单四制”台账"),
        "{help}"
    );
}

#[test]
fn a_folder_that_is_not_there_is_told_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let mistyped = folder.path().join("ledgr");
    let path = mistyped.to_str().unwrap();
    let county = concat!(env!("CARGO_MANIFEST_DIR"), "/../seeds/county/shuangpai");
    for command in [&["migrate"][..], &["init", "--from", county]] {
        let said = complaint(&run(&[command, &["--data", path]].concat(), &[]));
        let names = format!("there is no folder {path} for the ledger");
        assert!(said.contains(&names), "{said}");
        assert!(!mistyped.exists(), "{command:?}");
    }
}

#[test]
fn a_folder_of_evidence_that_was_named_and_is_not_there_is_told_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let mistyped = folder.path().join("evidnce");
    let path = mistyped.to_str().unwrap();
    let names = format!("there is no folder {path} for the files of evidence");
    for command in [&["serve"][..], &["ledger", "verify"]] {
        let command = [command, &["--data", data]].concat();
        let by_flag = run(&[&command[..], &["--evidence", path]].concat(), &[]);
        let by_variable = run(&command, &[("XIAOHAO_EVIDENCE", path)]);
        for output in [by_flag, by_variable] {
            let said = complaint(&output);
            assert!(said.contains(&names), "{command:?}: {said}");
        }
        assert!(!mistyped.exists(), "{command:?}");
    }
}

#[test]
fn two_places_by_flag_are_refused() {
    let output = run(
        &["serve", "--data", "x", "--database-url", "postgres://h/n"],
        &[],
    );
    assert!(
        complaint(&output).contains("cannot be used with"),
        "{output:?}"
    );
}

#[test]
fn whatever_cannot_be_taken_as_it_is_said_ends_with_2_wherever_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let file = file_with("county = \"4311\"");
    let file = file.path().to_str().unwrap();
    let list: &[&str] = &["user", "list", "--data", data];
    let check = |arguments: &[&str], variables: &[(&str, &str)], code: i32| {
        let output = run(arguments, variables);
        assert_eq!(output.status.code(), Some(code), "{arguments:?} {output:?}");
    };
    check(&[list, &["--county", "4311"]].concat(), &[], 2);
    check(list, &[("XIAOHAO_COUNTY", "4311")], 2);
    check(&[list, &["--config", file]].concat(), &[], 2);
    check(&["user", "list"], &[], 2);
    check(&["serve", "--data", data, "--listen", "here"], &[], 2);
    check(&["rebuild", "--data", data, "--county", "431123"], &[], 2);
    check(&["migrate", "--data", data, "--county", "431123"], &[], 2);
    check(list, &[], 1);
}

#[test]
fn whatever_is_wrong_with_the_url_of_a_database_its_password_is_not_shown() {
    for url in [
        "postgres://u:TOP/SECRET@127.0.0.1:1/x",
        "postgres://u:12/SECRET@127.0.0.1:1/x",
        "postgres://u:TOP#SECRET@127.0.0.1:1/x",
        "postgres://u:TOP?SECRET@127.0.0.1:1/x",
        "postgres://u:SECRET@127.0.0.1:1,127.0.0.1:2/x",
        "postgres://u:SECRET@127.0.0.1:99999/x",
        "postgres://u:SECRET@127.0.0.1:1/x?sslmode=SECRET",
        "mysql://u:SECRET@127.0.0.1:1/x",
    ] {
        let key = ["ledger", "key", "--signing-key", "k"];
        let by_flag = run(&[&key[..], &["--database-url", url]].concat(), &[]);
        let by_variable = run(&key, &[("XIAOHAO_DATABASE_URL", url)]);
        for (output, names) in [
            (by_flag, "--database-url"),
            (by_variable, "XIAOHAO_DATABASE_URL"),
        ] {
            let said = complaint(&output);
            assert!(!said.contains("SECRET"), "{url}: {said}");
            let what = "what can be said is the URL of one database on one host, as postgres://";
            assert!(said.contains(names) && said.contains(what), "{url}: {said}");
        }
        let misplaced = run(&["migrate", url], &[]);
        let misspelt = run(&["migrate", &format!("--database-ur={url}")], &[]);
        for output in [misplaced, misspelt] {
            let said = complaint(&output);
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(!said.contains("SECRET"), "{url}: {said}");
        }
    }
    let away = "postgres://127.0.0.1:1/x?user=u&password=SECRET";
    let said = complaint(&run(&["migrate", "--database-url", away], &[]));
    assert!(
        !said.contains("SECRET") && said.contains("refused"),
        "{said}"
    );
}
