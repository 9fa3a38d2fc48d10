//! The registrations for changes.

use crate::{lock, tables::Tables};
use netio_sys::{
    MIB_IPINTERFACE_ROW, MIB_UNICASTIPADDRESS_ROW, MibAddInstance, MibDeleteInstance, MibParameterNotification,
};
use netioctl_abi::{AF_UNSPEC, wire::ChangeEvent};
use netioctl_core::watch::{Source, address_event, interface_event};
use std::{
    fmt,
    sync::{Arc, Mutex},
};

/// Those who have registered. A listener must not register or cancel while it is told.
#[derive(Default)]
pub struct Listeners(Mutex<Registered>);

#[derive(Default)]
struct Registered {
    latest: u64,
    all: Vec<Registration>,
}

/// Is told.
pub type Listener = Arc<dyn Fn(ChangeEvent) + Send + Sync>;

struct Registration {
    number: u64,
    source: Source,
    family: u16,
    listener: Listener,
}

/// What a listener is told.
pub struct Change {
    source: Source,
    family: u16,
    event: ChangeEvent,
}

impl Change {
    pub fn of_interface(row: &MIB_IPINTERFACE_ROW, kind: i32) -> Self {
        Self { source: Source::Interfaces, family: row.Family, event: interface_event(Some(row), kind) }
    }

    pub fn of_address(row: &MIB_UNICASTIPADDRESS_ROW, kind: i32) -> Self {
        Self { source: Source::Addresses, family: row.Address.si_family, event: address_event(Some(row), kind) }
    }
}

impl Listeners {
    /// Registers; the number is for [`cancel`](Self::cancel).
    pub fn register(&self, source: Source, family: u16, listener: Listener) -> u64 {
        let mut registered = lock(&self.0);
        registered.latest += 1;
        let number = registered.latest;
        registered.all.push(Registration { number, source, family, listener });
        number
    }

    /// The listener is not being told any more when this returns, and will not be.
    pub fn cancel(&self, number: u64) {
        lock(&self.0).all.retain(|registration| registration.number != number);
    }

    pub fn tell(&self, change: &Change) {
        for registration in &lock(&self.0).all {
            let concerned = registration.family == AF_UNSPEC || registration.family == change.family;
            if registration.source == change.source && concerned {
                (registration.listener)(change.event);
            }
        }
    }
}

impl fmt::Debug for Listeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listeners").field("count", &lock(&self.0).all.len()).finish()
    }
}

/// The tables that changes are told of.
pub struct Told {
    interfaces: Vec<MIB_IPINTERFACE_ROW>,
    addresses: Vec<MIB_UNICASTIPADDRESS_ROW>,
}

impl Told {
    pub fn of(tables: &Tables) -> Self {
        Self { interfaces: tables.rows().to_vec(), addresses: tables.rows().to_vec() }
    }
}

/// What is different: what has come or changed, then what has gone.
pub fn changes(before: &Told, after: &Told) -> Vec<Change> {
    let mut changes = Vec::new();
    let interface = |row: &MIB_IPINTERFACE_ROW| (row.InterfaceLuid, row.Family);
    differences(&before.interfaces, &after.interfaces, interface, |row, kind| {
        changes.push(Change::of_interface(row, kind));
    });
    let address = |row: &MIB_UNICASTIPADDRESS_ROW| (row.InterfaceLuid, row.Address);
    differences(&before.addresses, &after.addresses, address, |row, kind| changes.push(Change::of_address(row, kind)));
    changes
}

fn differences<R: PartialEq, K: PartialEq>(
    before: &[R],
    after: &[R],
    key: impl Fn(&R) -> K,
    mut tell: impl FnMut(&R, i32),
) {
    let find = |rows: &'_ [R], row: &R| rows.iter().position(|known| key(known) == key(row));
    for row in after {
        match find(before, row) {
            None => tell(row, MibAddInstance),
            Some(place) if before[place] != *row => tell(row, MibParameterNotification),
            Some(_) => {}
        }
    }
    for row in before.iter().filter(|row| find(after, row).is_none()) {
        tell(row, MibDeleteInstance);
    }
}
