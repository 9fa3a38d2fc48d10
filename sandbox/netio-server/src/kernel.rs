//! The Linux network stack, over rtnetlink.
//!
//! Each call of NETIO opens a socket of its own: a netlink socket runs one dump at a time, and answers a second one
//! with `EBUSY`.

use crate::{
    address::Address,
    family::Family,
    link::Link,
    neighbor::Neighbor,
    status::{NOT_FOUND, Refusal},
};
use futures_util::{StreamExt, TryStreamExt};
use netlink_packet_core::{
    NLM_F_ACK, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REPLACE, NLM_F_REQUEST, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::{
    AddressFamily, RouteNetlinkMessage,
    neighbour::{NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState},
    neighbour_table::{NeighbourTableAttribute, NeighbourTableMessage, NeighbourTableParameter},
    route::RouteType,
};
use std::{net::IpAddr, path::Path};
use tokio::task::JoinHandle;

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

/// A connection to the kernel.
#[derive(Debug)]
pub struct Kernel {
    handle: rtnetlink::Handle,
    connection: JoinHandle<()>,
}

impl Drop for Kernel {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl Kernel {
    /// Opens a connection, in the network namespace of the process.
    ///
    /// # Errors
    /// The kernel gives no netlink socket.
    pub fn open() -> Result<Self, Refusal> {
        let (connection, handle, _) = rtnetlink::new_connection()?;
        Ok(Self { handle, connection: tokio::spawn(connection) })
    }

    /// Every link that a LUID can name.
    ///
    /// # Errors
    /// The kernel refuses.
    pub async fn links(&self) -> Result<Vec<Link>, Refusal> {
        let messages: Vec<_> = self.handle.link().get().execute().try_collect().await?;
        Ok(messages.iter().map(Link::from_message).filter(|link| link.luid().is_some()).collect())
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
    pub async fn neighbors(&self, family: Family) -> Result<Vec<Neighbor>, Refusal> {
        let messages: Vec<_> =
            self.handle.neighbours().get().set_address_family(family.linux()).execute().try_collect().await?;
        Ok(messages.iter().filter_map(Neighbor::from_message).collect())
    }

    /// One neighbor.
    ///
    /// # Errors
    /// The kernel refuses.
    pub async fn neighbor(&self, link: u32, address: IpAddr) -> Result<Option<Neighbor>, Refusal> {
        // Asks for the one: a dump would make the time of many calls grow with the square of the table.
        let request = RouteNetlinkMessage::GetNeighbour(key(link, address, NeighbourState::None));
        let mut answers = self.send(request, 0)?;
        while let Some(answer) = answers.next().await {
            match answer.payload {
                NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewNeighbour(neighbor)) => {
                    return Ok(Neighbor::from_message(&neighbor));
                }
                NetlinkPayload::Error(error) => {
                    let refusal = Refusal::from(rtnetlink::Error::NetlinkError(error));
                    return if refusal == NOT_FOUND { Ok(None) } else { Err(refusal) };
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// Makes or changes a neighbor into a permanent one, without flags.
    ///
    /// # Errors
    /// As [`Put`] says, or the kernel refuses.
    pub async fn put(&self, link: u32, address: IpAddr, physical: &[u8], put: Put) -> Result<(), Refusal> {
        let mut message = key(link, address, NeighbourState::Permanent);
        message.attributes.push(NeighbourAttribute::LinkLayerAddress(physical.to_vec()));
        let flags = match put {
            Put::Create => NLM_F_CREATE | NLM_F_EXCL,
            Put::Replace => NLM_F_REPLACE,
            Put::CreateOrReplace => NLM_F_CREATE | NLM_F_REPLACE,
        };
        self.change(RouteNetlinkMessage::NewNeighbour(message), flags).await
    }

    /// Starts resolution of a neighbor, as a packet to it would.
    ///
    /// # Errors
    /// The kernel refuses.
    pub async fn solicit(&self, link: u32, address: IpAddr) -> Result<(), Refusal> {
        let mut message = key(link, address, NeighbourState::None);
        message.header.flags = NeighbourFlags::Use;
        self.change(RouteNetlinkMessage::NewNeighbour(message), NLM_F_CREATE | NLM_F_REPLACE).await
    }

    /// Deletes a neighbor, whatever its state.
    ///
    /// # Errors
    /// `STATUS_NOT_FOUND`: there is none. Otherwise the kernel refuses.
    pub async fn delete(&self, link: u32, address: IpAddr) -> Result<(), Refusal> {
        let message = key(link, address, NeighbourState::None);
        self.change(RouteNetlinkMessage::DelNeighbour(message), 0).await
    }

    /// Sets the MTU of a link.
    ///
    /// # Errors
    /// The kernel refuses.
    pub async fn set_mtu(&self, link: u32, mtu: u32) -> Result<(), Refusal> {
        let message = rtnetlink::LinkUnspec::new_with_index(link).mtu(mtu).build();
        Ok(self.handle.link().change(message).execute().await?)
    }

    /// Whether a link owns an address.
    ///
    /// # Errors
    /// The kernel refuses.
    pub async fn owner_of(&self, address: IpAddr) -> Result<Option<u32>, Refusal> {
        let mut owners = self.handle.address().get().set_address_filter(address).execute();
        let owner = owners.try_next().await?;
        Ok(owner.map(|message| message.header.index))
    }

    /// The addresses of a family.
    ///
    /// # Errors
    /// The kernel refuses.
    pub async fn addresses(&self, family: Family) -> Result<Vec<Address>, Refusal> {
        let messages: Vec<_> = self.handle.address().get().execute().try_collect().await?;
        let all = messages.iter().filter_map(Address::from_message);
        Ok(all.filter(|address| address.family() == family).collect())
    }

    /// Timing of neighbor discovery on every link, for both families.
    ///
    /// # Errors
    /// The kernel refuses.
    pub async fn timings(&self) -> Result<Vec<Timing>, Refusal> {
        let request = RouteNetlinkMessage::GetNeighbourTable(NeighbourTableMessage::default());
        let mut answers = self.send(request, NLM_F_DUMP)?;
        let mut timings = Vec::new();
        while let Some(answer) = answers.next().await {
            match answer.payload {
                NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewNeighbourTable(table)) => {
                    timings.extend(read_timings(&table));
                }
                NetlinkPayload::Error(error) => return Err(Refusal::from(rtnetlink::Error::NetlinkError(error))),
                _ => {}
            }
        }
        Ok(timings)
    }

    fn send(
        &self,
        message: RouteNetlinkMessage,
        flags: u16,
    ) -> Result<impl futures_util::Stream<Item = NetlinkMessage<RouteNetlinkMessage>> + use<>, Refusal> {
        let mut request = NetlinkMessage::from(message);
        request.header.flags = NLM_F_REQUEST | flags;
        Ok(self.handle.clone().request(request)?)
    }

    async fn change(&self, message: RouteNetlinkMessage, flags: u16) -> Result<(), Refusal> {
        let mut answers = self.send(message, NLM_F_ACK | flags)?;
        while let Some(answer) = answers.next().await {
            if let NetlinkPayload::Error(error) = answer.payload {
                if error.code.is_some() {
                    return Err(Refusal::from(rtnetlink::Error::NetlinkError(error)));
                }
                return Ok(());
            }
        }
        Ok(())
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
