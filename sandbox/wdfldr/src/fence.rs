//! A request to Wine's server that is queued behind all others, and whose execution can be observed.
//!
//! An event that Wine's kernel has seen is closed, so that the server queues an order to free Wine's object of it, for
//! the one thread of the process that carries out orders, its dispatch thread. That ends in a `HeapFree`, which comes
//! by here ([`crate::retained`] sees to it).

use crate::lock::Mutex;
use crate::{caller, nt};
use core::ptr::{null, null_mut};
use core::sync::atomic::{AtomicUsize, Ordering};
use verifier_abi::Violation;

const EVENT_ALL_ACCESS: u32 = 0x001F_0003;
const NOTIFICATION_EVENT: i32 = 0;
const KERNEL_MODE: i8 = 0;
/// Wine's header in front of the objects of its kernel.
const OBJECT_HEADER: usize = 16;

/// Sends a fence. `note` gets the address of the block that is freed when it arrives, before it can. False: none was
/// sent.
pub fn send(note: impl FnOnce(usize)) -> bool {
    let mut event = null_mut();
    // SAFETY: the handle goes to a local; no attributes are given.
    let status = unsafe { nt::NtCreateEvent(&raw mut event, EVENT_ALL_ACCESS, null(), NOTIFICATION_EVENT, 0) };
    if !status.is_success() {
        return false;
    }
    let mut object = null_mut();
    // SAFETY: the handle is an event's, any type is asked for, and the object goes to a local.
    let status =
        unsafe { nt::ObReferenceObjectByHandle(event, 0, null_mut(), KERNEL_MODE, &raw mut object, null_mut()) };
    let seen = status.is_success();
    if seen {
        note(object.addr().wrapping_sub(OBJECT_HEADER));
        // SAFETY: the object was just referenced.
        unsafe { nt::ObDereferenceObject(object) };
    }
    // SAFETY: the handle is ours, the last one of its event, and used no more: with it goes the event.
    unsafe { nt::NtClose(event) };
    seen
}

/// The block of a fence that somebody waits for. Zero: nobody does.
static AWAITED: AtomicUsize = AtomicUsize::new(0);

/// Wine's kernel frees a block.
pub fn arrived(block: usize) {
    // Failure: it is another one.
    let _ = AWAITED.compare_exchange(block, 0, Ordering::AcqRel, Ordering::Relaxed);
}

/// Ten seconds, in steps of a millisecond: on a busy machine a thread may have to wait for its turn.
const TRIES: u32 = 10_000;
static PAUSE: i64 = -10_000;

/// Waits until Wine's dispatch thread carries out orders.
///
/// Wine's process for drivers says that it runs, and the service control manager lets it load a driver, before its
/// dispatch thread has started the plug and play manager (`ServiceMain` of `winedevice.exe`,
/// `wine_ntoskrnl_main_loop`). A driver that is faster than that ends the process: its device is made with a driver
/// object that is null still (`wine_enumerate_root_devices`).
pub fn wait_for_dispatcher() {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock();
    if !send(|block| AWAITED.store(block, Ordering::Release)) {
        return;
    }
    for _ in 0..TRIES {
        if AWAITED.load(Ordering::Acquire) == 0 {
            return;
        }
        // SAFETY: the interval is a constant.
        unsafe { nt::NtDelayExecution(0, &raw const PAUSE) };
    }
    AWAITED.store(0, Ordering::Release);
    caller::report(Violation::StandInFailed, "WdfVersionBind", "Wine's dispatch thread carries out nothing");
}
