//! What travels through `DeviceIoControl`.
//!
//! All structures are plain bytes to [`zerocopy`]: any bit pattern of the right length is a value, and every byte of
//! a value is defined. Fields named `reserved` must be zero in requests and are zero in replies.

mod batch;
mod interface;
mod neighbor;
mod request;
mod statistics;
mod structure;
mod table;
mod version;
mod watch;

pub use batch::{BatchAction, BatchEntry, BatchHeader, BatchReply, MAX_BATCH};
pub use interface::{
    InterfaceKeyRequest, InterfaceMember, InterfaceRow, MAX_BASE_REACHABLE_TIME, MAX_DAD_TRANSMITS,
    MAX_LINK_LOCAL_ADDRESS_TIMEOUT, MAX_METRIC, MAX_PATH_MTU_DISCOVERY_TIMEOUT, MAX_RETRANSMIT_TIME,
    MAX_SITE_PREFIX_LENGTH, MAX_ZONE, Offload, SetInterfaceRequest,
};
pub use neighbor::{
    MAX_HANDLE_RESOLUTIONS, MAX_PHYSICAL_ADDRESS, MAX_RESOLUTIONS, NeighborFlags, NeighborKey, NeighborKeyRequest,
    NeighborRequest, NeighborRow, NeighborState, ResolveNeighborRequest, has_zone,
};
pub use request::{FamilyRequest, FlushNeighborsRequest, RequestHeader};
pub use statistics::{MAX_COUNTED_STATUSES, StatisticsRow, StatusCount};
pub use structure::{STRUCTURES, Structure, StructureInfo};
pub use table::TableHeader;
pub use version::VersionReply;
pub use watch::{
    ChangeEvent, ChangeKind, MAX_PENDING_EVENTS, MAX_READER_WATCHES, MAX_SESSION_WATCHES, MAX_WAITING_REQUESTS,
    MAX_WATCH_OUTPUT, MAX_WRITER_WATCHES, WatchFlags, WatchReply, WatchRequest, WatchSources,
};
