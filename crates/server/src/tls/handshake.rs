//! Handshakes of TLS, each in its time. They go on beside each other, so that whoever is slow holds up nobody; how many are under way at
//! once is bounded with the connections that they are.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a handshake may take; over a poor connection in the mountains it takes seconds.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How much is still read of somebody who does not speak TLS, so that he gets to read the answer, and how long.
const REST_BYTES: u64 = 64 * 1024;
const REST: Duration = Duration::from_secs(1);

/// With what a handshake begins, as the first byte of a TLS record.
const HANDSHAKE_RECORD: u8 = 0x16;

/// The answer to whoever speaks HTTP without TLS.
const NOT_PLAIN: &str = "此端口只接受 HTTPS，请把网址开头的 http:// 改为 https:// 后重试。\n";

/// A connection on which TLS is spoken, once that has been agreed on; none where plain HTTP was, and has been answered.
///
/// # Errors
/// When it comes to nothing, or takes too long.
pub(crate) async fn shaken(
    stream: TcpStream,
    acceptor: TlsAcceptor,
) -> io::Result<Option<TlsStream<TcpStream>>> {
    let done = timeout(HANDSHAKE, agreed(stream, acceptor)).await;
    done.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

async fn agreed(
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
