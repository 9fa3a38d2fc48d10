//! Notifications, queues and requests in memory.

use netio_sys::NTSTATUS;
use netioctl_abi::{
    NtStatus,
    wire::{ChangeEvent, ChangeKind, WatchFlags, WatchReply, WatchRequest, WatchSources},
};
use netioctl_core::{
    Completion,
    watch::{Lock, Notifier, Parked, Parking, Source, Watch, WatcherId, Watchers},
};
use netioctl_irql::{PassiveLevel, in_process};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, OnceLock, Weak},
};
use write_only::WriteOnly;
use zerocopy::{FromBytes, IntoBytes};

pub type Everybody = Watch<Wire, Locked>;

/// A handle of a client.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FileKey(pub usize);

/// The table of watchers behind a lock of this system.
pub struct Locked(Box<Mutex<Watchers<Queue, u32>>>);

impl Lock for Locked {
    type Data = Watchers<Queue, u32>;

    fn locked<R: Send>(&self, body: impl FnOnce(&mut Self::Data) -> R + Send) -> R {
        body(&mut self.0.lock().unwrap())
    }
}

/// What is registered: number, source, family and context.
pub type Registered = (u32, WatchSources, u16, usize);

#[derive(Default)]
pub struct Bell {
    pub registered: Mutex<Vec<Registered>>,
    numbers: Mutex<u32>,
    /// Registering for this source fails.
    pub fails: Mutex<Option<(Source, NTSTATUS)>>,
    /// The handle is closed while it is being registered.
    pub closes: Mutex<Option<FileKey>>,
    /// A client of this queue begins to watch anew whenever a registration is cancelled.
    pub reopens: Mutex<Option<Queue>>,
    watch: OnceLock<Weak<Everybody>>,
}

impl Bell {
    fn register(
        &self,
        at: PassiveLevel<'_>,
        source: Source,
        family: u16,
        context: usize,
        initial: bool,
    ) -> Result<u32, NTSTATUS> {
        if let Some((_, status)) = self.fails.lock().unwrap().filter(|(failing, _)| *failing == source) {
            return Err(status);
        }
        let watch = self.watch.get().and_then(Weak::upgrade).unwrap();
        if initial {
            let event = ChangeEvent {
                source: bit(source).bits() as u8,
                kind: ChangeKind::Initial as u8,
                ..ChangeEvent::default()
            };
            watch.record(WatcherId::from_context(context), event);
        }
        if let Some(file) = self.closes.lock().unwrap().take() {
            watch.end_file(at, &file);
        }
        let mut numbers = self.numbers.lock().unwrap();
        *numbers += 1;
        self.registered.lock().unwrap().push((*numbers, bit(source), family, context));
        Ok(*numbers)
    }

    pub fn count(&self) -> usize {
        self.registered.lock().unwrap().len()
    }
}

/// The bit that stands for a source in requests and events.
const fn bit(source: Source) -> WatchSources {
    match source {
        Source::Interfaces => WatchSources::INTERFACES,
        Source::Addresses => WatchSources::ADDRESSES,
    }
}

/// The bell, as the watch holds it.
pub struct Wire(Arc<Bell>);

impl Notifier for Wire {
    type Registration = u32;

    fn notify(
        &self,
        at: PassiveLevel<'_>,
        source: Source,
        family: u16,
        context: usize,
        initial: bool,
    ) -> Result<u32, NTSTATUS> {
        self.0.register(at, source, family, context, initial)
    }

    fn cancel(&self, at: PassiveLevel<'_>, registration: u32) {
        {
            let mut registered = self.0.registered.lock().unwrap();
            let place = registered.iter().position(|(number, ..)| *number == registration);
            registered.remove(place.expect("a registration is cancelled once"));
        }
        let reopens = self.0.reopens.lock().unwrap().clone();
        if let (Some(queue), Some(watch)) = (reopens, self.0.watch.get().and_then(Weak::upgrade)) {
            let file = FileKey(usize::try_from(registration).unwrap() + 1000);
            // When all places are taken it is refused, which is as good.
            let _ = watch.begin(at, &file, &queue, both(WatchFlags::empty()).as_bytes());
        }
    }
}

/// How a request ended: status, lost events, events.
pub type End = (NtStatus, u64, Vec<ChangeEvent>);

#[derive(Debug)]
pub struct Waiting {
    file: FileKey,
    bytes: usize,
    ends: Arc<Mutex<Vec<End>>>,
}

impl Parked for Waiting {
    fn complete(self, answer: impl FnOnce(WriteOnly<'_>) -> Completion) {
        let mut bytes = vec![0xa5; self.bytes];
        let end = answer(WriteOnly::from(&mut bytes[..]));
        let mut end = (end.status, 0, events(&bytes[..end.information]));
        if let Ok((header, _)) = WatchReply::read_from_prefix(&bytes)
            && end.0.is_success()
        {
            assert_eq!(header, WatchReply::new(end.2.len() as u32, header.lost));
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
pub struct Queue {
    waiting: Arc<Mutex<VecDeque<Waiting>>>,
    pub ends: Arc<Mutex<Vec<End>>>,
}

impl Queue {
    /// Parks a request with room for so many events.
    pub fn park(&self, file: FileKey, events: usize) {
        let bytes = size_of::<WatchReply>() + events * size_of::<ChangeEvent>();
        self.waiting.lock().unwrap().push_back(Waiting { file, bytes, ends: Arc::clone(&self.ends) });
    }
}

impl PartialEq for Queue {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.waiting, &other.waiting)
    }
}

impl Parking for Queue {
    type File = FileKey;
    type Request = Waiting;

    fn take(&self, file: &FileKey) -> Option<Waiting> {
        let mut waiting = self.waiting.lock().unwrap();
        let place = waiting.iter().position(|request| request.file == *file)?;
        waiting.remove(place)
    }
}

/// Everybody who watches, and one device.
pub struct Lab {
    pub watch: Arc<Everybody>,
    pub bell: Arc<Bell>,
    pub queue: Queue,
}

impl Lab {
    pub fn new() -> Self {
        let bell = Arc::new(Bell::default());
        let watch = Arc::new(Watch::new(Wire(Arc::clone(&bell)), Locked(Box::default())));
        bell.watch.set(Arc::downgrade(&watch)).unwrap();
        Self { watch, bell, queue: Queue::default() }
    }

    /// Sends a request with room for so many events; `Err` is how it failed at once.
    pub fn send(&self, file: usize, request: WatchRequest, events: usize) -> Result<WatcherId, NtStatus> {
        let (file, queue) = (FileKey(file), &self.queue);
        let id = in_process(|at| self.watch.begin(at, &file, queue, request.as_bytes()))?;
        queue.park(file, events);
        self.watch.deliver(id, queue, &file);
        Ok(id)
    }

    /// How requests have ended since the last look.
    pub fn ends(&self) -> Vec<End> {
        std::mem::take(&mut *self.queue.ends.lock().unwrap())
    }

    /// Requests that wait.
    pub fn waiting(&self) -> usize {
        self.queue.waiting.lock().unwrap().len()
    }
}

/// A request for both sources and families.
pub fn both(flags: WatchFlags) -> WatchRequest {
    WatchRequest::new(WatchSources::all(), 0, flags)
}

/// What NETIO tells of an interface.
pub fn change(luid: u64, kind: ChangeKind) -> ChangeEvent {
    ChangeEvent { interface_luid: luid, family: 2, source: 1, kind: kind as u8, ..ChangeEvent::default() }
}
