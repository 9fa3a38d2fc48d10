//! The arguments and options of the commands about neighbors.

use crate::select::{InterfaceSelector, Interfaces};
use crate::values::{Place, Prefix, ScopedAddress, State, Word};
use clap::{Args, ValueEnum};
use netioctl_client::PhysicalAddress;
use std::{net::IpAddr, path::PathBuf};

#[derive(Args, Debug, Default)]
pub struct Show {
    #[command(flatten)]
    pub filter: Filter,
    /// What to sort by
    #[arg(long, value_enum, default_value_t = Sort::Interface, value_name = "COLUMN")]
    pub sort: Sort,
    /// Sort the other way round
    #[arg(short, long)]
    pub reverse: bool,
}

/// A column to sort neighbors by; equal ones are in the order of interface and address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// By interface index, then by address
    #[default]
    Interface,
    /// By address, IPv4 first
    Address,
    /// By physical address
    Physical,
    /// By state, from unreachable to permanent
    State,
    /// By the time since the neighbor was last reachable
    Age,
}

/// Which neighbors are meant: those that match everything that is given.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Filters")]
pub struct Filter {
    /// Only these addresses, or addresses in these networks; a link-local address may carry its zone (`fe80::7%12`)
    #[arg(value_name = "ADDRESS")]
    pub to: Vec<Prefix>,
    /// Only this interface: an index, a LUID (0x...), an alias or a name; several with commas (`lan0,12`)
    #[arg(short, long, alias = "dev", value_name = "INTERFACE")]
    pub interface: Vec<Interfaces>,
    /// Only neighbors in this state; several with commas (`stale,delay`)
    #[arg(short, long, alias = "nud", value_enum, ignore_case = true, value_delimiter = ',', value_name = "STATE")]
    pub state: Vec<State>,
    /// Only addresses in this network, such as 192.0.2.0/24; may be repeated
    #[arg(short, long, alias = "to", value_name = "PREFIX")]
    pub prefix: Vec<Prefix>,
    /// Only neighbors with this physical address, or one that begins so (`02-00-00`, as those of one maker do)
    #[arg(short, long, visible_alias = "lladdr", value_delimiter = ',', value_name = "ADDRESS")]
    pub mac: Vec<PhysicalAddress>,
    /// Only routers
    #[arg(long)]
    pub router: bool,
    /// Leave out multicast and broadcast addresses
    #[arg(short, long)]
    pub unicast: bool,
}

#[derive(Args, Debug)]
pub struct Target {
    /// The neighbor; a link-local address may carry its zone (`fe80::7%12`), which names the interface as well
    pub address: ScopedAddress,
    /// The interface: an index, a LUID (0x...), an alias or a name
    #[arg(short, long, alias = "dev", value_name = "INTERFACE")]
    pub interface: Option<InterfaceSelector>,
}

#[derive(Args, Debug)]
pub struct Change {
    /// The neighbors, and last their physical address: 02-00-00-00-77-02, 02:00:00:00:77:02, 2:0:0:0:77:2,
    /// 0200.0000.7702 or 020000007702. A link-local address may carry its zone (`fe80::7%12`), which names the interface
    /// as well. A network stands for each of its hosts, `-` for what standard input has, words on one line or several
    #[arg(required = true, value_name = "ADDRESS")]
    pub words: Vec<Word>,
    /// The physical address, as ip has it: `lladdr 02:00:00:00:77:02`
    #[arg(long, value_name = "PHYSICAL_ADDRESS")]
    pub lladdr: Option<PhysicalAddress>,
    /// The interface: an index, a LUID (0x...), an alias or a name
    #[arg(short, long, alias = "dev", value_name = "INTERFACE")]
    pub interface: Option<InterfaceSelector>,
    /// The state, as ip has it: what is made is permanent
    #[arg(long, hide = true, value_enum)]
    pub nud: Option<Made>,
}

/// The state of neighbors that are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Made {
    Permanent,
}

#[derive(Args, Debug)]
pub struct Del {
    /// The neighbors: addresses, of which a link-local one may carry its zone (`fe80::7%12`); networks and physical
    /// addresses, for all neighbors that have them; `-` for what standard input has, words on one line or several
    #[arg(required = true, value_name = "ADDRESS")]
    pub what: Vec<Word>,
    /// The interface: an index, a LUID (0x...), an alias or a name
    #[arg(short, long, alias = "dev", value_name = "INTERFACE")]
    pub interface: Option<InterfaceSelector>,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}

#[derive(Args, Debug)]
pub struct Apply {
    /// The file, or `-` for standard input
    pub file: PathBuf,
    /// Change nothing, but list what would be changed
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Remove permanent neighbors that the file does not have, but for those that the system keeps by itself
    #[arg(long)]
    pub prune: bool,
    /// The interface of what names none: an index, a LUID (0x...), an alias or a name
    #[arg(short, long, alias = "dev", value_name = "INTERFACE")]
    pub interface: Option<InterfaceSelector>,
}

#[derive(Args, Debug)]
pub struct Save {
    /// The file [default: standard output]
    pub file: Option<PathBuf>,
    /// Only this interface: an index, a LUID (0x...), an alias or a name; several with commas (`lan0,12`)
    #[arg(short, long, alias = "dev", value_name = "INTERFACE")]
    pub interface: Vec<Interfaces>,
    /// Only addresses in this network, such as 192.0.2.0/24; may be repeated
    #[arg(short, long, alias = "to", value_name = "PREFIX")]
    pub prefix: Vec<Prefix>,
}

impl Save {
    pub fn filter(&self) -> Filter {
        Filter { interface: self.interface.clone(), prefix: self.prefix.clone(), ..Filter::default() }
    }
}

#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
#[derive(Args, Debug)]
pub struct Flush {
    #[command(flatten)]
    pub filter: Filter,
    /// All interfaces
    #[arg(long, conflicts_with = "interface")]
    pub all: bool,
    /// Keep permanent neighbors
    #[arg(long)]
    pub dynamic: bool,
    /// Change nothing, but list what would go
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// List what went
    #[arg(short, long)]
    pub verbose: bool,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}

#[derive(Args, Debug)]
pub struct Resolve {
    /// The neighbors: addresses, of which a link-local one may carry its zone (`fe80::7%12`), which names the interface as
    /// well; networks, for each of their hosts; `-` for what standard input has, words on one line or several
    #[arg(required = true, value_name = "ADDRESS")]
    pub targets: Vec<Place>,
    /// The interface: an index, a LUID (0x...), an alias or a name
    #[arg(short, long, alias = "dev", value_name = "INTERFACE")]
    pub interface: Option<InterfaceSelector>,
    /// The address of this machine to ask from [default: the system's choice]
    #[arg(long, value_name = "ADDRESS")]
    pub source: Option<IpAddr>,
    /// Give up each after so many seconds [default: when the network stack does]
    #[arg(long, value_name = "SECONDS", value_parser = crate::values::seconds)]
    pub timeout: Option<std::time::Duration>,
    /// How many are asked for at once; all programs together have 16
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub jobs: u8,
}

#[derive(Args, Debug)]
pub struct Watch {
    #[command(flatten)]
    pub filter: Filter,
    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = crate::values::seconds)]
    pub interval: std::time::Duration,
    /// End after so many events; what is there at the start does not count
    #[arg(short, long, value_name = "EVENTS")]
    pub count: Option<u64>,
    /// Only tell of addresses that move to another physical address
    #[arg(long)]
    pub on_mac_change: bool,
    /// Run this program for each event
    #[arg(long, value_name = "PROGRAM")]
    pub exec: Option<PathBuf>,
}
