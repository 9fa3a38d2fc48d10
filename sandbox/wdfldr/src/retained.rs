//! IRPs that Wine has freed, kept until no cancellation of them can be under way.
//!
//! # What Wine does
//! A client's cancellation becomes an entry of a queue in Wine's server, which names the IRP by its address. Wine's one
//! dispatch thread takes the entries in their order, and calls `IoCancelIrp` on what this one names, without asking
//! whether the IRP is still there (`dispatch_cancel` of its `ntoskrnl.exe`). An IRP that another thread completed
//! since the entry was made has been freed by then: the call changes, and jumps to, whatever lies there now, or
//! cancels another request that got the same memory.
//!
//! # What we do
//! Every `HeapFree` of Wine's kernel comes by here, through its import slot. An IRP is put aside instead of freed. When
//! some have come together, a fence goes the way of the cancellations. When it arrives, which is a `HeapFree` as well,
//! all IRPs that were put aside before the fence was made are freed for good.
//!
//! # Why that is enough
//! 1. The server queues no cancellation of an IRP once it has been told of the IRP's completion, and Wine frees the IRP
//!    after that. So when an IRP comes here, all entries that name it are in the queue, or have left it.
//! 2. The fence is made after that, the queue is first in, first out, and a process has one queue and one thread that
//!    takes from it and carries out one entry before it takes the next. So when the fence arrives, every entry that
//!    names the IRP has been carried out.
//! 3. A cancellation in between finds an IRP that nothing else uses, without a cancel routine: it sets a flag there.

use crate::lock::Mutex;
use crate::nt::{self, Irp, Pointer};
use crate::{caller, fence, imports, pool};
use core::ffi::c_void;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicUsize, Ordering};
use verifier_abi::Violation;

/// How many IRPs share a fence: about 100 KiB at their usual size.
const TOGETHER: usize = 128;
/// The most that wait, unless no fence ever arrives or as many requests are queued in the server.
const TOO_MANY: usize = 64 * 1024;

/// IRPs put aside, linked through a member that a freed IRP has no use for.
struct List {
    first: Option<Irp>,
    length: usize,
}

impl List {
    const EMPTY: Self = Self { first: None, length: 0 };

    fn push(&mut self, heap: Pointer, irp: Irp) {
        irp.set_thread_list([self.first.map_or(null_mut(), Irp::pointer), heap]);
        self.first = Some(irp);
        self.length = self.length.saturating_add(1);
    }

    /// One, with the heap that it came from.
    fn pop(&mut self) -> Option<(Pointer, Irp)> {
        let first = self.first?;
        let [next, heap] = first.thread_list();
        // SAFETY: `push` linked it to another such IRP, or to none.
        self.first = unsafe { Irp::at(next) };
        self.length = self.length.saturating_sub(1);
        Some((heap, first))
    }
}

struct State {
    /// Put aside since the last fence was made.
    since: List,
    /// Put aside before it.
    before: List,
    fence: Fence,
}

#[derive(PartialEq, Eq)]
enum Fence {
    /// None is under way.
    None,
    /// A thread is making one.
    Making,
    /// It is under way; this is the block of memory that is freed when it arrives.
    UnderWay(usize),
}

// SAFETY: the IRPs in the lists belong to no thread.
unsafe impl Send for State {}

static STATE: Mutex<State> = Mutex::new(State { since: List::EMPTY, before: List::EMPTY, fence: Fence::None });

const TRUE: i32 = 1;

/// Where `HeapFree` itself is.
static HEAP_FREE: AtomicUsize = AtomicUsize::new(0);

type HeapFree = unsafe extern "system" fn(heap: Pointer, flags: u32, block: Pointer) -> i32;

/// Redirects what Wine's kernel frees. The first call does it, for the life of the process.
pub fn initialize() {
    static ONCE: Mutex<bool> = Mutex::new(false);
    let mut done = ONCE.lock();
    if *done {
        return;
    }
    *done = true;
    // SAFETY: the name is terminated.
    let kernel = unsafe { nt::GetModuleHandleA(c"ntoskrnl.exe".as_ptr().cast()) };
    let note = |original: *const c_void| HEAP_FREE.store(original.expose_provenance(), Ordering::Release);
    // SAFETY: Wine's kernel stays as long as the process, and the function has the signature of `HeapFree`.
    let found = unsafe { imports::replace(kernel.expose_provenance(), b"HeapFree", free as *const c_void, note) };
    if !found {
        caller::report(Violation::StandInFailed, "HeapFree", "Wine's kernel does not import it: IRPs cannot be kept");
    }
}

/// In place of `HeapFree` of Wine's kernel.
unsafe extern "system" fn free(heap: Pointer, flags: u32, block: Pointer) -> i32 {
    if pool::left_to_system(block) {
        return TRUE;
    }
    // SAFETY: Wine's kernel frees a block of its own.
    if let Some(irp) = unsafe { as_irp(heap, block) } {
        keep(heap, irp);
        return TRUE;
    }
    let released = arrived(block);
    fence::arrived(block.addr());
    let result = really(heap, flags, block);
    release(released);
    result
}

/// The IRP in a block that holds one, and nothing else, by what `IoInitializeIrp` wrote there and by its size. A block
/// of another kind that looks the same is freed later than it could be.
///
/// # Safety
/// The block is null or one of this heap, and the caller's.
unsafe fn as_irp(heap: Pointer, block: Pointer) -> Option<Irp> {
    // SAFETY: a block of a heap has room for the two members that are looked at until it is known to be an IRP.
    let irp = unsafe { Irp::at(block) }?;
    if irp.kind() != nt::IO_TYPE_IRP {
        return None;
    }
    let size = usize::from(irp.size());
    let stack = size.checked_sub(size_of::<nt::IrpLayout>());
    let whole = stack.is_some_and(|stack| stack > 0 && stack % size_of::<nt::StackLayout>() == 0);
    // SAFETY: the caller owns the block, which is one of this heap.
    (whole && unsafe { nt::HeapSize(heap, 0, block) } == size).then_some(irp)
}

fn really(heap: Pointer, flags: u32, block: Pointer) -> i32 {
    let function = core::ptr::with_exposed_provenance::<c_void>(HEAP_FREE.load(Ordering::Acquire));
    // SAFETY: the address was stored from the slot before anything of Wine's kernel was redirected to this module.
    let function: HeapFree = unsafe { core::mem::transmute(function) };
    // SAFETY: the arguments are those of the caller, who owns the block, or those of an IRP that it gave up earlier.
    unsafe { function(heap, flags, block) }
}

fn keep(heap: Pointer, irp: Irp) {
    irp.swap_cancel_routine(None);
    let mut state = STATE.lock();
    state.since.push(heap, irp);
    let waiting = state.since.length.saturating_add(state.before.length);
    let due = state.since.length >= TOGETHER && state.fence == Fence::None;
    if due {
        state.fence = Fence::Making;
        state.before = core::mem::replace(&mut state.since, List::EMPTY);
    }
    drop(state);
    if due {
        make_fence();
    }
    if waiting == TOO_MANY {
        caller::report(Violation::StandInFailed, "IoFreeIrp", "freed IRPs pile up: Wine's server sends no fence back");
    }
}

/// What waited for the fence that this block belongs to, if it belongs to one.
fn arrived(block: Pointer) -> List {
    let mut state = STATE.lock();
    if state.fence != Fence::UnderWay(block.addr()) {
        return List::EMPTY;
    }
    state.fence = Fence::None;
    core::mem::replace(&mut state.before, List::EMPTY)
}

fn release(mut list: List) {
    while let Some((heap, irp)) = list.pop() {
        really(heap, 0, irp.pointer());
    }
}

/// Sends a fence. If that fails, the IRPs wait for the next one.
fn make_fence() {
    if !fence::send(|block| STATE.lock().fence = Fence::UnderWay(block)) {
        give_up();
    }
}

fn give_up() {
    let mut state = STATE.lock();
    state.fence = Fence::None;
    while let Some((heap, irp)) = state.before.pop() {
        state.since.push(heap, irp);
    }
}

/// How many IRPs wait.
#[unsafe(no_mangle)]
extern "system" fn SandboxRetained() -> usize {
    count()
}

/// How many IRPs are kept.
pub fn count() -> usize {
    let state = STATE.lock();
    state.since.length.saturating_add(state.before.length)
}
