//! Entering and leaving the working state, in the framework's order of callbacks.

use crate::call::Call;
use crate::device::data::{self as device_data, Device};
use crate::nt::Pointer;
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::queue::data::IoQueue;
use crate::queue::{run, teardown};
use crate::request::cancel;
use crate::request::data::Request;
use crate::world::Kind;
use crate::{callback, faults, world};
use alloc::vec::Vec;
use core::ptr::null_mut;
use netioctl_status::NtStatus;
use wdf_abi::constants::{
    WDF_POWER_DEVICE_D3_FINAL, WDF_REQUEST_STOP_ACTION_PURGE, WDF_REQUEST_STOP_ACTION_SUSPEND,
    WDF_REQUEST_STOP_REQUEST_CANCELABLE,
};
use wdf_abi::{Function, Handle, PnpPowerEventCallbacks};
use wdf_model::attributes::Accepts;
use wdf_model::request::Cancelable;
use wdf_model::tree::ObjectId;

/// The state before the first start and after the last stop.
const FINAL: i32 = WDF_POWER_DEVICE_D3_FINAL;

fn failed(outcome: Option<NtStatus>) -> Option<NtStatus> {
    outcome.filter(|&status| !status.is_success())
}

/// `WDFCMRESLIST`: a device without hardware has no resources.
struct Resources;

impl Kind for Resources {
    const NAME: &'static str = "WDFCMRESLIST";
}

/// The two (empty) resource lists of a device.
fn resources(device: ObjectId) -> Result<(Handle, Handle), NtStatus> {
    faults::allocation("WDFCMRESLIST")?;
    let chosen = Chosen::check(None, Accepts::PLAIN)?;
    let call = Call::internal(Function::WdfCmResourceListGetCount);
    let mut world = world::lock();
    let raw = life::create(&mut world, call, &chosen, Some(device), Resources)?;
    let translated = life::create(&mut world, call, &chosen, Some(device), Resources)?;
    Ok((world::handle(raw), world::handle(translated)))
}

/// Starts a device.
pub fn up(device: ObjectId) -> Result<(), NtStatus> {
    let (raw, translated) = resources(device)?;
    if let Some(callbacks) = device_data::callbacks(device) {
        up_with(device, &callbacks, raw, translated)?;
    }
    set_working(device, true);
    for queue in managed_queues(device) {
        if let Some(queue) = world::lock().get_mut::<IoQueue>(queue) {
            queue.state.hold(false);
        }
        run::pump(queue);
    }
    Ok(())
}

fn up_with(
    device: ObjectId,
    callbacks: &PnpPowerEventCallbacks,
    raw: Handle,
    translated: Handle,
) -> Result<(), NtStatus> {
    let handle = world::handle(device);
    let prepared = callback!("EvtDevicePrepareHardware", callbacks.prepare_hardware, handle, raw, translated);
    if let Some(status) = failed(prepared) {
        release_hardware(callbacks, handle);
        return Err(status);
    }
    if failed(callback!("EvtDeviceD0Entry", callbacks.d0_entry, handle, FINAL)).is_some() {
        release_hardware(callbacks, handle);
        return Err(NtStatus::DEVICE_POWER_FAILURE);
    }
    let enabled = callbacks.d0_entry_post_interrupts_enabled;
    callback!("EvtDeviceD0EntryPostInterruptsEnabled", enabled, handle, FINAL);
    note_self_managed(device, true);
    let started = callback!("EvtDeviceSelfManagedIoInit", callbacks.self_managed_io_init, handle);
    if failed(started).is_some() {
        d0_exit(callbacks, handle);
        release_hardware(callbacks, handle);
        callback!("EvtDeviceSelfManagedIoFlush", callbacks.self_managed_io_flush, handle);
        return Err(NtStatus::DEVICE_POWER_FAILURE);
    }
    Ok(())
}

fn d0_exit(callbacks: &PnpPowerEventCallbacks, handle: Handle) {
    let disabled = callbacks.d0_exit_pre_interrupts_disabled;
    callback!("EvtDeviceD0ExitPreInterruptsDisabled", disabled, handle, FINAL);
    callback!("EvtDeviceD0Exit", callbacks.d0_exit, handle, FINAL);
}

fn release_hardware(callbacks: &PnpPowerEventCallbacks, handle: Handle) {
    let translated = {
        let world = world::lock();
        let is_list = |child: &&ObjectId| world.get::<Resources>(**child).is_some();
        world.objects.children(world::id(handle)).iter().rev().find(is_list).copied()
    };
    callback!("EvtDeviceReleaseHardware", callbacks.release_hardware, handle, world::handle_or_null(translated));
}

fn set_working(device: ObjectId, working: bool) -> bool {
    let mut world = world::lock();
    world.get_mut::<Device>(device).is_some_and(|device| core::mem::replace(&mut device.working, working))
}

fn note_self_managed(device: ObjectId, begun: bool) -> bool {
    let mut world = world::lock();
    world.get_mut::<Device>(device).is_some_and(|device| core::mem::replace(&mut device.self_managed, begun))
}

fn managed_queues(device: ObjectId) -> Vec<ObjectId> {
    let world = world::lock();
    let Some(device) = world.get::<Device>(device) else { return Vec::new() };
    let managed = |id: &ObjectId| world.get::<IoQueue>(*id).is_some_and(|queue| queue.power_managed);
    device.queues.iter().copied().filter(managed).collect()
}

/// Takes a device out of its working state. False when it was not in it.
pub fn down(device: ObjectId) -> bool {
    if !set_working(device, false) {
        return false;
    }
    let callbacks = device_data::callbacks(device);
    let handle = world::handle(device);
    if let Some(callbacks) = &callbacks {
        callback!("EvtDeviceSelfManagedIoSuspend", callbacks.self_managed_io_suspend, handle);
    }
    for queue in managed_queues(device) {
        if let Some(queue) = world::lock().get_mut::<IoQueue>(queue) {
            queue.state.hold(true);
        }
        stop_requests(queue, WDF_REQUEST_STOP_ACTION_SUSPEND);
        teardown::wait_until_empty(|| unacknowledged(queue));
    }
    if let Some(callbacks) = &callbacks {
        d0_exit(callbacks, handle);
        release_hardware(callbacks, handle);
    }
    true
}

fn owned(queue: ObjectId) -> Vec<ObjectId> {
    world::lock().get::<IoQueue>(queue).map(|queue| queue.state.owned().to_vec()).unwrap_or_default()
}

fn unacknowledged(queue: ObjectId) -> Vec<ObjectId> {
    let owned = owned(queue);
    let world = world::lock();
    let open = |id: &ObjectId| world.get::<Request>(*id).is_some_and(|request| !request.acknowledged);
    owned.into_iter().filter(open).collect()
}

/// Tells the driver about every request that it owns.
fn stop_requests(queue: ObjectId, action: i32) {
    let function = world::lock().get::<IoQueue>(queue).and_then(|queue| queue.config.io_stop);
    for id in owned(queue) {
        let cancelable = world::lock().get::<Request>(id).map(|request| request.life.cancelable);
        let flags = match cancelable {
            None => continue,
            Some(Cancelable::Yes) => action | WDF_REQUEST_STOP_REQUEST_CANCELABLE,
            Some(_) => action,
        };
        callback!("EvtIoStop", function, world::handle(queue), world::handle(id), flags.cast_unsigned());
    }
}

/// Purges the power managed queues of a device that will not work again.
pub fn purge(device: ObjectId) {
    for queue in managed_queues(device) {
        if let Some(queue) = world::lock().get_mut::<IoQueue>(queue) {
            queue.state.purge(None);
        }
        cancel::purge(queue);
        stop_requests(queue, WDF_REQUEST_STOP_ACTION_PURGE);
        run::pump(queue);
    }
    if let Some(callbacks) = device_data::callbacks(device) {
        callback!("EvtDeviceSelfManagedIoFlush", callbacks.self_managed_io_flush, world::handle(device));
    }
}

/// The last call of self-managed I/O, if there was a first.
pub fn self_managed_cleanup(device: ObjectId) {
    if note_self_managed(device, false)
        && let Some(callbacks) = device_data::callbacks(device)
    {
        callback!("EvtDeviceSelfManagedIoCleanup", callbacks.self_managed_io_cleanup, world::handle(device));
    }
}

/// `WdfCmResourceListGetCount`: root-enumerated devices have no resources.
pub fn resource_count(call: Call, list: Handle) -> u32 {
    // A handle of another kind has been reported by then.
    let _reported = world::lock().check_any(call, list);
    0
}

/// `WdfCmResourceListGetDescriptor`: so there is none at any index.
pub fn resource(call: Call, list: Handle, _index: u32) -> Pointer {
    resource_count(call, list);
    null_mut()
}
