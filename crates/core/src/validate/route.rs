//! Whose route is looked for.

use super::{family, source};
use crate::address::SocketAddress;
use netio::RouteQuery;
use netioctl_abi::{NtError, wire::BestRouteRequest};

/// What `GetBestRoute2` takes. Any destination will do: the unspecified address asks for the default route.
///
/// # Errors
/// `STATUS_INVALID_PARAMETER` for a family that is neither IPv4 nor IPv6, for bytes behind an IPv4 address, for a scope
/// id that is no zone or that of an address without zones, and for a source that is not of the family or is unspecified.
pub fn query(request: &BestRouteRequest) -> Result<RouteQuery, NtError> {
    let destination = SocketAddress::new(family(request.family)?, request.destination, request.destination_scope_id);
    Ok(RouteQuery {
        interface_luid: request.interface_luid,
        interface_index: request.interface_index,
        source: source(request.family, request.source_family, request.source, request.source_scope_id)?,
        destination: destination.ok_or(NtError::INVALID_PARAMETER)?.to_sockaddr(),
    })
}
