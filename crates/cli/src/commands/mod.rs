//! The commands. Each has its words and what it does in a place of its own.

mod address;
mod arp;
mod driver;
mod fits;
mod interface;
mod man;
mod neigh;
mod route;
mod stats;

use crate::{
    error::{CliError, DONE},
    output::Output,
    system::System,
};
pub use fits::check;

use clap::Subcommand;
use clap_complete::Shell;
use netioctl_client::Family;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Neighbors: who is at which physical address (ARP and neighbor discovery)
    #[command(visible_alias = "neighbor", alias = "neighbour", after_help = neigh::HELP)]
    Neigh {
        #[command(subcommand)]
        command: Option<neigh::Neigh>,
    },
    /// Interfaces: what they are, their addresses, and what IP makes of them
    #[command(visible_alias = "if", alias = "link", after_help = "Without a command: show.")]
    Interface {
        #[command(subcommand)]
        command: Option<interface::Command>,
    },
    /// Unicast addresses of interfaces
    #[command(visible_alias = "addr", after_help = "Without a command: show.")]
    Address {
        #[command(subcommand)]
        command: Option<address::Address>,
    },
    /// Routes: which way packets take
    #[command(after_help = "Without a command: show.")]
    Route {
        #[command(subcommand)]
        command: Option<route::Route>,
    },
    /// The older contract of ARP tables: IPv4 only
    #[command(arg_required_else_help = true)]
    Arp {
        #[command(subcommand)]
        command: arp::Arp,
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
        command: driver::Driver,
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

/// Runs one command; the number is the exit code. `program` is the whole command line, for what describes it.
pub fn run(
    command: &Command,
    program: fn() -> clap::Command,
    family: Family,
    system: &dyn System,
    output: &mut Output<'_>,
) -> Result<u8, CliError> {
    match command {
        Command::Neigh { command: Some(command) } => neigh::run(command, family, system, output),
        Command::Neigh { command: None } => neigh::show(&neigh::Show::default(), family, system, output),
        Command::Interface { command: Some(command) } => interface::run(command, family, system, output),
        Command::Interface { command: None } => {
            interface::show(&interface::ShowInterfaces::default(), family, system, output)
        }
        Command::Address { command: Some(command) } => address::run(command, family, system, output),
        Command::Address { command: None } => address::show(None, family, system, output),
        Command::Route { command: Some(command) } => route::run(command, family, system, output),
        Command::Route { command: None } => route::show(&route::Show::default(), family, system, output),
        Command::Arp { command } => arp::run(command, system, output),
        Command::Stats { reset } => stats::run(*reset, system, output),
        Command::Driver { command } => driver::run(command, system, output),
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut program(), "netioctl", &mut output.raw());
            Ok(DONE)
        }
        Command::Man { folder } => {
            match folder {
                None => man::print(program(), output)?,
                Some(folder) => man::write(program(), folder, system)?,
            }
            Ok(DONE)
        }
    }
}
