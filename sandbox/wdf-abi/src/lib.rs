//! The binary interface of KMDF 1.33 on x64, as far as the runtime stand-in and its probes use it: the indexes of
//! the function table and the layouts of the structures that cross it.
//!
//! Functions, enumerators and sizes are taken from the project's record of the interface when this is built; the
//! structures are written out, and a test compares each with the record. Callbacks are nullable function pointers,
//! handles are numbers.
#![no_std]
#![forbid(unsafe_code)]

mod record;
pub mod releases;
mod structures;

pub use record::{FUNCTION_COUNT, Function, NAMES, STRUCTURE_COUNT, constants};
pub use releases::Release;
pub use structures::*;
