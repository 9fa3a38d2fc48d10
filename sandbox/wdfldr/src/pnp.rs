//! Plug and play: a device is added, started, stopped, and removed, expectedly or not.

use crate::call::Call;
use crate::callback;
use crate::device::{Device, PnpState};
use crate::device_init::{self, DeviceInit};
use crate::dispatch;
use crate::driver::{self, Driver};
use crate::interface;
use crate::lock::Monitor;
use crate::nt::{self, DeviceObject, DriverObject, Irp, Pointer};
use crate::object;
use crate::power;
use crate::queue_teardown;
use crate::request;
use crate::world;
use wdf_abi::{Function, PnpPowerEventCallbacks};
use wdf_model::status::{self, Status};
use wdf_model::tree::ObjectId;

/// `DRIVER_ADD_DEVICE`.
pub unsafe extern "system" fn add_device(driver: DriverObject, pdo: DeviceObject) -> Status {
    let Some(driver) = driver::of_driver_object(driver) else { return status::UNSUCCESSFUL };
    let call = Call(Function::WdfDriverCreate);
    let init = match DeviceInit::new(driver, Some(pdo)).publish(call) {
        Ok(init) => init,
        Err(status) => return status,
    };
    let function = world::lock().get::<Driver>(driver).and_then(|driver| driver.config.device_add);
    let (driver_handle, init_handle) = (world::handle(driver), world::handle(init));
    let outcome = callback!("EvtDriverDeviceAdd", function, driver_handle, init_handle);
    let outcome = outcome.unwrap_or(status::UNSUCCESSFUL);
    let device = world::lock().get::<DeviceInit>(init).and_then(|init| init.device);
    device_init::forget(init);
    let Some(device) = device else { return outcome };
    if status::is_success(outcome) {
        let world = world::lock();
        if let Some(object) = world.get::<Device>(device).map(|device| device.object) {
            object.set_flags(object.flags() & !nt::DO_DEVICE_INITIALIZING);
        }
    } else {
        object::delete(device);
    }
    outcome
}

/// The callbacks that the driver set for a device.
pub fn callbacks(device: ObjectId) -> Option<PnpPowerEventCallbacks> {
    world::lock().get::<Device>(device).and_then(|device| device.init.pnp)
}

/// Notes where the state machines stand.
pub fn enter(device: ObjectId, state: PnpState) {
    if let Some(device) = world::lock().get_mut::<Device>(device) {
        device.pnp_state = state;
    }
}

/// `IRP_MJ_PNP`.
pub fn dispatch(device: ObjectId, irp: Irp) -> Status {
    let callbacks = callbacks(device);
    let handle = world::handle(device);
    match irp.stack().minor() {
        nt::IRP_MN_START_DEVICE => start(device, irp),
        nt::IRP_MN_QUERY_REMOVE_DEVICE => {
            let function = callbacks.and_then(|callbacks| callbacks.query_remove);
            let answer = callback!("EvtDeviceQueryRemove", function, handle);
            query(device, irp, answer, PnpState::QUERIED_REMOVE)
        }
        nt::IRP_MN_QUERY_STOP_DEVICE => {
            let function = callbacks.and_then(|callbacks| callbacks.query_stop);
            let answer = callback!("EvtDeviceQueryStop", function, handle);
            query(device, irp, answer, PnpState::QUERIED_STOP)
        }
        nt::IRP_MN_CANCEL_REMOVE_DEVICE | nt::IRP_MN_CANCEL_STOP_DEVICE => query(device, irp, None, PnpState::STARTED),
        nt::IRP_MN_STOP_DEVICE => {
            power::down(device);
            query(device, irp, None, PnpState::STOPPED)
        }
        nt::IRP_MN_SURPRISE_REMOVAL => surprise_removal(device, irp),
        nt::IRP_MN_REMOVE_DEVICE => remove(device, irp),
        _ => dispatch::pass_down(device, irp),
    }
}

fn query(device: ObjectId, irp: Irp, answer: Option<Status>, state: PnpState) -> Status {
    if let Some(status) = answer.filter(|&status| !status::is_success(status)) {
        return dispatch::done(irp, status);
    }
    enter(device, state);
    irp.set_status(status::SUCCESS);
    dispatch::pass_down(device, irp)
}

unsafe extern "system" fn returned(_device: DeviceObject, _irp: Irp, context: Pointer) -> Status {
    // SAFETY: the context is the monitor of the thread that waits below, which it outlives.
    if let Some(monitor) = unsafe { context.cast::<Monitor<bool>>().as_ref() } {
        monitor.change(|done| *done = true);
    }
    nt::MORE_PROCESSING_REQUIRED
}

/// Lets the devices below start first.
fn below_first(device: ObjectId, irp: Irp) -> Status {
    let attached = world::lock().get::<Device>(device).map_or(DeviceObject::NULL, |device| device.attached);
    let monitor = Monitor::new(false);
    irp.copy_stack_to_next(returned, (&raw const monitor).cast_mut().cast());
    // SAFETY: the device below is attached to ours; the completion routine keeps the IRP for us.
    unsafe { nt::IofCallDriver(attached, irp) };
    monitor.wait(None, |done| done.then_some(()));
    irp.status()
}

/// `IRP_MN_START_DEVICE`, completed before it returns: Wine does not wait for one that is pended.
fn start(device: ObjectId, irp: Irp) -> Status {
    let below = below_first(device, irp);
    let outcome = if status::is_success(below) { power::up(device) } else { Err(below) };
    let interfaces = world::lock().get::<Device>(device).map(|device| device.interfaces.clone());
    if outcome.is_ok() {
        enter(device, PnpState::STARTED);
        interface::switch_all(&interfaces.unwrap_or_default(), true);
    }
    let status = outcome.map_or_else(|status| status, |()| status::SUCCESS);
    request::complete_irp(irp, status, None, 0);
    status
}

fn leave_sight(device: ObjectId) {
    let interfaces = world::lock().get::<Device>(device).map(|device| device.interfaces.clone());
    interface::switch_all(&interfaces.unwrap_or_default(), false);
}

/// `IRP_MN_SURPRISE_REMOVAL`.
fn surprise_removal(device: ObjectId, irp: Irp) -> Status {
    let function = callbacks(device).and_then(|callbacks| callbacks.surprise_removal);
    callback!("EvtDeviceSurpriseRemoval", function, world::handle(device));
    leave_sight(device);
    if power::down(device) {
        power::purge(device);
    }
    enter(device, PnpState::SURPRISE_REMOVED);
    irp.set_status(status::SUCCESS);
    dispatch::pass_down(device, irp)
}

/// `IRP_MN_REMOVE_DEVICE`: the device and all of its objects go.
fn remove(device: ObjectId, irp: Irp) -> Status {
    leave_sight(device);
    if power::down(device) {
        power::purge(device);
    }
    power::self_managed_cleanup(device);
    queue_teardown::settle_device(device);
    irp.set_status(status::SUCCESS);
    let status = dispatch::pass_down(device, irp);
    object::delete(device);
    status
}
