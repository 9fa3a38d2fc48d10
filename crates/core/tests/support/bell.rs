//! Notifications, a queue and requests of one handle, in memory.

use netioctl_abi::{
    NtError, NtStatus,
    wire::{ChangeEvent, ChangeKind, WatchFlags, WatchReply, WatchSources},
};
use netioctl_core::{
    Completion,
    validate::Subscription,
    watch::{Lock, Notifier, Queue, Source, State, Waiting, Watch},
};
use netioctl_irql::{PassiveLevel, in_process};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};
use write_only::WriteOnly;
use zerocopy::FromBytes;

/// A lock of this system.
pub struct Locked<T>(Mutex<T>);

impl<T> Lock for Locked<T> {
    type Data = T;

    fn locked<R: Send>(&self, body: impl FnOnce(&mut T) -> R + Send) -> R {
        body(&mut self.0.lock().unwrap())
    }
}

/// What is registered: number, source and family.
pub type Registered = (u32, Source, u16);

/// What happens while a source is being registered.
pub type Meanwhile = Box<dyn FnOnce(&Handle) + Send>;

/// One handle of a client, with all that the kernel has of it.
pub struct Handle {
    pub watch: Watch<Locked<State<u32>>>,
    pub queue: ManualQueue,
    pub registered: Mutex<Vec<Registered>>,
    numbers: Mutex<u32>,
    /// Registering for this source fails.
    pub fails: Mutex<Option<(Source, NtError)>>,
    pub meanwhile: Mutex<Option<Meanwhile>>,
    /// The handle has been closed, but whoever closed it has found no watch to end.
    pub closed: Mutex<bool>,
}

impl Default for Handle {
    fn default() -> Self {
        Self {
            watch: Watch::new(Locked(Mutex::new(State::new()))),
            queue: ManualQueue::default(),
            registered: Mutex::default(),
            numbers: Mutex::default(),
            fails: Mutex::default(),
            meanwhile: Mutex::default(),
            closed: Mutex::default(),
        }
    }
}

impl Notifier for Handle {
    type Registration = u32;

    fn notify(&self, _: PassiveLevel<'_>, source: Source, family: u16, initial: bool) -> Result<u32, NtError> {
        if let Some(meanwhile) = self.meanwhile.lock().unwrap().take() {
            meanwhile(self);
        }
        if let Some((_, error)) = self.fails.lock().unwrap().filter(|(failing, _)| *failing == source) {
            return Err(error);
        }
        if initial {
            let kind = ChangeKind::Initial as u8;
            self.tell(ChangeEvent {
                source: u8::try_from(bit(source).bits()).unwrap(),
                kind,
                ..ChangeEvent::default()
            });
        }
        let mut numbers = self.numbers.lock().unwrap();
        *numbers += 1;
        self.registered.lock().unwrap().push((*numbers, source, family));
        Ok(*numbers)
    }

    fn is_closed(&self) -> bool {
        *self.closed.lock().unwrap()
    }

    fn cancel(&self, _: PassiveLevel<'_>, registration: u32) {
        let mut registered = self.registered.lock().unwrap();
        let place = registered.iter().position(|(number, ..)| *number == registration);
        registered.remove(place.expect("a registration is cancelled once"));
    }
}

impl Handle {
    /// Sends a request with room for so many events; `Err` is how it failed at once.
    pub fn send(&self, wish: Subscription, events: usize) -> Result<(), NtError> {
        in_process(|at| self.watch.begin(at, self, &self.queue, wish))?;
        self.queue.park(events);
        self.watch.deliver(&self.queue);
        Ok(())
    }

    /// NETIO tells of something.
    pub fn tell(&self, event: ChangeEvent) {
        self.watch.record(&self.queue, event);
    }

    /// The client closes the handle.
    pub fn close(&self) {
        in_process(|at| self.watch.end(at, self, &self.queue));
    }

    /// How many registrations there are.
    pub fn registrations(&self) -> usize {
        self.registered.lock().unwrap().len()
    }

    /// How requests have ended since the last look.
    pub fn ends(&self) -> Vec<End> {
        std::mem::take(&mut *self.queue.ends.lock().unwrap())
    }
}

/// The bit that stands for a source in requests and events.
const fn bit(source: Source) -> WatchSources {
    match source {
        Source::Interfaces => WatchSources::INTERFACES,
        Source::Addresses => WatchSources::ADDRESSES,
    }
}

/// How a request ended: status, lost events, events.
pub type End = (NtStatus, u64, Vec<ChangeEvent>);

#[derive(Debug)]
pub struct Parked {
    bytes: usize,
    ends: Arc<Mutex<Vec<End>>>,
}

impl Waiting for Parked {
    fn complete(self, answer: impl FnOnce(WriteOnly<'_>) -> Completion) {
        let mut bytes = vec![0xa5; self.bytes];
        let end = answer(WriteOnly::from(&mut bytes[..]));
        let mut end = (end.status, 0, events(&bytes[..end.information]));
        if let Ok((header, _)) = WatchReply::read_from_prefix(&bytes)
            && end.0.is_success()
        {
            assert_eq!(header, WatchReply::new(u32::try_from(end.2.len()).unwrap(), header.lost));
            end.1 = header.lost;
        }
        self.ends.lock().unwrap().push(end);
    }
}

fn events(answer: &[u8]) -> Vec<ChangeEvent> {
    let rows = answer.get(size_of::<WatchReply>()..).unwrap_or_default();
    rows.chunks(size_of::<ChangeEvent>()).map(|row| ChangeEvent::read_from_bytes(row).unwrap()).collect()
}

/// A manual queue; what has ended is kept in the order of its end.
#[derive(Clone, Debug, Default)]
pub struct ManualQueue {
    waiting: Arc<Mutex<VecDeque<Parked>>>,
    pub ends: Arc<Mutex<Vec<End>>>,
}

impl ManualQueue {
    /// Parks a request with room for so many events.
    pub fn park(&self, events: usize) {
        let bytes = size_of::<WatchReply>() + events * size_of::<ChangeEvent>();
        self.waiting.lock().unwrap().push_back(Parked { bytes, ends: Arc::clone(&self.ends) });
    }

    /// Requests that wait.
    pub fn len(&self) -> usize {
        self.waiting.lock().unwrap().len()
    }
}

impl Queue for ManualQueue {
    type Request = Parked;

    fn take(&self) -> Option<Parked> {
        self.waiting.lock().unwrap().pop_front()
    }
}

/// A wish for both sources and families.
pub fn both(flags: WatchFlags) -> Subscription {
    Subscription { sources: WatchSources::all(), family: 0, initial: flags.contains(WatchFlags::INITIAL) }
}

/// What NETIO tells of an interface.
pub fn change(luid: u64, kind: ChangeKind) -> ChangeEvent {
    ChangeEvent { interface_luid: luid, family: 2, source: 1, kind: kind as u8, ..ChangeEvent::default() }
}
