//! Creation of queues, and which types of requests they take.

use crate::argument::{Given, Out};
use crate::call::Call;
use crate::device::data::{Device, above};
use crate::lock::CallbackLock;
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::queue::data::IoQueue;
use crate::world;
use alloc::sync::Arc;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::constants::{
    WDF_FALSE, WDF_REQUEST_TYPE_CREATE, WDF_REQUEST_TYPE_DEVICE_CONTROL, WDF_REQUEST_TYPE_DEVICE_CONTROL_INTERNAL,
    WDF_REQUEST_TYPE_READ, WDF_REQUEST_TYPE_WRITE,
};
use wdf_abi::{Handle, IoQueueConfig};
use wdf_model::attributes::Accepts;
use wdf_model::config::{Dispatch, QueueConfig};
use wdf_model::execution::{CallbackLock as Which, Presentation};
use wdf_model::queue::Queue;
use wdf_model::tree::ObjectId;

/// `WdfIoQueueCreate`.
pub fn create(
    call: Call,
    device: Handle,
    config: Option<IoQueueConfig>,
    attributes: Option<Given>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    life::hand_out(make(call, device, config, attributes, out.is_missing()), out)
}

fn make(
    call: Call,
    device: Handle,
    config: Option<IoQueueConfig>,
    attributes: Option<Given>,
    nowhere: bool,
) -> Result<ObjectId, NtStatus> {
    let config = config.ok_or(NtStatus::INVALID_PARAMETER)?;
    let dispatch = check(&config)?;
    if nowhere && config.default_queue == 0 {
        return Err(NtStatus::INVALID_PARAMETER_4);
    }
    let chosen = Chosen::check(attributes, Accepts::QUEUE)?;
    let mut world = world::lock();
    let device = world.check::<Device>(call, device)?;
    if let Some(parent) = chosen.parent()
        && above(&world, world::id(parent)) != Some(device)
    {
        return Err(NtStatus::INVALID_DEVICE_REQUEST);
    }
    let owner = world.get::<Device>(device).ok_or(NtStatus::INVALID_HANDLE)?;
    if config.default_queue != 0 && owner.finished {
        return Err(NtStatus::INVALID_DEVICE_STATE);
    }
    if config.default_queue != 0 && owner.default_queue.is_some() {
        return Err(NtStatus::UNSUCCESSFUL);
    }
    let presentation = Presentation::of_queue(owner.execution, chosen.level(), chosen.scope())?;
    let lock = match presentation.lock {
        Which::Device => Arc::clone(&owner.lock),
        _ => Arc::new(CallbackLock::new()),
    };
    let power_managed = !owner.is_control() && config.power_managed != WDF_FALSE;
    let state = Queue::new(dispatch, power_managed && !owner.working);
    let queue = IoQueue { device, config, state, presentation, lock, ready: (None, 0), power_managed };
    let id = life::create(&mut world, call, &chosen, Some(device), queue)?;
    if let Some(owner) = world.get_mut::<Device>(device) {
        owner.queues.push(id);
        if config.default_queue != 0 {
            owner.default_queue = Some(id);
        }
    }
    Ok(id)
}

fn check(config: &IoQueueConfig) -> Result<Dispatch, NtStatus> {
    let callbacks = config.io_default.is_some()
        || config.io_read.is_some()
        || config.io_write.is_some()
        || config.io_device_control.is_some()
        || config.io_internal_device_control.is_some();
    let view = QueueConfig {
        size: config.size,
        dispatch_type: config.dispatch_type,
        callbacks,
        presented: config.presented_requests,
    };
    view.check()
}

/// `WdfDeviceConfigureRequestDispatching`.
pub fn configure(call: Call, device: Handle, queue: Handle, kind: i32) -> Result<(), NtStatus> {
    assign(call, device, queue, kind)
}

fn assign(call: Call, device: Handle, queue: Handle, kind: i32) -> Result<(), NtStatus> {
    let mut world = world::lock();
    let device = world.check::<Device>(call, device)?;
    let id = world.check::<IoQueue>(call, queue)?;
    let owner = world.get::<Device>(device).ok_or(NtStatus::INVALID_HANDLE)?;
    let known = [
        WDF_REQUEST_TYPE_CREATE,
        WDF_REQUEST_TYPE_READ,
        WDF_REQUEST_TYPE_WRITE,
        WDF_REQUEST_TYPE_DEVICE_CONTROL,
        WDF_REQUEST_TYPE_DEVICE_CONTROL_INTERNAL,
    ];
    if owner.finished {
        return Err(NtStatus::INVALID_DEVICE_STATE);
    }
    if !known.contains(&kind) {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    let queue = world.get::<IoQueue>(id).ok_or(NtStatus::INVALID_HANDLE)?;
    let fits = queue.device == device && queue.serves(kind);
    if !fits || owner.default_queue == Some(id) || owner.configured.contains_key(&kind) {
        call.report(Violation::BadArgument, "the queue cannot take requests of this type");
        return Err(NtStatus::INVALID_DEVICE_REQUEST);
    }
    if let Some(owner) = world.get_mut::<Device>(device) {
        owner.configured.insert(kind, id);
    }
    Ok(())
}
