//! Routes.

use crate::{Device, Error, Family, InterfaceKey, InterfaceLuid, Table, address, decode::Row};
use netioctl_abi::{
    operation,
    wire::{BestRouteReply, BestRouteRequest, FamilyRequest, RequestHeader, RouteOrigin, RouteProtocol, RouteRow},
};
use std::{net::IpAddr, time::Duration};
use zerocopy::TryFromBytes;

/// A route (`MIB_IPFORWARD_ROW2`).
#[expect(clippy::struct_excessive_bools, reason = "each is a member of MIB_IPFORWARD_ROW2")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "crate::serial::RouteForm", try_from = "crate::serial::RouteForm")
)]
#[non_exhaustive]
pub struct Route {
    /// The interface that packets leave through; stable over reboots.
    pub interface_luid: InterfaceLuid,
    /// The same interface by index, which may change when it is disabled and enabled.
    pub interface_index: u32,
    /// The network that the route leads to.
    pub destination: IpAddr,
    /// Bits of the destination that count, 0 to 32 or 128.
    pub prefix_length: u8,
    /// IPv6 scope id of the destination; 0 where it needs none.
    pub destination_scope_id: u32,
    /// The router; `None` where the destination is on the link.
    pub next_hop: Option<IpAddr>,
    /// IPv6 scope id of the router; 0 where it needs none.
    pub next_hop_scope_id: u32,
    /// Metric of the route. That of its interface is added to it when routes are compared.
    pub metric: u32,
    /// `NL_ROUTE_PROTOCOL` as a number; see [`protocol`](Self::protocol).
    pub raw_protocol: i32,
    /// `NL_ROUTE_ORIGIN` as a number; see [`origin`](Self::origin).
    pub raw_origin: i32,
    /// For how long it is valid from now on; `None` for ever.
    pub valid_lifetime: Option<Duration>,
    /// For how long it is preferred from now on; `None` for ever.
    pub preferred_lifetime: Option<Duration>,
    /// Time since it was made or changed.
    pub age: Duration,
    /// Bits of the site prefix.
    pub site_prefix_length: u8,
    /// It leads to this machine itself.
    pub loopback: bool,
    /// Addresses are made of the prefix.
    pub autoconfigure_address: bool,
    /// It is told in router advertisements.
    pub publish: bool,
    /// It lives as long as its interface.
    pub immortal: bool,
}

impl Route {
    /// Who made it; `None` for a number that `nldef.h` does not define.
    #[must_use]
    pub fn protocol(&self) -> Option<RouteProtocol> {
        RouteProtocol::try_read_from_bytes(&self.raw_protocol.to_ne_bytes()).ok()
    }

    /// Where it is from; `None` for a number that `nldef.h` does not define.
    #[must_use]
    pub fn origin(&self) -> Option<RouteOrigin> {
        RouteOrigin::try_read_from_bytes(&self.raw_origin.to_ne_bytes()).ok()
    }
}

/// The route that a packet takes, and the address that it is sent from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct BestRoute {
    /// The route.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub route: Route,
    /// The source address.
    #[cfg_attr(feature = "serde", serde(rename = "prefsrc"))]
    pub source: IpAddr,
    /// IPv6 scope id of the source; 0 where it needs none.
    #[cfg_attr(
        feature = "serde",
        serde(default, rename = "prefsrc_scope_id", skip_serializing_if = "crate::serial::is_default")
    )]
    pub source_scope_id: u32,
}

/// Whose route is looked for.
///
/// Nothing is checked here: the driver and the network stack decide what is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RouteQuery {
    destination: IpAddr,
    destination_scope_id: u32,
    interface: Option<InterfaceKey>,
    source: Option<(IpAddr, u32)>,
}

impl RouteQuery {
    /// A packet to this address. The unspecified address asks for the default route.
    #[must_use]
    pub const fn to(destination: IpAddr) -> Self {
        Self { destination, destination_scope_id: 0, interface: None, source: None }
    }

    /// With the zone of a link-local or multicast IPv6 destination, at most 2^28 - 1. The driver refuses it with any
    /// other address.
    #[must_use]
    pub const fn with_scope_id(mut self, scope_id: u32) -> Self {
        self.destination_scope_id = scope_id;
        self
    }

    /// Through this interface and no other.
    #[must_use]
    pub const fn through(mut self, interface: InterfaceKey) -> Self {
        self.interface = Some(interface);
        self
    }

    /// From this address of the machine, which is of the family of the destination, with its scope id.
    #[must_use]
    pub const fn from(mut self, source: IpAddr, scope_id: u32) -> Self {
        self.source = Some((source, scope_id));
        self
    }

    /// The request, for programs that send it themselves (see [`Device::raw_control`]).
    #[must_use]
    pub fn to_request(&self) -> BestRouteRequest {
        let (family, destination) = address::to_wire(self.destination);
        let ((source_family, source), source_scope_id) =
            self.source.map_or(((0, [0; 16]), 0), |(address, scope_id)| (address::to_wire(address), scope_id));
        let (interface_luid, interface_index) = self.interface.map_or((0, 0), InterfaceKey::to_wire);
        BestRouteRequest {
            header: RequestHeader::CURRENT,
            interface_luid,
            interface_index,
            family,
            source_family,
            destination,
            source,
            destination_scope_id: self.destination_scope_id,
            source_scope_id,
        }
    }
}

impl Device {
    /// The routes (`GetIpForwardTable2`).
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver; [`Error::BadReply`]; [`Error::TableKeepsGrowing`];
    /// [`Error::Unsupported`] for a driver before ABI 1.5. A table without rows, which NETIO reports as
    /// `STATUS_NOT_FOUND`, is no error.
    pub fn route_table(&self, family: Family) -> Result<Table<Route>, Error> {
        self.table::<operation::GetRouteTable, _>(&FamilyRequest::new(family.raw()))
    }

    /// The route that a packet takes, and the address that it is sent from (`GetBestRoute2`); nothing is sent.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver: `STATUS_NETWORK_UNREACHABLE` where no route leads;
    /// [`Error::BadReply`]; [`Error::Unsupported`] for a driver before ABI 1.5.
    pub fn best_route(&self, query: &RouteQuery) -> Result<BestRoute, Error> {
        self.row::<operation::GetBestRoute, _>(&query.to_request())
    }
}

impl Row for Route {
    type Wire = RouteRow;

    fn from_wire(row: &RouteRow) -> Result<Self, String> {
        let lifetime = |seconds: u32| (seconds != u32::MAX).then(|| Duration::from_secs(seconds.into()));
        let next_hop = address::of_row(row.family, row.next_hop)?;
        Ok(Self {
            interface_luid: InterfaceLuid(row.interface_luid),
            interface_index: row.interface_index,
            destination: address::of_row(row.family, row.destination)?,
            prefix_length: row.prefix_length,
            destination_scope_id: row.destination_scope_id,
            next_hop: (!next_hop.is_unspecified()).then_some(next_hop),
            next_hop_scope_id: row.next_hop_scope_id,
            metric: row.metric,
            raw_protocol: row.protocol,
            raw_origin: row.origin,
            valid_lifetime: lifetime(row.valid_lifetime),
            preferred_lifetime: lifetime(row.preferred_lifetime),
            age: Duration::from_secs(row.age.into()),
            site_prefix_length: row.site_prefix_length,
            loopback: row.loopback != 0,
            autoconfigure_address: row.autoconfigure_address != 0,
            publish: row.publish != 0,
            immortal: row.immortal != 0,
        })
    }
}

impl Row for BestRoute {
    type Wire = BestRouteReply;

    fn from_wire(reply: &BestRouteReply) -> Result<Self, String> {
        let route = Route::from_wire(&reply.route)?;
        let source = address::of_row(reply.route.family, reply.source)?;
        Ok(Self { route, source, source_scope_id: reply.source_scope_id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Answer, Script, table};
    use netioctl_abi::{AF_INET, AF_INET6};
    use zerocopy::{FromZeros, IntoBytes};

    fn row() -> RouteRow {
        let mut row = RouteRow {
            interface_index: 12,
            valid_lifetime: u32::MAX,
            preferred_lifetime: 7,
            metric: 5,
            protocol: 10_002,
            origin: 9,
            family: AF_INET,
            prefix_length: 24,
            immortal: 1,
            ..RouteRow::new_zeroed()
        };
        row.destination[..3].copy_from_slice(&[192, 0, 2]);
        row
    }

    #[test]
    fn a_route_without_router_is_on_the_link() {
        let mut through = row();
        through.next_hop[..4].copy_from_slice(&[192, 0, 2, 254]);
        let (device, _) = Script::device([Answer::Bytes(table(&[row(), through], 2, 8))]);
        let rows = device.route_table(Family::Ipv4).unwrap().into_rows();
        assert_eq!((rows[0].next_hop, rows[1].next_hop), (None, Some("192.0.2.254".parse().unwrap())));
        assert_eq!((rows[0].destination.to_string(), rows[0].prefix_length), ("192.0.2.0".to_owned(), 24));
        assert_eq!((rows[0].protocol(), rows[0].origin()), (Some(RouteProtocol::NtAutostatic), None));
        assert_eq!((rows[0].valid_lifetime, rows[0].preferred_lifetime), (None, Some(Duration::from_secs(7))));
        assert!(rows[0].immortal && !rows[0].loopback);
    }

    #[test]
    fn a_query_becomes_a_request_and_its_answer_a_route() {
        let query = RouteQuery::to("fe80::9".parse().unwrap()).with_scope_id(12).through(InterfaceKey::Index(12));
        let request = query.from("fe80::2".parse().unwrap(), 12).to_request();
        assert_eq!((request.family, request.source_family, request.interface_index), (AF_INET6, AF_INET6, 12));
        assert_eq!((request.destination_scope_id, request.source_scope_id, request.interface_luid), (12, 12, 0));
        assert_eq!(query.to_request().source_family, 0);
        let mut reply = BestRouteReply { route: row(), ..BestRouteReply::new_zeroed() };
        reply.source[..4].copy_from_slice(&[192, 0, 2, 1]);
        let (device, _) = Script::device([Answer::Bytes(reply.as_bytes().to_vec())]);
        let best = device.best_route(&query).unwrap();
        assert_eq!((best.source.to_string(), best.route.interface_index), ("192.0.2.1".to_owned(), 12));
    }
}
