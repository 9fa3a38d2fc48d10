//! A driver without a framework (WDM): a named device that takes opens and writes. Each write leaves a block of memory behind,
//! which is its mistake.
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

use core::ffi::c_void;
use core::ptr::null_mut;

image_runtime::compiler_runtime!("ntoskrnl.exe");

/// `UNICODE_STRING`.
#[repr(C)]
struct UnicodeString {
    length: u16,
    maximum_length: u16,
    buffer: *const u16,
}

type Pointer = *mut c_void;
type Dispatch = extern "system" fn(device: Pointer, irp: Pointer) -> i32;
type Unload = extern "system" fn(driver: Pointer);

#[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    fn ExAllocatePool2(flags: u64, size: usize, tag: u32) -> Pointer;
    fn ExFreePoolWithTag(block: Pointer, tag: u32);
    fn IoCreateDevice(
        driver: Pointer,
        extension: u32,
        name: *const UnicodeString,
        kind: u32,
        characteristics: u32,
        exclusive: u8,
        device: *mut Pointer,
    ) -> i32;
    fn IoDeleteDevice(device: Pointer);
    fn IoRegisterShutdownNotification(device: Pointer) -> i32;
    fn DbgPrint(text: *const u8) -> i32;
    fn IoCreateSymbolicLink(link: *const UnicodeString, target: *const UnicodeString) -> i32;
    fn IoDeleteSymbolicLink(link: *const UnicodeString) -> i32;
    fn IofCompleteRequest(irp: Pointer, boost: i8);
    /// Wine has this function by name only; it is not called.
    fn KeRemoveQueueDpc(dpc: Pointer) -> u8;
    fn KeBugCheckEx(code: u32, p1: usize, p2: usize, p3: usize, p4: usize) -> !;
}

#[panic_handler]
fn panic(_info: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: has no preconditions.
    unsafe { KeBugCheckEx(0xDEAD, 0, 0, 0, 0) }
}

const NON_PAGED: u64 = 0x40;
const TAG: u32 = u32::from_le_bytes(*b"Plai");
/// `FILE_DEVICE_UNKNOWN`.
const UNKNOWN_DEVICE: u32 = 0x22;

/// Where the members of a driver object, of a device object and of an IRP are.
const DRIVER_DEVICE: usize = 0x08;
const DRIVER_UNLOAD: usize = 0x68;
const DRIVER_MAJOR: usize = 0x70;
const IRP_STATUS: usize = 0x30;
const IRP_INFORMATION: usize = 0x38;
/// `IRP_MJ_CREATE`, `IRP_MJ_CLOSE`, `IRP_MJ_WRITE` and `IRP_MJ_SHUTDOWN`.
const SERVED: [(usize, Dispatch); 4] = [(0, done), (2, done), (4, write), (0x10, shut_down)];

const fn utf16<const LENGTH: usize>(text: &[u8; LENGTH]) -> [u16; LENGTH] {
    let mut units = [0; LENGTH];
    let mut at = 0;
    while at < LENGTH {
        units[at] = text[at] as u16;
        at += 1;
    }
    units
}

static NAME: [u16; 24] = utf16(br"\Device\DriverTestsPlain");
static LINK: [u16; 25] = utf16(br"\DosDevices\PlainForTests");

fn counted(text: &[u16]) -> UnicodeString {
    let bytes = u16::try_from(text.len().saturating_mul(2)).unwrap_or(0);
    UnicodeString { length: bytes, maximum_length: bytes, buffer: text.as_ptr() }
}

/// The entry point.
#[unsafe(no_mangle)]
extern "system" fn DriverEntry(driver: Pointer, _path: *const UnicodeString) -> i32 {
    // Wine has no such function; it is the verifier's, from the moment the image was loaded.
    // SAFETY: any number of bytes may be asked for.
    let block = unsafe { ExAllocatePool2(NON_PAGED, 64, TAG) };
    // SAFETY: the block was just allocated.
    unsafe { ExFreePoolWithTag(block, TAG) };
    let mut device = null_mut();
    let name = counted(&NAME);
    // SAFETY: the driver object is the system's, and name and result are locals.
    let status = unsafe { IoCreateDevice(driver, 0, &raw const name, UNKNOWN_DEVICE, 0, 0, &raw mut device) };
    if status < 0 {
        return status;
    }
    for (major, function) in SERVED {
        // SAFETY: the member lies in the driver object.
        unsafe { driver.wrapping_byte_add(DRIVER_MAJOR + major * 8).cast::<Dispatch>().write(function) };
    }
    // SAFETY: as above.
    unsafe { driver.wrapping_byte_add(DRIVER_UNLOAD).cast::<Unload>().write(unload) };
    // SAFETY: the device was just made; it is told no more once it is deleted.
    unsafe { IoRegisterShutdownNotification(device) };
    let link = counted(&LINK);
    // SAFETY: both names are locals.
    unsafe { IoCreateSymbolicLink(&raw const link, &raw const name) }
}

extern "system" fn unload(driver: Pointer) {
    if driver.is_null() {
        // SAFETY: does not happen: the system passes the driver object.
        unsafe { KeRemoveQueueDpc(driver) };
    }
    let link = counted(&LINK);
    // SAFETY: the name is a local.
    unsafe { IoDeleteSymbolicLink(&raw const link) };
    // SAFETY: the member lies in the driver object.
    let device = unsafe { driver.wrapping_byte_add(DRIVER_DEVICE).cast::<Pointer>().read() };
    // SAFETY: the device is the driver's only one.
    unsafe { IoDeleteDevice(device) };
}

extern "system" fn done(_device: Pointer, irp: Pointer) -> i32 {
    // SAFETY: the member lies in the IRP.
    unsafe { irp.wrapping_byte_add(IRP_STATUS).cast::<i32>().write(0) };
    // SAFETY: as above.
    unsafe { irp.wrapping_byte_add(IRP_INFORMATION).cast::<usize>().write(0) };
    // SAFETY: the IRP is the driver's, and is given back once.
    unsafe { IofCompleteRequest(irp, 0) };
    0
}

extern "system" fn shut_down(device: Pointer, irp: Pointer) -> i32 {
    // SAFETY: the text is terminated, and takes no arguments.
    unsafe { DbgPrint(c"plain: shuts down\n".as_ptr().cast()) };
    done(device, irp)
}

extern "system" fn write(device: Pointer, irp: Pointer) -> i32 {
    // SAFETY: any number of bytes may be asked for.
    let block = unsafe { ExAllocatePool2(NON_PAGED, 64, TAG) };
    core::hint::black_box(block);
    done(device, irp)
}
