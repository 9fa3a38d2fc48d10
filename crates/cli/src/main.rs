//! The netioctl command.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    netioctl_cli::main()
}
