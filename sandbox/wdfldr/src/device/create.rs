//! Creation of control devices and of function devices.

use crate::argument::{Given, InOut, Out};
use crate::call::Call;
use crate::device::data::{Device, PnpState};
use crate::device::init::{self as device_init, DeviceInit};
use crate::driver::data::Driver;
use crate::lock::CallbackLock;
use crate::nt::DeviceObject;
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::{nt, shutdown, world};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ptr::{from_ref, null};
use netioctl_status::NtStatus;
use wdf_abi::Handle;
use wdf_abi::constants::{WDF_DEVICE_IO_DIRECT, WDF_DEVICE_IO_NEITHER, WDF_USE_DEFAULT};
use wdf_model::attributes::Accepts;
use wdf_model::execution::Execution;
use wdf_model::tree::ObjectId;

/// `WdfDeviceCreate`.
pub fn create(call: Call, init: InOut<Handle>, attributes: Option<Given>, out: Out<Handle>) -> Result<(), NtStatus> {
    let Some(handle) = init.get().filter(|&handle| handle != 0) else {
        call.null_parameter("no init");
        return Err(NtStatus::INVALID_PARAMETER);
    };
    let made = make(call, handle, attributes);
    if made.is_ok() {
        init.set(0);
    }
    life::hand_out(made, out)
}

fn make(call: Call, handle: Handle, attributes: Option<Given>) -> Result<ObjectId, NtStatus> {
    let chosen = Chosen::check(attributes, Accepts::ROOT)?;
    let init = world::with::<DeviceInit, _>(call, handle, |init| init.clone())?;
    if !init.is_control() && init.sddl && init.name.is_none() {
        return Err(NtStatus::INVALID_SECURITY_DESCR);
    }
    let (driver_object, execution) = {
        let world = world::lock();
        let driver = world.get::<Driver>(init.driver).ok_or(NtStatus::INVALID_HANDLE)?;
        (driver.client.driver, driver.execution.child(chosen.level(), chosen.scope()))
    };
    let object = create_wdm(driver_object, &init)?;
    let attached = attach(object, init.pdo)?;
    if let Some(below) = attached.filter(|_| init.filter) {
        look_like(object, below);
    }
    let id = register(call, &chosen, init, object, attached, execution)?;
    let mut world = world::lock();
    if let Some(init) = world.get_mut::<DeviceInit>(world::id(handle)) {
        init.device = Some(id);
    }
    drop(world);
    forget_control_init(handle);
    Ok(id)
}

/// The init of a control device goes with its creation; that of a PnP device when `EvtDriverDeviceAdd` returns.
fn forget_control_init(handle: Handle) {
    let id = world::id(handle);
    let control = world::lock().get::<DeviceInit>(id).is_some_and(DeviceInit::is_control);
    if control {
        device_init::forget(id);
    }
}

fn create_wdm(driver: nt::DriverObject, init: &DeviceInit) -> Result<DeviceObject, NtStatus> {
    let name = init.name.as_deref().map(nt::counted);
    let name = name.as_ref().map_or(null(), from_ref);
    let mut object = None;
    // SAFETY: the driver object is that of the bound driver; name and result are locals.
    let status = unsafe {
        nt::IoCreateDevice(
            driver,
            0,
            name,
            init.device_type,
            init.characteristics,
            u8::from(init.exclusive),
            &raw mut object,
        )
    };
    if !status.is_success() {
        return Err(status);
    }
    let object = object.ok_or(NtStatus::UNSUCCESSFUL)?;
    let mut flags = object.flags() | nt::DO_DEVICE_INITIALIZING;
    flags |= match init.io_type {
        WDF_DEVICE_IO_DIRECT => nt::DO_DIRECT_IO,
        WDF_DEVICE_IO_NEITHER => 0,
        _ => nt::DO_BUFFERED_IO,
    };
    if init.exclusive {
        flags |= nt::DO_EXCLUSIVE;
    }
    if init.power_pageable {
        flags |= nt::DO_POWER_PAGABLE;
    }
    object.set_flags(flags);
    Ok(object)
}

fn attach(object: DeviceObject, pdo: Option<DeviceObject>) -> Result<Option<DeviceObject>, NtStatus> {
    let Some(pdo) = pdo else { return Ok(None) };
    // SAFETY: PnP passed the physical device, and the new device is ours.
    let attached = unsafe { nt::IoAttachDeviceToDeviceStack(object, pdo) };
    if attached.is_none() {
        // SAFETY: the device was created above and nobody knows it.
        unsafe { nt::IoDeleteDevice(object) };
        return Err(NtStatus::UNSUCCESSFUL);
    }
    Ok(attached)
}

/// A filter has the properties of the device that it stands before.
fn look_like(object: DeviceObject, below: DeviceObject) {
    const SAME: u32 = nt::DO_BUFFERED_IO | nt::DO_DIRECT_IO | nt::DO_POWER_PAGABLE;
    object.set_flags(object.flags() & !SAME | below.flags() & SAME);
    object.set_device_type(below.device_type());
    object.set_characteristics(below.characteristics());
}

fn register(
    call: Call,
    chosen: &Chosen,
    init: DeviceInit,
    object: DeviceObject,
    attached: Option<DeviceObject>,
    execution: Execution,
) -> Result<ObjectId, NtStatus> {
    let (driver, control, shutdown) = (init.driver, init.is_control(), init.shutdown_flags);
    let device = Device {
        init,
        object: Some(object),
        attached,
        driver,
        finished: false,
        execution,
        lock: Arc::new(CallbackLock::new()),
        default_queue: None,
        configured: BTreeMap::new(),
        queues: Vec::new(),
        link: None,
        interfaces: Vec::new(),
        exposed: Vec::new(),
        target: None,
        targets: Vec::new(),
        pnp_state: if control { PnpState::CONTROL } else { PnpState::ADDED },
        state: [WDF_USE_DEFAULT; 7],
        working: false,
        self_managed: false,
    };
    let mut world = world::lock();
    let id = life::create(&mut world, call, chosen, Some(driver), device)?;
    world.devices.insert(object.address(), id);
    shutdown::wish_for(object, shutdown);
    Ok(id)
}
