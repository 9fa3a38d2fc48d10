//! A neighbor of Linux, and the row of NETIO that shows it.

use crate::{
    family::Family,
    link::{Link, if_type},
};
use netio_sys::{MIB_IPNET_ROW2, NEIGHBOR_IS_ROUTER, NEIGHBOR_IS_UNREACHABLE};
use netio_wire::{row, row::state};
use netlink_packet_route::{
    AddressFamily,
    neighbour::{NeighbourAddress, NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState},
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The groups that every interface of Windows 10 has a permanent row for: `IGMPv3` reports (RFC 3376) and the search for
/// services (SSDP) with IPv4, `MLDv2` reports (RFC 3810) with IPv6.
pub const WELL_KNOWN: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(224, 0, 0, 22)),
    IpAddr::V4(Ipv4Addr::new(239, 255, 255, 250)),
    IpAddr::V6(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x16)),
];

/// Milliseconds in a tick of `NDA_CACHEINFO`: `USER_HZ` is 100 on every architecture that Wine runs on.
const MILLISECONDS_PER_TICK: u32 = 10;

/// One entry of the kernel's neighbor tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbor {
    /// Index of its link.
    pub link: u32,
    /// Its key.
    pub address: IpAddr,
    /// Its link-layer address; empty when the kernel has none.
    pub physical: Vec<u8>,
    /// `NUD_…`.
    pub state: NeighbourState,
    /// Whether it is a router.
    pub router: bool,
    /// Ticks since reachability was confirmed.
    pub confirmed: u32,
}

impl Neighbor {
    /// The neighbor that an `RTM_NEWNEIGH` message describes.
    ///
    /// `None` for what is no neighbor in the sense of NETIO: forwarding entries of a bridge, proxy entries, entries
    /// without state (`NUD_NONE`, left behind by a change that failed), and IPv4 entries under 0.0.0.0, which is the
    /// key that Linux gives to all of them on loopback and point-to-point links.
    #[must_use]
    pub fn from_message(message: &NeighbourMessage) -> Option<Self> {
        let header = &message.header;
        let known_family = matches!(header.family, AddressFamily::Inet | AddressFamily::Inet6);
        if !known_family || header.flags.contains(NeighbourFlags::Proxy) || header.state == NeighbourState::None {
            return None;
        }
        let (mut address, mut physical, mut confirmed) = (None, Vec::new(), 0);
        for attribute in &message.attributes {
            match attribute {
                NeighbourAttribute::Destination(NeighbourAddress::Inet(v4)) => address = Some(IpAddr::V4(*v4)),
                NeighbourAttribute::Destination(NeighbourAddress::Inet6(v6)) => address = Some(IpAddr::V6(*v6)),
                NeighbourAttribute::LinkLayerAddress(bytes) => physical.clone_from(bytes),
                NeighbourAttribute::CacheInfo(info) => confirmed = info.confirmed,
                _ => {}
            }
        }
        let address = address.filter(|address| *address != IpAddr::V4(Ipv4Addr::UNSPECIFIED))?;
        Some(Self {
            link: header.ifindex,
            address,
            physical,
            state: header.state,
            router: header.flags.contains(NeighbourFlags::Router),
            confirmed,
        })
    }

    /// The permanent rows that Windows always has and Linux only sometimes, of a family of a link.
    pub fn well_known(link: &Link, family: Family) -> impl Iterator<Item = Self> {
        let ethernet = matches!(link.if_type, if_type::ETHERNET_CSMACD | if_type::IEEE80211);
        let link = link.index;
        WELL_KNOWN.into_iter().filter(move |address| Family::of(*address) == family).map(move |address| {
            let physical = if ethernet { multicast_mac(address).to_vec() } else { Vec::new() };
            Self { link, address, physical, state: NeighbourState::Noarp, router: false, confirmed: 0 }
        })
    }

    /// Whether the kernel made it for a group, the broadcast or the loopback address: it comes back by itself.
    #[must_use]
    pub fn is_well_known(&self) -> bool {
        self.state == NeighbourState::Noarp
    }

    /// The row of NETIO. Everything that the API does not define in it is poisoned.
    #[must_use]
    pub fn row(&self, link: &Link) -> MIB_IPNET_ROW2 {
        let failed = self.state == NeighbourState::Failed;
        // Windows shows a neighbor that did not answer with zeros of full length.
        let zeros = vec![0; link.physical.len()];
        let mut row = row::neighbor(self.address, if failed { &zeros } else { &self.physical });
        row.InterfaceIndex = link.index;
        row.InterfaceLuid = link.luid().unwrap_or(0);
        row.State = windows_state(self.state);
        row.Flags = if self.router { NEIGHBOR_IS_ROUTER } else { 0 };
        if failed {
            row.Flags |= NEIGHBOR_IS_UNREACHABLE;
        }
        row.ReachabilityTime = self.confirmed.saturating_mul(MILLISECONDS_PER_TICK);
        row
    }
}

fn windows_state(linux: NeighbourState) -> i32 {
    match linux {
        NeighbourState::Reachable => state::REACHABLE,
        NeighbourState::Stale => state::STALE,
        NeighbourState::Delay => state::DELAY,
        NeighbourState::Probe => state::PROBE,
        NeighbourState::Failed => state::UNREACHABLE,
        NeighbourState::Noarp | NeighbourState::Permanent => state::PERMANENT,
        _ => state::INCOMPLETE,
    }
}

/// The Ethernet address of a group (RFC 1112, RFC 2464).
fn multicast_mac(group: IpAddr) -> [u8; 6] {
    match group {
        IpAddr::V4(v4) => {
            let [_, b, c, d] = v4.octets();
            [0x01, 0x00, 0x5e, b & 0x7f, c, d]
        }
        IpAddr::V6(v6) => {
            let [.., a, b, c, d] = v6.octets();
            [0x33, 0x33, a, b, c, d]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use netio_wire::{POISON, Row};

    fn neighbor(state: NeighbourState) -> Neighbor {
        Neighbor {
            link: 2,
            address: "10.0.0.9".parse().unwrap(),
            physical: vec![2, 0, 0, 0, 0, 9],
            state,
            router: false,
            confirmed: 0,
        }
    }

    #[test]
    fn every_state_of_linux_has_its_counterpart() {
        for (linux, windows) in [
            (NeighbourState::Incomplete, 1),
            (NeighbourState::Reachable, 5),
            (NeighbourState::Stale, 4),
            (NeighbourState::Delay, 3),
            (NeighbourState::Probe, 2),
            (NeighbourState::Failed, 0),
            (NeighbourState::Noarp, 6),
            (NeighbourState::Permanent, 6),
        ] {
            assert_eq!(neighbor(linux).row(&testing::ethernet()).State, windows, "{linux:?}");
        }
    }

    #[test]
    fn a_row_carries_both_ids_and_no_defined_byte_is_poison() {
        let link = testing::ethernet();
        let row = neighbor(NeighbourState::Reachable).row(&link);
        assert_eq!((row.InterfaceIndex, Some(row.InterfaceLuid)), (link.index, link.luid()));
        let bytes = row.image();
        let defined = [0..16, 28..46, 72..81, 84..88];
        assert!(defined.into_iter().all(|range| bytes[range].iter().all(|byte| *byte != POISON)));
        assert!(bytes[46..72].iter().all(|byte| *byte == POISON));
    }

    #[test]
    fn a_failed_neighbor_is_unreachable_with_a_physical_address_of_zeros() {
        let row = neighbor(NeighbourState::Failed).row(&testing::ethernet());
        assert_eq!(row.Flags, NEIGHBOR_IS_UNREACHABLE);
        assert_eq!(row::physical(&row), Some([0; 6].as_slice()));
    }

    #[test]
    fn a_router_is_flagged_and_ticks_become_milliseconds() {
        let router = Neighbor { router: true, confirmed: 150, ..neighbor(NeighbourState::Stale) };
        let row = router.row(&testing::ethernet());
        assert_eq!((row.Flags, row.ReachabilityTime), (NEIGHBOR_IS_ROUTER, 1500));
    }

    #[test]
    fn well_known_rows_have_the_group_address_of_their_medium() {
        let link = testing::ethernet();
        let of = |link, family| Neighbor::well_known(link, family).map(|row| row.physical).collect::<Vec<_>>();
        assert_eq!(of(&link, Family::Ipv4), [[1, 0, 0x5e, 0, 0, 22], [1, 0, 0x5e, 0x7f, 0xff, 0xfa]]);
        assert_eq!(of(&link, Family::Ipv6), [[0x33, 0x33, 0, 0, 0, 0x16]]);
        assert_eq!(of(&testing::loopback(), Family::Ipv4), [[], []] as [[u8; 0]; 2]);
    }
}
