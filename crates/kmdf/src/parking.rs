//! Requests that wait: manual queues of each device, and the ends of handles and devices.

use crate::{
    Device, DeviceInit, Request, check, context::ContextType, device::passive_attributes, reference::Reference,
    structure::structure_size, trampolines,
};
use core::{
    mem::ManuallyDrop,
    ptr,
    sync::atomic::{AtomicBool, Ordering},
};
use wdk_sys::{
    _WDF_FILEOBJECT_CLASS, _WDF_IO_QUEUE_DISPATCH_TYPE, _WDF_TRI_STATE, NTSTATUS, STATUS_INVALID_DEVICE_STATE,
    WDF_FILEOBJECT_CONFIG, WDF_IO_QUEUE_CONFIG, WDF_NO_OBJECT_ATTRIBUTES, WDF_OBJECT_ATTRIBUTES,
    WDF_PNPPOWER_EVENT_CALLBACKS, WDFDEVICE, WDFFILEOBJECT, WDFQUEUE, WDFREQUEST, call_unsafe_wdf_function_binding,
};

/// What a driver does whose requests wait. Everything is called at PASSIVE_LEVEL, but for [`cancelled`](Self::cancelled).
pub trait Parks: 'static {
    /// A handle goes (EvtFileCleanup and EvtFileClose, so that it is told on systems that leave out the first). Those
    /// of its requests that wait for work are cancelled afterwards. A request that was on its way may still be parked
    /// later; who parks one looks at [`File::is_closed`] afterwards.
    fn file_closed(file: &File);

    /// A device goes (EvtDeviceSelfManagedIoFlush and -Cleanup); nothing can be parked there any more afterwards.
    fn device_removed(parking: &Parking);

    /// A request was cancelled while it was parked (EvtIoCanceledOnQueue, up to DISPATCH_LEVEL).
    fn cancelled(request: Request);
}

/// A handle that a client has opened. Equal for the requests of one handle.
#[derive(Clone, Debug, PartialEq)]
pub struct File(Reference);

impl File {
    /// # Safety
    /// The handle is valid.
    pub(crate) unsafe fn from_raw(file: WDFFILEOBJECT) -> Self {
        // SAFETY: as the caller says.
        Self(unsafe { Reference::new(file.cast()) })
    }

    const fn handle(&self) -> WDFFILEOBJECT {
        self.0.handle().cast()
    }

    /// Whether the handle has been closed. Who parks a request and finds it open then can count on being told later.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.end().is_some_and(|end| end.closed.load(Ordering::SeqCst))
    }

    /// Notes that the handle is closed.
    pub(crate) fn close(&self) {
        if let Some(end) = self.end() {
            end.closed.store(true, Ordering::SeqCst);
        }
    }

    fn end(&self) -> Option<&End> {
        // SAFETY: our reference keeps the handle valid.
        let end = unsafe { END.of(self.handle().cast()) };
        // SAFETY: a context lives as long as there are references to its object; the framework has set it to zero, which
        // is a value, and it is only ever changed through atomics.
        unsafe { end.as_ref() }
    }

    /// Ends the requests of this handle that wait for work.
    pub(crate) fn end_work(&self, end: impl Fn(Request)) {
        // SAFETY: our reference keeps the handle valid, and its device is there until the handle has ended.
        let device = unsafe { call_unsafe_wdf_function_binding!(WdfFileObjectGetDevice, self.handle()) };
        // SAFETY: the device of our own file object is ours.
        if let Some(work) = unsafe { Parking::of_device(device, Lot::Work) } {
            while let Some(request) = work.take(self) {
                end(request);
            }
        }
    }
}

/// What requests wait for; each has a queue of its own.
#[derive(Clone, Copy, Debug)]
pub enum Lot {
    /// That something happens.
    Events,
    /// That work is done which has begun; see [`Request::defer`].
    Work,
}

/// The place where requests of one device wait.
#[derive(Clone, Debug, PartialEq)]
pub struct Parking(Reference);

impl Parking {
    const fn handle(&self) -> WDFQUEUE {
        self.0.handle().cast()
    }

    /// A lot of a device; `None` if it has none.
    ///
    /// # Safety
    /// The handle is that of a device of ours, and valid.
    pub(crate) unsafe fn of_device(device: WDFDEVICE, lot: Lot) -> Option<Self> {
        // SAFETY: as the caller says.
        let place = unsafe { PLACE.of(device.cast()) };
        // SAFETY: a context lives as long as its device, and is written before the device has any request.
        let place = unsafe { place.as_ref() }?;
        let queue = match lot {
            Lot::Events => place.events,
            Lot::Work => place.work,
        };
        // SAFETY: a queue lives as long as its device.
        (!queue.is_null()).then(|| Self(unsafe { Reference::new(queue.cast()) }))
    }

    /// Takes the request of this handle out that has waited longest (`WdfIoQueueRetrieveRequestByFileObject`); `None`
    /// if there is none. Callable up to DISPATCH_LEVEL.
    #[must_use]
    pub fn take(&self, file: &File) -> Option<Request> {
        let mut request: WDFREQUEST = ptr::null_mut();
        // SAFETY: our references keep both handles valid; the pointer is ours to be filled.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfIoQueueRetrieveRequestByFileObject,
                self.handle(),
                file.handle(),
                &raw mut request,
            )
        })
        .ok()?;
        // SAFETY: the queue has given the request to us alone.
        Some(unsafe { Request::from_handle(request) })
    }

    /// Takes this request out, unless somebody else has ended it (`WdfIoQueueRetrieveFoundRequest`).
    pub(crate) fn take_this(&self, request: &Reference) -> Option<Request> {
        let mut taken: WDFREQUEST = ptr::null_mut();
        // SAFETY: our references keep both handles valid; the pointer is ours to be filled.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfIoQueueRetrieveFoundRequest,
                self.handle(),
                request.handle().cast(),
                &raw mut taken,
            )
        })
        .ok()?;
        // SAFETY: the queue has given the request to us alone.
        Some(unsafe { Request::from_handle(taken) })
    }

    /// Refuses requests from now on, and cancels those that wait (`WdfIoQueuePurge`).
    pub(crate) fn shut(&self) {
        // SAFETY: our reference keeps the handle valid; nobody wants to be told when it is done.
        unsafe { call_unsafe_wdf_function_binding!(WdfIoQueuePurge, self.handle(), None, ptr::null_mut()) };
    }
}

impl Request {
    /// The handle that the request came through; `None` for one that came through none.
    #[must_use]
    pub fn file(&self) -> Option<File> {
        // SAFETY: we own the request.
        let file = unsafe { call_unsafe_wdf_function_binding!(WdfRequestGetFileObject, self.handle()) };
        // SAFETY: a handle stays as long as its requests.
        (!file.is_null()).then(|| unsafe { File::from_raw(file) })
    }

    /// Where requests of this request's device wait.
    #[must_use]
    pub fn parking(&self, lot: Lot) -> Option<Parking> {
        let queue = self.queue();
        if queue.is_null() {
            return None;
        }
        // SAFETY: the queue lives as long as its requests.
        let device = unsafe { call_unsafe_wdf_function_binding!(WdfIoQueueGetDevice, queue) };
        // SAFETY: the device of our own queue is ours.
        unsafe { Parking::of_device(device, lot) }
    }

    /// Lets the request wait (`WdfRequestForwardToIoQueue`), in a lot of its own device. From there on it belongs to the
    /// queue: whoever takes it out, cancels it, or removes the device ends it.
    ///
    /// # Errors
    /// The status, and the request, which is still ours: the device is going away.
    pub fn park(self, lot: Lot) -> Result<(), (Self, NTSTATUS)> {
        let Some(parking) = self.parking(lot) else { return Err((self, STATUS_INVALID_DEVICE_STATE)) };
        let request = ManuallyDrop::new(self);
        // SAFETY: we own the request; the queue is of the same device; on success we give the request up.
        let forwarded = check(unsafe {
            call_unsafe_wdf_function_binding!(WdfRequestForwardToIoQueue, request.handle(), parking.handle())
        });
        forwarded.map_err(|status| (ManuallyDrop::into_inner(request), status))
    }
}

/// What we keep in a device.
pub struct Place {
    events: WDFQUEUE,
    work: WDFQUEUE,
}

pub static PLACE: ContextType<Place> = ContextType::new(c"Place", &PLACE);

/// What we keep in a handle.
struct End {
    closed: AtomicBool,
}

static END: ContextType<End> = ContextType::new(c"End", &END);

impl DeviceInit<'_> {
    /// Tells the driver when handles and the device go.
    pub fn parks<P: Parks>(&mut self) {
        let mut files = WDF_FILEOBJECT_CONFIG {
            Size: structure_size::<WDF_FILEOBJECT_CONFIG>(),
            EvtFileCleanup: Some(trampolines::file_closed::<P>),
            EvtFileClose: Some(trampolines::file_closed::<P>),
            AutoForwardCleanupClose: _WDF_TRI_STATE::WdfUseDefault,
            FileObjectClass: _WDF_FILEOBJECT_CLASS::WdfFileObjectWdfCanUseFsContext,
            ..WDF_FILEOBJECT_CONFIG::default()
        };
        let mut attributes = WDF_OBJECT_ATTRIBUTES { ContextTypeInfo: END.info(), ..passive_attributes() };
        // SAFETY: the initialisation is alive until `create` consumes it; configuration and attributes live through the
        // call.
        unsafe {
            call_unsafe_wdf_function_binding!(
                WdfDeviceInitSetFileObjectConfig,
                self.handle(),
                &raw mut files,
                &raw mut attributes,
            );
        };
        let mut device = WDF_PNPPOWER_EVENT_CALLBACKS {
            Size: structure_size::<WDF_PNPPOWER_EVENT_CALLBACKS>(),
            EvtDeviceSelfManagedIoFlush: Some(trampolines::device_removed::<P>),
            EvtDeviceSelfManagedIoCleanup: Some(trampolines::device_removed::<P>),
            ..WDF_PNPPOWER_EVENT_CALLBACKS::default()
        };
        // SAFETY: as above.
        unsafe {
            call_unsafe_wdf_function_binding!(WdfDeviceInitSetPnpPowerEventCallbacks, self.handle(), &raw mut device,);
        };
    }
}

impl Device {
    /// Makes the places where requests of this device wait.
    ///
    /// # Errors
    /// What the framework answers.
    pub fn create_parking<P: Parks>(&self) -> Result<(), NTSTATUS> {
        // SAFETY: the device is ours and alive.
        let place = unsafe { PLACE.of(self.handle().cast()) };
        // SAFETY: a context lives as long as its device, and nobody reads it before the device has been added.
        let place = unsafe { place.as_mut() }.ok_or(STATUS_INVALID_DEVICE_STATE)?;
        place.events = self.create_lot::<P>()?;
        place.work = self.create_lot::<P>()?;
        Ok(())
    }

    /// `WdfIoQueueCreate`: manual, and not power-managed, since there is no hardware behind it.
    fn create_lot<P: Parks>(&self) -> Result<WDFQUEUE, NTSTATUS> {
        let mut config = WDF_IO_QUEUE_CONFIG {
            Size: structure_size::<WDF_IO_QUEUE_CONFIG>(),
            DispatchType: _WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchManual,
            PowerManaged: _WDF_TRI_STATE::WdfFalse,
            EvtIoCanceledOnQueue: Some(trampolines::io_canceled::<P>),
            ..WDF_IO_QUEUE_CONFIG::default()
        };
        let mut queue: WDFQUEUE = ptr::null_mut();
        // SAFETY: the device lives during EvtDriverDeviceAdd; configuration and handle live through the call.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfIoQueueCreate,
                self.handle(),
                &raw mut config,
                WDF_NO_OBJECT_ATTRIBUTES,
                &raw mut queue,
            )
        })?;
        Ok(queue)
    }
}
