//! What stands behind the options.

use clap::ValueEnum;
use ipnet::IpNet;
use netioctl_client::abi::wire::{MAX_ZONE, NeighborState, has_zone};
use std::{net::IpAddr, ops::RangeInclusive, str::FromStr, time::Duration};

/// States of a neighbor, after RFC 4861 and `nldef.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum State {
    #[value(alias = "failed")]
    Unreachable,
    Incomplete,
    Probe,
    Delay,
    Stale,
    Reachable,
    Permanent,
}

impl State {
    pub const fn is(self, state: NeighborState) -> bool {
        matches!(
            (self, state),
            (Self::Unreachable, NeighborState::Unreachable)
                | (Self::Incomplete, NeighborState::Incomplete)
                | (Self::Probe, NeighborState::Probe)
                | (Self::Delay, NeighborState::Delay)
                | (Self::Stale, NeighborState::Stale)
                | (Self::Reachable, NeighborState::Reachable)
                | (Self::Permanent, NeighborState::Permanent)
        )
    }
}

/// An address with an optional zone, in the form of RFC 4007, section 11.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopedAddress {
    pub address: IpAddr,
    pub scope_id: u32,
}

impl FromStr for ScopedAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, zone) = text.split_once('%').map_or((text, None), |(address, zone)| (address, Some(zone)));
        let address: IpAddr = address.parse().map_err(|_| "not an IPv4 or IPv6 address".to_owned())?;
        match zone {
            None => Ok(Self { address, scope_id: 0 }),
            Some(_) if address.is_ipv4() => Err("an IPv4 address has no zone".to_owned()),
            Some(_) if !matches!(address, IpAddr::V6(v6) if has_zone(v6)) => {
                Err("only link-local and multicast addresses have a zone: name the interface with --interface"
                    .to_owned())
            }
            Some(zone) => {
                let scope_id = zone.parse().ok().filter(|zone| *zone <= MAX_ZONE);
                let scope_id = scope_id
                    .ok_or_else(|| format!("the zone after % is a number up to {MAX_ZONE}, the interface index"))?;
                Ok(Self { address, scope_id })
            }
        }
    }
}

/// A network in the notation of RFC 4632, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix(IpNet);

impl Prefix {
    pub fn contains(self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

impl FromStr for Prefix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network.map(Self).map_err(|_| "not a network: write an address and a length, such as 192.0.2.0/24".to_owned())
    }
}

/// Seconds with an optional fraction, more than none and at most a day.
pub fn seconds(text: &str) -> Result<Duration, String> {
    const DAY: f64 = 86_400.0;
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0.0 && *seconds <= DAY);
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "a number of seconds above 0, such as 0.5".to_owned())
}

/// Reads whole milliseconds in this range.
pub fn milliseconds(range: RangeInclusive<u32>) -> impl Fn(&str) -> Result<Duration, String> + Clone {
    move |text| {
        let milliseconds = text.parse().ok().filter(|milliseconds| range.contains(milliseconds));
        let milliseconds = milliseconds.map(|milliseconds: u32| Duration::from_millis(milliseconds.into()));
        let (least, most) = (range.start(), range.end());
        milliseconds.ok_or_else(|| format!("a whole number of milliseconds, {least} to {most}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_network_or_an_address() {
        let contains =
            |prefix: &str, address: &str| prefix.parse::<Prefix>().unwrap().contains(address.parse().unwrap());
        assert!(contains("192.0.2.0/24", "192.0.2.255") && !contains("192.0.2.0/24", "192.0.3.0"));
        assert!(contains("192.0.2.7", "192.0.2.7") && !contains("192.0.2.7", "192.0.2.8"));
        assert!(contains("fe80::/10", "febf::1") && !contains("fe80::/10", "192.0.2.1"));
        assert!(contains("0.0.0.0/0", "192.0.2.7") && !contains("0.0.0.0/0", "::1"));
        for wrong in ["", "192.0.2.0/33", "192.0.2", "::/129", "fe80::1%1/64"] {
            assert!(wrong.parse::<Prefix>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_are_bounded() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["0", "-1", "inf", "NaN", "1e9", "", "1s"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
        let milliseconds = milliseconds(1..=30_000);
        assert_eq!(milliseconds("30000"), Ok(Duration::from_secs(30)));
        for wrong in ["0", "30001", "4294967296", "1.5", "-1"] {
            assert_eq!(milliseconds(wrong), Err("a whole number of milliseconds, 1 to 30000".to_owned()), "{wrong}");
        }
    }

    #[test]
    fn a_zone_belongs_to_an_address_that_has_one() {
        let zone = |text: &str| text.parse::<ScopedAddress>().map(|address| address.scope_id);
        assert_eq!([zone("fe80::1%12"), zone("ff02::1%3"), zone("2001:db8::1")], [Ok(12), Ok(3), Ok(0)]);
        for wrong in ["2001:db8::1%12", "::1%1", "fec0::1%1", "fe80::1%268435456", "fe80::1%eth0", "192.0.2.1%1"] {
            assert!(zone(wrong).is_err(), "{wrong}");
        }
    }
}
