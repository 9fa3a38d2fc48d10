//! Connections to the server that no call uses: the next ones take them.

use crate::socket::Socket;
use core::sync::atomic::{AtomicUsize, Ordering};

/// How many are kept. More calls than this at once open connections of their own.
const KEPT: usize = 16;

/// No handle: `INVALID_SOCKET`.
const NONE: usize = usize::MAX;

static IDLE: [AtomicUsize; KEPT] = [const { AtomicUsize::new(NONE) }; KEPT];

/// One of the connections, if there is one.
pub fn take() -> Option<Socket> {
    let taken = IDLE.iter().map(|place| place.swap(NONE, Ordering::AcqRel)).find(|handle| *handle != NONE)?;
    // SAFETY: it came from a socket that was given up, and nobody else can take it.
    Some(unsafe { Socket::from_raw(taken) })
}

/// Keeps a connection on which nothing is under way; closes it if there are enough.
pub fn keep(socket: Socket) {
    let handle = socket.into_raw();
    let free = |place: &AtomicUsize| place.compare_exchange(NONE, handle, Ordering::AcqRel, Ordering::Relaxed).is_ok();
    if !IDLE.iter().any(free) {
        // SAFETY: as above; no place has taken it.
        drop(unsafe { Socket::from_raw(handle) });
    }
}
