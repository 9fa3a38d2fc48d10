//! The route that a packet takes.

use crate::tables::{Tables, octets};
use netio::RouteQuery;
use netio_sys::{MIB_IPFORWARD_ROW2, MIB_IPINTERFACE_ROW, MIB_UNICASTIPADDRESS_ROW, SOCKADDR_INET};
use netioctl_abi::NtError;
use std::cmp::Reverse;

impl Tables {
    /// The route with the longest prefix that holds the destination, among equals the one with the least metric, that of
    /// its interface added; and the source, or the first address of the interface.
    pub(crate) fn best_route(&self, query: &RouteQuery) -> Result<(MIB_IPFORWARD_ROW2, SOCKADDR_INET), NtError> {
        let (luid, index) = (query.interface_luid, query.interface_index);
        let family = query.destination.si_family;
        let mut only = None;
        if luid != 0 || index != 0 {
            let place = self.interface(luid, index, family)?;
            only = Some(self.rows::<MIB_IPINTERFACE_ROW>()[place].InterfaceLuid);
        }
        let routes = self
            .rows::<MIB_IPFORWARD_ROW2>()
            .iter()
            .filter(|route| holds(route, &query.destination) && only.is_none_or(|only| route.InterfaceLuid == only));
        let best = routes.min_by_key(|route| (Reverse(route.DestinationPrefix.PrefixLength), self.metric(route)));
        let best = *best.ok_or(NtError::NETWORK_UNREACHABLE)?;
        let own = |row: &&MIB_UNICASTIPADDRESS_ROW| {
            row.InterfaceLuid == best.InterfaceLuid && row.Address.si_family == family
        };
        let own = self.rows().iter().find(own).map(|row| row.Address);
        Ok((best, query.source.or(own).unwrap_or_default()))
    }

    fn metric(&self, route: &MIB_IPFORWARD_ROW2) -> u32 {
        let family = route.DestinationPrefix.Prefix.si_family;
        let place = self.interface(route.InterfaceLuid, route.InterfaceIndex, family);
        let interface = place.map_or(0, |place| self.rows::<MIB_IPINTERFACE_ROW>()[place].Metric);
        route.Metric.saturating_add(interface)
    }
}

/// The destination of the route is a network of the address.
fn holds(route: &MIB_IPFORWARD_ROW2, address: &SOCKADDR_INET) -> bool {
    let prefix = &route.DestinationPrefix;
    let (network, address_bytes) = (octets(&prefix.Prefix), octets(address));
    prefix.Prefix.si_family == address.si_family
        && (0..usize::from(prefix.PrefixLength)).all(|bit| {
            let of = |bytes: &[u8]| bytes.get(bit / 8).map(|byte| byte << (bit % 8) & 0x80);
            of(&network) == of(&address_bytes)
        })
}
