//! How much of the driver one client can have.
//!
//! A watch takes nonpaged memory for as long as its handle is open, and any user may open a handle for reading. So the
//! watches of such handles are limited for each logon session, and for all sessions together. Handles with write access
//! have a limit of their own, so that readers cannot lock an administrator out.

use crate::watch::Lock;
use netioctl_abi::{
    NtError,
    wire::{MAX_READER_WATCHES, MAX_SESSION_WATCHES, MAX_WRITER_WATCHES},
};

/// Watches that there can be at the same time.
pub const MAX_WATCHES: usize = (MAX_READER_WATCHES as usize).saturating_add(MAX_WRITER_WATCHES as usize);

/// What kind of client has opened a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// For reading, by a logon session. Handles whose session is not known share one.
    Reader(Option<u64>),
    /// For writing.
    Writer,
}

/// How many watches a logon session has. A place without any is free for another session.
#[derive(Clone, Copy, Debug)]
struct Session {
    id: Option<u64>,
    watches: u32,
}

/// There cannot be more sessions with a watch than watches of readers.
const MAX_SESSIONS: usize = MAX_READER_WATCHES as usize;

/// The watches that there are.
#[derive(Debug)]
pub struct Watches {
    writers: u32,
    readers: u32,
    sessions: [Session; MAX_SESSIONS],
}

impl Default for Watches {
    fn default() -> Self {
        Self::new()
    }
}

impl Watches {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self { writers: 0, readers: 0, sessions: [Session { id: None, watches: 0 }; MAX_SESSIONS] }
    }

    /// Counts one more.
    ///
    /// # Errors
    /// `STATUS_QUOTA_EXCEEDED` for one too many.
    pub fn enter(&mut self, client: Client) -> Result<(), NtError> {
        match client {
            Client::Writer => self.writers = one_more(self.writers, MAX_WRITER_WATCHES)?,
            Client::Reader(id) => {
                let readers = one_more(self.readers, MAX_READER_WATCHES)?;
                let session = self.session(id).ok_or(NtError::QUOTA_EXCEEDED)?;
                *session = Session { id, watches: one_more(session.watches, MAX_SESSION_WATCHES)? };
                self.readers = readers;
            }
        }
        Ok(())
    }

    /// Counts one less.
    pub fn leave(&mut self, client: Client) {
        match client {
            Client::Writer => self.writers = self.writers.saturating_sub(1),
            Client::Reader(id) => {
                self.readers = self.readers.saturating_sub(1);
                if let Some(session) = self.session(id) {
                    session.watches = session.watches.saturating_sub(1);
                }
            }
        }
    }

    /// The place of a session, or a free one.
    fn session(&mut self, id: Option<u64>) -> Option<&mut Session> {
        let own = self.sessions.iter().position(|session| session.watches > 0 && session.id == id);
        let free = || self.sessions.iter().position(|session| session.watches == 0);
        own.or_else(free).and_then(|place| self.sessions.get_mut(place))
    }
}

fn one_more(count: u32, most: u32) -> Result<u32, NtError> {
    count.checked_add(1).filter(|&count| count <= most).ok_or(NtError::QUOTA_EXCEEDED)
}

/// The places of all watches, behind a lock.
#[derive(Debug)]
pub struct WatchQuota<L> {
    watches: L,
}

impl<L> WatchQuota<L> {
    /// All places are free; the lock holds [`Watches::new`].
    pub const fn new(watches: L) -> Self {
        Self { watches }
    }
}

impl<L: Lock<Data = Watches>> WatchQuota<L> {
    /// Takes a place for a watch of this client, up to `DISPATCH_LEVEL`.
    ///
    /// # Errors
    /// `STATUS_QUOTA_EXCEEDED` when there is none.
    pub fn enter(&self, client: Client) -> Result<WatchPermit<'_, L>, NtError> {
        self.watches.locked(move |watches| watches.enter(client))?;
        Ok(WatchPermit { quota: self, client })
    }
}

/// A place that a watch has; given back when dropped, up to `DISPATCH_LEVEL`.
#[derive(Debug)]
#[must_use]
pub struct WatchPermit<'quota, L: Lock<Data = Watches>> {
    quota: &'quota WatchQuota<L>,
    client: Client,
}

impl<L: Lock<Data = Watches>> Drop for WatchPermit<'_, L> {
    fn drop(&mut self) {
        let client = self.client;
        self.quota.watches.locked(move |watches| watches.leave(client));
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;
    use std::{sync::Mutex, vec::Vec};

    impl<T: Send> Lock for Mutex<T> {
        type Data = T;

        fn locked<R: Send>(&self, body: impl FnOnce(&mut T) -> R + Send) -> R {
            body(&mut self.lock().unwrap())
        }
    }

    fn fill(quota: &WatchQuota<Mutex<Watches>>, client: Client) -> Vec<WatchPermit<'_, Mutex<Watches>>> {
        core::iter::from_fn(|| quota.enter(client).ok()).collect()
    }

    #[test]
    fn a_session_all_readers_and_the_writers_each_have_a_bound() {
        let quota = WatchQuota::new(Mutex::new(Watches::new()));
        let first = fill(&quota, Client::Reader(Some(1)));
        assert_eq!(first.len(), MAX_SESSION_WATCHES as usize);
        let (second, nobody) = (fill(&quota, Client::Reader(Some(2))), fill(&quota, Client::Reader(None)));
        assert_eq!(first.len() + second.len() + nobody.len(), MAX_READER_WATCHES as usize);
        assert_eq!(quota.enter(Client::Reader(Some(3))).err(), Some(NtError::QUOTA_EXCEEDED));
        assert_eq!(fill(&quota, Client::Writer).len(), MAX_WRITER_WATCHES as usize, "readers lock no writer out");
        drop(first);
        assert!(quota.enter(Client::Reader(Some(3))).is_ok(), "and what is given back can be had again");
    }

    /// Miri is a thousand times slower than the processor.
    const STEPS: usize = if cfg!(miri) { 60 } else { 400 };

    proptest! {
        /// Whatever comes and goes: nobody has more than his own, and in the end nobody is remembered.
        #[test]
        fn counts_are_never_wrong(steps in prop::collection::vec((0_u64..6, any::<bool>()), 0..STEPS)) {
            let quota = WatchQuota::new(Mutex::new(Watches::new()));
            let mut held: Vec<(u64, WatchPermit<'_, _>)> = Vec::new();
            for (session, comes) in steps {
                if comes {
                    let own = held.iter().filter(|(other, _)| *other == session).count();
                    let expected = own < MAX_SESSION_WATCHES as usize && held.len() < MAX_READER_WATCHES as usize;
                    let permit = quota.enter(Client::Reader(Some(session)));
                    prop_assert_eq!(permit.is_ok(), expected);
                    held.extend(permit.ok().map(|permit| (session, permit)));
                } else if let Some(place) = held.iter().position(|(other, _)| *other == session) {
                    drop(held.remove(place));
                }
            }
            drop(held);
            let watches = quota.watches.lock().unwrap();
            prop_assert!(watches.readers == 0 && watches.sessions.iter().all(|session| session.watches == 0));
        }
    }
}
