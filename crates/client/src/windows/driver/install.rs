//! Installing: the steps, each over the calls of Windows. [`sequence`] has their order.

use super::{
    super::{
        call::{check, failure_of_std, wide},
        device_info::DeviceInfoSet,
        inf,
        service::Service,
        token,
    },
    answer, device_nodes, image, remove, service_name, service_state,
};
use crate::{
    Error, Version,
    driver::{
        DeviceNode, Installed, START_TIMEOUT, ServiceState, SetupError, package,
        sequence::{self, Steps},
    },
};
use netioctl_abi::HARDWARE_ID;
use std::{
    fs,
    path::{self, Path, PathBuf},
    ptr, thread,
    time::{Duration, Instant},
};
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::{
    INSTALLFLAG_FORCE, INSTALLFLAG_NONINTERACTIVE, UpdateDriverForPlugAndPlayDevicesW,
};

/// Time between two attempts to open a starting device.
const POLL: Duration = Duration::from_millis(50);

/// The steps of installing, on Windows.
struct System;

pub fn run(inf: &Path) -> Result<Installed, Error> {
    sequence::install(&System, &absolute(inf)?)
}

impl Steps for System {
    fn check(&self, inf: &Path) -> Result<(), Error> {
        inf::check_files(inf)?;
        package::check(inf)?;
        token::require_installer()?;
        check_applicable(inf)?;
        if Service::is_marked(service_name(&device_nodes()?))? {
            // No new service of this name can be made before the old one is gone.
            return Err(SetupError::RebootNeeded { then: "netioctl driver install" }.into());
        }
        Ok(())
    }

    fn stage(&self, inf: &Path) -> Result<String, SetupError> {
        inf::publish(inf)
    }

    fn unstage(&self, published: &str) -> Result<(), SetupError> {
        remove::remove_package(published)
    }

    fn devices(&self) -> Result<Vec<DeviceNode>, SetupError> {
        device_nodes()
    }

    fn create_device(&self, inf: &Path) -> Result<(), SetupError> {
        let class = inf::class(inf)?;
        let set = DeviceInfoSet::empty(&class)?;
        let node = set.create(&class)?;
        set.register(&node)
    }

    fn update(&self, inf: &Path) -> Result<bool, SetupError> {
        update(inf)
    }

    fn runs(&self, inf: &Path) -> Result<bool, SetupError> {
        let Some(image) = image(service_name(&device_nodes()?))? else { return Ok(false) };
        let packaged = inf.with_file_name(image.file_name().unwrap_or_default());
        // What cannot be compared is left to the driver's answer.
        Ok(match (fs::read(image), fs::read(packaged)) {
            (Ok(loaded), Ok(packaged)) => loaded == packaged,
            _ => true,
        })
    }

    fn unload(&self) -> Result<bool, SetupError> {
        remove::unload()
    }

    fn remove_all(&self) -> Result<(), SetupError> {
        remove::run().map(drop)
    }

    fn answers(&self) -> bool {
        look().is_ok()
    }

    fn wait(&self) -> Result<Version, Error> {
        wait_for_answer()
    }

    fn restore(&self, published: &str) -> Result<(), SetupError> {
        let inf = inf::stored(published)?;
        // newdev never comes back from a package without its files.
        inf::check_files(&inf)?;
        if device_nodes()?.is_empty() {
            self.create_device(&inf)?;
        }
        self.update(&inf).map(drop)
    }
}

/// newdev takes absolute paths only, and answers TRUE to others.
fn absolute(inf: &Path) -> Result<PathBuf, SetupError> {
    path::absolute(inf).map_err(|error| SetupError::Call { call: "GetFullPathNameW", failure: failure_of_std(&error) })
}

/// Tries the INF on a device that is never registered, before anything is changed.
fn check_applicable(inf: &Path) -> Result<(), SetupError> {
    let class = inf::class(inf)?;
    let set = DeviceInfoSet::empty(&class)?;
    let node = set.create(&class)?;
    inf::check_applicable(&set, &node, inf)
}

/// Copies the files, makes or changes the service, starts the devices. Asks nothing: nobody may be there to answer, and
/// what cannot be done without is an error. `true`: Windows wants to be restarted.
fn update(inf: &Path) -> Result<bool, SetupError> {
    let (hardware_id, inf) = (wide(HARDWARE_ID), wide(inf));
    let mut reboot = 0;
    // SAFETY: no window; both strings end with a zero, and all three pointers are to locals.
    let result = unsafe {
        UpdateDriverForPlugAndPlayDevicesW(
            ptr::null_mut(),
            hardware_id.as_ptr(),
            inf.as_ptr(),
            INSTALLFLAG_FORCE | INSTALLFLAG_NONINTERACTIVE,
            &raw mut reboot,
        )
    };
    check("UpdateDriverForPlugAndPlayDevicesW", result)?;
    Ok(reboot != 0)
}

/// Waits until the device opens and answers, at most [`START_TIMEOUT`]; then says how far it got.
///
/// A driver that did not load is started once more by hand: newdev keeps to itself why it did not, while the service
/// control manager gives the loader's own error; and a process that was still busy unloading the last driver (seen
/// under Wine on a busy machine) gets a second chance.
fn wait_for_answer() -> Result<Version, Error> {
    let deadline = Instant::now() + START_TIMEOUT;
    let mut started_by_hand = false;
    loop {
        let error = match look() {
            Ok(version) => return Ok(version),
            Err(error) => error,
        };
        if let (SetupError::NotLoaded { service, .. }, false) = (&error, started_by_hand) {
            started_by_hand = true;
            if let Some(service) = Service::find_to_start(service)? {
                service.start()?;
                continue;
            }
        }
        if is_final(&error) || Instant::now() >= deadline {
            return Err(error.into());
        }
        thread::sleep(POLL);
    }
}

/// Waiting will not change it.
fn is_final(error: &SetupError) -> bool {
    match error {
        SetupError::NothingInstalled | SetupError::NotLoaded { .. } | SetupError::Problem { .. } => true,
        SetupError::DoesNotAnswer(error) => matches!(**error, Error::AbiMismatch { .. } | Error::BadReply { .. }),
        _ => false,
    }
}

fn look() -> Result<Version, SetupError> {
    if let Some(path) = DeviceInfoSet::present_interface()? {
        return answer(&path).map_err(|error| SetupError::DoesNotAnswer(Box::new(error)));
    }
    let devices = device_nodes()?;
    if let Some((device, problem)) = devices.iter().find_map(|node| Some((&node.instance_id, node.problem.as_ref()?))) {
        return Err(SetupError::Problem { device: device.clone(), problem: problem.clone(), error: None });
    }
    if devices.iter().all(|device| device.service.is_none()) {
        return Err(SetupError::NothingInstalled);
    }
    match service_state(&devices)? {
        Some((service, state @ ServiceState::Stopped)) => Err(SetupError::NotLoaded { service, state }),
        _ => Err(SetupError::NotStarted { seconds: START_TIMEOUT.as_secs() }),
    }
}
