//! Drivers without a framework: their imports are redirected when they are loaded, and what they leave is reported when they are
//! unloaded.
//!
//! A driver on the framework comes by when it is bound. Others import nothing of this library, so it watches what the
//! process loads; who runs the process loads this library first (`sandbox/driver-host`).

use crate::{bind, caller, imports, log, verifier};
use core::ffi::c_void;
use core::ptr::{null_mut, with_exposed_provenance};
use pelite::pe64::{Pe, PeView};
use verifier_abi::{EVENT_BOUND, EVENT_UNBOUND};
use wdf_abi::UnicodeString;

/// `LDR_DLL_NOTIFICATION_DATA`.
#[repr(C)]
struct Notification {
    flags: u32,
    full_name: *const UnicodeString,
    base_name: *const UnicodeString,
    base: *const c_void,
    size: u32,
}

const LOADED: u32 = 1;
const UNLOADED: u32 = 2;

/// Watches what is loaded and unloaded from now on.
#[unsafe(no_mangle)]
extern "system" fn SandboxWatch() {
    bind::initialize();
    let mut cookie = null_mut();
    // SAFETY: the callback has the signature that is asked for, and this module stays for good.
    unsafe { crate::nt::LdrRegisterDllNotification(0, changed as *const c_void, null_mut(), &raw mut cookie) };
}

unsafe extern "system" fn changed(reason: u32, data: *const Notification, _context: *const c_void) {
    // SAFETY: the loader passes what has been loaded, or is about to be unloaded.
    let base = unsafe { (*data).base }.expose_provenance();
    // SAFETY: the image is mapped, and none of its code runs yet, or any more.
    if !unsafe { is_plain_driver(base) } {
        return;
    }
    match reason {
        LOADED => {
            log::event(EVENT_BOUND, &caller::module_name(base));
            // SAFETY: as above.
            unsafe { imports::redirect(base, "DriverEntry") };
        }
        UNLOADED => {
            verifier::settle(base);
            log::event(EVENT_UNBOUND, &caller::module_name(base));
        }
        _ => {}
    }
}

/// `IMAGE_SUBSYSTEM_NATIVE`.
const NATIVE: u16 = 1;
/// What Wine writes behind the DOS header of its own.
const WINES: &[u8] = b"Wine builtin DLL";
/// The size of the DOS header.
const DOS_HEADER: u32 = 0x40;

/// Whether an image is a driver that is neither Wine's nor one that uses this library.
///
/// # Safety
/// The image is mapped.
unsafe fn is_plain_driver(base: usize) -> bool {
    // SAFETY: the caller's promise.
    let image = unsafe { PeView::module(with_exposed_provenance(base)) };
    let wines = image.derva_slice::<u8>(DOS_HEADER, WINES.len()).is_ok_and(|text| text == WINES);
    if image.optional_header().Subsystem != NATIVE || wines {
        return false;
    }
    let Ok(imports) = image.imports() else { return true };
    !imports
        .into_iter()
        .any(|library| library.dll_name().is_ok_and(|name| name.as_ref().eq_ignore_ascii_case(b"wdfldr.sys")))
}
