//! The command line.

use crate::{commands::Command, output::Format};
use clap::{Args, Parser};
use netioctl_client::Family;
use std::num::NonZeroU32;

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

Commands may be cut short where no other begins like that: `netioctl n sh` is `netioctl neigh show`.
Interfaces are named by index (12), LUID (0x0006008007000000), alias (Ethernet) or name
(ethernet_32775).
PowerShell's Get-NetCompartment lists the network compartments; without --compartment a command acts
in the one that it is started in.
Numbers and words are the same in every language of Windows; files and pipes get UTF-8. The JSON is
described in docs/schema.

Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 access denied, 5 driver not there,
7 Windows must be restarted, 8 no answer"
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
#[derive(Args, Debug)]
pub struct Global {
    /// Print JSON, for programs
    #[arg(short, long, global = true, group = "format")]
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
    /// Act in this network compartment, such as that of a container
    #[arg(long, global = true, value_name = "ID")]
    pub compartment: Option<NonZeroU32>,
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
