//! Takes the place of `winedevice.exe`, Wine's process for drivers, and loads the verifier before any driver.
//!
//! A driver on the framework brings the verifier with it, because it imports `WdfVersionBind`. One without a framework
//! imports the kernel alone; so somebody else has to load the verifier, and before the driver, for its imports to be redirected.
//!
//! Everything else is as in Wine's own: a service that Wine's service control manager tells of each driver to load or to
//! unload, while the kernel's main loop runs.
#![windows_subsystem = "windows"]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

#[cfg(windows)]
mod host;

#[cfg(windows)]
fn main() {
    host::run();
}

#[cfg(not(windows))]
fn main() {
    eprintln!("winedevice runs in Wine");
}
