//! Many changes of neighbors in one request.

use crate::{Netio, Output, handlers, service::Cancelled, validate};
use netioctl_abi::{
    NtStatus,
    wire::{
        BatchAction, BatchEntry, BatchHeader, BatchReply, MAX_BATCH, NeighborKeyRequest, NeighborRequest, RequestHeader,
    },
};
use netioctl_irql::PassiveLevel;
use zerocopy::FromBytes;

/// Carries out every entry in order, each by itself, and answers a status for each.
///
/// Nothing is changed unless the whole input is well-formed and there is room for all statuses. Once the request is to
/// be cancelled, no further entry is tried; each of the rest has the status STATUS_CANCELLED.
pub fn run<N: Netio>(
    netio: &N,
    at: PassiveLevel<'_>,
    input: &[u8],
    output: &mut Output<'_>,
    cancelled: Cancelled<'_>,
) -> Result<(), NtStatus> {
    let (header, entries) = split(input)?;
    let count = usize::try_from(header.count).map_err(|_| NtStatus::INVALID_PARAMETER)?;
    let room = size_of::<NtStatus>().saturating_mul(count).saturating_add(size_of::<BatchReply>());
    if output.room() < room {
        return Err(NtStatus::BUFFER_TOO_SMALL);
    }
    output.put_after(|statuses| {
        let (mut failed, mut over) = (0_u32, false);
        for entry in entries.chunks_exact(size_of::<BatchEntry>()) {
            over = over || cancelled();
            let tried = if over { Err(NtStatus::CANCELLED) } else { change(netio, at, entry) };
            let status = tried.err().unwrap_or(NtStatus::SUCCESS);
            failed = failed.saturating_add(u32::from(!status.is_success()));
            statuses.put(&status.0)?;
        }
        Ok(BatchReply { count: header.count, failed })
    })
}

/// The header, and the bytes of as many entries as it says.
fn split(input: &[u8]) -> Result<(BatchHeader, &[u8]), NtStatus> {
    let (head, rest) = input.split_at_checked(size_of::<BatchHeader>()).ok_or(NtStatus::INFO_LENGTH_MISMATCH)?;
    let header: BatchHeader = validate::read(head)?;
    if !(1..=MAX_BATCH).contains(&header.count) {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    let expected = usize::try_from(header.count).ok().and_then(|count| count.checked_mul(size_of::<BatchEntry>()));
    if expected != Some(rest.len()) {
        return Err(NtStatus::INFO_LENGTH_MISMATCH);
    }
    Ok((header, rest))
}

fn change<N: Netio>(netio: &N, at: PassiveLevel<'_>, entry: &[u8]) -> Result<(), NtStatus> {
    let entry = BatchEntry::read_from_bytes(entry).map_err(|_| NtStatus::INFO_LENGTH_MISMATCH)?;
    let action = BatchAction::from_raw(entry.action).ok_or(NtStatus::INVALID_PARAMETER)?;
    if entry.reserved != 0 || entry.reserved2 != 0 {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    match action {
        BatchAction::Set => handlers::set(netio, at, &neighbor(&entry)),
        BatchAction::Create => handlers::create(netio, at, &neighbor(&entry)),
        BatchAction::Replace => handlers::replace(netio, at, &neighbor(&entry)),
        BatchAction::Delete => handlers::delete(netio, at, &key(&entry)?),
    }
}

/// The same as a request of its own.
const fn neighbor(entry: &BatchEntry) -> NeighborRequest {
    NeighborRequest {
        header: RequestHeader::CURRENT,
        interface_luid: entry.interface_luid,
        interface_index: entry.interface_index,
        family: entry.family,
        reserved: 0,
        address: entry.address,
        scope_id: entry.scope_id,
        physical_address_length: entry.physical_address_length,
        physical_address: entry.physical_address,
    }
}

/// The same as a request of its own; a physical address has no meaning there.
fn key(entry: &BatchEntry) -> Result<NeighborKeyRequest, NtStatus> {
    if entry.physical_address_length != 0 || entry.physical_address.iter().any(|&byte| byte != 0) {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    Ok(neighbor(entry).key())
}
