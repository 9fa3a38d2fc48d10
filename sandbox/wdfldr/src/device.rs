//! `WDFDEVICE`: creation of control devices and of function devices, and what they answer about themselves.

use crate::call::Call;
use crate::device_init::{self, DeviceInit};
use crate::driver::Driver;
use crate::interface::Interface;
use crate::irql::Raised;
use crate::lock::CallbackLock;
use crate::nt::{self, DeviceObject};
use crate::object::{self, Chosen};
use crate::world::{self, Kind, World};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ptr::{from_ref, null};
use wdf_abi::{DriverGlobals, Function, Handle, ObjectAttributes};
use wdf_model::attributes::Accepts;
use wdf_model::execution::{Execution, Scope};
use wdf_model::irql::{DISPATCH_LEVEL, PASSIVE_LEVEL};
use wdf_model::status::{self, Status};
use wdf_model::tree::ObjectId;

/// The object's data.
pub struct Device {
    pub init: DeviceInit,
    pub object: DeviceObject,
    pub attached: DeviceObject,
    pub driver: ObjectId,
    pub control: bool,
    /// Control device: `WdfControlFinishInitializing` was called.
    pub finished: bool,
    pub execution: Execution,
    pub lock: Arc<CallbackLock>,
    pub default_queue: Option<ObjectId>,
    /// Request types with a queue of their own.
    pub configured: BTreeMap<i32, ObjectId>,
    pub queues: Vec<ObjectId>,
    pub link: Option<Vec<u16>>,
    pub interfaces: Vec<Interface>,
    pub pnp_state: PnpState,
    /// `WDF_DEVICE_STATE`.
    pub state: [i32; 7],
    /// Whether the device works (power managed queues run).
    pub working: bool,
    /// Whether self-managed I/O has begun.
    pub self_managed: bool,
}

/// The three state machines as `WdfDeviceGetDevice…State` show them.
#[derive(Clone, Copy)]
pub struct PnpState {
    pub pnp: i32,
    pub power: i32,
    pub policy: i32,
}

impl PnpState {
    pub const CONTROL: Self = Self { pnp: 0x100, power: 0x300, policy: 0x500 };
    pub const ADDED: Self = Self { pnp: 0x105, power: 0x300, policy: 0x500 };
    pub const STARTED: Self = Self { pnp: 0x119, power: 0x307, policy: 0x565 };
    pub const QUERIED_REMOVE: Self = Self { pnp: 0x10C, power: 0x307, policy: 0x565 };
    pub const QUERIED_STOP: Self = Self { pnp: 0x110, power: 0x307, policy: 0x565 };
    pub const STOPPED: Self = Self { pnp: 0x11E, power: 0x315, policy: 0x563 };
    pub const SURPRISE_REMOVED: Self = Self { pnp: 0x12E, power: 0x315, policy: 0x58E };
}

/// `WdfUseDefault`.
const USE_DEFAULT: i32 = 2;
/// `WdfDeviceIoDirect` and `WdfDeviceIoNeither`.
pub const IO_DIRECT: i32 = 3;
pub const IO_NEITHER: i32 = 1;

/// `WdfDeviceCreate`.
pub extern "system" fn create(
    _globals: *const DriverGlobals,
    init: *mut Handle,
    attributes: *const ObjectAttributes,
    out: *mut Handle,
) -> Status {
    let call = Call::enter(Function::WdfDeviceCreate, PASSIVE_LEVEL);
    let Some(handle) = nt::read(init).filter(|&handle| handle != 0) else {
        call.null_parameter("no init");
        return status::INVALID_PARAMETER;
    };
    match make(call, handle, attributes) {
        Ok(id) => {
            nt::write(init, 0);
            nt::write(out, world::handle(id));
            status::SUCCESS
        }
        Err(status) => status,
    }
}

fn make(call: Call, handle: Handle, attributes: *const ObjectAttributes) -> Result<ObjectId, Status> {
    let chosen = Chosen::read(attributes, Accepts::ROOT)?;
    let init = world::with::<DeviceInit, _>(call, handle, |init| init.clone())?;
    if init.pdo.is_some() && init.sddl && init.name.is_none() {
        return Err(status::INVALID_SECURITY_DESCR);
    }
    let (driver_object, execution) = {
        let world = world::lock();
        let driver = world.get::<Driver>(init.driver).ok_or(status::INVALID_HANDLE)?;
        (driver.client.driver, driver.execution.child(chosen.level(), chosen.scope()))
    };
    let object = create_wdm(driver_object, &init)?;
    let attached = attach(object, init.pdo)?;
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
    let control = world::lock().get::<DeviceInit>(id).is_some_and(|init| init.pdo.is_none());
    if control {
        device_init::forget(id);
    }
}

fn create_wdm(driver: nt::DriverObject, init: &DeviceInit) -> Result<DeviceObject, Status> {
    let name = init.name.as_deref().map(nt::counted);
    let name = name.as_ref().map_or(null(), from_ref);
    let mut object = DeviceObject::NULL;
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
    if !status::is_success(status) {
        return Err(status);
    }
    let mut flags = object.flags() | nt::DO_DEVICE_INITIALIZING;
    flags |= match init.io_type {
        IO_DIRECT => nt::DO_DIRECT_IO,
        IO_NEITHER => 0,
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

fn attach(object: DeviceObject, pdo: Option<DeviceObject>) -> Result<DeviceObject, Status> {
    let Some(pdo) = pdo else { return Ok(DeviceObject::NULL) };
    // SAFETY: PnP passed the physical device, and the new device is ours.
    let attached = unsafe { nt::IoAttachDeviceToDeviceStack(object, pdo) };
    if attached.is_null() {
        // SAFETY: the device was created above and nobody knows it.
        unsafe { nt::IoDeleteDevice(object) };
        return Err(status::UNSUCCESSFUL);
    }
    Ok(attached)
}

fn register(
    call: Call,
    chosen: &Chosen,
    init: DeviceInit,
    object: DeviceObject,
    attached: DeviceObject,
    execution: Execution,
) -> Result<ObjectId, Status> {
    let (driver, control) = (init.driver, init.pdo.is_none());
    let device = Device {
        init,
        object,
        attached,
        driver,
        control,
        finished: false,
        execution,
        lock: Arc::new(CallbackLock::new()),
        default_queue: None,
        configured: BTreeMap::new(),
        queues: Vec::new(),
        link: None,
        interfaces: Vec::new(),
        pnp_state: if control { PnpState::CONTROL } else { PnpState::ADDED },
        state: [USE_DEFAULT; 7],
        working: false,
        self_managed: false,
    };
    let mut world = world::lock();
    let id = object::create(&mut world, call, chosen, Some(driver), Kind::Device(Box::new(device)))?;
    world.devices.insert(object.address(), id);
    Ok(id)
}

/// Takes the device from the I/O manager's sight.
pub fn disconnect(id: ObjectId) {
    let mut world = world::lock();
    let Some(device) = world.get_mut::<Device>(id) else { return };
    let object = core::mem::replace(&mut device.object, DeviceObject::NULL);
    let attached = core::mem::replace(&mut device.attached, DeviceObject::NULL);
    let link = device.link.take();
    world.devices.remove(&object.address());
    drop(world);
    if let Some(link) = link {
        let name = nt::counted(&link);
        // SAFETY: the name is a local.
        unsafe { nt::IoDeleteSymbolicLink(&raw const name) };
    }
    if !attached.is_null() {
        // SAFETY: this is the device that ours was attached to, and it is detached once.
        unsafe { nt::IoDetachDevice(attached) };
    }
    if !object.is_null() {
        // SAFETY: the device is ours and is deleted once.
        unsafe { nt::IoDeleteDevice(object) };
    }
}

/// Lets go of what a removed device held.
pub fn release(device: &Device) {
    for interface in &device.interfaces {
        interface.free();
    }
}

/// The device that an object belongs to.
pub fn above(world: &World, id: ObjectId) -> Option<ObjectId> {
    let mut at = Some(id);
    while let Some(id) = at {
        if world.get::<Device>(id).is_some() {
            return Some(id);
        }
        at = world.objects.parent(id);
    }
    None
}

/// The lock, if any, under which the callbacks of a timer or work item run.
pub struct Serialization(Option<(Arc<CallbackLock>, bool)>);

impl Serialization {
    /// Runs under the lock; a lock of dispatch level raises the IRQL.
    pub fn run<R>(&self, then: impl FnOnce() -> R) -> R {
        let Some((lock, passive)) = &self.0 else { return then() };
        let _raised = Raised::to(if *passive { PASSIVE_LEVEL } else { DISPATCH_LEVEL });
        lock.enter();
        let result = then();
        lock.leave();
        result
    }
}

/// The serialization of a callback that runs at passive or dispatch level.
pub fn serialization(world: &World, device: ObjectId, automatic: bool, passive: bool) -> Result<Serialization, Status> {
    let device = world.get::<Device>(device).ok_or(status::INVALID_DEVICE_REQUEST)?;
    let own = device.execution;
    if !automatic || !matches!(own.scope, Scope::Device | Scope::Queue) {
        return Ok(Serialization(None));
    }
    if own.level.is_passive() != passive {
        return Err(status::WDF_INCOMPATIBLE_EXECUTION_LEVEL);
    }
    Ok(Serialization(Some((Arc::clone(&device.lock), passive))))
}
