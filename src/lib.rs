//! The driver shell: entry, device, handle and queue. Glue, no decisions.
//!
//! A request arrives in `control`, which looks it up in the core's table, copies the input and lets the core decide; the
//! core calls NETIO. Requests that wait for the network are deferred by `wait`; those that wait for changes are parked by
//! `watch`, and answered from there when NETIO tells of one.
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]
#![deny(unsafe_code)]

mod control;
mod device;
mod handle;
mod locks;
mod shell;
mod wait;
mod watch;

use wdk_alloc::WdkAllocator;
extern crate wdk_panic;

#[global_allocator]
static ALLOCATOR: WdkAllocator = WdkAllocator;

kmdf::driver_entry!(device::Netioctl);
