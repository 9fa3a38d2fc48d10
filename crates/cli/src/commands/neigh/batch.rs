//! Many changes at once: in batches where the driver takes them, one by one where it is older.

use netioctl_client::{
    Device, Error, Failure, NeighborChange, Operation,
    abi::{NtStatus, wire::MAX_BATCH},
};

/// Makes the changes in their order: the status of each that was tried, and what kept the others from being tried.
pub fn send(device: &Device, changes: &[NeighborChange]) -> (Vec<NtStatus>, Result<(), Error>) {
    let mut statuses = Vec::with_capacity(changes.len());
    for changes in changes.chunks(MAX_BATCH as usize) {
        let sent = if device.supports(Operation::BatchNeighbors) {
            device.change_neighbors(changes).map(|more| statuses.extend(more))
        } else {
            changes.iter().try_for_each(|change| one(device, change).map(|status| statuses.push(status)))
        };
        if sent.is_err() {
            return (statuses, sent);
        }
    }
    (statuses, Ok(()))
}

fn one(device: &Device, change: &NeighborChange) -> Result<NtStatus, Error> {
    let changed = match change {
        NeighborChange::Set(update) => device.set_neighbor(update),
        NeighborChange::Create(update) => device.create_neighbor(update),
        NeighborChange::Replace(update) => device.replace_neighbor(update),
        NeighborChange::Delete(key) => device.delete_neighbor(key),
    };
    let Err(error) = changed else { return Ok(NtStatus::SUCCESS) };
    match error.failure().and_then(Failure::status) {
        // The whole device is gone, or may not be written to: no other neighbor fares better.
        _ if error.failure().is_some_and(Failure::is_device_gone) => Err(error),
        Some(NtStatus::ACCESS_DENIED) | None => Err(error),
        Some(status) => Ok(status),
    }
}
