//! The server at work: from the first connection until it is told to stop, and what it had begun is finished.

mod figures;
mod open_files;
mod paced;
mod seats;

pub(crate) use figures::Figures;

use crate::address::{Peer, Proxies};
use crate::tls;
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use paced::Paced;
use seats::{Answering, Seat, Seats};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long nobody is let in where that failed: it fails when too many files are open, and some of them are closed soon.
const OUT_OF_FILES: Duration = Duration::from_millis(200);

/// What is under way in a server.
#[derive(Clone, Debug, Default)]
pub struct UnderWay {
    /// What is carried out, whether or not anybody still listens.
    pub tasks: TaskTracker,
    /// Whether the server is stopping: whatever would go on without end then ends.
    pub stopping: CancellationToken,
    /// Its connections, counted.
    pub(crate) connections: Figures,
}

/// What connections are bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How many may be open; fewer where the process may not open so many files.
    pub connections: usize,
    /// How many of them from one address; none is without end.
    pub per_address: Option<usize>,
    /// How long the head of a request may take to come.
    pub head: Duration,
    /// How long nothing may be asked over one, and how long nobody may take away what waits for him.
    pub idle: Duration,
}

impl Default for Bounds {
    /// Enough for every office and tablet of a county. A proxy keeps a connection for a minute, and must not find it closed when it uses
    /// it again.
    fn default() -> Self {
        Self {
            connections: 10_000,
            per_address: Some(256),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
        }
    }
}

/// Where a server listens, and by what rules.
pub(crate) struct Reach {
    pub(crate) listener: TcpListener,
    /// With what TLS is spoken; none where it is not.
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) bounds: Bounds,
    /// Through whom many people come.
    pub(crate) proxies: Proxies,
}

/// Serves until the process is `told` to stop. From then on nobody new is let in, and whoever was let in is answered; but no
/// client holds the server longer than the grace, and what is carried out for clients that have gone away is finished too.
///
/// An act that is cut off at the end of the grace was not answered: it is recorded whole or not at all.
pub(crate) async fn until_told_to_stop(
    reach: Reach,
    app: Router,
    under_way: UnderWay,
    told: impl Future<Output = ()> + Send + 'static,
    grace: Duration,
) {
    let UnderWay {
        tasks,
        stopping,
        connections,
    } = under_way;
    let stop = stopping.clone();
    tokio::spawn(async move {
        told.await;
        tracing::info!(
            grace_seconds = grace.as_secs(),
            "stopping; requests under way are finished"
        );
        stop.cancel();
    });
    let finished = async {
        let open = TaskTracker::new();
        let_in(reach, app, &stopping, connections, &open).await;
        open.close();
        open.wait().await;
        tasks.close();
        tasks.wait().await;
    };
    let out_of_patience = async {
        stopping.cancelled().await;
        sleep(grace).await;
    };
    tokio::select! {
        () = finished => tracing::info!("stopped; every request was finished"),
        () = out_of_patience => tracing::warn!("stopped; the grace was over before every client was gone"),
    }
}

/// Lets in whoever connects, until the server is stopping.
async fn let_in(
    reach: Reach,
    app: Router,
    stopping: &CancellationToken,
    figures: Figures,
    open: &TaskTracker,
) {
    let Reach {
        listener,
        tls,
        bounds,
        proxies,
    } = reach;
    let room = open_files::room().unwrap_or(usize::MAX);
    if room < bounds.connections {
        tracing::info!(
            room,
            "fewer connections fit into the files that this process may open than limits.connections allows"
        );
    }
    let most = bounds.connections.min(room);
    let seats = Seats::new(most, bounds.per_address, proxies, figures);
    loop {
        let came = tokio::select! {
            () = stopping.cancelled() => return,
            came = listener.accept() => came,
        };
        match came {
            // Whoever is turned away finds the connection closed.
            Ok((stream, address)) => {
                if let Some(seat) = seats.take(address.ip()) {
                    let host = Host {
                        app: app.clone(),
                        bounds,
                        seat,
                        stopping: stopping.clone(),
                        address,
                    };
                    open.spawn(host.receive(stream, tls.clone()));
                    seats.settled().await;
                }
            }
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                tracing::error!(%error, "nobody can be let in for a moment");
                sleep(OUT_OF_FILES).await;
            }
        }
    }
}

/// Whether it is the client who has gone away before he was let in.
fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Whoever looks after one connection.
struct Host {
    app: Router,
    bounds: Bounds,
    seat: Arc<Seat>,
    stopping: CancellationToken,
    address: SocketAddr,
}

impl Host {
    async fn receive(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        let Some(acceptor) = tls else {
            return self.converse(stream).await;
        };
        let address = self.address;
        let done = tokio::select! {
            done = tls::shaken(stream, acceptor) => done,
            () = self.seat.told_to_leave() => return,
            // Nothing was asked yet.
            () = self.stopping.cancelled() => return,
        };
        match done {
            Ok(Some(stream)) => self.converse(stream).await,
            Ok(None) => {}
            Err(error) => tracing::debug!(%address, %error, "a TLS handshake came to nothing"),
        }
    }

    /// Answers one request after the other.
    async fn converse(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let Self {
            app,
            bounds,
            seat,
            stopping,
            address,
        } = self;
        let app = TowerToHyperService::new(app);
        let answering = Arc::clone(&seat);
        let service = service_fn(move |mut request: Request<Incoming>| {
            let held = answering.asked();
            request.extensions_mut().insert(ConnectInfo(Peer(address)));
            let answer = app.call(request.map(Body::new));
            async move { Ok::<_, Infallible>(answered(answer.await?, held)) }
        });
        let paced = Paced::new(stream, Arc::clone(&seat), bounds.head, bounds.idle);
        let mut protocol = http1::Builder::new();
        protocol
            .timer(TokioTimer::new())
            .header_read_timeout(bounds.idle);
        let conversation = protocol.serve_connection(TokioIo::new(paced), service);
        let mut conversation = pin!(conversation.with_upgrades());
        let (mut leaves, mut stops) = (false, false);
        loop {
            tokio::select! {
                ended = conversation.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%address, %error, "a connection was broken off");
                    }
                    return;
                }
                () = seat.told_to_leave(), if !leaves => {
                    leaves = true;
                    if seat.idle_since().is_some() {
                        return;
                    }
                    // Something was asked in the meantime; it is the last.
                    conversation.as_mut().graceful_shutdown();
                }
                () = stopping.cancelled(), if !stops => {
                    stops = true;
                    conversation.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

/// An answer, during which its connection is not idle.
fn answered(response: Response<Body>, held: Answering) -> Response<Held> {
    let becomes_a_conversation = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    let held = if becomes_a_conversation {
        held.without_end();
        None
    } else {
        Some(held)
    };
    response.map(|body| Held { body, _held: held })
}

/// What is answered, until it has been sent.
struct Held {
    body: Body,
    _held: Option<Answering>,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Ends when the process is asked to stop, be it before this is waited for: from the moment at which it is said where it serves, whoever is
/// asked to stop finishes what he took.
pub(crate) fn told_to_stop() -> impl Future<Output = ()> + Send + 'static {
    let asked = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    async move {
        let [interrupted, terminated] = asked;
        tokio::select! {
            () = told_by(interrupted) => {}
            () = told_by(terminated) => {}
        }
    }
}

async fn told_by(asked: io::Result<Signal>) {
    match asked {
        Ok(mut signal) => drop(signal.recv().await),
        Err(error) => {
            tracing::warn!(%error, "a signal to stop cannot be waited for");
            std::future::pending::<()>().await;
        }
    }
}
