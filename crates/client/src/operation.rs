//! The operations of the contract, as this crate knows them.

use netioctl_abi::{Capabilities, ControlCode};
use std::fmt;

/// Declares the operations once: variant, control code, the capability that tells of it, name and activity.
macro_rules! operations {
    ($($variant:ident = $code:ident, $capability:expr, $name:literal, $activity:literal;)+) => {
        /// The operation that a request is for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Operation {
            $(#[doc = concat!("[`ControlCode::", stringify!($code), "`].")] $variant,)+
        }

        impl Operation {
            /// Every operation, in the order of the function numbers.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The control code.
            #[must_use]
            pub const fn code(self) -> ControlCode {
                match self {
                    $(Self::$variant => ControlCode::$code,)+
                }
            }

            /// What a driver that serves it says of itself; empty for what every driver serves.
            #[must_use]
            pub const fn capability(self) -> Capabilities {
                match self {
                    $(Self::$variant => $capability,)+
                }
            }

            /// The name in words, such as "flush neighbors".
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }

        impl fmt::Display for Operation {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$variant => $activity,)+
                })
            }
        }
    };
}

operations! {
    GetVersion = GET_VERSION, Capabilities::empty(), "get version", "asking the driver for its version";
    FlushNeighbors = FLUSH_NEIGHBORS, Capabilities::FLUSH_NEIGHBORS, "flush neighbors", "flushing neighbors";
    SetNeighbor = SET_NEIGHBOR, Capabilities::SET_NEIGHBOR, "set neighbor", "setting the neighbor";
    GetInterfaceTable = GET_INTERFACE_TABLE, Capabilities::GET_INTERFACE_TABLE,
        "get interface table", "reading the interface table";
    GetNeighborTable = GET_NEIGHBOR_TABLE, Capabilities::GET_NEIGHBOR_TABLE,
        "get neighbor table", "reading the neighbor table";
    CreateNeighbor = CREATE_NEIGHBOR, Capabilities::CREATE_NEIGHBOR, "create neighbor", "adding the neighbor";
    ReplaceNeighbor = REPLACE_NEIGHBOR, Capabilities::REPLACE_NEIGHBOR, "replace neighbor", "replacing the neighbor";
    DeleteNeighbor = DELETE_NEIGHBOR, Capabilities::DELETE_NEIGHBOR, "delete neighbor", "deleting the neighbor";
    GetNeighbor = GET_NEIGHBOR, Capabilities::GET_NEIGHBOR, "get neighbor", "reading the neighbor";
    GetInterface = GET_INTERFACE, Capabilities::GET_INTERFACE, "get interface", "reading the interface";
    SetInterface = SET_INTERFACE, Capabilities::SET_INTERFACE, "set interface", "changing the interface";
    ResolveNeighbor = RESOLVE_NEIGHBOR, Capabilities::RESOLVE_NEIGHBOR, "resolve neighbor", "resolving the neighbor";
    BatchNeighbors = BATCH_NEIGHBORS, Capabilities::BATCH_NEIGHBORS, "batch neighbors", "changing many neighbors";
    GetStatistics = GET_STATISTICS, Capabilities::STATISTICS, "get statistics", "reading the statistics";
    ResetStatistics = RESET_STATISTICS, Capabilities::STATISTICS, "reset statistics", "resetting the statistics";
    WatchChanges = WATCH_CHANGES, Capabilities::WATCH_CHANGES, "watch changes", "watching for changes";
}

impl Operation {
    /// The operation with this control code.
    #[must_use]
    pub fn of(code: ControlCode) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_capability_belongs_to_an_operation_and_codes_come_back() {
        let all: Capabilities = Operation::ALL.iter().map(|operation| operation.capability()).collect();
        assert_eq!(all, Capabilities::all());
        for operation in Operation::ALL {
            assert_eq!(Operation::of(operation.code()), Some(*operation));
        }
    }
}
