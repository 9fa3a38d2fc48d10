//! Ways for the driver's process to die, for the verifier to report.

use crate::wdf::{Pointer, wdf};
use alloc::string::String;
use core::ptr::{null_mut, without_provenance_mut};
use wdf_abi::Handle;

#[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    /// Wine has this function by name only.
    fn KeRemoveQueueDpc(dpc: Pointer) -> u8;
    fn KeBugCheckEx(code: u32, p1: usize, p2: usize, p3: usize, p4: usize) -> !;
}

/// Dies; answers only if it cannot.
pub fn die(how: &str) -> String {
    match how {
        "page_fault" => page_fault(),
        "jump" => jump(),
        "stub" => stub(),
        "unanswerable" => unanswerable(),
        // SAFETY: has no preconditions.
        "bug_check" => unsafe { KeBugCheckEx(0x10D, 1, 2, 3, 4) },
        _ => {}
    }
    String::from("alive")
}

/// Nothing is mapped there.
const NOWHERE: usize = 0x10;

#[inline(never)]
fn page_fault() {
    // SAFETY: the write is the mistake; the system ends the process before anything comes of it.
    unsafe { without_provenance_mut::<u8>(NOWHERE).write_volatile(1) };
}

#[inline(never)]
fn jump() {
    // SAFETY: the call is the mistake; nothing is mapped at address 0, so nothing comes of it.
    unsafe { core::arch::asm!("call {place}", place = in(reg) 0_usize, clobber_abi("system")) };
}

#[inline(never)]
fn stub() {
    // SAFETY: the call is the mistake; it does not return.
    core::hint::black_box(unsafe { KeRemoveQueueDpc(null_mut()) });
}

#[inline(never)]
fn unanswerable() {
    // The stand-in does not have this function, and nobody asks whether it has answered.
    core::hint::black_box(wdf!(WdfUsbTargetPipeWdmGetPipeHandle(crate::driver() => Handle) -> Pointer));
}
