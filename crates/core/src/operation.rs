//! The operation table: the one place that lists what the driver does.

mod table;

pub use table::OPERATIONS;

use netioctl_abi::{Capabilities, ControlCode, wire::TableHeader};

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
    /// The functions of `netioapi.h` behind it, in the order in which they come in.
    pub functions: &'static [&'static str],
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
