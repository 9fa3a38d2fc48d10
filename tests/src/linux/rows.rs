//! Rows of both sides in a form that can be compared.

use anyhow::{Context, Result, bail};
use netioctl_client::{Neighbor, abi::wire::NeighborState};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

/// A row of either side in a form that can be compared.
pub type Row = (u32, IpAddr, Option<String>, &'static str, bool);

/// A row of `ip neigh`; `None` for what is no neighbor: `NUD_NONE`, and the one row under which Linux keeps all IPv4
/// destinations of a link without physical addresses, such as `lo`.
pub fn linux_row(row: witness::Neighbor, indexes: &BTreeMap<String, u32>) -> Result<Option<Row>> {
    if row.dst.is_unspecified() {
        return Ok(None);
    }
    let index = *indexes.get(&row.dev).with_context(|| format!("link {}", row.dev))?;
    let state = match row.state.first().map(String::as_str) {
        None | Some("NONE") => return Ok(None),
        Some("PERMANENT" | "NOARP") => "Permanent",
        Some("REACHABLE") => "Reachable",
        Some("STALE") => "Stale",
        Some("DELAY") => "Delay",
        Some("PROBE") => "Probe",
        Some("INCOMPLETE") => "Incomplete",
        Some("FAILED") => "Unreachable",
        Some(other) => bail!("state {other}"),
    };
    let lladdr = row.lladdr.filter(|_| !matches!(state, "Incomplete" | "Unreachable"));
    Ok(Some((index, row.dst, lladdr, state, row.router)))
}

/// A row of the driver in the same form.
pub fn driver_row(row: &Neighbor) -> Result<Row> {
    let state = row.state().map(NeighborState::name).with_context(|| format!("state {}", row.raw_state))?;
    let known = !row.physical_address.is_empty() && !matches!(state, "Incomplete" | "Unreachable");
    let lladdr = known.then(|| row.physical_address.to_colon_string());
    Ok((row.interface_index, row.address, lladdr, state, row.is_router()))
}

/// What one side has and the other has not. The stack may add well-known permanent multicast rows of its own (Windows
/// always shows some), which Linux makes only when it needs them.
pub fn differences(linux: &BTreeSet<Row>, ours: Vec<Row>) -> Option<String> {
    let count = ours.len();
    let ours: BTreeSet<Row> = ours.into_iter().collect();
    let missing: Vec<_> = linux.difference(&ours).collect();
    let well_known = |row: &&Row| row.1.is_multicast() && row.3 == "Permanent";
    let mut extra: Vec<_> = ours.difference(linux).filter(|row| !well_known(row)).collect();
    extra.sort_by_key(|row| Reverse(row.1));
    let doubled = count - ours.len();
    let agree = missing.is_empty() && extra.is_empty() && doubled == 0;
    (!agree).then(|| format!("only Linux has {missing:?}, only the driver has {extra:?}, {doubled} rows twice"))
}
