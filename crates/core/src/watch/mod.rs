//! Telling clients of changes: the inverted call.
//!
//! A client parks requests; what NETIO tells goes into the backlog of each watcher and from there, in order, to the
//! request that has waited longest. Each handle that watches has registrations of its own, made with its first request
//! and cancelled when the handle or the device goes: NETIO calls nobody when nobody listens.
//!
//! Two rules keep NETIO's callback from waiting. The lock is held for moments only; and one thread at a time hands out
//! events, while others that come only leave word that it should look again. Nothing is cancelled under the lock, for
//! cancelling waits for callbacks, and callbacks take the lock.

mod backlog;
mod event;
mod host;
mod watchers;

pub use event::{address_event, interface_event};
pub use host::{Lock, Notifier, Parked, Parking, Source};
pub use watchers::{WatcherId, Watchers};

use crate::{
    Completion,
    status::from_netio,
    validate::{self, Subscription},
};
use netioctl_abi::{
    NtStatus,
    wire::{ChangeEvent, MAX_WATCHERS, WatchRequest, WatchSources},
};
use netioctl_irql::PassiveLevel;
use watchers::{Opened, Remains, Turn};

/// The registrations of a watcher: for interfaces, for addresses.
type Registrations<N> = [Option<<N as Notifier>::Registration>; 2];

/// Everybody who watches. May be shared by any number of threads.
#[derive(Debug)]
pub struct Watch<N, L> {
    notifier: N,
    watchers: L,
}

impl<N, L> Watch<N, L> {
    /// Nobody watches; the lock holds [`Watchers::new`].
    pub const fn new(notifier: N, watchers: L) -> Self {
        Self { notifier, watchers }
    }
}

impl<N, Q, L> Watch<N, L>
where
    N: Notifier,
    Q: Parking,
    L: Lock<Data = Watchers<Q, N::Registration>>,
{
    /// Begins to watch for a handle, unless it does already. To be called before the request is parked; afterwards
    /// [`deliver`](Self::deliver) sees whether there is something for it.
    ///
    /// # Errors
    /// Those of a bad request; STATUS_INVALID_DEVICE_STATE for a handle that watches something else,
    /// STATUS_INSUFFICIENT_RESOURCES when too many watch, STATUS_CANCELLED while the handle is being closed; what NETIO
    /// answers.
    pub fn begin(&self, at: PassiveLevel<'_>, file: &Q::File, queue: &Q, input: &[u8]) -> Result<WatcherId, NtStatus> {
        let subscription = validate::subscription(&validate::read::<WatchRequest>(input)?)?;
        let (owner, parking) = (file.clone(), queue.clone());
        let id = match self.watchers.locked(move |watchers| watchers.open(owner, parking, subscription))? {
            Opened::Known(id) => return Ok(id),
            Opened::New(id) => id,
        };
        let status = match self.register(at, id, subscription) {
            Ok(registrations) => match self.watchers.locked(move |watchers| watchers.stand(id, registrations)) {
                Ok(()) => return Ok(id),
                // The handle or the device has gone meanwhile.
                Err(registrations) => {
                    self.cancel(at, registrations);
                    NtStatus::CANCELLED
                }
            },
            Err(status) => {
                self.watchers.locked(move |watchers| drop(watchers.end(id)));
                status
            }
        };
        self.bury(id, Some((queue, file, status)));
        Err(status)
    }

    /// Takes note of what NETIO tells, and hands it out if somebody waits for it. Never waits; any IRQL up to
    /// DISPATCH_LEVEL.
    pub fn record(&self, id: WatcherId, event: ChangeEvent) {
        let interested =
            self.watchers.locked(move |watchers| if watchers.record(id, event) { watchers.queue(id) } else { None });
        if let Some((queue, file)) = interested {
            self.deliver(id, &queue, &file);
        }
    }

    /// Hands events to requests for as long as there are both. Requests of a handle that does not watch any more are
    /// cancelled.
    pub fn deliver(&self, id: WatcherId, queue: &Q, file: &Q::File) {
        let mut turn = self.watchers.locked(move |watchers| watchers.enter(id));
        while turn == Turn::Deliver {
            let request = queue.take(file);
            let served = request.is_some();
            if let Some(request) = request {
                request.complete(|output| self.watchers.locked(move |watchers| watchers.fill(id, output)));
            }
            turn = self.watchers.locked(move |watchers| watchers.next(id, served));
        }
        if turn == Turn::Gone {
            self.cancel_stragglers(queue, file);
        }
    }

    /// Ends what was parked after its watcher had gone; a new watcher of the same handle takes charge of it instead.
    fn cancel_stragglers(&self, queue: &Q, file: &Q::File) {
        let mine = file.clone();
        match self.watchers.locked(move |watchers| watchers.of_file(&mine)) {
            Some(id) => self.deliver(id, queue, file),
            None => drain(queue, file, NtStatus::CANCELLED),
        }
    }

    /// The handle is closed.
    pub fn end_file(&self, at: PassiveLevel<'_>, file: &Q::File) {
        let mine = file.clone();
        if let Some(id) = self.watchers.locked(move |watchers| watchers.of_file(&mine)) {
            self.end(at, id, Some(NtStatus::CANCELLED));
        }
    }

    /// The device goes that this queue belongs to. Clients that begin to watch over and over do not hold this up: they
    /// are ended when it is told again, after the queue was shut.
    pub fn end_queue(&self, at: PassiveLevel<'_>, queue: &Q) {
        for _ in 0..MAX_WATCHERS {
            let mine = queue.clone();
            let Some(id) = self.watchers.locked(move |watchers| watchers.first(Some(&mine))) else { return };
            self.end(at, id, Some(NtStatus::DEVICE_REMOVED));
        }
    }

    /// The driver is unloaded: all devices and their queues are gone.
    pub fn end_all(&self, at: PassiveLevel<'_>) {
        while let Some(id) = self.watchers.locked(|watchers| watchers.first(None)) {
            self.end(at, id, None);
        }
    }

    /// Ends a watcher, and with the status, if there is one, the requests that wait.
    fn end(&self, at: PassiveLevel<'_>, id: WatcherId, status: Option<NtStatus>) {
        let Some(Remains { queue, file, registrations }) = self.watchers.locked(move |watchers| watchers.end(id))
        else {
            return;
        };
        self.cancel(at, registrations);
        self.bury(id, status.map(|status| (&queue, &file, status)));
    }

    /// Gives the place of an ended watcher back. Its requests are ended first: as long as it has its place, nobody else
    /// begins to watch with this handle.
    fn bury(&self, id: WatcherId, requests: Option<(&Q, &Q::File, NtStatus)>) {
        if let Some((queue, file, status)) = requests {
            drain(queue, file, status);
        }
        drop(self.watchers.locked(move |watchers| watchers.free(id)));
    }

    fn register(
        &self,
        at: PassiveLevel<'_>,
        id: WatcherId,
        subscription: Subscription,
    ) -> Result<Registrations<N>, NtStatus> {
        let Subscription { sources, family, initial } = subscription;
        let context = id.context();
        let wanted = [
            (Source::Interfaces, sources.contains(WatchSources::INTERFACES)),
            (Source::Addresses, sources.contains(WatchSources::ADDRESSES)),
        ];
        let mut registrations = [None, None];
        for (place, (source, _)) in registrations.iter_mut().zip(wanted).filter(|(_, (_, wanted))| *wanted) {
            match self.notifier.notify(at, source, family, context, initial) {
                Ok(registration) => *place = Some(registration),
                Err(status) => {
                    self.cancel(at, registrations);
                    return Err(from_netio(status));
                }
            }
        }
        Ok(registrations)
    }

    fn cancel(&self, at: PassiveLevel<'_>, registrations: Registrations<N>) {
        for registration in registrations.into_iter().flatten() {
            self.notifier.cancel(at, registration);
        }
    }
}

/// Completes all requests of a handle that wait.
fn drain<Q: Parking>(queue: &Q, file: &Q::File, status: NtStatus) {
    while let Some(request) = queue.take(file) {
        request.complete(|_| Completion::failed(status));
    }
}
