//! `WDFINTERRUPT`: of a device without hardware, so it is never connected and never fires by itself. What software can do with
//! one is there: its DPC and its work item are queued, and callbacks run under its lock.

use crate::argument::{Given, InOut, Out};
use crate::call::Call;
use crate::device::data::Device;
use crate::device::serialization::{self, Serialization};
use crate::irql::{self, Raised};
use crate::lock::OwnedLock;
use crate::nt::Pointer;
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::world::{self, Kind};
use crate::{callback, worker};
use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::{Handle, InterruptCallback, InterruptConfig, InterruptInfo};
use wdf_model::attributes::Accepts;
use wdf_model::irql::{DISPATCH_LEVEL, Irql, PASSIVE_LEVEL};
use wdf_model::tree::ObjectId;

/// The object's data.
pub struct Interrupt {
    dpc: InterruptCallback,
    work_item: InterruptCallback,
    passive: bool,
    /// Of DPC or work item.
    serialization: Serialization,
    device: ObjectId,
    lock: OwnedLock,
    /// The IRQL at which the lock was taken.
    before: AtomicU8,
    /// Whether its DPC, and its work item, are queued.
    queued: [AtomicBool; 2],
}

/// The IRQL of the device, where its interrupt service routine would run.
const DEVICE_LEVEL: Irql = 5;
const DPC: usize = 0;
const WORK: usize = 1;

/// `WdfInterruptCreate`.
pub fn create(
    call: Call,
    device: Handle,
    config: Option<InterruptConfig>,
    attributes: Option<Given>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    let config = config.ok_or(NtStatus::INVALID_PARAMETER)?;
    if config.size != wdf_abi::size::<InterruptConfig>() {
        return Err(NtStatus::INFO_LENGTH_MISMATCH);
    }
    if config.isr.is_none() || config.dpc.is_some() && config.work_item.is_some() {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    let chosen = Chosen::check(attributes, Accepts::PLAIN)?;
    let mut world = world::lock();
    let device = world.check::<Device>(call, device)?;
    if world.get::<Device>(device).is_some_and(Device::is_control) {
        return Err(NtStatus::INVALID_DEVICE_REQUEST);
    }
    let queued = [AtomicBool::new(false), AtomicBool::new(false)];
    let passive = config.passive_handling != 0;
    let serialization =
        serialization::of(&world, device, config.automatic_serialization != 0, config.work_item.is_some())?;
    let interrupt = Arc::new(Interrupt {
        dpc: config.dpc,
        work_item: config.work_item,
        passive,
        serialization,
        device,
        lock: OwnedLock::new(),
        before: AtomicU8::new(PASSIVE_LEVEL),
        queued,
    });
    life::hand_out(life::create(&mut world, call, &chosen, Some(device), interrupt), out)
}

fn find(call: Call, interrupt: Handle) -> Option<Arc<Interrupt>> {
    world::with::<Arc<Interrupt>, _>(call, interrupt, |interrupt| Arc::clone(interrupt)).ok()
}

/// `WdfInterruptQueueDpcForIsr`. False: it is queued already.
pub fn queue_dpc(call: Call, handle: Handle) -> u8 {
    queue(call, handle, DPC)
}

/// `WdfInterruptQueueWorkItemForIsr`. False: it is queued already.
pub fn queue_work_item(call: Call, handle: Handle) -> u8 {
    queue(call, handle, WORK)
}

fn queue(call: Call, handle: Handle, which: usize) -> u8 {
    let Some(interrupt) = find(call, handle) else { return 0 };
    let function = if which == DPC { interrupt.dpc } else { interrupt.work_item };
    if function.is_none() {
        call.report(Violation::BadArgument, "the interrupt was made without this callback");
        return 0;
    }
    let Some(queued) = interrupt.queued.get(which) else { return 0 };
    let first = !queued.swap(true, Ordering::AcqRel);
    if first {
        worker::submit(move || {
            if let Some(queued) = interrupt.queued.get(which) {
                queued.store(false, Ordering::Release);
            }
            let (name, level) = if which == DPC {
                ("EvtInterruptDpc", DISPATCH_LEVEL)
            } else {
                ("EvtInterruptWorkItem", PASSIVE_LEVEL)
            };
            let _raised = Raised::to(level);
            let device = world::handle(interrupt.device);
            interrupt.serialization.run(|| callback!(name, function, handle, device));
        });
    }
    u8::from(first)
}

/// `WdfInterruptSynchronize`: the answer of the callback, which runs under the lock.
pub fn synchronize(call: Call, handle: Handle, function: Synchronize, context: Pointer) -> u8 {
    let Some(interrupt) = find(call, handle) else { return 0 };
    interrupt.enter();
    let answer = callback!("EvtInterruptSynchronize", function, handle, context);
    interrupt.leave(call);
    answer.unwrap_or(0)
}

/// `EVT_WDF_INTERRUPT_SYNCHRONIZE`.
pub type Synchronize = Option<unsafe extern "system" fn(interrupt: Handle, context: Pointer) -> u8>;

/// `WdfInterruptAcquireLock`.
pub fn acquire(call: Call, handle: Handle) {
    if let Some(interrupt) = find(call, handle) {
        interrupt.enter();
    }
}

/// `WdfInterruptTryToAcquireLock`: of an interrupt that is handled at `PASSIVE_LEVEL`.
pub fn try_acquire(call: Call, handle: Handle) -> u8 {
    let Some(interrupt) = find(call, handle) else { return 0 };
    let (status, _) = interrupt.lock.acquire(Some(0));
    u8::from(status == NtStatus::SUCCESS)
}

/// `WdfInterruptReleaseLock`.
pub fn release(call: Call, handle: Handle) {
    if let Some(interrupt) = find(call, handle) {
        interrupt.leave(call);
    }
}

impl Interrupt {
    fn enter(&self) {
        self.lock.acquire(None);
        if !self.passive {
            let before = irql::current();
            self.before.store(before, Ordering::Release);
            irql::raise(DEVICE_LEVEL.max(before));
        }
    }

    fn leave(&self, call: Call) {
        let before = self.before.load(Ordering::Acquire);
        if !self.passive {
            irql::lower(before);
        }
        if self.lock.release().is_err() {
            call.report(Violation::BadLock, "the thread does not hold the lock of the interrupt");
        }
    }
}

/// `WdfInterruptGetDevice`.
pub fn device(call: Call, handle: Handle) -> Handle {
    find(call, handle).map_or(0, |interrupt| world::handle(interrupt.device))
}

/// `WdfInterruptGetInfo`: of one that is not connected, nothing is known.
pub fn info(call: Call, handle: Handle, out: InOut<InterruptInfo>) {
    if out.get().map(|given| given.size) != Some(wdf_abi::size::<InterruptInfo>()) {
        call.report(Violation::BadArgument, "wrong Size");
        return;
    }
    if find(call, handle).is_some() {
        out.set(InterruptInfo { size: wdf_abi::size::<InterruptInfo>(), rest: [0; 7] });
    }
}

/// `WdfInterruptEnable`, `…Disable`, `…ReportActive` and `…ReportInactive`: there is nothing to switch.
pub fn switch(call: Call, handle: Handle) {
    find(call, handle);
}

/// `WdfInterruptSetPolicy`.
pub fn set_policy(call: Call, handle: Handle, _policy: i32, _priority: i32, _processors: usize) {
    find(call, handle);
}

/// `WdfInterruptSetExtendedPolicy`.
pub fn set_extended_policy(call: Call, handle: Handle, _policy: crate::argument::Unused) {
    find(call, handle);
}

/// `WdfInterruptWdmGetInterrupt`: none, as it is not connected.
pub fn wdm_interrupt(call: Call, handle: Handle) -> Pointer {
    find(call, handle);
    core::ptr::null_mut()
}

impl Kind for Arc<Interrupt> {
    const NAME: &'static str = "WDFINTERRUPT";

    fn refuses_delete(&self, _world: &world::World, _id: ObjectId) -> Option<&'static str> {
        Some("an interrupt goes with its device")
    }
}
