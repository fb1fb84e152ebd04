//! A PostgreSQL cluster of the tests' own: made in a temporary folder, on a free port of this machine, by an unprivileged
//! user, and gone when the tests end.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The cluster all tests of one run share; each takes a database of its own from it.
static CLUSTER: OnceLock<Cluster> = OnceLock::new();

/// Runs the server; told to stop, stops it and takes its folder away.
const GUARDIAN: &str = r#"
"$2" -D "$3" -h 127.0.0.1 -p "$4" -k "$3" -c max_connections=200 &
server=$!
trap 'kill -INT $server' TERM INT
wait $server
wait $server
rm -rf "$1"
"#;

struct Cluster {
    port: u16,
    bin: PathBuf,
    databases: AtomicU32,
}

/// The URL of a new, empty database.
pub fn database() -> String {
    let cluster = CLUSTER.get_or_init(Cluster::start);
    let number = cluster.databases.fetch_add(1, Ordering::Relaxed);
    let name = format!("xiaohao_{number}");
    let port = cluster.port.to_string();
    let mut create = Command::new(cluster.bin.join("createdb"));
    run(create.args(["-h", "127.0.0.1", "-p", &port, "-U", "xiaohao", &name]));
    format!("postgres://xiaohao@127.0.0.1:{port}/{name}")
}

impl Cluster {
    fn start() -> Self {
        let bin = binaries();
        let home = tempfile::Builder::new()
            .prefix("xiaohao-pg-")
            .tempdir()
            .unwrap()
            .keep();
        if is_root() {
            run(Command::new("chown").arg("nobody").arg(&home));
        }
        let data = home.join("data");
        let mut initdb = unprivileged(&bin.join("initdb"));
        run(initdb.arg("-D").arg(&data).args([
            "-U",
            "xiaohao",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]));
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let (stopped, watch) = mpsc::channel();
        let program = bin.join("postgres");
        // The guardian hears when the thread that started it ends, and this one lives as long as the tests.
        std::thread::spawn(move || {
            let mut guardian = unprivileged(Path::new("/bin/sh"));
            guardian
                .args(["-c", GUARDIAN, "guardian"])
                .arg(&home)
                .arg(&program)
                .arg(&data)
                .arg(port.to_string());
            guardian
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            drop(stopped.send(guardian.status()));
        });
        let deadline = Instant::now() + Duration::from_mins(1);
        let answers = || {
            let mut ask = Command::new(bin.join("pg_isready"));
            let asked = ask
                .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
                .status();
            asked.is_ok_and(|status| status.success())
        };
        while !answers() {
            if let Ok(status) = watch.recv_timeout(Duration::from_millis(50)) {
                panic!("PostgreSQL did not start: {status:?}");
            }
            assert!(
                Instant::now() < deadline,
                "PostgreSQL does not answer on port {port}"
            );
        }
        Self {
            port,
            bin,
            databases: AtomicU32::new(1),
        }
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
        .find(|bin| bin.join("initdb").is_file() && bin.join("createdb").is_file());
    found.unwrap_or_else(|| {
        panic!("PostgreSQL's initdb is not on this machine; install it (on Debian: apt-get install postgresql)")
    })
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.starts_with(b"0\n")
}

/// A program run by an unprivileged user (PostgreSQL refuses root), that ends with the thread that started it.
fn unprivileged(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM"]);
    if is_root() {
        command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]);
    }
    command
        .arg("--")
        .arg(program)
        .env_remove("PGDATA")
        .current_dir("/");
    command
}

fn run(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("cannot run {command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
