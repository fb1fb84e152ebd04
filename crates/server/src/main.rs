//! `xiaohao`: the program. Command line, wiring, and nothing that decides.

use async_graphql::http::GraphiQLSource;
use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::process::ExitCode;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use xiaohao_graphql::Limits;
use xiaohao_server::{http, seeds};

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
    #[error("the server stopped before it was told to")]
    Serve { source: std::io::Error },
    #[error("the data shipped with the program cannot be read")]
    Seeds { source: seeds::BrokenSeed },
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Schema => {
            print(&xiaohao_graphql::sdl());
            Ok(())
        }
        Command::Serve { listen } => serve(listen),
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
    let mut chain = failure.to_string();
    let mut cause = std::error::Error::source(failure);
    while let Some(error) = cause {
        chain = format!("{chain}: {error}");
        cause = error.source();
    }
    drop(writeln!(std::io::stderr(), "xiaohao: {chain}"));
}

/// The parser of GraphQL recurses as deep as a query is nested; the limits keep that small and this is the second line.
const STACK_BYTES: usize = 8 * 1024 * 1024;

fn serve(listen: SocketAddr) -> Result<(), Failure> {
    let filter = EnvFilter::try_from_env("XIAOHAO_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let reference = seeds::reference().map_err(|source| Failure::Seeds { source })?;
    let schema = xiaohao_graphql::schema(reference, Limits::default());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .build()
        .map_err(|source| Failure::Serve { source })?;
    runtime.block_on(async move {
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
        axum::serve(listener, http::app(schema, graphiql))
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
