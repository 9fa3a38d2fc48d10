//! Many changes of neighbors in one request.

use super::neighbor::replace;
use crate::{Answer, Call, Netio, Output, Serve, Service, validate};
use netio_sys::MIB_IPNET_ROW2;
use netioctl_abi::{
    NtError, NtStatus, Statuses,
    operation::BatchNeighbors,
    wire::{BatchAction, BatchEntry, BatchReply},
};
use netioctl_irql::PassiveLevel;

impl<N: Netio, S> Serve<BatchNeighbors> for Service<N, S> {
    fn serve(&self, call: Call<'_, BatchNeighbors>) -> Result<impl Answer<Statuses>, NtError> {
        Ok(Batch { netio: &self.netio, call })
    }
}

/// A batch, which is carried out while its answer is written: there is no other place for that many statuses.
struct Batch<'s, 'a, N> {
    netio: &'s N,
    call: Call<'a, BatchNeighbors>,
}

impl<N: Netio> Answer<Statuses> for Batch<'_, '_, N> {
    /// Carries out every entry in order, each by itself, and answers a status for each.
    ///
    /// Nothing is changed unless there is room for all statuses. Once the request is to be cancelled, no further entry
    /// is tried; each of the rest has the status `STATUS_CANCELLED`.
    fn put_into(self, output: &mut Output<'_>) -> Result<(), NtError> {
        let Self { netio, call } = self;
        let entries = call.request;
        let count = usize::try_from(entries.count()).map_err(|_| NtError::INVALID_PARAMETER)?;
        if output.room() < size_of::<NtStatus>().saturating_mul(count).saturating_add(size_of::<BatchReply>()) {
            return Err(NtError::BUFFER_TOO_SMALL);
        }
        output.put_after(|statuses| {
            let (mut failed, mut over) = (0_u32, false);
            for entry in entries.iter() {
                over = over || call.is_cancelled();
                let tried = if over { Err(NtError::CANCELLED) } else { change(netio, call.at, &entry) };
                failed = failed.saturating_add(u32::from(tried.is_err()));
                let status = tried.err().map_or(NtStatus::SUCCESS, NtError::status);
                statuses.put(&status.0)?;
            }
            Ok(BatchReply { count: entries.count(), failed })
        })
    }
}

fn change<N: Netio>(netio: &N, at: PassiveLevel<'_>, entry: &BatchEntry) -> Result<(), NtError> {
    let action = BatchAction::from_raw(entry.action).ok_or(NtError::INVALID_PARAMETER)?;
    if entry.reserved != 0 || entry.key.reserved != 0 {
        return Err(NtError::INVALID_PARAMETER);
    }
    let row = || validate::neighbor_row(&entry.key, &entry.physical_address);
    match action {
        BatchAction::Set => netio.set_ip_net_entry2(at, row()?),
        BatchAction::Create => netio.create_ip_net_entry2(at, &row()?),
        BatchAction::Replace => replace(netio, at, row()?),
        BatchAction::Delete => netio.delete_ip_net_entry2(at, &key(entry)?),
    }
}

/// The neighbor of an entry that only names one; a physical address has no meaning there.
fn key(entry: &BatchEntry) -> Result<MIB_IPNET_ROW2, NtError> {
    if entry.key.physical_address_length != 0 || entry.physical_address.iter().any(|&byte| byte != 0) {
        return Err(NtError::INVALID_PARAMETER);
    }
    validate::existing_neighbor_key(&entry.key)
}
