//! Pages for pool blocks, as the special pool of Driver Verifier gives them.
//!
//! A block ends where its pages end, up to its alignment, and behind them is a page that is not there. What is freed is there
//! no more: whoever touches either has a page fault, at the place of the mistake. The few bytes between the end of a block and
//! that of its pages are filled, and looked at when it is freed.

use crate::caller;
use crate::lock::Mutex;
use crate::nt::{self, Pointer};
use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::string::String;
use core::ptr::{with_exposed_provenance, with_exposed_provenance_mut};
use core::sync::atomic::{AtomicU32, Ordering};

const PAGE: usize = 4096;
/// What the kernel promises.
const ALIGNMENT: usize = 16;
const FILL: u8 = 0xFD;
/// So many freed blocks are known, and their addresses not used again.
const MOST_FREED: usize = 1024;

const THIS_PROCESS: isize = -1;
const RESERVE: u32 = 0x2000;
const COMMIT: u32 = 0x1000;
const DECOMMIT: u32 = 0x4000;
const RELEASE: u32 = 0x8000;
const READ_WRITE: u32 = 4;

struct Block {
    base: usize,
    size: usize,
    /// Who has freed it.
    freer: usize,
}

struct State {
    held: BTreeMap<usize, Block>,
    /// With their addresses, the one that was freed last at the end.
    freed: VecDeque<(usize, Block)>,
}

static STATE: Mutex<State> = Mutex::new(State { held: BTreeMap::new(), freed: VecDeque::new() });

/// The thread that has the lock. What it frees meanwhile is the stand-in's own, and comes by here like all that Wine's kernel
/// frees.
static OWNER: AtomicU32 = AtomicU32::new(0);

fn with<R>(then: impl FnOnce(&mut State) -> R) -> R {
    let mut state = STATE.lock();
    OWNER.store(nt::thread(), Ordering::Relaxed);
    let result = then(&mut state);
    OWNER.store(0, Ordering::Relaxed);
    result
}

fn this_process() -> Pointer {
    core::ptr::without_provenance_mut(THIS_PROCESS.cast_unsigned())
}

/// Maps or reserves memory. Zero: there is none.
fn map(at: usize, size: usize, kind: u32) -> usize {
    let (mut base, mut size): (Pointer, usize) = (with_exposed_provenance_mut(at), size);
    // SAFETY: the places are locals; what is asked for is new, or was reserved for this.
    let status =
        unsafe { nt::NtAllocateVirtualMemory(this_process(), &raw mut base, 0, &raw mut size, kind, READ_WRITE) };
    if status.is_success() { base.expose_provenance() } else { 0 }
}

fn unmap(at: usize, size: usize, kind: u32) {
    let (mut base, mut size): (Pointer, usize) = (with_exposed_provenance_mut(at), size);
    // SAFETY: the memory was reserved below, and is nobody's any more.
    unsafe { nt::NtFreeVirtualMemory(this_process(), &raw mut base, &raw mut size, kind) };
}

/// Makes a block.
pub fn obtain(size: usize) -> Option<Pointer> {
    let room = size.checked_next_multiple_of(ALIGNMENT)?;
    let pages = room.checked_next_multiple_of(PAGE)?;
    let base = map(0, pages.checked_add(PAGE)?, RESERVE);
    if base == 0 {
        return None;
    }
    if map(base, pages, COMMIT) == 0 {
        unmap(base, 0, RELEASE);
        return None;
    }
    let address = base.wrapping_add(pages).wrapping_sub(room);
    let block: Pointer = with_exposed_provenance_mut(address);
    // SAFETY: the pages were just mapped, and the block and what follows it end with them.
    unsafe { block.cast::<u8>().wrapping_add(size).write_bytes(FILL, room.wrapping_sub(size)) };
    with(|state| state.held.insert(address, Block { base, size, freer: 0 }));
    Some(block)
}

/// Takes a block away. Answers the first byte behind it that was written, and its size, if one was.
pub fn give_back(address: usize, freer: usize) -> Option<(usize, usize)> {
    let mut block = with(|state| state.held.remove(&address))?;
    let room = block.size.next_multiple_of(ALIGNMENT);
    let place: *const u8 = with_exposed_provenance(address);
    // SAFETY: the block is there still, and what follows it up to its alignment.
    let byte = |at: usize| unsafe { place.wrapping_add(at).read() };
    let written = (block.size..room).find(|&at| byte(at) != FILL).map(|at| (at, block.size));
    unmap(block.base, room.next_multiple_of(PAGE), DECOMMIT);
    block.freer = freer;
    let oldest = with(|state| {
        state.freed.push_back((address, block));
        if state.freed.len() > MOST_FREED { state.freed.pop_front() } else { None }
    });
    if let Some((_, oldest)) = oldest {
        unmap(oldest.base, 0, RELEASE);
    }
    written
}

/// Whether it is a block of a driver.
pub fn is_held(address: usize) -> bool {
    OWNER.load(Ordering::Relaxed) != nt::thread() && with(|state| state.held.contains_key(&address))
}

/// What lies at an address. Nothing while somebody else changes what is known: the thread may have died with that.
pub fn describe(address: usize) -> Option<String> {
    let state = STATE.try_lock()?;
    OWNER.store(nt::thread(), Ordering::Relaxed);
    let found = find(&state, address);
    OWNER.store(0, Ordering::Relaxed);
    found
}

fn find(state: &State, address: usize) -> Option<String> {
    let within = |start: usize, block: &Block| {
        let end = start.wrapping_add(block.size.next_multiple_of(ALIGNMENT)).wrapping_add(PAGE);
        (block.base..end).contains(&address)
    };
    let place = |start: usize, block: &Block| match address.checked_sub(start) {
        Some(at) => format!("byte {at} of a block of {} bytes", block.size),
        None => format!("{} bytes before a block of {} bytes", start.wrapping_sub(address), block.size),
    };
    if let Some((&start, block)) = state.held.range(..=address.saturating_add(PAGE)).next_back()
        && within(start, block)
    {
        return Some(place(start, block));
    }
    let (start, block) = state.freed.iter().rev().find(|(start, block)| within(*start, block))?;
    Some(format!("{} that {} freed", place(*start, block), caller::describe(block.freer)))
}
