//! The functions that the crate calls.

use super::{Init, Kind, Machine, Object, handle, id, memory::Memory, objects::error, threads};
use crate::{
    Guid, NtError, NtStatus,
    framework::{
        Caller, Context, ControlParameters, DRIVER_OBJECT, DeviceAdd, DeviceRemoved, FileCreate, FileEnd, Framework,
        IoCanceledOnQueue, IoDeviceControl, PDEVICE_OBJECT, PWDFDEVICE_INIT, Role, UNICODE_STRING, Unload, WDFDEVICE,
        WDFDRIVER, WDFFILEOBJECT, WDFOBJECT, WDFQUEUE, WDFREQUEST, WDFWAITLOCK, WDFWORKITEM, WorkItemRun,
    },
};
use core::{
    ffi::c_void,
    ptr,
    sync::atomic::{AtomicUsize, Ordering},
};
use std::{boxed::Box, string::String};
use wdf_model::{config::Dispatch, request::Place};

impl Framework for Machine {
    unsafe fn create_driver(
        &self,
        _driver: *mut DRIVER_OBJECT,
        _path: *const UNICODE_STRING,
        add: DeviceAdd,
        unload: Unload,
    ) -> Result<WDFDRIVER, NtError> {
        let driver = self.make(None, Kind::Driver { add, unload }, None)?;
        self.lock().driver = Some(driver);
        Ok(handle(driver).cast())
    }

    unsafe fn create_wait_lock(&self, driver: WDFDRIVER) -> Result<WDFWAITLOCK, NtError> {
        Ok(handle(self.make(Some(id(driver)), Kind::WaitLock { held: false }, None)?).cast())
    }

    unsafe fn acquire_wait_lock(&self, lock: WDFWAITLOCK) -> Result<(), NtError> {
        let free =
            |object: Option<&Object>| matches!(object, Some(Object { kind: Kind::WaitLock { held: false }, .. }));
        let mut world = self.lock();
        while !free(world.tree.get(id(lock))) {
            world = self.changed.wait(world).unwrap();
        }
        world.object(id(lock)).kind = Kind::WaitLock { held: true };
        Ok(())
    }

    unsafe fn release_wait_lock(&self, lock: WDFWAITLOCK) {
        self.lock().object(id(lock)).kind = Kind::WaitLock { held: false };
        self.changed.notify_all();
    }

    unsafe fn acquire_spin_lock(&self, lock: *mut usize) -> u8 {
        // SAFETY: the lock outlives its holders and is only used here.
        let lock = unsafe { AtomicUsize::from_ptr(lock) };
        threads::yield_now();
        while lock.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed).is_err() {
            threads::yield_now();
        }
        0
    }

    unsafe fn release_spin_lock(&self, lock: *mut usize, before: u8) {
        assert_eq!(before, 0);
        // SAFETY: as above.
        let lock = unsafe { AtomicUsize::from_ptr(lock) };
        assert_eq!(lock.swap(0, Ordering::Release), 1, "a lock is released that nobody holds");
    }

    /// A thread runs on a processor of its own.
    fn current_processor(&self) -> u32 {
        self.lock().processor_of(threads::current().id())
    }

    unsafe fn physical_device(&self, init: PWDFDEVICE_INIT) -> PDEVICE_OBJECT {
        self.init(init, |_| ());
        ptr::null_mut()
    }

    unsafe fn describe_problem(&self, _device: PDEVICE_OBJECT, text: &[u16]) {
        let text = text.split(|unit| *unit == 0).next().unwrap_or(&[]);
        self.lock().problem = String::from_utf16_lossy(text);
    }

    unsafe fn secure_open(&self, init: PWDFDEVICE_INIT) {
        self.init(init, |init| init.secure = true);
    }

    unsafe fn set_files(&self, init: PWDFDEVICE_INIT, create: FileCreate, end: FileEnd, context: Context) {
        self.init(init, |init| {
            *init = Init { create: Some(create), end: Some(end), file_context: Some(context), ..*init };
        });
    }

    unsafe fn set_requests(&self, init: PWDFDEVICE_INIT, context: Context) {
        self.init(init, |init| init.request_context = Some(context));
    }

    unsafe fn set_removed(&self, init: PWDFDEVICE_INIT, removed: DeviceRemoved) {
        self.init(init, |init| init.removed = Some(removed));
    }

    unsafe fn create_device(&self, handle_of_init: PWDFDEVICE_INIT, context: Context) -> Result<WDFDEVICE, NtError> {
        let mut copy = Init::default();
        self.init(handle_of_init, |init| copy = *init);
        let kind = Kind::Device { init: copy, default_queue: None, going: false };
        let driver = self.lock().driver;
        let device = self.make(driver, kind, Some(context))?;
        self.init(handle_of_init, |init| init.device = Some(device));
        Ok(handle(device).cast())
    }

    unsafe fn create_interface(&self, device: WDFDEVICE, _class: Guid) -> Result<(), NtError> {
        self.admit()?;
        assert!(self.lock().tree.is_live(id(device)));
        Ok(())
    }

    unsafe fn create_default_queue(
        &self,
        device: WDFDEVICE,
        control: IoDeviceControl,
        context: Context,
    ) -> Result<WDFQUEUE, NtError> {
        let dispatch = Dispatch::Parallel(u32::MAX);
        let queue = self.queue_of(device, id(device), dispatch, (Some(control), None), Some(context))?;
        let mut world = self.lock();
        let Kind::Device { default_queue, .. } = &mut world.object(id(device)).kind else { panic!() };
        assert!(default_queue.replace(queue).is_none(), "a device has one default queue");
        Ok(handle(queue).cast())
    }

    unsafe fn create_manual_queue(
        &self,
        device: WDFDEVICE,
        file: WDFFILEOBJECT,
        canceled: IoCanceledOnQueue,
    ) -> Result<WDFQUEUE, NtError> {
        let parent = if file.is_null() { id(device) } else { id(file) };
        Ok(handle(self.queue_of(device, parent, Dispatch::Manual, (None, Some(canceled)), None)?).cast())
    }

    unsafe fn queue_device(&self, queue: WDFQUEUE) -> WDFDEVICE {
        handle(self.lock().queue(id(queue)).device).cast()
    }

    unsafe fn retrieve_next(&self, queue: WDFQUEUE) -> Option<WDFREQUEST> {
        self.admit().ok()?;
        self.taken(queue, |queue| queue.state.retrieve(|_| true))
    }

    unsafe fn retrieve_found(&self, queue: WDFQUEUE, request: WDFREQUEST) -> Option<WDFREQUEST> {
        assert!(self.lock().tree.get(id(request)).is_some(), "the handle of a request is kept valid");
        self.admit().ok()?;
        self.taken(queue, |queue| queue.state.retrieve_found(id(request)))
    }

    unsafe fn purge(&self, queue: WDFQUEUE) {
        self.purge_queue(id(queue));
    }

    unsafe fn context(&self, object: WDFOBJECT, role: Role) -> *mut c_void {
        self.lock().context(id(object), role)
    }

    unsafe fn allocate_context(&self, object: WDFOBJECT, context: Context) -> Result<*mut c_void, NtError> {
        self.admit()?;
        let mut world = self.lock();
        if !world.tree.is_live(id(object)) {
            return Err(NtError::DELETE_PENDING);
        }
        if world.no_memory {
            return Err(NtError::INSUFFICIENT_RESOURCES);
        }
        let there = world.context(id(object), context.role);
        if there.is_null() {
            world.object(id(object)).contexts.push(Memory::new(context));
        }
        Ok(world.context(id(object), context.role))
    }

    unsafe fn reference(&self, object: WDFOBJECT) {
        assert!(self.lock().tree.reference(id(object)), "a handle that is valid");
    }

    unsafe fn dereference(&self, object: WDFOBJECT) {
        self.release(id(object));
    }

    unsafe fn delete(&self, object: WDFOBJECT) {
        Machine::delete(self, id(object));
    }

    unsafe fn file_device(&self, file: WDFFILEOBJECT) -> WDFDEVICE {
        match self.lock().object(id(file)).kind {
            Kind::File { device, .. } => handle(device).cast(),
            _ => panic!("not a file object"),
        }
    }

    unsafe fn control_parameters(&self, request: WDFREQUEST) -> ControlParameters {
        let mut world = self.lock();
        let request = world.request(id(request));
        let (input_length, output_length) = (request.input.len(), request.output.len());
        ControlParameters { code: request.code, input_length, output_length }
    }

    unsafe fn caller(&self, request: WDFREQUEST) -> Caller {
        self.lock().request(id(request)).caller
    }

    unsafe fn request_queue(&self, request: WDFREQUEST) -> WDFQUEUE {
        self.lock().request(id(request)).life.queue().map_or(ptr::null_mut(), |queue| handle(queue).cast())
    }

    unsafe fn request_file(&self, request: WDFREQUEST) -> WDFFILEOBJECT {
        self.lock().request(id(request)).file.map_or(ptr::null_mut(), |file| handle(file).cast())
    }

    unsafe fn is_canceled(&self, request: WDFREQUEST) -> bool {
        self.lock().request(id(request)).cancelled
    }

    unsafe fn input_buffer(&self, request: WDFREQUEST, length: usize) -> Result<*mut c_void, NtError> {
        self.admit()?;
        let mut world = self.lock();
        let buffer = &world.request(id(request)).input;
        if length > buffer.len() { Err(NtError::BUFFER_TOO_SMALL) } else { Ok(buffer.pointer()) }
    }

    unsafe fn output_buffer(&self, request: WDFREQUEST, length: usize) -> Result<*mut c_void, NtError> {
        self.admit()?;
        let mut world = self.lock();
        let buffer = &world.request(id(request)).output;
        if length > buffer.len() { Err(NtError::BUFFER_TOO_SMALL) } else { Ok(buffer.pointer()) }
    }

    unsafe fn complete(&self, request: WDFREQUEST, status: NtStatus, information: usize) {
        self.finish(id(request), status, information);
    }

    unsafe fn forward(&self, request: WDFREQUEST, queue: WDFQUEUE) -> Result<(), NtError> {
        self.admit()?;
        let (request, queue) = (id(request), id(queue));
        let mut world = self.lock();
        let life = world.request(request).life;
        assert!(life.is_owned(), "a request is forwarded that the driver does not own");
        world.queue(queue).state.insert(request).map_err(error)?;
        if let Some(source) = life.queue() {
            world.queue(source).state.release(request);
        }
        let data = world.request(request);
        data.life.place = Place::Waiting(queue);
        let cancelled = data.cancelled;
        drop(world);
        if cancelled {
            self.act(request);
        }
        Ok(())
    }

    unsafe fn create_work_item(
        &self,
        parent: WDFQUEUE,
        run: WorkItemRun,
        context: Context,
    ) -> Result<WDFWORKITEM, NtError> {
        Ok(handle(self.make(Some(id(parent)), Kind::WorkItem { run }, Some(context))?).cast())
    }

    unsafe fn enqueue(&self, item: WDFWORKITEM) {
        let item = id(item);
        let mut world = self.lock();
        let Kind::WorkItem { run } = world.object(item).kind else { panic!() };
        world.due.push(item);
        drop(world);
        // SAFETY: the machine outlives its work items, which it waits for.
        let machine: &'static Self = unsafe { &*ptr::from_ref(self) };
        let _detached = machine.spawn(Box::new(move || machine.run(item, run)) as Box<dyn FnOnce() + Send>);
    }
}
