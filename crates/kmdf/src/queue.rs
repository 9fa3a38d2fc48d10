//! I/O queues.

use crate::{Device, Request, check, device::passive_attributes, structure::structure_size, trampolines};
use core::ptr;
use wdk_sys::{
    _WDF_IO_QUEUE_DISPATCH_TYPE, _WDF_TRI_STATE, NTSTATUS, ULONG, WDF_IO_QUEUE_CONFIG, call_unsafe_wdf_function_binding,
};

/// Handles control codes.
pub trait DeviceControl: 'static {
    /// Serves a request with this control code (EvtIoDeviceControl). Several may run at once; the queue is created so
    /// that the framework calls at PASSIVE_LEVEL.
    fn device_control(request: Request);
}

/// Creates the device's default queue (`WdfIoQueueCreate`): parallel, without a limit of requests, at PASSIVE_LEVEL,
/// and not power-managed, since there is no hardware behind it. Whatever is no control code is failed by the framework
/// with STATUS_INVALID_DEVICE_REQUEST.
///
/// # Errors
/// What the framework answers.
pub fn create_default_queue<H: DeviceControl>(device: &Device) -> Result<(), NTSTATUS> {
    let mut attributes = passive_attributes();
    let mut config = WDF_IO_QUEUE_CONFIG {
        Size: structure_size::<WDF_IO_QUEUE_CONFIG>(),
        DispatchType: _WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchParallel,
        PowerManaged: _WDF_TRI_STATE::WdfFalse,
        DefaultQueue: 1,
        EvtIoDeviceControl: Some(trampolines::io_device_control::<H>),
        ..WDF_IO_QUEUE_CONFIG::default()
    };
    config.Settings.Parallel.NumberOfPresentedRequests = ULONG::MAX;
    // SAFETY: the device lives during EvtDriverDeviceAdd; configuration and attributes live through the call; the
    // handle is not asked for.
    check(unsafe {
        call_unsafe_wdf_function_binding!(
            WdfIoQueueCreate,
            device.handle(),
            &raw mut config,
            &raw mut attributes,
            ptr::null_mut(),
        )
    })
}
