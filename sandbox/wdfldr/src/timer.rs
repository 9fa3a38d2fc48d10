//! `WDFTIMER`: a callback at a time, once or again and again.
//!
//! Each armed timer has a thread of the pool that sleeps on its condition until the time has come or it is changed.

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
use verifier_abi::Violation;
use wdf_abi::{Handle, HandleCallback, TimerConfig};
use wdf_model::attributes::Accepts;
use wdf_model::irql::{DISPATCH_LEVEL, PASSIVE_LEVEL};
use wdf_model::tree::ObjectId;

/// The object's data.
pub struct Timer {
    function: HandleCallback,
    serialization: Serialization,
    passive: bool,
    /// Milliseconds, 0 for one shot.
    period: u32,
    parent: ObjectId,
    state: Monitor<State>,
}

#[derive(Default)]
struct State {
    /// Changes whenever the timer is started or stopped; a sleeper of another generation gives up.
    generation: u64,
    armed: bool,
    /// The thread that runs the callback.
    running: Option<u32>,
}

/// The size of `WDF_TIMER_CONFIG`, and those that it has had before.
const SIZE: usize = size_of::<TimerConfig>();
const SIZES: [usize; 3] = [SIZE, 32, 24];
/// 100 ns units in a millisecond.
const MILLISECOND: i64 = 10_000;

/// `WdfTimerCreate`.
pub fn create(
    call: Call,
    config: Option<TimerConfig>,
    attributes: Option<Given>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    life::hand_out(make(call, config, attributes), out)
}

fn make(call: Call, config: Option<TimerConfig>, attributes: Option<Given>) -> Result<ObjectId, NtStatus> {
    let config = config.filter(|config| SIZES.contains(&(config.size as usize)));
    let config = config.ok_or(NtStatus::INFO_LENGTH_MISMATCH)?;
    let full = config.size as usize == SIZE;
    if config.period > i32::MAX as u32 || full && config.use_high_resolution_timer == 1 && config.tolerable_delay != 0 {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    if attributes.is_none() {
        return Err(NtStatus::WDF_PARENT_NOT_SPECIFIED);
    }
    let chosen = Chosen::check(attributes, Accepts::TIMER)?;
    let passive = chosen.level().is_passive();
    if passive && config.period != 0 {
        return Err(NtStatus::NOT_SUPPORTED);
    }
    let mut world = world::lock();
    let parent = world.check_any(call, chosen.parent().unwrap_or(0))?;
    let device = above(&world, parent).ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
    let serialization = serialization::of(&world, device, config.automatic_serialization != 0, passive)?;
    let timer = Timer {
        function: config.function,
        serialization,
        passive,
        period: config.period,
        parent,
        state: Monitor::new(State::default()),
    };
    life::create(&mut world, call, &chosen, None, Arc::new(timer))
}

fn find(call: Call, timer: Handle) -> Option<Arc<Timer>> {
    world::with::<Arc<Timer>, _>(call, timer, |timer| Arc::clone(timer)).ok()
}

/// `WdfTimerStart`: due in 100 ns units, negative from now. True when it was armed before.
pub fn start(call: Call, handle: Handle, due: i64) -> u8 {
    let Some(timer) = find(call, handle) else { return 0 };
    if due > 0 {
        call.report(Violation::BadArgument, "absolute times are not provided; the timer fires at once");
    }
    let (before, generation) = timer.state.change(|state| {
        state.generation = state.generation.wrapping_add(1);
        (core::mem::replace(&mut state.armed, true), state.generation)
    });
    worker::submit(move || sleep(&timer, handle, generation, due.min(0)));
    u8::from(before)
}

fn sleep(timer: &Timer, handle: Handle, generation: u64, due: i64) {
    let mut due = due;
    loop {
        let stopped =
            due < 0 && timer.state.wait(Some(due), |state| (state.generation != generation).then_some(())).is_some();
        if stopped || !fire(timer, handle, generation) || timer.period == 0 {
            return;
        }
        due = -i64::from(timer.period).saturating_mul(MILLISECOND);
    }
}

fn fire(timer: &Timer, handle: Handle, generation: u64) -> bool {
    let mine = timer.state.change(|state| {
        let mine = state.generation == generation;
        if mine {
            state.armed = timer.period != 0;
            state.running = Some(nt::thread());
        }
        mine
    });
    if mine {
        let raised = Raised::to(if timer.passive { PASSIVE_LEVEL } else { DISPATCH_LEVEL });
        timer.serialization.run(|| callback!("EvtTimerFunc", timer.function, handle));
        drop(raised);
        timer.state.change(|state| state.running = None);
    }
    mine
}

fn disarm(timer: &Timer) -> bool {
    timer.state.change(|state| {
        state.generation = state.generation.wrapping_add(1);
        core::mem::replace(&mut state.armed, false)
    })
}

/// Disarms the timer and waits until its callback is not running on another thread.
pub fn stop_and_wait(timer: &Timer) -> bool {
    let before = disarm(timer);
    let me = nt::thread();
    timer.state.wait(None, |state| state.running.is_none_or(|thread| thread == me).then_some(()));
    before
}

/// `WdfTimerStop`. True when it was armed.
pub fn stop(call: Call, handle: Handle, wait: u8) -> u8 {
    call.at_most(if wait == 0 { DISPATCH_LEVEL } else { PASSIVE_LEVEL });
    let Some(timer) = find(call, handle) else { return 0 };
    u8::from(if wait == 0 { disarm(&timer) } else { stop_and_wait(&timer) })
}

/// `WdfTimerGetParentObject`.
pub fn parent(call: Call, handle: Handle) -> Handle {
    find(call, handle).map_or(0, |timer| world::handle(timer.parent))
}

impl Kind for Arc<Timer> {
    const NAME: &'static str = "WDFTIMER";

    fn needs_passive(&self) -> bool {
        true
    }

    fn quiesce(&self, _id: ObjectId) -> Option<Task> {
        let timer = Self::clone(self);
        Some(Box::new(move || {
            stop_and_wait(&timer);
        }))
    }
}
