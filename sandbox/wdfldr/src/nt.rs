//! The part of the kernel's interface that the stand-in uses, with layouts asserted for x64.
//!
//! Structures that belong to the I/O manager are reached through small copyable references ([`Irp`], [`Stack`],
//! [`DeviceObject`]) whose methods read or write one member each.

use core::ffi::c_void;
use core::mem::offset_of;
use core::ptr::NonNull;
use netioctl_status::NtStatus;
use wdf_abi::UnicodeString;
use wdf_model::irql::Irql;

mod constants;
mod imports;
mod layout;

pub use constants::*;
pub use imports::*;
use layout::{DeviceLayout, DriverExtension, DriverLayout, FileLayout, MdlLayout};
pub use layout::{IrpLayout, StackLayout};

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

            /// The one at an address, none at null.
            ///
            /// # Safety
            /// One is there, or the memory of one that was freed and is kept.
            pub unsafe fn at(address: Pointer) -> Option<Self> {
                NonNull::new(address.cast()).map(Self)
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
    mdl / set_mdl: Option<Mdl> = mdl;
    flags / set_flags: u32 = flags;
    system_buffer / set_system_buffer: Pointer = system_buffer;
    status / set_status: NtStatus = status;
    information / set_information: usize = information;
    requestor_mode: i8 = requestor_mode;
    current_location / set_current_location: i8 = current_location;
    cancel_flag: u8 = cancel;
    cancel_irql: Irql = cancel_irql;
    user_buffer / set_user_buffer: Pointer = user_buffer;
    stack / set_stack: Stack = current_stack;
});
members!(Stack {
    major / set_major: u8 = major;
    minor / set_minor: u8 = minor;
    control / set_control: u8 = control;
    parameters / set_parameters: [usize; 4] = parameters;
    file / set_file: Option<FileObject> = file;
});
members!(DeviceObject {
    flags / set_flags: u32 = flags;
    characteristics / set_characteristics: u32 = characteristics;
    device_type / set_device_type: u32 = device_type;
    stack_size: i8 = stack_size;
    alignment / set_alignment: u32 = alignment;
});
members!(DriverObject {
    extension: *mut DriverExtension = extension;
});
members!(FileObject {
    name: UnicodeString = name;
    opened: Option<DeviceObject> = device;
    file_flags: u32 = flags;
});
members!(Mdl {
    mdl_flags: i16 = flags;
    system_address: Pointer = system_address;
});

impl Irp {
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

    /// Takes the skipping of a stack location back.
    pub fn take_back_stack(self) {
        self.set_current_location(self.current_location().wrapping_sub(1));
        self.set_stack(self.next_stack());
    }

    /// `IoGetNextIrpStackLocation`.
    pub fn next_stack(self) -> Stack {
        // SAFETY: the stack locations of an IRP are an array; callers have counted that there is one below.
        Stack(unsafe { self.stack().0.sub(1) })
    }

    /// Whether there are stack locations for a device and those below it.
    pub fn has_room_for(self, device: DeviceObject) -> bool {
        self.current_location().saturating_sub(1) >= device.stack_size()
    }

    /// Copies a stack location to that of the next driver, without the completion routine, as
    /// `IoCopyCurrentIrpStackLocationToNext` does with the current one.
    ///
    /// # Safety
    /// The stack location is one of an IRP.
    pub unsafe fn copy_to_next(self, from: Stack) {
        let next = self.next_stack();
        // SAFETY: the caller's promise; the next location is ours to fill.
        unsafe { next.0.copy_from(from.0, 1) };
        next.set_completion(0, None, core::ptr::null_mut());
    }

    /// `IoSetCompletionRoutine` for every outcome.
    pub fn set_next_completion(self, routine: CompletionRoutine, context: Pointer) {
        self.next_stack().set_completion(SL_INVOKE_ON_ANY, Some(routine), context);
    }

    /// `IoCopyCurrentIrpStackLocationToNext` followed by `IoSetCompletionRoutine` for every outcome.
    pub fn copy_stack_to_next(self, routine: CompletionRoutine, context: Pointer) {
        // SAFETY: the current location is one of this IRP.
        unsafe { self.copy_to_next(self.stack()) };
        self.set_next_completion(routine, context);
    }
}

impl Stack {
    fn set_completion(self, control: u8, routine: Option<CompletionRoutine>, context: Pointer) {
        self.set_control(control);
        // SAFETY: the stack location is that of the next driver, ours to fill.
        unsafe { (*self.0.as_ptr()).completion = routine };
        // SAFETY: as above.
        unsafe { (*self.0.as_ptr()).context = context };
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

    /// Calls the routine that PnP calls for a new device.
    pub fn add_device(self, pdo: DeviceObject) -> NtStatus {
        // SAFETY: every driver object has an extension.
        let add = unsafe { (*self.extension()).add_device };
        // SAFETY: the driver has set the routine for this, and the device is one of PnP's.
        add.map_or(NtStatus::INVALID_DEVICE_REQUEST, |add| unsafe { add(self, pdo) })
    }

    /// Sets the routine that PnP calls for a new device.
    pub fn set_add_device(self, add: AddDevice) {
        // SAFETY: every driver object has an extension.
        unsafe { (*self.extension()).add_device = Some(add) };
    }
}

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

/// Milliseconds since the machine was started.
pub fn milliseconds() -> u64 {
    // SAFETY: has no preconditions.
    unsafe { GetTickCount64() }
}
