//! What the functions that the crate calls have in common: they make objects, take requests, and run work items.

use super::{Init, IoQueue, Kind, Machine, Object, handle, id, memory::Memory, threads};
use crate::{
    NtError, NtStatus,
    framework::{
        Context, IoCanceledOnQueue, IoDeviceControl, PWDFDEVICE_INIT, WDFDEVICE, WDFQUEUE, WDFREQUEST, WorkItemRun,
    },
};
use wdf_model::{config::Dispatch, queue::Queue, request::Place, tree::ObjectId};

/// An error of the model.
pub fn error(status: NtStatus) -> NtError {
    NtError::new(status).expect("a status of the model that is an error")
}

impl Machine {
    /// Makes an object, unless there is no memory.
    pub fn make(&self, parent: Option<ObjectId>, kind: Kind, context: Option<Context>) -> Result<ObjectId, NtError> {
        self.admit()?;
        let mut world = self.lock();
        if world.no_memory {
            return Err(NtError::INSUFFICIENT_RESOURCES);
        }
        let contexts = context.into_iter().map(Memory::new).collect();
        world.tree.insert(parent, Object { kind, contexts }).map_err(error)
    }

    /// Changes what a driver has said about a device that is to be created.
    pub fn init(&self, init: PWDFDEVICE_INIT, change: impl FnOnce(&mut Init)) {
        match &mut self.lock().object(id(init)).kind {
            Kind::Init(init) => change(init),
            _ => panic!("not an initialisation"),
        }
    }

    /// Gives a request that waited to the driver.
    pub fn taken(
        &self,
        queue: WDFQUEUE,
        pick: impl FnOnce(&mut IoQueue) -> Result<ObjectId, NtStatus>,
    ) -> Option<WDFREQUEST> {
        let mut world = self.lock();
        let request = pick(world.queue(id(queue))).ok()?;
        world.request(request).life.place = Place::Owned(Some(id(queue)));
        Some(handle(request).cast())
    }

    /// Makes a queue.
    pub fn queue_of(
        &self,
        device: WDFDEVICE,
        parent: ObjectId,
        dispatch: Dispatch,
        callbacks: (Option<IoDeviceControl>, Option<IoCanceledOnQueue>),
        context: Option<Context>,
    ) -> Result<ObjectId, NtError> {
        let (control, canceled) = callbacks;
        let state = Queue::new(dispatch, false);
        let queue = IoQueue { device: id(device), state, control, canceled };
        self.make(Some(parent), Kind::Queue(queue), context)
    }

    /// A thread of the system's runs a work item.
    pub fn run(&self, item: ObjectId, run: WorkItemRun) {
        let me = threads::current().id();
        let mut world = self.lock();
        world.due.retain(|&due| due != item);
        world.running.push((item, me));
        drop(world);
        // SAFETY: this is the handle of the callback.
        unsafe { run(handle(item).cast()) };
        let mut world = self.lock();
        world.running.retain(|&(running, thread)| running != item || thread != me);
        drop(world);
        self.changed.notify_all();
    }
}
