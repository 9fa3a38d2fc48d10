//! What travels through `DeviceIoControl`.
//!
//! All structures are plain bytes to [`zerocopy`]: any bit pattern of the right length is a value, and every byte of
//! a value is defined. Fields named `reserved` must be zero in requests and are zero in replies.

mod batch;
mod interface;
mod neighbor;
mod request;
mod statistics;
mod table;
mod version;
mod watch;

pub use batch::{BatchAction, BatchEntry, BatchHeader, BatchReply, MAX_BATCH};
pub use interface::{InterfaceKeyRequest, InterfaceMember, InterfaceRow, Offload, SetInterfaceRequest};
pub use neighbor::{
    MAX_PHYSICAL_ADDRESS, NeighborFlags, NeighborKeyRequest, NeighborRequest, NeighborRow, NeighborState,
    ResolveNeighborRequest,
};
pub use request::{FamilyRequest, FlushNeighborsRequest, RequestHeader};
pub use statistics::{MAX_COUNTED_STATUSES, StatisticsRow, StatusCount};
pub use table::TableHeader;
pub use version::VersionReply;
pub use watch::{
    ChangeEvent, ChangeKind, MAX_PENDING_EVENTS, MAX_WATCHERS, WatchFlags, WatchReply, WatchRequest, WatchSources,
};
