//! Reads what `netioctl neigh show --json` prints, and counts the neighbors of each state. Needs no device.
#![forbid(unsafe_code)]

use netioctl_client::Neighbor;
use std::{collections::BTreeMap, error::Error, io};

fn main() -> Result<(), Box<dyn Error>> {
    let neighbors: Vec<Neighbor> = serde_json::from_reader(io::stdin())?;
    let mut counts = BTreeMap::<_, usize>::new();
    for neighbor in &neighbors {
        *counts.entry(neighbor.state()).or_default() += 1;
    }
    for (state, count) in counts {
        println!("{count} {}", state.map_or("of a newer system", netioctl_client::NeighborState::name));
    }
    Ok(())
}
