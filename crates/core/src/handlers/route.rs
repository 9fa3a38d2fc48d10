//! Routes.

use crate::{Answer, Call, Netio, Serve, Service, address::address_fields, validate};
use netio_sys::MIB_IPFORWARD_ROW2;
use netioctl_abi::{
    NtError, Table,
    operation::{GetBestRoute, GetRouteTable},
    wire::{BestRouteReply, RouteRow},
};

impl<N: Netio, S> Serve<GetRouteTable> for Service<N, S> {
    fn serve(&self, call: Call<'_, GetRouteTable>) -> Result<impl Answer<Table<RouteRow>>, NtError> {
        self.table(call.at, call.request.family, route_row)
    }
}

impl<N: Netio, S> Serve<GetBestRoute> for Service<N, S> {
    fn serve(&self, call: Call<'_, GetBestRoute>) -> Result<BestRouteReply, NtError> {
        let (route, from) = self.netio.get_best_route2(call.at, &validate::query(&call.request)?)?;
        let (source, source_scope_id) = address_fields(&from);
        Ok(BestRouteReply { route: route_row(&route), source, source_scope_id, reserved: 0 })
    }
}

/// A route, as the ABI has it.
fn route_row(row: &MIB_IPFORWARD_ROW2) -> RouteRow {
    let (destination, destination_scope_id) = address_fields(&row.DestinationPrefix.Prefix);
    let (next_hop, next_hop_scope_id) = address_fields(&row.NextHop);
    RouteRow {
        interface_luid: row.InterfaceLuid,
        destination,
        next_hop,
        interface_index: row.InterfaceIndex,
        destination_scope_id,
        next_hop_scope_id,
        valid_lifetime: row.ValidLifetime,
        preferred_lifetime: row.PreferredLifetime,
        metric: row.Metric,
        protocol: row.Protocol,
        age: row.Age,
        origin: row.Origin,
        family: row.DestinationPrefix.Prefix.si_family,
        prefix_length: row.DestinationPrefix.PrefixLength,
        site_prefix_length: row.SitePrefixLength,
        loopback: u8::from(row.Loopback != 0),
        autoconfigure_address: u8::from(row.AutoconfigureAddress != 0),
        publish: u8::from(row.Publish != 0),
        immortal: u8::from(row.Immortal != 0),
        reserved: 0,
    }
}
