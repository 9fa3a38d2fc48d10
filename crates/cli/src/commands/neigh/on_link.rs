//! The interface that an address is behind: the one that has a network with it.

use super::target::Place;
use crate::{
    commands::route::is_of_the_machine,
    error::{CliError, TargetError},
    select::Directory,
    system::System,
    usage::listed,
};
use ipnet::IpNet;
use netioctl_client::{Device, Error, Family, InterfaceKey, InterfaceLuid, Operation};
use std::{cell::OnceCell, collections::BTreeMap, net::IpAddr};

/// A network that is on the link of an interface.
type Network = (IpNet, InterfaceLuid, u32);

/// The networks on the links of this machine, read once when somebody asks.
#[derive(Default)]
pub struct OnLink(OnceCell<Vec<Network>>);

impl OnLink {
    /// The interface whose network holds the address. Of several networks the longest prefix counts; several interfaces
    /// with the same one are not guessed from. Groups are everywhere.
    pub fn find(&self, address: IpAddr, system: &dyn System, device: &Device) -> Result<Place, CliError> {
        let networks = if let Some(networks) = self.0.get() {
            networks
        } else {
            let read = read(device)?;
            self.0.get_or_init(|| read)
        };
        if networks.is_empty() || address.is_multicast() {
            return Err(TargetError::InterfaceNeeded { address }.into());
        }
        let holding = || networks.iter().filter(|(network, ..)| network.contains(&address));
        let longest = holding().map(|(network, ..)| network.prefix_len()).max();
        let of_longest = holding().filter(|(network, ..)| Some(network.prefix_len()) == longest);
        let places: BTreeMap<_, _> = of_longest.map(|(_, luid, index)| (*index, *luid)).collect();
        let mut directory = Directory::of(system, &[]);
        let labels: Vec<_> = places.iter().map(|(index, luid)| directory.names(*luid, *index).label()).collect();
        match (places.first_key_value(), &labels[..]) {
            (Some((index, luid)), [label]) => Ok((InterfaceKey::Luid(*luid), Some(*index), label.clone())),
            (Some(_), several) => Err(TargetError::Several { address, interfaces: listed(several) }.into()),
            _ => Err(TargetError::NotOnLink { address }.into()),
        }
    }
}

/// What the routes tell is on a link; with an older driver what the addresses do. Nothing, where neither can be asked.
fn read(device: &Device) -> Result<Vec<Network>, Error> {
    let network = |address, prefix| IpNet::new(address, prefix).map(|network| network.trunc()).ok();
    let mut networks: Vec<Network> = Vec::new();
    if device.supports(Operation::GetRouteTable) {
        let routes = device.route_table(Family::Both)?;
        let routes = routes.iter().filter(|route| route.next_hop.is_none() && !is_of_the_machine(route));
        networks.extend(routes.filter_map(|route| {
            let network = network(route.destination, route.prefix_length)?;
            Some((network, route.interface_luid, route.interface_index))
        }));
    } else if device.supports(Operation::GetAddressTable) {
        networks.extend(device.address_table(Family::Both)?.iter().filter_map(|row| {
            Some((network(row.address, row.prefix_length)?, row.interface_luid, row.interface_index))
        }));
    }
    // Nobody is behind the loopback interface.
    networks.retain(|(_, luid, _)| luid.if_type() != LOOPBACK);
    Ok(networks)
}

/// `IF_TYPE_SOFTWARE_LOOPBACK`.
const LOOPBACK: u16 = 24;
