//! Connections on which TLS is spoken. Their handshakes go on beside each other, so that whoever is slow holds up nobody; each
//! has its time, and when too many are under way at once, the one that has been so longest makes room.

use axum::serve::Listener;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a handshake may take; over a poor connection in the mountains it takes seconds.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The most handshakes that are under way at once.
const AT_ONCE: usize = 256;

/// How much is still read of somebody who does not speak TLS, so that he gets to read the answer, and how long.
const REST_BYTES: u64 = 64 * 1024;
const REST: Duration = Duration::from_secs(1);

/// With what a handshake begins, as the first byte of a TLS record.
const HANDSHAKE_RECORD: u8 = 0x16;

/// The answer to whoever speaks HTTP without TLS.
const NOT_PLAIN: &str = "此端口只接受 HTTPS，请把网址开头的 http:// 改为 https:// 后重试。\n";

/// What a handshake came to: a connection, or nothing that concerns anybody else.
type Shaken = Option<(TlsStream<TcpStream>, SocketAddr)>;

/// Listens, and hands out connections whose handshakes are done.
pub(crate) struct Handshaking {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    under_way: JoinSet<Shaken>,
    /// The same, the longest first; some of them may be done.
    oldest: VecDeque<AbortHandle>,
    at_once: usize,
}

impl Handshaking {
    pub(super) fn new(listener: TcpListener, acceptor: TlsAcceptor) -> Self {
        Self {
            listener,
            acceptor,
            under_way: JoinSet::new(),
            oldest: VecDeque::new(),
            at_once: AT_ONCE,
        }
    }

    fn begin(&mut self, stream: TcpStream, address: SocketAddr) {
        self.oldest.retain(|handshake| !handshake.is_finished());
        if self.oldest.len() >= self.at_once
            && let Some(oldest) = self.oldest.pop_front()
        {
            oldest.abort();
            tracing::debug!("too many handshakes at once; the oldest was broken off");
        }
        let acceptor = self.acceptor.clone();
        let handshake = async move {
            let done = timeout(HANDSHAKE, shaken(stream, acceptor)).await;
            let done = done.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
            match done {
                Ok(stream) => Some((stream?, address)),
                Err(error) => {
                    tracing::debug!(%address, %error, "a TLS handshake came to nothing");
                    None
                }
            }
        };
        self.oldest.push_back(self.under_way.spawn(handshake));
    }
}

impl Listener for Handshaking {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            tokio::select! {
                Some(done) = self.under_way.join_next() => {
                    if let Ok(Some(connection)) = done {
                        return connection;
                    }
                }
                (stream, address) = Listener::accept(&mut self.listener) => {
                    self.begin(stream, address);
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection on which TLS is spoken; none where plain HTTP was, and has been answered.
async fn shaken(
    mut stream: TcpStream,
    acceptor: TlsAcceptor,
) -> io::Result<Option<TlsStream<TcpStream>>> {
    let mut first = [0];
    let [first] = match stream.peek(&mut first).await? {
        0 => return Err(io::ErrorKind::UnexpectedEof.into()),
        _ => first,
    };
    // A request begins with the name of its method.
    if first != HANDSHAKE_RECORD && first.is_ascii_uppercase() {
        told_to_speak_tls(&mut stream).await?;
        return Ok(None);
    }
    acceptor.accept(stream).await.map(Some)
}

async fn told_to_speak_tls(stream: &mut TcpStream) -> io::Result<()> {
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{NOT_PLAIN}",
        NOT_PLAIN.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    // What is not read would take the answer with it.
    let mut rest = Vec::new();
    let mut read = stream.take(REST_BYTES);
    drop(timeout(REST, read.read_to_end(&mut rest)).await);
    Ok(())
}
