//! Plug and play: a device is added, started, stopped, and removed, expectedly or not.

use crate::call::Call;
use crate::device::data::{Device, PnpState};
use crate::device::init::DeviceInit;
use crate::device::{data, filters, init as device_init, interface, lower, power, problem, query_interface};
use crate::driver::data::{Driver, of_driver_object};
use crate::nt::{DeviceObject, DriverObject, Irp};
use crate::object::life;
use crate::queue::teardown;
use crate::{callback, faults, irp, nt, settings, world};
use netioctl_status::NtStatus;
use wdf_abi::Function;
use wdf_model::tree::ObjectId;

/// `DRIVER_ADD_DEVICE`.
pub unsafe extern "system" fn add_device(driver: DriverObject, pdo: DeviceObject) -> NtStatus {
    let status = filters::around(driver, pdo, || add(driver, pdo));
    if !status.is_success() {
        problem::note(pdo, problem::FAILED_ADD, status);
    }
    status
}

fn add(driver: DriverObject, pdo: DeviceObject) -> NtStatus {
    let Some(driver) = of_driver_object(driver) else { return NtStatus::UNSUCCESSFUL };
    let call = Call::internal(Function::WdfDriverCreate);
    faults::look();
    let init = faults::allocation("WDFDEVICE_INIT").and_then(|()| DeviceInit::new(driver, Some(pdo)).publish(call));
    let init = match init {
        Ok(init) => init,
        Err(status) => return status,
    };
    let function = world::lock().get::<Driver>(driver).and_then(|driver| driver.config.device_add);
    let (driver_handle, init_handle) = (world::handle(driver), world::handle(init));
    let outcome = callback!("EvtDriverDeviceAdd", function, driver_handle, init_handle);
    let outcome = outcome.unwrap_or(NtStatus::UNSUCCESSFUL);
    let device = world::lock().get::<DeviceInit>(init).and_then(|init| init.device);
    device_init::forget(init);
    let Some(device) = device else { return outcome };
    if outcome.is_success() {
        let world = world::lock();
        if let Some(object) = world.get::<Device>(device).and_then(|device| device.object) {
            object.set_flags(object.flags() & !nt::DO_DEVICE_INITIALIZING);
        }
    } else {
        life::delete(device);
    }
    outcome
}

/// `IRP_MJ_PNP`.
pub fn dispatch(device: ObjectId, irp: Irp) -> NtStatus {
    let callbacks = data::callbacks(device);
    let handle = world::handle(device);
    if irp.stack().minor() == nt::IRP_MN_SURPRISE_REMOVAL && settings::current().orderly_removal {
        // Wine removes devices in one way only, and lets nobody refuse: the question goes down the stack in its place.
        irp.stack().set_minor(nt::IRP_MN_QUERY_REMOVE_DEVICE);
    }
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
        nt::IRP_MN_QUERY_INTERFACE => query_interface::answer(device, irp),
        nt::IRP_MN_SURPRISE_REMOVAL => surprise_removal(device, irp),
        nt::IRP_MN_REMOVE_DEVICE => remove(device, irp),
        _ => lower::pass_down(device, irp),
    }
}

fn query(device: ObjectId, irp: Irp, answer: Option<NtStatus>, state: PnpState) -> NtStatus {
    if let Some(status) = answer.filter(|&status| !status.is_success()) {
        return irp::done(irp, status);
    }
    data::enter(device, state);
    irp.set_status(NtStatus::SUCCESS);
    lower::pass_down(device, irp)
}

/// `IRP_MN_START_DEVICE`, completed before it returns: Wine does not wait for one that is pended.
fn start(device: ObjectId, irp: Irp) -> NtStatus {
    let below = lower::below_first(device, irp);
    let outcome = if below.is_success() { power::up(device) } else { Err(below) };
    let interfaces = world::lock().get::<Device>(device).map(|device| device.interfaces.clone());
    if outcome.is_ok() {
        data::enter(device, PnpState::STARTED);
        interface::switch_all(&interfaces.unwrap_or_default(), true);
    }
    let status = outcome.map_or_else(|status| status, |()| NtStatus::SUCCESS);
    let pdo = world::lock().get::<Device>(device).and_then(|device| device.init.pdo);
    if let Some(pdo) = pdo.filter(|_| !status.is_success()) {
        problem::note(pdo, problem::FAILED_START, status);
    }
    irp::complete(irp, status, None, 0);
    status
}

fn leave_sight(device: ObjectId) {
    let interfaces = world::lock().get::<Device>(device).map(|device| device.interfaces.clone());
    interface::switch_all(&interfaces.unwrap_or_default(), false);
}

/// `IRP_MN_SURPRISE_REMOVAL`.
fn surprise_removal(device: ObjectId, irp: Irp) -> NtStatus {
    let function = data::callbacks(device).and_then(|callbacks| callbacks.surprise_removal);
    callback!("EvtDeviceSurpriseRemoval", function, world::handle(device));
    leave_sight(device);
    if power::down(device) {
        power::purge(device);
    }
    data::enter(device, PnpState::SURPRISE_REMOVED);
    irp.set_status(NtStatus::SUCCESS);
    lower::pass_down(device, irp)
}

/// `IRP_MN_REMOVE_DEVICE`: the device and all of its objects go.
fn remove(device: ObjectId, irp: Irp) -> NtStatus {
    leave_sight(device);
    if power::down(device) {
        power::purge(device);
    }
    teardown::settle_queues(device);
    power::self_managed_cleanup(device);
    teardown::settle_targets(device);
    irp.set_status(NtStatus::SUCCESS);
    let status = lower::pass_down_for_good(device, irp);
    life::delete(device);
    status
}
