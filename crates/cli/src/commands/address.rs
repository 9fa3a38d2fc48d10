//! `netioctl address`.

use crate::{
    error::{CliError, DONE},
    output::{Cell, Output, Record},
    select::{Directory, InterfaceSelector},
    system::System,
    zone::{scoped, zone},
};
use clap::Subcommand;
use comfy_table::Color;
use netioctl_client::{
    Access, Device, Error, Family, InterfaceKey, UnicastAddress,
    abi::wire::{DadState, PrefixOrigin, SuffixOrigin},
};
use serde::Serialize;
use std::{net::IpAddr, time::Duration};

#[derive(Debug, Subcommand)]
pub enum Address {
    /// Show the unicast addresses of interfaces
    #[command(
        visible_aliases = ["list", "ls"],
        after_help = "\
Examples:
  netioctl address show
  netioctl -6 addr show --interface Ethernet
  netioctl addr show --json

The JSON has the names of `ip -j address` where the meaning is the same. Lifetimes are seconds."
    )]
    Show {
        /// Only this interface: an index, a LUID (0x...), an alias or a name
        #[arg(short, long, alias = "dev", value_name = "INTERFACE")]
        interface: Option<InterfaceSelector>,
    },
}

pub fn run(command: &Address, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let Address::Show { interface } = command;
    show(interface.as_ref(), family, system, output)
}

pub fn show(
    interface: Option<&InterfaceSelector>,
    family: Family,
    system: &dyn System,
    output: &mut Output<'_>,
) -> Result<u8, CliError> {
    let device = system.open(Access::Read)?;
    let mut directory = Directory::read(system, &device)?;
    let key = interface.map(|selector| directory.resolve_listed(selector)).transpose()?;
    let rows = of_interface(&device, family, key)?;
    output.records(rows.iter().map(|row| Row::new(row, &mut directory)))?;
    Ok(DONE)
}

/// The addresses of one interface, or of all, in the order in which they are shown.
pub fn of_interface(
    device: &Device,
    family: Family,
    interface: Option<InterfaceKey>,
) -> Result<Vec<UnicastAddress>, Error> {
    let mut rows = device.address_table(family)?.into_rows();
    rows.retain(|row| interface.is_none_or(|key| key.matches(row.interface_luid, row.interface_index)));
    rows.sort_by_key(|row| (row.interface_index, row.address));
    Ok(rows)
}

/// One address for programs: the names of `ip -j address` where the meaning is the same.
#[derive(Debug, Serialize)]
struct Row {
    ifindex: u32,
    ifname: String,
    luid: String,
    family: &'static str,
    local: IpAddr,
    prefixlen: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope_id: Option<u32>,
    prefix_origin: String,
    suffix_origin: String,
    dad_state: String,
    valid_life_time: u32,
    preferred_life_time: u32,
    skip_as_source: bool,
    /// UTC, as RFC 3339 writes it.
    created: String,
    #[serde(skip)]
    known_state: Option<DadState>,
}

impl Row {
    fn new(row: &UnicastAddress, directory: &mut Directory<'_>) -> Self {
        Self {
            ifindex: row.interface_index,
            ifname: directory.names(row.interface_luid, row.interface_index).label(),
            luid: row.interface_luid.to_string(),
            family: if row.address.is_ipv4() { "inet" } else { "inet6" },
            local: row.address,
            prefixlen: row.prefix_length,
            scope_id: zone(row.address, row.scope_id, row.interface_index),
            prefix_origin: word(row.prefix_origin().map(prefix_origin), row.raw_prefix_origin),
            suffix_origin: word(row.suffix_origin().map(suffix_origin), row.raw_suffix_origin),
            dad_state: word(row.dad_state().map(dad_state), row.raw_dad_state),
            valid_life_time: seconds(row.valid_lifetime),
            preferred_life_time: seconds(row.preferred_lifetime),
            skip_as_source: row.skip_as_source,
            created: humantime::format_rfc3339_seconds(row.created).to_string(),
            known_state: row.dad_state(),
        }
    }

    fn prefix(&self) -> String {
        format!("{}/{}", scoped(self.local, self.scope_id), self.prefixlen)
    }

    fn state_cell(&self) -> Cell {
        let color = match self.known_state {
            Some(DadState::Preferred) => Color::Green,
            Some(DadState::Duplicate | DadState::Invalid) => Color::Red,
            Some(DadState::Tentative | DadState::Deprecated) => Color::Yellow,
            None => return self.dad_state.clone().into(),
        };
        Cell::colored(self.dad_state.clone(), color)
    }
}

impl Record for Row {
    fn header() -> Vec<&'static str> {
        vec!["ADDRESS", "INTERFACE", "STATE", "PREFIX FROM", "SUFFIX FROM", "VALID", "PREFERRED", "INDEX"]
    }

    fn columns() -> Vec<&'static str> {
        vec![
            "ifindex",
            "ifname",
            "luid",
            "family",
            "local",
            "prefixlen",
            "scope_id",
            "prefix_origin",
            "suffix_origin",
            "dad_state",
            "valid_life_time",
            "preferred_life_time",
            "skip_as_source",
            "created",
        ]
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.prefix().into(),
            self.ifname.clone().into(),
            self.state_cell(),
            self.prefix_origin.clone().into(),
            self.suffix_origin.clone().into(),
            lifetime(self.valid_life_time).into(),
            lifetime(self.preferred_life_time).into(),
            self.ifindex.to_string().into(),
        ]
    }

    fn brief(&self) -> Vec<Cell> {
        vec![self.ifname.clone().into(), self.dad_state.clone().into(), self.prefix().into()]
    }
}

fn word(known: Option<&'static str>, number: i32) -> String {
    known.map_or_else(|| number.to_string(), str::to_owned)
}

const fn prefix_origin(origin: PrefixOrigin) -> &'static str {
    match origin {
        PrefixOrigin::Other => "other",
        PrefixOrigin::Manual => "manual",
        PrefixOrigin::WellKnown => "well-known",
        PrefixOrigin::Dhcp => "dhcp",
        PrefixOrigin::RouterAdvertisement => "router",
    }
}

const fn suffix_origin(origin: SuffixOrigin) -> &'static str {
    match origin {
        SuffixOrigin::Other => "other",
        SuffixOrigin::Manual => "manual",
        SuffixOrigin::WellKnown => "well-known",
        SuffixOrigin::Dhcp => "dhcp",
        SuffixOrigin::LinkLayerAddress => "link-layer",
        SuffixOrigin::Random => "random",
    }
}

const fn dad_state(state: DadState) -> &'static str {
    match state {
        DadState::Invalid => "invalid",
        DadState::Tentative => "tentative",
        DadState::Duplicate => "duplicate",
        DadState::Deprecated => "deprecated",
        DadState::Preferred => "preferred",
    }
}

/// Seconds as `ip` writes them: all ones for ever.
fn seconds(lifetime: Option<Duration>) -> u32 {
    lifetime.and_then(|time| u32::try_from(time.as_secs()).ok()).unwrap_or(u32::MAX)
}

/// A lifetime for people.
fn lifetime(seconds: u32) -> String {
    match seconds {
        u32::MAX => "forever".to_owned(),
        seconds => humantime::format_duration(Duration::from_secs(seconds.into())).to_string(),
    }
}
