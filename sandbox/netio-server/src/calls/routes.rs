//! Calls about routes.

use super::Call;
use crate::{
    family::Family,
    link::Link,
    route::Route,
    status::{INVALID, NOT_FOUND, Refusal},
};
use netio_sys::SOCKADDR_INET;
use netio_wire::{BestRoute, BestRouteRequest, FamilyRequest, Row, row};
use netioctl_status::NtStatus;
use rand::seq::SliceRandom;
use std::net::IpAddr;
use zerocopy::IntoBytes;

const UNREACHABLE: Refusal = Refusal(NtStatus::NETWORK_UNREACHABLE);

impl Call<'_> {
    pub(super) fn route_table(&self, request: FamilyRequest) -> Result<Vec<u8>, Refusal> {
        let mut rows = Vec::new();
        for family in self.host.families(request.family)? {
            rows.extend(self.kernel.routes(family)?.iter().filter_map(|route| Some(route.row(self.luid(route)?))));
        }
        rows.shuffle(&mut rand::rng());
        self.table(&rows)
    }

    fn luid(&self, route: &Route) -> Option<u64> {
        self.host.by_index(route.link).and_then(Link::luid)
    }

    pub(super) fn best_route(&self, request: &BestRouteRequest) -> Result<Vec<u8>, Refusal> {
        let to = SOCKADDR_INET::of_image(&request.destination);
        let family = self.host.family(to.si_family)?;
        let to = row::ip(&to).ok_or(INVALID)?;
        let from = match request.has_source {
            0 => None,
            _ => Some(row::ip(&SOCKADDR_INET::of_image(&request.source)).ok_or(INVALID)?),
        };
        if from.is_some_and(|from| Family::of(from) != family) {
            return Err(INVALID);
        }
        let link = match (request.luid, request.index) {
            (0, 0) => None,
            (luid, index) => Some(self.host.interface(&self.settings, family, luid, index)?.index),
        };
        let (route, source) = self.route_to(to, from, link)?;
        let route = route.row(self.luid(&route).ok_or(NOT_FOUND)?);
        let source = row::socket_address(source.or(from).ok_or(UNREACHABLE)?);
        Ok(BestRoute { route: route.image(), source: source.image() }.as_bytes().to_vec())
    }

    /// Linux takes the unspecified address for the machine itself; Windows means the default route.
    fn route_to(
        &self,
        to: IpAddr,
        from: Option<IpAddr>,
        link: Option<u32>,
    ) -> Result<(Route, Option<IpAddr>), Refusal> {
        if !to.is_unspecified() {
            return self.kernel.route_to(to, from, link)?.ok_or(UNREACHABLE);
        }
        let mut routes = self.kernel.routes(Family::of(to))?;
        routes.retain(|route| route.default_metric().is_some() && link.is_none_or(|link| link == route.link));
        let best = routes.into_iter().min_by_key(Route::default_metric).ok_or(UNREACHABLE)?;
        let addresses = self.kernel.addresses(Family::of(to))?;
        let own = addresses.iter().find(|address| address.link == best.link).map(|address| address.ip);
        Ok((best, own))
    }
}
