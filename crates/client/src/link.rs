//! Network interfaces, whatever protocols are bound to them.

use crate::{Device, Error, InterfaceLuid, PhysicalAddress, Table, decode::Row};
use netioctl_abi::{
    operation,
    wire::{AdminStatus, LinkFlags, LinkRow, MediaConnectState, OperStatus, RequestHeader},
};
use zerocopy::TryFromBytes;

/// A network interface (`MIB_IF_ROW2`): an adapter, a tunnel, the loopback interface, or a filter in the stack of one.
///
/// It is there once, however many families are bound to it; [`Interface`](crate::Interface) is what IP makes of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "crate::serial::LinkForm", try_from = "crate::serial::LinkForm")
)]
#[non_exhaustive]
pub struct Link {
    /// What names it; stable over reboots.
    pub luid: InterfaceLuid,
    /// The same by index, which may change when the interface is disabled and enabled.
    pub index: u32,
    /// IANA's ifType: 6 Ethernet, 24 loopback, 71 Wi-Fi, 131 tunnel.
    pub interface_type: u32,
    /// IANA's tunnelType where it is a tunnel, else 0.
    pub tunnel_type: i32,
    /// The name that people give it ("Ethernet 2").
    pub alias: String,
    /// What the device says it is.
    pub description: String,
    /// The physical address in use.
    pub physical_address: PhysicalAddress,
    /// The physical address that the device was made with.
    pub permanent_physical_address: PhysicalAddress,
    /// Largest packet in bytes, without the header of the link.
    pub mtu: u32,
    /// Speed of sending in bits per second; `None` where it is not known.
    pub transmit_link_speed: Option<u64>,
    /// Speed of receiving in bits per second; `None` where it is not known.
    pub receive_link_speed: Option<u64>,
    /// `IF_OPER_STATUS` as a number; see [`oper_status`](Self::oper_status).
    pub raw_oper_status: i32,
    /// `NET_IF_ADMIN_STATUS` as a number; see [`admin_status`](Self::admin_status).
    pub raw_admin_status: i32,
    /// `NET_IF_MEDIA_CONNECT_STATE` as a number; see [`media_connect_state`](Self::media_connect_state).
    pub raw_media_connect_state: i32,
    /// What kind of interface it is, and why it does not work; unknown bits are kept.
    pub flags: LinkFlags,
    /// `NDIS_MEDIUM`.
    pub media_type: i32,
    /// `NDIS_PHYSICAL_MEDIUM`.
    pub physical_medium_type: i32,
    /// `NET_IF_ACCESS_TYPE`.
    pub access_type: i32,
    /// `NET_IF_DIRECTION_TYPE`.
    pub direction_type: i32,
    /// `NET_IF_CONNECTION_TYPE`.
    pub connection_type: i32,
    /// The interface as SetupAPI and NDIS name it: a `GUID` as it lies in memory.
    pub interface_guid: [u8; 16],
    /// The network that the interface is in: a `GUID` as it lies in memory.
    pub network_guid: [u8; 16],
    /// What was received.
    pub received: LinkCounters,
    /// What was sent.
    pub sent: LinkCounters,
    /// Packets received of a protocol that nobody wants.
    pub in_unknown_protocols: u64,
    /// Packets that wait to be sent; Windows does not count them.
    pub out_queue_length: u64,
}

/// Packets and bytes of one direction, since the interface was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LinkCounters {
    /// Bytes, with those of headers.
    pub octets: u64,
    /// Unicast packets.
    pub unicast_packets: u64,
    /// Multicast and broadcast packets.
    pub non_unicast_packets: u64,
    /// Packets thrown away without an error.
    pub discards: u64,
    /// Packets with an error.
    pub errors: u64,
    /// Bytes of unicast packets.
    pub unicast_octets: u64,
    /// Bytes of multicast packets.
    pub multicast_octets: u64,
    /// Bytes of broadcast packets.
    pub broadcast_octets: u64,
}

impl LinkCounters {
    /// Packets of either kind.
    #[must_use]
    pub const fn packets(&self) -> u64 {
        self.unicast_packets.saturating_add(self.non_unicast_packets)
    }
}

impl Link {
    /// What it does; `None` for a number that `ifdef.h` does not define.
    #[must_use]
    pub fn oper_status(&self) -> Option<OperStatus> {
        OperStatus::try_read_from_bytes(&self.raw_oper_status.to_ne_bytes()).ok()
    }

    /// What it is meant to do; `None` for a number that `ifdef.h` does not define.
    #[must_use]
    pub fn admin_status(&self) -> Option<AdminStatus> {
        AdminStatus::try_read_from_bytes(&self.raw_admin_status.to_ne_bytes()).ok()
    }

    /// Whether something is plugged in; `None` for a number that `ifdef.h` does not define.
    #[must_use]
    pub fn media_connect_state(&self) -> Option<MediaConnectState> {
        MediaConnectState::try_read_from_bytes(&self.raw_media_connect_state.to_ne_bytes()).ok()
    }
}

impl Device {
    /// The network interfaces, filters in their stacks included (`GetIfTable2`).
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver; [`Error::BadReply`]; [`Error::TableKeepsGrowing`];
    /// [`Error::Unsupported`] for a driver before ABI 1.5.
    pub fn link_table(&self) -> Result<Table<Link>, Error> {
        self.table::<operation::GetLinkTable, _>(&RequestHeader::CURRENT)
    }
}

impl Row for Link {
    type Wire = LinkRow;

    fn from_wire(row: &LinkRow) -> Result<Self, String> {
        let physical = |bytes: &[u8; 32]| {
            let used = usize::try_from(row.physical_address_length).ok().and_then(|length| bytes.get(..length));
            let used = used.ok_or_else(|| format!("a physical address of {} bytes", row.physical_address_length))?;
            PhysicalAddress::new(used).map_err(|error| error.to_string())
        };
        let speed = |bits: u64| (bits != u64::MAX).then_some(bits);
        Ok(Self {
            luid: InterfaceLuid(row.interface_luid),
            index: row.interface_index,
            interface_type: row.interface_type,
            tunnel_type: row.tunnel_type,
            alias: text(&row.alias),
            description: text(&row.description),
            physical_address: physical(&row.physical_address)?,
            permanent_physical_address: physical(&row.permanent_physical_address)?,
            mtu: row.mtu,
            transmit_link_speed: speed(row.transmit_link_speed),
            receive_link_speed: speed(row.receive_link_speed),
            raw_oper_status: row.oper_status,
            raw_admin_status: row.admin_status,
            raw_media_connect_state: row.media_connect_state,
            flags: LinkFlags::from_bits_retain(row.flags),
            media_type: row.media_type,
            physical_medium_type: row.physical_medium_type,
            access_type: row.access_type,
            direction_type: row.direction_type,
            connection_type: row.connection_type,
            interface_guid: row.interface_guid,
            network_guid: row.network_guid,
            received: received(row),
            sent: sent(row),
            in_unknown_protocols: row.in_unknown_protocols,
            out_queue_length: row.out_queue_length,
        })
    }
}

const fn received(row: &LinkRow) -> LinkCounters {
    LinkCounters {
        octets: row.in_octets,
        unicast_packets: row.in_unicast_packets,
        non_unicast_packets: row.in_non_unicast_packets,
        discards: row.in_discards,
        errors: row.in_errors,
        unicast_octets: row.in_unicast_octets,
        multicast_octets: row.in_multicast_octets,
        broadcast_octets: row.in_broadcast_octets,
    }
}

const fn sent(row: &LinkRow) -> LinkCounters {
    LinkCounters {
        octets: row.out_octets,
        unicast_packets: row.out_unicast_packets,
        non_unicast_packets: row.out_non_unicast_packets,
        discards: row.out_discards,
        errors: row.out_errors,
        unicast_octets: row.out_unicast_octets,
        multicast_octets: row.out_multicast_octets,
        broadcast_octets: row.out_broadcast_octets,
    }
}

/// UTF-16 up to the first zero; what is no text is shown as replacement characters.
fn text(units: &[u16]) -> String {
    let end = units.iter().position(|unit| *unit == 0).unwrap_or(units.len());
    String::from_utf16_lossy(&units[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Answer, Script, table};
    use zerocopy::FromZeros;

    fn row() -> LinkRow {
        let mut row = LinkRow {
            transmit_link_speed: 1_000_000_000,
            receive_link_speed: u64::MAX,
            in_octets: 1,
            out_octets: 2,
            oper_status: 7,
            admin_status: 9,
            physical_address_length: 6,
            flags: 0x105,
            ..LinkRow::new_zeroed()
        };
        row.physical_address[..6].copy_from_slice(&[2, 0, 0, 0, 0x77, 1]);
        for (place, unit) in row.alias.iter_mut().zip("Сеть 2".encode_utf16()) {
            *place = unit;
        }
        row.description.fill(u16::from(b'x'));
        row
    }

    #[test]
    fn names_speeds_and_numbers_become_what_they_mean() {
        let (device, _) = Script::device([Answer::Bytes(table(&[row()], 1, 8))]);
        let rows = device.link_table().unwrap().into_rows();
        let [link] = &rows[..] else { panic!("one row") };
        assert_eq!((link.alias.as_str(), link.description.len()), ("Сеть 2", 256));
        assert_eq!((link.transmit_link_speed, link.receive_link_speed), (Some(1_000_000_000), None));
        assert_eq!(link.physical_address.to_string(), "02-00-00-00-77-01");
        assert_eq!((link.oper_status(), link.admin_status()), (Some(OperStatus::LowerLayerDown), None));
        assert_eq!(link.media_connect_state(), Some(MediaConnectState::Unknown));
        assert_eq!((link.received.octets, link.sent.octets, link.flags.bits()), (1, 2, 0x105));
    }

    #[test]
    fn a_physical_address_that_is_too_long_is_not_believed() {
        let row = LinkRow { physical_address_length: 33, ..row() };
        assert_eq!(Link::from_wire(&row).unwrap_err(), "a physical address of 33 bytes");
    }
}
