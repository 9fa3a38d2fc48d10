//! A driver that doubles numbers: programs send one with a control code, and get twice as much.
#![no_std]

use core::mem::size_of;
use core::ptr::null_mut;

use wdk_alloc::WdkAllocator;
use wdk_sys::{
    call_unsafe_wdf_function_binding, DRIVER_OBJECT, NTSTATUS, NT_SUCCESS, PCUNICODE_STRING, PVOID, PWDFDEVICE_INIT,
    STATUS_INVALID_DEVICE_REQUEST, STATUS_SUCCESS, ULONG, UNICODE_STRING, WDFDEVICE, WDFDRIVER, WDFQUEUE, WDFREQUEST,
    WDF_DRIVER_CONFIG, WDF_IO_QUEUE_CONFIG, WDF_NO_HANDLE, WDF_NO_OBJECT_ATTRIBUTES, _WDF_IO_QUEUE_DISPATCH_TYPE,
    _WDF_TRI_STATE,
};

extern crate wdk_panic;

#[global_allocator]
static ALLOCATOR: WdkAllocator = WdkAllocator;

/// `CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)`.
const DOUBLE: ULONG = 0x22 << 16 | 0x800 << 2;

/// What programs open as `\\.\{{image}}`.
static LINK: [u16; LINK_TEXT.len()] = utf16(LINK_TEXT);
const LINK_TEXT: &[u8] = br"\DosDevices\{{image}}";

/// The driver is loaded.
///
/// # Safety
/// Windows calls it, with its own objects.
#[unsafe(export_name = "DriverEntry")]
pub unsafe extern "system" fn driver_entry(driver: &mut DRIVER_OBJECT, registry_path: PCUNICODE_STRING) -> NTSTATUS {
    let mut config = WDF_DRIVER_CONFIG {
        Size: size_of::<WDF_DRIVER_CONFIG>() as ULONG,
        EvtDriverDeviceAdd: Some(device_add),
        ..WDF_DRIVER_CONFIG::default()
    };
    // SAFETY: the framework reads the configuration during the call; the other pointers are Windows' own, or null.
    unsafe {
        call_unsafe_wdf_function_binding!(
            WdfDriverCreate,
            driver,
            registry_path,
            WDF_NO_OBJECT_ATTRIBUTES,
            &raw mut config,
            WDF_NO_HANDLE.cast()
        )
    }
}

/// A device is there: gives it a name for programs, and a queue for their requests.
extern "C" fn device_add(_driver: WDFDRIVER, mut init: PWDFDEVICE_INIT) -> NTSTATUS {
    let mut device: WDFDEVICE = null_mut();
    // SAFETY: the framework made the initialization, and writes the handle to a local.
    let status = unsafe {
        call_unsafe_wdf_function_binding!(WdfDeviceCreate, &raw mut init, WDF_NO_OBJECT_ATTRIBUTES, &raw mut device)
    };
    if !NT_SUCCESS(status) {
        return status;
    }
    let length = size_of_val(&LINK) as u16;
    let link = UNICODE_STRING { Length: length, MaximumLength: length, Buffer: LINK.as_ptr().cast_mut() };
    // SAFETY: the device was created above; the name is read during the call.
    let status = unsafe { call_unsafe_wdf_function_binding!(WdfDeviceCreateSymbolicLink, device, &raw const link) };
    if !NT_SUCCESS(status) {
        return status;
    }
    let mut config = WDF_IO_QUEUE_CONFIG {
        Size: size_of::<WDF_IO_QUEUE_CONFIG>() as ULONG,
        PowerManaged: _WDF_TRI_STATE::WdfUseDefault,
        DefaultQueue: 1,
        DispatchType: _WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchParallel,
        EvtIoDeviceControl: Some(device_control),
        ..WDF_IO_QUEUE_CONFIG::default()
    };
    config.Settings.Parallel.NumberOfPresentedRequests = ULONG::MAX;
    // SAFETY: the framework reads the configuration during the call; nobody asks for the handle.
    unsafe {
        call_unsafe_wdf_function_binding!(
            WdfIoQueueCreate,
            device,
            &raw mut config,
            WDF_NO_OBJECT_ATTRIBUTES,
            WDF_NO_HANDLE.cast()
        )
    }
}

/// A program has sent a request.
extern "C" fn device_control(_queue: WDFQUEUE, request: WDFREQUEST, _output: usize, _input: usize, code: ULONG) {
    let (status, written) = match code {
        DOUBLE => match double(request) {
            Ok(()) => (STATUS_SUCCESS, size_of::<u32>() as u64),
            Err(status) => (status, 0),
        },
        _ => (STATUS_INVALID_DEVICE_REQUEST, 0),
    };
    // SAFETY: the request is ours since the call, and is not used any more.
    unsafe { call_unsafe_wdf_function_binding!(WdfRequestCompleteWithInformation, request, status, written) };
}

/// Reads a number and answers twice as much.
fn double(request: WDFREQUEST) -> Result<(), NTSTATUS> {
    let (mut input, mut output): (PVOID, PVOID) = (null_mut(), null_mut());
    // SAFETY: the request is ours, and the framework writes the address to a local.
    let status = unsafe {
        call_unsafe_wdf_function_binding!(
            WdfRequestRetrieveInputBuffer,
            request,
            size_of::<u32>(),
            &raw mut input,
            null_mut()
        )
    };
    if !NT_SUCCESS(status) {
        return Err(status);
    }
    // SAFETY: as above.
    let status = unsafe {
        call_unsafe_wdf_function_binding!(
            WdfRequestRetrieveOutputBuffer,
            request,
            size_of::<u32>(),
            &raw mut output,
            null_mut()
        )
    };
    if !NT_SUCCESS(status) {
        return Err(status);
    }
    // SAFETY: the framework has checked that there are four bytes.
    let number = unsafe { input.cast::<u32>().read_unaligned() };
    wdk::println!("{{image}}: {number}");
    // SAFETY: as above; input and output are one buffer, and the input has been read.
    unsafe { output.cast::<u32>().write_unaligned(number.wrapping_mul(2)) };
    Ok(())
}

/// A text of ASCII, as Windows has texts.
const fn utf16<const LENGTH: usize>(text: &[u8]) -> [u16; LENGTH] {
    let mut units = [0; LENGTH];
    let mut index = 0;
    while index < LENGTH {
        units[index] = text[index] as u16;
        index += 1;
    }
    units
}
