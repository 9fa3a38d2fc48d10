//! Unicast addresses: rows, functions and notifications.

#[cfg(feature = "functions")]
use crate::{ADDRESS_FAMILY, BOOLEAN, NTSTATUS};
use crate::{NET_IFINDEX, NET_LUID, SOCKADDR_INET};
use core::{ffi::c_void, mem::offset_of};

/// `MIB_UNICASTIPADDRESS_ROW`: one unicast address of one interface.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MIB_UNICASTIPADDRESS_ROW {
    /// Key.
    pub Address: SOCKADDR_INET,
    /// Key; wins over the index.
    pub InterfaceLuid: NET_LUID,
    /// Key, looked at only when the LUID is 0.
    pub InterfaceIndex: NET_IFINDEX,
    /// `NL_PREFIX_ORIGIN`.
    pub PrefixOrigin: i32,
    /// `NL_SUFFIX_ORIGIN`.
    pub SuffixOrigin: i32,
    /// Seconds; all ones for ever.
    pub ValidLifetime: u32,
    /// Seconds; all ones for ever.
    pub PreferredLifetime: u32,
    /// Bits.
    pub OnLinkPrefixLength: u8,
    /// The address is not chosen as a source unless it is asked for.
    pub SkipAsSource: u8,
    /// Read-only: `NL_DAD_STATE`.
    pub DadState: i32,
    /// Read-only: `SCOPE_ID`.
    pub ScopeId: u32,
    /// Read-only: units of 100 ns since 1601.
    pub CreationTimeStamp: i64,
}

/// `MIB_UNICASTIPADDRESS_TABLE`: as many rows as `NumEntries` says stand where `Table` begins.
#[repr(C)]
pub struct MIB_UNICASTIPADDRESS_TABLE {
    /// Number of rows.
    pub NumEntries: u32,
    /// The first row.
    pub Table: [MIB_UNICASTIPADDRESS_ROW; 1],
}

/// `MIB_NOTIFICATION_TYPE`: a property of the row has changed.
pub const MibParameterNotification: i32 = 0;
/// `MIB_NOTIFICATION_TYPE`: the row is new.
pub const MibAddInstance: i32 = 1;
/// `MIB_NOTIFICATION_TYPE`: the row is gone.
pub const MibDeleteInstance: i32 = 2;
/// `MIB_NOTIFICATION_TYPE`: the registration stands; there is no row.
pub const MibInitialNotification: i32 = 3;

/// `PUNICAST_IPADDRESS_CHANGE_CALLBACK`: as [`PIPINTERFACE_CHANGE_CALLBACK`](crate::PIPINTERFACE_CHANGE_CALLBACK).
pub type PUNICAST_IPADDRESS_CHANGE_CALLBACK =
    unsafe extern "system" fn(*mut c_void, *mut MIB_UNICASTIPADDRESS_ROW, i32);

// All are annotated with PASSIVE_LEVEL as the highest IRQL.
#[cfg(feature = "functions")]
#[cfg_attr(windows, link(name = "netio"))]
unsafe extern "system" {
    /// Allocates a table of all unicast addresses of one family, or both.
    pub fn GetUnicastIpAddressTable(Family: ADDRESS_FAMILY, Table: *mut *mut MIB_UNICASTIPADDRESS_TABLE) -> NTSTATUS;
    /// Calls back when a unicast address comes, changes or goes; with `InitialNotification` once before it returns too.
    pub fn NotifyUnicastIpAddressChange(
        Family: ADDRESS_FAMILY,
        Callback: PUNICAST_IPADDRESS_CHANGE_CALLBACK,
        CallerContext: *mut c_void,
        InitialNotification: BOOLEAN,
        NotificationHandle: *mut *mut c_void,
    ) -> NTSTATUS;
}

const _: () = {
    assert!(size_of::<MIB_UNICASTIPADDRESS_ROW>() == 80);
    assert!(align_of::<MIB_UNICASTIPADDRESS_ROW>() == 8);
    assert!(offset_of!(MIB_UNICASTIPADDRESS_ROW, InterfaceLuid) == 32);
    assert!(offset_of!(MIB_UNICASTIPADDRESS_ROW, InterfaceIndex) == 40);
    assert!(offset_of!(MIB_UNICASTIPADDRESS_ROW, PrefixOrigin) == 44);
    assert!(offset_of!(MIB_UNICASTIPADDRESS_ROW, SuffixOrigin) == 48);
    assert!(offset_of!(MIB_UNICASTIPADDRESS_ROW, ValidLifetime) == 52);
    assert!(offset_of!(MIB_UNICASTIPADDRESS_ROW, PreferredLifetime) == 56);
    assert!(offset_of!(MIB_UNICASTIPADDRESS_ROW, OnLinkPrefixLength) == 60);
    assert!(offset_of!(MIB_UNICASTIPADDRESS_ROW, SkipAsSource) == 61);
    assert!(offset_of!(MIB_UNICASTIPADDRESS_ROW, DadState) == 64);
    assert!(offset_of!(MIB_UNICASTIPADDRESS_ROW, ScopeId) == 68);
    assert!(offset_of!(MIB_UNICASTIPADDRESS_ROW, CreationTimeStamp) == 72);
    assert!(size_of::<MIB_UNICASTIPADDRESS_TABLE>() == 88);
    assert!(align_of::<MIB_UNICASTIPADDRESS_TABLE>() == 8);
    assert!(offset_of!(MIB_UNICASTIPADDRESS_TABLE, NumEntries) == 0);
    assert!(offset_of!(MIB_UNICASTIPADDRESS_TABLE, Table) == 8);
};
