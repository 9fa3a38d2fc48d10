//! The memory image of `MIB_UNICASTIPADDRESS_ROW`, padding included.

use crate::{POISON, SocketAddress};
use core::mem::offset_of;
use core::net::IpAddr;
use zerocopy::{FromBytes, FromZeros, Immutable, IntoBytes, KnownLayout};

/// Values of `NL_PREFIX_ORIGIN`.
pub mod prefix_origin {
    /// `IpPrefixOriginOther`.
    pub const OTHER: i32 = 0;
    /// `IpPrefixOriginManual`.
    pub const MANUAL: i32 = 1;
    /// `IpPrefixOriginWellKnown`.
    pub const WELL_KNOWN: i32 = 2;
    /// `IpPrefixOriginRouterAdvertisement`.
    pub const ROUTER_ADVERTISEMENT: i32 = 4;
}

/// Values of `NL_SUFFIX_ORIGIN`.
pub mod suffix_origin {
    /// `IpSuffixOriginOther`.
    pub const OTHER: i32 = 0;
    /// `IpSuffixOriginManual`.
    pub const MANUAL: i32 = 1;
    /// `IpSuffixOriginWellKnown`.
    pub const WELL_KNOWN: i32 = 2;
    /// `IpSuffixOriginLinkLayerAddress`.
    pub const LINK_LAYER_ADDRESS: i32 = 4;
    /// `IpSuffixOriginRandom`.
    pub const RANDOM: i32 = 5;
}

/// Values of `NL_DAD_STATE`.
pub mod dad_state {
    /// `NldsTentative`.
    pub const TENTATIVE: i32 = 1;
    /// `NldsDuplicate`.
    pub const DUPLICATE: i32 = 2;
    /// `NldsDeprecated`.
    pub const DEPRECATED: i32 = 3;
    /// `NldsPreferred`.
    pub const PREFERRED: i32 = 4;
}

/// `MIB_UNICASTIPADDRESS_ROW`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[allow(missing_docs, reason = "the names are those of netioapi.h")]
pub struct UnicastAddressRow {
    pub address: SocketAddress,
    pub padding_address: [u8; 4],
    pub interface_luid: u64,
    pub interface_index: u32,
    pub prefix_origin: i32,
    pub suffix_origin: i32,
    /// Seconds; all ones is for ever.
    pub valid_lifetime: u32,
    /// Seconds; all ones is for ever.
    pub preferred_lifetime: u32,
    pub on_link_prefix_length: u8,
    pub skip_as_source: u8,
    pub padding_skip: [u8; 2],
    pub dad_state: i32,
    pub scope_id: u32,
    /// 100-nanosecond intervals since 1601.
    pub creation_time_stamp: i64,
}

impl UnicastAddressRow {
    /// A row with every byte poisoned but the keys: the row of a change notification.
    #[must_use]
    pub fn poisoned(address: IpAddr, luid: u64, index: u32) -> Self {
        let mut row = Self::new_zeroed();
        row.as_mut_bytes().fill(POISON);
        Self { address: SocketAddress::new(address), interface_luid: luid, interface_index: index, ..row }
    }
}

macro_rules! assert_offsets {
    ($($member:ident @ $offset:literal),+ $(,)?) => {
        $(const _: () = assert!(offset_of!(UnicastAddressRow, $member) == $offset);)+
    };
}

const _: () = assert!(size_of::<UnicastAddressRow>() == 80);
assert_offsets!(
    address @ 0, interface_luid @ 32, interface_index @ 40, prefix_origin @ 44, suffix_origin @ 48,
    valid_lifetime @ 52, preferred_lifetime @ 56, on_link_prefix_length @ 60, skip_as_source @ 61, dad_state @ 64,
    scope_id @ 68, creation_time_stamp @ 72,
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_row_of_an_event_has_its_keys_and_nothing_else(address: IpAddr, luid: u64, index: u32) {
            let row = UnicastAddressRow::poisoned(address, luid, index);
            prop_assert_eq!((row.address.ip(), row.interface_luid, row.interface_index), (Some(address), luid, index));
            let bytes = row.as_bytes();
            prop_assert!(bytes[28..32].iter().chain(&bytes[44..]).all(|byte| *byte == POISON));
        }
    }
}
