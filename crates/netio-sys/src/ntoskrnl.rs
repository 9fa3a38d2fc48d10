//! Functions of the kernel itself that a caller of NETIO needs.

use core::ffi::c_void;

#[cfg_attr(windows, link(name = "ntoskrnl"))]
unsafe extern "system" {
    /// The thread object (PETHREAD) of the calling thread.
    pub safe fn PsGetCurrentThread() -> *mut c_void;
    /// Stops the machine with this bug check and these parameters.
    pub fn KeBugCheckEx(
        BugCheckCode: u32,
        BugCheckParameter1: usize,
        BugCheckParameter2: usize,
        BugCheckParameter3: usize,
        BugCheckParameter4: usize,
    ) -> !;
}
