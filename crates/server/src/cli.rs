//! The command line of `xiaohao`, and what each command is wired from; nothing that decides.

use crate::database::DatabaseArgs;
use crate::readiness::Readiness;
use crate::rebuild::{self, Task};
use crate::{http, seeds};
use async_graphql::http::GraphiQLSource;
use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use xiaohao_graphql::Limits;
use xiaohao_ledger::{Store, Told};
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
    /// Serve the GraphQL API until the process is told to stop.
    Serve {
        /// Address to listen on; port 0 takes a free one.
        #[arg(long, env = "XIAOHAO_LISTEN", default_value = "127.0.0.1:8431")]
        listen: SocketAddr,
        #[command(flatten)]
        database: DatabaseArgs,
    },
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
    #[error("cannot open the ledger at {location}")]
    Open {
        location: Location,
        source: xiaohao_ledger::Fault,
    },
    #[error("cannot bring the database at {location} up to this program")]
    Migrate {
        location: Location,
        source: xiaohao_ledger::Fault,
    },
    #[error(transparent)]
    Rebuild(#[from] rebuild::Failure),
    #[error("the data shipped with the program cannot be read")]
    Seeds { source: seeds::BrokenSeed },
}

/// Does what the command line says, and tells what kept it from it.
#[must_use]
pub fn run() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Schema => {
            print(&xiaohao_graphql::sdl());
            Ok(())
        }
        Command::Serve { listen, database } => serve(listen, &database),
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
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| Failure::Runtime { source })?;
    let location = database.location().ok_or(Failure::NoDatabase)?;
    runtime.block_on(work(location))
}

/// The ledger, as the server keeps it open.
async fn open(location: &Location) -> Result<Arc<dyn Store>, Failure> {
    let store = SqlStore::open(location).await;
    let store = store.map_err(|source| Failure::Open {
        location: location.clone(),
        source,
    })?;
    Ok(Arc::new(store))
}

async fn migrate(location: &Location) -> Result<(), Failure> {
    SqlStore::migrate(location)
        .await
        .map_err(|source| Failure::Migrate {
            location: location.clone(),
            source,
        })?;
    print(&format!("{location} is up to this program\n"));
    Ok(())
}

fn serve(listen: SocketAddr, database: &DatabaseArgs) -> Result<(), Failure> {
    let filter = EnvFilter::try_from_env("XIAOHAO_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let reference = seeds::reference().map_err(|source| Failure::Seeds { source })?;
    let schema = xiaohao_graphql::schema(reference, None, Limits::default());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .build()
        .map_err(|source| Failure::Runtime { source })?;
    let location = database.location();
    runtime.block_on(async move {
        let readiness = Readiness::new(match &location {
            Some(location) => Some(open(location).await?),
            None => None,
        });
        let listener = TcpListener::bind(listen)
            .await
            .map_err(|source| Failure::Listen {
                address: listen,
                source,
            })?;
        let address = listener.local_addr().map_err(|source| Failure::Listen {
            address: listen,
            source,
        })?;
        print(&format!(
            "xiaohao 已启动：http://{address}/（GraphiQL），接口 http://{address}/graphql\n"
        ));
        let graphiql = GraphiQLSource::build()
            .endpoint("/graphql")
            .title("xiaohao 销号")
            .finish();
        axum::serve(listener, http::app(schema, graphiql, readiness))
            .with_graceful_shutdown(told_to_stop())
            .await
            .map_err(|source| Failure::Serve { source })
    })
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
