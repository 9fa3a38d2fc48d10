//! The list: one declaration for each operation.
//!
//! The text above a declaration is its description in `docs/ioctl.md`. The code is a promise, so it is spelled out; its
//! method and access beside it are held against it. An operation without a capability is served by every driver; one
//! that shares the capability of another does not number it again.

use super::{
    Contract, Course, Documentation, course,
    reason::{
        BAD_FAMILY, BAD_INTERFACE_KEY, BAD_KEY, BAD_NEIGHBOR, BAD_RESERVED, BAD_ROUTE, EXISTS, NO_FAMILY, NO_INTERFACE,
        NO_MEMORY, NO_NEIGHBOR, NO_ROUTE, NO_ROWS, NO_STACK,
    },
};
use crate::{
    Access, Batch, ControlCode, Events, InputSize, Method, NtStatus, OutputSize, Reply, Request, Statuses, Table,
    wire::{
        AddressRow, BestRouteReply, BestRouteRequest, FamilyRequest, FlushNeighborsRequest, InterfaceKeyRequest,
        InterfaceRow, LinkRow, NeighborKeyRequest, NeighborRequest, NeighborRow, RequestHeader, ResolveNeighborRequest,
        RouteRow, SetInterfaceRequest, StatisticsRow, VersionReply, WatchRequest,
    },
};

/// Major version of this contract: differs when old and new cannot talk to each other.
pub const ABI_MAJOR: u16 = 1;

/// Minor version of this contract: grows when something is added.
pub const ABI_MINOR: u16 = 5;

operations! { $
    /// Tells which contract the driver speaks, which driver it is, and what it can do. Ask this first.
    GetVersion GET_VERSION "get version", "asking the driver for its version" {
        code: 0xa1f7_6000, Buffered, Read;
        request: ();
        reply: VersionReply;
        course: AtOnce;
        since: (1, 0);
        functions: [];
        statuses: [];
    }

    /// Flushes the neighbors of a family, behind one interface or, with index 0, behind all. The table need not be empty
    /// afterwards: the system makes its own rows anew at once, and traffic makes others.
    FlushNeighbors FLUSH_NEIGHBORS "flush neighbors", "flushing neighbors" {
        code: 0xa1f7_a004, Buffered, Write;
        request: FlushNeighborsRequest;
        reply: ();
        course: AtOnce;
        since: (1, 0);
        functions: ["FlushIpNetTable2"];
        capability: FLUSH_NEIGHBORS = 0;
        statuses: [BAD_FAMILY, NO_INTERFACE, NO_FAMILY, NO_STACK];
    }

    /// Gives an existing neighbor a new physical address; it becomes permanent.
    SetNeighbor SET_NEIGHBOR "set neighbor", "setting the neighbor" {
        code: 0xa1f7_a008, Buffered, Write;
        request: NeighborRequest;
        reply: ();
        course: AtOnce;
        since: (1, 0);
        functions: ["SetIpNetEntry2"];
        capability: SET_NEIGHBOR = 1;
        statuses: [BAD_NEIGHBOR, NO_NEIGHBOR, NO_INTERFACE, NO_STACK];
    }

    /// Reads the IP interfaces: a row for each interface and family.
    GetInterfaceTable GET_INTERFACE_TABLE "get interface table", "reading the interface table" {
        code: 0xa1f7_600c, Buffered, Read;
        request: FamilyRequest;
        reply: Table<InterfaceRow>;
        course: AtOnce;
        since: (1, 0);
        functions: ["GetIpInterfaceTable"];
        capability: GET_INTERFACE_TABLE = 2;
        statuses: [BAD_FAMILY, NO_ROWS, NO_STACK, NO_MEMORY];
    }

    /// Reads the neighbors.
    GetNeighborTable GET_NEIGHBOR_TABLE "get neighbor table", "reading the neighbor table" {
        code: 0xa1f7_6010, Buffered, Read;
        request: FamilyRequest;
        reply: Table<NeighborRow>;
        course: AtOnce;
        since: (1, 0);
        functions: ["GetIpNetTable2"];
        capability: GET_NEIGHBOR_TABLE = 3;
        statuses: [BAD_FAMILY, NO_ROWS, NO_STACK, NO_MEMORY];
    }

    /// Makes a neighbor with this physical address; it is permanent.
    CreateNeighbor CREATE_NEIGHBOR "create neighbor", "adding the neighbor" {
        code: 0xa1f7_a014, Buffered, Write;
        request: NeighborRequest;
        reply: ();
        course: AtOnce;
        since: (1, 0);
        functions: ["CreateIpNetEntry2"];
        capability: CREATE_NEIGHBOR = 4;
        statuses: [BAD_NEIGHBOR, EXISTS, NO_FAMILY, NO_INTERFACE, NO_STACK];
    }

    /// Makes a neighbor, or gives it a new physical address where it exists (`CreateIpNetEntry2`, then `SetIpNetEntry2`, a
    /// bounded number of times if it comes and goes in between); it is permanent afterwards.
    ReplaceNeighbor REPLACE_NEIGHBOR "replace neighbor", "replacing the neighbor" {
        code: 0xa1f7_a018, Buffered, Write;
        request: NeighborRequest;
        reply: ();
        course: AtOnce;
        since: (1, 0);
        functions: ["CreateIpNetEntry2", "SetIpNetEntry2"];
        capability: REPLACE_NEIGHBOR = 5;
        statuses: [
            BAD_NEIGHBOR,
            (NtStatus::NOT_FOUND, "the interface does not have the family, or the neighbor came and went each time"),
            NO_INTERFACE,
            NO_STACK,
        ];
    }

    /// Deletes a neighbor, dynamic or permanent.
    DeleteNeighbor DELETE_NEIGHBOR "delete neighbor", "deleting the neighbor" {
        code: 0xa1f7_a01c, Buffered, Write;
        request: NeighborKeyRequest;
        reply: ();
        course: AtOnce;
        since: (1, 0);
        functions: ["DeleteIpNetEntry2"];
        capability: DELETE_NEIGHBOR = 6;
        statuses: [BAD_KEY, NO_NEIGHBOR, NO_INTERFACE, NO_STACK];
    }

    /// Reads one neighbor from the table; nothing is sent to the network.
    GetNeighbor GET_NEIGHBOR "get neighbor", "reading the neighbor" {
        code: 0xa1f7_6020, Buffered, Read;
        request: NeighborKeyRequest;
        reply: NeighborRow;
        course: AtOnce;
        since: (1, 0);
        functions: ["GetIpNetEntry2"];
        capability: GET_NEIGHBOR = 7;
        statuses: [BAD_KEY, NO_NEIGHBOR, NO_INTERFACE, NO_STACK];
    }

    /// Reads one IP interface.
    GetInterface GET_INTERFACE "get interface", "reading the interface" {
        code: 0xa1f7_6024, Buffered, Read;
        request: InterfaceKeyRequest;
        reply: InterfaceRow;
        course: AtOnce;
        since: (1, 0);
        functions: ["GetIpInterfaceEntry"];
        capability: GET_INTERFACE = 8;
        statuses: [BAD_INTERFACE_KEY, NO_FAMILY, NO_INTERFACE, NO_STACK];
    }

    /// Changes the members of an IP interface that `members` names, and no others. Where the row that
    /// `InitializeIpInterfaceEntry` makes leaves every member as it is, only the named ones are written (and for IPv4 a
    /// site prefix length of 0, which NETIO demands); this holds for every member that can be set. Where it does not, the
    /// driver reads the row, changes the named members and writes all of it back. Either way one change comes after the
    /// other, so that changes through the driver never undo one another; what another program changes in the same moment
    /// with other means can be undone in the second case only.
    SetInterface SET_INTERFACE "set interface", "changing the interface" {
        code: 0xa1f7_a028, Buffered, Write;
        request: SetInterfaceRequest;
        reply: ();
        course: AtOnce;
        since: (1, 0);
        functions: ["GetIpInterfaceEntry", "SetIpInterfaceEntry"];
        capability: SET_INTERFACE = 9;
        statuses: [
            (
                NtStatus::INVALID_PARAMETER,
                "a family that is neither AF_INET nor AF_INET6, no interface, no member or an unknown one, a value \
                 outside its range (`NETIOCTL_MAX_METRIC` and its neighbors in the header; times but that of \
                 link-local addresses and the MTU are not 0), a site prefix length for IPv4, a value that the \
                 interface does not take, or a reserved field",
            ),
            NO_FAMILY,
            NO_INTERFACE,
            NO_STACK,
        ];
    }

    /// Asks the network for the physical address of a neighbor, and waits for the answer, for seconds if there is none.
    /// What the table knew of the neighbor is dropped first, a permanent address too. Four such requests of a handle can
    /// run at the same time, and sixteen of all handles together.
    ResolveNeighbor RESOLVE_NEIGHBOR "resolve neighbor", "resolving the neighbor" {
        code: 0xa1f7_a02c, Buffered, Write;
        request: ResolveNeighborRequest;
        reply: NeighborRow;
        course: Waits;
        since: (1, 0);
        functions: ["ResolveIpNetEntry2"];
        capability: RESOLVE_NEIGHBOR = 10;
        statuses: [
            BAD_KEY,
            (NtStatus::BAD_NETWORK_NAME, "the neighbor does not answer, or its network cannot be reached"),
            (NtStatus::CANCELLED, "the request was cancelled"),
            (NtStatus::QUOTA_EXCEEDED, "four resolutions of the handle are under way, or sixteen of all handles; try again"),
            NO_FAMILY,
            NO_INTERFACE,
            NO_STACK,
        ];
    }

    /// Makes many changes of neighbors, in their order. Each is tried by itself; one that fails does not undo the others,
    /// and all-or-nothing is not promised. The request succeeds when every entry has been tried, and answers a status for
    /// each: those of the operation that the entry names. Nothing is changed if the request as a whole is refused.
    /// `CancelIoEx` ends it between two entries: it succeeds then too, and the entries that were not tried have the status
    /// `STATUS_CANCELLED`, so that nobody has to guess what has been done.
    BatchNeighbors BATCH_NEIGHBORS "batch neighbors", "changing many neighbors" {
        code: 0xa1f7_a032, OutDirect, Write;
        request: Batch;
        reply: Statuses;
        course: AtOnce;
        since: (1, 0);
        functions: ["CreateIpNetEntry2", "SetIpNetEntry2", "DeleteIpNetEntry2"];
        capability: BATCH_NEIGHBORS = 11;
        statuses: [(NtStatus::INVALID_PARAMETER, "no entry or more than 4096, or a reserved field of the header")];
    }

    /// Reads the counters of each operation since the driver was loaded, or reset last, and those of requests with unknown
    /// control codes.
    GetStatistics GET_STATISTICS "get statistics", "reading the statistics" {
        code: 0xa1f7_6034, Buffered, Read;
        request: RequestHeader;
        reply: Table<StatisticsRow>;
        course: AtOnce;
        since: (1, 0);
        functions: [];
        capability: STATISTICS = 12;
        statuses: [BAD_RESERVED];
    }

    /// Sets all counters to zero.
    ResetStatistics RESET_STATISTICS "reset statistics", "resetting the statistics" {
        code: 0xa1f7_a038, Buffered, Write;
        request: RequestHeader;
        reply: ();
        course: AtOnce;
        since: (1, 0);
        functions: [];
        capability: STATISTICS;
        statuses: [BAD_RESERVED];
    }

    /// Waits until an IP interface or a unicast address comes, changes or goes, and tells of it (`NotifyIpInterfaceChange`,
    /// `NotifyUnicastIpAddressChange`, `CancelMibChangeNotify2`). The first request of a handle begins to watch; the watch ends
    /// with the handle, or with the device. The driver keeps the first 64 events that no request has taken, merges repeated
    /// changes of the same thing, and counts what comes after them. Several requests may wait: the first to come is the
    /// first to be answered, with all events that fit. The Windows functions tell keys only; what became of the thing is
    /// read from its table.
    WatchChanges WATCH_CHANGES "watch changes", "watching for changes" {
        code: 0xa1f7_603c, Buffered, Read;
        request: WatchRequest;
        reply: Events;
        course: Parks;
        since: (1, 1);
        functions: ["NotifyIpInterfaceChange", "NotifyUnicastIpAddressChange"];
        capability: WATCH_CHANGES = 13;
        statuses: [
            (
                NtStatus::INVALID_PARAMETER,
                "no source, an unknown source or flag, or a family that is not 0, AF_INET or AF_INET6",
            ),
            (NtStatus::INVALID_DEVICE_STATE, "the handle watches something else already"),
            (
                NtStatus::QUOTA_EXCEEDED,
                "16 requests of the handle wait already; or the output is longer than 8192 bytes; or 32 handles of the \
                 logon session watch already, or 96 of all sessions, if the handle was opened for reading; or 32 handles \
                 with write access do",
            ),
            (NtStatus::CANCELLED, "the request was cancelled, or the handle closed"),
            (NtStatus::DEVICE_REMOVED, "the device was removed while the request waited"),
            NO_MEMORY,
        ];
    }

    /// Reads the unicast addresses of all interfaces.
    GetAddressTable GET_ADDRESS_TABLE "get address table", "reading the address table" {
        code: 0xa1f7_6040, Buffered, Read;
        request: FamilyRequest;
        reply: Table<AddressRow>;
        course: AtOnce;
        since: (1, 4);
        functions: ["GetUnicastIpAddressTable"];
        capability: GET_ADDRESS_TABLE = 14;
        statuses: [BAD_FAMILY, NO_ROWS, NO_STACK, NO_MEMORY];
    }

    /// Reads the network interfaces, whatever protocols are bound to them: their physical addresses, speeds, states and
    /// counters. Filters in the stack of an interface have rows of their own, marked by `FILTER_INTERFACE`.
    GetLinkTable GET_LINK_TABLE "get link table", "reading the link table" {
        code: 0xa1f7_6044, Buffered, Read;
        request: RequestHeader;
        reply: Table<LinkRow>;
        course: AtOnce;
        since: (1, 5);
        functions: ["GetIfTable2"];
        capability: GET_LINK_TABLE = 15;
        statuses: [BAD_RESERVED, NO_ROWS, NO_MEMORY];
    }

    /// Reads the routes.
    GetRouteTable GET_ROUTE_TABLE "get route table", "reading the route table" {
        code: 0xa1f7_6048, Buffered, Read;
        request: FamilyRequest;
        reply: Table<RouteRow>;
        course: AtOnce;
        since: (1, 5);
        functions: ["GetIpForwardTable2"];
        capability: GET_ROUTE_TABLE = 16;
        statuses: [BAD_FAMILY, NO_ROWS, NO_STACK, NO_MEMORY];
    }

    /// Finds the route that a packet to an address takes, and the address that it is sent from; nothing is sent.
    GetBestRoute GET_BEST_ROUTE "get best route", "looking for the route" {
        code: 0xa1f7_604c, Buffered, Read;
        request: BestRouteRequest;
        reply: BestRouteReply;
        course: AtOnce;
        since: (1, 5);
        functions: ["GetBestRoute2"];
        capability: GET_BEST_ROUTE = 17;
        statuses: [BAD_ROUTE, NO_ROUTE, NO_FAMILY, NO_INTERFACE, NO_STACK];
    }
}
