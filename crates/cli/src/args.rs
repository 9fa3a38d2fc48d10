//! The command line.

use crate::select::InterfaceSelector;
use clap::{Args, Parser, Subcommand, ValueEnum};
use netioctl_client::{Family, PhysicalAddress, abi::wire::NeighborState};
use std::{net::IpAddr, path::PathBuf, str::FromStr};

/// Shows and changes the neighbor table and the IP interfaces through the netioctl driver
#[derive(Debug, Parser)]
#[command(
    name = "netioctl",
    bin_name = "netioctl",
    version,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "\
Examples:
  netioctl driver install
  netioctl neigh show --interface Ethernet
  netioctl interface show --json

Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 access denied, 5 driver not there"
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Args, Debug)]
pub struct Global {
    /// Print JSON, for programs
    #[arg(long, global = true)]
    pub json: bool,
    /// IPv4 only
    #[arg(short = '4', long, global = true, conflicts_with = "ipv6")]
    pub ipv4: bool,
    /// IPv6 only
    #[arg(short = '6', long, global = true)]
    pub ipv6: bool,
}

impl Global {
    pub fn family(&self) -> Family {
        match (self.ipv4, self.ipv6) {
            (true, _) => Family::Ipv4,
            (_, true) => Family::Ipv6,
            _ => Family::Both,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Neighbors: who is at which physical address (ARP and neighbor discovery)
    #[command(visible_alias = "neighbor", arg_required_else_help = true)]
    Neigh {
        #[command(subcommand)]
        command: Neigh,
    },
    /// IP interfaces
    #[command(visible_alias = "if", arg_required_else_help = true)]
    Interface {
        #[command(subcommand)]
        command: Interface,
    },
    /// The driver itself: install, remove, inspect
    #[command(arg_required_else_help = true)]
    Driver {
        #[command(subcommand)]
        command: Driver,
    },
}

#[derive(Debug, Subcommand)]
pub enum Neigh {
    /// Show neighbors
    #[command(
        visible_alias = "list",
        after_help = "\
Examples:
  netioctl neigh show
  netioctl -6 neigh show --interface 12 --state reachable --state stale
  netioctl neigh show --json

The JSON has the names and shapes of `ip -j neigh` where the meaning is the same."
    )]
    Show(ShowNeighbors),
    /// Give an existing neighbor a new physical address; it becomes permanent
    #[command(after_help = "\
Examples:
  netioctl neigh set 192.0.2.7 02-00-00-00-77-02 --interface Ethernet
  netioctl neigh set fe80::7%12 02:00:00:00:77:02 --interface 0x0006008007000000

Needs an administrator or a network configuration operator.")]
    Set(SetNeighbor),
    /// Remove the neighbors of an interface, or all
    #[command(after_help = "\
Examples:
  netioctl -4 neigh flush --interface Ethernet
  netioctl neigh flush --all

The system makes its own rows (multicast, broadcast) anew at once, and traffic makes others.
Needs an administrator or a network configuration operator.")]
    Flush(FlushNeighbors),
}

#[derive(Args, Debug)]
pub struct ShowNeighbors {
    /// Only this interface: an index, a LUID (0x...), an alias or a name
    #[arg(short, long, value_name = "INTERFACE")]
    pub interface: Option<InterfaceSelector>,
    /// Only neighbors in this state; may be repeated
    #[arg(short, long, value_enum, ignore_case = true, value_name = "STATE")]
    pub state: Vec<State>,
}

#[derive(Args, Debug)]
pub struct SetNeighbor {
    /// The neighbor; a link-local address may carry its zone (fe80::7%12)
    pub address: ScopedAddress,
    /// Its physical address: 02-00-00-00-77-02, 02:00:00:00:77:02 or 020000007702
    pub physical_address: PhysicalAddress,
    /// The interface: an index, a LUID (0x...), an alias or a name
    #[arg(short, long, value_name = "INTERFACE")]
    pub interface: InterfaceSelector,
}

#[derive(Args, Debug)]
pub struct FlushNeighbors {
    /// The interface: an index, a LUID (0x...), an alias or a name
    #[arg(short, long, value_name = "INTERFACE", conflicts_with = "all")]
    pub interface: Option<InterfaceSelector>,
    /// All interfaces
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Subcommand)]
pub enum Interface {
    /// Show IP interfaces: a row for each interface and family
    #[command(
        visible_alias = "list",
        after_help = "\
Examples:
  netioctl interface show
  netioctl -4 if show
  netioctl if show --interface Ethernet --json"
    )]
    Show {
        /// Only this interface: an index, a LUID (0x...), an alias or a name
        #[arg(short, long, value_name = "INTERFACE")]
        interface: Option<InterfaceSelector>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Driver {
    /// Install the driver and start its device; replaces an installed one
    #[command(after_help = "\
Examples:
  netioctl driver install
  netioctl driver install --inf C:\\drivers\\netioctl.inf

Needs an elevated administrator. Windows takes a test-signed driver only with test signing on.")]
    Install {
        /// The INF of the driver package [default: netioctl.inf beside this program]
        #[arg(long, value_name = "PATH")]
        inf: Option<PathBuf>,
    },
    /// Remove the device, the service and the driver package
    #[command(after_help = "Needs an elevated administrator.")]
    Uninstall,
    /// Say what is installed and whether it works
    #[command(after_help = "Exit codes: 0 it works, 5 it is not installed or its device did not start.")]
    Status,
}

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
            Some(zone) => {
                let scope_id =
                    zone.parse().map_err(|_| "the zone after % is a number, the interface index".to_owned())?;
                Ok(Self { address, scope_id })
            }
        }
    }
}
