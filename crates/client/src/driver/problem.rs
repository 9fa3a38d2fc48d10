//! Problem codes of devices (`CM_PROB`_* of cfg.h), as `CM_Get_DevNode_Status` and the Device Manager tell them.

use netioctl_abi::NtStatus;
use std::fmt;

/// Why Windows does not run a device: the code, and what is known beyond it. The text ends with what to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// The sort of problem.
    pub code: ProblemCode,
    /// What failed, if something did (`DEVPKEY_Device_ProblemStatus`).
    pub status: Option<NtStatus>,
    /// What the driver says of it, such as the call that failed (`DEVPKEY_Device_DriverProblemDesc`).
    pub description: Option<String>,
}

impl From<ProblemCode> for Problem {
    /// A problem of which only the code is known.
    fn from(code: ProblemCode) -> Self {
        Self { code, status: None, description: None }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "problem {}", self.code.0)?;
        if let Some(name) = self.code.name() {
            write!(f, " ({name})")?;
        }
        if let Some(status) = self.status {
            write!(f, ", {status}")?;
        }
        if let Some(description) = &self.description {
            write!(f, ", the driver says \"{description}\"")?;
        }
        write!(f, ": {}", self.code.advice())
    }
}

/// Why Windows does not run a device. The text ends with what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProblemCode(pub u32);

/// Number, name and what to do.
const KNOWN: [(u32, &str, &str); 19] = [
    (1, "CM_PROB_NOT_CONFIGURED", "no driver was chosen for it: run `netioctl driver install`"),
    (3, "CM_PROB_OUT_OF_MEMORY", "there was not enough memory: close programs, then install again"),
    (
        10,
        "CM_PROB_FAILED_START",
        "the driver loaded, but starting the device failed: look at the driver's trace and at the System event log",
    ),
    (14, "CM_PROB_NEED_RESTART", "it works after a restart of Windows"),
    (18, "CM_PROB_REINSTALL", "its driver must be installed again: run `netioctl driver install`"),
    (19, "CM_PROB_REGISTRY", "its registry entries are damaged: run `netioctl driver uninstall`, then install again"),
    (
        21,
        "CM_PROB_WILL_BE_REMOVED",
        "it is about to be removed: wait some seconds or restart Windows, then install again",
    ),
    (22, "CM_PROB_DISABLED", "it is disabled: enable it in the Device Manager"),
    (24, "CM_PROB_DEVICE_NOT_THERE", "it is not there any more: run `netioctl driver uninstall`, then install again"),
    (28, "CM_PROB_FAILED_INSTALL", "no driver is installed for it: run `netioctl driver install`"),
    (
        31,
        "CM_PROB_FAILED_ADD",
        "the driver could not make its device: free memory or restart Windows, then install again",
    ),
    (
        32,
        "CM_PROB_DISABLED_SERVICE",
        "the driver's service is disabled: run `sc.exe config netioctl start= demand`, then install again",
    ),
    (
        37,
        "CM_PROB_FAILED_DRIVER_ENTRY",
        "the driver's DriverEntry failed: is this machine's KMDF as new as the INF asks for? Look at the System event log",
    ),
    (
        38,
        "CM_PROB_DRIVER_FAILED_PRIOR_UNLOAD",
        "an older copy of the driver is still loaded: close the programs that use it and restart Windows",
    ),
    (
        39,
        "CM_PROB_DRIVER_FAILED_LOAD",
        "the driver could not be loaded: is it whole, for this architecture, and has this machine the KMDF that it needs? If memory integrity is on, see the event log CodeIntegrity",
    ),
    (47, "CM_PROB_HELD_FOR_EJECT", "it was prepared for removal: restart Windows"),
    (48, "CM_PROB_DRIVER_BLOCKED", "Windows blocks this driver, as known to be harmful: use a newer driver package"),
    (
        52,
        "CM_PROB_UNSIGNED_DRIVER",
        "Windows does not trust the driver's signature: trust the test certificate, switch test signing on (`bcdedit /set testsigning on`), restart",
    ),
    (54, "CM_PROB_DEVICE_RESET", "it is being reset: wait some seconds, or restart Windows"),
];

impl ProblemCode {
    fn known(self) -> Option<&'static (u32, &'static str, &'static str)> {
        KNOWN.iter().find(|(code, ..)| *code == self.0)
    }

    /// The name in cfg.h, if it is one that this driver's device may get.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        self.known().map(|(_, name, _)| *name)
    }

    /// What it means, and what to do.
    #[must_use]
    pub fn advice(self) -> &'static str {
        self.known().map_or("see the device in the Device Manager, which describes it", |(.., advice)| advice)
    }

    /// Only a restart of Windows helps.
    #[must_use]
    pub const fn needs_restart(self) -> bool {
        matches!(self.0, 14 | 21 | 38 | 47)
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Problem::from(*self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_known_once_and_says_what_to_do() {
        assert!(KNOWN.is_sorted_by(|(a, ..), (b, ..)| a < b));
        for code in [10, 37, 39, 52] {
            let text = ProblemCode(code).to_string();
            assert!(text.starts_with(&format!("problem {code} (CM_PROB_")) && text.len() > 60, "{text}");
        }
        assert_eq!(ProblemCode(99).to_string(), "problem 99: see the device in the Device Manager, which describes it");
        let problem = Problem {
            code: ProblemCode(31),
            status: Some(NtStatus::INSUFFICIENT_RESOURCES),
            description: Some("WdfIoQueueCreate failed".into()),
        };
        let expected = "problem 31 (CM_PROB_FAILED_ADD), STATUS_INSUFFICIENT_RESOURCES (0xC000009A), the driver says \
                        \"WdfIoQueueCreate failed\": the driver could not make";
        assert!(problem.to_string().starts_with(expected), "{problem}");
        assert!(ProblemCode(38).needs_restart() && !ProblemCode(52).needs_restart());
    }
}
