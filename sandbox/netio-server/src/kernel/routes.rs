//! Routes.

use super::Kernel;
use crate::{
    family::Family,
    route::{self, Route},
    status::Refusal,
};
use netioctl_status::NtStatus;
use netlink_packet_core::NLM_F_DUMP;
use netlink_packet_route::{
    RouteNetlinkMessage,
    route::{RouteAttribute, RouteFlags, RouteMessage},
};
use std::net::IpAddr;

/// Bits of an address.
const fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

impl Kernel {
    /// The routes of a family.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn routes(&self, family: Family) -> Result<Vec<Route>, Refusal> {
        let mut message = RouteMessage::default();
        message.header.address_family = family.linux();
        let answers = self.0.ask(RouteNetlinkMessage::GetRoute(message), NLM_F_DUMP)?;
        Ok(messages(&answers).flat_map(Route::from_message).collect())
    }

    /// The route that a packet takes, over one link if one is named, and the address that it is sent from. `None`: there is
    /// no route.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn route_to(
        &self,
        to: IpAddr,
        from: Option<IpAddr>,
        link: Option<u32>,
    ) -> Result<Option<(Route, Option<IpAddr>)>, Refusal> {
        let mut message = RouteMessage::default();
        message.header.address_family = Family::of(to).linux();
        message.header.destination_prefix_length = bits(to);
        message.attributes.push(RouteAttribute::Destination(to.into()));
        if let Some(from) = from {
            message.header.source_prefix_length = bits(from);
            message.attributes.push(RouteAttribute::Source(from.into()));
        }
        message.attributes.extend(link.map(RouteAttribute::Oif));
        // What is asked first tells the source, what is asked then the entry of the table.
        let mut matching = message.clone();
        matching.header.flags = RouteFlags::FibMatch;
        let (Some(taken), Some(entry)) = (self.best(message)?, self.best(matching)?) else { return Ok(None) };
        let routes = entry.iter().flat_map(Route::from_message);
        let route = routes.into_iter().find(|route| link.is_none_or(|link| route.link == link));
        Ok(route.map(|route| (route, taken.iter().find_map(route::source))))
    }

    fn best(&self, message: RouteMessage) -> Result<Option<Vec<RouteMessage>>, Refusal> {
        match self.0.ask(RouteNetlinkMessage::GetRoute(message), 0) {
            Ok(answers) => Ok(Some(messages(&answers).cloned().collect())),
            Err(Refusal(NtStatus::NETWORK_UNREACHABLE)) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }
}

fn messages(answers: &[RouteNetlinkMessage]) -> impl Iterator<Item = &RouteMessage> {
    answers.iter().filter_map(|answer| match answer {
        RouteNetlinkMessage::NewRoute(route) => Some(route),
        _ => None,
    })
}
