//! A wire between a program and its server that can be cut at the very moment that matters.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};

/// A wire to a server of this machine.
#[derive(Clone, Debug)]
pub struct Wire {
    port: u16,
    state: Arc<State>,
}

/// What becomes of a COMMIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is lost with the connection, and does not arrive.
    Lost,
    /// It arrives; the answer is lost with the connection.
    AnswerLost,
    /// It arrives; from then on the wire carries nothing, and nobody is told. What was connected then stays silent for ever,
    /// as when something on the way has forgotten the connection.
    Silence,
}

#[derive(Debug, Default)]
struct State {
    /// What becomes of the next COMMIT.
    next: Mutex<Option<Fate>>,
    /// How many connections there were so far.
    links: AtomicU64,
    /// The connections up to this one carry nothing.
    silent: Mutex<u64>,
    mended: Condvar,
}

impl Wire {
    /// A wire to this port.
    pub fn to(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let wire = Self {
            port,
            state: Arc::clone(&state),
        };
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) {
                    link(&client, &server, &state);
                }
            }
        });
        wire
    }

    /// The port at this end.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Decides the fate of the next COMMIT.
    pub fn next_commit(&self, fate: Fate) {
        *self.state.next.lock().unwrap() = Some(fate);
    }

    /// Carries nothing from now on, and tells nobody.
    pub fn fall_silent(&self) {
        self.state.fall_silent();
    }

    /// Whether the COMMIT that was waited for has met its fate.
    pub fn has_struck(&self) -> bool {
        self.state.next.lock().unwrap().is_none()
    }

    /// Carries again what is connected from now on.
    pub fn mend(&self) {
        *self.state.silent.lock().unwrap() = self.state.links.load(Ordering::SeqCst);
        self.state.mended.notify_all();
    }
}

impl State {
    fn fall_silent(&self) {
        *self.silent.lock().unwrap() = u64::MAX;
    }

    fn wait_while_silent(&self, link: u64) {
        let silent = self.silent.lock().unwrap();
        drop(
            self.mended
                .wait_while(silent, |silent| link <= *silent)
                .unwrap(),
        );
    }
}

/// Carries between the two until one of them hangs up.
fn link(client: &TcpStream, server: &TcpStream, state: &Arc<State>) {
    let ends = || (client.try_clone().unwrap(), server.try_clone().unwrap());
    let number = state.links.fetch_add(1, Ordering::SeqCst) + 1;
    let deaf = Arc::new(AtomicBool::new(false));
    let ((mut from, mut to), state_up, deaf_up) = (ends(), Arc::clone(state), Arc::clone(&deaf));
    std::thread::spawn(move || {
        carry(&mut from, &mut to, |bytes| {
            state_up.wait_while_silent(number);
            let commits = bytes.windows(COMMIT.len()).any(|part| part == COMMIT);
            let fate = commits
                .then(|| state_up.next.lock().unwrap().take())
                .flatten();
            match fate {
                None => {}
                Some(Fate::Lost) => return false,
                Some(Fate::AnswerLost) => deaf_up.store(true, Ordering::SeqCst),
                Some(Fate::Silence) => state_up.fall_silent(),
            }
            true
        });
    });
    let ((mut to, mut from), state) = (ends(), Arc::clone(state));
    std::thread::spawn(move || {
        carry(&mut from, &mut to, |_| {
            state.wait_while_silent(number);
            !deaf.load(Ordering::SeqCst)
        });
    });
}

/// The statement as it stands on the wire.
const COMMIT: &[u8] = b"COMMIT\0";

/// Carries what comes, as long as it may be passed on; then both are cut off.
fn carry(from: &mut TcpStream, to: &mut TcpStream, passes: impl Fn(&[u8]) -> bool) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        if !passes(&bytes[..read]) || to.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    drop(from.shutdown(Shutdown::Both));
    drop(to.shutdown(Shutdown::Both));
}
