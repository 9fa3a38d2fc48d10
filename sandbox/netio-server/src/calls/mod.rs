//! The functions of NETIO, on the Linux stack.

mod addresses;
pub(crate) mod interfaces;
mod neighbors;
mod resolve;
mod routes;

use crate::{
    kernel::Kernel,
    settings::Settings,
    shared::Shared,
    status::{INVALID, Refusal},
    validate::Host,
};
use netio_wire::{Operation, Row, row::TableHeader};
use netioctl_status::NtStatus;
use zerocopy::{FromBytes, IntoBytes};

/// One call: what it may see of the machine, and how it is to answer.
pub(crate) struct Call<'a> {
    pub(crate) kernel: &'a Kernel,
    pub(crate) host: Host,
    settings: Settings,
    shared: &'a Shared,
}

/// Answers a call with the payload of its response.
///
/// # Errors
/// The status that NETIO returns.
pub fn answer(
    shared: &Shared,
    kernel: &Kernel,
    operation: Operation,
    compartment: u32,
    payload: &[u8],
) -> Result<Vec<u8>, Refusal> {
    let mut call = Call::new(shared, kernel)?;
    if !call.settings.compartments().sees_links(compartment) {
        // They are all in one.
        call.host.links.clear();
    }
    match operation {
        Operation::FlushIpNetTable2 => call.flush(read(payload)?),
        Operation::SetIpNetEntry2 => call.set(row(payload)?),
        Operation::CreateIpNetEntry2 => call.create(row(payload)?),
        Operation::DeleteIpNetEntry2 => call.delete(row(payload)?),
        Operation::GetIpNetEntry2 => call.get(row(payload)?),
        Operation::ResolveIpNetEntry2 => call.resolve(read(payload)?),
        Operation::GetIpNetTable2 => call.neighbor_table(read(payload)?),
        Operation::GetIpInterfaceTable => call.interface_table(read(payload)?),
        Operation::GetIpInterfaceEntry => call.interface(row(payload)?),
        Operation::SetIpInterfaceEntry => call.set_interface(row(payload)?),
        Operation::InitializeIpInterfaceEntry => Ok(call.initial_interface()),
        Operation::ConvertInterfaceLuidToIndex => call.index_of(read(payload)?),
        Operation::ConvertInterfaceIndexToLuid => call.luid_of(read(payload)?),
        Operation::ConvertInterfaceLuidToAlias => call.alias_of(read(payload)?),
        Operation::GetUnicastIpAddressTable => call.address_table(read(payload)?),
        Operation::GetIfTable2 => call.link_table(),
        Operation::GetIpForwardTable2 => call.route_table(read(payload)?),
        Operation::GetBestRoute2 => call.best_route(&read(payload)?),
        Operation::GetUnicastIpAddressEntry => call.address(row(payload)?),
        Operation::GetCompartments => Ok(call.settings.compartments().as_bytes().to_vec()),
        // Not answered but served: see `serve`.
        Operation::NotifyIpInterfaceChange | Operation::NotifyUnicastIpAddressChange | Operation::OpenPipes => {
            Err(INVALID)
        }
    }
}

fn read<T: FromBytes>(payload: &[u8]) -> Result<T, Refusal> {
    T::read_from_bytes(payload).map_err(|_| INVALID)
}

fn row<R: Row>(payload: &[u8]) -> Result<R, Refusal> {
    R::read(payload).ok_or(INVALID)
}

impl<'a> Call<'a> {
    pub(crate) fn new(shared: &'a Shared, kernel: &'a Kernel) -> Result<Self, Refusal> {
        let settings = shared.settings();
        let links = kernel.links()?;
        shared.appeared.note(&links);
        let host = Host { links, ipv4: !settings.without_ipv4, ipv6: !settings.without_ipv6 && Kernel::has_ipv6() };
        Ok(Self { kernel, host, settings, shared })
    }

    fn table<R: Row>(&self, rows: &[R]) -> Result<Vec<u8>, Refusal> {
        if self.settings.fail_tables {
            return Err(Refusal(NtStatus::NO_MEMORY));
        }
        if rows.is_empty() && self.settings.empty_table.status() != NtStatus::SUCCESS {
            return Err(Refusal(self.settings.empty_table.status()));
        }
        let count = u32::try_from(rows.len()).map_err(|_| Refusal(NtStatus::NO_MEMORY))?;
        let mut image = TableHeader::new(count).as_bytes().to_vec();
        for row in rows {
            image.extend_from_slice(row.image().as_bytes());
        }
        Ok(image)
    }
}
