//! Why installing or removing did not succeed.

use super::{Problem, ServiceState};
use crate::{Error, ErrorKind, Failure, error::kind_of};
use std::path::PathBuf;

/// Why installing, removing or inspecting the driver failed. The text is one line that ends with what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The process is not elevated.
    #[error(
        "changing drivers needs an elevated administrator: run this from a terminal opened with \"Run as administrator\""
    )]
    NotElevated,
    /// A 32-bit process on 64-bit Windows.
    #[error("a 32-bit program cannot install a driver on 64-bit Windows: run the 64-bit netioctl")]
    Wow64,
    /// The INF, or a file that it names, is missing.
    #[error("{} is missing: keep the INF, the .sys and the .cat of the driver package in one folder", .path.display())]
    MissingFile {
        /// What was looked for.
        path: PathBuf,
    },
    /// The package is damaged, or was changed after it had been made, or is no driver package for this machine.
    #[error("{problem}: this driver package cannot be installed: unpack the package of this release again")]
    BadPackage {
        /// What is wrong, with the name of the file.
        problem: String,
    },
    /// The INF has no driver for this device on this system.
    #[error("{} has no driver for this device and this Windows: {failure}: use the driver package of this release", .inf.display())]
    NotApplicable {
        /// The INF.
        inf: PathBuf,
        /// The codes of the search.
        failure: Failure,
    },
    /// A call of the operating system failed.
    #[error("{call} failed: {failure}: {}", advice(failure))]
    Call {
        /// The function.
        call: &'static str,
        /// Its codes.
        failure: Failure,
    },
    /// The system said yes but chose no driver for the device.
    #[error(
        "the system installed nothing for the device: check that the INF names {} for this architecture",
        crate::abi::HARDWARE_ID
    )]
    NothingInstalled,
    /// The driver did not load.
    #[error(
        "the driver did not load (service {service} is {state}): is test signing on (`bcdedit /set testsigning on`, restart), and is the .sys whole?"
    )]
    NotLoaded {
        /// The service.
        service: String,
        /// Its state.
        state: ServiceState,
    },
    /// The driver runs, but its device does not.
    #[error(
        "the driver loaded but its device did not start (no interface within {seconds} s): look at the device in the Device Manager or at the driver's trace"
    )]
    NotStarted {
        /// How long was waited.
        seconds: u64,
    },
    /// The interface is there, but opening it or asking for the version failed.
    #[error("the driver was installed but does not work: {0}")]
    DoesNotAnswer(#[source] Box<Error>),
    /// The service did not stop in time.
    #[error(
        "service {service} is still {state} after {seconds} s: close the programs that use the device and try again"
    )]
    DoesNotStop {
        /// The service.
        service: String,
        /// Its state.
        state: ServiceState,
        /// How long was waited.
        seconds: u64,
    },
    /// Windows says why the device does not run.
    #[error("device {device} does not run: {problem}{}", error.as_ref().map(|error| format!(" ({error})")).unwrap_or_default())]
    Problem {
        /// The instance id of the device.
        device: String,
        /// What Windows says.
        problem: Problem,
        /// How the installation failed, if it did so in another way.
        error: Option<Box<Error>>,
    },
    /// An installed driver that worked was not replaced.
    #[error("{error}; {}", match works {
        true => "the driver that was installed before is in place and works",
        false => "the driver that was installed before does not work any more: install its package again",
    })]
    NotReplaced {
        /// How the installation failed.
        error: Box<Error>,
        /// Whether the old driver answers.
        works: bool,
    },
    /// Only a restart finishes it.
    #[error("Windows must be restarted first: restart it, then run `{then}`")]
    RebootNeeded {
        /// The command that goes on afterwards.
        then: &'static str,
    },
}

impl SetupError {
    /// The sort of this error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotElevated => ErrorKind::AccessDenied,
            Self::MissingFile { .. } | Self::BadPackage { .. } => ErrorKind::NotFound,
            Self::Call { failure, .. } => kind_of(failure),
            Self::DoesNotAnswer(error) | Self::NotReplaced { error, .. } => error.kind(),
            Self::RebootNeeded { .. } => ErrorKind::RestartNeeded,
            Self::Problem { problem, .. } if problem.code.needs_restart() => ErrorKind::RestartNeeded,
            _ => ErrorKind::Failed,
        }
    }

    /// The codes of the call that failed, if one did.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Call { failure, .. } | Self::NotApplicable { failure, .. } => Some(failure),
            Self::DoesNotAnswer(error) | Self::NotReplaced { error, .. } => error.failure(),
            Self::Problem { error, .. } => error.as_ref().and_then(|error| error.failure()),
            _ => None,
        }
    }
}

/// What to do about the codes that installing meets.
fn advice(failure: &Failure) -> &'static str {
    match failure.win32 {
        5 => "run it from a terminal opened with \"Run as administrator\"",
        109 | 232 => "the process that ran the driver has died: restart the machine (under Wine: `wineserver -k`)",
        577 | 1275 | 0xe000_0241 | 0xe000_0242 | 0xe000_0243 | 0xe000_0247 | 0x800b_0100 | 0x800b_0109 => {
            "Windows does not trust the signature: switch test signing on (`bcdedit /set testsigning on`), trust the \
             test certificate, restart"
        }
        0xe000_022f => "the package has no catalog: use the driver package of this release",
        0xe000_0235 => "run the 64-bit netioctl",
        1060 => "the service is gone: run `netioctl driver install`",
        1061 => "the driver takes no orders: restart the machine",
        1072 => "something still holds the service: close the service console or restart the machine, then try again",
        1460 | 121 => "try again",
        _ => "see `netioctl driver status`, and %SystemRoot%\\INF\\setupapi.dev.log on Windows",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_follows_the_code() {
        let call = |win32| SetupError::Call { call: "X", failure: Failure::from_win32(win32) };
        assert_eq!(call(5).kind(), ErrorKind::AccessDenied);
        assert_eq!(call(0xe000_0247).kind(), ErrorKind::Failed);
        assert_eq!(SetupError::NotElevated.kind(), ErrorKind::AccessDenied);
    }

    #[test]
    fn an_untrusted_signature_leads_to_test_signing() {
        let error = SetupError::Call { call: "UpdateDriver", failure: Failure::from_win32(0xe000_0247) };
        assert!(error.to_string().contains("testsigning"), "{error}");
    }
}
