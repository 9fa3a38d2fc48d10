//! What programs of the sandbox do with drivers: load them as services, and send requests to their devices.
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

#[cfg(windows)]
pub mod device;
#[cfg(windows)]
pub mod service;
