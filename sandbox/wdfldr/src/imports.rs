//! Redirects imports of the driver: what Wine's kernel lacks, and what the verifier must see.

use crate::argument::{Argument, Out};
use crate::file::opener;
use crate::nt::{self, Pointer};
use crate::{caller, death, debug_print, irql, log, pool, shutdown, spin, trace};
use alloc::ffi::CString;
use alloc::format;
use alloc::string::String;
use core::ffi::c_void;
use pelite::pe64::imports::Import;
use pelite::pe64::{Pe, PeView};
use verifier_abi::Violation;

/// Functions of the kernel that the stand-in serves itself.
fn replacement(name: &[u8]) -> Option<*const c_void> {
    Some(match name {
        b"ExAllocatePool2" => pool::allocate2 as *const c_void,
        b"ExAllocatePoolWithTag" => pool::allocate_with_tag as *const c_void,
        b"ExAllocatePool" => pool::allocate as *const c_void,
        b"ExFreePoolWithTag" => pool::free_with_tag as *const c_void,
        b"ExFreePool" => pool::free as *const c_void,
        b"ExFreePool2" => pool::free2 as *const c_void,
        b"KeGetCurrentIrql" => irql::get as *const c_void,
        b"KfRaiseIrql" => irql::raise as *const c_void,
        b"KeRaiseIrql" => raise_out as *const c_void,
        b"KeRaiseIrqlToDpcLevel" => irql::raise_to_dpc as *const c_void,
        b"KfLowerIrql" | b"KeLowerIrql" => irql::lower as *const c_void,
        b"KeBugCheckEx" => death::bug_check as *const c_void,
        b"KeBugCheck" => death::bug_check_code as *const c_void,
        b"KeInitializeSpinLock" => spin::initialize as *const c_void,
        b"KeAcquireSpinLockRaiseToDpc" | b"KfAcquireSpinLock" => spin::acquire as *const c_void,
        b"KeReleaseSpinLock" | b"KfReleaseSpinLock" => spin::release as *const c_void,
        b"SeQueryAuthenticationIdToken" => opener::query_authentication_id as *const c_void,
        b"KeAcquireSpinLockAtDpcLevel" => spin::acquire_at_dpc as *const c_void,
        b"KeReleaseSpinLockFromDpcLevel" => spin::release_from_dpc as *const c_void,
        b"DbgPrint" => debug_print::dbg_print as *const c_void,
        b"DbgPrintEx" => debug_print::dbg_print_ex as *const c_void,
        b"vDbgPrintEx" => debug_print::v_dbg_print_ex as *const c_void,
        b"IoRegisterShutdownNotification" => shutdown::register as *const c_void,
        b"IoRegisterLastChanceShutdownNotification" => shutdown::register_last_chance as *const c_void,
        b"IoUnregisterShutdownNotification" => shutdown::unregister as *const c_void,
        b"IoDeleteDevice" => shutdown::delete_device as *const c_void,
        b"vDbgPrintExWithPrefix" => debug_print::v_dbg_print_ex_with_prefix as *const c_void,
        _ => return None,
    })
}

/// `KeRaiseIrql`, the form with an output parameter.
unsafe extern "system" fn raise_out(to: u8, old: *mut u8) {
    // SAFETY: the driver passes a place for the level before, or none.
    unsafe { Out::from_raw(old) }.set(irql::raise(to));
}

/// Rewrites the import slots of a mapped image and logs every import that nobody serves.
///
/// # Safety
/// The image stays for the time of the call, and none of its code runs meanwhile.
pub unsafe fn redirect(base: usize, when: &str) {
    let image = caller::describe(base);
    // SAFETY: the caller's promise.
    unsafe { each(base, |library, function, slot| serve(library, function, slot, when, &image)) };
}

/// Rewrites the slot of one function of a mapped image, after `note` has been told what it held. False: not there.
///
/// # Safety
/// The image stays for the time of the call, and what the slot gets has the signature of the function.
pub unsafe fn replace(base: usize, wanted: &[u8], with: *const c_void, note: impl Fn(*const c_void)) -> bool {
    let mut found = false;
    let patch = |_: &CString, function: &[u8], slot: Slot| {
        if function == wanted {
            note(slot.get());
            slot.set(with);
            found = true;
        }
    };
    // SAFETY: the caller's promise.
    unsafe { each(base, patch) };
    found
}

/// Goes through the imports by name of a mapped image: library, function, slot.
///
/// # Safety
/// The image stays for the time of the call.
unsafe fn each(base: usize, mut then: impl FnMut(&CString, &[u8], Slot)) {
    let module = core::ptr::with_exposed_provenance::<u8>(base);
    // SAFETY: the caller's promise.
    let image = unsafe { PeView::module(module) };
    let Ok(imports) = image.imports() else { return };
    for library in imports {
        let (Ok(name), Ok(slots), Ok(names)) = (library.dll_name(), library.iat(), library.int()) else { continue };
        let Ok(name) = CString::new(name.as_ref()) else { continue };
        for (slot, import) in slots.zip(names) {
            if let Ok(Import::ByName { name: function, .. }) = import {
                then(&name, function.as_ref(), Slot(core::ptr::from_ref(slot).cast_mut().cast()));
            }
        }
    }
}

fn serve(library: &CString, function: &[u8], slot: Slot, when: &str, image: &str) {
    if let Some(replacement) = replacement(function) {
        slot.set(replacement);
        return;
    }
    let how = match address_of(library, function) {
        None => "has no",
        // SAFETY: the library exports the function, so the place is in its image.
        Some(place) if unsafe { trace::is_stub(place) } => "has by name only",
        Some(_) => return,
    };
    let (library, function) = (library.to_string_lossy(), String::from_utf8_lossy(function));
    let detail = format!("{library} {how} {function}; a call of it would end the driver");
    log::violation(Violation::MissingFunction, when, image, &detail);
}

/// Where a library has a function, if it exports one of that name.
fn address_of(library: &CString, function: &[u8]) -> Option<usize> {
    // SAFETY: the name is terminated.
    let module = unsafe { nt::GetModuleHandleA(library.as_ptr().cast()) };
    let function = CString::new(function).ok().filter(|_| !module.is_null())?;
    // SAFETY: the module is loaded; the name is terminated.
    let place = unsafe { nt::GetProcAddress(module, function.as_ptr().cast()) };
    (!place.is_null()).then(|| place.addr())
}

const PAGE_READWRITE: u32 = 4;

/// An import slot of a mapped image, which the loader has filled. [`each`] makes them.
#[derive(Clone, Copy)]
struct Slot(*mut *const c_void);

impl Slot {
    /// The function that it leads to.
    fn get(self) -> *const c_void {
        // SAFETY: the slot lies in the image, and is an aligned pointer.
        unsafe { self.0.read() }
    }

    /// Leads it to another.
    fn set(self, target: *const c_void) {
        let mut before = 0;
        let place: Pointer = self.0.cast();
        // SAFETY: the slot lies in the image; the protection before goes to a local.
        let changed = unsafe { nt::VirtualProtect(place, size_of::<usize>(), PAGE_READWRITE, &raw mut before) };
        if changed == 0 {
            return;
        }
        // SAFETY: the slot is an aligned pointer, writable now.
        unsafe { self.0.write(target) };
        // SAFETY: as above.
        unsafe { nt::VirtualProtect(place, size_of::<usize>(), before, &raw mut before) };
    }
}
