//! From what NETIO tells to events.

use crate::address::address_fields;
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_UNICASTIPADDRESS_ROW};
use netioctl_abi::wire::{ChangeEvent, ChangeKind, WatchSources};

/// What NETIO tells of an IP interface. Of the row only the keys are defined; without one it is the initial
/// notification.
#[must_use]
pub fn interface_event(row: Option<&MIB_IPINTERFACE_ROW>, kind: i32) -> ChangeEvent {
    let event =
        ChangeEvent { source: source(WatchSources::INTERFACES), kind: change_kind(kind), ..ChangeEvent::default() };
    row.map_or(event, |row| ChangeEvent {
        interface_luid: row.InterfaceLuid,
        interface_index: row.InterfaceIndex,
        family: row.Family,
        ..event
    })
}

/// What NETIO tells of a unicast address, as [`interface_event`] does of an interface.
#[must_use]
pub fn address_event(row: Option<&MIB_UNICASTIPADDRESS_ROW>, kind: i32) -> ChangeEvent {
    let event =
        ChangeEvent { source: source(WatchSources::ADDRESSES), kind: change_kind(kind), ..ChangeEvent::default() };
    row.map_or(event, |row| {
        let (address, scope_id) = address_fields(&row.Address);
        ChangeEvent {
            interface_luid: row.InterfaceLuid,
            interface_index: row.InterfaceIndex,
            family: row.Address.si_family,
            address,
            scope_id,
            ..event
        }
    })
}

/// A source as an event has it, in a byte.
const fn source(source: WatchSources) -> u8 {
    let [byte, ..] = source.bits().to_le_bytes();
    byte
}

/// A kind that no byte holds cannot be told; that something changed can.
fn change_kind(kind: i32) -> u8 {
    u8::try_from(kind).unwrap_or(ChangeKind::Changed as u8)
}
