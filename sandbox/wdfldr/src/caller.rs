//! Who called: the code outside of this module, and its name in the log.

use crate::{log, nt};
use alloc::format;
use alloc::string::String;
use core::ptr::{null_mut, without_provenance_mut};
use core::sync::atomic::{AtomicUsize, Ordering};
use verifier_abi::Violation;

static SELF_BASE: AtomicUsize = AtomicUsize::new(0);

const FRAMES: u32 = 24;

/// Notes where this module lies, to leave it out of call stacks.
pub fn initialize() {
    SELF_BASE.store(module_of(initialize as *const () as usize), Ordering::Release);
}

/// The base of the module that an address lies in, or 0.
pub fn module_of(address: usize) -> usize {
    let mut base = null_mut();
    // SAFETY: any address may be asked for; the base goes to a local.
    unsafe { nt::RtlPcToFileHeader(without_provenance_mut(address), &raw mut base) };
    base.addr()
}

/// The code that called into this module: the innermost address outside of it.
pub fn caller() -> usize {
    let mut frames = [0_usize; FRAMES as usize];
    // SAFETY: the array has room for that many frames; no hash is wanted.
    let count = unsafe { nt::RtlCaptureStackBackTrace(1, FRAMES, frames.as_mut_ptr(), null_mut()) };
    let own = SELF_BASE.load(Ordering::Acquire);
    let found = frames.iter().take(usize::from(count)).copied().find(|&frame| module_of(frame) != own);
    found.unwrap_or(0)
}

/// An address as `module+0xoffset`.
pub fn describe(address: usize) -> String {
    let base = module_of(address);
    if base == 0 {
        return format!("{address:#x}");
    }
    format!("{}+{:#x}", module_name(base), address.wrapping_sub(base))
}

/// The file name of the module at a base.
pub fn module_name(base: usize) -> String {
    let mut path = [0_u16; 260];
    // SAFETY: the array has room for that many characters, and the base is that of a loaded module.
    let length = unsafe { nt::GetModuleFileNameW(without_provenance_mut(base), path.as_mut_ptr(), 260) };
    let path = path.get(..usize::try_from(length).unwrap_or(0)).unwrap_or(&[]);
    let name = path.rsplit(|&unit| unit == u16::from(b'\\')).next().unwrap_or(path);
    String::from_utf16_lossy(name)
}

/// Logs a violation by the code that called into this module.
pub fn report(violation: Violation, function: &str, detail: &str) {
    log::violation(violation, function, &describe(caller()), detail);
}
