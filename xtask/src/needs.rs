//! What the tests need from outside of `Cargo.lock`. Where it is missing it is installed from Debian's packages; where that
//! cannot be done, the command ends and says what to install. Nothing is left out in silence.

use crate::step::run as run_to_the_end;
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Something that the tests run.
#[derive(Debug)]
pub(crate) struct Need {
    /// What it is called in a sentence, with the oldest version that will do.
    name: &'static str,
    /// The package of Debian that brings it.
    package: &'static str,
    /// What is wrong with it on a machine; nothing when it is there.
    wrong: fn(&Machine) -> Option<String>,
}

/// The tests make a cluster of their own with them.
pub(crate) const POSTGRES: Need = Need {
    name: "PostgreSQL's programs",
    package: "postgresql",
    wrong: |machine| {
        let bin = machine.folders_of_postgres().find(|bin| {
            let programs = ["initdb", "pg_ctl", "psql"];
            programs.iter().all(|name| bin.join(name).is_file())
        });
        bin.is_none()
            .then(|| "initdb, pg_ctl and psql are not on this machine".to_owned())
    },
};

/// Runs the example of how a receiver of webhooks checks what it is sent.
pub(crate) const PYTHON: Need = Need {
    name: "Python 3",
    package: "python3",
    wrong: |machine| {
        let is_there = machine.has("python3");
        (!is_there).then(|| "there is no python3".to_owned())
    },
};

/// Runs the client tests; 18 is what Debian 12 has.
pub(crate) const NODE: Need = Need {
    name: "Node 18 or later",
    package: "nodejs",
    wrong: |machine| machine.lacks("node", 18),
};

/// Fetches what the client tests are made of; 9 is what Debian 12 has.
pub(crate) const NPM: Need = Need {
    name: "npm 9 or later",
    package: "npm",
    wrong: |machine| machine.lacks("npm", 9),
};

/// Runs the examples in the papers, as their readers do; 7 is what Debian 12 has.
pub(crate) const CURL: Need = Need {
    name: "curl 7 or later",
    package: "curl",
    wrong: |machine| machine.lacks("curl", 7),
};

/// Sees to it that these are on this machine.
///
/// # Errors
/// When something is missing and cannot be installed.
pub(crate) fn see_to(needs: &[Need]) -> Result<()> {
    Machine::this().see_to(needs)
}

/// A machine, as far as it matters here.
struct Machine {
    /// Where its programs are.
    path: OsString,
    /// Where Debian keeps PostgreSQL's programs, in a folder for each version.
    postgres: PathBuf,
}

impl Machine {
    fn this() -> Self {
        Self {
            path: std::env::var_os("PATH").unwrap_or_default(),
            postgres: "/usr/lib/postgresql".into(),
        }
    }

    /// Has what is missing installed, and sees whether it is there then.
    fn see_to(&self, needs: &[Need]) -> Result<()> {
        let missing = self.missing(needs);
        if missing.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = missing.iter().map(|(need, _)| need.name).collect();
        let wrong: Vec<_> = missing.iter().map(|(_, wrong)| wrong.as_str()).collect();
        let packages: Vec<_> = missing.iter().map(|(need, _)| need.package).collect();
        let (names, wrong) = (names.join(" and "), wrong.join(", and "));
        let packages = packages.join(" ");
        println!("The tests need {names}: {wrong}. Installing Debian's packages {packages}.");
        self.install(&packages).with_context(|| {
            format!(
                "the tests need {names}: {wrong}; install {names} (on Debian as root: apt-get install {packages}) \
                 and run this again"
            )
        })?;
        if let Some((need, wrong)) = self.missing(needs).first() {
            bail!(
                "the tests need {}: {wrong}, although Debian's package {} is installed; \
                 install a newer one from elsewhere, see that the PATH leads to it, and run this again",
                need.name,
                need.package
            );
        }
        Ok(())
    }

    /// What is not as it must be, each with what is wrong.
    fn missing<'n>(&self, needs: &'n [Need]) -> Vec<(&'n Need, String)> {
        let wrong = |need: &'n Need| Some((need, (need.wrong)(self)?));
        needs.iter().filter_map(wrong).collect()
    }

    fn install(&self, packages: &str) -> Result<()> {
        if !self.has("apt-get") {
            bail!("they cannot be installed by themselves: there is no apt-get");
        }
        let is_root = self.answer("id", &["-u"]).as_deref() == Some("0");
        if !is_root && self.answer("sudo", &["-n", "true"]).is_none() {
            bail!(
                "they cannot be installed by themselves: you are not root, and sudo does not let you"
            );
        }
        let apt = |arguments: &str| {
            let mut command = self.command(if is_root { "env" } else { "sudo" });
            if !is_root {
                command.args(["-n", "env"]);
            }
            command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            command.args(arguments.split(' '));
            run_to_the_end(command)
        };
        apt("update")?;
        apt(&format!("install --yes --no-install-recommends {packages}"))
    }

    /// What is wrong with a program of which there must be this version or a later one.
    fn lacks(&self, program: &str, oldest: u32) -> Option<String> {
        let Some(version) = self.answer(program, &["--version"]) else {
            return Some(format!("there is no {program}"));
        };
        // Some say their name before it.
        let mut words = version.split_whitespace();
        let major: Option<u32> = words.find_map(|word| {
            let digits = word.trim_start_matches('v').split('.').next()?;
            digits.parse().ok()
        });
        (major < Some(oldest)).then(|| format!("{program} is of version {version}"))
    }

    /// Where PostgreSQL's programs may be.
    fn folders_of_postgres(&self) -> impl Iterator<Item = PathBuf> {
        let versions = std::fs::read_dir(&self.postgres).into_iter().flatten();
        let versions = versions.flatten().map(|entry| entry.path().join("bin"));
        versions.chain(std::env::split_paths(&self.path))
    }

    fn has(&self, program: &str) -> bool {
        std::env::split_paths(&self.path).any(|folder| folder.join(program).is_file())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("PATH", &self.path).stdin(Stdio::null());
        command
    }

    /// What a program prints, on its first line; nothing when it is not there or fails.
    fn answer(&self, program: &str, arguments: &[&str]) -> Option<String> {
        let mut command = self.command(program);
        let output = command.args(arguments).stderr(Stdio::null()).output();
        let output = output.ok().filter(|output| output.status.success())?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        Some(printed.lines().next().unwrap_or_default().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tempfile::TempDir;

    /// A machine on which there are only these programs, each with what it does.
    fn machine(programs: &[(&str, &str)]) -> (Machine, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        for (name, does) in programs {
            let script = format!("#!/bin/sh\ncd {}\n{does}\n", folder.path().display());
            // Written by a process that ends: what this one holds open when another test forks cannot be run.
            let write = "printf '%s' \"$2\" > \"$1\" && chmod +x \"$1\"";
            let mut shell = Command::new("/bin/sh");
            shell.args(["-c", write, "sh"]);
            let path = folder.path().join(name);
            assert!(shell.arg(path).arg(script).status().unwrap().success());
        }
        let machine = Machine {
            path: folder.path().into(),
            postgres: folder.path().join("postgresql"),
        };
        (machine, folder)
    }

    const ROOT: (&str, &str) = ("id", "echo 0");
    const SOMEBODY: (&str, &str) = ("id", "echo 1000");
    const NPM_9: (&str, &str) = ("npm", "echo 9.2.0");
    const ENV: (&str, &str) = (
        "env",
        "export \"$1\"; shift; program=$1; shift; exec ./\"$program\" \"$@\"",
    );
    /// Notes what it is told, and brings Node.
    const APT: (&str, &str) = (
        "apt-get",
        "echo \"$DEBIAN_FRONTEND $*\" >> told\n\
         printf '#!/bin/sh\\necho v18.20.4\\n' > node\n/bin/chmod +x node",
    );

    fn told(folder: &TempDir) -> String {
        fs::read_to_string(folder.path().join("told")).unwrap_or_default()
    }

    const INSTALLED: &str = "noninteractive update\n\
         noninteractive install --yes --no-install-recommends nodejs\n";

    #[test]
    fn what_is_there_is_not_installed() {
        let (machine, folder) = machine(&[ROOT, ENV, APT, NPM_9, ("node", "echo v20.1.0")]);
        machine.see_to(&[NODE, NPM]).unwrap();
        assert_eq!(told(&folder), "");
    }

    #[test]
    fn root_has_what_is_missing_installed() {
        let (machine, folder) = machine(&[ROOT, ENV, APT, NPM_9]);
        machine.see_to(&[NODE, NPM]).unwrap();
        assert_eq!(told(&folder), INSTALLED);
    }

    #[test]
    fn whoever_may_use_sudo_has_it_installed_too() {
        let sudo = ("sudo", "shift; [ \"$1\" = true ] || exec ./\"$@\"");
        let (machine, folder) = machine(&[SOMEBODY, sudo, ENV, APT, NPM_9]);
        machine.see_to(&[NODE, NPM]).unwrap();
        assert_eq!(told(&folder), INSTALLED);
    }

    #[test]
    fn a_program_may_say_its_name_before_its_version() {
        let says = |version: &'static str| ("curl", version);
        let (recent, _folder) = machine(&[says("echo curl 8.14.1 libcurl/8.14.1")]);
        assert_eq!(recent.lacks("curl", 7), None);
        let (old, _folder) = machine(&[says("echo curl 6.5 libcurl/6.5")]);
        assert!(old.lacks("curl", 7).is_some());
    }

    #[test]
    fn a_program_that_is_too_old_is_as_good_as_none() {
        let (machine, folder) = machine(&[ROOT, ENV, APT, NPM_9, ("node", "echo v16.20.2")]);
        machine.see_to(&[NODE, NPM]).unwrap();
        assert_eq!(told(&folder), INSTALLED);
    }

    /// What is said when this cannot be seen to.
    fn complaint(programs: &[(&str, &str)], needs: &[Need]) -> String {
        let (machine, _folder) = machine(programs);
        format!("{:#}", machine.see_to(needs).unwrap_err())
    }

    #[test]
    fn whoever_can_install_nothing_is_told_what_to_install() {
        let advice = "the tests need Node 18 or later and npm 9 or later: there is no node, and there is no npm; install \
             Node 18 or later and npm 9 or later (on Debian as root: apt-get install nodejs npm) and run this again: ";
        let forbidden = ("sudo", "exit 1");
        assert_eq!(
            complaint(&[SOMEBODY, forbidden, APT], &[NODE, NPM]),
            format!(
                "{advice}they cannot be installed by themselves: you are not root, and sudo does not let you"
            )
        );
        assert_eq!(
            complaint(&[ROOT], &[NODE, NPM]),
            format!("{advice}they cannot be installed by themselves: there is no apt-get")
        );
        let no_network = ("apt-get", "exit 100");
        let told = complaint(&[ROOT, ENV, no_network], &[NODE, NPM]);
        assert_eq!(
            told,
            format!("{advice}`env DEBIAN_FRONTEND=noninteractive apt-get update` failed")
        );
    }

    #[test]
    fn a_package_that_does_not_bring_what_is_needed_is_told() {
        let told = complaint(&[ROOT, ENV, APT], &[NODE, NPM]);
        assert!(
            told.starts_with("the tests need npm 9 or later: there is no npm, although"),
            "{told}"
        );
    }

    #[test]
    fn postgres_is_found_where_debian_keeps_it_and_on_the_path_but_only_whole() {
        let bring = |place: &str| {
            format!(
                "/bin/mkdir -p {place}\ncd {place}\nfor name in initdb pg_ctl psql; do : > $name; done"
            )
        };
        for place in ["postgresql/15/bin", "."] {
            let apt = bring(place);
            let (machine, _folder) = machine(&[ROOT, ENV, ("apt-get", &apt)]);
            machine.see_to(&[POSTGRES]).unwrap();
        }
        let only_the_client = [ROOT, ENV, ("psql", ""), ("apt-get", "")];
        let told = complaint(&only_the_client, &[POSTGRES]);
        assert!(told.contains("although"), "{told}");
    }
}
