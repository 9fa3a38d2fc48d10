//! Headers and the payloads that are not rows.

use crate::row::Row;
use netio_sys::{
    MIB_IF_ROW2, MIB_IPFORWARD_ROW2, MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, MIB_UNICASTIPADDRESS_ROW, SOCKADDR_INET,
};
use netioctl_status::NtStatus;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// The first four bytes of every message: "NTIO".
pub const MAGIC: u32 = u32::from_le_bytes(*b"NTIO");

/// Version of the messages. Raised by any change of a layout, an operation or its meaning.
pub const VERSION: u16 = 9;

/// The most bytes that may follow a header: more than a million neighbors, and less than what a client that sees a
/// number by mistake could not allocate.
pub const MAX_PAYLOAD: u32 = 128 << 20;

/// The most bytes that may follow the header of a request.
pub const MAX_REQUEST: u32 = 4096;

/// In the folder of [`Operation::OpenPipes`], what the client writes to.
pub const CALLS: &str = "calls";

/// In the folder of [`Operation::OpenPipes`], what the client reads from.
pub const ANSWERS: &str = "answers";

/// The most UTF-16 units of an alias, terminator included (`NDIS_IF_MAX_STRING_SIZE` + 1).
pub const MAX_ALIAS_CHARS: usize = 257;

macro_rules! operations {
    ($($(#[doc = $text:literal])+ $name:ident = $number:literal,)+) => {
        /// The function of NETIO that is called. The comments give request payload → response payload.
        #[repr(u16)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Operation {
            $($(#[doc = $text])+ $name = $number,)+
        }

        impl Operation {
            /// Every operation.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name of the function.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }
        }
    };
}

operations! {
    /// `FlushIpNetTable2`: [`FlushRequest`] → nothing.
    FlushIpNetTable2 = 1,
    /// `SetIpNetEntry2`: [`MIB_IPNET_ROW2`] → nothing.
    SetIpNetEntry2 = 2,
    /// `CreateIpNetEntry2`: [`MIB_IPNET_ROW2`] → nothing.
    CreateIpNetEntry2 = 3,
    /// `DeleteIpNetEntry2`: [`MIB_IPNET_ROW2`] → nothing.
    DeleteIpNetEntry2 = 4,
    /// `GetIpNetEntry2`: [`MIB_IPNET_ROW2`] → [`MIB_IPNET_ROW2`].
    GetIpNetEntry2 = 5,
    /// `ResolveIpNetEntry2`: [`ResolveRequest`] → [`MIB_IPNET_ROW2`].
    ResolveIpNetEntry2 = 6,
    /// `GetIpNetTable2`: [`FamilyRequest`] → a [`row::TableHeader`](crate::row::TableHeader) and its [`MIB_IPNET_ROW2`]s.
    GetIpNetTable2 = 7,
    /// `GetIpInterfaceTable`: [`FamilyRequest`] → a [`row::TableHeader`](crate::row::TableHeader) and its
    /// [`MIB_IPINTERFACE_ROW`]s.
    GetIpInterfaceTable = 8,
    /// `GetIpInterfaceEntry`: [`MIB_IPINTERFACE_ROW`] → the same.
    GetIpInterfaceEntry = 9,
    /// `SetIpInterfaceEntry`: [`MIB_IPINTERFACE_ROW`] → the same.
    SetIpInterfaceEntry = 10,
    /// `ConvertInterfaceLuidToIndex`: [`InterfaceId`] → [`InterfaceId`].
    ConvertInterfaceLuidToIndex = 11,
    /// `ConvertInterfaceIndexToLuid`: [`InterfaceId`] → [`InterfaceId`].
    ConvertInterfaceIndexToLuid = 12,
    /// `ConvertInterfaceLuidToAlias`: [`InterfaceId`] → UTF-16 units without terminator.
    ConvertInterfaceLuidToAlias = 13,
    /// `InitializeIpInterfaceEntry`: nothing → [`MIB_IPINTERFACE_ROW`].
    InitializeIpInterfaceEntry = 14,
    /// `NotifyIpInterfaceChange`: [`FamilyRequest`] → nothing, then events with an
    /// [`MIB_IPINTERFACE_ROW`].
    NotifyIpInterfaceChange = 15,
    /// `NotifyUnicastIpAddressChange`: [`FamilyRequest`] → nothing, then events with a
    /// [`MIB_UNICASTIPADDRESS_ROW`].
    NotifyUnicastIpAddressChange = 16,
    /// `GetUnicastIpAddressEntry`: [`MIB_UNICASTIPADDRESS_ROW`] → the same.
    GetUnicastIpAddressEntry = 17,
    /// What `NdisGetThreadObjectCompartmentId` and `NdisSetThreadObjectCompartmentId` must know of the machine: nothing →
    /// [`Compartments`].
    GetCompartments = 18,
    /// `GetUnicastIpAddressTable`: [`FamilyRequest`] → a [`row::TableHeader`](crate::row::TableHeader) and its
    /// [`MIB_UNICASTIPADDRESS_ROW`]s.
    GetUnicastIpAddressTable = 19,
    /// No function of NETIO: nothing → the path, in UTF-8, of a folder with two pipes. Once the client has opened both it asks
    /// this again, on the same connection: nothing → nothing, and from then on the calls go through the pipes.
    OpenPipes = 20,
    /// `GetIfTable2`: [`FamilyRequest`], whose family means nothing → a [`row::TableHeader`](crate::row::TableHeader) and
    /// its [`MIB_IF_ROW2`]s.
    GetIfTable2 = 21,
    /// `GetIpForwardTable2`: [`FamilyRequest`] → a [`row::TableHeader`](crate::row::TableHeader) and its
    /// [`MIB_IPFORWARD_ROW2`]s.
    GetIpForwardTable2 = 22,
    /// `GetBestRoute2`: [`BestRouteRequest`] → [`BestRoute`].
    GetBestRoute2 = 23,
}

impl Operation {
    /// Bytes of a row of the table that is answered, if a table is.
    #[must_use]
    pub const fn row(self) -> Option<usize> {
        match self {
            Self::GetIpNetTable2 => Some(size_of::<MIB_IPNET_ROW2>()),
            Self::GetIpInterfaceTable => Some(size_of::<MIB_IPINTERFACE_ROW>()),
            Self::GetIfTable2 => Some(size_of::<MIB_IF_ROW2>()),
            Self::GetIpForwardTable2 => Some(size_of::<MIB_IPFORWARD_ROW2>()),
            Self::GetUnicastIpAddressTable => Some(size_of::<MIB_UNICASTIPADDRESS_ROW>()),
            _ => None,
        }
    }

    /// The operation with this number, if there is one.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| *operation as u16 == number)
    }
}

/// What the client sends first.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct RequestHeader {
    /// [`MAGIC`].
    pub magic: u32,
    /// [`VERSION`] of the client.
    pub version: u16,
    /// An [`Operation`].
    pub operation: u16,
    /// Bytes of payload that follow.
    pub length: u32,
    /// The network compartment of the calling thread; all bits for the one that callers of the machine begin in.
    pub compartment: u32,
}

impl RequestHeader {
    /// A header of this version, in the compartment of the callers.
    #[must_use]
    pub const fn new(operation: Operation, length: u32) -> Self {
        Self { magic: MAGIC, version: VERSION, operation: operation as u16, length, compartment: u32::MAX }
    }

    /// What is asked for.
    ///
    /// # Errors
    /// What the server answers: `STATUS_REVISION_MISMATCH` to another version, `STATUS_INVALID_PARAMETER` to an
    /// operation that does not exist, or more payload than any has.
    pub fn operation(&self) -> Result<Operation, NtStatus> {
        if self.magic != MAGIC || self.version != VERSION {
            return Err(NtStatus::REVISION_MISMATCH);
        }
        let operation = Operation::from_number(self.operation).filter(|_| self.length <= MAX_REQUEST);
        operation.ok_or(NtStatus::INVALID_PARAMETER)
    }
}

/// What the server answers.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct ResponseHeader {
    /// [`MAGIC`].
    pub magic: u32,
    /// [`VERSION`] of the server.
    pub version: u16,
    /// Zero.
    pub reserved: u16,
    /// An NTSTATUS.
    status: i32,
    /// Bytes of payload that follow; 0 unless `status` is a success.
    pub length: u32,
}

impl ResponseHeader {
    /// A header of this version.
    #[must_use]
    pub const fn new(status: NtStatus, length: u32) -> Self {
        Self { magic: MAGIC, version: VERSION, reserved: 0, status: status.0, length }
    }

    /// What the function returns.
    #[must_use]
    pub const fn status(&self) -> NtStatus {
        NtStatus(self.status)
    }

    /// Whether the server speaks this version.
    #[must_use]
    pub const fn is_understood(&self) -> bool {
        self.magic == MAGIC && self.version == VERSION && self.length <= MAX_PAYLOAD
    }
}

/// What precedes the row of an event; `CancelMibChangeNotify2` closes the connection.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct EventHeader {
    /// `MIB_NOTIFICATION_TYPE`. The initial one, which has no row, never crosses the wire.
    pub notification: i32,
    /// Bytes of the row that follows.
    pub length: u32,
}

/// The network compartments of the machine, beside the primary one.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct Compartments {
    /// That in which threads of programs act that have entered no other.
    pub callers: u32,
    /// That of all links.
    pub links: u32,
}

impl Compartments {
    /// Whether the machine has this one.
    #[must_use]
    pub const fn has(&self, compartment: u32) -> bool {
        compartment == self.callers || compartment == self.links
    }

    /// Whether links are seen in the compartment that a [`RequestHeader`] names.
    #[must_use]
    pub const fn sees_links(&self, compartment: u32) -> bool {
        let meant = if compartment == u32::MAX { self.callers } else { compartment };
        meant == self.links
    }
}

/// Arguments of `FlushIpNetTable2`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct FlushRequest {
    /// `Family`.
    pub family: u16,
    /// Zero.
    pub reserved: u16,
    /// `InterfaceIndex`; 0 means every interface.
    pub interface_index: u32,
}

/// The argument of a table call.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct FamilyRequest {
    /// `Family`.
    pub family: u16,
    /// Zero.
    pub reserved: u16,
}

/// Arguments of `ResolveIpNetEntry2`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct ResolveRequest {
    /// The image of `Row`.
    pub row: <MIB_IPNET_ROW2 as Row>::Image,
    /// The image of `SourceAddress`, if `has_source` is not zero.
    pub source: <SOCKADDR_INET as Row>::Image,
    /// Whether the caller gave a `SourceAddress`.
    pub has_source: u32,
}

/// Arguments of `GetBestRoute2`; the sort options, which are not in use, stay behind.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct BestRouteRequest {
    /// `InterfaceLuid`; 0 if the caller gave none.
    pub luid: u64,
    /// `InterfaceIndex`.
    pub index: u32,
    /// Whether the caller gave a `SourceAddress`.
    pub has_source: u32,
    /// The image of `SourceAddress`, if `has_source` is not zero.
    pub source: <SOCKADDR_INET as Row>::Image,
    /// The image of `DestinationAddress`.
    pub destination: <SOCKADDR_INET as Row>::Image,
}

/// What `GetBestRoute2` gives back.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct BestRoute {
    /// The image of `BestRoute`.
    pub route: <MIB_IPFORWARD_ROW2 as Row>::Image,
    /// The image of `BestSourceAddress`.
    pub source: <SOCKADDR_INET as Row>::Image,
}

/// Both names of an interface; the one that is asked for is zero in the request.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct InterfaceId {
    /// A `NET_LUID`.
    pub luid: u64,
    /// A `NET_IFINDEX`.
    pub index: u32,
    /// Zero.
    pub reserved: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_name_operations_and_nothing_else() {
        for operation in Operation::ALL {
            assert_eq!(Operation::from_number(*operation as u16), Some(*operation));
        }
        assert_eq!(Operation::from_number(0), None);
        assert_eq!(Operation::from_number(24), None);
    }

    #[test]
    fn a_header_of_another_version_is_not_understood() {
        let good = ResponseHeader::new(NtStatus::SUCCESS, 8);
        assert!(good.is_understood());
        assert!(!ResponseHeader { version: VERSION + 1, ..good }.is_understood());
        assert!(!ResponseHeader { magic: 0, ..good }.is_understood());
        assert!(!ResponseHeader { length: MAX_PAYLOAD + 1, ..good }.is_understood());
    }
}
