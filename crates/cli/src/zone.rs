//! Zones of addresses (RFC 4007).

use std::net::IpAddr;

/// The zone of an address. Without one a link-local unicast address is of no use elsewhere: it is the index of its
/// interface, where the network stack gives none.
pub fn zone(address: IpAddr, scope_id: u32, ifindex: u32) -> Option<u32> {
    let own = if is_link_local(address) { ifindex } else { 0 };
    [scope_id, own].into_iter().find(|zone| *zone != 0)
}

/// A link-local address with its zone; others are shown without.
pub fn scoped(address: IpAddr, zone: Option<u32>) -> String {
    match zone {
        Some(zone) if is_link_local(address) => format!("{address}%{zone}"),
        _ => address.to_string(),
    }
}

/// IPv6 only: the link-local addresses of IPv4 have no zone in their text.
pub fn is_link_local(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_local_address_has_the_zone_of_its_interface() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(zone(address("fe80::7"), 0, 12), Some(12));
        assert_eq!(zone(address("fe80::7"), 3, 12), Some(3));
        assert_eq!(zone(address("fe80::7"), 0, 0), None);
        for other in ["2001:db8::7", "ff02::1", "169.254.0.7"] {
            assert_eq!(zone(address(other), 0, 12), None, "{other}");
        }
        assert_eq!(scoped(address("fe80::7"), Some(12)), "fe80::7%12");
        assert_eq!(scoped(address("2001:db8::7"), Some(12)), "2001:db8::7");
    }
}
