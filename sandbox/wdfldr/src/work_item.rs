//! `WDFWORKITEM`: a callback on a worker thread.

use crate::argument::{Given, Out};
use crate::call::Call;
use crate::device::data::above;
use crate::device::serialization::{self, Serialization};
use crate::lock::Monitor;
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::world::{self, Kind, Task};
use crate::{callback, nt, worker};
use alloc::boxed::Box;
use alloc::sync::Arc;
use netioctl_status::NtStatus;
use wdf_abi::{Handle, HandleCallback, WorkItemConfig};
use wdf_model::attributes::Accepts;
use wdf_model::tree::ObjectId;

/// The object's data.
pub struct WorkItem {
    function: HandleCallback,
    serialization: Serialization,
    parent: ObjectId,
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
    life::hand_out(make(call, config, attributes), out)
}

fn make(call: Call, config: Option<WorkItemConfig>, attributes: Option<Given>) -> Result<ObjectId, NtStatus> {
    let config = config.filter(|config| config.size as usize == size_of::<WorkItemConfig>());
    let config = config.ok_or(NtStatus::INFO_LENGTH_MISMATCH)?;
    if config.function.is_none() {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    if attributes.is_none() {
        return Err(NtStatus::WDF_PARENT_NOT_SPECIFIED);
    }
    let chosen = Chosen::check(attributes, Accepts::CHILD)?;
    let mut world = world::lock();
    let parent = world.check_any(call, chosen.parent().unwrap_or(0))?;
    let device = above(&world, parent).ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
    let serialization = serialization::of(&world, device, config.automatic_serialization != 0, true)?;
    let item = WorkItem { function: config.function, serialization, parent, state: Monitor::new(State::default()) };
    life::create(&mut world, call, &chosen, None, Arc::new(item))
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
    item.serialization.run(|| callback!("EvtWorkItem", item.function, handle));
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
    find(call, handle).map_or(0, |item| world::handle(item.parent))
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
