//! The row of NETIO that shows a link itself.
//!
//! | member | how it is found |
//! |---|---|
//! | `InterfaceGuid` | the LUID and the bytes of "netioctl": Linux has none |
//! | `Description` | the alias of the link, or what kind of link it is |
//! | `PhysicalAddress` | none for loopback, as on Windows |
//! | `PermanentPhysicalAddress` | the one in use, where the driver of the link does not say |
//! | `TunnelType` | "other" for every tunnel |
//! | speeds | those of sysfs, if it shows this link; both ways the same |
//! | `InUcastPkts` | what was received and was not multicast; broadcast counts here, too |
//! | `OutNUcastPkts`, bytes by kind of packet | 0: Linux does not count them apart |
//! | `NetworkGuid`, `OutQLen` | 0 |

use crate::link::{Link, if_type};
use netio_sys::{GUID, MIB_IF_ROW2};
use netio_wire::row;
use netlink_packet_route::link::{InfoKind, LinkAttribute, LinkFlags, LinkInfo, LinkMessage, State, Stats64};
use std::{fs, path::PathBuf};

const NDIS_MEDIUM_802_3: i32 = 0;
const NDIS_MEDIUM_WAN: i32 = 3;
const NDIS_MEDIUM_TUNNEL: i32 = 15;
const NDIS_MEDIUM_NATIVE_802_11: i32 = 16;
const NDIS_MEDIUM_LOOPBACK: i32 = 17;
const NDIS_MEDIUM_IP: i32 = 19;
const NDIS_PHYSICAL_MEDIUM_UNSPECIFIED: i32 = 0;
const NDIS_PHYSICAL_MEDIUM_NATIVE_802_11: i32 = 9;
const NDIS_PHYSICAL_MEDIUM_802_3: i32 = 14;
const TUNNEL_TYPE_OTHER: i32 = 1;
const ACCESS_LOOPBACK: i32 = 1;
const ACCESS_BROADCAST: i32 = 2;
const ACCESS_POINT_TO_POINT: i32 = 3;
const CONNECTION_DEDICATED: i32 = 1;
const HARDWARE_INTERFACE: u8 = 0x01;
const CONNECTOR_PRESENT: u8 = 0x04;
const NOT_MEDIA_CONNECTED: u8 = 0x10;
const UNKNOWN_SPEED: u64 = u64::MAX;

/// A link, and what only its own row tells.
#[derive(Clone, Debug)]
pub struct Adapter {
    /// The link.
    pub link: Link,
    description: String,
    permanent: Vec<u8>,
    counters: Stats64,
}

impl Adapter {
    /// The adapter that an `RTM_NEWLINK` message with counters describes.
    #[must_use]
    pub fn from_message(message: &LinkMessage) -> Self {
        let link = Link::from_message(message);
        let (mut alias, mut kind) = (None, None);
        let (mut permanent, mut counters) = (link.physical.clone(), Stats64::default());
        for attribute in &message.attributes {
            match attribute {
                LinkAttribute::IfAlias(text) => alias = Some(text.clone()),
                LinkAttribute::LinkInfo(parts) => kind = parts.iter().find_map(kind_of).or(kind),
                LinkAttribute::PermAddress(address) => permanent.clone_from(address),
                LinkAttribute::Stats64(stats) => counters = *stats,
                _ => {}
            }
        }
        let description = alias.or(kind).unwrap_or_else(|| link.name.clone());
        Self { link, description, permanent, counters }
    }

    /// The row; `None` for a link that no LUID can name.
    #[must_use]
    pub fn row(&self) -> Option<MIB_IF_ROW2> {
        let link = &self.link;
        let luid = link.luid()?;
        let is_loopback = link.if_type == if_type::SOFTWARE_LOOPBACK;
        let physical = if is_loopback { &[][..] } else { &link.physical };
        let (length, current, permanent) = row::physical_addresses(physical, &self.permanent);
        let (medium, physical_medium) = media(link.if_type);
        let speed = self.speed();
        let described = MIB_IF_ROW2 {
            InterfaceLuid: luid,
            InterfaceIndex: link.index,
            InterfaceGuid: guid(luid),
            Alias: row::name(&link.name),
            Description: row::name(&self.description),
            PhysicalAddressLength: length,
            PhysicalAddress: current,
            PermanentPhysicalAddress: permanent,
            Mtu: link.mtu,
            Type: link.if_type.into(),
            TunnelType: if link.if_type == if_type::TUNNEL { TUNNEL_TYPE_OTHER } else { 0 },
            MediaType: medium,
            PhysicalMediumType: physical_medium,
            AccessType: access(link.flags),
            InterfaceAndOperStatusFlags: self.flags(),
            OperStatus: oper_status(link),
            AdminStatus: if link.flags.contains(LinkFlags::Up) { 1 } else { 2 },
            MediaConnectState: if link.is_connected() { 1 } else { 2 },
            ConnectionType: CONNECTION_DEDICATED,
            TransmitLinkSpeed: speed,
            ReceiveLinkSpeed: speed,
            ..MIB_IF_ROW2::default()
        };
        Some(self.counted(&described))
    }

    fn counted(&self, row: &MIB_IF_ROW2) -> MIB_IF_ROW2 {
        let counters = &self.counters;
        MIB_IF_ROW2 {
            InOctets: counters.rx_bytes,
            InUcastPkts: counters.rx_packets.saturating_sub(counters.multicast),
            InNUcastPkts: counters.multicast,
            InDiscards: counters.rx_dropped,
            InErrors: counters.rx_errors,
            InUnknownProtos: counters.rx_nohandler,
            OutOctets: counters.tx_bytes,
            OutUcastPkts: counters.tx_packets,
            OutDiscards: counters.tx_dropped,
            OutErrors: counters.tx_errors,
            ..*row
        }
    }

    fn flags(&self) -> u8 {
        let hardware = self.sysfs("device").is_some_and(|device| device.exists());
        let kind = if hardware { HARDWARE_INTERFACE | CONNECTOR_PRESENT } else { 0 };
        let is_up = self.link.flags.contains(LinkFlags::Up);
        kind | if is_up && !self.link.is_connected() { NOT_MEDIA_CONNECTED } else { 0 }
    }

    /// Bits per second.
    fn speed(&self) -> u64 {
        let text = self.sysfs("speed").and_then(|path| fs::read_to_string(path).ok());
        let megabits = text.and_then(|text| text.trim().parse::<u64>().ok());
        megabits.map_or(UNKNOWN_SPEED, |megabits| megabits.saturating_mul(1_000_000))
    }

    /// A file of the link in sysfs, if what is mounted there shows this network stack.
    fn sysfs(&self, file: &str) -> Option<PathBuf> {
        let folder = PathBuf::from("/sys/class/net").join(&self.link.name);
        let read = |file| fs::read_to_string(folder.join(file)).ok();
        let index = read("ifindex")?.trim().parse::<u32>().ok()?;
        let octets: Vec<_> = self.link.physical.iter().map(|byte| format!("{byte:02x}")).collect();
        let same = index == self.link.index && read("address")?.trim() == octets.join(":");
        same.then(|| folder.join(file))
    }
}

fn kind_of(part: &LinkInfo) -> Option<String> {
    match part {
        LinkInfo::Kind(InfoKind::Veth) => Some("Virtual Ethernet pair".to_owned()),
        LinkInfo::Kind(kind) => Some(kind.to_string()),
        _ => None,
    }
}

const fn media(if_type: u16) -> (i32, i32) {
    match if_type {
        if_type::ETHERNET_CSMACD => (NDIS_MEDIUM_802_3, NDIS_PHYSICAL_MEDIUM_802_3),
        if_type::IEEE80211 => (NDIS_MEDIUM_NATIVE_802_11, NDIS_PHYSICAL_MEDIUM_NATIVE_802_11),
        if_type::SOFTWARE_LOOPBACK => (NDIS_MEDIUM_LOOPBACK, NDIS_PHYSICAL_MEDIUM_UNSPECIFIED),
        if_type::TUNNEL => (NDIS_MEDIUM_TUNNEL, NDIS_PHYSICAL_MEDIUM_UNSPECIFIED),
        if_type::PPP => (NDIS_MEDIUM_WAN, NDIS_PHYSICAL_MEDIUM_UNSPECIFIED),
        _ => (NDIS_MEDIUM_IP, NDIS_PHYSICAL_MEDIUM_UNSPECIFIED),
    }
}

fn access(flags: LinkFlags) -> i32 {
    if flags.contains(LinkFlags::Loopback) {
        ACCESS_LOOPBACK
    } else if flags.contains(LinkFlags::Pointopoint) {
        ACCESS_POINT_TO_POINT
    } else {
        ACCESS_BROADCAST
    }
}

/// The numbers of Linux and of RFC 2863 differ. A link that does not say, such as loopback, is up if it can be.
fn oper_status(link: &Link) -> i32 {
    match link.state {
        State::Up => 1,
        State::Unknown if link.is_connected() => 1,
        State::Testing => 3,
        State::Dormant => 5,
        State::NotPresent => 6,
        State::LowerLayerDown => 7,
        _ => 2,
    }
}

fn guid(luid: u64) -> GUID {
    let mut guid = *b"........netioctl";
    guid[..8].copy_from_slice(&luid.to_le_bytes());
    guid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn adapter(link: Link) -> Adapter {
        let mut counters = Stats64::default();
        (counters.rx_packets, counters.multicast, counters.rx_bytes) = (10, 3, 1000);
        Adapter { permanent: vec![2, 0, 0, 0, 0, 9], description: "A card".to_owned(), link, counters }
    }

    #[test]
    fn a_row_shows_the_link_and_its_counters() {
        let row = adapter(testing::ethernet()).row().unwrap();
        assert_eq!((row.InterfaceIndex, row.Type, row.Mtu, row.AccessType), (2, 6, 1500, ACCESS_BROADCAST));
        assert_eq!((row.OperStatus, row.AdminStatus, row.MediaConnectState), (1, 1, 1));
        assert_eq!((row.InUcastPkts, row.InNUcastPkts, row.InOctets), (7, 3, 1000));
        assert_eq!(row.PhysicalAddress[..6], [2, 0, 0, 0, 0, 1]);
        assert_eq!(row.PermanentPhysicalAddress[..6], [2, 0, 0, 0, 0, 9]);
        assert_eq!(String::from_utf16_lossy(&row.Alias[..6]), "veth0\0");
    }

    #[test]
    fn a_link_that_is_switched_off_is_down_and_one_without_carrier_says_so() {
        let mut link = testing::ethernet();
        link.flags.remove(LinkFlags::LowerUp);
        (link.state, link.carrier) = (State::Down, false);
        let unplugged = adapter(link.clone()).row().unwrap();
        assert_eq!((unplugged.OperStatus, unplugged.AdminStatus, unplugged.MediaConnectState), (2, 1, 2));
        assert_eq!(unplugged.InterfaceAndOperStatusFlags & NOT_MEDIA_CONNECTED, NOT_MEDIA_CONNECTED);
        link.flags.remove(LinkFlags::Up);
        let off = adapter(link).row().unwrap();
        assert_eq!((off.OperStatus, off.AdminStatus), (2, 2));
        assert_eq!(off.InterfaceAndOperStatusFlags & NOT_MEDIA_CONNECTED, 0);
    }

    #[test]
    fn loopback_has_no_physical_address_and_is_up() {
        let row = adapter(testing::loopback()).row().unwrap();
        assert_eq!((row.PhysicalAddressLength, row.OperStatus, row.AccessType), (0, 1, ACCESS_LOOPBACK));
    }
}
