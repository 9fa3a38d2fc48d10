//! Pipes to the server that no call uses: the next ones take them.

use crate::pipes::Pipes;
use core::{
    ptr::with_exposed_provenance_mut,
    sync::atomic::{AtomicU64, Ordering},
};
use windows_sys::Win32::Foundation::HANDLE;

/// How many are kept. More calls than this at once open pipes of their own.
const KEPT: usize = 16;

/// No handles.
const NONE: u64 = u64::MAX;

/// Two handles each, of which 32 bits mean something.
static IDLE: [AtomicU64; KEPT] = [const { AtomicU64::new(NONE) }; KEPT];

/// Some of them, if there are any.
pub fn take() -> Option<Pipes> {
    let taken = IDLE.iter().map(|place| place.swap(NONE, Ordering::AcqRel)).find(|handles| *handles != NONE)?;
    // SAFETY: they came from pipes that were given up, and nobody else can take them.
    Some(unsafe { Pipes::from_raw(apart(taken)) })
}

/// Keeps pipes in which nothing is under way; closes them if there are enough.
pub fn keep(pipes: Pipes) {
    let handles = together(pipes.into_raw());
    let free = |place: &AtomicU64| place.compare_exchange(NONE, handles, Ordering::AcqRel, Ordering::Relaxed).is_ok();
    if !IDLE.iter().any(free) {
        // SAFETY: as above; no place has taken them.
        drop(unsafe { Pipes::from_raw(apart(handles)) });
    }
}

fn together((calls, answers): (HANDLE, HANDLE)) -> u64 {
    let number = |handle: HANDLE| handle.expose_provenance() as u64 & u64::from(u32::MAX);
    number(calls) << 32 | number(answers)
}

fn apart(handles: u64) -> (HANDLE, HANDLE) {
    let handle = |number: u64| with_exposed_provenance_mut(usize::try_from(number & u64::from(u32::MAX)).unwrap_or(0));
    (handle(handles >> 32), handle(handles))
}
