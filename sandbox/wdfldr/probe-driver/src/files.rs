//! The file objects of the subject.

use crate::events;
use crate::objects::complete;
use crate::runtime::{SeQueryAuthenticationIdToken, irql};
use crate::wdf::wdf;
use alloc::format;
use alloc::string::String;
use core::ffi::c_void;
use core::ptr::with_exposed_provenance;
use wdf_abi::{FileObjectConfig, Handle, RequestParameters};

/// File objects whose callbacks note when they run.
pub const fn config() -> FileObjectConfig {
    FileObjectConfig {
        size: wdf_abi::size::<FileObjectConfig>(),
        create: Some(file_create),
        close: Some(file_close),
        cleanup: Some(file_cleanup),
        auto_forward_cleanup_close: 2,
        class: 4,
    }
}

unsafe extern "system" fn file_create(_device: Handle, request: Handle, file: Handle) {
    events::add(format!("EvtDeviceFileCreate irql {} file {}{}", irql(), u8::from(file != 0), caller(request)));
    complete(request, 0, 0);
}

/// Members of `IO_SECURITY_CONTEXT` and `ACCESS_STATE`.
const ACCESS_STATE: usize = 0x08;
const GRANTED: usize = 0x14;
const PRIMARY_TOKEN: usize = 0x30;

/// What the I/O manager says of the caller, if it does.
fn caller(request: Handle) -> String {
    let size = u16::try_from(size_of::<RequestParameters>()).unwrap_or(0);
    let mut parameters =
        RequestParameters { size, minor_function: 0, request_type: 0, word0: 0, word1: 0, word2: 0, word3: 0 };
    wdf!(WdfRequestGetParameters(request => Handle, &raw mut parameters => *mut RequestParameters));
    let context = with_exposed_provenance::<u8>(parameters.word0);
    if context.is_null() {
        return String::new();
    }
    // SAFETY: the security context of a create request, which has been created.
    let state = unsafe { context.wrapping_add(ACCESS_STATE).cast::<*const u8>().read_unaligned() };
    // SAFETY: it names an access state.
    let granted = unsafe { state.wrapping_add(GRANTED).cast::<u32>().read_unaligned() };
    // SAFETY: as above.
    let token = unsafe { state.wrapping_add(PRIMARY_TOKEN).cast::<*const c_void>().read_unaligned() };
    let mut session = 0;
    // SAFETY: the token is that of the caller, the session a local.
    let known = unsafe { SeQueryAuthenticationIdToken(token, &raw mut session) };
    format!(" access {granted:#x} session {known} {session:#x}")
}

unsafe extern "system" fn file_close(_file: Handle) {
    events::add(format!("EvtFileClose irql {}", irql()));
}

unsafe extern "system" fn file_cleanup(_file: Handle) {
    events::add(format!("EvtFileCleanup irql {}", irql()));
}
