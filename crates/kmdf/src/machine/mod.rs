//! A framework for tests: the rules are those of `wdf-model`, to which the stand-in for Wine holds as well.
//!
//! It does what the I/O manager and the framework do, on whatever thread the test calls it: opens handles, presents
//! requests, cancels, closes, removes the device. Callbacks run without its lock, so between any two of its steps
//! another thread may come. It panics when the crate breaks a rule: a request that is completed twice, a handle that is
//! used after its object has been destroyed, an object that is left at the end.

#![allow(
    missing_docs,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::missing_errors_doc,
    reason = "for tests"
)]

mod calls;
mod life;
mod memory;
mod objects;
pub mod threads;

pub use crate::framework::Caller;

use crate::{
    Driver, NtError, NtStatus,
    framework::{
        DeviceAdd, DeviceRemoved, FileCreate, FileEnd, IoCanceledOnQueue, IoDeviceControl, Role, Unload, WDFOBJECT,
        WorkItemRun, install, uninstall,
    },
};
use core::{cell::Cell, sync::atomic::AtomicIsize};
use memory::{Bytes, Memory};
use std::{boxed::Box, collections::BTreeMap, ptr, string::String, vec::Vec};
use threads::{Condvar, Mutex, MutexGuard, ThreadId};
use wdf_model::{
    queue::Queue,
    request::Life,
    tree::{ObjectId, Tree},
};

/// What an object is.
pub enum Kind {
    Driver { add: DeviceAdd, unload: Unload },
    Init(Init),
    Device { init: Init, default_queue: Option<ObjectId>, going: bool },
    File { device: ObjectId, cleaned: bool, closing: bool, pending: usize },
    Queue(IoQueue),
    Request(Request),
    WorkItem { run: WorkItemRun },
    WaitLock { held: bool },
}

/// What a driver says about a device before it is there.
#[derive(Clone, Copy, Default)]
pub struct Init {
    create: Option<FileCreate>,
    end: Option<FileEnd>,
    removed: Option<DeviceRemoved>,
    file_context: Option<crate::framework::Context>,
    request_context: Option<crate::framework::Context>,
    device: Option<ObjectId>,
    secure: bool,
}

pub struct IoQueue {
    device: ObjectId,
    state: Queue<ObjectId, ()>,
    control: Option<IoDeviceControl>,
    canceled: Option<IoCanceledOnQueue>,
}

pub struct Request {
    device: ObjectId,
    file: Option<ObjectId>,
    life: Life<ObjectId>,
    cancelled: bool,
    code: u32,
    input: Bytes,
    output: Bytes,
    caller: crate::framework::Caller,
}

pub struct Object {
    pub kind: Kind,
    pub contexts: Vec<Memory>,
}

/// How a request ended: status, information, and what is in the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    pub status: NtStatus,
    pub information: usize,
    pub output: Vec<u8>,
}

#[derive(Default)]
pub struct World {
    pub tree: Tree<Object>,
    pub ends: BTreeMap<ObjectId, End>,
    /// Work items that wait for a thread, and those that run.
    due: Vec<ObjectId>,
    running: Vec<(ObjectId, ThreadId)>,
    /// Queues with threads in their callbacks.
    inside: Vec<(ObjectId, ThreadId)>,
    driver: Option<ObjectId>,
    /// The threads that have asked for their processor: its number is their place.
    processors: Vec<ThreadId>,
    /// Memory of destroyed objects, kept so that nothing else lies there later.
    buried: Vec<Memory>,
    /// What the driver says of its device.
    pub problem: String,
    /// How many calls that may fail succeed before one is refused; none is, if there is no number.
    pub refused_after: Option<usize>,
    /// What the next allocations of contexts answer, if not success.
    pub no_memory: bool,
}

/// The machine.
pub struct Machine {
    world: Mutex<World>,
    changed: Condvar,
    /// Values of a test that have not been dropped.
    pub live: AtomicIsize,
}

std::thread_local! {
    static CURRENT: Cell<Option<&'static Machine>> = const { Cell::new(None) };
}

/// The machine of the calling thread.
pub fn current() -> &'static Machine {
    CURRENT.get().expect("a thread of a machine")
}

/// Runs a test on a machine of its own, and sees that nothing is left.
pub fn on_machine(test: impl FnOnce(&'static Machine)) {
    let machine = Machine { world: Mutex::new(World::default()), changed: Condvar::new(), live: AtomicIsize::new(0) };
    let machine = Box::into_raw(Box::new(machine));
    // SAFETY: the machine lives until the end of this function, and no thread of the test longer than the test.
    let borrowed: &'static Machine = unsafe { &*machine };
    borrowed.attach();
    test(borrowed);
    borrowed.settle();
    assert_eq!(borrowed.lock().tree.iter().count(), 0, "objects are left");
    uninstall();
    CURRENT.set(None);
    // SAFETY: as above; nobody uses it any more.
    drop(unsafe { Box::from_raw(machine) });
}

impl Machine {
    /// Makes it the framework of the calling thread.
    fn attach(&'static self) {
        install(self, threads::yield_now);
        CURRENT.set(Some(self));
    }

    /// Runs something on another thread.
    pub fn spawn<T: Send + 'static>(
        &'static self,
        body: impl FnOnce() -> T + Send + 'static,
    ) -> threads::JoinHandle<T> {
        threads::spawn(move || {
            self.attach();
            body()
        })
    }

    pub fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    fn wait_until(&self, mut there: impl FnMut(&World) -> bool) {
        let mut world = self.lock();
        while !there(&world) {
            world = self.changed.wait(world).unwrap();
        }
    }

    /// Waits for work items.
    pub fn settle(&self) {
        self.wait_until(|world| world.due.is_empty() && world.running.is_empty());
    }

    /// Loads a driver.
    pub fn start<D: Driver>() {
        // SAFETY: the machine looks at neither.
        let status = unsafe { crate::driver::enter::<D>(ptr::null_mut(), ptr::null()) };
        assert_eq!(status, 0, "the driver has not started");
    }

    /// A device node appears. The status of `EvtDriverDeviceAdd` if it fails.
    pub fn add_device(&self) -> Result<ObjectId, NtStatus> {
        let (driver, add, init) = {
            let mut world = self.lock();
            let driver = world.driver.expect("a driver");
            let Some(Object { kind: Kind::Driver { add, .. }, .. }) = world.tree.get(driver) else { panic!() };
            let add = *add;
            let object = Object { kind: Kind::Init(Init::default()), contexts: Vec::new() };
            (driver, add, world.tree.insert(None, object).unwrap())
        };
        // SAFETY: these are the handles of the callback.
        let status = NtStatus(unsafe { add(handle(driver).cast(), handle(init).cast()) });
        let device = match self.lock().tree.remove(init) {
            Some(Object { kind: Kind::Init(init), .. }) => init.device,
            _ => panic!("the initialisation is gone"),
        };
        match device {
            Some(device) if status.is_success() => Ok(device),
            device => {
                if let Some(device) = device {
                    self.delete(device);
                }
                Err(status)
            }
        }
    }

    /// The answer of a call that may fail: the one that a test wants refused is.
    fn admit(&self) -> Result<(), NtError> {
        let mut world = self.lock();
        match world.refused_after.take() {
            None => Ok(()),
            Some(0) => Err(NtError::INSUFFICIENT_RESOURCES),
            Some(others) => {
                world.refused_after = Some(others - 1);
                Ok(())
            }
        }
    }

    /// Unloads the driver.
    pub fn unload(&self) {
        let mut world = self.lock();
        let driver = world.driver.take().expect("a driver");
        let Some(Object { kind: Kind::Driver { unload, .. }, .. }) = world.tree.get(driver) else { panic!() };
        let unload = *unload;
        drop(world);
        // SAFETY: this is the handle of the callback.
        unsafe { unload(handle(driver).cast()) };
        self.delete(driver);
    }
}

/// The handle of an object.
pub fn handle(id: ObjectId) -> WDFOBJECT {
    ptr::without_provenance_mut(usize::try_from(id.to_handle()).expect("a handle has the size of a pointer"))
}

/// The object of a handle.
fn id<T>(handle: *mut T) -> ObjectId {
    ObjectId::from_handle(handle.addr() as u64)
}

impl World {
    /// The calling thread has come back from a callback.
    fn left(&mut self, queue: ObjectId) {
        let me = threads::current().id();
        let at = self.inside.iter().position(|&inside| inside == (queue, me)).expect("it was inside");
        self.inside.swap_remove(at);
    }

    /// The number of a thread's processor.
    fn processor_of(&mut self, thread: ThreadId) -> u32 {
        let known = self.processors.iter().position(|known| *known == thread).unwrap_or_else(|| {
            self.processors.push(thread);
            self.processors.len() - 1
        });
        u32::try_from(known).expect("not that many threads")
    }

    fn object(&mut self, id: ObjectId) -> &mut Object {
        self.tree.get_mut(id).expect("a handle that was valid when it was used")
    }

    fn request(&mut self, id: ObjectId) -> &mut Request {
        match &mut self.object(id).kind {
            Kind::Request(request) => request,
            _ => panic!("not a request"),
        }
    }

    fn queue(&mut self, id: ObjectId) -> &mut IoQueue {
        match &mut self.object(id).kind {
            Kind::Queue(queue) => queue,
            _ => panic!("not a queue"),
        }
    }

    fn context(&mut self, id: ObjectId, role: Role) -> *mut core::ffi::c_void {
        let contexts = &self.object(id).contexts;
        contexts.iter().find(|memory| memory.role == role).map_or(ptr::null_mut(), Memory::pointer)
    }
}
