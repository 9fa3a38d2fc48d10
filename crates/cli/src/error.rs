//! Errors and exit codes. Each error is one line that says what to do.

use netioctl_client::{Error, ErrorKind};
use std::io;

/// Exit code: done.
pub const DONE: u8 = 0;
/// Exit code: failed.
pub const FAILED: u8 = 1;
/// Exit code: the command line is wrong (clap uses the same).
pub const USAGE: u8 = 2;
/// Exit code: the neighbor, the interface or a file does not exist.
pub const NOT_FOUND: u8 = 3;
/// Exit code: the user may not do this.
pub const ACCESS_DENIED: u8 = 4;
/// Exit code: the driver is not installed, does not run, or is gone.
pub const NO_DRIVER: u8 = 5;

#[derive(Debug, thiserror::Error)]
pub enum CliError {
    #[error(transparent)]
    Client(#[from] Error),
    #[error("no interface is called \"{name}\"{}", suggestion.as_ref().map_or_else(
        || ": `netioctl interface show` lists them".to_owned(),
        |close| format!(": did you mean \"{close}\"?"),
    ))]
    NoSuchInterface { name: String, suggestion: Option<String> },
    #[error("flushing everything needs to be meant: name an interface with --interface, or say --all")]
    FlushEverything,
    #[error("the folder of this program cannot be found ({0}): say where the INF is with --inf")]
    NoProgramFolder(#[source] io::Error),
    #[error("writing the output failed ({0}): check where it goes")]
    Write(#[from] io::Error),
}

impl CliError {
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Client(error) => exit_code_of(error.kind()),
            Self::NoSuchInterface { .. } => NOT_FOUND,
            Self::FlushEverything => USAGE,
            Self::NoProgramFolder(_) | Self::Write(_) => FAILED,
        }
    }
}

/// The exit code for a sort of error.
pub const fn exit_code_of(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Failed => FAILED,
        ErrorKind::Usage => USAGE,
        ErrorKind::NotFound => NOT_FOUND,
        ErrorKind::AccessDenied => ACCESS_DENIED,
        ErrorKind::DriverMissing => NO_DRIVER,
    }
}
