//! The driver and its device.
//!
//! There is one device for each device node. User mode opens it through its device interface. The INF says who may: the
//! plug and play manager puts the INF's security descriptor on the whole stack.

use crate::{
    control::{Control, Mark, complete},
    handle::Handle,
    locks::CHANGES,
    watch,
};
use core::sync::atomic::{AtomicBool, Ordering};
use kmdf::{
    Device, DeviceInit, DispatchLevel, Driver, DriverInit, Guid, ManualQueue, NewDevice, NtError, NtStatus,
    PassiveLevel, Request,
};
use netioctl_abi::INTERFACE_GUID;
use netioctl_core::Completion;

/// The driver.
pub struct Netioctl;

impl Driver for Netioctl {
    fn start(driver: &DriverInit<'_>, _at: PassiveLevel<'_>) -> Result<(), NtError> {
        CHANGES.create(driver)
    }

    fn add_device(init: DeviceInit<'_>, at: PassiveLevel<'_>) -> Result<(), NtError> {
        let adapter = |device: &NewDevice<'_, Adapter>| {
            Ok(Adapter { work: device.create_queue()?, gone: AtomicBool::new(false) })
        };
        init.secure_open().create(at, adapter, Control)
    }

    fn unload(_at: PassiveLevel<'_>) {}
}

/// The identity of a device.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DeviceId(usize);

/// A device.
pub struct Adapter {
    /// Where requests wait for the network.
    pub work: ManualQueue<Self>,
    gone: AtomicBool,
}

impl Adapter {
    /// The identity of this device. No other has the same as long as this one has handles.
    pub fn id(&self) -> DeviceId {
        DeviceId(core::ptr::from_ref(self).addr())
    }

    /// Whether the device is being removed.
    pub fn is_gone(&self) -> bool {
        self.gone.load(Ordering::SeqCst)
    }
}

/// How a request ends that is not to wait any more: with `STATUS_DEVICE_REMOVED` if its device is being removed, and
/// with `STATUS_CANCELLED` if it was cancelled or its handle closed.
pub fn end_of(request: &Request<Adapter>) -> Completion {
    let gone = request.device().is_some_and(Adapter::is_gone);
    Completion::failed(if gone { NtError::DEVICE_REMOVED } else { NtError::CANCELLED })
}

/// How a request ends that a queue has refused: one that takes no requests any more, because the handle was closed
/// meanwhile or the device is being removed; or the framework could not do it.
pub fn end_of_refused(request: &Request<Adapter>, error: NtError) -> Completion {
    if error.status() == NtStatus::WDF_BUSY { end_of(request) } else { Completion::failed(error) }
}

impl Device for Adapter {
    type File = Handle;
    type Queue = Control;
    type Request = Mark;
    const INTERFACE: Guid = INTERFACE_GUID;

    /// After a surprise removal handles stay open until their clients close them. What waits ends now.
    fn removed(&self, at: PassiveLevel<'_>) {
        self.gone.store(true, Ordering::SeqCst);
        self.work.purge();
        watch::end_all(self.id(), at);
    }

    fn canceled_on_queue(request: Request<Self>, _at: DispatchLevel<'_>) {
        let end = end_of(&request);
        complete(request, end);
    }
}
