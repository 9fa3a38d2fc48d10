//! Stack traces, from the unwind data of each image.

use crate::caller;
use crate::nt::{self, Pointer};
use alloc::string::String;
use alloc::vec::Vec;
use core::mem::offset_of;
use core::ptr::{null_mut, with_exposed_provenance};

/// `CONTEXT` of x64, as far as it is used here.
#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub struct Context {
    before_rsp: [u64; 0x98 / 8],
    rsp: u64,
    before_rip: [u64; (0xF8 - 0xA0) / 8],
    rip: u64,
    after_rip: [u64; (0x4D0 - 0x100) / 8],
}
const _: () = assert!(size_of::<Context>() == 0x4D0);
const _: () = assert!(offset_of!(Context, rsp) == 0x98 && offset_of!(Context, rip) == 0xF8);

/// At most so many calls are listed.
const MOST: u32 = 32;

/// The code that runs in a context, and the calls that led there, the innermost first.
///
/// # Safety
/// The context is that of a thread whose stack stays as it is meanwhile.
pub unsafe fn of(context: &Context) -> Vec<usize> {
    let mut context = *context;
    let mut places = Vec::new();
    // A thread that jumped to address 0 stands there, and its caller is on the stack.
    while places.len() < MOST as usize && (context.rip != 0 || places.is_empty()) {
        let place = address(context.rip);
        places.push(place);
        // SAFETY: the caller's promise; each step leads to a frame further up on the same stack.
        if !unsafe { unwind(&mut context, place) } {
            break;
        }
    }
    places
}

/// The calls that led to the caller of this function.
pub fn here() -> Vec<usize> {
    let mut frames = [0_usize; MOST as usize];
    // SAFETY: the array has room for that many frames; no hash is wanted.
    let count = unsafe { nt::RtlCaptureStackBackTrace(1, MOST, frames.as_mut_ptr(), null_mut()) };
    frames.iter().take(usize::from(count)).copied().collect()
}

/// The places as `module+0xoffset`, in one text.
pub fn text(places: &[usize]) -> String {
    let places: Vec<String> = places.iter().map(|&place| caller::describe(place)).collect();
    places.join(" < ")
}

fn address(word: u64) -> usize {
    usize::try_from(word).unwrap_or(0)
}

/// Goes to the caller. False: there is none.
///
/// # Safety
/// As for [`of`]; the place is where the context stands.
unsafe fn unwind(context: &mut Context, place: usize) -> bool {
    let mut base = 0;
    // SAFETY: any address may be asked for; the base goes to a local, and there is no history.
    let entry = unsafe { nt::RtlLookupFunctionEntry(place, &raw mut base, null_mut()) };
    if entry.is_null() {
        // SAFETY: the place is code that runs, or that called what runs.
        context.rsp = context.rsp.wrapping_add(unsafe { frame_of_stub(place) });
        // SAFETY: the caller's promise.
        return unsafe { leave_leaf(context) };
    }
    let (mut data, mut frame): (Pointer, usize) = (null_mut(), 0);
    let raw: Pointer = (&raw mut *context).cast();
    // SAFETY: the entry is that of the place, and everything else is a local.
    unsafe { nt::RtlVirtualUnwind(0, base, place, entry, raw, &raw mut data, &raw mut frame, null_mut()) };
    true
}

/// The code of a function that Wine has by name only: `sub rsp, 28h`, two names, and a call that raises an exception with
/// them. No other function calls others and has no unwind data. Offsets and bytes; the rest differs.
const STUB: [(usize, u8); 8] =
    [(0, 0x48), (1, 0x83), (2, 0xEC), (3, 0x28), (4, 0x48), (5, 0x8D), (6, 0x0D), (18, 0xE8)];
/// From its begin to where the call returns to.
const STUB_CALL: usize = 0x17;
/// How far it moves the stack pointer.
const STUB_FRAME: u64 = 0x28;

/// Whether a function is one that Wine has by name only.
///
/// # Safety
/// The place is in an image, or nowhere.
pub unsafe fn is_stub(begin: usize) -> bool {
    let module = caller::module_of(begin);
    if module == 0 || module != caller::module_of(begin.wrapping_add(STUB_CALL)) {
        return false;
    }
    // SAFETY: both ends are in one image, whose sections are mapped without a gap.
    let code = unsafe { with_exposed_provenance::<[u8; STUB_CALL]>(begin).read() };
    STUB.iter().all(|&(at, byte)| code.get(at) == Some(&byte))
}

/// How far a stub of Wine has moved the stack pointer, if the place is in one.
///
/// # Safety
/// The place is code.
unsafe fn frame_of_stub(place: usize) -> u64 {
    // SAFETY: the caller's promise; where there is no image, nothing is read.
    if unsafe { is_stub(place.wrapping_sub(STUB_CALL)) } { STUB_FRAME } else { 0 }
}

/// A function without unwind data has moved nothing: its return address is on top of the stack.
///
/// # Safety
/// As for [`of`].
unsafe fn leave_leaf(context: &mut Context) -> bool {
    let top = with_exposed_provenance::<u64>(address(context.rsp));
    if !top.is_aligned() || top.is_null() {
        return false;
    }
    // SAFETY: the stack pointer of a thread points into its stack; should it not, the process is at its end anyway.
    context.rip = unsafe { top.read() };
    context.rsp = context.rsp.wrapping_add(8);
    true
}
