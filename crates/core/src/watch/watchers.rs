//! Who watches what: the table behind the lock.

use super::{Parking, backlog::Backlog};
use crate::{Completion, Output, validate::Subscription};
use core::mem;
use netioctl_abi::{
    NtStatus,
    wire::{ChangeEvent, MAX_WATCHERS},
};
use write_only::WriteOnly;

/// Names a watcher, and never another one that has its place later. NETIO keeps it as the context of callbacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatcherId(usize);

impl WatcherId {
    /// From the context of a callback. One that names no watcher does no harm.
    #[must_use]
    pub const fn from_context(context: usize) -> Self {
        Self(context)
    }

    /// The context for callbacks.
    #[must_use]
    pub const fn context(self) -> usize {
        self.0
    }

    fn place(self) -> usize {
        self.0.checked_rem(MAX_WATCHERS).unwrap_or(0)
    }
}

/// How far a watcher has come.
enum State<R> {
    /// Somebody registers it with NETIO.
    Starting,
    /// It is registered: for interfaces, for addresses.
    Standing([Option<R>; 2]),
    /// Somebody cancels its registrations.
    Ending,
}

/// A handle that watches.
pub struct Watcher<Q: Parking, R> {
    id: WatcherId,
    file: Q::File,
    queue: Q,
    subscription: Subscription,
    state: State<R>,
    /// A thread hands events out; another one that comes leaves that to it.
    delivering: bool,
    /// Somebody came meanwhile: it has to look again.
    again: bool,
}

/// Who has a place. Nobody is 0, as `Option` would not have it: so an empty table is all zeros, which take no room in the
/// image of a driver.
#[repr(u8)]
enum Holder<W> {
    Nobody = 0,
    Watcher(W) = 1,
}

impl<W> Holder<W> {
    const fn get(&self) -> Option<&W> {
        match self {
            Self::Nobody => None,
            Self::Watcher(watcher) => Some(watcher),
        }
    }

    const fn get_mut(&mut self) -> Option<&mut W> {
        match self {
            Self::Nobody => None,
            Self::Watcher(watcher) => Some(watcher),
        }
    }

    fn take(&mut self) -> Option<W> {
        match mem::replace(self, Self::Nobody) {
            Self::Nobody => None,
            Self::Watcher(watcher) => Some(watcher),
        }
    }
}

struct Place<Q: Parking, R> {
    holder: Holder<Watcher<Q, R>>,
    backlog: Backlog,
}

/// The table of watchers, for one lock. Its events make it large: it belongs into a static.
pub struct Watchers<Q: Parking, R> {
    places: [Place<Q, R>; MAX_WATCHERS],
    next: usize,
}

/// What became of the wish to watch.
pub enum Opened {
    /// The caller has to register it.
    New(WatcherId),
    /// It watches already, or is going to.
    Known(WatcherId),
}

/// What somebody who delivers has to do next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Hand out events.
    Deliver,
    /// Nothing: there are no events, or another thread hands them out.
    Leave,
    /// There is no such watcher any more.
    Gone,
}

/// What is left of a watcher that ends.
pub struct Remains<Q: Parking, R> {
    pub file: Q::File,
    pub queue: Q,
    pub registrations: [Option<R>; 2],
}

impl<Q: Parking, R> Default for Watchers<Q, R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<Q: Parking, R> Watchers<Q, R> {
    /// Nobody watches.
    #[must_use]
    pub const fn new() -> Self {
        Self { places: [const { Place { holder: Holder::Nobody, backlog: Backlog::new() } }; MAX_WATCHERS], next: 0 }
    }

    /// Finds the watcher of a handle, or makes one that has still to be registered.
    pub fn open(&mut self, file: Q::File, queue: Q, subscription: Subscription) -> Result<Opened, NtStatus> {
        if let Some(watcher) = self.all().find(|watcher| watcher.file == file) {
            return match watcher.state {
                State::Ending => Err(NtStatus::CANCELLED),
                _ if watcher.subscription != subscription => Err(NtStatus::INVALID_DEVICE_STATE),
                _ => Ok(Opened::Known(watcher.id)),
            };
        }
        let free = self.places.iter().position(|place| place.holder.get().is_none());
        let free = free.ok_or(NtStatus::INSUFFICIENT_RESOURCES)?;
        self.next = self.next.wrapping_add(1);
        let id = WatcherId(self.next.wrapping_mul(MAX_WATCHERS).wrapping_add(free));
        let place = self.places.get_mut(free).ok_or(NtStatus::INSUFFICIENT_RESOURCES)?;
        place.backlog.clear();
        let state = State::Starting;
        let watcher = Watcher { id, file, queue, subscription, state, delivering: false, again: false };
        place.holder = Holder::Watcher(watcher);
        Ok(Opened::New(id))
    }

    /// Hands over the registrations of a new watcher; gives them back if it has to end already.
    pub fn stand(&mut self, id: WatcherId, registrations: [Option<R>; 2]) -> Result<(), [Option<R>; 2]> {
        match self.find(id).map(|(watcher, _)| &mut watcher.state) {
            Some(state @ State::Starting) => {
                *state = State::Standing(registrations);
                Ok(())
            }
            _ => Err(registrations),
        }
    }

    /// Begins the end of a watcher. Exactly one caller gets what is left of it, and must [`free`](Self::free) it; of a
    /// watcher that still starts, it is who started it.
    pub fn end(&mut self, id: WatcherId) -> Option<Remains<Q, R>> {
        let (watcher, _) = self.find(id)?;
        match mem::replace(&mut watcher.state, State::Ending) {
            State::Standing(registrations) => {
                Some(Remains { file: watcher.file.clone(), queue: watcher.queue.clone(), registrations })
            }
            State::Starting | State::Ending => None,
        }
    }

    /// The place of a watcher can be taken again. What was in it is better dropped without the lock.
    pub fn free(&mut self, id: WatcherId) -> Option<Watcher<Q, R>> {
        let holder = &mut self.places.get_mut(id.place())?.holder;
        if holder.get().is_some_and(|watcher| watcher.id == id) { holder.take() } else { None }
    }

    /// Adds an event. False when nobody is interested.
    pub fn record(&mut self, id: WatcherId, event: ChangeEvent) -> bool {
        self.find(id).map(|(_, backlog)| backlog.record(event)).is_some()
    }

    /// Somebody wants to hand out events.
    pub fn enter(&mut self, id: WatcherId) -> Turn {
        match self.find(id) {
            None => Turn::Gone,
            Some((watcher, _)) if watcher.delivering => {
                watcher.again = true;
                Turn::Leave
            }
            Some((watcher, backlog)) => {
                watcher.delivering = !backlog.is_empty();
                if watcher.delivering { Turn::Deliver } else { Turn::Leave }
            }
        }
    }

    /// Who hands out events has handed some out (`served`), or has found nobody who waits.
    pub fn next(&mut self, id: WatcherId, served: bool) -> Turn {
        let Some((watcher, backlog)) = self.find(id) else { return Turn::Gone };
        let again = mem::take(&mut watcher.again);
        watcher.delivering = !backlog.is_empty() && (served || again);
        if watcher.delivering { Turn::Deliver } else { Turn::Leave }
    }

    /// Moves events to the output of a request.
    pub fn fill(&mut self, id: WatcherId, output: WriteOnly<'_>) -> Completion {
        let Some((_, backlog)) = self.find(id) else { return Completion::failed(NtStatus::CANCELLED) };
        let mut output = Output::new(output);
        match backlog.take(&mut output) {
            Ok(()) => Completion { status: NtStatus::SUCCESS, information: output.written() },
            Err(status) => Completion::failed(status),
        }
    }

    /// Where a watcher's requests wait.
    pub fn queue(&mut self, id: WatcherId) -> Option<(Q, Q::File)> {
        self.find(id).map(|(watcher, _)| (watcher.queue.clone(), watcher.file.clone()))
    }

    /// The watcher of a handle.
    pub fn of_file(&mut self, file: &Q::File) -> Option<WatcherId> {
        self.all().find(|watcher| watcher.file == *file).map(|watcher| watcher.id)
    }

    /// The first watcher whose requests wait in this queue and that does not end yet; `None`: in any.
    pub fn first(&mut self, queue: Option<&Q>) -> Option<WatcherId> {
        let ending = |watcher: &Watcher<Q, R>| matches!(watcher.state, State::Ending);
        let mine = |watcher: &Watcher<Q, R>| queue.is_none_or(|queue| watcher.queue == *queue);
        self.all().find(|watcher| mine(watcher) && !ending(watcher)).map(|watcher| watcher.id)
    }

    fn all(&self) -> impl Iterator<Item = &Watcher<Q, R>> {
        self.places.iter().filter_map(|place| place.holder.get())
    }

    fn find(&mut self, id: WatcherId) -> Option<(&mut Watcher<Q, R>, &mut Backlog)> {
        let Place { holder, backlog } = self.places.get_mut(id.place())?;
        let watcher = holder.get_mut().filter(|watcher| watcher.id == id)?;
        Some((watcher, backlog))
    }
}
