//! Installing, removing and inspecting, over the calls of the modules beside this one.

mod install;
mod remove;
mod security;

use super::{device_info::DeviceInfoSet, handle, problem, service::Service};
use crate::{
    Access, Device, Error, Version,
    driver::{DeviceNode, Installed, Removed, SERVICE_NAME, ServiceState, SetupError, Status, image::image_file},
};
use std::{
    env,
    path::{Path, PathBuf},
};

pub fn install(inf: &Path) -> Result<Installed, Error> {
    install::run(inf)
}

pub use security::allow_operators;

pub fn uninstall() -> Result<Removed, Error> {
    super::token::require_installer()?;
    Ok(remove::run()?)
}

pub fn status() -> Result<Status, Error> {
    let devices = device_nodes()?;
    let service = service_state(&devices)?;
    let interface = DeviceInfoSet::present_interface()?;
    let version = interface.as_deref().map(answer);
    Ok(Status { devices, service, interface, version })
}

/// The devices of the driver, described.
fn device_nodes() -> Result<Vec<DeviceNode>, SetupError> {
    let set = DeviceInfoSet::root()?;
    let describe = |node| {
        let (service, inf, problem) = (set.service(node), set.inf(node), problem::of(&set, node));
        Ok(DeviceNode { instance_id: set.instance_id(node)?, service, inf, problem })
    };
    set.ours().iter().map(describe).collect()
}

/// The name of the service: what a device says, or what the package calls it.
fn service_name(devices: &[DeviceNode]) -> &str {
    devices.iter().find_map(|device| device.service.as_deref()).unwrap_or(SERVICE_NAME)
}

fn service_state(devices: &[DeviceNode]) -> Result<Option<(String, ServiceState)>, SetupError> {
    let name = service_name(devices);
    let Some(service) = Service::find(name)? else { return Ok(None) };
    Ok(Some((name.to_owned(), service.state()?)))
}

/// The file that a service loads; `None` if there is no service of this name.
fn image(name: &str) -> Result<Option<PathBuf>, SetupError> {
    let Some(service) = Service::find_to_query(name)? else { return Ok(None) };
    let windows = env::var("SystemRoot").unwrap_or_else(|_| r"C:\Windows".to_owned());
    Ok(Some(image_file(&service.image_path()?, &windows).into()))
}

/// Opens an interface and asks for the version: the only proof that a driver works.
fn answer(path: &str) -> Result<Version, Error> {
    Device::over(handle::open_path(path, Access::Read)?)?.version()
}
