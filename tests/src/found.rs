//! What a test finds on an interface, to put it back.

use anyhow::{Result, ensure};
use netioctl_client::{
    Device, Family, Interface, InterfaceChange, InterfaceKey, Neighbor, NeighborUpdate,
    abi::{AddressFamily, wire::NeighborState},
};

/// The state of an interface, as far as tests change it: its settings, and the neighbors that the stack would not learn
/// again by itself.
pub struct Found {
    key: InterfaceKey,
    settings: Vec<Interface>,
    neighbors: Vec<Neighbor>,
}

impl Found {
    /// Looks at an interface.
    pub fn look(device: &Device, key: InterfaceKey) -> Result<Self> {
        let all = device.interface_table(Family::Both)?.into_rows();
        let settings: Vec<_> = all.into_iter().filter(|row| key.matches(row.luid, row.index)).collect();
        ensure!(!settings.is_empty(), "there is no interface with {key}");
        Ok(Self { key, settings, neighbors: permanent(device, key)? })
    }

    /// The families that the interface has.
    pub fn families(&self) -> impl Iterator<Item = AddressFamily> {
        self.settings.iter().map(|row| row.family)
    }

    /// Puts everything back.
    pub fn restore(&self, device: &Device) -> Result<()> {
        for before in &self.settings {
            let now = device.interface(self.key, before.family)?;
            if now.base_reachable_time != before.base_reachable_time {
                let change = InterfaceChange::new(self.key, before.family);
                device.set_interface(&change.base_reachable_time(before.base_reachable_time))?;
            }
            if now.retransmit_time != before.retransmit_time {
                let change = InterfaceChange::new(self.key, before.family);
                device.set_interface(&change.retransmit_time(before.retransmit_time))?;
            }
            if (now.use_automatic_metric, now.metric) != (before.use_automatic_metric, before.metric) {
                let change = InterfaceChange::new(self.key, before.family);
                let change = change.use_automatic_metric(before.use_automatic_metric);
                // The system finds an automatic one by itself.
                let own = !before.use_automatic_metric;
                device.set_interface(&if own { change.metric(before.metric) } else { change })?;
            }
        }
        let now = permanent(device, self.key)?;
        for row in now.iter().filter(|row| !self.neighbors.iter().any(|before| before.address == row.address)) {
            device.delete_neighbor(&row.key())?;
        }
        for before in self.neighbors.iter().filter(|before| !now.iter().any(|row| same(row, before))) {
            device.replace_neighbor(&NeighborUpdate::of(before.key(), before.physical_address))?;
        }
        Ok(())
    }
}

/// The permanent neighbors of an interface. Those of multicast addresses the stack keeps by itself.
fn permanent(device: &Device, key: InterfaceKey) -> Result<Vec<Neighbor>> {
    let rows = device.neighbor_table(Family::Both)?.into_rows().into_iter();
    let ours = |row: &Neighbor| {
        key.matches(row.interface_luid, row.interface_index)
            && row.state() == Some(NeighborState::Permanent)
            && !row.address.is_multicast()
            && !row.physical_address.is_empty()
    };
    Ok(rows.filter(ours).collect())
}

fn same(one: &Neighbor, other: &Neighbor) -> bool {
    one.address == other.address && one.physical_address == other.physical_address
}
