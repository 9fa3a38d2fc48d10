//! Network interfaces, whatever protocols are bound to them.

use super::{MAX_PHYSICAL_ADDRESS, enumerations, structures};
use crate::word::numbered_words;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, TryFromBytes};

/// Most UTF-16 units of a name (`IF_MAX_STRING_SIZE` of `netioapi.h`).
pub const MAX_LINK_NAME: usize = 256;

/// One network interface (`MIB_IF_ROW2`): an adapter, a tunnel, the loopback interface, or a filter in the stack of one. It
/// has one row, however many IP interfaces ([`InterfaceRow`](super::InterfaceRow)) are bound to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct LinkRow {
    /// Interface LUID: stable over reboots.
    pub interface_luid: u64,
    /// Speed of sending in bits per second; all ones where it is not known.
    pub transmit_link_speed: u64,
    /// Speed of receiving in bits per second; all ones where it is not known.
    pub receive_link_speed: u64,
    /// Bytes received, with those of headers.
    pub in_octets: u64,
    /// Unicast packets received.
    pub in_unicast_packets: u64,
    /// Multicast and broadcast packets received.
    pub in_non_unicast_packets: u64,
    /// Packets received and thrown away without an error.
    pub in_discards: u64,
    /// Packets received with an error.
    pub in_errors: u64,
    /// Packets received of a protocol that nobody wants.
    pub in_unknown_protocols: u64,
    /// Bytes of unicast packets received.
    pub in_unicast_octets: u64,
    /// Bytes of multicast packets received.
    pub in_multicast_octets: u64,
    /// Bytes of broadcast packets received.
    pub in_broadcast_octets: u64,
    /// Bytes sent, with those of headers.
    pub out_octets: u64,
    /// Unicast packets sent.
    pub out_unicast_packets: u64,
    /// Multicast and broadcast packets sent.
    pub out_non_unicast_packets: u64,
    /// Packets thrown away unsent without an error.
    pub out_discards: u64,
    /// Packets not sent because of an error.
    pub out_errors: u64,
    /// Bytes of unicast packets sent.
    pub out_unicast_octets: u64,
    /// Bytes of multicast packets sent.
    pub out_multicast_octets: u64,
    /// Bytes of broadcast packets sent.
    pub out_broadcast_octets: u64,
    /// Packets that wait to be sent; Windows does not count them.
    pub out_queue_length: u64,
    /// Interface index: may change when the interface is disabled and enabled.
    pub interface_index: u32,
    /// Largest packet in bytes, without the header of the link.
    pub mtu: u32,
    /// IANA's ifType: 6 Ethernet, 24 loopback, 71 Wi-Fi, 131 tunnel.
    pub interface_type: u32,
    /// IANA's tunnelType where the interface is a tunnel, else 0 (`TUNNEL_TYPE` of `ifdef.h`).
    pub tunnel_type: i32,
    /// `NDIS_MEDIUM` of `ntddndis.h`.
    pub media_type: i32,
    /// `NDIS_PHYSICAL_MEDIUM` of `ntddndis.h`.
    pub physical_medium_type: i32,
    /// `NET_IF_ACCESS_TYPE` of `ifdef.h`: loopback 1, broadcast 2, point to point 3, point to multipoint 4.
    pub access_type: i32,
    /// `NET_IF_DIRECTION_TYPE` of `ifdef.h`: both ways 0, sends only 1, receives only 2.
    pub direction_type: i32,
    /// An [`OperStatus`], or a number of a newer system.
    pub oper_status: i32,
    /// An [`AdminStatus`], or a number of a newer system.
    pub admin_status: i32,
    /// A [`MediaConnectState`], or a number of a newer system.
    pub media_connect_state: i32,
    /// `NET_IF_CONNECTION_TYPE` of `ifdef.h`: dedicated 1, passive 2, on demand 3.
    pub connection_type: i32,
    /// Bits of [`LinkFlags`].
    pub flags: u32,
    /// Bytes used of both physical addresses, 0 to 32.
    pub physical_address_length: u32,
    /// The physical address in use; bytes beyond the length are zero.
    pub physical_address: [u8; MAX_PHYSICAL_ADDRESS],
    /// The physical address that the device was made with; bytes beyond the length are zero.
    pub permanent_physical_address: [u8; MAX_PHYSICAL_ADDRESS],
    /// GUID of the interface, as a `GUID` lies in memory.
    pub interface_guid: [u8; 16],
    /// GUID of the network that the interface is in, as a `GUID` lies in memory.
    pub network_guid: [u8; 16],
    /// The name that people give it, in UTF-16; units beyond its end are zero.
    pub alias: [u16; MAX_LINK_NAME],
    /// What the device says it is, in UTF-16; units beyond its end are zero.
    pub description: [u16; MAX_LINK_NAME],
}

bitflags::bitflags! {
    /// What kind of interface it is, and why it does not work (`InterfaceAndOperStatusFlags` of `netioapi.h`).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct LinkFlags: u32 {
        /// There is hardware of its own.
        const HARDWARE_INTERFACE = 0x01;
        /// A filter in the stack of another interface.
        const FILTER_INTERFACE = 0x02;
        /// There is a connector.
        const CONNECTOR_PRESENT = 0x04;
        /// The network has not let it in yet.
        const NOT_AUTHENTICATED = 0x08;
        /// Nothing is plugged in.
        const NOT_MEDIA_CONNECTED = 0x10;
        /// It has been paused.
        const PAUSED = 0x20;
        /// It saves power.
        const LOW_POWER = 0x40;
        /// An end of a network, with no other device behind it.
        const END_POINT_INTERFACE = 0x80;
    }
}

/// What an interface does: `IF_OPER_STATUS` of `ifdef.h` (RFC 2863, ifOperStatus).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TryFromBytes, Immutable, KnownLayout)]
#[repr(i32)]
pub enum OperStatus {
    /// It passes packets.
    Up = 1,
    /// It passes none.
    Down = 2,
    /// It is being tested, and passes none.
    Testing = 3,
    /// Nobody knows.
    Unknown = 4,
    /// It waits for something to happen, such as a call.
    Dormant = 5,
    /// A part of it is missing.
    NotPresent = 6,
    /// An interface below it is down.
    LowerLayerDown = 7,
}

/// What an interface is meant to do: `NET_IF_ADMIN_STATUS` of `ifdef.h` (RFC 2863, ifAdminStatus).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TryFromBytes, Immutable, KnownLayout)]
#[repr(i32)]
pub enum AdminStatus {
    /// To pass packets.
    Up = 1,
    /// To pass none.
    Down = 2,
    /// To be tested.
    Testing = 3,
}

/// Whether something is plugged in: `NET_IF_MEDIA_CONNECT_STATE` of `ifdef.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TryFromBytes, Immutable, KnownLayout)]
#[repr(i32)]
pub enum MediaConnectState {
    /// Nobody knows.
    Unknown = 0,
    /// It is.
    Connected = 1,
    /// It is not.
    Disconnected = 2,
}

numbered_words! { OperStatus: i32 {
    Up "up";
    Down "down";
    Testing "testing";
    Unknown "unknown";
    Dormant "dormant";
    NotPresent "notpresent" or "not-present";
    LowerLayerDown "lowerlayerdown" or "lower-layer-down";
} }

numbered_words! { AdminStatus: i32 {
    Up "up";
    Down "down";
    Testing "testing";
} }

numbered_words! { MediaConnectState: i32 {
    Unknown "unknown";
    Connected "connected";
    Disconnected "disconnected";
} }

const _: () = {
    use core::mem::offset_of;
    assert!(size_of::<LinkRow>() == 1344);
    assert!(offset_of!(LinkRow, in_octets) == 24);
    assert!(offset_of!(LinkRow, out_octets) == 96);
    assert!(offset_of!(LinkRow, interface_index) == 168);
    assert!(offset_of!(LinkRow, oper_status) == 200);
    assert!(offset_of!(LinkRow, physical_address) == 224);
    assert!(offset_of!(LinkRow, interface_guid) == 288);
    assert!(offset_of!(LinkRow, alias) == 320);
    assert!(offset_of!(LinkRow, description) == 832);
};

structures! {
    LinkRow {
        interface_luid transmit_link_speed receive_link_speed in_octets in_unicast_packets
        in_non_unicast_packets in_discards in_errors in_unknown_protocols in_unicast_octets
        in_multicast_octets in_broadcast_octets out_octets out_unicast_packets out_non_unicast_packets
        out_discards out_errors out_unicast_octets out_multicast_octets out_broadcast_octets
        out_queue_length interface_index mtu interface_type tunnel_type media_type physical_medium_type
        access_type direction_type oper_status admin_status media_connect_state connection_type flags
        physical_address_length physical_address permanent_physical_address interface_guid network_guid
        alias description
    }
}

enumerations! { OperStatus AdminStatus MediaConnectState }
