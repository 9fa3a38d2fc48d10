//! What stands behind the options.

use clap::ValueEnum;
use ipnet::IpNet;
use netioctl_client::{
    PhysicalAddress, Route,
    abi::wire::{MAX_ZONE, NeighborState, has_zone},
};
use std::{fmt, net::IpAddr, ops::RangeInclusive, str::FromStr, time::Duration};

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopedAddress {
    pub address: IpAddr,
    pub zone: Zone,
}

/// The zone of an address: the interface that it is behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    #[default]
    None,
    /// The index of the interface.
    Id(u32),
    /// What the interface is called.
    Name(String),
}

impl Zone {
    /// The index of the interface; 0 where none is given.
    pub const fn id(&self) -> u32 {
        match self {
            Self::Id(id) => *id,
            Self::None | Self::Name(_) => 0,
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Id(id) => write!(f, "%{id}"),
            Self::Name(name) => write!(f, "%{name}"),
        }
    }
}

impl FromStr for ScopedAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, zone) = text.split_once('%').map_or((text, None), |(address, zone)| (address, Some(zone)));
        let address: IpAddr = address.parse().map_err(|_| "not an IPv4 or IPv6 address".to_owned())?;
        match zone {
            None => Ok(Self { address, zone: Zone::None }),
            Some(_) if address.is_ipv4() => Err("an IPv4 address has no zone".to_owned()),
            Some(_) if !matches!(address, IpAddr::V6(v6) if has_zone(v6)) => {
                Err("only link-local and multicast addresses have a zone: name the interface with --interface"
                    .to_owned())
            }
            Some("") => Err("the zone after % is missing: write the index or the name of the interface".to_owned()),
            Some(zone) if zone.bytes().all(|byte| byte.is_ascii_digit()) => {
                let id = zone.parse().ok().filter(|id| *id <= MAX_ZONE);
                let id =
                    id.ok_or_else(|| format!("a zone that is a number, the interface index, is at most {MAX_ZONE}"))?;
                // Zone 0 is the interface's own.
                Ok(Self { address, zone: if id == 0 { Zone::None } else { Zone::Id(id) } })
            }
            Some(zone) if zone.contains('/') => {
                Err("a network has no zone: name the interface with --interface".to_owned())
            }
            Some(zone) => Ok(Self { address, zone: Zone::Name(zone.to_owned()) }),
        }
    }
}

/// A network in the notation of RFC 4632, or one address, which may have a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    pub network: IpNet,
    pub zone: Zone,
}

impl FromStr for Prefix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(network) = text.parse() {
            return Ok(Self { network, zone: Zone::None });
        }
        match text.parse::<ScopedAddress>() {
            Ok(ScopedAddress { address, zone }) => Ok(Self { network: address.into(), zone }),
            Err(why) if text.contains('%') && !text.contains('/') => Err(why),
            Err(_) => Err("not a network: write an address and a length, such as 192.0.2.0/24".to_owned()),
        }
    }
}

/// What stands for one address or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Address(ScopedAddress),
    Network(IpNet),
    /// What standard input has.
    Input,
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "-" => Ok(Self::Input),
            _ if text.contains('/') && !text.contains('%') => text
                .parse()
                .map(Self::Network)
                .map_err(|_| "not a network: write an address and a length, such as 192.0.2.0/24".to_owned()),
            _ => text.parse().map(Self::Address),
        }
    }
}

/// A word that may be an address or a physical address: where it stands tells which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub place: Option<Place>,
    pub physical: Option<PhysicalAddress>,
}

impl FromStr for Word {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (place, physical) = (text.parse::<Place>(), text.parse::<PhysicalAddress>());
        match (place, physical) {
            (Err(problem), Err(_)) if text.contains(['.', '/', '%']) || text.contains("::") => Err(problem),
            (Err(_), Err(problem)) => Err(problem.to_string()),
            (place, physical) => Ok(Self { text: text.to_owned(), place: place.ok(), physical: physical.ok() }),
        }
    }
}

/// Routes as people ask for them: `default`, a network, or an address, which means those that hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    Default,
    Network(IpNet),
    Holding(IpAddr),
}

impl Destination {
    pub fn is(self, route: &Route) -> bool {
        let network = IpNet::new(route.destination, route.prefix_length).map(|network| network.trunc());
        match self {
            Self::Default => route.prefix_length == 0,
            Self::Network(wanted) => network == Ok(wanted.trunc()),
            Self::Holding(address) => network.is_ok_and(|network| network.contains(&address)),
        }
    }
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("default") {
            return Ok(Self::Default);
        }
        let address = || text.parse().map(Self::Holding).ok();
        text.parse().map(Self::Network).ok().or_else(address).ok_or_else(|| {
            "not a destination: write `default`, a network such as 192.0.2.0/24, or an address".to_owned()
        })
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
        let contains = |prefix: &str, address: &str| {
            prefix.parse::<Prefix>().unwrap().network.contains(&address.parse::<IpAddr>().unwrap())
        };
        assert!(contains("192.0.2.0/24", "192.0.2.255") && !contains("192.0.2.0/24", "192.0.3.0"));
        assert!(contains("192.0.2.7", "192.0.2.7") && !contains("192.0.2.7", "192.0.2.8"));
        assert!(contains("fe80::/10", "febf::1") && !contains("fe80::/10", "192.0.2.1"));
        assert!(contains("0.0.0.0/0", "192.0.2.7") && !contains("0.0.0.0/0", "::1"));
        for wrong in ["", "192.0.2.0/33", "192.0.2", "::/129", "fe80::1%1/64", "192.0.2.1%1"] {
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
        let zone = |text: &str| text.parse::<ScopedAddress>().map(|address| address.zone);
        assert_eq!([zone("fe80::1%12"), zone("ff02::1%3")], [Ok(Zone::Id(12)), Ok(Zone::Id(3))]);
        assert_eq!([zone("2001:db8::1"), zone("fe80::1%0")], [Ok(Zone::None), Ok(Zone::None)]);
        assert_eq!(zone("fe80::1%Ethernet 2"), Ok(Zone::Name("Ethernet 2".to_owned())));
        assert_eq!("fe80::7%lan0".parse::<Prefix>().map(|prefix| prefix.zone), Ok(Zone::Name("lan0".to_owned())));
        for wrong in
            ["2001:db8::1%12", "::1%1", "fec0::1%1", "fe80::1%268435456", "fe80::1%", "fe80::1%lan0/64", "192.0.2.1%1"]
        {
            assert!(zone(wrong).is_err(), "{wrong}");
        }
    }
}
