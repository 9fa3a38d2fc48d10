//! Many changes of neighbors in one request.
//!
//! The entries are carried out in their order, each by itself: one that fails does not undo the others, and
//! all-or-nothing is not promised. The request succeeds when every entry has a status. A batch that is cancelled while
//! it runs succeeds too: the entries that were not tried any more have the status `STATUS_CANCELLED`.

use super::{MAX_PHYSICAL_ADDRESS, NeighborKey, RequestHeader, enumerations, structures};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Entries of a batch, at most.
pub const MAX_BATCH: u32 = 4096;

/// Begins the input; `count` entries follow at once, and nothing behind them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct BatchHeader {
    /// Version of the client.
    pub header: RequestHeader,
    /// Entries that follow, 1 to [`MAX_BATCH`].
    pub count: u32,
    /// Zero.
    pub reserved: u32,
}

/// What to do with the neighbor of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum BatchAction {
    /// As `SET_NEIGHBOR`.
    Set = 1,
    /// As `CREATE_NEIGHBOR`.
    Create = 2,
    /// As `REPLACE_NEIGHBOR`.
    Replace = 3,
    /// As `DELETE_NEIGHBOR`; the physical address must be absent (length 0, zeros).
    Delete = 4,
}

impl BatchAction {
    /// The action with this number.
    #[must_use]
    pub const fn from_raw(raw: u32) -> Option<Self> {
        Some(match raw {
            1 => Self::Set,
            2 => Self::Create,
            3 => Self::Replace,
            4 => Self::Delete,
            _ => return None,
        })
    }
}

/// One change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct BatchEntry {
    /// A [`BatchAction`].
    pub action: u32,
    /// Zero.
    pub reserved: u32,
    /// The neighbor.
    pub key: NeighborKey,
    /// The physical address; bytes beyond the length are zero.
    pub physical_address: [u8; MAX_PHYSICAL_ADDRESS],
}

/// Begins the output; `count` statuses (NTSTATUS, 4 bytes each) follow at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct BatchReply {
    /// Statuses that follow, one for each entry, in the order of the entries.
    pub count: u32,
    /// How many of them are errors.
    pub failed: u32,
}

const _: () = {
    use core::mem::offset_of;
    assert!(size_of::<BatchHeader>() == 16);
    assert!(size_of::<BatchEntry>() == 80);
    assert!(offset_of!(BatchEntry, key) == 8);
    assert!(size_of::<BatchReply>() == 8);
};

structures! {
    BatchHeader { header count reserved }
    BatchEntry { action reserved key physical_address }
    BatchReply { count failed }
}

enumerations! { BatchAction }
