//! The Linux network stack, over rtnetlink.

mod conversation;
mod routes;

use crate::{
    adapter::Adapter,
    address::Address,
    family::Family,
    link::Link,
    neighbor::Neighbor,
    status::{NOT_FOUND, Refusal},
};
use conversation::Conversation;
use netlink_packet_core::{NLM_F_ACK, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REPLACE};
use netlink_packet_route::{
    AddressFamily, RouteNetlinkMessage,
    address::AddressMessage,
    link::{LinkAttribute, LinkExtentMask, LinkMessage},
    neighbour::{NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState},
    neighbour_table::{NeighbourTableAttribute, NeighbourTableMessage, NeighbourTableParameter},
    route::RouteType,
};
use std::{net::IpAddr, path::Path};

/// What to do about an entry that exists or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// Fail with `EEXIST` if it exists.
    Create,
    /// Fail with `ENOENT` if it does not.
    Replace,
    /// Either way.
    CreateOrReplace,
}

/// Timing of neighbor discovery on a link, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// The link.
    pub link: u32,
    /// The family.
    pub family: Family,
    /// `NDTPA_BASE_REACHABLE_TIME`.
    pub base_reachable: u32,
    /// `NDTPA_REACHABLE_TIME`: the base, times a random factor of 0.5 to 1.5.
    pub reachable: u32,
    /// `NDTPA_RETRANS_TIME`.
    pub retransmit: u32,
    /// Most solicitations before a neighbor counts as failed.
    pub probes: u32,
}

/// A connection to the kernel, for one call at a time.
#[derive(Debug)]
pub struct Kernel(Conversation);

impl Kernel {
    /// Opens a connection, in the network namespace of the process.
    ///
    /// # Errors
    /// The kernel gives no netlink socket.
    pub fn open() -> Result<Self, Refusal> {
        Ok(Self(Conversation::open()?))
    }

    /// Every link that a LUID can name.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn links(&self) -> Result<Vec<Link>, Refusal> {
        let mut message = LinkMessage::default();
        message.attributes.push(LinkAttribute::ExtMask(vec![LinkExtentMask::SkipStats]));
        let answers = self.0.ask(RouteNetlinkMessage::GetLink(message), NLM_F_DUMP)?;
        let links = link_messages(&answers).map(Link::from_message);
        Ok(links.filter(|link| link.luid().is_some()).collect())
    }

    /// Every link that a LUID can name, with its counters.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn adapters(&self) -> Result<Vec<Adapter>, Refusal> {
        let answers = self.0.ask(RouteNetlinkMessage::GetLink(LinkMessage::default()), NLM_F_DUMP)?;
        let adapters = link_messages(&answers).map(Adapter::from_message);
        Ok(adapters.filter(|adapter| adapter.link.luid().is_some()).collect())
    }

    /// Whether the kernel has an IPv6 stack (it may be built without, or booted with `ipv6.disable=1`).
    #[must_use]
    pub fn has_ipv6() -> bool {
        Path::new("/proc/net/if_inet6").exists()
    }

    /// The neighbors of a family.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn neighbors(&self, family: Family) -> Result<Vec<Neighbor>, Refusal> {
        let mut message = NeighbourMessage::default();
        message.header.family = family.linux();
        let answers = self.0.ask(RouteNetlinkMessage::GetNeighbour(message), NLM_F_DUMP)?;
        Ok(answers.iter().filter_map(neighbor).collect())
    }

    /// One neighbor.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn neighbor(&self, link: u32, address: IpAddr) -> Result<Option<Neighbor>, Refusal> {
        // Asks for the one: a dump would make the time of many calls grow with the square of the table.
        let request = RouteNetlinkMessage::GetNeighbour(key(link, address, NeighbourState::None));
        match self.0.ask(request, 0) {
            Ok(answers) => Ok(answers.iter().find_map(neighbor)),
            Err(NOT_FOUND) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// Makes or changes a neighbor into a permanent one, without flags.
    ///
    /// # Errors
    /// As [`Put`] says, or the kernel refuses.
    pub fn put(&self, link: u32, address: IpAddr, physical: &[u8], put: Put) -> Result<(), Refusal> {
        let mut message = key(link, address, NeighbourState::Permanent);
        message.attributes.push(NeighbourAttribute::LinkLayerAddress(physical.to_vec()));
        let flags = match put {
            Put::Create => NLM_F_CREATE | NLM_F_EXCL,
            Put::Replace => NLM_F_REPLACE,
            Put::CreateOrReplace => NLM_F_CREATE | NLM_F_REPLACE,
        };
        self.change(RouteNetlinkMessage::NewNeighbour(message), flags)
    }

    /// Starts resolution of a neighbor, as a packet to it would.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn solicit(&self, link: u32, address: IpAddr) -> Result<(), Refusal> {
        let mut message = key(link, address, NeighbourState::None);
        message.header.flags = NeighbourFlags::Use;
        self.change(RouteNetlinkMessage::NewNeighbour(message), NLM_F_CREATE | NLM_F_REPLACE)
    }

    /// Deletes a neighbor, whatever its state.
    ///
    /// # Errors
    /// `STATUS_NOT_FOUND`: there is none. Otherwise the kernel refuses.
    pub fn delete(&self, link: u32, address: IpAddr) -> Result<(), Refusal> {
        let message = key(link, address, NeighbourState::None);
        self.change(RouteNetlinkMessage::DelNeighbour(message), 0)
    }

    /// Sets the MTU of a link.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn set_mtu(&self, link: u32, mtu: u32) -> Result<(), Refusal> {
        let mut message = LinkMessage::default();
        message.header.index = link;
        message.attributes.push(LinkAttribute::Mtu(mtu));
        self.change(RouteNetlinkMessage::SetLink(message), 0)
    }

    /// Whether a link owns an address.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn owner_of(&self, address: IpAddr) -> Result<Option<u32>, Refusal> {
        let addresses = self.addresses(Family::of(address))?;
        Ok(addresses.iter().find(|owned| owned.ip == address).map(|owned| owned.link))
    }

    /// The addresses of a family.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn addresses(&self, family: Family) -> Result<Vec<Address>, Refusal> {
        let answers = self.0.ask(RouteNetlinkMessage::GetAddress(AddressMessage::default()), NLM_F_DUMP)?;
        let all = answers.iter().filter_map(|answer| match answer {
            RouteNetlinkMessage::NewAddress(address) => Address::from_message(address),
            _ => None,
        });
        Ok(all.filter(|address| address.family() == family).collect())
    }

    /// Timing of neighbor discovery on every link, for both families.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn timings(&self) -> Result<Vec<Timing>, Refusal> {
        let request = RouteNetlinkMessage::GetNeighbourTable(NeighbourTableMessage::default());
        let answers = self.0.ask(request, NLM_F_DUMP)?;
        let tables = answers.iter().filter_map(|answer| match answer {
            RouteNetlinkMessage::NewNeighbourTable(table) => Some(table),
            _ => None,
        });
        Ok(tables.flat_map(read_timings).collect())
    }

    fn change(&self, message: RouteNetlinkMessage, flags: u16) -> Result<(), Refusal> {
        self.0.ask(message, NLM_F_ACK | flags).map(drop)
    }
}

fn link_messages(answers: &[RouteNetlinkMessage]) -> impl Iterator<Item = &LinkMessage> {
    answers.iter().filter_map(|answer| match answer {
        RouteNetlinkMessage::NewLink(link) => Some(link),
        _ => None,
    })
}

fn neighbor(answer: &RouteNetlinkMessage) -> Option<Neighbor> {
    match answer {
        RouteNetlinkMessage::NewNeighbour(neighbor) => Neighbor::from_message(neighbor),
        _ => None,
    }
}

fn key(link: u32, address: IpAddr, state: NeighbourState) -> NeighbourMessage {
    let mut message = NeighbourMessage::default();
    message.header.family = Family::of(address).linux();
    message.header.ifindex = link;
    message.header.state = state;
    message.header.kind = RouteType::Unspec;
    message.attributes.push(NeighbourAttribute::Destination(address.into()));
    message
}

fn read_timings(table: &NeighbourTableMessage) -> Vec<Timing> {
    let family = match table.header.family {
        AddressFamily::Inet => Family::Ipv4,
        AddressFamily::Inet6 => Family::Ipv6,
        _ => return Vec::new(),
    };
    let parameters = table.attributes.iter().filter_map(|attribute| match attribute {
        NeighbourTableAttribute::Parms(parameters) => Some(parameters),
        _ => None,
    });
    parameters.map(|parameters| read_timing(family, parameters)).collect()
}

fn read_timing(family: Family, parameters: &[NeighbourTableParameter]) -> Timing {
    let mut timing = Timing { link: 0, family, base_reachable: 0, reachable: 0, retransmit: 0, probes: 0 };
    for parameter in parameters {
        match parameter {
            NeighbourTableParameter::Ifindex(index) => timing.link = *index,
            NeighbourTableParameter::BaseReachableTime(time) => timing.base_reachable = milliseconds(*time),
            NeighbourTableParameter::ReachableTime(time) => timing.reachable = milliseconds(*time),
            NeighbourTableParameter::RetransTime(time) => timing.retransmit = milliseconds(*time),
            NeighbourTableParameter::McastProbes(count) | NeighbourTableParameter::UcastProbes(count) => {
                timing.probes = timing.probes.max(*count);
            }
            _ => {}
        }
    }
    timing
}

fn milliseconds(time: u64) -> u32 {
    u32::try_from(time).unwrap_or(u32::MAX)
}
