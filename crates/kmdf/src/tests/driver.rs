//! A driver that uses everything.

use crate::machine::current;
use crate::{
    Create, Device, DeviceInit, Direct, DispatchLevel, Driver, DriverInit, File, Guid, IoQueue, ManualQueue, NtError,
    NtStatus, OpenFile, PassiveLevel, Presented, Request, SpinLock, WaitLock, Waiting, Work,
};
use core::{
    cell::Cell,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
};
use std::{thread_local, vec::Vec};

/// Control codes, with `METHOD_BUFFERED` but for the last.
pub const ECHO: u32 = 0x100;
pub const PARK: u32 = 0x104;
pub const DEFER: u32 = 0x108;
pub const FORGET: u32 = 0x10c;
pub const ASTRAY: u32 = 0x110;
pub const EXTEND: u32 = 0x114;
pub const DIRECT: u32 = 0x102;

/// What [`PARK`] and [`DEFER`] note in a request.
pub const NOTE: u32 = 7;

/// What a handle is opened with to be refused.
pub const REFUSED: u32 = 0x8000_0000;

thread_local! {
    /// Whether the next device fails.
    pub static FAILS: Cell<bool> = const { Cell::new(false) };
}

/// How many values have not been dropped.
pub fn live() -> isize {
    current().live.load(Ordering::SeqCst)
}

/// Shows the use of a value that has been dropped.
#[derive(Debug)]
pub struct Canary(AtomicU32);

impl Canary {
    const SINGS: u32 = 0x5109_5109;

    pub fn new() -> Self {
        current().live.fetch_add(1, Ordering::SeqCst);
        Self(AtomicU32::new(Self::SINGS))
    }

    pub fn sings(&self) {
        assert_eq!(self.0.load(Ordering::SeqCst), Self::SINGS, "a value is used that has been dropped");
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        assert_eq!(self.0.swap(0xdead, Ordering::SeqCst), Self::SINGS, "a value is dropped twice");
        current().live.fetch_sub(1, Ordering::SeqCst);
    }
}

pub struct Example;

impl Driver for Example {
    fn start(driver: &DriverInit<'_>, at: PassiveLevel<'_>) -> Result<(), NtError> {
        // A driver would have it in a static, which all machines of the tests would share.
        let lock = WaitLock::new(1);
        assert_eq!(lock.acquire(at).err(), Some(NtError::INVALID_DEVICE_STATE), "it has not been made");
        lock.create(driver)?;
        assert_eq!(lock.create(driver), Err(NtError::UNSUCCESSFUL), "it has been made");
        *lock.acquire(at)? += 1;
        assert_eq!(*lock.acquire(at)?, 2);
        Ok(())
    }

    fn add_device(init: DeviceInit<'_>, at: PassiveLevel<'_>) -> Result<(), NtError> {
        let make = |device: &crate::NewDevice<'_, Adapter>| {
            let shared = device.create_queue()?;
            if FAILS.get() {
                return Err(NtError::INSUFFICIENT_RESOURCES);
            }
            Ok(Adapter { shared, gone: AtomicBool::new(false), canary: Canary::new() })
        };
        init.secure_open().create::<Adapter>(at, make, Control { canary: Canary::new() })
    }

    fn unload(_at: PassiveLevel<'_>) {}
}

pub struct Adapter {
    pub shared: ManualQueue<Self>,
    gone: AtomicBool,
    pub canary: Canary,
}

impl Device for Adapter {
    type File = Handle;
    type Queue = Control;
    type Request = u32;
    const INTERFACE: Guid = (1, 2, 3, [4; 8]);

    fn removed(&self, _at: PassiveLevel<'_>) {
        self.canary.sings();
        assert!(!self.gone.swap(true, Ordering::SeqCst), "the end of a device is told once");
        self.shared.purge();
    }

    fn canceled_on_queue(request: Request<Self>, _at: DispatchLevel<'_>) {
        assert_eq!(request.context(), Some(NOTE), "what was noted is still there");
        request.file().expect("the handle of a request").canary.sings();
        request.device().expect("the device of a request").canary.sings();
        request.complete(NtStatus::CANCELLED, 0);
    }
}

pub struct Handle {
    pub own: ManualQueue<Adapter>,
    pub canary: Canary,
    cleaned: AtomicBool,
    pub may_write: bool,
    pub logon_session: Option<u64>,
}

impl File for Handle {
    type Device = Adapter;
    type Extension = Extra;
    const EXTENSION: Extra = Extra { events: SpinLock::new(Vec::new()), canary: None };

    fn create(create: &Create<'_, Adapter>, _at: PassiveLevel<'_>) -> Result<Self, NtError> {
        create.device().canary.sings();
        if create.logon_session() == Some(u64::from(REFUSED)) {
            return Err(NtError::ACCESS_DENIED);
        }
        Ok(Self {
            own: create.create_queue()?,
            canary: Canary::new(),
            cleaned: AtomicBool::new(false),
            may_write: create.may_write(),
            logon_session: create.logon_session(),
        })
    }

    fn cleanup(file: &OpenFile<'_, Self>, _at: PassiveLevel<'_>) {
        file.canary.sings();
        assert!(file.is_closed());
        assert!(!file.cleaned.swap(true, Ordering::SeqCst), "the end of a handle is told once");
        file.own.purge();
        file.device().expect("the device of a handle").canary.sings();
    }
}

/// What handles are extended by.
pub struct Extra {
    pub events: SpinLock<Vec<u32>>,
    canary: Option<Canary>,
}

impl Extra {
    pub fn sings(&self) {
        self.canary.as_ref().expect("what is extended has been changed before anybody sees it").sings();
    }
}

pub struct Control {
    canary: Canary,
}

impl IoQueue for Control {
    type Device = Adapter;

    fn device_control(&self, mut request: Presented<'_, Adapter>, _at: PassiveLevel<'_>) {
        self.canary.sings();
        match request.code() {
            ECHO => echo(request.into_request()),
            PARK => park(request),
            DEFER => defer(request),
            ASTRAY => {
                // Not the queue of this handle.
                let other = OTHER.with_borrow(Clone::clone).expect("a queue of another handle");
                let (request, error) = request.forward(&other).expect_err("it belongs to another handle");
                request.complete(error.into(), 0);
            }
            EXTEND => {
                let end = extend(&request).map_or_else(NtStatus::from, |()| NtStatus::SUCCESS);
                request.complete(end, 0);
            }
            DIRECT => {
                let length = request.input_length();
                let end = request.direct().map(|Direct { input, mut output, cancellation }| {
                    assert!(!cancellation.is_wanted() && output.write(input));
                });
                match end {
                    Ok(()) => request.complete(NtStatus::SUCCESS, length),
                    Err(error) => request.complete(error.into(), 0),
                }
            }
            FORGET => drop(request),
            _ => request.complete(NtStatus::INVALID_DEVICE_REQUEST, 0),
        }
    }
}

thread_local! {
    pub static OTHER: core::cell::RefCell<Option<ManualQueue<Adapter>>> = const { core::cell::RefCell::new(None) };
}

fn echo(mut request: Request<Adapter>) {
    assert_eq!(request.direct().err(), Some(NtError::INVALID_DEVICE_REQUEST), "the method is another one");
    let mut copy = [0; 16];
    let length = match request.copy_input(&mut copy) {
        Ok(input) => input.len(),
        Err(error) => return request.complete(error.into(), 0),
    };
    let end = match request.output().map(|mut output| output.write(&copy[..length])) {
        Ok(true) => NtStatus::SUCCESS,
        Ok(false) => NtStatus::BUFFER_TOO_SMALL,
        Err(error) => error.into(),
    };
    request.complete(end, length);
}

fn park(mut request: Presented<'_, Adapter>) {
    assert_eq!(request.context(), None, "nothing is noted in a new request");
    request.set_context(NOTE);
    let queue = request.file().expect("the handle of a request").own.clone();
    if let Err((request, _)) = request.forward(&queue) {
        request.complete(NtStatus::DEVICE_REMOVED, 0);
    }
}

fn defer(mut request: Presented<'_, Adapter>) {
    request.set_context(NOTE);
    let queue = request.device().expect("the device of a request").shared.clone();
    if let Err((request, _)) = request.defer(&queue, Job { canary: Canary::new() }) {
        request.complete(NtStatus::DEVICE_REMOVED, 0);
    }
}

fn extend(request: &Request<Adapter>) -> Result<(), NtError> {
    let file = request.file().expect("the handle of a request");
    let extra = file.extend(|extra| extra.canary = Some(Canary::new()))?;
    extra.sings();
    extra.events.locked(|events, _at| events.push(request.code()));
    Ok(())
}

struct Job {
    canary: Canary,
}

impl Work for Job {
    type Device = Adapter;

    fn run(&mut self, request: Waiting<'_, Adapter>, _at: PassiveLevel<'_>) {
        self.canary.sings();
        if let Some(mut request) = request.take() {
            request.file().expect("the handle of a request").canary.sings();
            let end = request.output().map(|mut output| assert!(output.write(b"done")));
            request.complete(end.err().map_or(NtStatus::SUCCESS, NtStatus::from), 4);
        }
    }
}
