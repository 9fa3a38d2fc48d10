//! IP interfaces: rows, tables, functions and notifications.

#[cfg(feature = "functions")]
use crate::NTSTATUS;
use crate::{ADDRESS_FAMILY, BOOLEAN, NET_IFINDEX, NET_LUID};
use core::{ffi::c_void, mem::offset_of};

/// `MIB_IPINTERFACE_ROW`: one interface as one address family sees it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MIB_IPINTERFACE_ROW {
    /// Key: `AF_INET` or `AF_INET6`.
    pub Family: ADDRESS_FAMILY,
    /// Key; wins over the index.
    pub InterfaceLuid: NET_LUID,
    /// Key, looked at only when the LUID is 0.
    pub InterfaceIndex: NET_IFINDEX,
    /// Reserved.
    pub MaxReassemblySize: u32,
    /// Reserved.
    pub InterfaceIdentifier: u64,
    /// Seconds, at least, between router advertisements.
    pub MinRouterAdvertisementInterval: u32,
    /// Seconds, at most, between router advertisements.
    pub MaxRouterAdvertisementInterval: u32,
    /// Router advertisements are sent.
    pub AdvertisingEnabled: BOOLEAN,
    /// Packets are forwarded.
    pub ForwardingEnabled: BOOLEAN,
    /// Weak host model when sending.
    pub WeakHostSend: BOOLEAN,
    /// Weak host model when receiving.
    pub WeakHostReceive: BOOLEAN,
    /// The metric follows the link speed.
    pub UseAutomaticMetric: BOOLEAN,
    /// Unreachable neighbors are detected.
    pub UseNeighborUnreachabilityDetection: BOOLEAN,
    /// Addresses come by DHCPv6.
    pub ManagedAddressConfigurationSupported: BOOLEAN,
    /// Other configuration comes by DHCPv6.
    pub OtherStatefulConfigurationSupported: BOOLEAN,
    /// The default route is advertised.
    pub AdvertiseDefaultRoute: BOOLEAN,
    /// `NL_ROUTER_DISCOVERY_BEHAVIOR`.
    pub RouterDiscoveryBehavior: i32,
    /// Probes of duplicate address detection.
    pub DadTransmits: u32,
    /// Milliseconds.
    pub BaseReachableTime: u32,
    /// Milliseconds.
    pub RetransmitTime: u32,
    /// Milliseconds.
    pub PathMtuDiscoveryTimeout: u32,
    /// `NL_LINK_LOCAL_ADDRESS_BEHAVIOR`.
    pub LinkLocalAddressBehavior: i32,
    /// Milliseconds.
    pub LinkLocalAddressTimeout: u32,
    /// Zone id for each `SCOPE_LEVEL`.
    pub ZoneIndices: [u32; 16],
    /// Bits; must be 0 for IPv4 when setting.
    pub SitePrefixLength: u32,
    /// Added to the metric of each route.
    pub Metric: u32,
    /// Bytes.
    pub NlMtu: u32,
    /// Read-only: media and protocol are up.
    pub Connected: BOOLEAN,
    /// Read-only.
    pub SupportsWakeUpPatterns: BOOLEAN,
    /// Read-only.
    pub SupportsNeighborDiscovery: BOOLEAN,
    /// Read-only.
    pub SupportsRouterDiscovery: BOOLEAN,
    /// Read-only: milliseconds.
    pub ReachableTime: u32,
    /// Read-only: `NL_INTERFACE_OFFLOAD_ROD`.
    pub TransmitOffload: u8,
    /// Read-only: `NL_INTERFACE_OFFLOAD_ROD`.
    pub ReceiveOffload: u8,
    /// Default routes through this interface are ignored.
    pub DisableDefaultRoutes: BOOLEAN,
}

/// `MIB_IPINTERFACE_TABLE`: as many rows as `NumEntries` says stand where `Table` begins.
#[repr(C)]
pub struct MIB_IPINTERFACE_TABLE {
    /// Number of rows.
    pub NumEntries: u32,
    /// The first row.
    pub Table: [MIB_IPINTERFACE_ROW; 1],
}

/// `PIPINTERFACE_CHANGE_CALLBACK`: context, row (or NULL), `MIB_NOTIFICATION_TYPE`. Of the row only the keys count; it is
/// valid during the call. Called at `PASSIVE_LEVEL`, by one thread at a time.
pub type PIPINTERFACE_CHANGE_CALLBACK = unsafe extern "system" fn(*mut c_void, *mut MIB_IPINTERFACE_ROW, i32);

// All are annotated with PASSIVE_LEVEL as the highest IRQL.
#[cfg(feature = "functions")]
#[cfg_attr(windows, link(name = "netio"))]
unsafe extern "system" {
    /// Fills in an IP interface named by its keys.
    pub fn GetIpInterfaceEntry(Row: *mut MIB_IPINTERFACE_ROW) -> NTSTATUS;
    /// Fills a row with what a change begins with. The kernel's declaration is in/out: the row must be zeroed before.
    pub fn InitializeIpInterfaceEntry(Row: *mut MIB_IPINTERFACE_ROW);
    /// Changes an IP interface.
    pub fn SetIpInterfaceEntry(Row: *mut MIB_IPINTERFACE_ROW) -> NTSTATUS;
    /// Allocates a table of all IP interfaces of one family, or both.
    pub fn GetIpInterfaceTable(Family: ADDRESS_FAMILY, Table: *mut *mut MIB_IPINTERFACE_TABLE) -> NTSTATUS;
    /// Calls back when an IP interface comes, changes or goes; with `InitialNotification` once before it returns too.
    pub fn NotifyIpInterfaceChange(
        Family: ADDRESS_FAMILY,
        Callback: PIPINTERFACE_CHANGE_CALLBACK,
        CallerContext: *mut c_void,
        InitialNotification: BOOLEAN,
        NotificationHandle: *mut *mut c_void,
    ) -> NTSTATUS;
}

const _: () = {
    assert!(size_of::<MIB_IPINTERFACE_ROW>() == 168);
    assert!(align_of::<MIB_IPINTERFACE_ROW>() == 8);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, Family) == 0);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, InterfaceLuid) == 8);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, InterfaceIndex) == 16);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, MaxReassemblySize) == 20);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, InterfaceIdentifier) == 24);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, MinRouterAdvertisementInterval) == 32);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, MaxRouterAdvertisementInterval) == 36);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, AdvertisingEnabled) == 40);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, ForwardingEnabled) == 41);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, WeakHostSend) == 42);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, WeakHostReceive) == 43);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, UseAutomaticMetric) == 44);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, UseNeighborUnreachabilityDetection) == 45);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, ManagedAddressConfigurationSupported) == 46);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, OtherStatefulConfigurationSupported) == 47);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, AdvertiseDefaultRoute) == 48);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, RouterDiscoveryBehavior) == 52);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, DadTransmits) == 56);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, BaseReachableTime) == 60);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, RetransmitTime) == 64);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, PathMtuDiscoveryTimeout) == 68);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, LinkLocalAddressBehavior) == 72);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, LinkLocalAddressTimeout) == 76);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, ZoneIndices) == 80);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, SitePrefixLength) == 144);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, Metric) == 148);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, NlMtu) == 152);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, Connected) == 156);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, SupportsWakeUpPatterns) == 157);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, SupportsNeighborDiscovery) == 158);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, SupportsRouterDiscovery) == 159);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, ReachableTime) == 160);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, TransmitOffload) == 164);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, ReceiveOffload) == 165);
    assert!(offset_of!(MIB_IPINTERFACE_ROW, DisableDefaultRoutes) == 166);
    assert!(size_of::<MIB_IPINTERFACE_TABLE>() == 176);
    assert!(align_of::<MIB_IPINTERFACE_TABLE>() == 8);
    assert!(offset_of!(MIB_IPINTERFACE_TABLE, NumEntries) == 0);
    assert!(offset_of!(MIB_IPINTERFACE_TABLE, Table) == 8);
};
