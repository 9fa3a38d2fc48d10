//! Prints the addresses that come and go, until it is ended.
#![forbid(unsafe_code)]

use netioctl_client::{Access, ChangeKind, Device, Family, WatchSources, interface_alias};

fn main() -> Result<(), netioctl_client::Error> {
    let device = Device::open(Access::Read)?;
    for changes in device.watch(WatchSources::ADDRESSES, Family::Both) {
        let changes = changes?;
        if changes.lost != 0 {
            println!("{} changes were lost: read the table again", changes.lost);
        }
        for change in &changes.events {
            let name = interface_alias(change.interface_luid).unwrap_or_else(|| change.interface_luid.to_string());
            match (change.kind(), change.address) {
                (ChangeKind::Initial, _) => println!("{} addresses now", device.address_table(Family::Both)?.len()),
                (kind, Some(address)) => println!("{kind}: {address} on {name}"),
                (kind, None) => println!("{kind}: {name}"),
            }
        }
    }
    Ok(())
}
