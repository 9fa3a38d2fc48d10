//! The driver package: everything that a Windows machine in test mode needs to install and test the driver.
//!
//! `cargo make` makes the same on Windows (Makefile.toml): the same files under the same names.

mod archive;
mod certificate;
mod contents;
mod inf;
mod make;
mod program;
mod reproducible;
mod sign;
mod verify;

pub use archive::write as zip;
pub use make::{Parts, for_sandbox, make, variant};
pub use reproducible::same_again;
pub use sign::{Options, Signer};
pub use verify::check;
