//! Kernel-mode drivers of KMDF on Linux: built without the WDK, packaged, and run in a sandbox under a verifier.
//!
//! The command `cargo kmdf` is made of this library; a project with more to say to its machines uses the library itself.
#![forbid(unsafe_code)]
#![cfg(target_os = "linux")]

pub mod c;
pub mod commands;
mod debug_print;
mod inx;
pub mod kernel;
mod machine;
pub mod package;
pub mod places;
pub mod preflight;
pub mod report;
pub mod setup;
mod stand_ins;
pub mod windows;
mod wine_inf;
pub mod workspace;

pub use machine::{Machine, Parts, WITNESS, death};
pub use stand_ins::{StandIns, WINDOWS, WINDOWS_PROFILE, build_for_windows, made};
