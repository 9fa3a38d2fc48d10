//! The order of installing: everything that can be checked is checked before anything is changed, what works is not
//! removed before its successor works, and what fails is undone.

use super::{DeviceNode, Installed, SetupError};
use crate::{Error, Version};
use std::path::Path;

/// The steps that a system offers. Each is one thing that the sequence decides about.
pub trait Steps {
    /// Whether the package is whole and for this system, the caller may install, and no service stands in the way.
    /// Changes nothing.
    fn check(&self, inf: &Path) -> Result<(), Error>;

    /// Hands the package to the system, which checks its signature; gives its published name. Drives no device yet.
    fn stage(&self, inf: &Path) -> Result<String, SetupError>;

    /// Takes a package from the system that drives no device.
    fn unstage(&self, published: &str) -> Result<(), SetupError>;

    /// The devices of the driver, with what each is driven by.
    fn devices(&self) -> Result<Vec<DeviceNode>, SetupError>;

    /// Adds the device.
    fn create_device(&self, inf: &Path) -> Result<(), SetupError>;

    /// Has the system drive the devices that are there with this package. `true`: only after a restart.
    fn update(&self, inf: &Path) -> Result<bool, SetupError>;

    /// Whether the driver that the service loads is that of the package.
    fn runs(&self, inf: &Path) -> Result<bool, SetupError>;

    /// Removes the devices and unloads the driver. The service stays, and so do the packages. `true`: only a restart
    /// unloads it.
    fn unload(&self) -> Result<bool, SetupError>;

    /// Removes every device, the service, and the packages that drove the devices.
    fn remove_all(&self) -> Result<(), SetupError>;

    /// Whether the device opens and answers now.
    fn answers(&self) -> bool;

    /// Waits until it does.
    fn wait(&self) -> Result<Version, Error>;

    /// Drives the devices with a package that was installed before, by its published name.
    fn restore(&self, published: &str) -> Result<(), SetupError>;
}

/// Installs the package of `inf`, or replaces what is installed with it.
pub fn install(steps: &impl Steps, inf: &Path) -> Result<Installed, Error> {
    steps.check(inf)?;
    let old = steps.devices()?;
    let staged = steps.stage(inf)?;
    // Without one that works there is nothing to keep.
    let works = steps.answers();
    let started = if works { replace(steps, inf) } else { start_afresh(steps, inf) };
    match started {
        Ok(started) => finish(steps, &old, &started),
        Err(error @ Error::Setup(SetupError::RebootNeeded { .. })) => Err(error),
        Err(error) => Err(undo(steps, &old, &staged, works, with_problem(steps, error))),
    }
}

/// What a start came to.
struct Started {
    version: Version,
    reboot_needed: bool,
}

/// In place: the device stays, and with it what the system and its programs know about it.
fn replace(steps: &impl Steps, inf: &Path) -> Result<Started, Error> {
    let reboot_needed = steps.update(inf)?;
    if reboot_needed || steps.runs(inf)? {
        return wait(steps, reboot_needed);
    }
    // A system that does not replace what is loaded (Wine).
    start_afresh(steps, inf)
}

/// With a new device, and whatever there was unloaded.
fn start_afresh(steps: &impl Steps, inf: &Path) -> Result<Started, Error> {
    if steps.unload()? {
        return Err(SetupError::RebootNeeded { then: "netioctl driver install" }.into());
    }
    steps.create_device(inf)?;
    let reboot_needed = steps.update(inf)?;
    wait(steps, reboot_needed)
}

fn wait(steps: &impl Steps, reboot_needed: bool) -> Result<Started, Error> {
    match steps.wait() {
        Ok(version) => Ok(Started { version, reboot_needed }),
        Err(_) if reboot_needed => Err(SetupError::RebootNeeded { then: "netioctl driver status" }.into()),
        Err(error) => Err(error),
    }
}

/// The new driver works: the package of the old one may go.
fn finish(steps: &impl Steps, old: &[DeviceNode], started: &Started) -> Result<Installed, Error> {
    let device = steps.devices()?.into_iter().next().ok_or(SetupError::NothingInstalled)?;
    let mut packages: Vec<_> = old.iter().filter_map(|node| node.inf.as_ref()).collect();
    packages.dedup();
    // A restart may still need the old one.
    for package in
        packages.into_iter().filter(|package| Some(*package) != device.inf.as_ref() && !started.reboot_needed)
    {
        // One that stays does no harm.
        let _ = steps.unstage(package);
    }
    let Started { version, reboot_needed } = *started;
    let replaced = old.iter().any(|node| node.service.is_some());
    Ok(Installed { version, instance_id: device.instance_id, inf: device.inf, replaced, reboot_needed })
}

/// The error, with what the system says of the device.
fn with_problem(steps: &impl Steps, error: Error) -> Error {
    if matches!(error, Error::Setup(SetupError::Problem { .. })) {
        return error;
    }
    let devices = steps.devices().unwrap_or_default();
    let problem = devices.into_iter().find_map(|node| Some((node.instance_id, node.problem?)));
    match problem {
        Some((device, problem)) => SetupError::Problem { device, problem, error: Some(Box::new(error)) }.into(),
        None => error,
    }
}

/// Brings back what was there before. The error of the installation is the one to report, along with what came of this.
fn undo(steps: &impl Steps, old: &[DeviceNode], staged: &str, worked: bool, error: Error) -> Error {
    if !worked {
        // A half-installed driver would be started again at each boot.
        let _ = steps.remove_all();
        let _ = steps.unstage(staged);
        return error;
    }
    let package = old.iter().find_map(|node| node.inf.as_deref());
    let mut works = steps.answers() && !drives(steps, staged, package);
    if let (false, Some(package)) = (works, package) {
        works = steps.restore(package).is_ok() && steps.wait().is_ok();
    }
    if works && package != Some(staged) {
        let _ = steps.unstage(staged);
    }
    SetupError::NotReplaced { error: Box::new(error), works }.into()
}

/// Whether a device is driven by the staged package, which is not the old one.
fn drives(steps: &impl Steps, staged: &str, old: Option<&str>) -> bool {
    let devices = steps.devices().unwrap_or_default();
    old != Some(staged) && devices.iter().any(|node| node.inf.as_deref() == Some(staged))
}
