//! The device object.

use crate::{
    File, IoQueue, ManualQueue, Request,
    context::{Plain, Slot},
    file,
    framework::{Framework, PWDFDEVICE_INIT, Role, WDFDEVICE, WDFOBJECT, framework},
    problem::DeviceNode,
    queue,
};
use core::{marker::PhantomData, ptr};
use netioctl_irql::{DispatchLevel, PassiveLevel};
use netioctl_status::NtError;

/// A device interface class: the fields of a Windows GUID.
pub type Guid = (u32, u16, u16, [u8; 8]);

/// A device. The value is the context of the framework's device object: it is there before any callback of the device
/// runs, and dropped once, up to `DISPATCH_LEVEL`, when nothing refers to the device any more.
pub trait Device: Send + Sync + Sized + 'static {
    /// What the driver keeps for each handle.
    type File: File<Device = Self>;

    /// The handler of the default queue.
    type Queue: IoQueue<Device = Self>;

    /// What the driver notes in a request, such as which operation it is. Nothing is noted in a new request.
    type Request: Copy + Send + Sync + 'static;

    /// The device interface through which user mode finds the device: enabled when the device starts, disabled when it
    /// is removed.
    const INTERFACE: Guid;

    /// The device is being removed ([EvtDeviceSelfManagedIoFlush] or [EvtDeviceSelfManagedIoCleanup], whichever comes
    /// first). The driver purges its manual queues here, and ends what waits in them.
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`.
    ///
    /// [EvtDeviceSelfManagedIoFlush]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfdevice/nc-wdfdevice-evt_wdf_device_self_managed_io_flush
    /// [EvtDeviceSelfManagedIoCleanup]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfdevice/nc-wdfdevice-evt_wdf_device_self_managed_io_cleanup
    fn removed(&self, at: PassiveLevel<'_>);

    /// A request was cancelled while it waited in a [`ManualQueue`] ([EvtIoCanceledOnQueue]). The driver completes it.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// [EvtIoCanceledOnQueue]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfio/nc-wdfio-evt_wdf_io_queue_io_canceled_on_queue
    fn canceled_on_queue(request: Request<Self>, at: DispatchLevel<'_>);
}

/// A device about to be created ([WDFDEVICE_INIT]). Lives no longer than the callback that got it.
///
/// [WDFDEVICE_INIT]: https://learn.microsoft.com/en-us/windows-hardware/drivers/wdf/wdfdevice_init
#[derive(Debug)]
pub struct DeviceInit<'callback> {
    init: PWDFDEVICE_INIT,
    callback: PhantomData<&'callback mut ()>,
}

impl DeviceInit<'_> {
    /// Takes charge of what the framework handed to the callback.
    ///
    /// # Safety
    /// `init` is the framework's, valid during the callback, and not used by anybody else.
    pub(crate) const unsafe fn from_raw(init: PWDFDEVICE_INIT) -> Self {
        Self { init, callback: PhantomData }
    }

    /// Makes the device's security descriptor govern opens with a trailing path too
    /// ([WdfDeviceInitSetCharacteristics], `FILE_DEVICE_SECURE_OPEN`).
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`, as the callback that adds the device.
    ///
    /// [WdfDeviceInitSetCharacteristics]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfdevice/nf-wdfdevice-wdfdeviceinitsetcharacteristics
    #[must_use]
    pub fn secure_open(self) -> Self {
        // SAFETY: the initialisation is alive until `create` consumes it.
        unsafe { framework().secure_open(self.init) };
        self
    }

    /// Creates the device ([WdfDeviceCreate]), its default queue with this handler, and its interface. `device` makes
    /// the context, and the manual queues that belong to the device.
    ///
    /// Callbacks of the device and of its queues run at `PASSIVE_LEVEL` (`ExecutionLevel` Passive) and side by side
    /// (`SynchronizationScope` None). The default queue is parallel, without a limit of requests, and like the manual
    /// ones not power-managed, since there is no hardware behind it. The framework fails requests of any other type,
    /// such as reads and writes, with `STATUS_INVALID_DEVICE_REQUEST`.
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`.
    ///
    /// # Errors
    /// The error of the framework or of `device`. The device node then fails to start; which call of the framework it was
    /// is the description of the problem that the Device Manager shows (`DEVPKEY_Device_DriverProblemDesc`).
    ///
    /// [WdfDeviceCreate]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfdevice/nf-wdfdevice-wdfdevicecreate
    pub fn create<D: Device>(
        self,
        at: PassiveLevel<'_>,
        device: impl FnOnce(&NewDevice<'_, D>) -> Result<D, NtError>,
        queue: D::Queue,
    ) -> Result<(), NtError> {
        // SAFETY: the initialisation is alive until the device is created below.
        let node = unsafe { DeviceNode::of(self.init) };
        // What is registered before the device is created cannot be forgotten afterwards.
        // SAFETY: as above.
        unsafe { framework().set_files(self.init, file::create::<D>, file::end::<D>, file::context::<D>()) };
        // SAFETY: as above.
        unsafe { framework().set_requests(self.init, Plain::<D::Request>::context()) };
        // SAFETY: as above.
        unsafe { framework().set_removed(self.init, removed::<D>) };
        let context = Slot::<D>::context(Role::Device, Some(destroy::<D>));
        // SAFETY: the initialisation is alive and consumed here.
        let handle = unsafe { framework().create_device(self.init, context) }
            .map_err(|error| node.failed("WdfDeviceCreate failed", error))?;
        // Nobody can open the device or start it before EvtDriverDeviceAdd has returned: no callback sees it
        // unfinished.
        let value = device(&NewDevice { handle, node: &node, _at: at, device: PhantomData })?;
        // SAFETY: the device lives during EvtDriverDeviceAdd, and has a context of this type.
        let slot = unsafe { Slot::<D>::of(handle.cast(), Role::Device) }.ok_or(NtError::INVALID_DEVICE_STATE)?;
        slot.set(value);
        // SAFETY: the device lives during EvtDriverDeviceAdd, and is of this type.
        unsafe { queue::create_default::<D>(handle, queue) }
            .map_err(|error| node.failed("WdfIoQueueCreate (default) failed", error))?;
        // SAFETY: the device lives during EvtDriverDeviceAdd.
        unsafe { framework().create_interface(handle, D::INTERFACE) }
            .map_err(|error| node.failed("WdfDeviceCreateDeviceInterface failed", error))
    }
}

/// A device that has been created and whose context has still to be made.
#[derive(Debug)]
pub struct NewDevice<'callback, D> {
    handle: WDFDEVICE,
    node: &'callback DeviceNode<'callback>,
    _at: PassiveLevel<'callback>,
    device: PhantomData<fn() -> D>,
}

impl<D: Device> NewDevice<'_, D> {
    /// Makes a manual queue that belongs to the device ([WdfIoQueueCreate]).
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`, as the callback that adds the device.
    ///
    /// # Errors
    /// What the framework answers.
    ///
    /// [WdfIoQueueCreate]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfio/nf-wdfio-wdfioqueuecreate
    pub fn create_queue(&self) -> Result<ManualQueue<D>, NtError> {
        // SAFETY: the device is of this type, and lives during the callback.
        unsafe { ManualQueue::create(self.handle, ptr::null_mut()) }
            .map_err(|error| self.node.failed("WdfIoQueueCreate (manual) failed", error))
    }
}

/// `EvtDeviceSelfManagedIoFlush` and `EvtDeviceSelfManagedIoCleanup`.
unsafe extern "C" fn removed<D: Device>(device: WDFDEVICE) {
    // SAFETY: the framework lends our device to this callback.
    let Some(slot) = (unsafe { Slot::<D>::of(device.cast(), Role::Device) }) else { return };
    if let Some(context) = slot.get()
        && slot.end()
    {
        // SAFETY: the framework calls this at PASSIVE_LEVEL.
        context.removed(unsafe { PassiveLevel::assume() });
    }
}

/// `EvtDestroyCallback` of a device.
unsafe extern "C" fn destroy<D: Device>(device: WDFOBJECT) {
    // SAFETY: the framework destroys our device, whose context is of this type.
    unsafe { Slot::<D>::destroy(device, Role::Device) };
}
