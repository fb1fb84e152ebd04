//! What is spoken over a connection, kept to its pace: the head of a request comes within its time, be it byte by byte, and what is
//! answered is taken away within another.

use super::seats::Seat;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A connection that is kept to its pace, and holds its seat as long as it is open.
#[derive(Debug)]
pub(super) struct Paced<I> {
    inner: I,
    seat: Arc<Seat>,
    head: Duration,
    taken_away: Duration,
    /// Until when the head must have come of which something came, and since when nothing was asked then; from the beginning on
    /// something is expected.
    head_by: Option<(Instant, Pin<Box<Sleep>>)>,
    /// Until when something must be taken away of what waits.
    taken_by: Option<Pin<Box<Sleep>>>,
}

impl<I> Paced<I> {
    pub(super) fn new(inner: I, seat: Arc<Seat>, head: Duration, taken_away: Duration) -> Self {
        let head_by = seat.idle_since();
        Self {
            inner,
            seat,
            head,
            taken_away,
            head_by: head_by.map(|since| (since, Box::pin(sleep(head)))),
            taken_by: None,
        }
    }

    /// The same as it came, unless what waits has waited too long.
    fn taken<T>(&mut self, cx: &mut Context<'_>, came: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if came.is_ready() {
            self.taken_by = None;
            return came;
        }
        let taken_by = self
            .taken_by
            .get_or_insert_with(|| Box::pin(sleep(self.taken_away)));
        taken_by.as_mut().poll(cx).map(|()| Err(too_late()))
    }
}

fn too_late() -> io::Error {
    io::ErrorKind::TimedOut.into()
}

impl<I: AsyncRead + Unpin> AsyncRead for Paced<I> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let own = self.get_mut();
        let came = Pin::new(&mut own.inner).poll_read(cx, buffer);
        // What comes while a request is answered is its body, or what a conversation says: both have their own time.
        let Some(idle_since) = own.seat.idle_since() else {
            own.head_by = None;
            return came;
        };
        // A request that has been answered since then had its head.
        if own
            .head_by
            .as_ref()
            .is_some_and(|(since, _)| *since != idle_since)
        {
            own.head_by = None;
        }
        if came.is_ready() {
            if own.head_by.is_none() {
                own.head_by = Some((idle_since, Box::pin(sleep(own.head))));
            }
            return came;
        }
        match &mut own.head_by {
            Some((_, head_by)) => head_by.as_mut().poll(cx).map(|()| Err(too_late())),
            None => Poll::Pending,
        }
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Paced<I> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let own = self.get_mut();
        let came = Pin::new(&mut own.inner).poll_write(cx, bytes);
        own.taken(cx, came)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let own = self.get_mut();
        let came = Pin::new(&mut own.inner).poll_write_vectored(cx, pieces);
        own.taken(cx, came)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let own = self.get_mut();
        let came = Pin::new(&mut own.inner).poll_flush(cx);
        own.taken(cx, came)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let own = self.get_mut();
        let came = Pin::new(&mut own.inner).poll_shutdown(cx);
        own.taken(cx, came)
    }
}
