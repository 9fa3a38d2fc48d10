//! Set-up, build, demo and test of netioctl: `cargo xtask --help`.
#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
mod driver;
#[cfg(target_os = "linux")]
mod tasks;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    tasks::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("cargo xtask needs Linux; on Windows, cargo make builds the driver (see README.md)");
    std::process::exit(1);
}
