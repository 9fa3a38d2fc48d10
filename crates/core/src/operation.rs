//! The operation table: the one place that lists what the driver does.

use netioctl_abi::{
    Capabilities, ControlCode,
    wire::{
        BatchEntry, BatchHeader, BatchReply, ChangeEvent, FamilyRequest, FlushNeighborsRequest, InterfaceKeyRequest,
        InterfaceRow, NeighborKeyRequest, NeighborRequest, NeighborRow, RequestHeader, ResolveNeighborRequest,
        SetInterfaceRequest, StatisticsRow, TableHeader, VersionReply, WatchReply, WatchRequest,
    },
};

/// What the driver can be asked to do; picks the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    GetVersion,
    FlushNeighbors,
    SetNeighbor,
    GetInterfaceTable,
    GetNeighborTable,
    CreateNeighbor,
    ReplaceNeighbor,
    DeleteNeighbor,
    GetNeighbor,
    GetInterface,
    SetInterface,
    ResolveNeighbor,
    BatchNeighbors,
    GetStatistics,
    ResetStatistics,
    WatchChanges,
}

/// How much input an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputSize {
    /// So many bytes.
    Exact(usize),
    /// A header of so many bytes and rows behind it; the header says how many.
    Rows {
        /// Bytes of the header.
        header: usize,
        /// Bytes of a row.
        row: usize,
    },
}

impl InputSize {
    /// Whether an input of this length can be right.
    #[must_use]
    pub const fn fits(self, length: usize) -> bool {
        match self {
            Self::Exact(bytes) => length == bytes,
            Self::Rows { header, .. } => length >= header,
        }
    }

    /// The shortest input.
    #[must_use]
    pub const fn minimum(self) -> usize {
        match self {
            Self::Exact(bytes) => bytes,
            Self::Rows { header, .. } => header,
        }
    }
}

/// How much output an operation writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputSize {
    /// Nothing.
    None,
    /// A reply of this many bytes.
    Exact(usize),
    /// A [`TableHeader`] and rows of this many bytes, as many as fit.
    Table {
        /// Bytes of a row.
        row: usize,
    },
    /// A header of so many bytes, and one event at least.
    Events {
        /// Bytes of the header.
        header: usize,
        /// Bytes of an event.
        event: usize,
    },
    /// A header of so many bytes, and a status of 4 bytes for each row of the input.
    Statuses {
        /// Bytes of the header.
        header: usize,
    },
}

impl OutputSize {
    /// Bytes without which the operation does not even start.
    #[must_use]
    pub const fn minimum(self) -> usize {
        match self {
            Self::None => 0,
            Self::Exact(bytes) => bytes,
            Self::Table { .. } => size_of::<TableHeader>(),
            Self::Statuses { header } => header,
            Self::Events { header, event } => header.saturating_add(event),
        }
    }
}

/// When a request is completed. What does not happen at once holds up no other request, and can be cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// By the thread that brings it.
    AtOnce,
    /// After the network has answered, which may take seconds.
    Waits,
    /// When something happens that it waits for, be it never.
    Parks,
}

/// One row of the operation table. Method and access are part of the control code.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Name in words, for documentation and logs.
    pub name: &'static str,
    /// The control code; the whole number must match, so that nobody picks method or access bits of his own.
    pub code: ControlCode,
    /// The function of `netioapi.h` behind it, if any.
    pub function: Option<&'static str>,
    /// Bytes of input.
    pub input: InputSize,
    /// Bytes of output.
    pub output: OutputSize,
    /// The capability that tells of it; empty for what every driver has.
    pub capability: Capabilities,
    /// How long it takes.
    pub course: Course,
    pub(crate) action: Action,
}

/// Every operation, in the order of its function number.
pub const OPERATIONS: [Operation; 16] = [
    Operation {
        name: "get version",
        code: ControlCode::GET_VERSION,
        function: None,
        input: InputSize::Exact(0),
        output: OutputSize::Exact(size_of::<VersionReply>()),
        capability: Capabilities::empty(),
        course: Course::AtOnce,
        action: Action::GetVersion,
    },
    Operation {
        name: "flush neighbors",
        code: ControlCode::FLUSH_NEIGHBORS,
        function: Some("FlushIpNetTable2"),
        input: InputSize::Exact(size_of::<FlushNeighborsRequest>()),
        output: OutputSize::None,
        capability: Capabilities::FLUSH_NEIGHBORS,
        course: Course::AtOnce,
        action: Action::FlushNeighbors,
    },
    Operation {
        name: "set neighbor",
        code: ControlCode::SET_NEIGHBOR,
        function: Some("SetIpNetEntry2"),
        input: InputSize::Exact(size_of::<NeighborRequest>()),
        output: OutputSize::None,
        capability: Capabilities::SET_NEIGHBOR,
        course: Course::AtOnce,
        action: Action::SetNeighbor,
    },
    Operation {
        name: "get interface table",
        code: ControlCode::GET_INTERFACE_TABLE,
        function: Some("GetIpInterfaceTable"),
        input: InputSize::Exact(size_of::<FamilyRequest>()),
        output: OutputSize::Table { row: size_of::<InterfaceRow>() },
        capability: Capabilities::GET_INTERFACE_TABLE,
        course: Course::AtOnce,
        action: Action::GetInterfaceTable,
    },
    Operation {
        name: "get neighbor table",
        code: ControlCode::GET_NEIGHBOR_TABLE,
        function: Some("GetIpNetTable2"),
        input: InputSize::Exact(size_of::<FamilyRequest>()),
        output: OutputSize::Table { row: size_of::<NeighborRow>() },
        capability: Capabilities::GET_NEIGHBOR_TABLE,
        course: Course::AtOnce,
        action: Action::GetNeighborTable,
    },
    Operation {
        name: "create neighbor",
        code: ControlCode::CREATE_NEIGHBOR,
        function: Some("CreateIpNetEntry2"),
        input: InputSize::Exact(size_of::<NeighborRequest>()),
        output: OutputSize::None,
        capability: Capabilities::CREATE_NEIGHBOR,
        course: Course::AtOnce,
        action: Action::CreateNeighbor,
    },
    Operation {
        name: "replace neighbor",
        code: ControlCode::REPLACE_NEIGHBOR,
        function: Some("CreateIpNetEntry2"),
        input: InputSize::Exact(size_of::<NeighborRequest>()),
        output: OutputSize::None,
        capability: Capabilities::REPLACE_NEIGHBOR,
        course: Course::AtOnce,
        action: Action::ReplaceNeighbor,
    },
    Operation {
        name: "delete neighbor",
        code: ControlCode::DELETE_NEIGHBOR,
        function: Some("DeleteIpNetEntry2"),
        input: InputSize::Exact(size_of::<NeighborKeyRequest>()),
        output: OutputSize::None,
        capability: Capabilities::DELETE_NEIGHBOR,
        course: Course::AtOnce,
        action: Action::DeleteNeighbor,
    },
    Operation {
        name: "get neighbor",
        code: ControlCode::GET_NEIGHBOR,
        function: Some("GetIpNetEntry2"),
        input: InputSize::Exact(size_of::<NeighborKeyRequest>()),
        output: OutputSize::Exact(size_of::<NeighborRow>()),
        capability: Capabilities::GET_NEIGHBOR,
        course: Course::AtOnce,
        action: Action::GetNeighbor,
    },
    Operation {
        name: "get interface",
        code: ControlCode::GET_INTERFACE,
        function: Some("GetIpInterfaceEntry"),
        input: InputSize::Exact(size_of::<InterfaceKeyRequest>()),
        output: OutputSize::Exact(size_of::<InterfaceRow>()),
        capability: Capabilities::GET_INTERFACE,
        course: Course::AtOnce,
        action: Action::GetInterface,
    },
    Operation {
        name: "set interface",
        code: ControlCode::SET_INTERFACE,
        function: Some("SetIpInterfaceEntry"),
        input: InputSize::Exact(size_of::<SetInterfaceRequest>()),
        output: OutputSize::None,
        capability: Capabilities::SET_INTERFACE,
        course: Course::AtOnce,
        action: Action::SetInterface,
    },
    Operation {
        name: "resolve neighbor",
        code: ControlCode::RESOLVE_NEIGHBOR,
        function: Some("ResolveIpNetEntry2"),
        input: InputSize::Exact(size_of::<ResolveNeighborRequest>()),
        output: OutputSize::Exact(size_of::<NeighborRow>()),
        capability: Capabilities::RESOLVE_NEIGHBOR,
        course: Course::Waits,
        action: Action::ResolveNeighbor,
    },
    Operation {
        name: "batch neighbors",
        code: ControlCode::BATCH_NEIGHBORS,
        function: None,
        input: InputSize::Rows { header: size_of::<BatchHeader>(), row: size_of::<BatchEntry>() },
        output: OutputSize::Statuses { header: size_of::<BatchReply>() },
        capability: Capabilities::BATCH_NEIGHBORS,
        course: Course::AtOnce,
        action: Action::BatchNeighbors,
    },
    Operation {
        name: "get statistics",
        code: ControlCode::GET_STATISTICS,
        function: None,
        input: InputSize::Exact(size_of::<RequestHeader>()),
        output: OutputSize::Table { row: size_of::<StatisticsRow>() },
        capability: Capabilities::STATISTICS,
        course: Course::AtOnce,
        action: Action::GetStatistics,
    },
    Operation {
        name: "reset statistics",
        code: ControlCode::RESET_STATISTICS,
        function: None,
        input: InputSize::Exact(size_of::<RequestHeader>()),
        output: OutputSize::None,
        capability: Capabilities::STATISTICS,
        course: Course::AtOnce,
        action: Action::ResetStatistics,
    },
    Operation {
        name: "watch changes",
        code: ControlCode::WATCH_CHANGES,
        function: Some("NotifyIpInterfaceChange"),
        input: InputSize::Exact(size_of::<WatchRequest>()),
        output: OutputSize::Events { header: size_of::<WatchReply>(), event: size_of::<ChangeEvent>() },
        capability: Capabilities::WATCH_CHANGES,
        course: Course::Parks,
        action: Action::WatchChanges,
    },
];

/// Bytes of the longest input that any operation with METHOD_BUFFERED takes. Who copies one byte more than that has
/// copied enough to see that an input is too long.
pub const MAX_INPUT: usize = {
    let mut longest = 0;
    let mut rest: &[Operation] = &OPERATIONS;
    while let [first, others @ ..] = rest {
        if let InputSize::Exact(bytes) = first.input
            && bytes > longest
        {
            longest = bytes;
        }
        rest = others;
    }
    longest
};

/// The operation with exactly this control code, if there is one.
#[must_use]
pub fn find(code: ControlCode) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.code == code)
}

/// The capabilities of a driver with this table.
pub(crate) fn capabilities() -> Capabilities {
    OPERATIONS.iter().map(|operation| operation.capability).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use netioctl_abi::{Access, Method};

    #[test]
    fn codes_and_capabilities_are_distinct() {
        for (at, one) in OPERATIONS.iter().enumerate() {
            for other in &OPERATIONS[at + 1..] {
                assert_ne!(one.code.function(), other.code.function(), "{} and {}", one.name, other.name);
                let shared = one.capability & other.capability;
                assert!(
                    (Capabilities::STATISTICS | shared) == Capabilities::STATISTICS,
                    "{}, {}",
                    one.name,
                    other.name
                );
            }
        }
    }

    #[test]
    fn every_code_asks_for_an_access_and_has_one_place_for_input_and_output_only_if_the_input_is_short() {
        for operation in OPERATIONS {
            let (method, access) = (operation.code.method(), operation.code.access());
            match operation.input {
                InputSize::Exact(_) => assert_eq!(method, Method::Buffered, "{}", operation.name),
                InputSize::Rows { .. } => assert_eq!(method, Method::OutDirect, "{}", operation.name),
            }
            assert!(matches!(access, Some(Access::Read | Access::Write)), "{}", operation.name);
            if operation.output == OutputSize::None {
                assert_eq!(
                    access,
                    Some(Access::Write),
                    "{} answers nothing, so it must change something",
                    operation.name
                );
            }
        }
    }

    #[test]
    fn every_capability_of_the_contract_is_served() {
        assert_eq!(capabilities(), Capabilities::all());
    }
}
