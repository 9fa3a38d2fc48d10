//! A network link of Linux, reduced to what NETIO shows of it.

use crate::family::Family;
use netlink_packet_route::link::{
    AfSpecInet, AfSpecInet6, AfSpecUnspec, In6AddrGenMode, Inet6DevConf, Inet6IfaceFlags, LinkAttribute, LinkFlags,
    LinkLayerType, LinkMessage, State,
};
use std::path::Path;

/// Values of `IFTYPE` (IANA ifType) that Linux links map to.
pub mod if_type {
    #![allow(missing_docs, reason = "the names are those of ipifcons.h")]
    pub const OTHER: u16 = 1;
    pub const ETHERNET_CSMACD: u16 = 6;
    pub const PPP: u16 = 23;
    pub const SOFTWARE_LOOPBACK: u16 = 24;
    pub const ATM: u16 = 37;
    pub const PROP_VIRTUAL: u16 = 53;
    pub const IEEE80211: u16 = 71;
    pub const TUNNEL: u16 = 131;
    pub const IEEE1394: u16 = 144;
    /// IANA's number; `ipifcons.h` has no name for it.
    pub const INFINIBAND: u16 = 199;
}

/// The IPv6 side of a link.
#[derive(Clone, Debug)]
pub struct Ipv6Link {
    /// The kernel's `DEVCONF` values.
    pub conf: Inet6DevConf,
    /// What router advertisements said, and whether the link is ready.
    pub flags: Inet6IfaceFlags,
    /// How link-local addresses are made.
    pub address_mode: In6AddrGenMode,
}

/// A network link.
#[derive(Clone, Debug)]
pub struct Link {
    /// `ifindex`, which is also the `NET_IFINDEX`.
    pub index: u32,
    /// The name, which is also the alias.
    pub name: String,
    /// The `IFTYPE`.
    pub if_type: u16,
    /// The link-layer address; empty where the link has none.
    pub physical: Vec<u8>,
    /// `IFF_…`.
    pub flags: LinkFlags,
    /// `IFLA_MTU`.
    pub mtu: u32,
    /// `IFLA_CARRIER`.
    pub carrier: bool,
    /// `IFLA_OPERSTATE`.
    pub state: State,
    /// Whether IPv4 is bound, and then whether it forwards.
    pub ipv4_forwarding: Option<bool>,
    /// Present when IPv6 is bound and enabled.
    pub ipv6: Option<Ipv6Link>,
}

impl Link {
    /// The link that an `RTM_NEWLINK` message describes.
    #[must_use]
    pub fn from_message(message: &LinkMessage) -> Self {
        let mut link = Self {
            index: message.header.index,
            name: String::new(),
            if_type: if_type::OTHER,
            physical: Vec::new(),
            flags: message.header.flags,
            mtu: 0,
            carrier: false,
            state: State::Unknown,
            ipv4_forwarding: None,
            ipv6: None,
        };
        for attribute in &message.attributes {
            match attribute {
                LinkAttribute::IfName(name) => link.name.clone_from(name),
                LinkAttribute::Address(address) => link.physical.clone_from(address),
                LinkAttribute::Mtu(mtu) => link.mtu = *mtu,
                LinkAttribute::Carrier(carrier) => link.carrier = *carrier != 0,
                LinkAttribute::OperState(state) => link.state = *state,
                LinkAttribute::AfSpecUnspec(families) => link.read_families(families),
                _ => {}
            }
        }
        link.if_type = if_type_of(message.header.link_layer_type, &link.name);
        link
    }

    fn read_families(&mut self, families: &[AfSpecUnspec]) {
        for family in families {
            match family {
                AfSpecUnspec::Inet(parts) => {
                    self.ipv4_forwarding = Some(
                        parts.iter().any(|part| matches!(part, AfSpecInet::DevConf(conf) if conf.forwarding != 0)),
                    );
                }
                AfSpecUnspec::Inet6(parts) => self.ipv6 = read_ipv6(parts),
                _ => {}
            }
        }
    }

    /// The `NET_LUID`: type in bits 48 to 63, index in bits 24 to 47, reserved bits zero. It names the same link until
    /// the machine restarts or the link is made anew; a Windows LUID also survives a restart.
    ///
    /// `None` for an index above 24 bits, which a LUID cannot hold: such a link is left out of everything.
    #[must_use]
    pub fn luid(&self) -> Option<u64> {
        (self.index >> 24 == 0).then(|| u64::from(self.if_type) << 48 | u64::from(self.index) << 24)
    }

    /// Whether the family is bound to this link.
    #[must_use]
    pub fn is_bound(&self, family: Family) -> bool {
        match family {
            Family::Ipv4 => self.ipv4_forwarding.is_some(),
            Family::Ipv6 => self.ipv6.is_some(),
        }
    }

    /// Whether Linux files every IPv4 neighbor of this link under 0.0.0.0, so that none can be read back.
    #[must_use]
    pub fn forgets_ipv4_keys(&self) -> bool {
        self.flags.intersects(LinkFlags::Loopback | LinkFlags::Pointopoint)
    }

    /// Whether the link is up and has a carrier.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        let lower = self.flags.contains(LinkFlags::LowerUp)
            || (self.carrier && matches!(self.state, State::Up | State::Unknown));
        self.flags.contains(LinkFlags::Up) && lower
    }
}

fn read_ipv6(parts: &[AfSpecInet6]) -> Option<Ipv6Link> {
    let mut conf = None;
    let mut flags = Inet6IfaceFlags::empty();
    let mut address_mode = In6AddrGenMode::default();
    for part in parts {
        match part {
            AfSpecInet6::DevConf(value) => conf = Some(*value),
            AfSpecInet6::Flags(value) => flags = *value,
            AfSpecInet6::AddrGenMode(value) => address_mode = *value,
            _ => {}
        }
    }
    let conf = conf.filter(|conf| conf.disable_ipv6 == 0)?;
    Some(Ipv6Link { conf, flags, address_mode })
}

fn if_type_of(layer: LinkLayerType, name: &str) -> u16 {
    match layer {
        LinkLayerType::Ether if is_wireless(name) => if_type::IEEE80211,
        LinkLayerType::Ether => if_type::ETHERNET_CSMACD,
        LinkLayerType::Loopback => if_type::SOFTWARE_LOOPBACK,
        LinkLayerType::Ppp => if_type::PPP,
        LinkLayerType::Tunnel
        | LinkLayerType::Tunnel6
        | LinkLayerType::Sit
        | LinkLayerType::Ipgre
        | LinkLayerType::Ip6gre => if_type::TUNNEL,
        LinkLayerType::None => if_type::PROP_VIRTUAL,
        LinkLayerType::Ieee80211 | LinkLayerType::Ieee80211Prism | LinkLayerType::Ieee80211Radiotap => {
            if_type::IEEE80211
        }
        LinkLayerType::Ieee1394 => if_type::IEEE1394,
        LinkLayerType::Infiniband => if_type::INFINIBAND,
        LinkLayerType::Atm => if_type::ATM,
        _ => if_type::OTHER,
    }
}

/// Linux gives a wireless card in managed mode the type of an Ethernet card; only sysfs tells them apart.
fn is_wireless(name: &str) -> bool {
    Path::new("/sys/class/net").join(name).join("wireless").exists()
}
