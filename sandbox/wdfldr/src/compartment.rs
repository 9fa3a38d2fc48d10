//! The network compartment of each thread, kept in thread-local slots.
//!
//! A thread that presents a request stands for the caller's own thread, so it acts in the caller's compartment until it
//! is given one of its own; all other threads belong to the system, and act in the primary one. Where a thread of a program
//! is, the stand-in for `iphlpapi.dll` says in a section that both map.

use crate::nt;
use alloc::vec::Vec;
use core::ptr::{null_mut, without_provenance_mut};
use core::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use verifier_abi::{COMPARTMENT_OF_CALLER, COMPARTMENTS_SECTION, ThreadCompartments};

/// `NET_IF_COMPARTMENT_ID_PRIMARY`.
pub const PRIMARY: u32 = 1;

/// `PAGE_READWRITE`, and `FILE_MAP_READ` of a view.
const READ_AND_WRITTEN: u32 = 0x04;
const READ: u32 = 0x0004;

/// Where the threads of programs are; null where that cannot be known.
static OF_PROGRAMS: AtomicPtr<ThreadCompartments> = AtomicPtr::new(null_mut());

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
    if OF_PROGRAMS.load(Ordering::Acquire).is_null() {
        OF_PROGRAMS.store(map().cast_mut(), Ordering::Release);
    }
}

/// Makes the section, or opens that of another process for drivers, and maps it for good.
fn map() -> *const ThreadCompartments {
    let name: Vec<u16> = COMPARTMENTS_SECTION.encode_utf16().chain([0]).collect();
    let size = wdf_abi::size::<ThreadCompartments>();
    let memory = without_provenance_mut(usize::MAX);
    // SAFETY: the name ends with a zero; `INVALID_HANDLE_VALUE` stands for memory.
    let section = unsafe { nt::CreateFileMappingW(memory, null_mut(), READ_AND_WRITTEN, 0, size, name.as_ptr()) };
    // SAFETY: a handle that was just opened, or null, which is refused.
    unsafe { nt::MapViewOfFile(section, READ, 0, 0, size as usize) }
}

/// The compartment of the thread that sends the request which arrives now, on the thread on which it arrives.
pub fn of_sender() -> u32 {
    // SAFETY: null, or a view that stays mapped; nobody writes to it but through atomics.
    let programs = unsafe { OF_PROGRAMS.load(Ordering::Acquire).as_ref() };
    // SAFETY: has no preconditions. While an IRP arrives, the current thread is the sender's.
    let thread = unsafe { nt::PsGetCurrentThreadId() };
    let thread = u32::try_from(thread.addr()).unwrap_or(0);
    programs.and_then(|programs| programs.of(thread)).unwrap_or(COMPARTMENT_OF_CALLER)
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
    found.map_or(PRIMARY, |found| u32::try_from(found).unwrap_or(0))
}

/// Gives the calling thread a compartment of its own; 0 takes it away.
pub fn set(compartment: u32) {
    write(&OWN, compartment as usize);
}

/// Runs `body` on a thread that stands for the caller's, which is in this compartment, whatever it has worked on before.
pub fn of_caller<R>(compartment: u32, body: impl FnOnce() -> R) -> R {
    let own = read(&OWN);
    write(&OWN, 0);
    write(&INHERITED, compartment as usize);
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
