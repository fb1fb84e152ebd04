//! The server at work: from the first connection until it is told to stop, and what it had begun is finished.

use crate::address::Peer;
use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What is under way in a server.
#[derive(Clone, Debug, Default)]
pub struct UnderWay {
    /// What is carried out, whether or not anybody still listens.
    pub tasks: TaskTracker,
    /// Whether the server is stopping: whatever would go on without end then ends.
    pub stopping: CancellationToken,
}

/// Serves until the process is told to stop. From then on nobody new is let in, and whoever was let in is answered; but no
/// client holds the server longer than the grace, and what is carried out for clients that have gone away is finished too.
///
/// An act that is cut off at the end of the grace was not answered: it is recorded whole or not at all.
///
/// # Errors
/// When connections cannot be taken any more.
pub(crate) async fn until_told_to_stop<L>(
    listener: L,
    app: Router,
    under_way: UnderWay,
    grace: Duration,
) -> std::io::Result<()>
where
    L: Listener<Addr = SocketAddr>,
    Peer: for<'a> Connected<IncomingStream<'a, L>>,
{
    let UnderWay { tasks, stopping } = under_way;
    let stop = stopping.clone();
    let told = told_to_stop();
    tokio::spawn(async move {
        told.await;
        tracing::info!(
            grace_seconds = grace.as_secs(),
            "stopping; requests under way are finished"
        );
        stop.cancel();
    });
    let app = app.into_make_service_with_connect_info::<Peer>();
    let serving =
        axum::serve(listener, app).with_graceful_shutdown(stopping.clone().cancelled_owned());
    let finished = async {
        serving.await?;
        tasks.close();
        tasks.wait().await;
        Ok(())
    };
    let out_of_patience = async {
        stopping.cancelled().await;
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        served = finished => {
            tracing::info!("stopped; every request was finished");
            served
        }
        () = out_of_patience => {
            tracing::warn!("stopped; the grace was over before every client was gone");
            Ok(())
        }
    }
}

/// Ends when the process is asked to stop, be it before this is waited for: from the first answer on, whoever is asked to stop
/// finishes what he took.
fn told_to_stop() -> impl Future<Output = ()> + Send + 'static {
    let asked = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    async move {
        let [interrupted, terminated] = asked;
        tokio::select! {
            () = told_by(interrupted) => {}
            () = told_by(terminated) => {}
        }
    }
}

async fn told_by(asked: std::io::Result<Signal>) {
    match asked {
        Ok(mut signal) => drop(signal.recv().await),
        Err(error) => {
            tracing::warn!(%error, "a signal to stop cannot be waited for");
            std::future::pending::<()>().await;
        }
    }
}
