//! The binary interface of KMDF 1.33 on x64, as far as the runtime stand-in and its probes use it: the indexes of
//! the function table and the layouts of the structures that cross it.
//!
//! Sizes and offsets are asserted at compile time. Callbacks are nullable function pointers, handles are numbers.
#![no_std]
#![forbid(unsafe_code)]

mod functions;
pub mod releases;
mod structures;

pub use functions::{FUNCTION_COUNT, Function, NAMES};
pub use releases::Release;
pub use structures::*;
