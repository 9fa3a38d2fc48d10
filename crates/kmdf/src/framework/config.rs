//! What the framework of the running kernel is told when it makes something.

use super::{
    Context, DeviceAdd, DeviceRemoved, FileCreate, FileEnd, IoCanceledOnQueue, IoDeviceControl, Unload, WorkItemRun,
};
use crate::structure::{ROLES, structure_size};
use wdk_sys::{
    _WDF_FILEOBJECT_CLASS, _WDF_IO_QUEUE_DISPATCH_TYPE, _WDF_TRI_STATE, WDF_DRIVER_CONFIG, WDF_FILEOBJECT_CONFIG,
    WDF_IO_QUEUE_CONFIG, WDF_OBJECT_ATTRIBUTES, WDF_PNPPOWER_EVENT_CALLBACKS, WDF_WORKITEM_CONFIG,
};

impl Context {
    /// Attributes of an object with this context.
    pub const fn added_to(self, attributes: WDF_OBJECT_ATTRIBUTES) -> WDF_OBJECT_ATTRIBUTES {
        WDF_OBJECT_ATTRIBUTES {
            ContextTypeInfo: ROLES.info(self.role),
            ContextSizeOverride: self.size,
            EvtDestroyCallback: self.destroy,
            ..attributes
        }
    }
}

/// A driver.
pub fn driver(add: DeviceAdd, unload: Unload) -> WDF_DRIVER_CONFIG {
    WDF_DRIVER_CONFIG {
        Size: structure_size::<WDF_DRIVER_CONFIG>(),
        EvtDriverDeviceAdd: Some(add),
        EvtDriverUnload: Some(unload),
        ..WDF_DRIVER_CONFIG::default()
    }
}

/// The file objects of a device. `end` is called for cleanup and for close, since some systems leave out the cleanup.
pub fn files(create: FileCreate, end: FileEnd) -> WDF_FILEOBJECT_CONFIG {
    WDF_FILEOBJECT_CONFIG {
        Size: structure_size::<WDF_FILEOBJECT_CONFIG>(),
        EvtDeviceFileCreate: Some(create),
        EvtFileCleanup: Some(end),
        EvtFileClose: Some(end),
        AutoForwardCleanupClose: _WDF_TRI_STATE::WdfUseDefault,
        FileObjectClass: _WDF_FILEOBJECT_CLASS::WdfFileObjectWdfCanUseFsContext,
    }
}

/// The removal of a device. `removed` is called for flush and for cleanup, since not every removal has the flush.
pub fn removal(removed: DeviceRemoved) -> WDF_PNPPOWER_EVENT_CALLBACKS {
    WDF_PNPPOWER_EVENT_CALLBACKS {
        Size: structure_size::<WDF_PNPPOWER_EVENT_CALLBACKS>(),
        EvtDeviceSelfManagedIoFlush: Some(removed),
        EvtDeviceSelfManagedIoCleanup: Some(removed),
        ..WDF_PNPPOWER_EVENT_CALLBACKS::default()
    }
}

/// A default queue: parallel, without a limit, not power-managed.
pub fn default_queue(control: IoDeviceControl) -> WDF_IO_QUEUE_CONFIG {
    let mut config = WDF_IO_QUEUE_CONFIG {
        DefaultQueue: 1,
        EvtIoDeviceControl: Some(control),
        ..queue(_WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchParallel)
    };
    config.Settings.Parallel.NumberOfPresentedRequests = u32::MAX;
    config
}

/// A manual queue, not power-managed.
pub fn manual_queue(canceled: IoCanceledOnQueue) -> WDF_IO_QUEUE_CONFIG {
    WDF_IO_QUEUE_CONFIG {
        EvtIoCanceledOnQueue: Some(canceled),
        ..queue(_WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchManual)
    }
}

fn queue(dispatch: _WDF_IO_QUEUE_DISPATCH_TYPE::Type) -> WDF_IO_QUEUE_CONFIG {
    WDF_IO_QUEUE_CONFIG {
        Size: structure_size::<WDF_IO_QUEUE_CONFIG>(),
        DispatchType: dispatch,
        PowerManaged: _WDF_TRI_STATE::WdfFalse,
        ..WDF_IO_QUEUE_CONFIG::default()
    }
}

/// A work item, whose runs are not serialized.
pub fn work_item(run: WorkItemRun) -> WDF_WORKITEM_CONFIG {
    WDF_WORKITEM_CONFIG {
        Size: structure_size::<WDF_WORKITEM_CONFIG>(),
        EvtWorkItemFunc: Some(run),
        AutomaticSerialization: 0,
    }
}
