//! `WDFDPC`: a callback at `DISPATCH_LEVEL`, soon.

use crate::argument::{Given, Out};
use crate::call::Call;
use crate::device::data::above;
use crate::device::serialization::{self, Serialization};
use crate::irql::Raised;
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
use wdf_model::irql::{DISPATCH_LEVEL, PASSIVE_LEVEL};
use wdf_model::tree::ObjectId;

/// The object's data.
pub struct Dpc {
    function: HandleCallback,
    serialization: Serialization,
    parent: ObjectId,
    state: Monitor<State>,
}

#[derive(Default)]
struct State {
    queued: bool,
    /// The thread that runs the callback.
    running: Option<u32>,
}

/// `WdfDpcCreate`. `WDF_DPC_CONFIG` has the members of `WDF_WORKITEM_CONFIG`.
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
    let serialization = serialization::of(&world, device, config.automatic_serialization != 0, false)?;
    let dpc = Dpc { function: config.function, serialization, parent, state: Monitor::new(State::default()) };
    life::create(&mut world, call, &chosen, None, Arc::new(dpc))
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
    dpc.serialization.run(|| callback!("EvtDpcFunc", dpc.function, handle));
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
    find(call, handle).map_or(0, |dpc| world::handle(dpc.parent))
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
