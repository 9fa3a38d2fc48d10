//! A network interface.

use super::{flags, guid, is_default, number, word};
use crate::{InterfaceLuid, Link, LinkCounters, PhysicalAddress};
use netioctl_abi::{
    UnknownWord,
    wire::{AdminStatus, LinkFlags, MediaConnectState, OperStatus},
};
use serde::{Deserialize, Serialize};

/// What the command does not print is 0 where it is read.
#[derive(Serialize, Deserialize)]
pub struct Form {
    ifindex: u32,
    ifname: String,
    luid: InterfaceLuid,
    if_type: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    tunnel_type: i32,
    description: String,
    operstate: String,
    admin_status: String,
    media_connect_state: String,
    #[serde(default, skip_serializing_if = "PhysicalAddress::is_empty")]
    address: PhysicalAddress,
    #[serde(default, skip_serializing_if = "PhysicalAddress::is_empty")]
    permaddr: PhysicalAddress,
    link_mtu: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transmit_link_speed: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receive_link_speed: Option<u64>,
    #[serde(with = "flags::link")]
    link_flags: LinkFlags,
    #[serde(flatten)]
    kinds: Kinds,
    #[serde(default, with = "guid", skip_serializing_if = "is_default")]
    interface_guid: [u8; 16],
    #[serde(default, with = "guid", skip_serializing_if = "is_default")]
    network_guid: [u8; 16],
    #[serde(flatten)]
    received: Received,
    #[serde(flatten)]
    sent: Sent,
}

/// Numbers of `ntddndis.h` and `ifdef.h`.
#[expect(clippy::struct_field_names, reason = "they are called so in MIB_IF_ROW2")]
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Kinds {
    media_type: i32,
    physical_medium_type: i32,
    access_type: i32,
    direction_type: i32,
    connection_type: i32,
}

macro_rules! direction {
    ($(#[$doc:meta])* $name:ident {
        $($member:ident = $field:ident),+; packets $packets:literal; other $other:ident
    }) => {
        $(#[$doc])*
        #[derive(Default, Serialize, Deserialize)]
        #[serde(default)]
        struct $name {
            /// Of either kind, which is told by the others, too.
            #[serde(rename = $packets, skip_deserializing)]
            packets: u64,
            $($field: u64,)+
            #[serde(skip_serializing_if = "is_default")]
            $other: u64,
        }

        impl $name {
            const fn new(counters: LinkCounters, other: u64) -> Self {
                Self { packets: counters.packets(), $($field: counters.$member,)+ $other: other }
            }

            const fn counters(&self) -> LinkCounters {
                LinkCounters { $($member: self.$field),+ }
            }
        }
    };
}

direction! {
    /// What was received.
    Received {
        octets = rx_bytes, unicast_packets = rx_unicast_packets, non_unicast_packets = rx_non_unicast_packets,
        discards = rx_dropped, errors = rx_errors, unicast_octets = rx_unicast_bytes,
        multicast_octets = rx_multicast_bytes, broadcast_octets = rx_broadcast_bytes;
        packets "rx_packets";
        other rx_unknown_protocols
    }
}

direction! {
    /// What was sent.
    Sent {
        octets = tx_bytes, unicast_packets = tx_unicast_packets, non_unicast_packets = tx_non_unicast_packets,
        discards = tx_dropped, errors = tx_errors, unicast_octets = tx_unicast_bytes,
        multicast_octets = tx_multicast_bytes, broadcast_octets = tx_broadcast_bytes;
        packets "tx_packets";
        other tx_queue_length
    }
}

impl From<Link> for Form {
    fn from(row: Link) -> Self {
        Self {
            ifindex: row.index,
            ifname: row.alias,
            luid: row.luid,
            if_type: row.interface_type,
            tunnel_type: row.tunnel_type,
            description: row.description,
            operstate: word::<OperStatus>(row.raw_oper_status, |word| word.name().to_uppercase()),
            admin_status: word::<AdminStatus>(row.raw_admin_status, |word| word.to_string()),
            media_connect_state: word::<MediaConnectState>(row.raw_media_connect_state, |word| word.to_string()),
            address: row.physical_address,
            permaddr: row.permanent_physical_address,
            link_mtu: row.mtu,
            transmit_link_speed: row.transmit_link_speed,
            receive_link_speed: row.receive_link_speed,
            link_flags: row.flags,
            kinds: Kinds {
                media_type: row.media_type,
                physical_medium_type: row.physical_medium_type,
                access_type: row.access_type,
                direction_type: row.direction_type,
                connection_type: row.connection_type,
            },
            interface_guid: row.interface_guid,
            network_guid: row.network_guid,
            received: Received::new(row.received, row.in_unknown_protocols),
            sent: Sent::new(row.sent, row.out_queue_length),
        }
    }
}

impl TryFrom<Form> for Link {
    type Error = UnknownWord;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        let kinds = form.kinds;
        Ok(Self {
            luid: form.luid,
            index: form.ifindex,
            interface_type: form.if_type,
            tunnel_type: form.tunnel_type,
            alias: form.ifname,
            description: form.description,
            physical_address: form.address,
            permanent_physical_address: form.permaddr,
            mtu: form.link_mtu,
            transmit_link_speed: form.transmit_link_speed,
            receive_link_speed: form.receive_link_speed,
            raw_oper_status: number::<OperStatus>(&form.operstate)?,
            raw_admin_status: number::<AdminStatus>(&form.admin_status)?,
            raw_media_connect_state: number::<MediaConnectState>(&form.media_connect_state)?,
            flags: form.link_flags,
            media_type: kinds.media_type,
            physical_medium_type: kinds.physical_medium_type,
            access_type: kinds.access_type,
            direction_type: kinds.direction_type,
            connection_type: kinds.connection_type,
            interface_guid: form.interface_guid,
            network_guid: form.network_guid,
            received: form.received.counters(),
            sent: form.sent.counters(),
            in_unknown_protocols: form.received.rx_unknown_protocols,
            out_queue_length: form.sent.tx_queue_length,
        })
    }
}
