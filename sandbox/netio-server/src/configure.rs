//! `SetIpInterfaceEntry`: what a row asks for, and how Linux is told.
//!
//! | member | Linux |
//! |---|---|
//! | `ForwardingEnabled` | `net.ipv4.conf.<link>.forwarding`, `net.ipv6.conf.<link>.forwarding` |
//! | `NlMtu` of IPv4 | the MTU of the link, and so of both families |
//! | `NlMtu` of IPv6 | `net.ipv6.conf.<link>.mtu` |
//! | `BaseReachableTime`, `RetransmitTime` | `net.ipv4.neigh.<link>` and `net.ipv6.neigh.<link>`, in the kernel's ticks |
//! | `DadTransmits`, `RouterDiscoveryBehavior`, `LinkLocalAddressBehavior`, `DisableDefaultRoutes` of IPv6 | `dad_transmits`, `accept_ra`, `addr_gen_mode`, `accept_ra_defrtr` |
//! | all others that may be set | kept by the server: see [`kept`](crate::kept) |
//! | read-only members | ignored, as Windows does |
//!
//! A member that says "unchanged" is left alone: all bits set, or 0 for a time and the MTU. So is one that already has
//! the value, so that writing back what was read changes nothing.

use crate::{
    family::Family,
    kernel::Kernel,
    link::Link,
    status::{INVALID, Refusal},
};
use netio_sys::MIB_IPINTERFACE_ROW;
use std::fs;

const MAX_METRIC: u32 = (1 << 31) - 1;
const MIN_MTU_IPV4: u32 = 576;
/// RFC 8200.
const MIN_MTU_IPV6: u32 = 1280;

/// Refuses what cannot be set, before anything is.
///
/// # Errors
/// `STATUS_INVALID_PARAMETER`.
pub fn check(link: &Link, family: Family, row: &MIB_IPINTERFACE_ROW) -> Result<(), Refusal> {
    let mtu = match family {
        Family::Ipv4 => row.NlMtu >= MIN_MTU_IPV4,
        Family::Ipv6 => (MIN_MTU_IPV6..=link.mtu).contains(&row.NlMtu),
    };
    let prefix = family == Family::Ipv6 || matches!(row.SitePrefixLength, 0 | u32::MAX);
    let metric = row.Metric <= MAX_METRIC || row.Metric == u32::MAX;
    let behaviors = [row.RouterDiscoveryBehavior, row.LinkLocalAddressBehavior];
    let known = behaviors.iter().all(|behavior| (-1..=2).contains(behavior));
    if (mtu || is_unchanged(row.NlMtu)) && prefix && metric && known { Ok(()) } else { Err(INVALID) }
}

fn is_unchanged(value: u32) -> bool {
    matches!(value, 0 | u32::MAX)
}

/// Tells Linux what differs between the row as it is shown and the row that is wanted.
///
/// # Errors
/// The kernel refuses; what came before stays changed.
pub fn apply(
    kernel: &Kernel,
    link: &Link,
    family: Family,
    shown: &MIB_IPINTERFACE_ROW,
    wanted: &MIB_IPINTERFACE_ROW,
) -> Result<(), Refusal> {
    let conf = Tree { link, family, kind: "conf" };
    let neighbor = Tree { link, family, kind: "neigh" };
    let forwarding = wanted.ForwardingEnabled;
    if forwarding != u8::MAX && u8::from(forwarding != 0) != shown.ForwardingEnabled {
        conf.write("forwarding", u8::from(forwarding != 0))?;
    }
    for (name, wanted, shown) in [
        ("base_reachable_time_ms", wanted.BaseReachableTime, shown.BaseReachableTime),
        ("retrans_time_ms", wanted.RetransmitTime, shown.RetransmitTime),
    ] {
        if !is_unchanged(wanted) && wanted != shown {
            neighbor.write(name, wanted)?;
        }
    }
    if !is_unchanged(wanted.NlMtu) && wanted.NlMtu != shown.NlMtu {
        match family {
            Family::Ipv4 => kernel.set_mtu(link.index, wanted.NlMtu)?,
            Family::Ipv6 => conf.write("mtu", wanted.NlMtu)?,
        }
    }
    if family == Family::Ipv6 { apply_ipv6(conf, shown, wanted) } else { Ok(()) }
}

fn apply_ipv6(conf: Tree<'_>, shown: &MIB_IPINTERFACE_ROW, wanted: &MIB_IPINTERFACE_ROW) -> Result<(), Refusal> {
    if wanted.DadTransmits != u32::MAX && wanted.DadTransmits != shown.DadTransmits {
        conf.write("dad_transmits", wanted.DadTransmits)?;
    }
    let discovery = wanted.RouterDiscoveryBehavior;
    if discovery != -1 && discovery != shown.RouterDiscoveryBehavior {
        // 2 accepts router advertisements on a router too. Windows' "by DHCP" has no counterpart for IPv6.
        conf.write("accept_ra", if discovery == 0 { 0_u8 } else { 2 })?;
    }
    let link_local = wanted.LinkLocalAddressBehavior;
    if link_local != -1 && link_local != shown.LinkLocalAddressBehavior {
        // 1 makes none, 0 makes them from the physical address.
        conf.write("addr_gen_mode", u8::from(link_local == 0))?;
    }
    let without_default = wanted.DisableDefaultRoutes;
    if without_default != u8::MAX && u8::from(without_default != 0) != shown.DisableDefaultRoutes {
        conf.write("accept_ra_defrtr", u8::from(without_default == 0))?;
    }
    Ok(())
}

/// The kernel's settings of a link, for a family.
#[derive(Clone, Copy)]
struct Tree<'a> {
    link: &'a Link,
    family: Family,
    kind: &'static str,
}

impl Tree<'_> {
    fn write(self, name: &str, value: impl Into<u32>) -> Result<(), Refusal> {
        let family = match self.family {
            Family::Ipv4 => "ipv4",
            Family::Ipv6 => "ipv6",
        };
        let path = format!("/proc/sys/net/{family}/{}/{}/{name}", self.kind, self.link.name);
        Ok(fs::write(path, value.into().to_string())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn accepts(family: Family, change: impl FnOnce(&mut MIB_IPINTERFACE_ROW)) -> bool {
        let mut row = MIB_IPINTERFACE_ROW::default();
        change(&mut row);
        check(&testing::ethernet(), family, &row).is_ok()
    }

    #[test]
    fn ipv4_demands_a_site_prefix_length_of_0() {
        assert!(accepts(Family::Ipv4, |row| row.SitePrefixLength = 0));
        assert!(!accepts(Family::Ipv4, |row| row.SitePrefixLength = 64));
        assert!(accepts(Family::Ipv6, |row| row.SitePrefixLength = 64));
    }

    #[test]
    fn an_mtu_is_within_the_limits_of_its_family_or_unchanged() {
        for (family, mtu, good) in [
            (Family::Ipv4, 575, false),
            (Family::Ipv4, 576, true),
            (Family::Ipv6, 1279, false),
            (Family::Ipv6, 1280, true),
            (Family::Ipv6, 1501, false),
            (Family::Ipv6, 0, true),
            (Family::Ipv4, u32::MAX, true),
        ] {
            assert_eq!(accepts(family, |row| row.NlMtu = mtu), good, "{family:?} {mtu}");
        }
    }

    #[test]
    fn metrics_and_behaviors_have_their_range() {
        assert!(accepts(Family::Ipv4, |row| row.Metric = MAX_METRIC));
        assert!(!accepts(Family::Ipv4, |row| row.Metric = MAX_METRIC + 1));
        assert!(!accepts(Family::Ipv6, |row| row.RouterDiscoveryBehavior = 3));
        assert!(!accepts(Family::Ipv6, |row| row.LinkLocalAddressBehavior = -2));
    }
}
