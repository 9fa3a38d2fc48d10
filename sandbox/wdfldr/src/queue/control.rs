//! A queue is started, stopped, drained and purged.

use crate::argument::Out;
use crate::call::Call;
use crate::lock::Monitor;
use crate::nt::Pointer;
use crate::queue::data::{IoQueue, Then};
use crate::queue::run;
use crate::request::cancel;
use crate::world;
use alloc::sync::Arc;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::{Handle, QueueState};

/// `WdfIoQueueGetState`.
pub fn get_state(call: Call, queue: Handle, waiting: Out<u32>, owned: Out<u32>) -> u32 {
    let found = world::with::<IoQueue, _>(call, queue, |queue| {
        (queue.state.state(), queue.state.waiting(), queue.state.owned().len())
    });
    let Ok((state, queued, with_driver)) = found else { return 0 };
    waiting.set(u32::try_from(queued).unwrap_or(u32::MAX));
    owned.set(u32::try_from(with_driver).unwrap_or(u32::MAX));
    state.bits()
}

/// `WdfIoQueueGetDevice`.
pub fn get_device(call: Call, queue: Handle) -> Handle {
    world::with::<IoQueue, _>(call, queue, |queue| world::handle(queue.device)).unwrap_or(0)
}

/// `WdfIoQueueStart`.
pub fn start(call: Call, queue: Handle) {
    if world::with::<IoQueue, _>(call, queue, |queue| queue.state.start()).is_ok() {
        run::pump(world::id(queue));
    }
}

/// A change of state that has an end.
#[derive(Clone, Copy)]
enum Change {
    Stop,
    Drain,
    Purge,
    StopAndPurge,
}

impl Change {
    const fn cancels(self) -> bool {
        matches!(self, Self::Purge | Self::StopAndPurge)
    }

    const fn callback(self) -> &'static str {
        match self {
            Self::Stop => "EvtIoQueueState (stop)",
            Self::Drain => "EvtIoQueueState (drain)",
            Self::Purge => "EvtIoQueueState (purge)",
            Self::StopAndPurge => "EvtIoQueueState (stop and purge)",
        }
    }
}

fn change(call: Call, handle: Handle, change: Change, then: Option<Then>) -> Result<(), NtStatus> {
    world::with::<IoQueue, _>(call, handle, |queue| match change {
        Change::Stop => queue.state.stop(then),
        Change::Drain => queue.state.drain(then),
        Change::Purge => queue.state.purge(then),
        Change::StopAndPurge => queue.state.stop_and_purge(then),
    })?;
    let id = world::id(handle);
    if change.cancels() {
        cancel::purge(id);
    }
    run::pump(id);
    Ok(())
}

fn begin(call: Call, queue: Handle, what: Change, done: QueueState, context: Pointer) {
    let then = done.is_some().then(|| Then::Call(what.callback(), done, context));
    // A handle of another kind has been reported by then.
    let _reported = change(call, queue, what, then);
}

fn complete(call: Call, queue: Handle, what: Change) {
    let signal = Arc::new(Monitor::new(false));
    if change(call, queue, what, Some(Then::Signal(Arc::clone(&signal)))).is_ok() {
        signal.wait(None, |done| done.then_some(()));
    }
}

macro_rules! changes {
    ($($begin:ident $begin_name:ident, $complete:ident $complete_name:ident: $change:ident;)*) => {
        $(#[doc = concat!("`", stringify!($begin_name), "`.")]
        pub fn $begin(call: Call, queue: Handle, done: QueueState, context: Pointer) {
            begin(call, queue, Change::$change, done, context);
        }

        #[doc = concat!("`", stringify!($complete_name), "`.")]
        pub fn $complete(call: Call, queue: Handle) {
            complete(call, queue, Change::$change);
        })*
    };
}

changes! {
    stop WdfIoQueueStop, stop_synchronously WdfIoQueueStopSynchronously: Stop;
    drain WdfIoQueueDrain, drain_synchronously WdfIoQueueDrainSynchronously: Drain;
    purge WdfIoQueuePurge, purge_synchronously WdfIoQueuePurgeSynchronously: Purge;
    stop_and_purge WdfIoQueueStopAndPurge, stop_and_purge_synchronously WdfIoQueueStopAndPurgeSynchronously: StopAndPurge;
}

/// `WdfIoQueueReadyNotify`.
pub fn ready_notify(call: Call, queue: Handle, function: QueueState, context: Pointer) -> Result<(), NtStatus> {
    let changed = world::with::<IoQueue, _>(call, queue, |queue| {
        let changed = if function.is_some() { queue.state.notify_ready() } else { queue.state.forget_ready() };
        if changed.is_ok() {
            queue.ready = (function, context.expose_provenance());
        }
        changed
    })
    .unwrap_or_else(Err);
    if changed == Err(NtStatus::INVALID_DEVICE_REQUEST) {
        call.report(Violation::BadArgument, "not a manual queue, or not at this time");
    }
    run::pump(world::id(queue));
    changed
}
