//! `WDFDPC`: a callback at `DISPATCH_LEVEL`, soon.

use crate::argument::{Given, Out};
use crate::call::Call;
use crate::deferred::{self, Deferred};
use crate::irql::Raised;
use crate::lock::Monitor;
use crate::world::{self, Kind, Task};
use crate::{callback, nt, worker};
use alloc::boxed::Box;
use alloc::sync::Arc;
use netioctl_status::NtStatus;
use wdf_abi::{Handle, WorkItemConfig};
use wdf_model::irql::{DISPATCH_LEVEL, PASSIVE_LEVEL};
use wdf_model::tree::ObjectId;

/// The object's data.
pub struct Dpc {
    asked: Deferred,
    state: Monitor<State>,
}

#[derive(Default)]
struct State {
    queued: bool,
    /// The thread that runs the callback.
    running: Option<u32>,
}

/// `WdfDpcCreate`.
pub fn create(
    call: Call,
    config: Option<WorkItemConfig>,
    attributes: Option<Given>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    deferred::create(call, config, attributes, out, false, |asked| {
        Arc::new(Dpc { asked, state: Monitor::new(State::default()) })
    })
}

fn find(call: Call, dpc: Handle) -> Option<Arc<Dpc>> {
    world::with::<Arc<Dpc>, _>(call, dpc, |dpc| Arc::clone(dpc)).ok()
}

/// `WdfDpcEnqueue`. False: it is queued already.
pub fn enqueue(call: Call, handle: Handle) -> u8 {
    let Some(dpc) = find(call, handle) else { return 0 };
    let first = dpc.state.change(|state| !core::mem::replace(&mut state.queued, true));
    if first {
        worker::submit(move || run(&dpc, handle));
    }
    u8::from(first)
}

fn run(dpc: &Dpc, handle: Handle) {
    // One DPC runs on one processor at a time; one that was cancelled does not run.
    let mine = dpc.state.wait(None, |state| {
        if !state.queued {
            return Some(false);
        }
        state.running.is_none().then(|| {
            state.queued = false;
            state.running = Some(nt::thread());
            true
        })
    });
    if mine != Some(true) {
        return;
    }
    let raised = Raised::to(DISPATCH_LEVEL);
    dpc.asked.serialization.run(|| callback!("EvtDpcFunc", dpc.asked.function, handle));
    drop(raised);
    dpc.state.change(|state| state.running = None);
}

fn cancel_and_wait(dpc: &Dpc) -> bool {
    let queued = take(dpc);
    let me = nt::thread();
    dpc.state.wait(None, |state| state.running.is_none_or(|thread| thread == me).then_some(()));
    queued
}

fn take(dpc: &Dpc) -> bool {
    dpc.state.change(|state| core::mem::replace(&mut state.queued, false))
}

/// `WdfDpcCancel`. True: it was queued, and will not run.
pub fn cancel(call: Call, handle: Handle, wait: u8) -> u8 {
    call.at_most(if wait == 0 { DISPATCH_LEVEL } else { PASSIVE_LEVEL });
    let Some(dpc) = find(call, handle) else { return 0 };
    u8::from(if wait == 0 { take(&dpc) } else { cancel_and_wait(&dpc) })
}

/// `WdfDpcGetParentObject`.
pub fn parent(call: Call, handle: Handle) -> Handle {
    find(call, handle).map_or(0, |dpc| world::handle(dpc.asked.parent))
}

impl Kind for Arc<Dpc> {
    const NAME: &'static str = "WDFDPC";

    fn quiesce(&self, _id: ObjectId) -> Option<Task> {
        let dpc = Self::clone(self);
        Some(Box::new(move || {
            cancel_and_wait(&dpc);
        }))
    }
}
