//! Prints the neighbors, as `ip neigh` does. With the name or index of an interface, those behind it alone.
#![forbid(unsafe_code)]

use netioctl_client::{Access, Device, Family};
use std::{env, error::Error};

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::open(Access::Read)?;
    let interface = match env::args().nth(1) {
        None => None,
        Some(name) => {
            Some(device.find_interface(&name)?.ok_or_else(|| format!("no interface is called {name}"))?.key())
        }
    };
    for neighbor in &device.neighbor_table(Family::Both)? {
        if interface.is_none_or(|key| key.matches(neighbor.interface_luid, neighbor.interface_index)) {
            let state = neighbor.state().map_or_else(|| neighbor.raw_state.to_string(), |state| state.to_string());
            println!("{} lladdr {} {state}", neighbor.address, neighbor.physical_address.to_colon_string());
        }
    }
    Ok(())
}
