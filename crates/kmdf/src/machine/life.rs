//! What the I/O manager and the framework do by themselves: open, present, cancel, close, remove.

use super::{
    End, IoQueue, Kind, Machine, Object, Request, handle,
    memory::{Bytes, Memory},
    threads,
};
use crate::{NtStatus, framework::Caller};
use std::{vec, vec::Vec};
use wdf_model::{
    request::{Life, OnCancel, Place},
    tree::{Dereference, ObjectId},
};

impl Machine {
    /// Opens a handle. The error is the status with which the driver refuses it; the file object is then gone.
    pub fn open(&self, device: ObjectId, caller: Caller) -> Result<ObjectId, NtStatus> {
        let mut world = self.lock();
        let Some(Object { kind: Kind::Device { init, .. }, .. }) = world.tree.get(device) else { panic!() };
        let init = *init;
        let contexts = init.file_context.into_iter().map(Memory::new).collect();
        let kind = Kind::File { device, cleaned: false, closing: false, pending: 0 };
        let file = world.tree.insert(Some(device), Object { kind, contexts }).unwrap();
        drop(world);
        let request = self.arrive(device, Some(file), 0, &[], 0, caller);
        let create = init.create.expect("EvtDeviceFileCreate");
        // SAFETY: these are the handles of the callback.
        unsafe { create(handle(device).cast(), handle(request).cast(), handle(file).cast()) };
        let status = self.end_of(request).expect("a create request is completed at once").status;
        if status.is_success() {
            return Ok(file);
        }
        self.delete(file);
        Err(status)
    }

    /// Makes a request that has still to be presented.
    pub fn arrive(
        &self,
        device: ObjectId,
        file: Option<ObjectId>,
        code: u32,
        input: &[u8],
        output: usize,
        caller: Caller,
    ) -> ObjectId {
        let mut world = self.lock();
        let Some(Object { kind: Kind::Device { init, .. }, .. }) = world.tree.get(device) else { panic!() };
        let contexts = init.request_context.into_iter().map(Memory::new).collect();
        let (input, output) = (Bytes::new(input), Bytes::new(&vec![0xa5; output]));
        let life = Life::new();
        let request = Request { device, file, life, cancelled: false, code, input, output, caller };
        if let Some(file) = file
            && let Kind::File { pending, .. } = &mut world.object(file).kind
        {
            *pending += 1;
        }
        world.tree.insert(None, Object { kind: Kind::Request(request), contexts }).unwrap()
    }

    /// Sends a request with a control code, whose handler runs on this thread.
    pub fn send(&self, device: ObjectId, file: Option<ObjectId>, code: u32, input: &[u8], output: usize) -> ObjectId {
        let request = self.arrive(device, file, code, input, output, Caller::default());
        self.present(request);
        request
    }

    /// Presents a request to the driver on this thread.
    pub fn present(&self, request: ObjectId) {
        let mut world = self.lock();
        let Request { device, code, ref input, ref output, .. } = *world.request(request);
        let (input, output) = (input.len(), output.len());
        let Kind::Device { default_queue, .. } = world.object(device).kind else { panic!() };
        let queue = default_queue.expect("a default queue");
        let home = world.queue(queue);
        if home.state.insert(request).is_err() {
            drop(world);
            self.finish(request, NtStatus::INVALID_DEVICE_STATE, 0);
            return;
        }
        let delivered = home.state.deliver();
        assert!(delivered.is_some(), "a parallel queue hands out at once");
        let request = delivered.unwrap_or(request);
        let control = home.control.expect("EvtIoDeviceControl");
        let data = world.request(request);
        data.life.place = Place::Owned(Some(queue));
        data.life.delivered = true;
        world.inside.push((queue, threads::current().id()));
        drop(world);
        // SAFETY: these are the arguments of the callback.
        unsafe { control(handle(queue).cast(), handle(request).cast(), output, input, code) };
        self.lock().left(queue);
        self.changed.notify_all();
    }

    /// How a request has ended, if it has.
    pub fn end_of(&self, request: ObjectId) -> Option<End> {
        self.lock().ends.get(&request).cloned()
    }

    /// Waits until a request has ended.
    pub fn wait_for(&self, request: ObjectId) -> End {
        self.wait_until(|world| world.ends.contains_key(&request));
        self.end_of(request).unwrap()
    }

    /// Cancels a request, as `CancelIoEx` does.
    pub fn cancel(&self, request: ObjectId) {
        let mut world = self.lock();
        if world.ends.contains_key(&request) {
            return;
        }
        world.request(request).cancelled = true;
        drop(world);
        self.act(request);
    }

    /// Takes a request that waits out of its queue, and hands it to the driver to be completed.
    pub(super) fn act(&self, request: ObjectId) {
        let mut world = self.lock();
        if world.ends.contains_key(&request) {
            return;
        }
        let OnCancel::CanceledOnQueue(queue) = world.request(request).life.cancel() else { return };
        let home = world.queue(queue);
        home.state.remove_waiting(request);
        home.state.own(request);
        let canceled = home.canceled.expect("EvtIoCanceledOnQueue");
        let data = world.request(request);
        data.life.place = Place::Owned(Some(queue));
        data.cancelled = true;
        world.inside.push((queue, threads::current().id()));
        drop(world);
        // SAFETY: these are the handles of the callback.
        unsafe { canceled(handle(queue).cast(), handle(request).cast()) };
        self.lock().left(queue);
        self.changed.notify_all();
    }

    /// Refuses requests from now on, and cancels those that wait.
    pub(super) fn purge_queue(&self, queue: ObjectId) {
        let mut world = self.lock();
        let Some(Object { kind: Kind::Queue(IoQueue { state, .. }), .. }) = world.tree.get_mut(queue) else { return };
        state.purge(None);
        let doomed = state.take_waiting();
        drop(world);
        for request in doomed {
            self.act(request);
        }
    }

    /// Completes a request.
    pub(super) fn finish(&self, request: ObjectId, status: NtStatus, information: usize) {
        let mut world = self.lock();
        assert!(!world.ends.contains_key(&request), "a request is completed twice");
        let data = world.request(request);
        assert!(data.life.is_owned(), "a request that waits in a queue is completed");
        assert!(information <= data.output.len() || !status.is_success(), "more information than output");
        let (queue, file) = (data.life.queue(), data.file);
        data.life.place = Place::Completed;
        let output = data.output.take();
        if let Some(queue) = queue {
            world.queue(queue).state.release(request);
        }
        world.ends.insert(request, End { status, information, output });
        drop(world);
        self.delete(request);
        if let Some(file) = file {
            let mut world = self.lock();
            if let Kind::File { pending, .. } = &mut world.object(file).kind {
                *pending -= 1;
            }
            drop(world);
            self.close_if_done(file);
        }
        self.changed.notify_all();
    }

    /// Closes a handle: cleanup at once, close when its last request has been completed.
    pub fn close(&self, file: ObjectId) {
        self.call_end(file);
        let mut world = self.lock();
        let Kind::File { cleaned, .. } = &mut world.object(file).kind else { panic!() };
        *cleaned = true;
        let mine = |object: &Object| match &object.kind {
            Kind::Request(request) => request.file == Some(file) && matches!(request.life.place, Place::Waiting(_)),
            _ => false,
        };
        let waiting: Vec<ObjectId> = world.tree.iter().filter(|(_, object)| mine(object)).map(|(id, _)| id).collect();
        drop(world);
        for request in waiting {
            self.act(request);
        }
        self.close_if_done(file);
    }

    fn close_if_done(&self, file: ObjectId) {
        let mut world = self.lock();
        let Some(Object { kind: Kind::File { cleaned, closing, pending, .. }, .. }) = world.tree.get_mut(file) else {
            return;
        };
        if !*cleaned || *closing || *pending > 0 {
            return;
        }
        *closing = true;
        drop(world);
        self.call_end(file);
        self.delete(file);
        self.changed.notify_all();
    }

    /// `EvtFileCleanup` and `EvtFileClose`.
    fn call_end(&self, file: ObjectId) {
        let mut world = self.lock();
        let Kind::File { device, .. } = world.object(file).kind else { panic!() };
        let Kind::Device { init, .. } = &world.object(device).kind else { panic!() };
        let end = init.end.expect("EvtFileCleanup");
        drop(world);
        // SAFETY: this is the handle of the callback.
        unsafe { end(handle(file).cast()) };
    }

    /// Removes a device: its queues are purged, requests that the driver owns are waited for, and open handles.
    pub fn remove(&self, device: ObjectId) {
        self.begin_removal(device);
        self.finish_removal(device);
    }

    /// The first part: the device is gone for the driver, but handles to it are open still.
    pub fn begin_removal(&self, device: ObjectId) {
        let removed = {
            let mut world = self.lock();
            let Kind::Device { init, going, .. } = &mut world.object(device).kind else { panic!() };
            *going = true;
            init.removed.expect("EvtDeviceSelfManagedIoFlush")
        };
        // SAFETY: this is the handle of the callback.
        unsafe { removed(handle(device).cast()) };
        let mine = |object: &Object| matches!(&object.kind, Kind::Queue(queue) if queue.device == device);
        let world = self.lock();
        let queues: Vec<ObjectId> = world.tree.iter().filter(|(_, object)| mine(object)).map(|(id, _)| id).collect();
        drop(world);
        for queue in queues {
            self.purge_queue(queue);
        }
        // SAFETY: this is the handle of the callback.
        unsafe { removed(handle(device).cast()) };
    }

    /// The second part: what still uses the device is waited for, and the device goes.
    pub fn finish_removal(&self, device: ObjectId) {
        let busy = |object: &Object| match &object.kind {
            Kind::Request(request) => request.device == device && request.life.place != Place::Completed,
            Kind::File { device: of, .. } => *of == device,
            _ => false,
        };
        // References keep a file object, but not the device.
        self.wait_until(|world| !world.tree.iter().any(|(id, object)| world.tree.is_live(id) && busy(object)));
        self.delete(device);
    }

    /// Deletes an object and all below it, once nothing of it runs any more.
    pub(super) fn delete(&self, id: ObjectId) {
        let doomed = self.lock().tree.subtree(id);
        let queue = |id: ObjectId| matches!(self.lock().tree.get(id), Some(Object { kind: Kind::Queue(_), .. }));
        doomed.iter().filter(|&&id| queue(id)).for_each(|&queue| self.purge_queue(queue));
        let me = threads::current().id();
        self.wait_until(|world| {
            let runs = world.running.iter().any(|(item, thread)| doomed.contains(item) && *thread != me);
            let inside = world.inside.iter().any(|(queue, thread)| doomed.contains(queue) && *thread != me);
            !runs && !inside && !world.due.iter().any(|item| doomed.contains(item))
        });
        let order = self.lock().tree.begin_delete(id);
        for id in order {
            let last = self.lock().tree.finish_delete(id);
            if last {
                self.destroy(id);
            }
        }
    }

    /// Gives a reference back.
    pub(super) fn release(&self, id: ObjectId) {
        let outcome = self.lock().tree.dereference(id);
        match outcome {
            Dereference::Destroy => self.destroy(id),
            Dereference::Kept => {}
            Dereference::CreationReference | Dereference::Gone => panic!("a reference that was not taken: {outcome:?}"),
        }
    }

    fn destroy(&self, id: ObjectId) {
        let world = self.lock();
        let contexts = world.tree.get(id).into_iter().flat_map(|object| &object.contexts);
        let callbacks: Vec<_> = contexts.filter_map(|context| context.destroy).collect();
        drop(world);
        for destroy in callbacks {
            // SAFETY: this is the handle of the callback.
            unsafe { destroy(handle(id)) };
        }
        let mut world = self.lock();
        let object = world.tree.remove(id).expect("an object is destroyed once");
        // Miri reports a use of freed memory; elsewhere the memory is kept, so that nothing else lies there.
        if cfg!(not(miri)) {
            world.buried.extend(object.contexts);
        }
    }
}
