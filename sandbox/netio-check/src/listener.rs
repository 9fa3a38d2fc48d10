//! A registration, and what its callback has seen.

use crate::netio::{Netio, Subject};
use anyhow::{Result, ensure};
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_UNICASTIPADDRESS_ROW};
use netio_wire::{POISON, Row, row};
use netioctl_status::NtStatus;
use std::{
    ffi::c_void,
    net::IpAddr,
    ptr::null_mut,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    time::{Duration, Instant},
};
use windows_sys::Win32::System::Threading::GetCurrentThreadId;

/// An event that comes does so within milliseconds; this is for a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a callback was called with.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    pub notification: i32,
    pub family: u16,
    pub index: u32,
    pub luid: u64,
    pub address: Option<IpAddr>,
    pub has_row: bool,
    /// Whether everything but the keys was poisoned.
    pub poisoned: bool,
    pub thread: u32,
    /// What the place for the handle held.
    pub handle: *mut c_void,
    /// What cancelling from within the callback answered, if that was to be tried.
    pub cancelled: Option<NtStatus>,
}

// SAFETY: The handle is only compared.
unsafe impl Send for Event {}

/// What a callback works with; it stays where it is until the registration is cancelled.
struct State<'a> {
    subject: Subject,
    netio: &'a Netio,
    events: Sender<Event>,
    /// Where the handle is stored.
    handle: AtomicPtr<c_void>,
    running: AtomicU32,
    /// The callback has run beside itself.
    overlapped: AtomicBool,
    /// How long each call takes.
    delay: Mutex<Duration>,
    cancel_within: AtomicBool,
}

/// A registration.
pub struct Listener<'a> {
    netio: &'a Netio,
    state: Arc<State<'a>>,
    events: Receiver<Event>,
}

impl<'a> Listener<'a> {
    /// Registers; the handle is found in [`Listener::handle`].
    pub fn new(netio: &'a Netio, subject: Subject, family: u16, initial: bool) -> Result<Self> {
        let (sender, events) = channel();
        let state = Arc::new(State {
            subject,
            netio,
            events: sender,
            handle: AtomicPtr::new(null_mut()),
            running: AtomicU32::new(0),
            overlapped: AtomicBool::new(false),
            delay: Mutex::new(Duration::ZERO),
            cancel_within: AtomicBool::new(false),
        });
        let context = Arc::as_ptr(&state).cast_mut().cast();
        let handle = state.handle.as_ptr();
        // SAFETY: The state stays where it is until this is dropped, which cancels the registration.
        let status = unsafe { netio.notify(subject, family, Some(callback), context, u8::from(initial), handle) };
        ensure!(status == NtStatus::SUCCESS, "registering: {status}");
        Ok(Self { netio, state, events })
    }

    pub fn handle(&self) -> *mut c_void {
        self.state.handle.load(Ordering::SeqCst)
    }

    /// The next event.
    pub fn next(&self) -> Result<Event> {
        Ok(self.events.recv_timeout(PATIENCE)?)
    }

    /// Skips events until one of this type for this interface.
    pub fn wait(&self, notification: i32, index: u32) -> Result<Event> {
        let start = Instant::now();
        let mut seen = Vec::new();
        while start.elapsed() < PATIENCE {
            let Ok(event) = self.next() else { break };
            if (event.notification, event.index) == (notification, index) {
                return Ok(event);
            }
            seen.push(event);
        }
        anyhow::bail!("no event {notification} for {index}, but {seen:?}")
    }

    /// Events that are there already.
    pub fn pending(&self) -> Vec<Event> {
        self.events.try_iter().collect()
    }

    pub fn slow_down(&self, delay: Duration) {
        *lock(&self.state.delay) = delay;
    }

    pub fn cancel_within(&self) {
        self.state.cancel_within.store(true, Ordering::SeqCst);
    }

    pub fn is_running(&self) -> bool {
        self.state.running.load(Ordering::SeqCst) != 0
    }

    pub fn has_overlapped(&self) -> bool {
        self.state.overlapped.load(Ordering::SeqCst)
    }

    /// Cancels.
    pub fn cancel(&self) -> NtStatus {
        self.netio.cancel(self.state.handle.swap(null_mut(), Ordering::SeqCst))
    }
}

impl Drop for Listener<'_> {
    fn drop(&mut self) {
        if !self.handle().is_null() {
            self.cancel();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

unsafe extern "system" fn callback(context: *mut c_void, row: *mut c_void, notification: i32) {
    // SAFETY: The registration was made with this context, which lives.
    let state = unsafe { &*context.cast::<State<'_>>() };
    if state.running.fetch_add(1, Ordering::SeqCst) != 0 {
        state.overlapped.store(true, Ordering::SeqCst);
    }
    // SAFETY: Has no preconditions.
    let thread = unsafe { GetCurrentThreadId() };
    let handle = state.handle.load(Ordering::SeqCst);
    let cancelled = state.cancel_within.swap(false, Ordering::SeqCst).then(|| state.netio.cancel(handle));
    let event = Event {
        notification,
        family: 0,
        index: 0,
        luid: 0,
        address: None,
        has_row: !row.is_null(),
        poisoned: false,
        thread,
        handle,
        cancelled,
    };
    // SAFETY: A row of this subject, or null.
    let event = unsafe { read(event, state.subject, row) };
    std::thread::sleep(*lock(&state.delay));
    state.running.fetch_sub(1, Ordering::SeqCst);
    // The test may have ended.
    let _ = state.events.send(event);
}

/// Adds what the row tells.
///
/// # Safety
/// The row is one of this subject, or null.
unsafe fn read(event: Event, subject: Subject, row: *mut c_void) -> Event {
    let all_poison = |bytes: &[&[u8]]| bytes.concat().iter().all(|byte| *byte == POISON);
    if row.is_null() {
        return event;
    }
    let length = if subject == Subject::Interfaces {
        size_of::<MIB_IPINTERFACE_ROW>()
    } else {
        size_of::<MIB_UNICASTIPADDRESS_ROW>()
    };
    // SAFETY: As the caller says.
    let bytes = unsafe { std::slice::from_raw_parts(row.cast::<u8>(), length) };
    if let Some(row) = MIB_IPINTERFACE_ROW::read(bytes) {
        let (family, index, luid) = (row.Family, row.InterfaceIndex, row.InterfaceLuid);
        let poisoned = all_poison(&[&bytes[2..8], &bytes[20..]]);
        return Event { family, index, luid, poisoned, ..event };
    }
    let Some(row) = MIB_UNICASTIPADDRESS_ROW::read(bytes) else { return event };
    let (family, index, luid) = (row.Address.si_family, row.InterfaceIndex, row.InterfaceLuid);
    let poisoned = all_poison(&[&bytes[28..32], &bytes[44..]]);
    Event { family, index, luid, address: row::ip(&row.Address), poisoned, ..event }
}
