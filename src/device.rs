//! The driver, its device and its handles.
//!
//! There is one device for each device node, open to user mode through an interface. Who may open it is said by the INF,
//! whose security descriptor the plug and play manager puts on the whole stack.

use crate::{
    backend::CHANGES,
    control::{Control, complete},
    wait, watch,
};
use kmdf::{
    Create, Device, DeviceInit, DispatchLevel, Driver, DriverInit, File, Guid, ManualQueue, NtError, OpenFile,
    PassiveLevel, Request,
};
use netioctl_abi::{INTERFACE_GUID, NtStatus};
use netioctl_core::Completion;

/// The driver.
pub struct Netioctl;

impl Driver for Netioctl {
    fn start(driver: &DriverInit<'_>, _at: PassiveLevel<'_>) -> Result<(), NtError> {
        CHANGES.create(driver)
    }

    fn add_device(init: DeviceInit<'_>, at: PassiveLevel<'_>) -> Result<(), NtError> {
        let queues = |device: &kmdf::NewDevice<'_, Adapter>| {
            Ok(Adapter { events: device.create_queue()?, work: device.create_queue()? })
        };
        init.secure_open().create(at, queues, Control)
    }

    fn unload(at: PassiveLevel<'_>) {
        watch::unload(at);
    }
}

/// A device: where its requests wait.
pub struct Adapter {
    /// For changes.
    pub events: ManualQueue<Self>,
    /// For the network.
    pub work: ManualQueue<Self>,
}

impl Device for Adapter {
    type File = Handle;
    type Queue = Control;
    type Request = ();
    const INTERFACE: Guid = INTERFACE_GUID;

    fn removed(&self, at: PassiveLevel<'_>) {
        watch::device_removed(&self.events, at);
        self.work.purge();
    }

    fn canceled_on_queue(request: Request<Self>, _at: DispatchLevel<'_>) {
        complete(request, Completion::failed(NtStatus::CANCELLED));
    }
}

/// A handle that a client has opened.
pub struct Handle;

impl File for Handle {
    type Device = Adapter;
    type Extension = ();

    fn create(_create: &Create<'_, Adapter>, _at: PassiveLevel<'_>) -> Result<Self, NtError> {
        Ok(Self)
    }

    fn cleanup(file: &OpenFile<'_, Self>, at: PassiveLevel<'_>) {
        watch::file_closed(&file.reference(), at);
        wait::file_closed(file);
    }
}
