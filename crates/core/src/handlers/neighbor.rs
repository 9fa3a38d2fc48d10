//! Neighbors.

use crate::{Answer, Call, Netio, Serve, Service, address::address_fields, validate};
use netio_sys::{MIB_IPNET_ROW2, NEIGHBOR_IS_ROUTER, NEIGHBOR_IS_UNREACHABLE};
use netioctl_abi::{
    NtError, Table,
    operation::{
        CreateNeighbor, DeleteNeighbor, FlushNeighbors, GetNeighbor, GetNeighborTable, ReplaceNeighbor,
        ResolveNeighbor, SetNeighbor,
    },
    wire::{MAX_PHYSICAL_ADDRESS, NeighborFlags, NeighborRequest, NeighborRow},
};
use netioctl_irql::PassiveLevel;
use zerocopy::transmute;

impl<N: Netio, S> Serve<FlushNeighbors> for Service<N, S> {
    fn serve(&self, call: Call<'_, FlushNeighbors>) -> Result<(), NtError> {
        let family = validate::family_or_unspecified(call.request.family)?;
        self.netio.flush_ip_net_table2(call.at, family, call.request.interface_index)
    }
}

impl<N: Netio, S> Serve<GetNeighborTable> for Service<N, S> {
    fn serve(&self, call: Call<'_, GetNeighborTable>) -> Result<impl Answer<Table<NeighborRow>>, NtError> {
        self.table(call.at, call.request.family, of_table)
    }
}

impl<N: Netio, S> Serve<GetNeighbor> for Service<N, S> {
    fn serve(&self, call: Call<'_, GetNeighbor>) -> Result<NeighborRow, NtError> {
        let row = self.netio.get_ip_net_entry2(call.at, validate::existing_neighbor_key(&call.request.key)?)?;
        Ok(neighbor_row(&row))
    }
}

impl<N: Netio, S> Serve<SetNeighbor> for Service<N, S> {
    fn serve(&self, call: Call<'_, SetNeighbor>) -> Result<(), NtError> {
        self.netio.set_ip_net_entry2(call.at, row(&call.request)?)
    }
}

impl<N: Netio, S> Serve<CreateNeighbor> for Service<N, S> {
    fn serve(&self, call: Call<'_, CreateNeighbor>) -> Result<(), NtError> {
        self.netio.create_ip_net_entry2(call.at, &row(&call.request)?)
    }
}

impl<N: Netio, S> Serve<ReplaceNeighbor> for Service<N, S> {
    fn serve(&self, call: Call<'_, ReplaceNeighbor>) -> Result<(), NtError> {
        replace(&self.netio, call.at, row(&call.request)?)
    }
}

impl<N: Netio, S> Serve<DeleteNeighbor> for Service<N, S> {
    fn serve(&self, call: Call<'_, DeleteNeighbor>) -> Result<(), NtError> {
        self.netio.delete_ip_net_entry2(call.at, &validate::existing_neighbor_key(&call.request.key)?)
    }
}

impl<N: Netio, S> Serve<ResolveNeighbor> for Service<N, S> {
    fn serve(&self, call: Call<'_, ResolveNeighbor>) -> Result<NeighborRow, NtError> {
        let (row, source) = validate::resolution(&call.request)?;
        let row = self.netio.resolve_ip_net_entry2(call.at, row, source.as_ref())?;
        Ok(neighbor_row(&row))
    }
}

fn row(request: &NeighborRequest) -> Result<MIB_IPNET_ROW2, NtError> {
    validate::neighbor_row(&request.key, &request.physical_address)
}

/// Times that a neighbor is created or set before giving up on one that comes and goes in between.
const REPLACE_ROUNDS: u32 = 4;

/// Creates a neighbor, or sets the one that exists.
pub fn replace<N: Netio>(netio: &N, at: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<(), NtError> {
    for _ in 0..REPLACE_ROUNDS {
        match netio.create_ip_net_entry2(at, &row) {
            // Any row counts, even one of a resolution that failed.
            Err(NtError::DUPLICATE_OBJECTID | NtError::OBJECTID_EXISTS) => {}
            end => return end,
        }
        match netio.set_ip_net_entry2(at, row) {
            // The row has expired since: there is nothing in the way of a new one.
            Err(NtError::NOT_FOUND) => {}
            end => return end,
        }
    }
    Err(NtError::NOT_FOUND)
}

/// [`MAX_PHYSICAL_ADDRESS`] as NETIO counts.
pub(super) const LONGEST: u32 = 32;
const _: () = assert!(LONGEST as usize == MAX_PHYSICAL_ADDRESS);

/// A neighbor, without the bytes behind its physical address.
fn neighbor_row(row: &MIB_IPNET_ROW2) -> NeighborRow {
    of_table(row)
}

/// The same within the loop over a table, so that a row is made where it goes.
#[inline(always)]
#[expect(clippy::inline_always, reason = "measured: a row that is made elsewhere and copied takes three times as long")]
fn of_table(row: &MIB_IPNET_ROW2) -> NeighborRow {
    let (address, scope_id) = address_fields(&row.Address);
    let length = row.PhysicalAddressLength.min(LONGEST);
    let mut flags = NeighborFlags::empty();
    flags.set(NeighborFlags::ROUTER, row.Flags & NEIGHBOR_IS_ROUTER != 0);
    flags.set(NeighborFlags::UNREACHABLE, row.Flags & NEIGHBOR_IS_UNREACHABLE != 0);
    NeighborRow {
        interface_luid: row.InterfaceLuid,
        interface_index: row.InterfaceIndex,
        family: row.Address.si_family,
        flags: flags.bits(),
        address,
        scope_id,
        state: row.State,
        physical_address_length: length,
        reachability_time: row.ReachabilityTime,
        physical_address: first_bytes(row.PhysicalAddress, length),
    }
}

/// The first `length` bytes, at most all, and zeros behind them. Words of the processor instead of a loop over bytes:
/// tables have a hundred thousand rows.
#[inline]
pub(super) fn first_bytes(bytes: [u8; MAX_PHYSICAL_ADDRESS], length: u32) -> [u8; MAX_PHYSICAL_ADDRESS] {
    let start = MAX_PHYSICAL_ADDRESS.saturating_sub(length as usize);
    let mask = ONES.get(start..).and_then(|mask| mask.first_chunk()).unwrap_or(&[0; MAX_PHYSICAL_ADDRESS]);
    let ([a, b], [c, d]): ([u128; 2], [u128; 2]) = (transmute!(bytes), transmute!(*mask));
    transmute!([a & c, b & d])
}

/// As many ones as a physical address may have bytes, and as many zeros: every mask is a part of it.
static ONES: [u8; 2 * MAX_PHYSICAL_ADDRESS] = transmute!([[0xff_u8; MAX_PHYSICAL_ADDRESS], [0; MAX_PHYSICAL_ADDRESS]]);
