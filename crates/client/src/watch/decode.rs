//! From reply bytes to changes. A driver is believed nothing that the bytes do not bear out.

use super::{Change, Changes};
use crate::{InterfaceLuid, address};
use netioctl_abi::{
    ABI_MAJOR, AF_UNSPEC, AddressFamily,
    wire::{ChangeEvent, ChangeKind, WatchReply, WatchSources},
};
use zerocopy::FromBytes;

/// The changes of a reply to a watch for `sources`.
///
/// `event_size` may exceed what this crate knows (a newer minor version), never fall short of it.
pub fn changes(reply: &[u8], sources: WatchSources) -> Result<Changes, String> {
    let (header, events) =
        WatchReply::read_from_prefix(reply).map_err(|_| format!("{} bytes hold no header of events", reply.len()))?;
    if header.abi_major != ABI_MAJOR {
        return Err(format!("events of ABI major version {}, expected {ABI_MAJOR}", header.abi_major));
    }
    let known = size_of::<ChangeEvent>();
    let event_size = usize::try_from(header.event_size).unwrap_or(usize::MAX);
    let returned = usize::try_from(header.returned_events).unwrap_or(usize::MAX);
    if event_size < known {
        return Err(format!("events of {event_size} bytes, expected at least {known}"));
    }
    // Waiting again at once, for as long as there is nothing, would be all that is left to do.
    if returned == 0 {
        return Err("no events".to_owned());
    }
    if event_size.checked_mul(returned) != Some(events.len()) {
        return Err(format!("{} bytes of events cannot be {returned} events of {event_size} bytes", events.len()));
    }
    let events = events.chunks_exact(event_size).map(|event| {
        let (event, _newer_fields) =
            ChangeEvent::read_from_prefix(event).map_err(|_| "an event is cut short".to_owned())?;
        change(&event, sources)
    });
    Ok(Changes { events: events.collect::<Result<_, _>>()?, lost: header.lost })
}

fn change(event: &ChangeEvent, sources: WatchSources) -> Result<Change, String> {
    let source = WatchSources::from_bits_retain(event.source.into());
    if source.bits().count_ones() != 1 || !sources.contains(source) {
        return Err(format!("an event of source {}, which was not asked for", event.source));
    }
    // Only a kind that is known can be known to be about an interface.
    let about_none = match ChangeKind::from_raw(event.kind) {
        Some(ChangeKind::Initial) => true,
        Some(_) => false,
        None => event.family == AF_UNSPEC,
    };
    let family = match AddressFamily::from_raw(event.family) {
        _ if about_none => None,
        Some(family) => Some(family),
        None => return Err(format!("unknown address family {}", event.family)),
    };
    let has_address = family.is_some() && source == WatchSources::ADDRESSES;
    Ok(Change {
        sequence: event.sequence,
        source,
        raw_kind: event.kind,
        interface_luid: InterfaceLuid(event.interface_luid),
        interface_index: event.interface_index,
        family,
        address: if has_address { address::from_wire(event.family, event.address) } else { None },
        scope_id: if has_address { event.scope_id } else { 0 },
        notifications: event.notifications,
    })
}
