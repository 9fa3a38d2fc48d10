//! What is imported from `ntoskrnl.exe` and `wdfldr.sys`.

use core::ffi::c_void;
use netioctl_status::NtStatus;

/// `NonPagedPoolNx`.
pub const NON_PAGED_POOL_NX: i32 = 512;

#[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    pub fn ExAllocatePoolWithTag(pool: i32, size: usize, tag: u32) -> *mut c_void;
    pub fn ExFreePoolWithTag(block: *mut c_void, tag: u32);
    pub fn KeInitializeEvent(event: *mut KEvent, kind: i32, state: u8);
    pub fn KeSetEvent(event: *mut KEvent, increment: i32, wait: u8) -> i32;
    pub fn KeWaitForSingleObject(
        object: *mut KEvent,
        reason: i32,
        mode: i8,
        alertable: u8,
        timeout: *const i64,
    ) -> NtStatus;
    pub fn PsCreateSystemThread(
        thread: *mut *mut c_void,
        access: u32,
        attributes: *const c_void,
        process: *mut c_void,
        client: *mut c_void,
        start: StartRoutine,
        context: *mut c_void,
    ) -> NtStatus;
    pub fn PsTerminateSystemThread(status: NtStatus) -> NtStatus;
    pub fn ZwWaitForSingleObject(handle: *mut c_void, alertable: u8, timeout: *const i64) -> NtStatus;
    pub fn ZwClose(handle: *mut c_void) -> NtStatus;
}

/// `KSTART_ROUTINE`.
pub type StartRoutine = unsafe extern "system" fn(*mut c_void);

/// `KEVENT`: an object of the kernel, 24 bytes.
#[repr(C, align(8))]
pub struct KEvent([u8; 24]);

impl KEvent {
    /// Room for one, to be initialized where it stays.
    pub const ROOM: Self = Self([0; 24]);
}

/// `NotificationEvent`: stays set.
pub const NOTIFICATION_EVENT: i32 = 0;
/// `THREAD_ALL_ACCESS`.
pub const THREAD_ALL_ACCESS: u32 = 0x001F_FFFF;

#[link(name = "wdfldr.sys", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    pub fn SandboxCurrentIrql() -> u8;
    pub safe fn SandboxCompartment() -> u32;
    pub safe fn SandboxSetCompartment(compartment: u32);
    pub fn SandboxTrack(
        resource: u32,
        object: *const c_void,
        function: *const u8,
        length: usize,
        caller: *const c_void,
    );
    pub fn SandboxUntrack(
        resource: u32,
        object: *const c_void,
        function: *const u8,
        length: usize,
        caller: *const c_void,
    ) -> u32;
    pub fn SandboxPoint(name: *const u8, length: usize);
    pub fn SandboxFault(function: *const u8, length: usize) -> i32;
    pub fn SandboxReport(
        violation: u32,
        function: *const u8,
        function_length: usize,
        detail: *const u8,
        detail_length: usize,
        caller: *const c_void,
    );
}

// The declarations above are what the contract between the stand-ins says.
const _: verifier_abi::CurrentIrql = SandboxCurrentIrql;
const _: verifier_abi::Compartment = SandboxCompartment;
const _: verifier_abi::SetCompartment = SandboxSetCompartment;
const _: verifier_abi::Track = SandboxTrack;
const _: verifier_abi::Untrack = SandboxUntrack;
const _: verifier_abi::Report = SandboxReport;
const _: verifier_abi::Point = SandboxPoint;
const _: verifier_abi::RefusedBy = SandboxFault;
