//! The driver object: creation, unload, and the final account of what it left.

use crate::argument::{Counted, Given, Out};
use crate::call::Call;
use crate::client::Client;
use crate::device::data::Device;
use crate::device::{filters, pnp};
use crate::driver::data::{Driver, of_driver_object};
use crate::nt::DriverObject;
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::queue::teardown;
use crate::{callback, caller, client, dispatch, log, world};
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use verifier_abi::Resource;
use wdf_abi::{DriverConfig, Handle};
use wdf_model::attributes::Accepts;
use wdf_model::config;
use wdf_model::config::NO_DISPATCH_OVERRIDE;
use wdf_model::execution::Execution;
use wdf_model::tree::ObjectId;

const DEFAULT_TAG: u32 = u32::from_le_bytes(*b"Wdf ");

/// `WdfDriverCreate`.
pub fn create(
    call: Call,
    driver: Option<DriverObject>,
    _registry_path: Option<Counted<'_>>,
    attributes: Option<Given>,
    config: Option<DriverConfig>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    let Some(driver) = driver else { return Err(NtStatus::INVALID_PARAMETER) };
    life::hand_out(make(call, driver, attributes, config), out)
}

fn make(
    call: Call,
    driver: DriverObject,
    attributes: Option<Given>,
    config: Option<DriverConfig>,
) -> Result<ObjectId, NtStatus> {
    let config = config.ok_or(NtStatus::INVALID_PARAMETER)?;
    let view =
        config::DriverConfig { size: config.size, flags: config.init_flags, device_add: config.device_add.is_some() };
    view.check()?;
    if life::driver_of(call).is_some() {
        return Err(NtStatus::DRIVER_INTERNAL_ERROR);
    }
    let chosen = Chosen::check(attributes, Accepts::ROOT)?;
    let client = client::by_globals(call.globals).ok_or(NtStatus::INVALID_PARAMETER)?;
    let mut registry_path = client.registry_path.clone();
    registry_path.push(0);
    let execution = Execution::DEFAULT.child(chosen.level(), chosen.scope());
    let data = Driver { client: Arc::clone(&client), config, execution, registry_path };
    let id = life::create(&mut world::lock(), call, &chosen, None, data)?;
    client.publish(world::handle(id));
    client.configure(if config.pool_tag == 0 { DEFAULT_TAG } else { config.pool_tag });
    hook(driver, &config);
    Ok(id)
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

/// `DRIVER_UNLOAD`.
unsafe extern "system" fn unload(driver: DriverObject) {
    let Some(id) = of_driver_object(driver) else { return };
    let evt = world::lock().get::<Driver>(id).and_then(|data| data.config.unload);
    callback!("EvtDriverUnload", evt, world::handle(id));
    let client = world::lock().get::<Driver>(id).map(|data| Arc::clone(&data.client));
    if let Some(client) = client {
        destroy(&client);
    }
    filters::unload(driver);
}

/// Deletes the driver object and everything below it; control devices first, as the framework does.
pub fn destroy(client: &Client) {
    let driver = match client.handle() {
        0 => return,
        handle => world::id(handle),
    };
    let devices: Vec<ObjectId> = {
        let world = world::lock();
        let children = world.objects.children(driver).iter().copied();
        children.filter(|&child| world.get::<Device>(child).is_some()).collect()
    };
    let mut bare = Vec::new();
    for device in devices {
        teardown::settle_device(device);
        life::before_tree(device);
        let order = life::clean_up(device);
        let (last, below): (Vec<_>, Vec<_>) = order.into_iter().partition(|&id| id == device);
        life::destroy_all(&below);
        bare.extend(last);
    }
    life::before_tree(driver);
    let order = life::clean_up(driver);
    life::destroy_all(&bare);
    life::destroy_all(&order);
    client.publish(0);
}

/// Reports the objects that the driver made and that outlived it, and forgets them.
pub fn report_leaks(client: &Client) {
    let world = world::lock();
    let own = |id: &ObjectId| world.objects.get(*id).is_some_and(|o| caller::module_of(o.creator) == client.image);
    let left: Vec<ObjectId> = world.objects.iter().map(|(id, _)| id).filter(own).collect();
    drop(world);
    for id in left {
        let references = world::lock().objects.extra_references(id);
        if let Some(object) = world::lock().remove(id) {
            let detail = format!(
                "{} {:#x} is still there at unload, references: {references}",
                object.data.name(),
                world::handle(id)
            );
            let caller = caller::describe(object.creator);
            log::violation(Resource::Handle.leaked(), object.function, &caller, &detail);
        }
    }
}
