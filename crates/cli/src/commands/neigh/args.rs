//! `netioctl neigh`.

use crate::select::InterfaceSelector;
use crate::values::{Prefix, ScopedAddress, State};
use clap::{Args, Subcommand, ValueEnum};
use netioctl_client::PhysicalAddress;
use std::net::IpAddr;

#[derive(Debug, Subcommand)]
pub enum Neigh {
    /// Show neighbors
    #[command(
        visible_alias = "list",
        after_help = "\
Examples:
  netioctl neigh show
  netioctl -6 neigh show --interface 12 --state reachable --state stale
  netioctl neigh show --prefix 192.0.2.0/24 --unicast --sort state
  netioctl neigh show --json

The JSON has the names and shapes of `ip -j neigh` where the meaning is the same."
    )]
    Show(Show),
    /// Show one neighbor
    #[command(after_help = "\
Examples:
  netioctl neigh get 192.0.2.7 --interface Ethernet
  netioctl neigh get fe80::7%12 --json

Without --interface and zone, the one interface that has the neighbor in its table is meant.
Exit code 3: there is no such neighbor.")]
    Get(Target),
    /// Make a neighbor; it is permanent
    #[command(after_help = "\
Examples:
  netioctl neigh add 192.0.2.7 02-00-00-00-77-02 --interface Ethernet
  netioctl neigh add fe80::7%12 02:00:00:00:77:02

Fails if the neighbor exists, be it without a physical address; `neigh replace` does not.
Needs an administrator.")]
    Add(Change),
    /// Give an existing neighbor a new physical address; it becomes permanent
    #[command(after_help = "\
Examples:
  netioctl neigh set 192.0.2.7 02-00-00-00-77-02 --interface Ethernet
  netioctl neigh set fe80::7%12 02:00:00:00:77:02 --interface 0x0006008007000000

Without --interface and zone, the one interface that has the neighbor in its table is meant.
Needs an administrator.")]
    Set(Change),
    /// Make a neighbor, or give it a new physical address if it exists; it is permanent afterwards
    #[command(after_help = "\
Examples:
  netioctl neigh replace 192.0.2.7 02-00-00-00-77-02 --interface Ethernet

Needs an administrator.")]
    Replace(Change),
    /// Delete a neighbor
    #[command(
        visible_alias = "delete",
        after_help = "\
Examples:
  netioctl neigh del 192.0.2.7 --interface Ethernet
  netioctl neigh del fe80::7%12

Without --interface and zone, the one interface that has the neighbor in its table is meant.
Needs an administrator."
    )]
    Del(Target),
    /// Remove the neighbors of an interface, those that match a filter, or all
    #[command(after_help = "\
Examples:
  netioctl -4 neigh flush --interface Ethernet
  netioctl neigh flush --interface Ethernet --state stale --dry-run
  netioctl neigh flush --all --yes -v

With only an interface or --all, the network stack flushes its table (FlushIpNetTable2). With
other filters the neighbors that match are deleted one by one. The system makes its own rows
(multicast, broadcast) anew at once, and traffic makes others. Asks before it starts when it is run
on a terminal.
Needs an administrator.")]
    Flush(Flush),
    /// Ask the network for the physical address of a neighbor
    #[command(after_help = "\
Examples:
  netioctl neigh resolve 192.0.2.7 --interface Ethernet
  netioctl neigh resolve fe80::7%12 --timeout 0.5

What the table knew of the neighbor is dropped first, a permanent address too. Ctrl+C gives up.
Needs an administrator.")]
    Resolve(Resolve),
    /// Show neighbors as they come, change and go
    #[command(after_help = "\
Examples:
  netioctl neigh watch --interface Ethernet
  netioctl neigh watch --json --unicast
  netioctl neigh watch --interval 0.2 --count 50 > changes.txt

On a terminal the table is shown anew with each change. Elsewhere, and with --json (one object a
line), each event is a line: what is there at the start, then what was added, changed or removed.
Windows does not announce neighbors, so the table is looked at again and again; what comes and goes
between two looks is not seen. Ends with Ctrl+C and exit code 0.")]
    Watch(Watch),
}

#[derive(Args, Debug)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// By interface index, then by address
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
#[derive(Args, Debug)]
#[command(next_help_heading = "Filters")]
pub struct Filter {
    /// Only this interface: an index, a LUID (0x...), an alias or a name
    #[arg(short, long, value_name = "INTERFACE")]
    pub interface: Option<InterfaceSelector>,
    /// Only neighbors in this state; may be repeated
    #[arg(short, long, value_enum, ignore_case = true, value_name = "STATE")]
    pub state: Vec<State>,
    /// Only addresses in this network, such as 192.0.2.0/24; may be repeated
    #[arg(short, long, value_name = "PREFIX")]
    pub prefix: Vec<Prefix>,
    /// Only neighbors with this physical address; may be repeated
    #[arg(short, long, visible_alias = "lladdr", value_name = "ADDRESS")]
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
    #[arg(short, long, value_name = "INTERFACE")]
    pub interface: Option<InterfaceSelector>,
}

#[derive(Args, Debug)]
pub struct Change {
    /// The neighbor; a link-local address may carry its zone (`fe80::7%12`), which names the interface as well
    pub address: ScopedAddress,
    /// Its physical address: 02-00-00-00-77-02, 02:00:00:00:77:02 or 020000007702
    pub physical_address: PhysicalAddress,
    /// The interface: an index, a LUID (0x...), an alias or a name
    #[arg(short, long, value_name = "INTERFACE")]
    pub interface: Option<InterfaceSelector>,
}

impl Change {
    pub fn target(&self) -> Target {
        Target { address: self.address, interface: self.interface.clone() }
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
    #[command(flatten)]
    pub target: Target,
    /// The address of this machine to ask from [default: the system's choice]
    #[arg(long, value_name = "ADDRESS")]
    pub source: Option<IpAddr>,
    /// Give up after so many seconds [default: when the network stack does]
    #[arg(long, value_name = "SECONDS", value_parser = crate::values::seconds)]
    pub timeout: Option<std::time::Duration>,
}

#[derive(Args, Debug)]
pub struct Watch {
    #[command(flatten)]
    pub filter: Filter,
    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = crate::values::seconds)]
    pub interval: std::time::Duration,
    /// End after so many looks
    #[arg(short, long, value_name = "LOOKS")]
    pub count: Option<u64>,
}
