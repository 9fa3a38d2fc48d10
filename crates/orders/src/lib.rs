//! The driver's own code, `src/` of the root package, on a host: over the framework for tests of `kmdf`, and a NETIO for
//! tests. Nothing of it is a copy, so what is tried here in many orders of the threads is what the image has.
//!
//! The root package itself is built for Windows only. This crate is no default member, for it turns on the feature with
//! which `netio` calls the functions of `Netio.lib`, which the tests define here: `cargo test -p netioctl-orders`.
#![cfg(all(test, not(miri)))]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

#[path = "../../../src/control.rs"]
mod control;
#[path = "../../../src/device.rs"]
mod device;
#[path = "../../../src/handle.rs"]
mod handle;
#[path = "../../../src/locks.rs"]
mod locks;
#[path = "../../../src/shell.rs"]
mod shell;
#[path = "../../../src/wait.rs"]
mod wait;
#[path = "../../../src/watch.rs"]
mod watch;

mod network;
mod run;
mod tests;
