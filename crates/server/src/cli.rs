//! The command line of `xiaohao`, and what each command is wired from; nothing that decides.

use crate::clock;
use crate::database::{DatabaseArgs, Place};
use crate::history::BrokenHistory;
use crate::http;
use crate::people::{self, Unset};
use crate::rebuild::{self, Task};
use crate::seeds::{self, BrokenSeed};
use crate::served::{self, Served, Unserved};
use async_graphql::http::GraphiQLSource;
use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use xiaohao_core::values::{CountyCode, Invalid};
use xiaohao_ledger::{Fault, Told};
use xiaohao_store::{Location, SqlStore};

/// 销号：县级重大隐患“一单四制”台账。A county's ledger of major hazards, from the list to the circular.
#[derive(Parser)]
#[command(name = "xiaohao", version, about, long_about = None)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the example county in a folder if it is not there, serve it, and print who can sign in.
    Demo {
        /// Address to listen on; port 0 takes a free one.
        #[arg(long, env = "XIAOHAO_LISTEN", default_value = LISTEN)]
        listen: SocketAddr,
        /// Folder of the example's ledger.
        #[arg(long, value_name = "DIR", default_value = "xiaohao-demo")]
        data: PathBuf,
    },
    /// Serve the GraphQL API of a county until the process is told to stop.
    Serve {
        /// Address to listen on; port 0 takes a free one.
        #[arg(long, env = "XIAOHAO_LISTEN", default_value = LISTEN)]
        listen: SocketAddr,
        #[command(flatten)]
        county: CountyArgs,
        /// Folder of the files of evidence; the folder `evidence` beside the ledger where it lies in a folder.
        #[arg(long, value_name = "DIR", env = "XIAOHAO_EVIDENCE")]
        evidence: Option<PathBuf>,
    },
    /// Make a county of the files in a folder, or bring one that is there up to them; its ledger is not touched.
    ///
    /// The folder holds county.json, committees.json and people.json, and where the county has its own, policy.json and
    /// calendar.json; `seeds/county/shuangpai` shows their form. The database is made, or brought up to this program.
    Init {
        /// Folder of the county's files.
        #[arg(long, value_name = "FOLDER")]
        from: PathBuf,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// See who may sign in, and set passwords.
    #[command(subcommand)]
    User(User),
    /// Make everything that is kept beside the record anew from it, or compare it with the record.
    ///
    /// The record, one line for each act, is never changed. While rows are made anew nobody else can write; a comparison
    /// can be made at any time. Exits with 1 when something is not as the record says.
    Rebuild {
        /// Compare only, and change nothing.
        #[arg(long)]
        check: bool,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Bring the schema of the database up to this program, making the database if there is none.
    Migrate {
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Print the schema of the API and exit.
    Schema,
}

/// What one does about people.
#[derive(Subcommand)]
enum User {
    /// Print everybody's login, name and posts.
    List {
        #[command(flatten)]
        county: CountyArgs,
    },
    /// Set the password of a login to the first line of standard input; sessions opened with the old one end.
    Password {
        /// The login, as in the county's people.json.
        login: String,
        #[command(flatten)]
        county: CountyArgs,
    },
}

/// One county, and where its ledger is kept.
#[derive(clap::Args)]
struct CountyArgs {
    /// Code of the county, where several are kept in one database.
    #[arg(long, value_name = "CODE", env = "XIAOHAO_COUNTY", value_parser = county_code)]
    county: Option<CountyCode>,
    #[command(flatten)]
    database: DatabaseArgs,
}

fn county_code(text: &str) -> Result<CountyCode, Invalid> {
    CountyCode::parse(text)
}

/// Where the server listens unless it is told otherwise: this machine alone can reach it there.
const LISTEN: &str = "127.0.0.1:8431";

/// The password of everybody in the example county.
const DEMO_PASSWORD: &str = "xiaohao-demo";

/// What kept the program from doing what it was told.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot listen on {address}; choose another address with --listen")]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
    #[error("the program cannot start its threads")]
    Runtime { source: std::io::Error },
    #[error("the server stopped before it was told to")]
    Serve { source: std::io::Error },
    #[error("say where the ledger is kept: --data DIR or --database-url URL")]
    NoDatabase,
    #[error("say where the files of evidence are kept: --evidence DIR, beside --database-url URL")]
    NoEvidence,
    #[error("cannot make the folder {folder}")]
    Folder {
        folder: String,
        source: std::io::Error,
    },
    #[error(transparent)]
    Unserved(#[from] Unserved),
    #[error(transparent)]
    User(#[from] Unset),
    #[error("cannot bring the database at {location} up to this program")]
    Migrate { location: Location, source: Fault },
    #[error("cannot keep the data of the county at {location}")]
    Keep { location: Location, source: Fault },
    #[error(transparent)]
    Rebuild(#[from] rebuild::Failure),
    #[error("the past of the example county cannot be gone through")]
    History(#[from] BrokenHistory),
    #[error("the files of the county cannot be used")]
    Seeds(#[from] BrokenSeed),
}

/// Does what the command line says, and tells what kept it from it.
#[must_use]
pub fn run() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Schema => {
            print(&xiaohao_graphql::sdl());
            Ok(())
        }
        Command::Demo { listen, data } => on_runtime(demo(listen, data)),
        Command::Serve {
            listen,
            county,
            evidence,
        } => on_runtime(serve(listen, county, evidence)),
        Command::Init { from, database } => {
            on_database(&database, async |location| init(&from, &location).await)
        }
        Command::User(User::List { county }) => on_runtime(async move {
            print(&people::listed(&opened(&county, None).await?));
            Ok(())
        }),
        Command::User(User::Password { login, county }) => on_runtime(async move {
            let served = opened(&county, None).await?;
            let login = people::set_password(&served, &login).await?;
            print(&format!("the password of {login} is set\n"));
            Ok(())
        }),
        Command::Rebuild { check, database } => on_database(&database, async |location| {
            let task = if check { Task::Check } else { Task::Rebuild };
            Ok(rebuild::run(&location, task).await?)
        }),
        Command::Migrate { database } => {
            on_database(&database, async |location| migrate(&location).await)
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure);
            ExitCode::FAILURE
        }
    }
}

/// Writes to standard output; a reader that has gone away is no failure of ours.
fn print(text: &str) {
    use std::io::Write;
    drop(std::io::stdout().write_all(text.as_bytes()));
}

/// Tells the whole chain of causes, once.
fn report(failure: &Failure) {
    use std::io::Write;
    drop(writeln!(std::io::stderr(), "xiaohao: {}", Told(failure)));
}

/// The parser of GraphQL recurses as deep as a query is nested; the limits keep that small and this is the second line.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// Does something to the database that was named.
fn on_database(
    database: &DatabaseArgs,
    work: impl AsyncFnOnce(Location) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let location = database.location().ok_or(Failure::NoDatabase)?;
    on_runtime(work(location))
}

/// Does something to its end.
fn on_runtime(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .build()
        .map_err(|source| Failure::Runtime { source })?;
    runtime.block_on(work)
}

/// Opens a county; the folder of its files is for whoever serves them.
async fn opened(county: &CountyArgs, evidence: Option<PathBuf>) -> Result<Served, Failure> {
    let ledger = county.database.location().ok_or(Failure::NoDatabase)?;
    let place = Place {
        ledger,
        evidence: evidence.unwrap_or_default(),
    };
    Ok(Served::open(&place, county.county).await?)
}

async fn migrated(location: &Location) -> Result<(), Failure> {
    SqlStore::migrate(location)
        .await
        .map_err(|source| Failure::Migrate {
            location: location.clone(),
            source,
        })
}

async fn migrate(location: &Location) -> Result<(), Failure> {
    migrated(location).await?;
    print(&format!("{location} is up to this program\n"));
    Ok(())
}

/// Makes a county, or brings one up to its files.
async fn init(from: &std::path::Path, location: &Location) -> Result<(), Failure> {
    let data = seeds::county_in(from)?;
    let people = data.directory.people().len();
    let (name, code) = (data.name.clone(), data.code);
    keep(&data, location).await?;
    print(&format!(
        "{name} ({code}) is kept at {location}, with {people} people; give them passwords with `xiaohao user password LOGIN`\n"
    ));
    Ok(())
}

/// Keeps the data of a county, once it is clear that it can be served.
async fn keep(data: &crate::county::CountyData, location: &Location) -> Result<SqlStore, Failure> {
    data.county().map_err(|source| Unserved::County {
        county: data.code,
        source,
    })?;
    migrated(location).await?;
    let store = served::open(location).await?;
    let kept = |source| Failure::Keep {
        location: location.clone(),
        source,
    };
    let text = serde_json::to_string(data).map_err(|error| kept(Fault::internal(error)))?;
    store.keep_county(data.code, &text).await.map_err(kept)?;
    Ok(store)
}

/// Makes the example county with its past. The county is kept last, so that one whose making was interrupted is made again.
async fn make_example(store: &SqlStore, place: &Place) -> Result<(), Failure> {
    let data = seeds::shuangpai()?;
    let served = Served::of(store.clone(), &data, &place.evidence, Arc::new(clock::now))?;
    people::give_all(&served, DEMO_PASSWORD).await?;
    drop(served);
    // At a terminal it is seen to grow; elsewhere nothing is written.
    let bar = ProgressBar::new(0).with_message("正在建立示例台账");
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
        bar.set_style(style);
    }
    let told = |done: usize, of: usize| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    };
    let history = seeds::shuangpai_history()?;
    history.play(store, &data, &place.evidence, told).await?;
    bar.finish_and_clear();
    keep(&data, &place.ledger).await.map(drop)
}

/// The example county, made if it is not there, and served.
async fn demo(listen: SocketAddr, data: PathBuf) -> Result<(), Failure> {
    std::fs::create_dir_all(&data).map_err(|source| Failure::Folder {
        folder: data.display().to_string(),
        source,
    })?;
    let place = Place::in_folder(&data);
    let location = &place.ledger;
    migrated(location).await?;
    let store = served::open(location).await?;
    match served::county_data(&store, location, None).await {
        Ok(_) => {}
        Err(Unserved::NoCounty { .. }) => make_example(&store, &place).await?,
        Err(other) => return Err(other.into()),
    }
    let served = Served::open(&place, None).await?;
    let people = people::listed(&served);
    listening(listen, served, |address| {
        print(&format!(
            "双牌县示例台账已启动：http://{address}/（GraphiQL），接口 http://{address}/graphql\n\n\
             可用以下账号登录，密码均为 {DEMO_PASSWORD}：\n{people}"
        ));
        if !address.ip().is_loopback() {
            print("\n注意：示例账号的密码是公开的，请不要在这里登记真实隐患。\n");
        }
    })
    .await
}

async fn serve(
    listen: SocketAddr,
    county: CountyArgs,
    evidence: Option<PathBuf>,
) -> Result<(), Failure> {
    let beside_the_ledger = || {
        county
            .database
            .folder()
            .map(|data| Place::in_folder(data).evidence)
    };
    // A database that is nowhere is complained of first.
    let evidence = evidence.or_else(beside_the_ledger);
    if evidence.is_none() && county.database.location().is_some() {
        return Err(Failure::NoEvidence);
    }
    let served = opened(&county, evidence).await?;
    listening(listen, served, |address| {
        print(&format!(
            "xiaohao 已启动：http://{address}/（GraphiQL），接口 http://{address}/graphql\n"
        ));
    })
    .await
}

/// Serves until the process is told to stop.
async fn listening(
    listen: SocketAddr,
    served: Served,
    say: impl FnOnce(SocketAddr),
) -> Result<(), Failure> {
    let filter = EnvFilter::try_from_env("XIAOHAO_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let failed = |source| Failure::Listen {
        address: listen,
        source,
    };
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    say(listener.local_addr().map_err(failed)?);
    let graphiql = GraphiQLSource::build()
        .endpoint("/graphql")
        .title("xiaohao 销号")
        .finish();
    axum::serve(listener, http::app(served, graphiql))
        .with_graceful_shutdown(told_to_stop())
        .await
        .map_err(|source| Failure::Serve { source })
}

/// Ends when the process is asked to stop; requests that were taken in are finished.
async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    let mut terminated =
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(signal) => signal,
            Err(error) => {
                tracing::warn!(%error, "cannot wait for SIGTERM, only for an interrupt");
                drop(interrupted.await);
                return;
            }
        };
    tokio::select! {
        _ = interrupted => {}
        _ = terminated.recv() => {}
    }
    tracing::info!("stopping; requests under way are finished");
}
