//! The network compartment of each thread, kept in thread-local slots.
//!
//! A thread that presents a request stands for the caller's own thread, so it acts in the caller's compartment until it
//! is given one of its own; all other threads belong to the system, and act in the primary one.

use crate::nt;
use core::ptr::without_provenance_mut;
use core::sync::atomic::{AtomicU32, Ordering};
use verifier_abi::COMPARTMENT_OF_CALLER;

/// `NET_IF_COMPARTMENT_ID_PRIMARY`.
const PRIMARY: usize = 1;

/// The compartment of its own; and what a thread without one acts in, if that is not the primary one.
static OWN: AtomicU32 = AtomicU32::new(u32::MAX);
static INHERITED: AtomicU32 = AtomicU32::new(u32::MAX);

/// Reserves the slots. Called before any driver runs.
pub fn initialize() {
    for slot in [&OWN, &INHERITED] {
        if slot.load(Ordering::Acquire) == u32::MAX {
            // SAFETY: has no preconditions.
            slot.store(unsafe { nt::TlsAlloc() }, Ordering::Release);
        }
    }
}

fn read(slot: &AtomicU32) -> usize {
    // SAFETY: an index that was never reserved yields null.
    unsafe { nt::TlsGetValue(slot.load(Ordering::Acquire)) }.addr()
}

fn write(slot: &AtomicU32, value: usize) {
    // SAFETY: the slot is reserved for this module.
    unsafe { nt::TlsSetValue(slot.load(Ordering::Acquire), without_provenance_mut(value)) };
}

/// What the calling thread acts in.
pub fn current() -> u32 {
    let found = [read(&OWN), read(&INHERITED)].into_iter().find(|&value| value != 0);
    u32::try_from(found.unwrap_or(PRIMARY)).unwrap_or(0)
}

/// Gives the calling thread a compartment of its own; 0 takes it away.
pub fn set(compartment: u32) {
    write(&OWN, compartment as usize);
}

/// Runs `body` on a thread that stands for the caller's, whatever it has worked on before.
pub fn of_caller<R>(body: impl FnOnce() -> R) -> R {
    let own = read(&OWN);
    write(&OWN, 0);
    write(&INHERITED, COMPARTMENT_OF_CALLER as usize);
    let result = body();
    write(&INHERITED, 0);
    write(&OWN, own);
    result
}

#[unsafe(no_mangle)]
extern "system" fn SandboxCompartment() -> u32 {
    current()
}

#[unsafe(no_mangle)]
extern "system" fn SandboxSetCompartment(compartment: u32) {
    set(compartment);
}

// What is exported is what the contract between the stand-ins says.
const _: verifier_abi::Compartment = SandboxCompartment;
const _: verifier_abi::SetCompartment = SandboxSetCompartment;
