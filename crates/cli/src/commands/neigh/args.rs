//! `netioctl neigh`.

mod options;

pub use options::*;

use clap::Subcommand;

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
        override_usage = "netioctl neigh add [OPTIONS] <ADDRESS>... <PHYSICAL_ADDRESS>",
        after_help = "\
Examples:
  netioctl neigh add 192.0.2.7 02-00-00-00-77-02
  netioctl neigh add fe80::7%12 02:00:00:00:77:02
  netioctl neigh add 192.0.2.7 lladdr 02:00:00:00:77:02 dev Ethernet
  netioctl neigh add 192.0.2.0/28 02-00-00-00-77-02 --interface Ethernet

Fails if the neighbor exists, be it without a physical address; `neigh replace` does not.
Without --interface and zone, the interface is meant whose network holds the address.
Needs an administrator."
    )]
    Add(Change),
    /// Give an existing neighbor a new physical address; it becomes permanent
    #[command(
        visible_alias = "change",
        alias = "chg",
        override_usage = "netioctl neigh set [OPTIONS] <ADDRESS>... <PHYSICAL_ADDRESS>",
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
        override_usage = "netioctl neigh replace [OPTIONS] <ADDRESS>... <PHYSICAL_ADDRESS>",
        after_help = "\
Examples:
  netioctl neigh replace 192.0.2.7 02-00-00-00-77-02 --interface Ethernet

Without --interface and zone, the interface is meant whose network holds the address.
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
  netioctl neigh del 192.0.2.0/29 02-00-00-00-77-02 --yes

A network or a physical address stands for all neighbors that have it, but not for those that the
system keeps, and it is asked before several go. Without --interface and zone, the one interface
that has the neighbor in its table is meant.
Needs an administrator."
    )]
    Del(Del),
    /// Make the permanent neighbors those of a file
    #[command(after_help = "\
Examples:
  netioctl neigh apply neighbors.json --dry-run
  netioctl neigh apply neighbors.json --prune
  netioctl neigh apply - --interface Ethernet < neighbors.txt

The file is what `neigh save` writes, the JSON or CSV of `neigh show`, the JSON of `ip -j neigh`, or
lines that add neighbors: `neigh add 192.0.2.7 lladdr 02:00:00:00:77:02 dev Ethernet` as for
`ip -batch`, `interface ipv4 add neighbors Ethernet 192.0.2.7 02-00-00-00-77-02` as for netsh. Rows
of JSON and CSV that are not permanent, or of groups and broadcast, are left out.

Only what differs is changed, 4096 neighbors with each request, and the result of each is told; the
exit code is that of the worst. A file that cannot be read whole changes nothing: the error names
the line and the column, of CSV that of the table.

Windows keeps no neighbors that are made so over a restart. A task applies them at each start (write
whole paths where the program is not on the path of the system):
  schtasks /create /tn neighbors /ru SYSTEM /sc onstart /tr \"netioctl neigh apply C:\\neighbors.json\"

Needs an administrator, but for --dry-run.")]
    Apply(Apply),
    /// Write the permanent neighbors to a file, for apply
    #[command(after_help = "\
Examples:
  netioctl neigh save neighbors.json
  netioctl neigh save --interface Ethernet --csv > neighbors.csv

It is the JSON of `neigh show`, or with --csv the CSV. Neighbors that the system keeps by itself,
those of groups and broadcast, are left out.")]
    Save(Save),
    /// Remove the neighbors of an interface, those that match a filter, or all
    #[command(after_help = "\
Examples:
  netioctl -4 neigh flush --interface Ethernet
  netioctl neigh flush --interface Ethernet --state stale --dry-run
  netioctl neigh flush --all --dynamic
  netioctl neigh flush --all --yes -v

With only an interface or --all, the network stack flushes its table (FlushIpNetTable2), permanent
neighbors too. With --dynamic or other filters the neighbors that match are deleted. The system
makes its own rows (multicast, broadcast) anew at once, and traffic makes others: how many were
removed is what the table had before and has not afterwards. Asks before it starts when it is run
on a terminal.
Needs an administrator.")]
    Flush(Flush),
    /// Ask the network for the physical addresses of neighbors
    #[command(after_help = "\
Examples:
  netioctl neigh resolve 192.0.2.7
  netioctl neigh resolve fe80::7%12 --timeout 0.5
  netioctl neigh resolve 192.0.2.0/28 --interface Ethernet --timeout 1

What the table knew of the neighbor is dropped first, a permanent address too. Ctrl+C gives up, and
shows who has answered so far. Without --interface and zone, the interface is meant whose network
holds the address.

Of a network those that answer are shown: that is a scan by ARP or neighbor discovery. The network
stack waits some seconds for each that does not answer, so 254 of them take about three minutes with
4 at once; --timeout and --jobs make that shorter.
Exit code 8: no answer, from one of the addresses that were named, or from nobody in the networks.
Needs an administrator.")]
    Resolve(Resolve),
    /// Show neighbors as they come, change and go
    #[command(
        visible_alias = "monitor",
        after_help = "\
Examples:
  netioctl neigh watch --interface Ethernet
  netioctl neigh watch --json --unicast
  netioctl neigh watch --on-mac-change --exec C:\\tools\\alarm.exe
  netioctl neigh watch --interval 0.2 --count 50 > changes.txt

On a terminal the table is shown anew with each change, and the latest events below it. Elsewhere,
and with --json (one object a line), each event is a line: what is there at the start, then what was
added, changed (from what to what) or removed.

Windows does not announce neighbors, so the table is looked at again and again, once a second unless
--interval says otherwise; what comes and goes between two looks is not seen. Windows does announce
interfaces and addresses: when one comes, changes or goes, the table is looked at without delay.

With --on-mac-change only neighbors are told of that are at another physical address than they were
last, even if they were not there in between: another machine has taken the address.

--exec runs the program for each event but those of the start, and waits for it, without a shell.
Its arguments are the event, the address and the interface; its variables NETIOCTL_EVENT,
NETIOCTL_ADDRESS, NETIOCTL_INTERFACE, NETIOCTL_LLADDR, NETIOCTL_STATE, NETIOCTL_OLD_LLADDR and
NETIOCTL_OLD_STATE; and it may read the event from its standard input, as a line of JSON. Its exit
code does not matter.

Ends with Ctrl+C and exit code 0. Exit code 5: the driver was removed or is being upgraded."
    )]
    Watch(Watch),
}

/// What stands below the list of the commands.
pub const HELP: &str = "\
Without a command: show. As with ip, s is short for show, a for add, and r for replace; the words
`dev NAME`, `lladdr ADDRESS`, `to PREFIX` and `nud STATE` stand for --interface, the physical
address, --prefix and --state.";
