//! The list of the structures.

use super::{
    BatchEntry, BatchHeader, BatchReply, ChangeEvent, FamilyRequest, FlushNeighborsRequest, InterfaceKeyRequest,
    InterfaceRow, NeighborKey, NeighborKeyRequest, NeighborRequest, NeighborRow, RequestHeader, ResolveNeighborRequest,
    SetInterfaceRequest, StatisticsRow, StatusCount, TableHeader, VersionReply, WatchReply, WatchRequest,
};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// A structure that travels: any bytes of its length are a value, and it has no padding.
pub trait Structure: FromBytes + IntoBytes + Immutable + KnownLayout + Copy {
    /// Its name, and its size.
    const INFO: StructureInfo;
}

/// No bytes at all.
impl Structure for () {
    const INFO: StructureInfo = StructureInfo { name: "", size: 0 };
}

/// What is written down of a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StructureInfo {
    /// The name in Rust.
    pub name: &'static str,
    /// Bytes.
    pub size: usize,
}

macro_rules! structures {
    ($($name:ident)+) => {
        $(impl Structure for $name {
            const INFO: StructureInfo = StructureInfo { name: stringify!($name), size: size_of::<Self>() };
        })+

        /// Every structure of the contract.
        pub const STRUCTURES: &[StructureInfo] = &[$($name::INFO),+];
    };
}

structures! {
    RequestHeader FamilyRequest FlushNeighborsRequest NeighborKey NeighborRequest NeighborKeyRequest
    ResolveNeighborRequest NeighborRow InterfaceKeyRequest SetInterfaceRequest InterfaceRow BatchHeader BatchEntry
    BatchReply StatusCount StatisticsRow TableHeader VersionReply WatchRequest WatchReply ChangeEvent
}
