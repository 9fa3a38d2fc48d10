//! What travels through `DeviceIoControl`.
//!
//! All structures are plain bytes to [`zerocopy`]: any bit pattern of the right length is a value, and every byte of
//! a value is defined. Fields named `reserved` must be zero in requests and are zero in replies.

mod address;
mod batch;
mod interface;
mod neighbor;
mod request;
mod statistics;
mod structure;
mod table;
mod version;
mod watch;

pub use address::*;
pub use batch::*;
pub use interface::*;
pub use neighbor::*;
pub use request::*;
pub use statistics::*;
pub use structure::{FieldInfo, Structure, StructureInfo};
pub use table::*;
pub use version::*;
pub use watch::*;

use structure::{enumerations, structures};

/// Every structure of the contract, by subject.
pub const STRUCTURES: &[&[StructureInfo]] = &[
    request::STRUCTURES,
    neighbor::STRUCTURES,
    interface::STRUCTURES,
    address::STRUCTURES,
    batch::STRUCTURES,
    statistics::STRUCTURES,
    table::STRUCTURES,
    version::STRUCTURES,
    watch::STRUCTURES,
];

/// The names of the enumerations of the contract, by subject.
pub const ENUMERATIONS: &[&[&str]] =
    &[neighbor::ENUMERATIONS, address::ENUMERATIONS, batch::ENUMERATIONS, watch::ENUMERATIONS];
