//! WMI providers and instances, as far as a driver makes and registers them: nobody here asks for their data.

use crate::argument::{Counted, Given, Out};
use crate::call::Call;
use crate::device::data::Device;
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::world::{self, Kind};
use netioctl_status::NtStatus;
use wdf_abi::{Handle, WmiInstanceConfig};
use wdf_model::attributes::Accepts;
use wdf_model::tree::ObjectId;

/// `WDFWMIPROVIDER`.
struct Provider(ObjectId);

impl Kind for Provider {
    const NAME: &'static str = "WDFWMIPROVIDER";
}

/// `WDFWMIINSTANCE`.
struct Instance {
    device: ObjectId,
    provider: Option<ObjectId>,
    registered: bool,
}

impl Kind for Instance {
    const NAME: &'static str = "WDFWMIINSTANCE";
}

/// `WdfDeviceAssignMofResourceName`.
pub fn assign_mof(call: Call, device: Handle, name: Option<Counted<'_>>) -> Result<(), NtStatus> {
    world::lock().check::<Device>(call, device)?;
    name.map(drop).ok_or(NtStatus::INVALID_PARAMETER)
}

/// `WdfWmiProviderCreate`.
pub fn create_provider(
    call: Call,
    device: Handle,
    config: Option<u32>,
    attributes: Option<Given>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    config.ok_or(NtStatus::INVALID_PARAMETER)?;
    let chosen = Chosen::check(attributes, Accepts::PLAIN)?;
    let mut world = world::lock();
    let device = world.check::<Device>(call, device)?;
    life::hand_out(life::create(&mut world, call, &chosen, Some(device), Provider(device)), out)
}

/// `WdfWmiInstanceCreate`: of a provider of the device, or of one that is made with it.
pub fn create_instance(
    call: Call,
    device: Handle,
    config: Option<WmiInstanceConfig>,
    attributes: Option<Given>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    let config = config.ok_or(NtStatus::INVALID_PARAMETER)?;
    if config.size != wdf_abi::size::<WmiInstanceConfig>() {
        return Err(NtStatus::INFO_LENGTH_MISMATCH);
    }
    if (config.provider == 0) == config.provider_config.is_null() {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    let chosen = Chosen::check(attributes, Accepts::PLAIN)?;
    let mut world = world::lock();
    let device = world.check::<Device>(call, device)?;
    let provider = if config.provider == 0 { None } else { Some(world.check::<Provider>(call, config.provider)?) };
    if provider.and_then(|provider| world.get::<Provider>(provider)).is_some_and(|provider| provider.0 != device) {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    let instance = Instance { device, provider, registered: config.register != 0 };
    life::hand_out(life::create(&mut world, call, &chosen, Some(device), instance), out)
}

fn register_as(call: Call, instance: Handle, registered: bool) -> Result<(), NtStatus> {
    world::with::<Instance, _>(call, instance, |instance| instance.registered = registered)
}

/// `WdfWmiInstanceRegister`.
pub fn register(call: Call, instance: Handle) -> Result<(), NtStatus> {
    register_as(call, instance, true)
}

/// `WdfWmiInstanceDeregister`.
pub fn deregister(call: Call, instance: Handle) {
    // A handle of another kind has been reported by then.
    let _reported = register_as(call, instance, false);
}

/// `WdfWmiInstanceGetDevice`.
pub fn device_of_instance(call: Call, instance: Handle) -> Handle {
    world::with::<Instance, _>(call, instance, |instance| instance.device).map_or(0, world::handle)
}

/// `WdfWmiInstanceGetProvider`.
pub fn provider_of_instance(call: Call, instance: Handle) -> Handle {
    world::with::<Instance, _>(call, instance, |instance| instance.provider).map_or(0, world::handle_or_null)
}

/// `WdfWmiProviderGetDevice`.
pub fn device_of_provider(call: Call, provider: Handle) -> Handle {
    world::with::<Provider, _>(call, provider, |provider| provider.0).map_or(0, world::handle)
}

/// `WdfWmiProviderIsEnabled`: nobody asks.
pub fn is_enabled(call: Call, provider: Handle, _control: i32) -> u8 {
    // A handle of another kind has been reported by then.
    let _reported = world::lock().check::<Provider>(call, provider);
    0
}
