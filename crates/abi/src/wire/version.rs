//! The reply to the version query.

use super::structures;
use crate::Capabilities;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Which contract the driver speaks, which driver it is, and what it can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct VersionReply {
    /// [`crate::ABI_MAJOR`] of the driver.
    pub abi_major: u16,
    /// [`crate::ABI_MINOR`] of the driver.
    pub abi_minor: u16,
    /// Major, minor and patch version of the driver.
    pub driver_version: [u16; 3],
    /// Zero.
    pub reserved: [u16; 3],
    /// Bits of [`Capabilities`].
    pub capabilities: u64,
}

impl VersionReply {
    /// The capabilities; bits of a newer driver that this crate does not know are kept.
    #[must_use]
    pub const fn capabilities(&self) -> Capabilities {
        Capabilities::from_bits_retain(self.capabilities)
    }
}

const _: () = {
    assert!(size_of::<VersionReply>() == 24);
    assert!(core::mem::offset_of!(VersionReply, capabilities) == 16);
};

structures! {
    VersionReply { abi_major abi_minor driver_version reserved capabilities }
}
