//! Telling clients of changes: the inverted call.
//!
//! A client parks requests. What NETIO tells goes into the backlog of the handle, and from there, in order, to the
//! request that has waited longest. A watch belongs to its handle: it has its own registrations with NETIO, its own
//! backlog and its own waiting requests, so handles do not hold each other up. The watch begins with the first request of
//! the handle and ends when the handle is closed. When no handle watches, nothing is registered with NETIO.
//!
//! Two rules keep NETIO's callback from waiting. The lock is held for moments only. And one thread at a time hands out
//! events; another that comes meanwhile only sets a flag, which makes the first one look again. Nothing is cancelled
//! under the lock: cancelling waits for callbacks, and callbacks take the lock.

mod backlog;
mod event;
mod host;
mod state;

pub use event::{address_event, interface_event};
pub use host::{Lock, Notifier, Queue, Source, Waiting};
pub use state::State;

use crate::{Completion, validate::Subscription};
use netioctl_abi::{
    NtError,
    wire::{ChangeEvent, WatchSources},
};
use netioctl_irql::PassiveLevel;
use state::{Opened, Registrations, Turn};

/// The watch of one handle. May be shared by any number of threads.
#[derive(Debug)]
pub struct Watch<L> {
    state: L,
}

impl<L> Watch<L> {
    /// Nothing is watched yet; the lock holds [`State::new`].
    pub const fn new(state: L) -> Self {
        Self { state }
    }
}

impl<R: Send, L: Lock<Data = State<R>>> Watch<L> {
    /// Begins to watch, unless the handle does already. To be called before the request is parked; afterwards
    /// [`deliver`](Self::deliver) sees whether there is something for it.
    ///
    /// # Errors
    /// `STATUS_INVALID_DEVICE_STATE` for a handle that watches something else, `STATUS_CANCELLED` when the handle has
    /// been closed; what NETIO answers.
    pub fn begin<N: Notifier<Registration = R>>(
        &self,
        at: PassiveLevel<'_>,
        notifier: &N,
        queue: &impl Queue,
        wish: Subscription,
    ) -> Result<(), NtError> {
        if self.state.locked(move |state| state.open(wish))? == Opened::Known {
            return Ok(());
        }
        let refused = match register(at, notifier, wish) {
            Ok(registrations) => match self.state.locked(move |state| state.stand(registrations)) {
                Ok(()) if !notifier.is_closed() => return Ok(()),
                // Nobody else may end it: the handle was closed before there was a watch.
                Ok(()) => {
                    self.end(at, notifier, queue);
                    return Err(NtError::CANCELLED);
                }
                // The handle has been closed meanwhile.
                Err(registrations) => {
                    cancel(at, notifier, registrations);
                    NtError::CANCELLED
                }
            },
            Err(error) => error,
        };
        // Others may have counted on this: they are told before anybody can begin anew.
        self.state.locked(move |state| state.refuse(refused));
        drain(queue, refused);
        self.state.locked(State::forget);
        Err(refused)
    }

    /// Takes note of what NETIO tells, and hands it out if somebody waits for it. Never waits; any IRQL up to
    /// `DISPATCH_LEVEL`.
    pub fn record(&self, queue: &impl Queue, event: ChangeEvent) {
        if self.state.locked(move |state| state.record(event)) {
            self.deliver(queue);
        }
    }

    /// Hands events to requests for as long as there are both. Where nothing is watched any more, the requests that
    /// wait are cancelled.
    pub fn deliver(&self, queue: &impl Queue) {
        let mut turn = self.state.locked(State::enter);
        while turn == Turn::Deliver {
            let request = queue.take();
            let served = request.is_some();
            if let Some(request) = request {
                request.complete(|output| self.state.locked(move |state| state.fill(output)));
            }
            turn = self.state.locked(move |state| state.next(served));
        }
        if turn == Turn::Gone {
            drain(queue, NtError::CANCELLED);
        }
    }

    /// The handle is closed: nothing can be watched through it any more. Requests that still wait are cancelled.
    pub fn end<N: Notifier<Registration = R>>(&self, at: PassiveLevel<'_>, notifier: &N, queue: &impl Queue) {
        if let Some(registrations) = self.state.locked(State::end) {
            cancel(at, notifier, registrations);
        }
        drain(queue, NtError::CANCELLED);
    }
}

fn register<N: Notifier>(
    at: PassiveLevel<'_>,
    notifier: &N,
    Subscription { sources, family, initial }: Subscription,
) -> Result<Registrations<N::Registration>, NtError> {
    let wanted = [
        (Source::Interfaces, sources.contains(WatchSources::INTERFACES)),
        (Source::Addresses, sources.contains(WatchSources::ADDRESSES)),
    ];
    let mut registrations = [None, None];
    for (place, (source, _)) in registrations.iter_mut().zip(wanted).filter(|(_, (_, wanted))| *wanted) {
        match notifier.notify(at, source, family, initial) {
            Ok(registration) => *place = Some(registration),
            Err(error) => {
                cancel(at, notifier, registrations);
                return Err(error);
            }
        }
    }
    Ok(registrations)
}

fn cancel<N: Notifier>(at: PassiveLevel<'_>, notifier: &N, registrations: Registrations<N::Registration>) {
    for registration in registrations.into_iter().flatten() {
        notifier.cancel(at, registration);
    }
}

/// Completes all requests that wait.
fn drain(queue: &impl Queue, error: NtError) {
    while let Some(request) = queue.take() {
        request.complete(|_| Completion::failed(error));
    }
}
