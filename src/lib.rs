//! The driver shell: entry, device, handle, queue, and the NETIO that the core calls. Glue, no decisions.
//!
//! A request arrives in `control`, which copies the input and lets the core decide; the core calls back into `backend`,
//! which hands on to the safe wrappers of NETIO. Requests that wait for the network are deferred by `wait`; those that
//! wait for changes are parked by `watch`, and answered from there when NETIO tells of one.
#![no_std]
#![deny(unsafe_code)]

mod backend;
mod control;
mod device;
mod wait;
mod watch;

use wdk_alloc::WdkAllocator;
extern crate wdk_panic;

#[global_allocator]
static ALLOCATOR: WdkAllocator = WdkAllocator;

kmdf::driver_entry!(device::Netioctl);
