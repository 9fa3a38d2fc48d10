//! Watching for changes: an inverted call.

use super::{RequestHeader, enumerations, structures, table::size};
use crate::{ABI_MAJOR, ABI_MINOR, word::numbered_words};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Events that the driver keeps for each handle until a request takes them.
pub const MAX_PENDING_EVENTS: usize = 64;

/// Greatest output of a request that waits for changes, in bytes: room for the header and all pending events, also when
/// a newer driver says more of each. The I/O manager keeps that much memory for a request while it waits.
pub const MAX_WATCH_OUTPUT: u32 = 8192;

/// Requests of one handle that can wait for changes at the same time.
pub const MAX_WAITING_REQUESTS: u32 = 16;

/// Handles that one logon session can watch with at the same time, if they were opened for reading only.
pub const MAX_SESSION_WATCHES: u32 = 32;

/// Handles that all logon sessions together can watch with at the same time, if they were opened for reading only.
pub const MAX_READER_WATCHES: u32 = 96;

/// Handles with write access that can watch at the same time. Readers do not count: they cannot lock administrators
/// out.
pub const MAX_WRITER_WATCHES: u32 = 32;

bitflags::bitflags! {
    /// What is watched.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct WatchSources: u32 {
        /// IP interfaces that come, change and go (NotifyIpInterfaceChange).
        const INTERFACES = 1 << 0;
        /// Unicast addresses that come, change and go (NotifyUnicastIpAddressChange).
        const ADDRESSES = 1 << 1;
    }
}

bitflags::bitflags! {
    /// How it is watched.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct WatchFlags: u16 {
        /// The first event of each source is [`ChangeKind::Initial`]: the watch stands, and a table that is read from
        /// now on misses nothing.
        const INITIAL = 1 << 0;
    }
}

/// Waits for changes of interfaces and addresses (`NotifyIpInterfaceChange`, `NotifyUnicastIpAddressChange`).
///
/// The first request of a handle begins to watch; it ends when the handle is closed, or the device goes. Every request
/// of the handle must ask for the same. Several may wait at once: events go to the one that came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct WatchRequest {
    /// Version of the client.
    pub header: RequestHeader,
    /// Bits of [`WatchSources`], one at least.
    pub sources: u32,
    /// `AF_UNSPEC` (both), `AF_INET` or `AF_INET6`.
    pub family: u16,
    /// Bits of [`WatchFlags`].
    pub flags: u16,
}

impl WatchRequest {
    /// A request to watch these sources for `family`.
    #[must_use]
    pub const fn new(sources: WatchSources, family: u16, flags: WatchFlags) -> Self {
        Self { header: RequestHeader::CURRENT, sources: sources.bits(), family, flags: flags.bits() }
    }
}

/// Begins the answer to a [`WatchRequest`]; `returned_events` events of `event_size` bytes follow at once, in the order
/// in which they happened. There is at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct WatchReply {
    /// [`crate::ABI_MAJOR`] of the driver.
    pub abi_major: u16,
    /// [`crate::ABI_MINOR`] of the driver.
    pub abi_minor: u16,
    /// Bytes from one event to the next; may grow in a newer minor version, never shrink.
    pub event_size: u32,
    /// Events that follow.
    pub returned_events: u32,
    /// Zero.
    pub reserved: u32,
    /// Events that found no room since the answer before this one. Who sees another number than 0 does not know any
    /// more what there is, and reads the tables anew.
    pub lost: u64,
}

impl WatchReply {
    /// The header of so many events.
    #[must_use]
    pub const fn new(returned_events: u32, lost: u64) -> Self {
        Self {
            abi_major: ABI_MAJOR,
            abi_minor: ABI_MINOR,
            event_size: size::<ChangeEvent>(),
            returned_events,
            reserved: 0,
            lost,
        }
    }
}

/// One change. Only keys travel: what has become of the interface or address is read from its table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct ChangeEvent {
    /// Counts the events of the watch from 1. A number that is left out is an event that was lost.
    pub sequence: u64,
    /// Interface LUID; 0 for [`ChangeKind::Initial`].
    pub interface_luid: u64,
    /// Interface index in host byte order; 0 for [`ChangeKind::Initial`].
    pub interface_index: u32,
    /// `AF_INET` or `AF_INET6`; `AF_UNSPEC` for [`ChangeKind::Initial`].
    pub family: u16,
    /// The one bit of [`WatchSources`] that this is about.
    pub source: u8,
    /// A [`ChangeKind`].
    pub kind: u8,
    /// The address in network byte order: 4 bytes and 12 zeros for IPv4; zeros if the source is not addresses.
    pub address: [u8; 16],
    /// IPv6 scope id in host byte order; 0 for IPv4.
    pub scope_id: u32,
    /// Notifications that this event stands for: repeated changes of the same thing become one event while nobody has
    /// taken it. Not less than 1.
    pub notifications: u32,
}

/// What happened (`MIB_NOTIFICATION_TYPE`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ChangeKind {
    /// A property changed (`MibParameterNotification`).
    Changed = 0,
    /// It came (`MibAddInstance`).
    Added = 1,
    /// It went (`MibDeleteInstance`).
    Removed = 2,
    /// Nothing happened, but changes are told from now on (`MibInitialNotification`).
    Initial = 3,
}

impl ChangeKind {
    /// The kind with this number; `None` for one of a newer system.
    #[must_use]
    pub const fn from_raw(raw: u8) -> Option<Self> {
        match raw {
            0 => Some(Self::Changed),
            1 => Some(Self::Added),
            2 => Some(Self::Removed),
            3 => Some(Self::Initial),
            _ => None,
        }
    }
}

numbered_words! { ChangeKind: u8 {
    Changed "changed";
    Added "added";
    Removed "removed";
    Initial "initial";
} }

const _: () = {
    use core::mem::offset_of;
    assert!(size_of::<WatchRequest>() == 16);
    assert!(offset_of!(WatchRequest, family) == 12);
    assert!(size_of::<WatchReply>() == 24);
    assert!(offset_of!(WatchReply, lost) == 16);
    assert!(size_of::<ChangeEvent>() == 48);
    assert!(offset_of!(ChangeEvent, address) == 24);
    assert!(offset_of!(ChangeEvent, notifications) == 44);
};

structures! {
    WatchRequest { header sources family flags }
    WatchReply { abi_major abi_minor event_size returned_events reserved lost }
    ChangeEvent { sequence interface_luid interface_index family source kind address scope_id notifications }
}

enumerations! { ChangeKind }
