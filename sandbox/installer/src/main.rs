//! Installs a driver on a test machine, and removes it again.
//!
//! - `kmdf-install device INF ID` makes a root-enumerated device with the hardware ID and installs the INF for it; the
//!   exit code is 0 once the driver has started the device.
//! - `kmdf-install remove-device ID` removes the devices with that ID and stops the service behind them.
//! - `kmdf-install shut-down-device ID` and `shut-down-service NAME` tell the driver that the system goes down.
//! - `kmdf-install service NAME SYS` loads a driver that needs no device; `kmdf-install remove-service NAME` unloads it.
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

#[cfg(windows)]
mod device;
#[cfg(windows)]
mod service;
#[cfg(windows)]
mod set;

#[cfg(windows)]
fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["device", inf, id] => device::install(inf, id),
        ["remove-device", id] => device::remove(id),
        ["service", name, image] => service::start(name, image),
        ["remove-service", name] => service::remove(name),
        ["shut-down-device", id] => device::shut_down(id),
        ["shut-down-service", name] => service::shut_down(name),
        _ => anyhow::bail!(
            "usage: device INF ID | remove-device ID | shut-down-device ID | service NAME SYS | remove-service NAME | shut-down-service NAME"
        ),
    }
}

#[cfg(not(windows))]
fn main() {
    eprintln!("kmdf-install runs on Windows or Wine");
    std::process::exit(1);
}
