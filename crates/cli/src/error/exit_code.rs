//! Exit codes.

use netioctl_client::ErrorKind;

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
/// Exit code: Windows must be restarted to finish. 6 is the scripts' code for a machine that is not ready.
pub const RESTART: u8 = 7;
/// Exit code: the neighbor that was asked for does not answer.
pub const NO_ANSWER: u8 = 8;

/// The exit code for a sort of error.
pub const fn exit_code_of(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Usage => USAGE,
        ErrorKind::NotFound => NOT_FOUND,
        ErrorKind::AccessDenied => ACCESS_DENIED,
        ErrorKind::DriverMissing => NO_DRIVER,
        ErrorKind::RestartNeeded => RESTART,
        ErrorKind::NoAnswer => NO_ANSWER,
        // Other sorts are told apart by the sentence.
        _ => FAILED,
    }
}

/// How bad it is, where several changes failed: the worst one gives the exit code.
pub const fn weight(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::NotFound => 0,
        ErrorKind::AlreadyExists => 1,
        ErrorKind::AccessDenied => 3,
        ErrorKind::DriverMissing => 4,
        _ => 2,
    }
}
