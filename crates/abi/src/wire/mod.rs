//! What travels through `DeviceIoControl`.
//!
//! All structures are plain bytes to [`zerocopy`]: any bit pattern of the right length is a value, and every byte of
//! a value is defined. Fields named `reserved` must be zero in requests and are zero in replies.

mod address;
mod batch;
mod interface;
mod link;
mod neighbor;
mod request;
mod route;
mod statistics;
mod structure;
mod table;
mod version;
mod watch;

pub use address::*;
pub use batch::*;
pub use interface::*;
pub use link::*;
pub use neighbor::*;
pub use request::*;
pub use route::*;
pub use statistics::*;
pub use structure::{FieldInfo, Structure, StructureInfo};
pub use table::*;
pub use version::*;
pub use watch::*;

use structure::{enumerations, structures};

/// Lists what each file of the contract says of its structures.
macro_rules! subjects {
    ($($file:ident)+) => {
        /// Every structure of the contract, by subject.
        pub const STRUCTURES: &[&[StructureInfo]] = &[$($file::STRUCTURES),+];

        /// The fields of every structure, by subject.
        const FIELDS: &[&[structure::Fields]] = &[$($file::FIELDS),+];
    };
}

subjects! { request neighbor interface address link route batch statistics table version watch }

/// The names of the enumerations of the contract, by subject.
pub const ENUMERATIONS: &[&[&str]] = &[
    neighbor::ENUMERATIONS,
    address::ENUMERATIONS,
    link::ENUMERATIONS,
    route::ENUMERATIONS,
    batch::ENUMERATIONS,
    watch::ENUMERATIONS,
];
