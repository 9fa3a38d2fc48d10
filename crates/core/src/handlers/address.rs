//! Unicast addresses.

use crate::{Answer, Call, Netio, Serve, Service, address::address_fields};
use netio_sys::MIB_UNICASTIPADDRESS_ROW;
use netioctl_abi::{NtError, Table, operation::GetAddressTable, wire::AddressRow};

impl<N: Netio, S> Serve<GetAddressTable> for Service<N, S> {
    fn serve(&self, call: Call<'_, GetAddressTable>) -> Result<impl Answer<Table<AddressRow>>, NtError> {
        self.table(call.at, call.request.family, address_row)
    }
}

/// An address, as the ABI has it.
fn address_row(row: &MIB_UNICASTIPADDRESS_ROW) -> AddressRow {
    let (address, scope_id) = address_fields(&row.Address);
    AddressRow {
        interface_luid: row.InterfaceLuid,
        creation_time: row.CreationTimeStamp.cast_unsigned(),
        address,
        interface_index: row.InterfaceIndex,
        scope_id,
        prefix_origin: row.PrefixOrigin,
        suffix_origin: row.SuffixOrigin,
        dad_state: row.DadState,
        valid_lifetime: row.ValidLifetime,
        preferred_lifetime: row.PreferredLifetime,
        family: row.Address.si_family,
        on_link_prefix_length: row.OnLinkPrefixLength,
        skip_as_source: u8::from(row.SkipAsSource != 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netio_sys::SOCKADDR_INET;
    use netioctl_abi::AF_INET;

    #[test]
    fn every_member_is_told_and_no_unused_byte_leaves() {
        let mut address = [0; 16];
        address[..4].copy_from_slice(&[192, 0, 2, 7]);
        let row = MIB_UNICASTIPADDRESS_ROW {
            Address: SOCKADDR_INET {
                si_family: AF_INET,
                port: 0xa5a5,
                sin_addr_or_flowinfo: [192, 0, 2, 7],
                sin6_addr: [0xa5; 16],
                sin6_scope_id: 0xa5a5_a5a5,
            },
            InterfaceLuid: 1,
            InterfaceIndex: 2,
            PrefixOrigin: 3,
            SuffixOrigin: -4,
            ValidLifetime: 5,
            PreferredLifetime: 6,
            OnLinkPrefixLength: 24,
            SkipAsSource: 0xff,
            DadState: 8,
            ScopeId: 0xa5,
            CreationTimeStamp: 9,
        };
        let expected = AddressRow {
            interface_luid: 1,
            creation_time: 9,
            address,
            interface_index: 2,
            scope_id: 0,
            prefix_origin: 3,
            suffix_origin: -4,
            dad_state: 8,
            valid_lifetime: 5,
            preferred_lifetime: 6,
            family: AF_INET,
            on_link_prefix_length: 24,
            skip_as_source: 1,
        };
        assert_eq!(address_row(&row), expected);
    }
}
