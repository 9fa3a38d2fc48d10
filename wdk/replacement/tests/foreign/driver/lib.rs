//! A driver that does nothing but be there, for the oldest framework that can be targeted.
#![no_std]

extern crate wdk_panic;

use wdk_alloc::WdkAllocator;
use wdk_sys::{
    DRIVER_OBJECT, NTSTATUS, PCUNICODE_STRING, PDRIVER_OBJECT, PWDFDEVICE_INIT, STATUS_SUCCESS, ULONG, WDF_DRIVER_CONFIG,
    WDF_NO_HANDLE, WDF_NO_OBJECT_ATTRIBUTES, WDFDRIVER, call_unsafe_wdf_function_binding,
};

#[global_allocator]
static ALLOCATOR: WdkAllocator = WdkAllocator;

extern "C" fn device_add(_driver: WDFDRIVER, _init: PWDFDEVICE_INIT) -> NTSTATUS {
    wdk::paged_code!();
    STATUS_SUCCESS
}

/// Tells the framework that the driver is there.
///
/// # Safety
/// Called by the framework alone, with the driver's own object.
// SAFETY: the name of a driver's entry point, which the image has once.
#[unsafe(export_name = "DriverEntry")]
pub unsafe extern "system" fn driver_entry(driver: &mut DRIVER_OBJECT, path: PCUNICODE_STRING) -> NTSTATUS {
    let mut config = WDF_DRIVER_CONFIG {
        Size: size_of::<WDF_DRIVER_CONFIG>() as ULONG,
        EvtDriverDeviceAdd: Some(device_add),
        ..WDF_DRIVER_CONFIG::default()
    };
    // SAFETY: all pointers are valid for the call.
    unsafe {
        call_unsafe_wdf_function_binding!(
            WdfDriverCreate,
            driver as PDRIVER_OBJECT,
            path,
            WDF_NO_OBJECT_ATTRIBUTES,
            &mut config,
            WDF_NO_HANDLE.cast::<WDFDRIVER>(),
        )
    }
}
