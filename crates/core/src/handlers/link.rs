//! Network interfaces, whatever protocols are bound to them.

use super::neighbor::{LONGEST, first_bytes};
use crate::{Answer, Call, Netio, Serve, Service};
use netio_sys::{IF_STRING, MIB_IF_ROW2};
use netioctl_abi::{
    AF_UNSPEC, NtError, Table,
    operation::GetLinkTable,
    wire::{LinkRow, MAX_LINK_NAME},
};

impl<N: Netio, S> Serve<GetLinkTable> for Service<N, S> {
    fn serve(&self, call: Call<'_, GetLinkTable>) -> Result<impl Answer<Table<LinkRow>>, NtError> {
        self.table(call.at, AF_UNSPEC, link_row)
    }
}

/// A network interface, without what stands behind its addresses and names.
#[inline(never)]
fn link_row(row: &MIB_IF_ROW2) -> LinkRow {
    let length = row.PhysicalAddressLength.min(LONGEST);
    let mut link = LinkRow {
        interface_luid: row.InterfaceLuid,
        transmit_link_speed: row.TransmitLinkSpeed,
        receive_link_speed: row.ReceiveLinkSpeed,
        in_octets: row.InOctets,
        in_unicast_packets: row.InUcastPkts,
        in_non_unicast_packets: row.InNUcastPkts,
        in_discards: row.InDiscards,
        in_errors: row.InErrors,
        in_unknown_protocols: row.InUnknownProtos,
        in_unicast_octets: row.InUcastOctets,
        in_multicast_octets: row.InMulticastOctets,
        in_broadcast_octets: row.InBroadcastOctets,
        out_octets: row.OutOctets,
        out_unicast_packets: row.OutUcastPkts,
        out_non_unicast_packets: row.OutNUcastPkts,
        out_discards: row.OutDiscards,
        out_errors: row.OutErrors,
        out_unicast_octets: row.OutUcastOctets,
        out_multicast_octets: row.OutMulticastOctets,
        out_broadcast_octets: row.OutBroadcastOctets,
        out_queue_length: row.OutQLen,
        interface_index: row.InterfaceIndex,
        mtu: row.Mtu,
        interface_type: row.Type,
        tunnel_type: row.TunnelType,
        media_type: row.MediaType,
        physical_medium_type: row.PhysicalMediumType,
        access_type: row.AccessType,
        direction_type: row.DirectionType,
        oper_status: row.OperStatus,
        admin_status: row.AdminStatus,
        media_connect_state: row.MediaConnectState,
        connection_type: row.ConnectionType,
        flags: row.InterfaceAndOperStatusFlags.into(),
        physical_address_length: length,
        physical_address: first_bytes(row.PhysicalAddress, length),
        permanent_physical_address: first_bytes(row.PermanentPhysicalAddress, length),
        interface_guid: row.InterfaceGuid,
        network_guid: row.NetworkGuid,
        alias: [0; MAX_LINK_NAME],
        description: [0; MAX_LINK_NAME],
    };
    copy_name(&mut link.alias, &row.Alias);
    copy_name(&mut link.description, &row.Description);
    link
}

/// Copies a name up to its terminator. Where it goes, not on the stack: the row is large enough for a kernel stack.
#[inline(never)]
fn copy_name(to: &mut [u16; MAX_LINK_NAME], name: &IF_STRING) {
    for (place, unit) in to.iter_mut().zip(name.iter().take_while(|unit| **unit != 0)) {
        *place = *unit;
    }
}
