//! Network interfaces whatever protocols are bound to them: rows, table and function.

#[cfg(feature = "functions")]
use crate::NTSTATUS;
use crate::{IF_MAX_PHYS_ADDRESS_LENGTH, NET_IFINDEX, NET_LUID};
use core::mem::offset_of;

/// UTF-16 units of a name, at most, without the terminator (`IF_MAX_STRING_SIZE` of `netioapi.h`).
pub const IF_MAX_STRING_SIZE: usize = 256;

/// `GUID`, as its sixteen bytes lie in memory.
pub type GUID = [u8; 16];

/// A name with its terminator: what stands behind the first zero means nothing.
pub type IF_STRING = [u16; IF_MAX_STRING_SIZE + 1];

/// `MIB_IF_ROW2`: one network interface.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MIB_IF_ROW2 {
    /// Key; wins over the index.
    pub InterfaceLuid: NET_LUID,
    /// Key, looked at only when the LUID is 0.
    pub InterfaceIndex: NET_IFINDEX,
    /// The interface as SetupAPI and NDIS name it.
    pub InterfaceGuid: GUID,
    /// The name that people give it.
    pub Alias: IF_STRING,
    /// What the device says it is.
    pub Description: IF_STRING,
    /// Bytes used of both physical addresses, 0 to 32.
    pub PhysicalAddressLength: u32,
    /// The physical address in use; bytes beyond the length mean nothing.
    pub PhysicalAddress: [u8; IF_MAX_PHYS_ADDRESS_LENGTH],
    /// The physical address that the device was made with; bytes beyond the length mean nothing.
    pub PermanentPhysicalAddress: [u8; IF_MAX_PHYS_ADDRESS_LENGTH],
    /// Bytes.
    pub Mtu: u32,
    /// `IFTYPE`: IANA's ifType.
    pub Type: u32,
    /// `TUNNEL_TYPE`: IANA's tunnelType.
    pub TunnelType: i32,
    /// `NDIS_MEDIUM`.
    pub MediaType: i32,
    /// `NDIS_PHYSICAL_MEDIUM`.
    pub PhysicalMediumType: i32,
    /// `NET_IF_ACCESS_TYPE`.
    pub AccessType: i32,
    /// `NET_IF_DIRECTION_TYPE`.
    pub DirectionType: i32,
    /// Eight bits, from `HardwareInterface` (1) to `EndPointInterface` (0x80).
    pub InterfaceAndOperStatusFlags: u8,
    /// `IF_OPER_STATUS`: RFC 2863, ifOperStatus.
    pub OperStatus: i32,
    /// `NET_IF_ADMIN_STATUS`: RFC 2863, ifAdminStatus.
    pub AdminStatus: i32,
    /// `NET_IF_MEDIA_CONNECT_STATE`.
    pub MediaConnectState: i32,
    /// The network that the interface is in.
    pub NetworkGuid: GUID,
    /// `NET_IF_CONNECTION_TYPE`.
    pub ConnectionType: i32,
    /// Bits per second; all ones where it is not known.
    pub TransmitLinkSpeed: u64,
    /// Bits per second; all ones where it is not known.
    pub ReceiveLinkSpeed: u64,
    /// Bytes received, with those of headers.
    pub InOctets: u64,
    /// Unicast packets received.
    pub InUcastPkts: u64,
    /// Other packets received.
    pub InNUcastPkts: u64,
    /// Packets received and thrown away without an error.
    pub InDiscards: u64,
    /// Packets received with an error.
    pub InErrors: u64,
    /// Packets received of a protocol that nobody wants.
    pub InUnknownProtos: u64,
    /// Bytes of unicast packets received.
    pub InUcastOctets: u64,
    /// Bytes of multicast packets received.
    pub InMulticastOctets: u64,
    /// Bytes of broadcast packets received.
    pub InBroadcastOctets: u64,
    /// Bytes sent, with those of headers.
    pub OutOctets: u64,
    /// Unicast packets sent.
    pub OutUcastPkts: u64,
    /// Other packets sent.
    pub OutNUcastPkts: u64,
    /// Packets thrown away unsent without an error.
    pub OutDiscards: u64,
    /// Packets not sent because of an error.
    pub OutErrors: u64,
    /// Bytes of unicast packets sent.
    pub OutUcastOctets: u64,
    /// Bytes of multicast packets sent.
    pub OutMulticastOctets: u64,
    /// Bytes of broadcast packets sent.
    pub OutBroadcastOctets: u64,
    /// Packets that wait to be sent; not in use.
    pub OutQLen: u64,
}

/// Zeros.
impl Default for MIB_IF_ROW2 {
    fn default() -> Self {
        Self {
            InterfaceLuid: 0,
            InterfaceIndex: 0,
            InterfaceGuid: [0; 16],
            Alias: [0; IF_MAX_STRING_SIZE + 1],
            Description: [0; IF_MAX_STRING_SIZE + 1],
            PhysicalAddressLength: 0,
            PhysicalAddress: [0; IF_MAX_PHYS_ADDRESS_LENGTH],
            PermanentPhysicalAddress: [0; IF_MAX_PHYS_ADDRESS_LENGTH],
            Mtu: 0,
            Type: 0,
            TunnelType: 0,
            MediaType: 0,
            PhysicalMediumType: 0,
            AccessType: 0,
            DirectionType: 0,
            InterfaceAndOperStatusFlags: 0,
            OperStatus: 0,
            AdminStatus: 0,
            MediaConnectState: 0,
            NetworkGuid: [0; 16],
            ConnectionType: 0,
            TransmitLinkSpeed: 0,
            ReceiveLinkSpeed: 0,
            InOctets: 0,
            InUcastPkts: 0,
            InNUcastPkts: 0,
            InDiscards: 0,
            InErrors: 0,
            InUnknownProtos: 0,
            InUcastOctets: 0,
            InMulticastOctets: 0,
            InBroadcastOctets: 0,
            OutOctets: 0,
            OutUcastPkts: 0,
            OutNUcastPkts: 0,
            OutDiscards: 0,
            OutErrors: 0,
            OutUcastOctets: 0,
            OutMulticastOctets: 0,
            OutBroadcastOctets: 0,
            OutQLen: 0,
        }
    }
}

/// `MIB_IF_TABLE2`: as many rows as `NumEntries` says stand where `Table` begins.
#[repr(C)]
pub struct MIB_IF_TABLE2 {
    /// Number of rows.
    pub NumEntries: u32,
    /// The first row.
    pub Table: [MIB_IF_ROW2; 1],
}

// Annotated with PASSIVE_LEVEL as the highest IRQL.
#[cfg(feature = "functions")]
#[cfg_attr(windows, link(name = "netio"))]
unsafe extern "system" {
    /// Allocates a table of all network interfaces, those of filters and other drivers in their stacks too.
    pub fn GetIfTable2(Table: *mut *mut MIB_IF_TABLE2) -> NTSTATUS;
}

const _: () = {
    assert!(size_of::<MIB_IF_ROW2>() == 1352);
    assert!(align_of::<MIB_IF_ROW2>() == 8);
    assert!(offset_of!(MIB_IF_ROW2, InterfaceLuid) == 0);
    assert!(offset_of!(MIB_IF_ROW2, InterfaceIndex) == 8);
    assert!(offset_of!(MIB_IF_ROW2, InterfaceGuid) == 12);
    assert!(offset_of!(MIB_IF_ROW2, Alias) == 28);
    assert!(offset_of!(MIB_IF_ROW2, Description) == 542);
    assert!(offset_of!(MIB_IF_ROW2, PhysicalAddressLength) == 1056);
    assert!(offset_of!(MIB_IF_ROW2, PhysicalAddress) == 1060);
    assert!(offset_of!(MIB_IF_ROW2, PermanentPhysicalAddress) == 1092);
    assert!(offset_of!(MIB_IF_ROW2, Mtu) == 1124);
    assert!(offset_of!(MIB_IF_ROW2, Type) == 1128);
    assert!(offset_of!(MIB_IF_ROW2, TunnelType) == 1132);
    assert!(offset_of!(MIB_IF_ROW2, MediaType) == 1136);
    assert!(offset_of!(MIB_IF_ROW2, PhysicalMediumType) == 1140);
    assert!(offset_of!(MIB_IF_ROW2, AccessType) == 1144);
    assert!(offset_of!(MIB_IF_ROW2, DirectionType) == 1148);
    assert!(offset_of!(MIB_IF_ROW2, InterfaceAndOperStatusFlags) == 1152);
    assert!(offset_of!(MIB_IF_ROW2, OperStatus) == 1156);
    assert!(offset_of!(MIB_IF_ROW2, AdminStatus) == 1160);
    assert!(offset_of!(MIB_IF_ROW2, MediaConnectState) == 1164);
    assert!(offset_of!(MIB_IF_ROW2, NetworkGuid) == 1168);
    assert!(offset_of!(MIB_IF_ROW2, ConnectionType) == 1184);
    assert!(offset_of!(MIB_IF_ROW2, TransmitLinkSpeed) == 1192);
    assert!(offset_of!(MIB_IF_ROW2, ReceiveLinkSpeed) == 1200);
    assert!(offset_of!(MIB_IF_ROW2, InOctets) == 1208);
    assert!(offset_of!(MIB_IF_ROW2, InUcastPkts) == 1216);
    assert!(offset_of!(MIB_IF_ROW2, InNUcastPkts) == 1224);
    assert!(offset_of!(MIB_IF_ROW2, InDiscards) == 1232);
    assert!(offset_of!(MIB_IF_ROW2, InErrors) == 1240);
    assert!(offset_of!(MIB_IF_ROW2, InUnknownProtos) == 1248);
    assert!(offset_of!(MIB_IF_ROW2, InUcastOctets) == 1256);
    assert!(offset_of!(MIB_IF_ROW2, InMulticastOctets) == 1264);
    assert!(offset_of!(MIB_IF_ROW2, InBroadcastOctets) == 1272);
    assert!(offset_of!(MIB_IF_ROW2, OutOctets) == 1280);
    assert!(offset_of!(MIB_IF_ROW2, OutUcastPkts) == 1288);
    assert!(offset_of!(MIB_IF_ROW2, OutNUcastPkts) == 1296);
    assert!(offset_of!(MIB_IF_ROW2, OutDiscards) == 1304);
    assert!(offset_of!(MIB_IF_ROW2, OutErrors) == 1312);
    assert!(offset_of!(MIB_IF_ROW2, OutUcastOctets) == 1320);
    assert!(offset_of!(MIB_IF_ROW2, OutMulticastOctets) == 1328);
    assert!(offset_of!(MIB_IF_ROW2, OutBroadcastOctets) == 1336);
    assert!(offset_of!(MIB_IF_ROW2, OutQLen) == 1344);
    assert!(size_of::<MIB_IF_TABLE2>() == 1360);
    assert!(align_of::<MIB_IF_TABLE2>() == 8);
    assert!(offset_of!(MIB_IF_TABLE2, NumEntries) == 0);
    assert!(offset_of!(MIB_IF_TABLE2, Table) == 8);
};
