//! A driver with one mistake, which its `Parameters` key names: what the verifier must say of each is known.
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

extern crate wdk_panic;

use core::ptr::null_mut;
use driver_parts::{ContextType, SUCCESS, bytes, check, counted, given, size, utf16, wdf};
use wdk_sys::ntddk::{ExAllocatePool2, ExFreePoolWithTag};
use wdk_sys::{
    _WDF_DRIVER_INIT_FLAGS, _WDF_IO_QUEUE_DISPATCH_TYPE, _WDF_TRI_STATE, KEY_READ, NTSTATUS, PCUNICODE_STRING,
    PDRIVER_OBJECT, PVOID, ULONG, WDF_DRIVER_CONFIG, WDF_IO_QUEUE_CONFIG, WDFDEVICE, WDFDRIVER, WDFKEY, WDFQUEUE,
    WDFREQUEST,
};

/// `D:P(A;;GA;;;SY)(A;;GA;;;BA)`: for the system and administrators.
static SDDL: [u16; 27] = utf16(b"D:P(A;;GA;;;SY)(A;;GA;;;BA)");
static NAME: [u16; 25] = utf16(br"\Device\DriverTestsFaulty");
static LINK: [u16; 26] = utf16(br"\DosDevices\FaultyForTests");
static MISTAKE: [u16; 7] = utf16(b"Mistake");

/// The mistakes.
const NONE: ULONG = 0;
const LEAK: ULONG = 1;
const FORGET: ULONG = 2;
const WRITE_FREED: ULONG = 3;
const READ_FREED: ULONG = 4;
const WRITE_BEYOND: ULONG = 5;
/// It asks to be told of a shutdown at a time that there is not.
const NO_SUCH_TIME: ULONG = 6;

const NON_PAGED: u64 = 0x40;
const TAG: ULONG = u32::from_le_bytes(*b"Flty");
const BYTES: usize = 100;

static WHICH: ContextType = ContextType::new(b"Which\0", size_of::<ULONG>());

driver_parts::driver_entry!(start);

fn start(driver: PDRIVER_OBJECT, path: PCUNICODE_STRING) -> NTSTATUS {
    let mut config = WDF_DRIVER_CONFIG {
        Size: size::<WDF_DRIVER_CONFIG>(),
        EvtDriverUnload: Some(unload),
        DriverInitFlags: _WDF_DRIVER_INIT_FLAGS::WdfDriverInitNonPnpDriver.cast_unsigned(),
        ..WDF_DRIVER_CONFIG::default()
    };
    let mut handle: WDFDRIVER = null_mut();
    check!(wdf!(WdfDriverCreate, driver, path, null_mut(), &raw mut config, &raw mut handle));
    let mut key: WDFKEY = null_mut();
    let mut mistake = NONE;
    check!(wdf!(WdfDriverOpenParametersRegistryKey, handle, KEY_READ, null_mut(), &raw mut key));
    let status = wdf!(WdfRegistryQueryULong, key, given(&counted(&MISTAKE)), &raw mut mistake);
    wdf!(WdfRegistryClose, key);
    check!(status);
    create_device(handle, mistake)
}

unsafe extern "C" fn unload(_driver: WDFDRIVER) {}

unsafe extern "C" fn shut_down(_device: WDFDEVICE) {}

fn create_device(driver: WDFDRIVER, mistake: ULONG) -> NTSTATUS {
    let mut init = wdf!(WdfControlDeviceInitAllocate, driver, given(&counted(&SDDL)));
    if init.is_null() {
        return wdk_sys::STATUS_INSUFFICIENT_RESOURCES;
    }
    let mut device: WDFDEVICE = null_mut();
    let mut with_mistake = WHICH.attributes();
    let mut status = wdf!(WdfDeviceInitAssignName, init, given(&counted(&NAME)));
    if mistake == NO_SUCH_TIME {
        wdf!(WdfControlDeviceInitSetShutdownNotification, init, Some(shut_down), 4);
    }
    if status == SUCCESS {
        status = wdf!(WdfDeviceCreate, &raw mut init, &raw mut with_mistake, &raw mut device);
    }
    if status < 0 {
        wdf!(WdfDeviceInitFree, init);
        return status;
    }
    // SAFETY: the device has this context, and nobody else knows of it yet.
    unsafe { WHICH.of::<ULONG>(device.cast()).write(mistake) };
    check!(wdf!(WdfDeviceCreateSymbolicLink, device, given(&counted(&LINK))));
    let mut config = WDF_IO_QUEUE_CONFIG {
        Size: size::<WDF_IO_QUEUE_CONFIG>(),
        DispatchType: _WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchSequential,
        PowerManaged: _WDF_TRI_STATE::WdfFalse,
        DefaultQueue: 1,
        EvtIoWrite: Some(write),
        ..WDF_IO_QUEUE_CONFIG::default()
    };
    check!(wdf!(WdfIoQueueCreate, device, &raw mut config, null_mut(), null_mut()));
    wdf!(WdfControlFinishInitializing, device);
    SUCCESS
}

unsafe extern "C" fn write(queue: WDFQUEUE, request: WDFREQUEST, length: usize) {
    let device = wdf!(WdfIoQueueGetDevice, queue);
    // SAFETY: the device has this context, which nobody changes any more.
    let mistake = unsafe { WHICH.of::<ULONG>(device.cast()).read() };
    if mistake == FORGET {
        return;
    }
    err(mistake);
    wdf!(WdfRequestCompleteWithInformation, request, SUCCESS, bytes(length));
}

#[inline(never)]
fn err(mistake: ULONG) {
    // SAFETY: any number of bytes may be asked for.
    let block = unsafe { ExAllocatePool2(NON_PAGED, bytes(BYTES), TAG) };
    if block.is_null() {
        return;
    }
    match mistake {
        LEAK => return,
        WRITE_BEYOND => touch(block, BYTES),
        _ => {}
    }
    // SAFETY: the block was just allocated, and is not used below but for the mistakes.
    unsafe { ExFreePoolWithTag(block, TAG) };
    match mistake {
        WRITE_FREED => touch(block, BYTES / 2),
        READ_FREED => look(block),
        _ => {}
    }
}

#[inline(never)]
fn touch(block: PVOID, at: usize) {
    // SAFETY: none: the write is the mistake.
    unsafe { block.cast::<u8>().wrapping_add(at).write_volatile(1) };
}

#[inline(never)]
fn look(block: PVOID) {
    // SAFETY: none: the read is the mistake.
    let _byte = unsafe { block.cast::<u8>().read_volatile() };
}
