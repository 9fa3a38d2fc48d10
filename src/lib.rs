//! The driver shell: entry, device, queue, and the NETIO that the core calls. Glue, no decisions.
//!
//! A request arrives in `control`, which proves the IRQL, copies the input and lets the core decide; the core calls
//! back into `backend`, which hands on to the safe wrappers of NETIO. Requests that wait for changes are parked by
//! `watch`, and answered from there when NETIO tells of one.
#![no_std]

mod backend;
mod control;
mod device;
mod watch;

use kmdf::{DRIVER_OBJECT, NTSTATUS, UNICODE_STRING, create_driver};
use wdk_alloc::WdkAllocator;
extern crate wdk_panic;

#[global_allocator]
static ALLOCATOR: WdkAllocator = WdkAllocator;

/// The entry point that the framework's own entry (FxDriverEntry) calls, at PASSIVE_LEVEL.
// SAFETY: no other symbol of the image has this name, which the framework's entry asks for.
#[unsafe(export_name = "DriverEntry")]
pub extern "system" fn driver_entry(driver: &mut DRIVER_OBJECT, registry_path: &UNICODE_STRING) -> NTSTATUS {
    create_driver::<device::Netioctl>(driver, registry_path)
}
