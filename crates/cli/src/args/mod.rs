//! The command line.

mod interface;
mod neigh;
mod values;

pub use interface::{Interface, Metric, SetInterface, Source, Switch, WatchInterfaces};
pub use neigh::{Change, Filter, Flush, Neigh, Resolve, Show, Sort, Target, Watch};

use crate::{output::Format, select::InterfaceSelector};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use netioctl_client::Family;
use std::path::PathBuf;

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
  netioctl neigh replace 192.0.2.7 02-00-00-00-77-02 --interface Ethernet
  netioctl interface show --json

Interfaces are named by index (12), LUID (0x0006008007000000), alias (Ethernet) or name
(ethernet_32775).
Numbers and words are the same in every language of Windows. The JSON is described in docs/schema.

Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 access denied, 5 driver not there,
7 Windows must be restarted"
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
    #[arg(long, global = true, group = "format")]
    pub json: bool,
    /// Print comma-separated values with a line of column names, for spreadsheets
    #[arg(long, global = true, group = "format")]
    pub csv: bool,
    /// Print the most important columns only, without a header
    #[arg(short, long, global = true, group = "format")]
    pub brief: bool,
    /// IPv4 only
    #[arg(short = '4', long, global = true, conflicts_with = "ipv6")]
    pub ipv4: bool,
    /// IPv6 only
    #[arg(short = '6', long, global = true)]
    pub ipv6: bool,
    #[command(flatten)]
    pub color: colorchoice_clap::Color,
}

impl Global {
    pub fn family(&self) -> Family {
        match (self.ipv4, self.ipv6) {
            (true, _) => Family::Ipv4,
            (_, true) => Family::Ipv6,
            _ => Family::Both,
        }
    }

    pub fn format(&self) -> Format {
        match (self.json, self.csv, self.brief) {
            (true, ..) => Format::Json,
            (_, true, _) => Format::Csv,
            (.., true) => Format::Brief,
            _ => Format::Table,
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
    /// The older contract of ARP tables: IPv4 only
    #[command(arg_required_else_help = true)]
    Arp {
        #[command(subcommand)]
        command: Arp,
    },
    /// Show what the driver has been asked, and how it went
    #[command(after_help = "\
Examples:
  netioctl stats
  netioctl stats --json
  netioctl stats --reset

The counters begin when the driver is loaded.
Resetting needs an administrator.")]
    Stats {
        /// Set the counters to zero after showing them
        #[arg(long)]
        reset: bool,
    },
    /// The driver itself: install, remove, inspect
    #[command(arg_required_else_help = true)]
    Driver {
        #[command(subcommand)]
        command: Driver,
    },
    /// Print a script that makes a shell complete the commands
    #[command(after_help = "\
Examples:
  netioctl completions powershell >> $PROFILE
  netioctl completions bash > /etc/bash_completion.d/netioctl")]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the manual pages, one for each command
    #[command(after_help = "\
Examples:
  netioctl man | man -l -
  netioctl man /usr/local/share/man/man1

They say what --help says.")]
    Man {
        /// The folder to write them to [default: the page of netioctl is printed]
        folder: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Arp {
    /// Remove the IPv4 neighbors of one interface (FlushIpNetTable)
    #[command(after_help = "\
Examples:
  netioctl arp flush --interface Ethernet
  netioctl arp flush --interface 12

Unlike `neigh flush` it has no way to mean all interfaces: index 0 is invalid. Failures are told
by the codes of FlushIpNetTable: 5, 50, 87.
Needs an administrator.")]
    Flush {
        /// The interface: an index, a LUID (0x...), an alias or a name
        #[arg(short, long, value_name = "INTERFACE")]
        interface: InterfaceSelector,
    },
}

#[derive(Debug, Subcommand)]
pub enum Driver {
    /// Install the driver and start its device; replaces an installed one
    #[command(after_help = "\
Examples:
  netioctl driver install
  netioctl driver install --inf C:\\drivers\\netioctl.inf
  netioctl driver install --allow-operators

Needs an elevated administrator. Windows takes a test-signed driver only with test signing on.
The package is checked before anything changes. A driver that works is replaced in place; if its
successor does not work, it comes back.

Exit codes: 0 it works, 7 Windows must be restarted to finish; others say why it failed.")]
    Install {
        /// The INF of the driver package [default: netioctl.inf beside this program]
        #[arg(long, value_name = "PATH")]
        inf: Option<PathBuf>,
        /// Let Network Configuration Operators make changes, too; without it only administrators may
        #[arg(long)]
        allow_operators: bool,
    },
    /// Remove the device, the service and the driver package
    #[command(after_help = "\
Examples:
  netioctl driver uninstall

Needs an elevated administrator.

Exit codes: 0 removed, or nothing was there; 7 Windows must be restarted, then run it once more.")]
    Uninstall,
    /// Say what is installed and whether it works
    #[command(after_help = "\
Examples:
  netioctl driver status
  netioctl driver status --json

Exit codes: 0 it works, 5 it is not installed or its device did not start.")]
    Status,
}
