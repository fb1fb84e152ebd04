//! The direction of dependency, and what no source file may hold: the invariants of `ARCHITECTURE.md` that a program
//! can check. Packages that are planned and not yet here have their line already.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A package of ours: what it may depend on, in the program and, beyond that, in its tests.
struct Room {
    name: &'static str,
    may_use: &'static [&'static str],
    and_in_tests: &'static [&'static str],
}

const ROOMS: &[Room] = &[
    Room {
        name: "xiaohao-core",
        may_use: &[],
        and_in_tests: &[],
    },
    Room {
        name: "xiaohao-log",
        may_use: &[],
        and_in_tests: &[],
    },
    Room {
        name: "xiaohao-ledger",
        may_use: &["xiaohao-core", "xiaohao-log"],
        and_in_tests: &[],
    },
    Room {
        name: "xiaohao-store",
        may_use: &[
            "xiaohao-core",
            "xiaohao-log",
            "xiaohao-ledger",
            "xiaohao-migrations",
        ],
        and_in_tests: &[],
    },
    Room {
        name: "xiaohao-graphql",
        may_use: &["xiaohao-core", "xiaohao-log", "xiaohao-ledger"],
        and_in_tests: &[],
    },
    Room {
        name: "xiaohao-migrations",
        may_use: &["xiaohao-log"],
        and_in_tests: &[],
    },
    Room {
        name: "xiaohao-server",
        may_use: &[
            "xiaohao-core",
            "xiaohao-log",
            "xiaohao-ledger",
            "xiaohao-store",
            "xiaohao-graphql",
            "xiaohao-migrations",
        ],
        and_in_tests: &[],
    },
    Room {
        name: "xiaohao-tests",
        may_use: PRODUCT,
        and_in_tests: &[],
    },
    Room {
        name: "xtask",
        may_use: PRODUCT,
        and_in_tests: &[],
    },
];

/// The packages that are shipped; the tests and the developer's tool may use all of them.
const PRODUCT: &[&str] = &[
    "xiaohao-core",
    "xiaohao-log",
    "xiaohao-ledger",
    "xiaohao-store",
    "xiaohao-graphql",
    "xiaohao-migrations",
    "xiaohao-server",
];

/// All that the pure packages are built on: they are synchronous and without I/O.
const UNDER: &[(&str, &[&str])] = &[
    (
        "xiaohao-core",
        &[
            "chrono",
            "serde",
            "serde_json",
            "thiserror",
            "unicode-normalization",
            "unicode-script",
            "unicode-security",
            "uuid",
        ],
    ),
    (
        "xiaohao-log",
        &[
            "base64",
            "chrono",
            "ed25519-dalek",
            "sha2",
            "thiserror",
            "uuid",
        ],
    ),
];

/// A library that stops at a border: its name or the beginning of it, and the packages within.
struct Border {
    library: &'static str,
    within: &'static [&'static str],
}

/// The server wires everything together, and so it may see what it wires.
const BORDERS: &[Border] = &[
    Border {
        library: "sea-orm",
        within: &[
            "xiaohao-store",
            "xiaohao-migrations",
            "xiaohao-server",
            "xiaohao-tests",
        ],
    },
    Border {
        library: "sqlx",
        within: &["xiaohao-store", "xiaohao-server", "xiaohao-tests"],
    },
    Border {
        library: "async-graphql",
        within: &[
            "xiaohao-graphql",
            "xiaohao-server",
            "xiaohao-tests",
            "xtask",
        ],
    },
];

/// One line of a manifest: who depends on what, and whether in tests alone.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Edge {
    from: String,
    to: String,
    in_tests: bool,
}

/// The packages of the workspace and their dependencies, as cargo reads the manifests.
fn workspace() -> (BTreeSet<String>, Vec<Edge>) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .args(["--locked", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "cargo metadata failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut packages = BTreeSet::new();
    let mut edges = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let from = text(&package["name"]);
        for dependency in package["dependencies"].as_array().unwrap() {
            edges.push(Edge {
                from: from.clone(),
                to: text(&dependency["name"]),
                in_tests: dependency["kind"] == "dev",
            });
        }
        packages.insert(from);
    }
    (packages, edges)
}

/// What is wrong with the packages and their edges; nothing when all keep to the plan.
fn trespasses(packages: &BTreeSet<String>, edges: &[Edge]) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in packages {
        if !ROOMS.iter().any(|room| room.name == package) {
            wrong.push(format!(
                "{package} has no line in the plan of tests/suite/architecture.rs; a new package needs one, and an ADR"
            ));
        }
    }
    for Edge { from, to, in_tests } in edges {
        let is_ours = packages.contains(to) || ROOMS.iter().any(|room| room.name == to);
        let room = ROOMS.iter().find(|room| room.name == from);
        if let (true, Some(room)) = (is_ours, room) {
            let may = room.may_use.contains(&to.as_str())
                || *in_tests && room.and_in_tests.contains(&to.as_str());
            if !may {
                wrong.push(format!("{from} must not depend on {to}"));
            }
        }
        let pure = UNDER.iter().find(|(pure, _)| pure == from);
        if let (Some((_, under)), false, false) = (pure, in_tests, is_ours)
            && !under.contains(&to.as_str())
        {
            wrong.push(format!("{from} is built on {under:?}, not on {to}"));
        }
        for border in BORDERS {
            if to.starts_with(border.library) && !border.within.contains(&from.as_str()) {
                wrong.push(format!(
                    "{to} stops at {:?}; {from} is beyond",
                    border.within
                ));
            }
        }
    }
    wrong
}

#[test]
fn dependencies_point_in_one_direction() {
    let (packages, edges) = workspace();
    assert!(packages.contains("xiaohao-core"), "{packages:?}");
    assert!(edges.len() > packages.len(), "{edges:?}");
    let wrong = trespasses(&packages, &edges);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_edge_against_the_plan_is_found() {
    let check = |from: &str, to: &str, in_tests: bool| {
        let packages = BTreeSet::from([from.to_owned()]);
        let edge = Edge {
            from: from.to_owned(),
            to: to.to_owned(),
            in_tests,
        };
        trespasses(&packages, &[edge]).is_empty()
    };
    assert!(check("xiaohao-ledger", "xiaohao-core", false));
    assert!(check("xiaohao-store", "xiaohao-migrations", true));
    assert!(check("xiaohao-server", "xiaohao-graphql", false));
    assert!(check("xiaohao-store", "sea-orm", false));
    assert!(check("xiaohao-core", "insta", true));
    assert!(!check("xiaohao-core", "xiaohao-ledger", false));
    assert!(!check("xiaohao-core", "xiaohao-tests", true));
    assert!(check("xiaohao-store", "xiaohao-migrations", false));
    assert!(!check("xiaohao-ledger", "xiaohao-migrations", true));
    assert!(!check("xiaohao-graphql", "xiaohao-store", false));
    assert!(!check("xiaohao-graphql", "xiaohao-store", true));
    assert!(!check("xiaohao-graphql", "sea-orm", false));
    assert!(!check("xiaohao-store", "async-graphql", false));
    assert!(!check("xiaohao-ledger", "sea-orm-migration", true));
    assert!(!check("xiaohao-core", "insta", false));
    assert!(check("xiaohao-ledger", "xiaohao-log", false));
    assert!(check("xiaohao-log", "sha2", false));
    assert!(check("xiaohao-log", "proptest", true));
    assert!(!check("xiaohao-log", "xiaohao-core", false));
    assert!(!check("xiaohao-log", "tokio", false));
    assert!(!check("xiaohao-utils", "serde", false));
    assert!(!check("xiaohao-tests", "xtask", false));
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

/// Every file of ours that ends so, with its path from the root; what is built or hidden is not ours.
fn files(ends: &str) -> Vec<(String, String)> {
    let root = root();
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let is_ours = !name.starts_with('.') && name != "target" && name != "node_modules";
            if path.is_dir() && is_ours {
                folders.push(path);
            } else if path.is_file() && name.ends_with(ends) {
                let text = fs::read_to_string(&path).unwrap();
                let place = path.strip_prefix(&root).unwrap();
                found.push((place.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    found.sort();
    found
}

/// The source files, for a check that none of them offends; the message names those that do.
fn source_files() -> Vec<(String, String)> {
    let files = files(".rs");
    assert!(files.len() > 50, "only {} source files found", files.len());
    files
}

fn those_that_hold(word: &str) -> Vec<String> {
    let with_it = |(place, text): (String, String)| text.contains(word).then_some(place);
    source_files().into_iter().filter_map(with_it).collect()
}

// The words are written in two halves, so that this file does not hold them.

#[test]
fn the_clock_and_new_ids_are_in_one_file_of_the_server() {
    for word in [
        concat!("Utc::", "now"),
        concat!("Local::", "now"),
        concat!("Uuid::", "now_v7"),
        concat!("Uuid::", "new_v4"),
    ] {
        let places = those_that_hold(word);
        let outside: Vec<_> = places
            .iter()
            .filter(|place| !place.starts_with("crates/server/"))
            .collect();
        assert!(
            outside.is_empty(),
            "{word} in {outside:?}: time and ids are parameters"
        );
        assert!(
            places.len() <= 1,
            "{word} in more than one file: {places:?}"
        );
    }
}

#[test]
fn every_answer_to_a_threat_names_tests_that_there_are() {
    let page = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let rows = page.lines().filter(|line| line.ends_with("` |"));
    let sources = files(".rs");
    let mut seen = 0;
    for row in rows {
        let named = row.rsplit(" | ").next().unwrap().trim_end_matches(" |");
        for name in named.split(", ").map(|name| name.trim_matches('`')) {
            let test = format!("fn {name}(");
            let is_there = sources.iter().any(|(_, text)| text.contains(&test));
            assert!(is_there, "there is no test {name}");
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn nothing_is_left_undone() {
    for word in [
        concat!("#[", "ignore"),
        concat!("to", "do!"),
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
    ] {
        let places = those_that_hold(word);
        assert!(places.is_empty(), "{word} in {places:?}");
    }
}

#[test]
fn no_file_is_a_drawer_for_odds_and_ends() {
    for (place, _) in source_files() {
        let mut parts = place.trim_end_matches(".rs").split('/');
        let drawer =
            parts.find(|part| ["util", "utils", "common", "helpers", "misc"].contains(part));
        assert_eq!(drawer, None, "{place}: name it after its subject");
    }
}

#[test]
fn every_file_can_be_read_in_one_sitting() {
    const LINES_MAX: usize = 700;
    for (place, text) in source_files() {
        let lines = text.lines().count();
        assert!(
            lines <= LINES_MAX,
            "{place} has {lines} lines; split it by subject"
        );
    }
}

/// The lines of the workspace's dependencies that have no reason above them. Rooms of our own stand together under one.
fn dependencies_without_reason(manifest: &str) -> Vec<String> {
    let mut without = Vec::new();
    let mut within = false;
    let mut above = "";
    for line in manifest.lines() {
        if let Some(section) = line.strip_prefix('[') {
            if section.starts_with("workspace.dependencies.") {
                without.push(line.to_owned());
            }
            within = section.starts_with("workspace.dependencies]");
        } else if within && line.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            let ours = |line: &str| line.starts_with("xiaohao-");
            let reason = above.strip_prefix('#').unwrap_or_default().trim();
            let shares_it = ours(line) && ours(above);
            if reason.len() < 10 && !shares_it {
                without.push(line.to_owned());
            }
        }
        above = line;
    }
    without
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let without = dependencies_without_reason(&manifest);
    assert!(without.is_empty(), "no reason above {without:#?}");
}

#[test]
fn a_dependency_without_reason_is_found() {
    let check = |lines: &str| {
        let manifest = format!("[workspace.dependencies]\n{lines}\n[profile.dev]\nserde = 1\n");
        dependencies_without_reason(&manifest)
    };
    let none: [&str; 0] = [];
    assert_eq!(check("# Stored forms and the API.\nserde = \"1\""), none);
    let rooms = "# Our own rooms.\nxiaohao-core = \"1\"\nxiaohao-log = \"1\"";
    assert_eq!(check(rooms), none);
    assert_eq!(check("serde = \"1\""), ["serde = \"1\""]);
    assert_eq!(
        check("# Stored forms.\nserde = \"1\"\nuuid = \"1\""),
        ["uuid = \"1\""]
    );
    assert_eq!(check("#\nuuid = \"1\""), ["uuid = \"1\""]);
    assert_eq!(
        check("[workspace.dependencies.uuid]\nversion = \"1\""),
        ["[workspace.dependencies.uuid]"]
    );
}
