//! The part of the kernel's interface that the stand-in uses, with layouts asserted for x64.
//!
//! Structures that belong to the I/O manager are reached through small copyable references ([`Irp`], [`Stack`],
//! [`DeviceObject`]) whose methods read or write one member each.

use core::ffi::c_void;
use core::mem::{offset_of, size_of};
use core::ptr::NonNull;
use netioctl_status::NtStatus;
use wdf_abi::UnicodeString;
use wdf_model::irql::Irql;

mod imports;
pub use imports::*;

/// An untyped pointer.
pub type Pointer = *mut c_void;

/// `DRIVER_DISPATCH`.
pub type Dispatch = unsafe extern "system" fn(device: DeviceObject, irp: Irp) -> NtStatus;
/// `DRIVER_CANCEL`.
pub type CancelRoutine = unsafe extern "system" fn(device: DeviceObject, irp: Irp);
/// `IO_COMPLETION_ROUTINE`.
pub type CompletionRoutine = unsafe extern "system" fn(device: DeviceObject, irp: Irp, context: Pointer) -> NtStatus;
/// `DRIVER_ADD_DEVICE`.
pub type AddDevice = unsafe extern "system" fn(driver: DriverObject, pdo: DeviceObject) -> NtStatus;
/// `DRIVER_UNLOAD`.
pub type Unload = unsafe extern "system" fn(driver: DriverObject);

#[repr(C)]
pub struct IrpLayout {
    kind: i16,
    size: u16,
    mdl: Option<Mdl>,
    flags: u32,
    system_buffer: Pointer,
    thread_list: [Pointer; 2],
    status: NtStatus,
    information: usize,
    requestor_mode: i8,
    pending_returned: u8,
    stack_count: i8,
    current_location: i8,
    cancel: u8,
    cancel_irql: Irql,
    apc_environment: i8,
    allocation_flags: u8,
    user_iosb: Pointer,
    user_event: Pointer,
    overlay: [usize; 2],
    cancel_routine: Option<CancelRoutine>,
    user_buffer: Pointer,
    driver_context: [usize; 4],
    thread: Pointer,
    auxiliary: Pointer,
    list: [usize; 2],
    current_stack: Stack,
    original_file: Pointer,
    completion_key: Pointer,
}
const _: () = assert!(size_of::<IrpLayout>() == 208 && offset_of!(IrpLayout, status) == 0x30);
const _: () = assert!(offset_of!(IrpLayout, cancel_routine) == 0x68 && offset_of!(IrpLayout, current_stack) == 0xB8);

#[repr(C)]
pub struct StackLayout {
    major: u8,
    minor: u8,
    flags: u8,
    control: u8,
    parameters: [usize; 4],
    device: Option<DeviceObject>,
    file: Option<FileObject>,
    completion: Option<CompletionRoutine>,
    context: Pointer,
}
const _: () = assert!(size_of::<StackLayout>() == 72 && offset_of!(StackLayout, device) == 0x28);

#[repr(C)]
pub struct DeviceLayout {
    kind: i16,
    size: u16,
    references: i32,
    driver: DriverObject,
    next: Option<DeviceObject>,
    attached: Option<DeviceObject>,
    current_irp: Pointer,
    timer: Pointer,
    flags: u32,
    characteristics: u32,
    vpb: Pointer,
    extension: Pointer,
    device_type: u32,
    stack_size: i8,
}
const _: () = assert!(offset_of!(DeviceLayout, flags) == 0x30 && offset_of!(DeviceLayout, stack_size) == 0x4C);

#[repr(C)]
pub struct DriverLayout {
    kind: i16,
    size: u16,
    device: Option<DeviceObject>,
    flags: u32,
    start: Pointer,
    image_size: u32,
    section: Pointer,
    extension: *mut DriverExtension,
    name: UnicodeString,
    hardware_database: Pointer,
    fast_io: Pointer,
    init: Pointer,
    start_io: Pointer,
    unload: Option<Unload>,
    major: [Option<Dispatch>; 28],
}
const _: () = assert!(size_of::<DriverLayout>() == 336 && offset_of!(DriverLayout, unload) == 0x68);

#[repr(C)]
pub struct DriverExtension {
    driver: DriverObject,
    add_device: Option<AddDevice>,
    count: u32,
    service_key: UnicodeString,
}
const _: () = assert!(offset_of!(DriverExtension, add_device) == 8);

#[repr(C)]
pub struct FileLayout {
    kind: i16,
    size: i16,
    device: Option<DeviceObject>,
    before_name: [usize; 8],
    flags: u32,
    name: UnicodeString,
}
const _: () = assert!(offset_of!(FileLayout, name) == 0x58);

#[repr(C)]
pub struct MdlLayout {
    next: Option<Mdl>,
    size: i16,
    flags: i16,
    process: Pointer,
    system_address: Pointer,
    start: Pointer,
    byte_count: u32,
    byte_offset: u32,
}
const _: () = assert!(size_of::<MdlLayout>() == 48);

macro_rules! references {
    ($($(#[$doc:meta])* $name:ident => $layout:ty;)*) => {
        $($(#[$doc])*
        #[repr(transparent)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(NonNull<$layout>);

        #[allow(dead_code, reason = "every reference has the same method")]
        impl $name {
            pub fn address(self) -> usize {
                self.0.addr().get()
            }
        })*
    };
}

references! {
    /// An I/O request packet.
    Irp => IrpLayout;
    /// A stack location of one.
    Stack => StackLayout;
    /// A device object.
    DeviceObject => DeviceLayout;
    /// A driver object.
    DriverObject => DriverLayout;
    /// A file object.
    FileObject => FileLayout;
    /// A memory descriptor list.
    Mdl => MdlLayout;
}

macro_rules! members {
    ($name:ident { $($get:ident $(/ $set:ident)? : $type:ty = $member:ident;)* }) => {
        impl $name {
            $(pub fn $get(self) -> $type {
                // SAFETY: the I/O manager hands out valid objects and keeps them for the time of the call.
                unsafe { (*self.0.as_ptr()).$member }
            }
            $(pub fn $set(self, value: $type) {
                // SAFETY: as for reading; the stand-in owns the member at this point of the object's life.
                unsafe { (*self.0.as_ptr()).$member = value }
            })?)*
        }
    };
}

members!(Irp {
    kind: i16 = kind;
    size: u16 = size;
    thread_list / set_thread_list: [Pointer; 2] = thread_list;
    mdl: Option<Mdl> = mdl;
    system_buffer: Pointer = system_buffer;
    status / set_status: NtStatus = status;
    information / set_information: usize = information;
    requestor_mode: i8 = requestor_mode;
    current_location / set_current_location: i8 = current_location;
    cancel_flag: u8 = cancel;
    cancel_irql: Irql = cancel_irql;
    user_buffer: Pointer = user_buffer;
    stack / set_stack: Stack = current_stack;
});
members!(Stack {
    major: u8 = major;
    minor: u8 = minor;
    control / set_control: u8 = control;
    parameters: [usize; 4] = parameters;
    file: Option<FileObject> = file;
});
members!(DeviceObject {
    flags / set_flags: u32 = flags;
    characteristics / set_characteristics: u32 = characteristics;
});
members!(DriverObject {
    extension: *mut DriverExtension = extension;
});
members!(FileObject {
    name: UnicodeString = name;
    file_flags: u32 = flags;
});
members!(Mdl {
    mdl_flags: i16 = flags;
    system_address: Pointer = system_address;
});

impl Irp {
    /// The IRP at an address, none at null.
    ///
    /// # Safety
    /// One is there, or the memory of one that was freed and is kept.
    pub unsafe fn at(address: Pointer) -> Option<Self> {
        NonNull::new(address.cast()).map(Self)
    }

    /// Where it is.
    pub fn pointer(self) -> Pointer {
        self.0.as_ptr().cast()
    }

    /// Replaces the cancel routine in one step and answers the one before, as `IoSetCancelRoutine` does.
    pub fn swap_cancel_routine(self, routine: Option<CancelRoutine>) -> Option<CancelRoutine> {
        let new = routine.map_or(core::ptr::null_mut(), |routine| routine as *mut c_void);
        let slot = self.0.as_ptr().wrapping_byte_add(offset_of!(IrpLayout, cancel_routine)).cast::<*mut c_void>();
        // SAFETY: the slot is an aligned pointer inside the IRP, shared with the I/O manager, which swaps it too.
        let slot = unsafe { core::sync::atomic::AtomicPtr::from_ptr(slot) };
        let old = slot.swap(new, core::sync::atomic::Ordering::AcqRel);
        // SAFETY: the slot holds null or a cancel routine, which is what the option of a function pointer is.
        unsafe { core::mem::transmute::<*mut c_void, Option<CancelRoutine>>(old) }
    }

    /// `Irp->Cancel`.
    pub fn is_cancelled(self) -> bool {
        self.cancel_flag() != 0
    }

    /// `IoMarkIrpPending`.
    pub fn mark_pending(self) {
        self.stack().set_control(self.stack().control() | SL_PENDING_RETURNED);
    }

    /// `IoSkipCurrentIrpStackLocation`.
    pub fn skip_stack(self) {
        self.set_current_location(self.current_location().wrapping_add(1));
        // SAFETY: the stack locations of an IRP are an array; one past its end is not null either.
        self.set_stack(Stack(unsafe { self.stack().0.add(1) }));
    }

    /// `IoCopyCurrentIrpStackLocationToNext` followed by `IoSetCompletionRoutine` for every outcome.
    pub fn copy_stack_to_next(self, routine: CompletionRoutine, context: Pointer) {
        let current = self.stack();
        // SAFETY: the device below was counted into the IRP's stack, so there is a location before the current one.
        let next = Stack(unsafe { current.0.sub(1) });
        // SAFETY: as above, the next location is ours to fill.
        unsafe { next.0.copy_from_nonoverlapping(current.0, 1) };
        next.set_control(SL_INVOKE_ON_ANY);
        // SAFETY: as above, the next location is ours to fill.
        unsafe { (*next.0.as_ptr()).completion = Some(routine) };
        // SAFETY: as above.
        unsafe { (*next.0.as_ptr()).context = context };
    }
}

impl DriverObject {
    /// Sets every dispatch routine.
    pub fn set_dispatch(self, dispatch: Dispatch) {
        // SAFETY: the driver object is being initialized by its driver, on whose behalf this runs.
        unsafe { (*self.0.as_ptr()).major = [Some(dispatch); 28] };
    }

    /// Sets the routine that runs before the driver goes.
    pub fn set_unload(self, unload: Unload) {
        // SAFETY: as above.
        unsafe { (*self.0.as_ptr()).unload = Some(unload) };
    }

    /// Sets the routine that PnP calls for a new device.
    pub fn set_add_device(self, add: AddDevice) {
        // SAFETY: every driver object has an extension.
        unsafe { (*self.extension()).add_device = Some(add) };
    }
}

pub const IO_TYPE_IRP: i16 = 6;
pub const SL_PENDING_RETURNED: u8 = 0x01;
const SL_INVOKE_ON_ANY: u8 = 0xE0;
pub const DO_BUFFERED_IO: u32 = 0x04;
pub const DO_EXCLUSIVE: u32 = 0x08;
pub const DO_DIRECT_IO: u32 = 0x10;
pub const DO_DEVICE_INITIALIZING: u32 = 0x80;
pub const DO_POWER_PAGABLE: u32 = 0x2000;
pub const MDL_MAPPED_TO_SYSTEM_VA: i16 = 0x01;
pub const MDL_SOURCE_IS_NONPAGED_POOL: i16 = 0x04;

pub const IRP_MJ_CREATE: u8 = 0x00;
pub const IRP_MJ_CLOSE: u8 = 0x02;
pub const IRP_MJ_READ: u8 = 0x03;
pub const IRP_MJ_WRITE: u8 = 0x04;
pub const IRP_MJ_DEVICE_CONTROL: u8 = 0x0E;
pub const IRP_MJ_INTERNAL_DEVICE_CONTROL: u8 = 0x0F;
pub const IRP_MJ_CLEANUP: u8 = 0x12;
pub const IRP_MJ_POWER: u8 = 0x16;
pub const IRP_MJ_SYSTEM_CONTROL: u8 = 0x17;
pub const IRP_MJ_PNP: u8 = 0x1B;

pub const IRP_MN_START_DEVICE: u8 = 0x00;
pub const IRP_MN_QUERY_REMOVE_DEVICE: u8 = 0x01;
pub const IRP_MN_REMOVE_DEVICE: u8 = 0x02;
pub const IRP_MN_CANCEL_REMOVE_DEVICE: u8 = 0x03;
pub const IRP_MN_STOP_DEVICE: u8 = 0x04;
pub const IRP_MN_QUERY_STOP_DEVICE: u8 = 0x05;
pub const IRP_MN_CANCEL_STOP_DEVICE: u8 = 0x06;
pub const IRP_MN_SURPRISE_REMOVAL: u8 = 0x17;

/// `OBJECT_ATTRIBUTES`.
#[repr(C)]
pub struct NtObjectAttributes {
    pub length: u32,
    pub root: Pointer,
    pub name: *const UnicodeString,
    pub attributes: u32,
    pub security: Pointer,
    pub quality: Pointer,
}

/// `IO_STATUS_BLOCK`.
#[repr(C)]
#[derive(Default)]
pub struct IoStatusBlock {
    pub status: usize,
    pub information: usize,
}

/// A counted string over a text, which must outlive it.
pub fn counted(text: &[u16]) -> UnicodeString {
    let bytes = u16::try_from(text.len().saturating_mul(2)).unwrap_or(u16::MAX - 1);
    UnicodeString { length: bytes, maximum_length: bytes, buffer: text.as_ptr().cast_mut() }
}

/// The calling thread.
pub fn thread() -> u32 {
    // SAFETY: has no preconditions.
    unsafe { GetCurrentThreadId() }
}
