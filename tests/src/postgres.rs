//! PostgreSQL clusters of the tests' own: made in a temporary folder, on a free port of this machine, by an unprivileged
//! user, and gone when the tests end.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use tempfile::TempDir;

/// The cluster all tests of one run share; each takes a database of its own from it.
static SHARED: OnceLock<Cluster> = OnceLock::new();

/// Does with the server what it is told, line by line. When nobody is left to tell it anything, it stops the server and takes
/// its folder away, where it is to go; so nothing stays behind, however the tests end.
const GUARDIAN: &str = r#"
trap '' INT TERM HUP
control() { "$1/pg_ctl" -D "$2/data" -l "$2/log" -o "$3" -w -s $4 </dev/null >>"$2/log" 2>&1; }
while read -r order; do
    control "$1" "$2" "$3" "$order"
    echo $?
done
case $4 in
    goes) control "$1" "$2" "$3" "-m immediate stop"; rm -rf "$2" ;;
    stays) control "$1" "$2" "$3" "-m fast stop" ;;
esac
"#;

/// A cluster.
#[derive(Debug)]
pub struct Cluster {
    port: u16,
    bin: PathBuf,
    home: PathBuf,
    guardian: Child,
    answers: BufReader<ChildStdout>,
    databases: AtomicU32,
    maker: Mutex<Option<Maker>>,
}

/// A psql that stays and makes databases: one of its own for each would cost more than the database.
#[derive(Debug)]
struct Maker {
    psql: Child,
    told: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Maker {
    fn of(cluster: &Cluster) -> Self {
        let mut psql = cluster.psql("postgres");
        psql.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut psql = psql.spawn().unwrap();
        Self {
            told: psql.stdin.take().unwrap(),
            answers: BufReader::new(psql.stdout.take().unwrap()),
            psql,
        }
    }

    /// Runs a statement that answers nothing.
    fn run(&mut self, statement: &str) {
        writeln!(self.told, "{statement};\n\\echo done").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        // Where it failed, psql has said why, and is gone.
        assert_eq!(answer.trim(), "done", "{statement}");
    }
}

impl Drop for Maker {
    fn drop(&mut self) {
        drop(self.psql.kill());
        drop(self.psql.wait());
    }
}

/// The URL of a new, empty database.
pub fn database() -> String {
    SHARED.get_or_init(Cluster::start).database()
}

/// The URL of a new database with what is in this one, to which nobody may be connected.
pub fn copy_of(url: &str) -> String {
    SHARED.get_or_init(Cluster::start).copy_of(url)
}

impl Cluster {
    /// A cluster of one's own, to stop and start as one likes.
    pub fn start() -> Self {
        let home = tempfile::Builder::new().prefix("xiaohao-pg-").tempdir();
        Self::guarded(home.map(TempDir::keep).unwrap(), &[], "goes")
    }

    /// A cluster in a folder that stays, made if it is not there yet, with these settings.
    pub fn kept_in(home: &Path, settings: &[&str]) -> Self {
        std::fs::create_dir_all(home).unwrap();
        Self::guarded(home.to_owned(), settings, "stays")
    }

    fn guarded(home: PathBuf, settings: &[&str], afterwards: &str) -> Self {
        let bin = binaries();
        let data = home.join("data");
        if !data.exists() {
            if is_root() {
                run(Command::new("chown").arg("nobody").arg(&home));
            }
            let mut initdb = unprivileged(&bin.join("initdb"));
            initdb.arg("-D").arg(&data);
            run(initdb.args([
                "-U",
                "xiaohao",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "-N",
            ]));
        }
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let place = home.display();
        let mut options =
            format!("-h 127.0.0.1 -p {port} -k {place} -c max_connections=200 -c jit=off");
        for setting in settings {
            options.push_str(" -c ");
            options.push_str(setting);
        }
        let mut guardian = unprivileged(Path::new("/bin/sh"))
            .args(["-c", GUARDIAN, "guardian"])
            .args([&bin, &home])
            .args([&options, afterwards])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let answers = BufReader::new(guardian.stdout.take().unwrap());
        let mut cluster = Self {
            port,
            bin,
            home,
            guardian,
            answers,
            databases: AtomicU32::new(1),
            maker: Mutex::default(),
        };
        cluster.start_again();
        cluster
    }

    /// The URL of a new, empty database.
    pub fn database(&self) -> String {
        self.made("")
    }

    fn copy_of(&self, url: &str) -> String {
        let (_, name) = url.rsplit_once('/').unwrap();
        // Page by page through the log of the server takes longer, and nothing here has to survive.
        self.made(&format!(" TEMPLATE {name} STRATEGY file_copy"))
    }

    fn made(&self, from: &str) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("xiaohao_{number}");
        let mut maker = self.maker.lock().unwrap();
        let maker = maker.get_or_insert_with(|| Maker::of(self));
        maker.run(&format!("CREATE DATABASE {name}{from}"));
        self.url(&name)
    }

    /// The URL of a database by its name.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://xiaohao@127.0.0.1:{}/{database}", self.port)
    }

    /// The port on which it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Runs a statement outside of every database of the tests.
    pub fn run(&self, statement: &str) {
        self.ask(statement);
    }

    /// What a statement answers, one line for each row.
    pub fn ask(&self, statement: &str) -> String {
        self.ask_in("postgres", statement)
    }

    /// What a statement answers in a database.
    pub fn ask_in(&self, database: &str, statement: &str) -> String {
        let mut psql = self.psql(database);
        run(psql.args(["-c", statement])).trim_end().to_owned()
    }

    fn psql(&self, database: &str) -> Command {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]);
        psql.args(["-d", &self.url(database)]);
        psql
    }

    /// Stops it as if its machine had lost power: no goodbye to anybody, and the next start recovers.
    pub fn stop_at_once(&mut self) {
        self.tell("-m immediate stop");
    }

    /// Starts it, and returns when it takes connections.
    pub fn start_again(&mut self) {
        self.tell("start");
    }

    fn tell(&mut self, order: &str) {
        *self.maker.get_mut().unwrap() = None;
        let told = self.guardian.stdin.as_mut().unwrap();
        writeln!(told, "{order}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        assert_eq!(answer.trim(), "0", "{order}: {}", self.log());
    }

    fn log(&self) -> String {
        let log = std::fs::read_to_string(self.home.join("log"));
        log.unwrap_or_else(|error| format!("the log of PostgreSQL cannot be read: {error}"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guardian.stdin.take());
        drop(self.guardian.wait());
    }
}

/// Where PostgreSQL's programs are.
fn binaries() -> PathBuf {
    let debian = Path::new("/usr/lib/postgresql");
    let versions = std::fs::read_dir(debian)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let everywhere = versions.chain(std::env::split_paths(&path));
    let found = everywhere
        .into_iter()
        .find(|bin| bin.join("initdb").is_file() && bin.join("psql").is_file());
    found.unwrap_or_else(|| {
        panic!("PostgreSQL's initdb is not on this machine; install it (on Debian: apt-get install postgresql)")
    })
}

/// Whether the tests are run by root, whom nothing is forbidden.
pub fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.starts_with(b"0\n")
}

/// A program run by an unprivileged user: PostgreSQL refuses root.
fn unprivileged(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if is_root() {
        command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]);
    } else {
        command.arg("--no-new-privs");
    }
    command
        .arg("--")
        .arg(program)
        .env_remove("PGDATA")
        .current_dir("/");
    command
}

/// What a program prints that must succeed.
fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("cannot run {command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
