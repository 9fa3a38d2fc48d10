//! What the link itself tells of an interface.

use crate::output::Cell;
use comfy_table::Color;
use netioctl_client::{
    Device, Error, Family, Link, Operation, UnicastAddress,
    abi::wire::{AdminStatus, LinkFlags, MediaConnectState, OperStatus},
};
use serde::Serialize;

/// The links and addresses of the machine; neither where the driver does not tell.
pub struct Machine {
    links: Option<Vec<Link>>,
    addresses: Vec<UnicastAddress>,
}

impl Machine {
    pub fn read(device: &Device, family: Family) -> Result<Self, Error> {
        let has = |operation| device.supports(operation);
        let links = has(Operation::GetLinkTable).then(|| device.link_table()).transpose()?;
        let addresses = if has(Operation::GetAddressTable) {
            crate::commands::address::of_interface(device, family, None)?
        } else {
            Vec::new()
        };
        Ok(Self { links: links.map(netioctl_client::Table::into_rows), addresses })
    }

    /// The links; `None` for a driver that does not tell.
    pub fn links(&self) -> Option<&[Link]> {
        self.links.as_deref()
    }

    /// The addresses of an interface, IPv4 first.
    pub fn addresses_of(&self, index: u32) -> impl Iterator<Item = &UnicastAddress> {
        self.addresses.iter().filter(move |row| row.interface_index == index)
    }

    /// What there is to tell of the interface with this index.
    pub fn members_of(&self, index: u32) -> Option<Members> {
        let link = self.links()?.iter().find(|link| link.index == index)?;
        let addresses = self.addresses_of(index).map(|row| format!("{}/{}", row.address, row.prefix_length));
        Some(Members::new(link, addresses.collect()))
    }
}

/// The link for programs: the names of `ip -j -d address` where the meaning is the same.
#[derive(Clone, Debug, Serialize)]
pub struct Members {
    description: String,
    operstate: String,
    admin_status: String,
    media_connect_state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permaddr: Option<String>,
    link_mtu: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    transmit_link_speed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receive_link_speed: Option<u64>,
    link_flags: Vec<String>,
    addresses: Vec<String>,
    rx_bytes: u64,
    rx_packets: u64,
    rx_errors: u64,
    rx_dropped: u64,
    tx_bytes: u64,
    tx_packets: u64,
    tx_errors: u64,
    tx_dropped: u64,
}

impl Members {
    /// The names of the columns.
    pub const COLUMNS: [&'static str; 19] = [
        "description",
        "operstate",
        "admin_status",
        "media_connect_state",
        "address",
        "permaddr",
        "link_mtu",
        "transmit_link_speed",
        "receive_link_speed",
        "link_flags",
        "addresses",
        "rx_bytes",
        "rx_packets",
        "rx_errors",
        "rx_dropped",
        "tx_bytes",
        "tx_packets",
        "tx_errors",
        "tx_dropped",
    ];

    fn new(link: &Link, addresses: Vec<String>) -> Self {
        let (physical, permanent) = (link.physical_address, link.permanent_physical_address);
        Self {
            description: link.description.clone(),
            operstate: word(link.oper_status().map(OperStatus::name), link.raw_oper_status).to_uppercase(),
            admin_status: word(link.admin_status().map(AdminStatus::name), link.raw_admin_status),
            media_connect_state: word(
                link.media_connect_state().map(MediaConnectState::name),
                link.raw_media_connect_state,
            ),
            address: (!physical.is_empty()).then(|| physical.to_colon_string()),
            permaddr: (!permanent.is_empty()).then(|| permanent.to_colon_string()),
            link_mtu: link.mtu,
            transmit_link_speed: link.transmit_link_speed,
            receive_link_speed: link.receive_link_speed,
            link_flags: flags(link.flags),
            addresses,
            rx_bytes: link.received.octets,
            rx_packets: link.received.packets(),
            rx_errors: link.received.errors,
            rx_dropped: link.received.discards,
            tx_bytes: link.sent.octets,
            tx_packets: link.sent.packets(),
            tx_errors: link.sent.errors,
            tx_dropped: link.sent.discards,
        }
    }
}

fn word(known: Option<&'static str>, number: i32) -> String {
    known.map_or_else(|| number.to_string(), str::to_owned)
}

/// Flags by name; bits without one by number.
fn flags(flags: LinkFlags) -> Vec<String> {
    let unknown = flags.bits() & !LinkFlags::all().bits();
    let named = flags.iter_names().map(|(name, _)| name.to_lowercase());
    named.chain((unknown != 0).then(|| format!("0x{unknown:x}"))).collect()
}

/// Whether it works, and if not, why, in one or two words.
pub fn state(link: &Link) -> Cell {
    let down = |word: &str| Cell::colored(word, Color::Red);
    match (link.oper_status(), link.admin_status(), link.media_connect_state()) {
        (Some(OperStatus::Up), ..) => Cell::colored("up", Color::Green),
        (_, Some(AdminStatus::Down), _) => down("disabled"),
        (Some(OperStatus::NotPresent), ..) => down("not present"),
        (Some(OperStatus::Down | OperStatus::LowerLayerDown), _, Some(MediaConnectState::Disconnected)) => {
            down("disconnected")
        }
        (Some(OperStatus::Down | OperStatus::LowerLayerDown), ..) => down("down"),
        (Some(OperStatus::Testing), ..) => Cell::colored("testing", Color::Yellow),
        (Some(OperStatus::Dormant), ..) => Cell::colored("dormant", Color::Yellow),
        (Some(OperStatus::Unknown), ..) => "unknown".into(),
        (None, ..) => format!("state {}", link.raw_oper_status).into(),
    }
}

/// IANA's ifType in words.
pub fn kind(interface_type: u32) -> String {
    match interface_type {
        6 => "Ethernet",
        23 => "PPP",
        24 => "loopback",
        53 => "virtual",
        71 => "Wi-Fi",
        131 => "tunnel",
        144 => "FireWire",
        243 | 244 => "cellular",
        other => return format!("type {other}"),
    }
    .to_owned()
}

/// Bits per second as people say it: the slower direction where they differ.
pub fn speed(link: &Link) -> String {
    const UNITS: [(u64, &str); 4] =
        [(1_000_000_000_000, "Tbit/s"), (1_000_000_000, "Gbit/s"), (1_000_000, "Mbit/s"), (1_000, "kbit/s")];
    let slower = [link.transmit_link_speed, link.receive_link_speed].into_iter().flatten().min();
    let Some(bits) = slower.filter(|bits| *bits > 0) else { return String::new() };
    let Some((unit, name)) = UNITS.into_iter().find(|(unit, _)| bits >= *unit) else { return format!("{bits} bit/s") };
    let tenths = bits / (unit / 10);
    match tenths % 10 {
        0 => format!("{} {name}", tenths / 10),
        tenth => format!("{}.{tenth} {name}", tenths / 10),
    }
}
