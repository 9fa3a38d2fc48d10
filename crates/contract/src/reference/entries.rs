//! What the operation table does not say: the structures by name, and the statuses.

use netioctl_abi::{
    ControlCode, NtStatus,
    wire::{
        BatchEntry, BatchHeader, BatchReply, ChangeEvent, FamilyRequest, FlushNeighborsRequest, InterfaceKeyRequest,
        InterfaceRow, NeighborKeyRequest, NeighborRequest, NeighborRow, RequestHeader, ResolveNeighborRequest,
        SetInterfaceRequest, StatisticsRow, VersionReply, WatchRequest,
    },
};
use netioctl_core::{Operation, OutputSize};

/// A structure and its size.
pub type Structure = (&'static str, usize);

/// A status and when it comes.
type When = (NtStatus, &'static str);

/// What is written about an operation.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub about: &'static str,
    pub input: Option<Structure>,
    pub input_row: Option<Structure>,
    /// The reply, or its row.
    pub output: Option<Structure>,
    /// The minor version that brought it.
    pub since: &'static str,
    /// Statuses beyond those that follow from the table.
    statuses: &'static [When],
}

const NOTHING: Entry = Entry { about: "", input: None, input_row: None, output: None, since: "1.0", statuses: &[] };

macro_rules! structure {
    ($name:ident) => {
        Some((stringify!($name), size_of::<$name>()))
    };
}

const BAD_FAMILY: When =
    (NtStatus::INVALID_PARAMETER, "a family that is not 0, AF_INET or AF_INET6, or a reserved field");
const BAD_NEIGHBOR: When = (
    NtStatus::INVALID_PARAMETER,
    "a family that is neither AF_INET nor AF_INET6, no interface, an unspecified or loopback address, bytes behind an \
     IPv4 address, a scope id that is no zone or that of an address without zones, a physical address of 0 or more than 32 bytes, of another length than the \
     interface uses, or with bytes behind it, or a reserved field",
);
const BAD_KEY: When = (
    NtStatus::INVALID_PARAMETER,
    "a family that is neither AF_INET nor AF_INET6, no interface, an unspecified address, bytes behind an IPv4 \
     address, a scope id that is no zone or that of an address without zones, or a reserved field",
);
const NO_INTERFACE: When = (NtStatus::OBJECT_NAME_NOT_FOUND, "no interface has the LUID or index");
const NO_NEIGHBOR: When = (NtStatus::NOT_FOUND, "no such neighbor, or the interface does not have the family");
const NO_FAMILY: When = (NtStatus::NOT_FOUND, "the interface does not have the family");
const NO_ROWS: When = (NtStatus::NOT_FOUND, "the table has no rows; not an error");
const NO_STACK: When = (NtStatus::NOT_SUPPORTED, "the stack of the family is not installed");
const EXISTS: When =
    (NtStatus::DUPLICATE_OBJECTID, "the neighbor exists, be it without a physical address (or STATUS_OBJECTID_EXISTS)");
const NO_MEMORY: When = (NtStatus::NO_MEMORY, "the stack found no memory (or STATUS_INSUFFICIENT_RESOURCES)");

/// The entry of an operation.
pub fn of(operation: &Operation) -> Entry {
    match operation.code {
        ControlCode::GET_VERSION => Entry {
            about: "Tells which contract the driver speaks, which driver it is, and what it can do. Ask this first.",
            output: structure!(VersionReply),
            ..NOTHING
        },
        ControlCode::FLUSH_NEIGHBORS => Entry {
            about: "Flushes the neighbors of a family, behind one interface or, with index 0, behind all. The table \
                    need not be empty afterwards: the system makes its own rows anew at once, and traffic makes others.",
            input: structure!(FlushNeighborsRequest),
            statuses: &[BAD_FAMILY, NO_INTERFACE, NO_FAMILY, NO_STACK],
            ..NOTHING
        },
        ControlCode::SET_NEIGHBOR => Entry {
            about: "Gives an existing neighbor a new physical address; it becomes permanent.",
            input: structure!(NeighborRequest),
            statuses: &[BAD_NEIGHBOR, NO_NEIGHBOR, NO_INTERFACE, NO_STACK],
            ..NOTHING
        },
        ControlCode::CREATE_NEIGHBOR => Entry {
            about: "Makes a neighbor with this physical address; it is permanent.",
            input: structure!(NeighborRequest),
            statuses: &[BAD_NEIGHBOR, EXISTS, NO_FAMILY, NO_INTERFACE, NO_STACK],
            ..NOTHING
        },
        ControlCode::REPLACE_NEIGHBOR => Entry {
            about: "Makes a neighbor, or gives it a new physical address where it exists (CreateIpNetEntry2, then \
                    SetIpNetEntry2, a bounded number of times if it comes and goes in between); it is permanent \
                    afterwards.",
            input: structure!(NeighborRequest),
            statuses: &[
                BAD_NEIGHBOR,
                (
                    NtStatus::NOT_FOUND,
                    "the interface does not have the family, or the neighbor \
                came and went each time",
                ),
                NO_INTERFACE,
                NO_STACK,
            ],
            ..NOTHING
        },
        ControlCode::DELETE_NEIGHBOR => Entry {
            about: "Deletes a neighbor, dynamic or permanent.",
            input: structure!(NeighborKeyRequest),
            statuses: &[BAD_KEY, NO_NEIGHBOR, NO_INTERFACE, NO_STACK],
            ..NOTHING
        },
        ControlCode::GET_NEIGHBOR => Entry {
            about: "Reads one neighbor from the table; nothing is sent to the network.",
            input: structure!(NeighborKeyRequest),
            output: structure!(NeighborRow),
            statuses: &[BAD_KEY, NO_NEIGHBOR, NO_INTERFACE, NO_STACK],
            ..NOTHING
        },
        _ => more(operation),
    }
}

fn more(operation: &Operation) -> Entry {
    match operation.code {
        ControlCode::RESOLVE_NEIGHBOR => Entry {
            about: "Asks the network for the physical address of a neighbor, and waits for the answer, for seconds if \
                    there is none. What the table knew of the neighbor is dropped first, a permanent address too. A \
                    bounded number of such requests runs at the same time.",
            input: structure!(ResolveNeighborRequest),
            output: structure!(NeighborRow),
            statuses: &[
                BAD_KEY,
                (NtStatus::BAD_NETWORK_NAME, "the neighbor does not answer, or its network cannot be reached"),
                (NtStatus::CANCELLED, "the request was cancelled"),
                (NtStatus::INSUFFICIENT_RESOURCES, "too many resolutions are under way; try again"),
                NO_FAMILY,
                NO_INTERFACE,
                NO_STACK,
            ],
            ..NOTHING
        },
        ControlCode::BATCH_NEIGHBORS => Entry {
            about: "Makes many changes of neighbors, in their order. Each is tried by itself; one that fails does not \
                    undo the others, and all-or-nothing is not promised. The request succeeds when every entry has \
                    been tried, and answers a status for each: those of the operation that the entry names. Nothing \
                    is changed if the request as a whole is refused. `CancelIoEx` ends it between two entries: it \
                    succeeds then too, and the entries that were not tried have the status STATUS_CANCELLED, so that \
                    nobody has to guess what has been done.",
            input: structure!(BatchHeader),
            input_row: structure!(BatchEntry),
            output: structure!(BatchReply),
            statuses: &[(NtStatus::INVALID_PARAMETER, "no entry or more than 4096, or a reserved field of the header")],
            ..NOTHING
        },
        ControlCode::GET_INTERFACE => Entry {
            about: "Reads one IP interface.",
            input: structure!(InterfaceKeyRequest),
            output: structure!(InterfaceRow),
            statuses: &[
                (
                    NtStatus::INVALID_PARAMETER,
                    "a family that is neither AF_INET nor AF_INET6, no interface, or a reserved field",
                ),
                NO_FAMILY,
                NO_INTERFACE,
                NO_STACK,
            ],
            ..NOTHING
        },
        ControlCode::SET_INTERFACE => Entry {
            about: "Changes the members of an IP interface that `members` names, and no others. Where the row that \
                    InitializeIpInterfaceEntry makes leaves every member as it is, only the named ones are written \
                    (and for IPv4 a site prefix length of 0, which NETIO demands); this holds for every member that \
                    can be set. Where it does not, the driver reads the row, changes the named members and writes all \
                    of it back. Either way one change comes after the other, so that changes through the driver never \
                    undo one another; what another program changes in the same moment with other means can be undone \
                    in the second case only.",
            input: structure!(SetInterfaceRequest),
            statuses: &[
                (
                    NtStatus::INVALID_PARAMETER,
                    "a family that is neither AF_INET nor AF_INET6, no interface, no member or an unknown one, a value \
                     outside its range (`NETIOCTL_MAX_METRIC` and its neighbors in the header; times but that of \
                     link-local addresses and the MTU are not 0), a site prefix length for IPv4, a value that the interface does not take, or a \
                     reserved field",
                ),
                NO_FAMILY,
                NO_INTERFACE,
                NO_STACK,
            ],
            ..NOTHING
        },
        _ => tables(operation),
    }
}

fn tables(operation: &Operation) -> Entry {
    match operation.code {
        ControlCode::GET_INTERFACE_TABLE => Entry {
            about: "Reads the IP interfaces: a row for each interface and family.",
            input: structure!(FamilyRequest),
            output: structure!(InterfaceRow),
            statuses: &[BAD_FAMILY, NO_ROWS, NO_STACK, NO_MEMORY],
            ..NOTHING
        },
        ControlCode::GET_NEIGHBOR_TABLE => Entry {
            about: "Reads the neighbors.",
            input: structure!(FamilyRequest),
            output: structure!(NeighborRow),
            statuses: &[BAD_FAMILY, NO_ROWS, NO_STACK, NO_MEMORY],
            ..NOTHING
        },
        ControlCode::GET_STATISTICS => Entry {
            about: "Reads the counters of each operation since the driver was loaded, or reset last, and those of \
                    requests with unknown control codes.",
            input: structure!(RequestHeader),
            output: structure!(StatisticsRow),
            statuses: &[(NtStatus::INVALID_PARAMETER, "a reserved field")],
            ..NOTHING
        },
        ControlCode::RESET_STATISTICS => Entry {
            about: "Sets all counters to zero.",
            input: structure!(RequestHeader),
            statuses: &[(NtStatus::INVALID_PARAMETER, "a reserved field")],
            ..NOTHING
        },
        ControlCode::WATCH_CHANGES => Entry {
            about: "Waits until an IP interface or a unicast address comes, changes or goes, and tells of it \
                    (NotifyIpInterfaceChange, NotifyUnicastIpAddressChange, CancelMibChangeNotify2). The first request \
                    of a handle begins to watch; the watch ends with the handle, or with the device. The driver keeps \
                    the first 64 events that no request has taken, merges repeated changes of the same thing, and \
                    counts what comes after them. Several requests may wait: the first to come is the first to be \
                    answered, with all events that fit. The Windows functions tell keys only; what became of the thing \
                    is read from its table.",
            input: structure!(WatchRequest),
            output: structure!(ChangeEvent),
            since: "1.1",
            statuses: &[
                (
                    NtStatus::INVALID_PARAMETER,
                    "no source, an unknown source or flag, or a family that is not 0, AF_INET \
                                               or AF_INET6",
                ),
                (NtStatus::INVALID_DEVICE_STATE, "the handle watches something else already"),
                (NtStatus::INSUFFICIENT_RESOURCES, "32 handles watch already, those of all users and devices counted"),
                (NtStatus::CANCELLED, "the request was cancelled, or the handle closed"),
                (NtStatus::DEVICE_REMOVED, "the device was removed while the request waited"),
                NO_MEMORY,
            ],
            ..NOTHING
        },
        _ => panic!("{} is not described", operation.name),
    }
}

/// The statuses of an operation: those of its own, and those that follow from the table.
pub fn statuses(operation: &Operation, entry: &Entry) -> impl Iterator<Item = When> {
    let has_input = entry.input.is_some();
    let room = operation.output.minimum() > 0;
    let table = matches!(operation.output, OutputSize::Table { .. });
    let length = if has_input { "the input is longer or shorter" } else { "there is an input" };
    let rule = [
        (true, (NtStatus::ACCESS_DENIED, "the handle was not opened with the access")),
        (true, (NtStatus::INFO_LENGTH_MISMATCH, length)),
        (room, (NtStatus::BUFFER_TOO_SMALL, "the output has no room for the fixed part; nothing was written")),
        (has_input, (NtStatus::REVISION_MISMATCH, "the client speaks another major version")),
        (table, (NtStatus::BUFFER_OVERFLOW, "not all rows fit; those that do were written")),
    ];
    let own = entry.statuses.iter().copied();
    rule.into_iter().filter(|(applies, _)| *applies).map(|(_, when)| when).chain(own)
}
