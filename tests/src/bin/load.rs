//! The load, as a program: `cargo xtask load`.
//!
//! Each database is filled and measured by a process of its own, so that what is said of memory is said of one ledger.

use clap::{Args, Parser, Subcommand, ValueEnum};
use mimalloc::MiMalloc;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;
use xiaohao_store::Location;
use xiaohao_tests::load::{self, Engine, Figure, Filled, Ground, Measured, Method, Row};

/// As the program has it.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

/// Measures what is done most on a county at scale, and prints tables in Markdown.
#[derive(Parser)]
struct Load {
    #[command(flatten)]
    how: How,
    /// The engines.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "sqlite,postgres"
    )]
    engine: Vec<On>,
    /// How many hazards a database has.
    #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
    hazards: Vec<u32>,
    /// Keep the filled databases in this folder, and use those that are there.
    #[arg(long)]
    keep: Option<PathBuf>,
    #[command(subcommand)]
    part: Option<Part>,
}

/// How one measures.
#[derive(Args)]
struct How {
    /// How many seconds each side works in each contest.
    #[arg(long, global = true, default_value_t = 5.0)]
    seconds: f64,
    /// How many clients, in turn.
    #[arg(long, global = true, value_delimiter = ',', default_value = "1,16,64")]
    concurrency: Vec<usize>,
    /// Only contests whose title contains this.
    #[arg(long, global = true, default_value = "")]
    only: String,
    /// On PostgreSQL a ready-made server takes part, whose packages are in `tests/peer`.
    #[arg(long, global = true)]
    peer: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum On {
    Sqlite,
    Postgres,
}

/// The part of a process of its own.
#[derive(Subcommand)]
enum Part {
    /// Fills one database.
    #[command(hide = true)]
    Fill(One),
    /// Measures one database.
    #[command(hide = true)]
    Measure(One),
}

/// One database.
#[derive(Args)]
struct One {
    /// A URL of PostgreSQL, or a file.
    at: String,
    /// How many hazards it has.
    of: u32,
}

#[tokio::main]
async fn main() {
    let load = Load::parse();
    match &load.part {
        None => load.all(),
        Some(Part::Fill(one)) => {
            load::fill(&one.location(), one.of, |on, filled| {
                let Filled { acts, took } = filled;
                let rate = f64::from(u32::try_from(acts).unwrap()) / took.as_secs_f64();
                eprint!("\r  {on}: {acts} acts, {rate:.0}/s ");
            })
            .await;
        }
        Some(Part::Measure(one)) => {
            let method = Method {
                span: Duration::from_secs_f64(load.how.seconds),
                clients: load.how.concurrency.clone(),
                only: load.how.only.clone(),
                peer: load.how.peer,
            };
            let measured = Box::pin(load::measure(&one.location(), one.of, &method, tell)).await;
            println!("{}", serde_json::to_string(&measured).unwrap());
        }
    }
}

fn tell(how: &str, row: &Row) {
    let Row {
        title,
        clients,
        ours,
        bare,
        peer,
        ..
    } = row;
    let side = |of: &Figure| {
        format!(
            "{:.0}/s, p50 {:.2}, p99 {:.2} ms",
            of.per_second, of.p50, of.p99
        )
    };
    let peer = peer.map(|of| format!("; peer {}", side(&of)));
    eprintln!(
        "  {how}{title}, {clients} clients: {}; bare {}{}",
        side(ours),
        side(bare),
        peer.unwrap_or_default()
    );
}

impl Load {
    /// Measures all databases, one after the other.
    fn all(&self) {
        let ground = Ground::new(self.keep.as_deref());
        let mut results = Vec::new();
        for engine in self.engine.iter().map(|on| on.engine()) {
            for hazards in self.hazards.iter().copied() {
                eprintln!("{}, {hazards} hazards", engine.name());
                let copy = ground.copy(engine, hazards, |stock| {
                    self.part("fill", stock, hazards);
                    eprintln!();
                });
                let size = ground.size(&copy);
                let measured: Measured =
                    serde_json::from_str(&self.part("measure", &copy, hazards)).unwrap();
                results.push(load::Result {
                    engine,
                    hazards,
                    size,
                    measured,
                });
            }
        }
        print!("{}", load::tables(&results));
    }

    /// Runs a part in a process of its own, and reads what it prints.
    fn part(&self, name: &str, location: &Location, hazards: u32) -> String {
        let at = match location {
            Location::File(path) => path.display().to_string(),
            Location::Url(url) => url.clone(),
        };
        let How {
            seconds,
            concurrency,
            only,
            peer,
        } = &self.how;
        let clients: Vec<_> = concurrency.iter().map(ToString::to_string).collect();
        let part = Command::new(std::env::current_exe().unwrap())
            .args([name, &at, &hazards.to_string()])
            .args([
                "--seconds",
                &seconds.to_string(),
                "--concurrency",
                &clients.join(","),
            ])
            .args(["--only", only])
            .args(peer.then_some("--peer"))
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(part.status.success(), "{name} of {location} failed");
        std::io::stderr().flush().unwrap();
        String::from_utf8(part.stdout).unwrap()
    }
}

impl On {
    fn engine(self) -> Engine {
        match self {
            Self::Sqlite => Engine::Sqlite,
            Self::Postgres => Engine::Postgres,
        }
    }
}

impl One {
    fn location(&self) -> Location {
        self.at
            .parse()
            .unwrap_or_else(|_| Location::File(PathBuf::from(&self.at)))
    }
}
