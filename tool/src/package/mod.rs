//! The driver package: everything that a Windows machine in test mode needs to install the driver.

mod archive;
mod certificate;
mod contents;
mod inf;
mod make;
mod program;
mod sign;
mod verify;

pub use archive::write as zip;
pub use contents::Contents;
pub use inf::found as inf_problems;
pub use make::{make, variant};
pub use sign::{Options, Signer};
pub use verify::check;
