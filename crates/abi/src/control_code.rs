//! Control codes: the `CTL_CODE` arithmetic of `devioctl.h` and the codes of this driver.

/// How the I/O manager passes the buffers of a control code (bits 0 and 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// METHOD_BUFFERED: one system buffer, copied in before and out after.
    Buffered,
    /// METHOD_IN_DIRECT: the second buffer is mapped for reading.
    InDirect,
    /// METHOD_OUT_DIRECT: the second buffer is mapped for writing.
    OutDirect,
    /// METHOD_NEITHER: raw user pointers. This driver has no such code.
    Neither,
}

/// The access that a handle must have been opened with (bits 14 and 15); the I/O manager enforces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// FILE_ANY_ACCESS. This driver has no such code.
    Any,
    /// FILE_READ_DATA: everything that only looks.
    Read,
    /// FILE_WRITE_DATA: everything that changes something.
    Write,
}

/// A 32-bit control code for `DeviceIoControl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ControlCode(u32);

/// Device type, in the range left to vendors (0x8000 to 0xFFFF).
const DEVICE_TYPE: u32 = 0xa1f7;

impl ControlCode {
    /// Reads ABI version, driver version and capabilities: no input, [`VersionReply`](crate::wire::VersionReply) out.
    pub const GET_VERSION: Self = Self::new(0x800, Method::Buffered, Access::Read);
    /// FlushIpNetTable2: [`FlushNeighborsRequest`](crate::wire::FlushNeighborsRequest) in, nothing out.
    pub const FLUSH_NEIGHBORS: Self = Self::new(0x801, Method::Buffered, Access::Write);
    /// SetIpNetEntry2: [`NeighborRequest`](crate::wire::NeighborRequest) in, nothing out.
    pub const SET_NEIGHBOR: Self = Self::new(0x802, Method::Buffered, Access::Write);
    /// GetIpInterfaceTable: [`FamilyRequest`](crate::wire::FamilyRequest) in, a table of
    /// [`InterfaceRow`](crate::wire::InterfaceRow) out.
    pub const GET_INTERFACE_TABLE: Self = Self::new(0x803, Method::Buffered, Access::Read);
    /// GetIpNetTable2: [`FamilyRequest`](crate::wire::FamilyRequest) in, a table of
    /// [`NeighborRow`](crate::wire::NeighborRow) out.
    pub const GET_NEIGHBOR_TABLE: Self = Self::new(0x804, Method::Buffered, Access::Read);

    /// CreateIpNetEntry2: [`NeighborRequest`](crate::wire::NeighborRequest) in, nothing out.
    pub const CREATE_NEIGHBOR: Self = Self::new(0x805, Method::Buffered, Access::Write);
    /// CreateIpNetEntry2, or SetIpNetEntry2 where the neighbor exists: [`NeighborRequest`](crate::wire::NeighborRequest)
    /// in, nothing out.
    pub const REPLACE_NEIGHBOR: Self = Self::new(0x806, Method::Buffered, Access::Write);
    /// DeleteIpNetEntry2: [`NeighborKeyRequest`](crate::wire::NeighborKeyRequest) in, nothing out.
    pub const DELETE_NEIGHBOR: Self = Self::new(0x807, Method::Buffered, Access::Write);
    /// GetIpNetEntry2: [`NeighborKeyRequest`](crate::wire::NeighborKeyRequest) in,
    /// [`NeighborRow`](crate::wire::NeighborRow) out.
    pub const GET_NEIGHBOR: Self = Self::new(0x808, Method::Buffered, Access::Read);
    /// GetIpInterfaceEntry: [`InterfaceKeyRequest`](crate::wire::InterfaceKeyRequest) in,
    /// [`InterfaceRow`](crate::wire::InterfaceRow) out.
    pub const GET_INTERFACE: Self = Self::new(0x809, Method::Buffered, Access::Read);
    /// GetIpInterfaceEntry and SetIpInterfaceEntry: [`SetInterfaceRequest`](crate::wire::SetInterfaceRequest) in,
    /// nothing out.
    pub const SET_INTERFACE: Self = Self::new(0x80a, Method::Buffered, Access::Write);
    /// ResolveIpNetEntry2: [`ResolveNeighborRequest`](crate::wire::ResolveNeighborRequest) in,
    /// [`NeighborRow`](crate::wire::NeighborRow) out. Waits for the network; can be cancelled.
    pub const RESOLVE_NEIGHBOR: Self = Self::new(0x80b, Method::Buffered, Access::Write);
    /// Many creates, sets, replaces and deletes: a [`BatchHeader`](crate::wire::BatchHeader) and
    /// [`BatchEntry`](crate::wire::BatchEntry)s in, a status for each entry out.
    pub const BATCH_NEIGHBORS: Self = Self::new(0x80c, Method::OutDirect, Access::Write);
    /// Reads the counters: a [`RequestHeader`](crate::wire::RequestHeader) in, a table of
    /// [`StatisticsRow`](crate::wire::StatisticsRow) out.
    pub const GET_STATISTICS: Self = Self::new(0x80d, Method::Buffered, Access::Read);
    /// Sets all counters to zero: a [`RequestHeader`](crate::wire::RequestHeader) in, nothing out.
    pub const RESET_STATISTICS: Self = Self::new(0x80e, Method::Buffered, Access::Write);
    /// Waits for changes: [`WatchRequest`](crate::wire::WatchRequest) in, a [`WatchReply`](crate::wire::WatchReply) and
    /// [`ChangeEvent`](crate::wire::ChangeEvent)s out once something has happened. Can be cancelled.
    pub const WATCH_CHANGES: Self = Self::new(0x80f, Method::Buffered, Access::Read);

    /// Composes the code of function number `function` (0x800 to 0xFFF for vendors).
    #[must_use]
    pub const fn new(function: u32, method: Method, access: Access) -> Self {
        let method = match method {
            Method::Buffered => 0,
            Method::InDirect => 1,
            Method::OutDirect => 2,
            Method::Neither => 3,
        };
        let access = match access {
            Access::Any => 0,
            Access::Read => 1,
            Access::Write => 2,
        };
        Self((DEVICE_TYPE << 16) | (access << 14) | ((function & 0xfff) << 2) | method)
    }

    /// The code with this number, known or not.
    #[must_use]
    pub const fn from_raw(raw: u32) -> Self {
        Self(raw)
    }

    /// The number that `DeviceIoControl` takes.
    #[must_use]
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// The function number, 0 to 0xFFF.
    #[must_use]
    pub const fn function(self) -> u32 {
        (self.0 >> 2) & 0xfff
    }

    /// The access bits; `None` for a code that asks for reading and writing.
    #[must_use]
    pub const fn access(self) -> Option<Access> {
        match (self.0 >> 14) & 3 {
            0 => Some(Access::Any),
            1 => Some(Access::Read),
            2 => Some(Access::Write),
            _ => None,
        }
    }

    /// The transfer method.
    #[must_use]
    pub const fn method(self) -> Method {
        match self.0 & 3 {
            0 => Method::Buffered,
            1 => Method::InDirect,
            2 => Method::OutDirect,
            _ => Method::Neither,
        }
    }
}

// The numbers are a promise: a change here is a change of the contract.
const _: () = {
    assert!(ControlCode::GET_VERSION.0 == 0xa1f7_6000);
    assert!(ControlCode::FLUSH_NEIGHBORS.0 == 0xa1f7_a004);
    assert!(ControlCode::SET_NEIGHBOR.0 == 0xa1f7_a008);
    assert!(ControlCode::GET_INTERFACE_TABLE.0 == 0xa1f7_600c);
    assert!(ControlCode::GET_NEIGHBOR_TABLE.0 == 0xa1f7_6010);
    assert!(ControlCode::CREATE_NEIGHBOR.0 == 0xa1f7_a014);
    assert!(ControlCode::REPLACE_NEIGHBOR.0 == 0xa1f7_a018);
    assert!(ControlCode::DELETE_NEIGHBOR.0 == 0xa1f7_a01c);
    assert!(ControlCode::GET_NEIGHBOR.0 == 0xa1f7_6020);
    assert!(ControlCode::GET_INTERFACE.0 == 0xa1f7_6024);
    assert!(ControlCode::SET_INTERFACE.0 == 0xa1f7_a028);
    assert!(ControlCode::RESOLVE_NEIGHBOR.0 == 0xa1f7_a02c);
    assert!(ControlCode::BATCH_NEIGHBORS.0 == 0xa1f7_a032);
    assert!(ControlCode::GET_STATISTICS.0 == 0xa1f7_6034);
    assert!(ControlCode::RESET_STATISTICS.0 == 0xa1f7_a038);
    assert!(ControlCode::WATCH_CHANGES.0 == 0xa1f7_603c);
};

#[cfg(test)]
mod tests {
    use super::{Access, ControlCode, Method};

    #[test]
    fn the_parts_of_a_code_come_back() {
        for method in [Method::Buffered, Method::InDirect, Method::OutDirect, Method::Neither] {
            for access in [Access::Any, Access::Read, Access::Write] {
                let code = ControlCode::new(0x8a5, method, access);
                assert_eq!((code.function(), code.method(), code.access()), (0x8a5, method, Some(access)));
            }
        }
    }
}
