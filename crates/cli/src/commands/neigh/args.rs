//! `netioctl neigh`.

use crate::select::{InterfaceSelector, Interfaces};
use crate::values::{Prefix, ScopedAddress, State};
use clap::{Args, Subcommand, ValueEnum};
use netioctl_client::PhysicalAddress;
use std::net::IpAddr;

#[derive(Debug, Subcommand)]
pub enum Neigh {
    /// Show neighbors
    #[command(
        visible_aliases = ["list", "ls"],
        after_help = "\
Examples:
  netioctl neigh show
  netioctl neigh show 192.0.2.7 fe80::7%12
  netioctl -6 neigh show --interface 1,12 --state reachable,stale
  netioctl neigh show 192.0.2.0/24 --unicast --sort age
  netioctl neigh show --mac 02-00-00
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
    #[command(
        alias = "a",
        after_help = "\
Examples:
  netioctl neigh add 192.0.2.7 02-00-00-00-77-02 --interface Ethernet
  netioctl neigh add fe80::7%12 02:00:00:00:77:02
  netioctl neigh add 192.0.2.7 lladdr 02:00:00:00:77:02 dev Ethernet

Fails if the neighbor exists, be it without a physical address; `neigh replace` does not.
Needs an administrator."
    )]
    Add(Change),
    /// Give an existing neighbor a new physical address; it becomes permanent
    #[command(
        visible_alias = "change",
        alias = "chg",
        after_help = "\
Examples:
  netioctl neigh set 192.0.2.7 02-00-00-00-77-02 --interface Ethernet
  netioctl neigh set fe80::7%12 02:00:00:00:77:02 --interface 0x0006008007000000

Without --interface and zone, the one interface that has the neighbor in its table is meant.
Needs an administrator."
    )]
    Set(Change),
    /// Make a neighbor, or give it a new physical address if it exists; it is permanent afterwards
    #[command(
        alias = "r",
        after_help = "\
Examples:
  netioctl neigh replace 192.0.2.7 02-00-00-00-77-02 --interface Ethernet

Needs an administrator."
    )]
    Replace(Change),
    /// Delete a neighbor
    #[command(
        visible_aliases = ["delete", "rm", "remove"],
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
    #[command(
        visible_alias = "monitor",
        after_help = "\
Examples:
  netioctl neigh watch --interface Ethernet
  netioctl neigh watch --json --unicast
  netioctl neigh watch --interval 0.2 --count 50 > changes.txt

On a terminal the table is shown anew with each change. Elsewhere, and with --json (one object a
line), each event is a line: what is there at the start, then what was added, changed or removed.
Windows does not announce neighbors, so the table is looked at again and again; what comes and goes
between two looks is not seen. Ends with Ctrl+C and exit code 0."
    )]
    Watch(Watch),
}

/// What stands below the list of the commands.
pub const HELP: &str = "\
Without a command: show. As with ip, s is short for show, a for add, and r for replace; the words
`dev NAME`, `lladdr ADDRESS`, `to PREFIX` and `nud STATE` stand for --interface, the physical
address, --prefix and --state.";

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
    /// The neighbor; a link-local address may carry its zone (`fe80::7%12`), which names the interface as well
    pub address: ScopedAddress,
    /// Its physical address: 02-00-00-00-77-02, 02:00:00:00:77:02, 2:0:0:0:77:2, 0200.0000.7702 or
    /// 020000007702
    #[arg(required_unless_present = "lladdr")]
    pub physical_address: Option<PhysicalAddress>,
    /// The physical address, as ip has it: `lladdr 02:00:00:00:77:02`
    #[arg(long, conflicts_with = "physical_address", value_name = "PHYSICAL_ADDRESS")]
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

impl Change {
    pub fn target(&self) -> Target {
        Target { address: self.address.clone(), interface: self.interface.clone() }
    }

    /// The parser wants one of them.
    pub fn physical_address(&self) -> PhysicalAddress {
        self.physical_address.or(self.lladdr).unwrap_or(PhysicalAddress::EMPTY)
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
