//! A driver whose settings are in the `Parameters` key of its service. It reads them when it starts, counts its starts there,
//! and tells programs what it has read.
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

extern crate wdk_panic;

use core::ptr::null_mut;
use driver_parts::{ContextType, SUCCESS, bytes, check, counted, given, size, utf16, wdf};
use wdk_sys::{
    _WDF_DRIVER_INIT_FLAGS, _WDF_IO_QUEUE_DISPATCH_TYPE, _WDF_TRI_STATE, KEY_READ, KEY_WRITE, NTSTATUS,
    PCUNICODE_STRING, PDRIVER_OBJECT, STATUS_OBJECT_NAME_NOT_FOUND, ULONG, UNICODE_STRING, WDF_DRIVER_CONFIG,
    WDF_IO_QUEUE_CONFIG, WDFCOLLECTION, WDFDEVICE, WDFDRIVER, WDFKEY, WDFQUEUE, WDFREQUEST, WDFSTRING,
};

/// `D:P(A;;GA;;;SY)(A;;GA;;;BA)`: for the system and administrators.
static SDDL: [u16; 27] = utf16(b"D:P(A;;GA;;;SY)(A;;GA;;;BA)");
static NAME: [u16; 29] = utf16(br"\Device\DriverTestsParameters");
static LINK: [u16; 30] = utf16(br"\DosDevices\ParametersForTests");
static LEVEL: [u16; 5] = utf16(b"Level");
static STARTS: [u16; 6] = utf16(b"Starts");
static GREETING: [u16; 8] = utf16(b"Greeting");
static WORDS: [u16; 5] = utf16(b"Words");

/// What was read, as programs get it.
#[repr(C)]
#[derive(Default)]
struct Settings {
    level: ULONG,
    starts: ULONG,
    /// Characters of the greeting.
    greeting: ULONG,
    /// Strings of the list, and the characters of the last.
    words: ULONG,
    last: ULONG,
    /// What reading the level as a string was answered with.
    mismatch: NTSTATUS,
}

static SETTINGS: ContextType = ContextType::new(b"Settings\0", size_of::<Settings>());

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
    let mut settings = Settings::default();
    check!(read_settings(handle, &mut settings));
    create_device(handle, settings)
}

unsafe extern "C" fn unload(_driver: WDFDRIVER) {}

fn read_settings(driver: WDFDRIVER, settings: &mut Settings) -> NTSTATUS {
    let mut key: WDFKEY = null_mut();
    let access = KEY_READ | KEY_WRITE;
    check!(wdf!(WdfDriverOpenParametersRegistryKey, driver, access, null_mut(), &raw mut key));
    let status = read_values(key, settings);
    wdf!(WdfRegistryClose, key);
    status
}

fn read_values(key: WDFKEY, settings: &mut Settings) -> NTSTATUS {
    check!(wdf!(WdfRegistryQueryULong, key, given(&counted(&LEVEL)), &raw mut settings.level));
    let status = wdf!(WdfRegistryQueryULong, key, given(&counted(&STARTS)), &raw mut settings.starts);
    if status < 0 && status != STATUS_OBJECT_NAME_NOT_FOUND {
        return status;
    }
    settings.starts = settings.starts.wrapping_add(1);
    check!(wdf!(WdfRegistryAssignULong, key, given(&counted(&STARTS)), settings.starts));
    check!(read_greeting(key, settings));
    check!(read_words(key, settings));
    let mut text: WDFSTRING = null_mut();
    check!(wdf!(WdfStringCreate, null_mut(), null_mut(), &raw mut text));
    settings.mismatch = wdf!(WdfRegistryQueryString, key, given(&counted(&LEVEL)), text);
    wdf!(WdfObjectDelete, text.cast());
    SUCCESS
}

/// Asks how long it is, and then for it.
fn read_greeting(key: WDFKEY, settings: &mut Settings) -> NTSTATUS {
    let mut text = [0_u16; 32];
    let mut needed = 0;
    let mut place = UNICODE_STRING { Length: 0, MaximumLength: 2, Buffer: text.as_mut_ptr() };
    // It does not fit, which is how the length becomes known.
    let _too_small =
        wdf!(WdfRegistryQueryUnicodeString, key, given(&counted(&GREETING)), &raw mut needed, &raw mut place);
    place.MaximumLength = needed.min(64);
    check!(wdf!(WdfRegistryQueryUnicodeString, key, given(&counted(&GREETING)), null_mut(), &raw mut place));
    settings.greeting = ULONG::from(place.Length / 2);
    SUCCESS
}

fn read_words(key: WDFKEY, settings: &mut Settings) -> NTSTATUS {
    let mut words: WDFCOLLECTION = null_mut();
    check!(wdf!(WdfCollectionCreate, null_mut(), &raw mut words));
    check!(wdf!(WdfRegistryQueryMultiString, key, given(&counted(&WORDS)), null_mut(), words));
    settings.words = wdf!(WdfCollectionGetCount, words);
    let last = wdf!(WdfCollectionGetLastItem, words);
    let mut text = UNICODE_STRING::default();
    wdf!(WdfStringGetUnicodeString, last.cast(), &raw mut text);
    settings.last = ULONG::from(text.Length / 2);
    wdf!(WdfObjectDelete, words.cast());
    SUCCESS
}

fn create_device(driver: WDFDRIVER, settings: Settings) -> NTSTATUS {
    let mut init = wdf!(WdfControlDeviceInitAllocate, driver, given(&counted(&SDDL)));
    if init.is_null() {
        return wdk_sys::STATUS_INSUFFICIENT_RESOURCES;
    }
    let mut device: WDFDEVICE = null_mut();
    let mut with_settings = SETTINGS.attributes();
    let mut status = wdf!(WdfDeviceInitAssignName, init, given(&counted(&NAME)));
    if status == SUCCESS {
        status = wdf!(WdfDeviceCreate, &raw mut init, &raw mut with_settings, &raw mut device);
    }
    if status < 0 {
        wdf!(WdfDeviceInitFree, init);
        return status;
    }
    // SAFETY: the device has this context, and nobody else knows of it yet.
    unsafe { SETTINGS.of::<Settings>(device.cast()).write(settings) };
    check!(wdf!(WdfDeviceCreateSymbolicLink, device, given(&counted(&LINK))));
    let mut config = WDF_IO_QUEUE_CONFIG {
        Size: size::<WDF_IO_QUEUE_CONFIG>(),
        DispatchType: _WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchSequential,
        PowerManaged: _WDF_TRI_STATE::WdfFalse,
        DefaultQueue: 1,
        EvtIoRead: Some(read),
        ..WDF_IO_QUEUE_CONFIG::default()
    };
    check!(wdf!(WdfIoQueueCreate, device, &raw mut config, null_mut(), null_mut()));
    wdf!(WdfControlFinishInitializing, device);
    SUCCESS
}

unsafe extern "C" fn read(queue: WDFQUEUE, request: WDFREQUEST, _length: usize) {
    let mut buffer = null_mut();
    let length = size_of::<Settings>();
    let status = wdf!(WdfRequestRetrieveOutputBuffer, request, length, &raw mut buffer, null_mut());
    if status == SUCCESS {
        let settings: *const Settings = SETTINGS.of(wdf!(WdfIoQueueGetDevice, queue).cast());
        // SAFETY: the request has room for the settings, which nobody changes any more.
        unsafe { settings.copy_to(buffer.cast(), 1) };
    }
    wdf!(WdfRequestCompleteWithInformation, request, status, if status == SUCCESS { bytes(length) } else { 0 });
}
