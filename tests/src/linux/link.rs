//! A test link of the sandbox.

use netioctl_client::{InterfaceKey, NeighborUpdate, PhysicalAddress};
use serde_json::Value;
use std::net::IpAddr;

/// The interface type of an Ethernet link (IANA ifType ethernetCsmacd).
const ETHERNET: u64 = 6;

/// A test link of the sandbox.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its name on the Linux side.
    pub name: String,
    /// Its index on both sides.
    pub index: u32,
    /// Its MTU.
    pub mtu: u32,
    /// Its network, as the addresses of hosts 2 and 3, IPv4 and IPv6.
    pub hosts: [[IpAddr; 2]; 2],
}

impl Link {
    /// The LUID that NETIO gives the link.
    pub const fn luid(&self) -> u64 {
        ETHERNET << 48 | (self.index as u64) << 24
    }

    /// The key by index.
    pub const fn key(&self) -> InterfaceKey {
        InterfaceKey::Index(self.index)
    }

    /// Puts a neighbor of this link at a physical address.
    pub fn update(&self, address: IpAddr, physical: [u8; 6]) -> NeighborUpdate {
        NeighborUpdate::new(self.key(), address, PhysicalAddress::from(physical))
    }

    /// A host of the IPv4 network, from 4 on none that answers.
    pub fn silent(&self, host: u8) -> IpAddr {
        match self.hosts[0][0] {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                [a, b, c, host].into()
            }
            IpAddr::V6(_) => unreachable!("the first hosts are IPv4"),
        }
    }

    /// An IPv4 and an IPv6 neighbor.
    pub fn one_of_each(&self) -> [IpAddr; 2] {
        [self.hosts[0][0], self.hosts[1][0]]
    }
}

/// A test link has an IPv4 address 10.x.0.1 and an IPv6 address `fdxx::1`.
pub fn link(value: &Value) -> Option<Link> {
    let name = value["ifname"].as_str()?.to_owned();
    let addresses = value["addr_info"].as_array()?;
    let locals = addresses.iter().filter_map(|address| address["local"].as_str()?.parse::<IpAddr>().ok());
    let mut hosts = [None, None];
    for local in locals {
        match local {
            IpAddr::V4(address) if address.is_private() => hosts[0] = Some(others(local)),
            IpAddr::V6(address) if address.is_unique_local() => hosts[1] = Some(others(local)),
            _ => {}
        }
    }
    let number = |key: &str| u32::try_from(value[key].as_u64()?).ok();
    Some(Link { name, index: number("ifindex")?, mtu: number("mtu")?, hosts: [hosts[0]?, hosts[1]?] })
}

/// Hosts 2 and 3 of the network of host 1.
fn others(address: IpAddr) -> [IpAddr; 2] {
    [2, 3].map(|host| match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            IpAddr::from([a, b, c, host])
        }
        IpAddr::V6(address) => {
            let mut octets = address.octets();
            octets[15] = host;
            IpAddr::from(octets)
        }
    })
}
