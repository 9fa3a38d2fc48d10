//! Unicast addresses.

use super::{enumerations, structures};
use crate::word::numbered_words;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, TryFromBytes};

/// A unicast address of an interface (`MIB_UNICASTIPADDRESS_ROW`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct AddressRow {
    /// LUID of the interface.
    pub interface_luid: u64,
    /// When the address was made, in units of 100 ns since 1601-01-01 UTC (a `FILETIME`).
    pub creation_time: u64,
    /// The address in network byte order; IPv4 uses the first four bytes, the rest is zero.
    pub address: [u8; 16],
    /// Index of the interface.
    pub interface_index: u32,
    /// IPv6 scope id; 0 for IPv4 and for addresses without a zone.
    pub scope_id: u32,
    /// A [`PrefixOrigin`], or a number of a newer system.
    pub prefix_origin: i32,
    /// A [`SuffixOrigin`], or a number of a newer system.
    pub suffix_origin: i32,
    /// A [`DadState`], or a number of a newer system.
    pub dad_state: i32,
    /// Seconds for which the address is valid from now on; all ones for ever.
    pub valid_lifetime: u32,
    /// Seconds for which the address is preferred from now on; all ones for ever.
    pub preferred_lifetime: u32,
    /// `AF_INET` or `AF_INET6`.
    pub family: u16,
    /// Bits of the prefix that is on the link: 0 to 32 or 128.
    pub on_link_prefix_length: u8,
    /// 1 if the address is no source unless a program asks for it, else 0.
    pub skip_as_source: u8,
}

/// Where the prefix of an address is from: `NL_PREFIX_ORIGIN` of `nldef.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TryFromBytes, Immutable, KnownLayout)]
#[repr(i32)]
pub enum PrefixOrigin {
    /// Another source.
    Other = 0,
    /// Set by hand.
    Manual = 1,
    /// A prefix that everybody knows, such as that of link-local addresses.
    WellKnown = 2,
    /// DHCP.
    Dhcp = 3,
    /// A router advertisement.
    RouterAdvertisement = 4,
}

/// Where the rest of an address is from: `NL_SUFFIX_ORIGIN` of `nldef.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TryFromBytes, Immutable, KnownLayout)]
#[repr(i32)]
pub enum SuffixOrigin {
    /// Another source.
    Other = 0,
    /// Set by hand.
    Manual = 1,
    /// A suffix that everybody knows.
    WellKnown = 2,
    /// DHCP.
    Dhcp = 3,
    /// Made of the physical address.
    LinkLayerAddress = 4,
    /// Random, as RFC 4941 and RFC 7217 have it.
    Random = 5,
}

/// What duplicate address detection (RFC 4862, RFC 5227) says of an address: `NL_DAD_STATE` of `nldef.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TryFromBytes, Immutable, KnownLayout)]
#[repr(i32)]
pub enum DadState {
    /// The address cannot be used: its interface is down, or the address has gone.
    Invalid = 0,
    /// Whether somebody else has it is being found out.
    Tentative = 1,
    /// Somebody else has it.
    Duplicate = 2,
    /// It may be used, but not for anything new.
    Deprecated = 3,
    /// It may be used.
    Preferred = 4,
}

numbered_words! { PrefixOrigin: i32 {
    Other "other";
    Manual "manual";
    WellKnown "well-known";
    Dhcp "dhcp";
    RouterAdvertisement "router";
} }

numbered_words! { SuffixOrigin: i32 {
    Other "other";
    Manual "manual";
    WellKnown "well-known";
    Dhcp "dhcp";
    LinkLayerAddress "link-layer";
    Random "random";
} }

numbered_words! { DadState: i32 {
    Invalid "invalid";
    Tentative "tentative";
    Duplicate "duplicate";
    Deprecated "deprecated";
    Preferred "preferred";
} }

const _: () = {
    use core::mem::offset_of;
    assert!(size_of::<AddressRow>() == 64);
    assert!(offset_of!(AddressRow, creation_time) == 8);
    assert!(offset_of!(AddressRow, address) == 16);
    assert!(offset_of!(AddressRow, interface_index) == 32);
    assert!(offset_of!(AddressRow, dad_state) == 48);
    assert!(offset_of!(AddressRow, family) == 60);
};

structures! {
    AddressRow {
        interface_luid creation_time address interface_index scope_id prefix_origin suffix_origin dad_state
        valid_lifetime preferred_lifetime family on_link_prefix_length skip_as_source
    }
}

enumerations! { PrefixOrigin SuffixOrigin DadState }
