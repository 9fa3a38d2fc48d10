//! Documents made from the contract itself, so that they cannot contradict it: the C header `include/netioctl.h` and
//! the IOCTL reference `docs/ioctl.md`.
//!
//! The tests compare the files with what is made here. `UPDATE_EXPECT=1 cargo test -p netioctl-contract` writes them.
#![forbid(unsafe_code)]

mod header;
mod reference;

pub use header::header;
pub use reference::reference;
