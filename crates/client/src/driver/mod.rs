//! Installing, removing and inspecting the driver: its root-enumerated device, its service and its driver package.
//!
//! The sequence uses SetupAPI, newdev and the service control manager only, and works on Windows and under Wine.
//! Nothing is called a success that opening the device and asking for its version has not proved.

mod error;
#[cfg_attr(not(windows), allow(dead_code, reason = "only Windows has drivers to install"))]
pub(crate) mod image;
#[cfg_attr(not(windows), allow(dead_code, reason = "only Windows has drivers to install"))]
pub(crate) mod package;
mod problem;
#[cfg_attr(not(windows), allow(dead_code, reason = "only Windows has drivers to install"))]
pub(crate) mod sequence;
#[cfg(test)]
mod tests;

pub use error::SetupError;
pub use problem::{Problem, ProblemCode};

use crate::{Error, Version, sys};
use std::{fmt, path::Path, time::Duration};

/// The service that the driver package creates. Looked for by name only when no device says which service it uses.
pub const SERVICE_NAME: &str = "netioctl";

/// Who may use the device, as the INF of the driver package has it (a security descriptor in SDDL): System and
/// Administrators for everything, Users for reading.
pub const SECURITY: &str = "D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;GR;;;BU)";

/// The same, and Network Configuration Operators for changing.
pub const SECURITY_WITH_OPERATORS: &str = "D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;GRGW;;;NO)(A;;GR;;;BU)";

/// How long a freshly started device may take until it opens and answers.
pub const START_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the service may take to stop.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// What [`install`] did.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Installed {
    /// What the running driver answered.
    pub version: Version,
    /// The instance id of the device, such as `ROOT\NETIOCTL\0000`.
    pub instance_id: String,
    /// The published name of the INF, such as `oem12.inf`.
    pub inf: Option<String>,
    /// An installed driver was replaced.
    pub replaced: bool,
    /// Windows wants to be restarted some time, though the driver runs.
    pub reboot_needed: bool,
}

/// What [`allow_operators`] did.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OperatorsAllowed {
    /// The security descriptor of the device in SDDL, read back.
    pub security: String,
    /// The device was started again with it. If not, it counts from the next start of the device on: that of Windows,
    /// at the latest.
    pub restarted: bool,
}

/// What [`uninstall`] removed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Removed {
    /// Instance ids of the devices.
    pub devices: Vec<String>,
    /// Name of the service.
    pub service: Option<String>,
    /// Published names of the INFs.
    pub infs: Vec<String>,
    /// Windows wants to be restarted before the last of it is gone.
    pub reboot_needed: bool,
}

impl Removed {
    /// There was nothing to remove.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.devices.is_empty() && self.service.is_none() && self.infs.is_empty()
    }
}

/// What is installed and how far it works.
#[derive(Debug, Default)]
pub struct Status {
    /// The devices with the driver's hardware id; one, if all is well.
    pub devices: Vec<DeviceNode>,
    /// Name and state of the service.
    pub service: Option<(String, ServiceState)>,
    /// Path of the device interface, if the system says that it is present.
    pub interface: Option<String>,
    /// What came of opening the device and asking for its version; `None` without an interface.
    pub version: Option<Result<Version, Error>>,
}

impl Status {
    /// A device exists and a driver was chosen for it.
    #[must_use]
    pub fn is_installed(&self) -> bool {
        self.devices.iter().any(|device| device.service.is_some())
    }

    /// The device opened and answered.
    #[must_use]
    pub fn works(&self) -> bool {
        matches!(self.version, Some(Ok(_)))
    }
}

/// One devnode.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DeviceNode {
    /// Instance id, such as `ROOT\NETIOCTL\0000`.
    pub instance_id: String,
    /// The service that drives it; `None` if no driver was installed for it.
    pub service: Option<String>,
    /// The published name of the INF.
    pub inf: Option<String>,
    /// Why Windows does not run it, if it says so.
    pub problem: Option<Problem>,
}

/// State of a service (`SERVICE_STATUS.dwCurrentState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServiceState {
    /// Not loaded.
    Stopped,
    /// Being loaded.
    StartPending,
    /// Being unloaded.
    StopPending,
    /// Loaded.
    Running,
    /// A state that drivers do not have.
    Other(u32),
}

impl ServiceState {
    /// The state with this number.
    #[must_use]
    pub const fn from_raw(raw: u32) -> Self {
        match raw {
            1 => Self::Stopped,
            2 => Self::StartPending,
            3 => Self::StopPending,
            4 => Self::Running,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for ServiceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => f.pad("stopped"),
            Self::StartPending => f.pad("starting"),
            Self::StopPending => f.pad("stopping"),
            Self::Running => f.pad("running"),
            Self::Other(raw) => write!(f, "state {raw}"),
        }
    }
}

/// Installs the driver package that `inf` describes and starts the device; an installed driver is replaced.
///
/// Before anything changes, the package is checked: its files against `SHA256SUMS` beside the INF, if that is there,
/// and against the catalog, the image (whole, and a driver for this machine), and the signature of the catalog, whoever
/// made it. Without the feature `package` of this crate, only that the files are there. Then the system gets it. A driver that works is replaced in
/// place: its device stays, and its package goes when the new driver has answered. After a failure the old driver is
/// still there or there again; the error says so. Without one that worked, nothing stays installed.
///
/// # Errors
/// [`Error::Setup`] with the call that failed or the reason found, and with the device's problem code if Windows gives
/// one; [`SetupError::RebootNeeded`] if only a restart goes on; [`Error::NotWindows`].
pub fn install(inf: &Path) -> Result<Installed, Error> {
    sys::driver::install(inf)
}

/// Removes the device, the service and the driver package. Removing nothing is no error.
///
/// # Errors
/// [`Error::Setup`] with the call that failed; [`Error::NotWindows`].
pub fn uninstall() -> Result<Removed, Error> {
    sys::driver::uninstall()
}

/// Says what is installed and how far it works; needs no rights.
///
/// # Errors
/// [`Error::Setup`] if the system cannot be asked; [`Error::NotWindows`]. A driver that does not work is no error here.
pub fn status() -> Result<Status, Error> {
    sys::driver::status()
}

/// Lets Network Configuration Operators make changes through the installed device, too ([`SECURITY_WITH_OPERATORS`]).
/// The same calls in user mode ask for an administrator, so this is for who wants it. Each installation begins with
/// [`SECURITY`] again.
///
/// # Errors
/// [`Error::Setup`] with the call that failed, or if nothing is installed; [`Error::NotWindows`].
pub fn allow_operators() -> Result<OperatorsAllowed, Error> {
    sys::driver::allow_operators()
}
