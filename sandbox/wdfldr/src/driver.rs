//! The driver object: creation, unload, and the final account of what it left.

use crate::bind::Client;
use crate::call::{self, Call};
use crate::callback;
use crate::dispatch;
use crate::log;
use crate::nt::{self, DriverObject};
use crate::object::{self, Chosen};
use crate::pnp;
use crate::queue_teardown;
use crate::settings;
use crate::teardown;
use crate::text;
use crate::world::{self, Kind};
use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ptr::null_mut;
use verifier_abi::{Resource, Violation};
use wdf_abi::{DriverConfig, DriverGlobals, Function, Handle, ObjectAttributes, UnicodeString};
use wdf_model::attributes::Accepts;
use wdf_model::config::{self, NO_DISPATCH_OVERRIDE};
use wdf_model::execution::Execution;
use wdf_model::irql::{DISPATCH_LEVEL, PASSIVE_LEVEL};
use wdf_model::status::{self, Status};
use wdf_model::tree::ObjectId;

/// `WDFDRIVER`.
pub struct Driver {
    pub client: Arc<Client>,
    pub config: DriverConfig,
    pub execution: Execution,
    /// The registry path, terminated.
    registry_path: Vec<u16>,
}

const DEFAULT_TAG: u32 = u32::from_le_bytes(*b"Wdf ");

/// `WdfDriverCreate`.
pub extern "system" fn create(
    globals: *mut DriverGlobals,
    driver: DriverObject,
    _registry_path: *const UnicodeString,
    attributes: *const ObjectAttributes,
    config: *const DriverConfig,
    out: *mut Handle,
) -> Status {
    let call = Call::enter(Function::WdfDriverCreate, PASSIVE_LEVEL);
    match make(call, globals, driver, attributes, config) {
        Ok(id) => {
            nt::write(out, world::handle(id));
            status::SUCCESS
        }
        Err(status) => status,
    }
}

fn make(
    call: Call,
    globals: *mut DriverGlobals,
    driver: DriverObject,
    attributes: *const ObjectAttributes,
    config: *const DriverConfig,
) -> Result<ObjectId, Status> {
    let config = nt::read(config).ok_or(status::INVALID_PARAMETER)?;
    let view =
        config::DriverConfig { size: config.size, flags: config.init_flags, device_add: config.device_add.is_some() };
    view.check()?;
    if object::driver_of(globals).is_some() {
        return Err(status::DRIVER_INTERNAL_ERROR);
    }
    let chosen = Chosen::read(attributes, Accepts::ROOT)?;
    let mut world = world::lock();
    let client = world.clients.iter().find(|client| client.globals == globals).cloned();
    let client = client.ok_or(status::INVALID_PARAMETER)?;
    let mut registry_path = client.registry_path.clone();
    registry_path.push(0);
    let execution = Execution::DEFAULT.child(chosen.level(), chosen.scope());
    let data = Driver { client, config, execution, registry_path };
    let id = object::create(&mut world, call, &chosen, None, Kind::Driver(Box::new(data)))?;
    drop(world);
    publish(globals, id, &config);
    hook(driver, &config);
    Ok(id)
}

fn publish(globals: *mut DriverGlobals, id: ObjectId, config: &DriverConfig) {
    // SAFETY: the globals are those of the bound driver, which calls in from a single thread here.
    if let Some(globals) = unsafe { globals.as_mut() } {
        globals.driver = world::handle(id);
        globals.driver_tag = if config.pool_tag == 0 { DEFAULT_TAG } else { config.pool_tag };
        globals.displace_driver_unload = 1;
    }
}

fn hook(driver: DriverObject, config: &DriverConfig) {
    if config.init_flags & NO_DISPATCH_OVERRIDE != 0 {
        return;
    }
    driver.set_dispatch(dispatch::dispatch);
    driver.set_unload(unload);
    if config.device_add.is_some() {
        driver.set_add_device(pnp::add_device);
    }
}

/// The driver object of a client.
pub fn of_driver_object(driver: DriverObject) -> Option<ObjectId> {
    let world = world::lock();
    let client = world.clients.iter().find(|client| client.driver == driver)?;
    object::driver_of(client.globals)
}

/// `DRIVER_UNLOAD`.
unsafe extern "system" fn unload(driver: DriverObject) {
    let Some(id) = of_driver_object(driver) else { return };
    let evt = world::lock().get::<Driver>(id).and_then(|data| data.config.unload);
    callback!("EvtDriverUnload", evt, world::handle(id));
    let client = world::lock().get::<Driver>(id).map(|data| Arc::clone(&data.client));
    if let Some(client) = client {
        destroy(&client);
    }
}

/// Deletes the driver object and everything below it; control devices first, as the framework does.
pub fn destroy(client: &Client) {
    let Some(driver) = object::driver_of(client.globals) else { return };
    let devices: Vec<ObjectId> = {
        let world = world::lock();
        let children = world.objects.children(driver).iter().copied();
        children.filter(|&child| world.get::<crate::device::Device>(child).is_some()).collect()
    };
    let mut bare = Vec::new();
    for device in devices {
        queue_teardown::settle_device(device);
        teardown::before_tree(device);
        let order = object::clean_up(device);
        let (last, below): (Vec<_>, Vec<_>) = order.into_iter().partition(|&id| id == device);
        object::destroy_all(&below);
        bare.extend(last);
    }
    teardown::before_tree(driver);
    let order = object::clean_up(driver);
    object::destroy_all(&bare);
    object::destroy_all(&order);
    // SAFETY: the globals live until the driver is unbound, which is later.
    if let Some(globals) = unsafe { client.globals.as_mut() } {
        globals.driver = 0;
    }
}

/// Reports the objects that the driver made and that outlived it, and forgets them.
pub fn report_leaks(client: &Client) {
    let world = world::lock();
    let own = |id: &ObjectId| world.objects.get(*id).is_some_and(|o| call::module_of(o.creator) == client.image);
    let left: Vec<ObjectId> = world.objects.iter().map(|(id, _)| id).filter(own).collect();
    drop(world);
    for id in left {
        let references = world::lock().objects.extra_references(id);
        if let Some(object) = world::lock().remove(id) {
            let detail = format!(
                "{} {:#x} is still there at unload, references: {references}",
                object.kind.name(),
                world::handle(id)
            );
            let caller = call::describe(object.creator);
            log::violation(Resource::Handle.leaked(), object.function, &caller, &detail);
        }
    }
}

/// `WdfDriverGetRegistryPath`.
pub extern "system" fn registry_path(_globals: *const DriverGlobals, driver: Handle) -> *mut u16 {
    let call = Call::enter(Function::WdfDriverGetRegistryPath, PASSIVE_LEVEL);
    world::with::<Driver, _>(call, driver, |data| data.registry_path.as_mut_ptr()).unwrap_or(null_mut())
}

/// `WdfDriverWdmGetDriverObject`.
pub extern "system" fn wdm_driver_object(_globals: *const DriverGlobals, driver: Handle) -> DriverObject {
    let call = Call::enter(Function::WdfDriverWdmGetDriverObject, DISPATCH_LEVEL);
    world::with::<Driver, _>(call, driver, |data| data.client.driver).unwrap_or(DriverObject::NULL)
}

/// `WdfWdmDriverGetWdfDriverHandle`.
pub extern "system" fn driver_handle(_globals: *const DriverGlobals, driver: DriverObject) -> Handle {
    Call::enter(Function::WdfWdmDriverGetWdfDriverHandle, DISPATCH_LEVEL);
    world::handle_or_null(of_driver_object(driver))
}

/// `WdfDriverRetrieveVersionString`.
pub extern "system" fn version_string(_globals: *const DriverGlobals, _driver: Handle, string: Handle) -> Status {
    let call = Call::enter(Function::WdfDriverRetrieveVersionString, PASSIVE_LEVEL);
    let minor = settings::release().minor;
    let text: Vec<u16> = format!("Kernel Mode Driver Framework version 1.{minor}").encode_utf16().collect();
    text::assign(call, string, text)
}

/// `WDF_DRIVER_VERSION_AVAILABLE_PARAMS`: size, major, minor.
pub extern "system" fn is_version_available(
    _globals: *const DriverGlobals,
    _driver: Handle,
    wanted: *const [u32; 3],
) -> u8 {
    let call = Call::enter(Function::WdfDriverIsVersionAvailable, PASSIVE_LEVEL);
    match nt::read(wanted) {
        Some([12, major, minor]) => u8::from(major == 1 && minor <= settings::release().minor),
        _ => {
            call.report(Violation::BadArgument, "wrong Size");
            0
        }
    }
}
