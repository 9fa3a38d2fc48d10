//! What is imported from `ntoskrnl.exe` and `wdfldr.sys`.

use core::ffi::c_void;

/// `NonPagedPoolNx`.
pub const NON_PAGED_POOL_NX: i32 = 512;

#[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    pub fn ExAllocatePoolWithTag(pool: i32, size: usize, tag: u32) -> *mut c_void;
    pub fn ExFreePoolWithTag(block: *mut c_void, tag: u32);
}

/// Calls of these are made by the compiler; there is no C runtime to link.
mod memory {
    use core::ffi::{c_int, c_void};

    #[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
    #[allow(dead_code, reason = "called by generated code")]
    unsafe extern "C" {
        fn memcpy(to: *mut c_void, from: *const c_void, length: usize) -> *mut c_void;
        fn memmove(to: *mut c_void, from: *const c_void, length: usize) -> *mut c_void;
        fn memset(to: *mut c_void, byte: c_int, length: usize) -> *mut c_void;
        fn memcmp(one: *const c_void, other: *const c_void, length: usize) -> c_int;
    }
}

#[link(name = "wdfldr.sys", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    pub fn SandboxCurrentIrql() -> u8;
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
const _: verifier_abi::Track = SandboxTrack;
const _: verifier_abi::Untrack = SandboxUntrack;
const _: verifier_abi::Report = SandboxReport;
