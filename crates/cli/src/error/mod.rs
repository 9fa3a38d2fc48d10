//! Errors and exit codes. Each error is one line that says what to do.

mod exit_code;
mod family;
mod input;
mod target;

pub use exit_code::*;
pub use family::{FamilyError, option};
pub use input::InputError;
pub use target::TargetError;

use netioctl_client::{Error, ErrorKind, Failure, win32_name};
use std::{io, path::PathBuf, time::Duration};

#[derive(Debug, thiserror::Error)]
pub enum CliError {
    #[error(transparent)]
    Client(#[from] Error),
    #[error(
        "the driver was removed or is being upgraded while it was watched: begin again when `netioctl driver status` says that it works"
    )]
    DriverGone,
    #[error("{interface} has no {family}: `netioctl interface show` lists what it has")]
    FamilyMissing { interface: String, family: &'static str },
    #[error("no interface is called \"{name}\"{}", suggestion.as_ref().map_or_else(
        || ": `netioctl interface show` lists them".to_owned(),
        |close| format!(": did you mean \"{close}\"?"),
    ))]
    NoSuchInterface { name: String, suggestion: Option<String> },
    #[error("flushing everything needs to be meant: name an interface with --interface, filter, or say --all")]
    FlushEverything,
    #[error("nothing was changed: answer \"y\", or say --yes to be asked nothing")]
    NotConfirmed,
    #[error("{failed} of {of} changes failed, the first for {address}: {first}")]
    Partly { failed: usize, of: usize, address: String, first: Error, worst: ErrorKind },
    #[error(transparent)]
    Input(#[from] InputError),
    #[error(transparent)]
    Family(#[from] FamilyError),
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error("{address} did not answer within {time:?}: check the address and the link, or give it more time")]
    NoAnswer { address: String, time: Duration },
    #[error("{addresses} did not answer: check the addresses and the link")]
    NoAnswers { addresses: String },
    #[error("an interface has a row for each family: say which one to change with -4 or -6")]
    FamilyNeeded,
    #[error("nothing is to change: name at least one member, such as --metric (see `netioctl interface set --help`)")]
    NothingToSet,
    #[error("flushing failed: {}: {}", older_name(*code), older_advice(*code))]
    Older { code: u32 },
    #[error("the folder of this program cannot be found ({0}): say where the INF is with --inf")]
    NoProgramFolder(#[source] io::Error),
    #[error("the driver is installed, but administrators alone may make changes: {0}")]
    OperatorsNotAllowed(#[source] Error),
    #[error("writing manual pages to {} failed ({source}): name a folder that can be written to", path.display())]
    Pages { path: PathBuf, source: io::Error },
    #[error("writing the output failed ({0}): check where it goes")]
    Write(#[from] io::Error),
}

impl CliError {
    /// What ended a watch: that the driver was removed is said in the same way whatever was watched.
    pub fn ending_a_watch(error: impl Into<Self>) -> Self {
        match error.into() {
            Self::Client(error) if error.failure().is_some_and(Failure::is_device_gone) => Self::DriverGone,
            error => error,
        }
    }

    /// The reader of the output has closed it: nothing is wrong.
    pub fn is_end_of_pipe(&self) -> bool {
        // ERROR_NO_DATA and ERROR_PIPE_NOT_CONNECTED: the reader is about to close the pipe, or has closed it.
        const CLOSED: [i32; 2] = [232, 233];
        let Self::Write(error) = self else { return false };
        error.kind() == io::ErrorKind::BrokenPipe || error.raw_os_error().is_some_and(|code| CLOSED.contains(&code))
    }

    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Client(error) | Self::OperatorsNotAllowed(error) => exit_code_of(error.kind()),
            Self::DriverGone => NO_DRIVER,
            Self::NoSuchInterface { .. } | Self::FamilyMissing { .. } | Self::Older { code: INVALID_PARAMETER } => {
                NOT_FOUND
            }
            Self::Target(error) => error.exit_code(),
            Self::Input(error) => error.exit_code(),
            Self::Partly { worst, .. } => exit_code_of(*worst),
            Self::NoAnswer { .. } | Self::NoAnswers { .. } => NO_ANSWER,
            Self::Family(_) | Self::FlushEverything | Self::FamilyNeeded | Self::NothingToSet => USAGE,
            Self::Older { code: 5 } => ACCESS_DENIED,
            Self::NotConfirmed
            | Self::Older { .. }
            | Self::NoProgramFolder(_)
            | Self::Pages { .. }
            | Self::Write(_) => FAILED,
        }
    }
}

/// `ERROR_INVALID_PARAMETER`: how `FlushIpNetTable` says that there is no such interface.
const INVALID_PARAMETER: u32 = 87;

fn older_name(code: u32) -> String {
    win32_name(code).map_or_else(|| format!("Win32 error {code}"), |name| format!("{name} ({code})"))
}

/// What to do about the codes of `FlushIpNetTable`.
fn older_advice(code: u32) -> &'static str {
    match code {
        5 => "it needs an administrator; run it elevated",
        50 => "IPv4 is not installed; use `netioctl -6 neigh flush`",
        INVALID_PARAMETER => "no IPv4 interface has this index; `netioctl -4 interface show` lists them",
        _ => "see `netioctl driver status`",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_goes_away_is_no_error() {
        let write = |error| CliError::Write(error);
        // However it is wrapped by what writes JSON.
        let through_json = serde_json::Error::io(io::Error::from_raw_os_error(233));
        assert!(write(io::Error::from(through_json)).is_end_of_pipe());
        assert!(write(io::Error::from_raw_os_error(232)).is_end_of_pipe());
        assert!(write(io::ErrorKind::BrokenPipe.into()).is_end_of_pipe());
        assert!(!write(io::ErrorKind::StorageFull.into()).is_end_of_pipe());
        assert!(!CliError::FlushEverything.is_end_of_pipe());
    }
}
