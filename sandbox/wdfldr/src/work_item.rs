//! `WDFWORKITEM`: a callback on a worker thread.

use crate::argument::{Given, Out};
use crate::call::Call;
use crate::deferred::{self, Deferred};
use crate::lock::Monitor;
use crate::world::{self, Kind, Task};
use crate::{callback, nt, worker};
use alloc::boxed::Box;
use alloc::sync::Arc;
use netioctl_status::NtStatus;
use wdf_abi::{Handle, WorkItemConfig};
use wdf_model::tree::ObjectId;

/// The object's data.
pub struct WorkItem {
    asked: Deferred,
    /// Whether a run is due, and how many are under way (with the threads that run them).
    state: Monitor<State>,
}

#[derive(Default)]
struct State {
    due: bool,
    running: alloc::vec::Vec<u32>,
}

/// `WdfWorkItemCreate`.
pub fn create(
    call: Call,
    config: Option<WorkItemConfig>,
    attributes: Option<Given>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    deferred::create(call, config, attributes, out, true, |asked| {
        Arc::new(WorkItem { asked, state: Monitor::new(State::default()) })
    })
}

fn find(call: Call, item: Handle) -> Option<Arc<WorkItem>> {
    world::with::<Arc<WorkItem>, _>(call, item, |item| Arc::clone(item)).ok()
}

/// `WdfWorkItemEnqueue`: an item that waits already runs once.
pub fn enqueue(call: Call, handle: Handle) {
    let Some(item) = find(call, handle) else { return };
    let first = item.state.change(|state| !core::mem::replace(&mut state.due, true));
    if first {
        worker::submit(move || run(&item, handle));
    }
}

fn run(item: &WorkItem, handle: Handle) {
    let me = nt::thread();
    item.state.change(|state| {
        state.due = false;
        state.running.push(me);
    });
    item.asked.serialization.run(|| callback!("EvtWorkItem", item.asked.function, handle));
    item.state.change(|state| {
        if let Some(at) = state.running.iter().position(|&thread| thread == me) {
            state.running.swap_remove(at);
        }
    });
}

/// Waits until the item neither waits nor runs; a run on the calling thread does not count.
pub fn wait(item: &WorkItem) {
    let me = nt::thread();
    item.state.wait(None, |state| {
        let others = state.running.iter().any(|&thread| thread != me);
        (!state.due && !others).then_some(())
    });
}

/// `WdfWorkItemFlush`.
pub fn flush(call: Call, handle: Handle) {
    if let Some(item) = find(call, handle) {
        wait(&item);
    }
}

/// `WdfWorkItemGetParentObject`.
pub fn parent(call: Call, handle: Handle) -> Handle {
    find(call, handle).map_or(0, |item| world::handle(item.asked.parent))
}

impl Kind for Arc<WorkItem> {
    const NAME: &'static str = "WDFWORKITEM";

    fn needs_passive(&self) -> bool {
        true
    }

    fn quiesce(&self, _id: ObjectId) -> Option<Task> {
        let item = Self::clone(self);
        Some(Box::new(move || {
            wait(&item);
        }))
    }
}
