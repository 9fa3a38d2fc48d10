//! Installing: check, clear the ground, create the device, let newdev install, and believe nothing but an open.

use super::{
    super::{
        call::{check, wide},
        device_info::DeviceInfoSet,
        inf,
        service::Service,
        token,
    },
    answer, device_nodes, remove, service_state,
};
use crate::{
    Error, Failure, Version,
    driver::{Installed, START_TIMEOUT, ServiceState, SetupError},
};
use netioctl_abi::HARDWARE_ID;
use std::{
    path::{self, Path, PathBuf},
    ptr, thread,
    time::{Duration, Instant},
};
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::{INSTALLFLAG_FORCE, UpdateDriverForPlugAndPlayDevicesW};

/// Time between two attempts to open a starting device.
const POLL: Duration = Duration::from_millis(50);

pub fn run(inf: &Path) -> Result<Installed, Error> {
    let inf = absolute(inf)?;
    inf::check_files(&inf)?;
    token::require_installer()?;
    check_applicable(&inf)?;
    let old = remove::run()?;
    if old.reboot_needed {
        return Err(SetupError::RebootNeeded { then: "netioctl driver install" }.into());
    }
    let installed = start(&inf, !old.is_nothing());
    if !matches!(installed, Ok(_) | Err(Error::Setup(SetupError::RebootNeeded { .. }))) {
        // A half-installed driver would be started again at each boot. The first error is the one to report.
        let _ = remove::run();
    }
    installed
}

/// newdev takes absolute paths only, and answers TRUE to others.
fn absolute(inf: &Path) -> Result<PathBuf, SetupError> {
    path::absolute(inf).map_err(|error| {
        let win32 = error.raw_os_error().map_or(87, i32::cast_unsigned);
        SetupError::Call { call: "GetFullPathNameW", failure: Failure::from_win32(win32) }
    })
}

/// Tries the INF on a device that is never registered, before anything is changed.
fn check_applicable(inf: &Path) -> Result<(), SetupError> {
    let class = inf::class(inf)?;
    let set = DeviceInfoSet::empty(&class)?;
    let node = set.create(&class)?;
    inf::check_applicable(&set, &node, inf)
}

fn start(inf: &Path, replaced: bool) -> Result<Installed, Error> {
    create_device(inf)?;
    let reboot_needed = update(inf)?;
    let version = match wait_for_answer() {
        Err(_) if reboot_needed => return Err(SetupError::RebootNeeded { then: "netioctl driver status" }.into()),
        answered => answered?,
    };
    let device = device_nodes()?.into_iter().next().ok_or(SetupError::NothingInstalled)?;
    Ok(Installed { version, instance_id: device.instance_id, inf: device.inf, replaced, reboot_needed })
}

fn create_device(inf: &Path) -> Result<(), SetupError> {
    let class = inf::class(inf)?;
    let set = DeviceInfoSet::empty(&class)?;
    let node = set.create(&class)?;
    set.register(&node)
}

/// Copies the files, creates the service, starts the device. `true`: Windows wants to be restarted.
fn update(inf: &Path) -> Result<bool, SetupError> {
    let (hardware_id, inf) = (wide(HARDWARE_ID), wide(inf));
    let mut reboot = 0;
    // SAFETY: no window; both strings end with a zero, and all three pointers are to locals.
    let result = unsafe {
        UpdateDriverForPlugAndPlayDevicesW(
            ptr::null_mut(),
            hardware_id.as_ptr(),
            inf.as_ptr(),
            INSTALLFLAG_FORCE,
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
        SetupError::NothingInstalled | SetupError::NotLoaded { .. } => true,
        SetupError::DoesNotAnswer(error) => matches!(**error, Error::AbiMismatch { .. } | Error::BadReply { .. }),
        _ => false,
    }
}

fn look() -> Result<Version, SetupError> {
    if let Some(path) = DeviceInfoSet::present_interface()? {
        return answer(&path).map_err(|error| SetupError::DoesNotAnswer(Box::new(error)));
    }
    let devices = device_nodes()?;
    if devices.iter().all(|device| device.service.is_none()) {
        return Err(SetupError::NothingInstalled);
    }
    match service_state(&devices)? {
        Some((service, state @ ServiceState::Stopped)) => Err(SetupError::NotLoaded { service, state }),
        _ => Err(SetupError::NotStarted { seconds: START_TIMEOUT.as_secs() }),
    }
}
