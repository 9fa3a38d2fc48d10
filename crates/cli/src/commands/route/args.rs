//! `netioctl route`.

use crate::{
    select::InterfaceSelector,
    values::{Destination, ScopedAddress},
};
use clap::{Args, Subcommand};
use std::net::IpAddr;

#[derive(Debug, Subcommand)]
pub enum Route {
    /// Show routes
    #[command(
        visible_aliases = ["list", "ls"],
        after_help = "\
Examples:
  netioctl route show
  netioctl -6 route show --interface Ethernet
  netioctl route show default
  netioctl route show 192.0.2.0/24 --json

The metric is that of the route and of its interface together, by which routes are compared.
The JSON has the names of `ip -j route` where the meaning is the same."
    )]
    Show(Show),
    /// Show which route a packet takes: interface, next hop, source address and metric
    #[command(after_help = "\
Examples:
  netioctl route get 192.0.2.7
  netioctl route get fe80::7%12
  netioctl route get 2001:db8::7 --source 2001:db8::2 --json

Nothing is sent. 0.0.0.0 and :: ask for the default route.
Exit code 3: no route leads there.")]
    Get(Get),
}

#[derive(Args, Debug, Default)]
pub struct Show {
    /// Only routes to these networks, such as 192.0.2.0/24 or `default`; an address means the routes that hold it
    #[arg(value_name = "DESTINATION")]
    pub destination: Vec<Destination>,
    /// Only routes through this interface: an index, a LUID (0x...), an alias or a name
    #[arg(short, long, alias = "dev", value_name = "INTERFACE")]
    pub interface: Option<InterfaceSelector>,
    /// Also those of the machine's own addresses, of broadcast and of multicast
    #[arg(short, long)]
    pub all: bool,
}

#[derive(Args, Debug)]
pub struct Get {
    /// Where the packet is to go; a link-local address may carry its zone (`fe80::7%12`), which names the interface
    pub address: ScopedAddress,
    /// Only through this interface: an index, a LUID (0x...), an alias or a name
    #[arg(short, long, alias = "dev", value_name = "INTERFACE")]
    pub interface: Option<InterfaceSelector>,
    /// The address of this machine to send from [default: the system's choice]
    #[arg(long, value_name = "ADDRESS")]
    pub source: Option<IpAddr>,
}
