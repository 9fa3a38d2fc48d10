//! Neighbors: rows, tables and functions.

#[cfg(feature = "functions")]
use crate::{ADDRESS_FAMILY, NTSTATUS};
use crate::{NET_IFINDEX, NET_LUID, SOCKADDR_INET};
use core::mem::offset_of;

/// Bytes of a physical address, at most (`ifdef.h`).
pub const IF_MAX_PHYS_ADDRESS_LENGTH: usize = 32;
/// Bit of [`MIB_IPNET_ROW2::Flags`]: `IsRouter`.
pub const NEIGHBOR_IS_ROUTER: u8 = 1;
/// Bit of [`MIB_IPNET_ROW2::Flags`]: `IsUnreachable`.
pub const NEIGHBOR_IS_UNREACHABLE: u8 = 2;

/// `MIB_IPNET_ROW2`: one neighbor. The index comes before the LUID here, unlike in the other rows.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MIB_IPNET_ROW2 {
    /// Key: the neighbor's IP address.
    pub Address: SOCKADDR_INET,
    /// Key, looked at only when the LUID is 0.
    pub InterfaceIndex: NET_IFINDEX,
    /// Key; wins over the index.
    pub InterfaceLuid: NET_LUID,
    /// The physical address; bytes beyond the length mean nothing.
    pub PhysicalAddress: [u8; IF_MAX_PHYS_ADDRESS_LENGTH],
    /// Bytes used of the physical address, 0 to 32.
    pub PhysicalAddressLength: u32,
    /// `NL_NEIGHBOR_STATE`.
    pub State: i32,
    /// [`NEIGHBOR_IS_ROUTER`] and [`NEIGHBOR_IS_UNREACHABLE`].
    pub Flags: u8,
    /// `LastReachable` or `LastUnreachable`, in milliseconds.
    pub ReachabilityTime: u32,
}

/// `MIB_IPNET_TABLE2`: as many rows as `NumEntries` says stand where `Table` begins.
#[repr(C)]
pub struct MIB_IPNET_TABLE2 {
    /// Number of rows.
    pub NumEntries: u32,
    /// The first row.
    pub Table: [MIB_IPNET_ROW2; 1],
}

// All are annotated with PASSIVE_LEVEL as the highest IRQL.
#[cfg(feature = "functions")]
#[cfg_attr(windows, link(name = "netio"))]
unsafe extern "system" {
    /// Removes the neighbors of one family (or both, `AF_UNSPEC`) on one interface (or all, index 0).
    pub fn FlushIpNetTable2(Family: ADDRESS_FAMILY, InterfaceIndex: NET_IFINDEX) -> NTSTATUS;
    /// Replaces the physical address of an existing neighbor.
    pub fn SetIpNetEntry2(Row: *mut MIB_IPNET_ROW2) -> NTSTATUS;
    /// Makes a permanent neighbor.
    pub fn CreateIpNetEntry2(Row: *const MIB_IPNET_ROW2) -> NTSTATUS;
    /// Removes a neighbor in any state.
    pub fn DeleteIpNetEntry2(Row: *const MIB_IPNET_ROW2) -> NTSTATUS;
    /// Fills in a neighbor named by its keys.
    pub fn GetIpNetEntry2(Row: *mut MIB_IPNET_ROW2) -> NTSTATUS;
    /// Drops what is known of a neighbor, asks the network, waits, and fills in the answer.
    pub fn ResolveIpNetEntry2(Row: *mut MIB_IPNET_ROW2, SourceAddress: *const SOCKADDR_INET) -> NTSTATUS;
    /// Allocates a table of all neighbors of one family, or both.
    pub fn GetIpNetTable2(Family: ADDRESS_FAMILY, Table: *mut *mut MIB_IPNET_TABLE2) -> NTSTATUS;
}

const _: () = {
    assert!(size_of::<MIB_IPNET_ROW2>() == 88);
    assert!(align_of::<MIB_IPNET_ROW2>() == 8);
    assert!(offset_of!(MIB_IPNET_ROW2, Address) == 0);
    assert!(offset_of!(MIB_IPNET_ROW2, InterfaceIndex) == 28);
    assert!(offset_of!(MIB_IPNET_ROW2, InterfaceLuid) == 32);
    assert!(offset_of!(MIB_IPNET_ROW2, PhysicalAddress) == 40);
    assert!(offset_of!(MIB_IPNET_ROW2, PhysicalAddressLength) == 72);
    assert!(offset_of!(MIB_IPNET_ROW2, State) == 76);
    assert!(offset_of!(MIB_IPNET_ROW2, Flags) == 80);
    assert!(offset_of!(MIB_IPNET_ROW2, ReachabilityTime) == 84);
    assert!(size_of::<MIB_IPNET_TABLE2>() == 96);
    assert!(align_of::<MIB_IPNET_TABLE2>() == 8);
    assert!(offset_of!(MIB_IPNET_TABLE2, NumEntries) == 0);
    assert!(offset_of!(MIB_IPNET_TABLE2, Table) == 8);
};
