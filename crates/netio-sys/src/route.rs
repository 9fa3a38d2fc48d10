//! Routes: rows, table and functions.

#[cfg(feature = "functions")]
use crate::{ADDRESS_FAMILY, NTSTATUS};
use crate::{BOOLEAN, NET_IFINDEX, NET_LUID, SOCKADDR_INET};
use core::mem::offset_of;

/// `IP_ADDRESS_PREFIX`: the network of a route.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IP_ADDRESS_PREFIX {
    /// An address of the network.
    pub Prefix: SOCKADDR_INET,
    /// Bits of it that count, 0 to 32 or 128.
    pub PrefixLength: u8,
}

/// `MIB_IPFORWARD_ROW2`: one route.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MIB_IPFORWARD_ROW2 {
    /// Key; wins over the index.
    pub InterfaceLuid: NET_LUID,
    /// Key, looked at only when the LUID is 0.
    pub InterfaceIndex: NET_IFINDEX,
    /// Key: where the route leads.
    pub DestinationPrefix: IP_ADDRESS_PREFIX,
    /// Key: the router, or an unspecified address where the destination is on the link.
    pub NextHop: SOCKADDR_INET,
    /// Bits of the site prefix.
    pub SitePrefixLength: u8,
    /// Seconds; all ones for ever.
    pub ValidLifetime: u32,
    /// Seconds; all ones for ever.
    pub PreferredLifetime: u32,
    /// Is added to the metric of the interface.
    pub Metric: u32,
    /// `NL_ROUTE_PROTOCOL`.
    pub Protocol: i32,
    /// The route leads to this machine.
    pub Loopback: BOOLEAN,
    /// Addresses are made of the prefix.
    pub AutoconfigureAddress: BOOLEAN,
    /// The route is told in router advertisements.
    pub Publish: BOOLEAN,
    /// The route lives as long as its interface.
    pub Immortal: BOOLEAN,
    /// Read-only: seconds since the route was made or changed.
    pub Age: u32,
    /// Read-only: `NL_ROUTE_ORIGIN`.
    pub Origin: i32,
}

/// `MIB_IPFORWARD_TABLE2`: as many rows as `NumEntries` says stand where `Table` begins.
#[repr(C)]
pub struct MIB_IPFORWARD_TABLE2 {
    /// Number of rows.
    pub NumEntries: u32,
    /// The first row.
    pub Table: [MIB_IPFORWARD_ROW2; 1],
}

// All are annotated with PASSIVE_LEVEL as the highest IRQL.
#[cfg(feature = "functions")]
#[cfg_attr(windows, link(name = "netio"))]
unsafe extern "system" {
    /// Allocates a table of all routes of one family, or both.
    pub fn GetIpForwardTable2(Family: ADDRESS_FAMILY, Table: *mut *mut MIB_IPFORWARD_TABLE2) -> NTSTATUS;
    /// Finds the route that a packet to an address takes, and the source address that it has. The LUID and the source
    /// may be null; with an index of 0 beside a null LUID any interface counts. `AddressSortOptions` is not in use.
    pub fn GetBestRoute2(
        InterfaceLuid: *const NET_LUID,
        InterfaceIndex: NET_IFINDEX,
        SourceAddress: *const SOCKADDR_INET,
        DestinationAddress: *const SOCKADDR_INET,
        AddressSortOptions: u32,
        BestRoute: *mut MIB_IPFORWARD_ROW2,
        BestSourceAddress: *mut SOCKADDR_INET,
    ) -> NTSTATUS;
}

const _: () = {
    assert!(size_of::<IP_ADDRESS_PREFIX>() == 32);
    assert!(align_of::<IP_ADDRESS_PREFIX>() == 4);
    assert!(offset_of!(IP_ADDRESS_PREFIX, PrefixLength) == 28);
    assert!(size_of::<MIB_IPFORWARD_ROW2>() == 104);
    assert!(align_of::<MIB_IPFORWARD_ROW2>() == 8);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, InterfaceLuid) == 0);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, InterfaceIndex) == 8);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, DestinationPrefix) == 12);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, NextHop) == 44);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, SitePrefixLength) == 72);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, ValidLifetime) == 76);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, PreferredLifetime) == 80);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, Metric) == 84);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, Protocol) == 88);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, Loopback) == 92);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, AutoconfigureAddress) == 93);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, Publish) == 94);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, Immortal) == 95);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, Age) == 96);
    assert!(offset_of!(MIB_IPFORWARD_ROW2, Origin) == 100);
    assert!(size_of::<MIB_IPFORWARD_TABLE2>() == 112);
    assert!(align_of::<MIB_IPFORWARD_TABLE2>() == 8);
    assert!(offset_of!(MIB_IPFORWARD_TABLE2, NumEntries) == 0);
    assert!(offset_of!(MIB_IPFORWARD_TABLE2, Table) == 8);
};
