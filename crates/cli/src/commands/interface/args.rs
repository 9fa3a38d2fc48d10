//! `netioctl interface`.

use crate::select::InterfaceSelector;
use crate::values;
use clap::{Args, Subcommand, ValueEnum};
use netioctl_client::abi::wire;
use std::{path::PathBuf, str::FromStr, time::Duration};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show interfaces: up or down, physical address, speed, type and addresses
    #[command(
        visible_aliases = ["list", "ls"],
        after_help = "\
Examples:
  netioctl interface show
  netioctl if show Ethernet
  netioctl -4 if show --detail
  netioctl if show --interface Ethernet --json

Interfaces without IP are left out, but for adapters; --all shows them, and the filters in their
stacks, too. With --detail, --json and --csv there is a row for each interface and family.
Drivers before ABI 1.5 tell what --detail shows and no more."
    )]
    Show(ShowInterfaces),
    /// Show everything about one interface
    #[command(after_help = "\
Examples:
  netioctl interface get Ethernet
  netioctl -6 interface get 12 --json

What can be set is called as the option of `interface set` that sets it, with its values and units.
In JSON and CSV the names are those of MIB_IPINTERFACE_ROW, and times are milliseconds, intervals of
router advertisements seconds.")]
    Get {
        /// The interface: an index, a LUID (0x...), an alias or a name
        interface: InterfaceSelector,
    },
    /// Change an interface
    #[command(after_help = "\
Examples:
  netioctl -4 interface set Ethernet --metric 10
  netioctl -4 interface set Ethernet --metric auto
  netioctl -6 interface set 12 --forwarding on --router-discovery off

Only what is named changes. Needs an administrator.")]
    Set(Box<SetInterface>),
    /// Show interfaces and addresses as they come, change and go
    #[command(
        visible_alias = "monitor",
        after_help = "\
Examples:
  netioctl interface watch
  netioctl -4 interface watch --interface Ethernet --only addresses
  netioctl if watch --json --count 10 > changes.txt
  netioctl if watch --only addresses --exec C:\\tools\\renumber.exe

On a terminal the table is shown anew with each change, and the latest events below it.
Elsewhere, and with --json (one object a line), each event is a line: the interfaces and addresses
that are there at the start, then what was added, changed or removed. Drivers before ABI 1.4 do not
tell which addresses are there at the start.

The network stack announces what happens, so nothing is missed between two looks. It often
announces an interface of which nothing has changed: it is shown again only if something that
`interface get` shows of it differs, other than the reachable time, which is drawn at random.
Each announcement of an address is shown. An interface that is gone before it could be looked at
is shown by its name only.

Events that come faster than they are taken are counted as lost. Then the interfaces are looked at
anew, and what differs is shown; what became of addresses meanwhile is not known.

--exec runs the program for each event but those of the start, and waits for it, without a shell; 64
events are kept meanwhile. Its arguments are the event, `interface` or `address`, the interface and
the address; its variables NETIOCTL_EVENT, NETIOCTL_SOURCE, NETIOCTL_INTERFACE, NETIOCTL_FAMILY,
NETIOCTL_ADDRESS, NETIOCTL_CHANGED (the members that differ) and NETIOCTL_LOST (how many events were
lost); and it may read the event from its standard input, as a line of JSON. Its exit code does not
matter.

Ends with Ctrl+C and exit code 0. Exit code 5: the driver was removed or is being
upgraded, for which the watch gives way."
    )]
    Watch(WatchInterfaces),
}

#[derive(Args, Debug, Default)]
pub struct ShowInterfaces {
    /// Only this interface: an index, a LUID (0x...), an alias or a name
    #[arg(value_name = "INTERFACE")]
    pub named: Option<InterfaceSelector>,
    /// The same as an option
    #[arg(short, long, alias = "dev", value_name = "INTERFACE", conflicts_with = "named")]
    pub interface: Option<InterfaceSelector>,
    /// What IP makes of them: a row for each interface and family, with metric and LUID
    #[arg(short, long)]
    pub detail: bool,
    /// Also what IP is not bound to, such as filters
    #[arg(short, long, conflicts_with = "detail")]
    pub all: bool,
}

impl ShowInterfaces {
    /// The interface that is meant, however it was named.
    pub fn interface(&self) -> Option<&InterfaceSelector> {
        self.named.as_ref().or(self.interface.as_ref())
    }
}

#[derive(Args, Debug)]
pub struct WatchInterfaces {
    /// Only this interface and its addresses: an index, a LUID (0x...), an alias or a name
    #[arg(short, long, value_name = "INTERFACE")]
    pub interface: Option<InterfaceSelector>,
    /// Only interfaces, or only addresses
    #[arg(long, value_enum, value_name = "WHAT")]
    pub only: Option<Source>,
    /// End after so many events; what is there at the start does not count
    #[arg(short, long, value_name = "EVENTS")]
    pub count: Option<u64>,
    /// Run this program for each event
    #[arg(long, value_name = "PROGRAM")]
    pub exec: Option<PathBuf>,
}

/// What is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Source {
    Interfaces,
    Addresses,
}

#[derive(Args, Debug)]
pub struct SetInterface {
    /// The interface: an index, a LUID (0x...), an alias or a name
    pub interface: InterfaceSelector,
    /// Metric added to each route, or `auto` to let it follow the link speed
    #[arg(long, value_name = "METRIC|auto", help_heading = "Members")]
    pub metric: Option<Metric>,
    /// MTU of the network layer in bytes
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Members")]
    pub mtu: Option<u32>,
    /// Forward packets
    #[arg(long, help_heading = "Members")]
    pub forwarding: Option<Switch>,
    /// Send router advertisements
    #[arg(long, help_heading = "Members")]
    pub advertising: Option<Switch>,
    /// Advertise the default route
    #[arg(long, help_heading = "Members")]
    pub advertise_default_route: Option<Switch>,
    /// Announce DHCPv6 addresses in router advertisements
    #[arg(long, help_heading = "Members")]
    pub managed_address: Option<Switch>,
    /// Announce other DHCPv6 configuration in router advertisements
    #[arg(long, help_heading = "Members")]
    pub other_stateful: Option<Switch>,
    /// Ignore default routes through this interface
    #[arg(long, help_heading = "Members")]
    pub ignore_default_routes: Option<Switch>,
    /// Send packets with the address of another interface
    #[arg(long, help_heading = "Members")]
    pub weak_host_send: Option<Switch>,
    /// Accept packets for the address of another interface
    #[arg(long, help_heading = "Members")]
    pub weak_host_receive: Option<Switch>,
    /// Detect unreachable neighbors (RFC 4861)
    #[arg(long, help_heading = "Members")]
    pub nud: Option<Switch>,
    /// Discover routers
    #[arg(long, help_heading = "Members")]
    pub router_discovery: Option<Behavior>,
    /// Probes of duplicate address detection, at most 100; 0 switches it off
    #[arg(long, value_name = "PROBES", value_parser = clap::value_parser!(u32).range(..=i64::from(wire::MAX_DAD_TRANSMITS)), help_heading = "Members")]
    pub dad_transmits: Option<u32>,
    /// Base of the reachable time of neighbors, at most an hour
    #[arg(long, value_name = "MS", value_parser = values::milliseconds(1..=wire::MAX_BASE_REACHABLE_TIME), help_heading = "Members")]
    pub base_reachable_time: Option<Duration>,
    /// Time between two solicitations of a neighbor, at most ten seconds
    #[arg(long, value_name = "MS", value_parser = values::milliseconds(1..=wire::MAX_RETRANSMIT_TIME), help_heading = "Members")]
    pub retransmit_time: Option<Duration>,
    /// Time after which a learned path MTU is forgotten, at most a day
    #[arg(long, value_name = "MS", value_parser = values::milliseconds(1..=wire::MAX_PATH_MTU_DISCOVERY_TIMEOUT), help_heading = "Members")]
    pub path_mtu_timeout: Option<Duration>,
    /// Make link-local addresses
    #[arg(long, help_heading = "Members")]
    pub link_local: Option<LinkLocal>,
    /// Time until a delayed link-local address is made, at most an hour
    #[arg(long, value_name = "MS", value_parser = values::milliseconds(0..=wire::MAX_LINK_LOCAL_ADDRESS_TIMEOUT), help_heading = "Members")]
    pub link_local_timeout: Option<Duration>,
    /// Prefix length of a site address (IPv6)
    #[arg(long, value_name = "BITS", value_parser = clap::value_parser!(u32).range(..=i64::from(wire::MAX_SITE_PREFIX_LENGTH)), help_heading = "Members")]
    pub site_prefix_length: Option<u32>,
    /// Zone id of a scope level (0 to 15), such as 2=12; may be repeated
    #[arg(long, value_name = "LEVEL=ID", help_heading = "Members")]
    pub zone: Vec<Zone>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

impl Switch {
    pub const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }
}

/// `NL_ROUTER_DISCOVERY_BEHAVIOR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Behavior {
    Off = 0,
    On = 1,
    Dhcp = 2,
}

/// `NL_LINK_LOCAL_ADDRESS_BEHAVIOR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LinkLocal {
    Never = 0,
    Delayed = 1,
    Always = 2,
}

/// A metric of one's own, or one that follows the link speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    Automatic,
    Fixed(u32),
}

impl FromStr for Metric {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("auto") || text.eq_ignore_ascii_case("automatic") {
            return Ok(Self::Automatic);
        }
        let metric = text.parse().ok().filter(|metric| *metric <= wire::MAX_METRIC);
        metric.map(Self::Fixed).ok_or_else(|| "a metric is `auto` or a number up to 2147483647".to_owned())
    }
}

/// The zone id of one scope level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    pub level: usize,
    pub id: u32,
}

impl FromStr for Zone {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('=').and_then(|(level, id)| Some((level.parse().ok()?, id.parse().ok()?)));
        let zone =
            parts.map(|(level, id)| Self { level, id }).filter(|zone| zone.level < 16 && zone.id <= wire::MAX_ZONE);
        zone.ok_or_else(|| "write LEVEL=ID, such as 2=12: a scope level of 0 to 15 and an id of 28 bits".to_owned())
    }
}
