//! The rows of `netioapi.h` as they cross the wire: their memory images, padding included.
//!
//! The rows themselves are those of `netio-sys`, which have padding that no member stands for. An image is all bytes of
//! a row. What the padding holds never counts, and what is written there is [`POISON`].

use crate::{AF_INET, AF_INET6, POISON};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use netio_sys::{
    IF_MAX_PHYS_ADDRESS_LENGTH, IF_MAX_STRING_SIZE, IF_STRING, IP_ADDRESS_PREFIX, MIB_IF_ROW2, MIB_IPFORWARD_ROW2,
    MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, MIB_UNICASTIPADDRESS_ROW, SOCKADDR_INET,
};
use zerocopy::{FromBytes, FromZeros, Immutable, IntoBytes, KnownLayout};

/// A structure of `netioapi.h` that crosses the wire.
pub trait Row: Copy {
    /// All of its bytes.
    type Image: FromBytes + FromZeros + IntoBytes + Immutable + KnownLayout + Copy + PartialEq + core::fmt::Debug;

    /// An image whose every byte is [`POISON`].
    const POISONED: Self::Image;

    /// The image, its padding poisoned.
    fn image(&self) -> Self::Image;

    /// The structure with this image, whatever is in the padding.
    fn of_image(image: &Self::Image) -> Self;

    /// The structure whose image these bytes are; `None` for any other number of bytes.
    #[must_use]
    fn read(bytes: &[u8]) -> Option<Self> {
        Self::Image::read_from_bytes(bytes).ok().map(|image| Self::of_image(&image))
    }

    /// A structure whose every byte is [`POISON`].
    #[must_use]
    fn poisoned() -> Self {
        Self::of_image(&Self::POISONED)
    }
}

/// A member's bytes within an image.
macro_rules! member {
    ($image:expr, $row:ty, $member:ident) => {
        $image[core::mem::offset_of!($row, $member)..]
    };
}

/// Implements [`Row`] for a structure with all of its members: those that are integers or arrays of them, and behind `+`
/// those that are structures with images of their own.
macro_rules! row {
    ($row:ident { $($member:ident)* $(+ $($inner:ident)*)? }) => {
        impl Row for $row {
            type Image = [u8; size_of::<$row>()];

            const POISONED: Self::Image = [POISON; size_of::<$row>()];

            fn image(&self) -> Self::Image {
                let mut image = Self::POISONED;
                // Does not compile when a member is left out.
                let Self { $($member,)* $($($inner,)*)? } = self;
                $($member.write_to_prefix(&mut member!(image, $row, $member)).expect("the member lies in the row");)*
                $($($inner.image().write_to_prefix(&mut member!(image, $row, $inner)).expect("as above");)*)?
                image
            }

            fn of_image(image: &Self::Image) -> Self {
                Self {
                    $($member: FromBytes::read_from_prefix(&member!(image, $row, $member)).expect("as above").0,)*
                    $($($inner: {
                        let inner = FromBytes::read_from_prefix(&member!(image, $row, $inner)).expect("as above").0;
                        Row::of_image(&inner)
                    },)*)?
                }
            }
        }
    };
}

row!(SOCKADDR_INET { si_family port sin_addr_or_flowinfo sin6_addr sin6_scope_id });
row!(MIB_IPNET_ROW2 {
    InterfaceIndex InterfaceLuid PhysicalAddress PhysicalAddressLength State Flags ReachabilityTime
    + Address
});
row!(MIB_UNICASTIPADDRESS_ROW {
    InterfaceLuid InterfaceIndex PrefixOrigin SuffixOrigin ValidLifetime PreferredLifetime OnLinkPrefixLength
    SkipAsSource DadState ScopeId CreationTimeStamp
    + Address
});
row!(MIB_IPINTERFACE_ROW {
    Family InterfaceLuid InterfaceIndex MaxReassemblySize InterfaceIdentifier MinRouterAdvertisementInterval
    MaxRouterAdvertisementInterval AdvertisingEnabled ForwardingEnabled WeakHostSend WeakHostReceive
    UseAutomaticMetric UseNeighborUnreachabilityDetection ManagedAddressConfigurationSupported
    OtherStatefulConfigurationSupported AdvertiseDefaultRoute RouterDiscoveryBehavior DadTransmits
    BaseReachableTime RetransmitTime PathMtuDiscoveryTimeout LinkLocalAddressBehavior LinkLocalAddressTimeout
    ZoneIndices SitePrefixLength Metric NlMtu Connected SupportsWakeUpPatterns SupportsNeighborDiscovery
    SupportsRouterDiscovery ReachableTime TransmitOffload ReceiveOffload DisableDefaultRoutes
});

row!(MIB_IF_ROW2 {
    InterfaceLuid InterfaceIndex InterfaceGuid Alias Description PhysicalAddressLength PhysicalAddress
    PermanentPhysicalAddress Mtu Type TunnelType MediaType PhysicalMediumType AccessType DirectionType
    InterfaceAndOperStatusFlags OperStatus AdminStatus MediaConnectState NetworkGuid ConnectionType TransmitLinkSpeed
    ReceiveLinkSpeed InOctets InUcastPkts InNUcastPkts InDiscards InErrors InUnknownProtos InUcastOctets
    InMulticastOctets InBroadcastOctets OutOctets OutUcastPkts OutNUcastPkts OutDiscards OutErrors OutUcastOctets
    OutMulticastOctets OutBroadcastOctets OutQLen
});
row!(IP_ADDRESS_PREFIX { PrefixLength + Prefix });
row!(MIB_IPFORWARD_ROW2 {
    InterfaceLuid InterfaceIndex SitePrefixLength ValidLifetime PreferredLifetime Metric Protocol Loopback
    AutoconfigureAddress Publish Immortal Age Origin
    + DestinationPrefix NextHop
});

/// Values of `NL_NEIGHBOR_STATE`.
pub mod state {
    /// `NlnsUnreachable`.
    pub const UNREACHABLE: i32 = 0;
    /// `NlnsIncomplete`.
    pub const INCOMPLETE: i32 = 1;
    /// `NlnsProbe`.
    pub const PROBE: i32 = 2;
    /// `NlnsDelay`.
    pub const DELAY: i32 = 3;
    /// `NlnsStale`.
    pub const STALE: i32 = 4;
    /// `NlnsReachable`.
    pub const REACHABLE: i32 = 5;
    /// `NlnsPermanent`.
    pub const PERMANENT: i32 = 6;
}

/// An address as a row has it: port, flow and scope are zero, and what IPv4 leaves unused is poisoned.
#[must_use]
pub fn socket_address(address: IpAddr) -> SOCKADDR_INET {
    match address {
        IpAddr::V4(v4) => {
            let mut unused = [POISON; 16];
            // `sin_zero`.
            unused[..8].fill(0);
            SOCKADDR_INET {
                si_family: AF_INET,
                port: 0,
                sin_addr_or_flowinfo: v4.octets(),
                sin6_addr: unused,
                sin6_scope_id: u32::from_ne_bytes([POISON; 4]),
            }
        }
        IpAddr::V6(v6) => SOCKADDR_INET { si_family: AF_INET6, sin6_addr: v6.octets(), ..SOCKADDR_INET::default() },
    }
}

/// The address in a row, unless the family is another than IPv4 and IPv6.
#[must_use]
pub fn ip(address: &SOCKADDR_INET) -> Option<IpAddr> {
    match address.si_family {
        AF_INET => Some(IpAddr::V4(Ipv4Addr::from(address.sin_addr_or_flowinfo))),
        AF_INET6 => Some(IpAddr::V6(Ipv6Addr::from(address.sin6_addr))),
        _ => None,
    }
}

/// A neighbor with every member poisoned except the address and the physical address, which is cut at 32 bytes.
#[must_use]
pub fn neighbor(address: IpAddr, physical_address: &[u8]) -> MIB_IPNET_ROW2 {
    let mut physical = [POISON; IF_MAX_PHYS_ADDRESS_LENGTH];
    let mut length = 0;
    for (slot, byte) in physical.iter_mut().zip(physical_address) {
        *slot = *byte;
        length += 1;
    }
    MIB_IPNET_ROW2 {
        Address: socket_address(address),
        PhysicalAddress: physical,
        PhysicalAddressLength: length,
        ..MIB_IPNET_ROW2::poisoned()
    }
}

/// The physical address of a neighbor, unless its length cannot be right.
#[must_use]
pub fn physical(row: &MIB_IPNET_ROW2) -> Option<&[u8]> {
    row.PhysicalAddress.get(..usize::try_from(row.PhysicalAddressLength).ok()?)
}

/// Both physical addresses of an interface as a row has them: what lies beyond their length is poisoned.
#[must_use]
pub fn physical_addresses(
    current: &[u8],
    permanent: &[u8],
) -> (u32, [u8; IF_MAX_PHYS_ADDRESS_LENGTH], [u8; IF_MAX_PHYS_ADDRESS_LENGTH]) {
    let (mut addresses, mut length) = ([[POISON; IF_MAX_PHYS_ADDRESS_LENGTH]; 2], 0);
    for (index, byte) in current.iter().take(IF_MAX_PHYS_ADDRESS_LENGTH).enumerate() {
        addresses[0][index] = *byte;
        // Zeros where the device does not say.
        addresses[1][index] = permanent.get(index).copied().unwrap_or(0);
        length += 1;
    }
    (length, addresses[0], addresses[1])
}

/// A name as a row has it: as much as there is room for, a terminator, and poison.
#[must_use]
pub fn name(text: &str) -> IF_STRING {
    let mut name = [u16::from_le_bytes([POISON; 2]); IF_MAX_STRING_SIZE + 1];
    let mut length = 0;
    for (place, unit) in name.iter_mut().take(IF_MAX_STRING_SIZE).zip(text.encode_utf16()) {
        *place = unit;
        length += 1;
    }
    name[length] = 0;
    name
}

/// The interface row of a change notification: every member is poisoned but the family and the ids.
#[must_use]
pub fn changed_interface(family: u16, luid: u64, index: u32) -> MIB_IPINTERFACE_ROW {
    MIB_IPINTERFACE_ROW {
        Family: family,
        InterfaceLuid: luid,
        InterfaceIndex: index,
        ..MIB_IPINTERFACE_ROW::poisoned()
    }
}

/// The address row of a change notification: every member is poisoned but the keys.
#[must_use]
pub fn changed_address(address: IpAddr, luid: u64, index: u32) -> MIB_UNICASTIPADDRESS_ROW {
    MIB_UNICASTIPADDRESS_ROW {
        Address: socket_address(address),
        InterfaceLuid: luid,
        InterfaceIndex: index,
        ..MIB_UNICASTIPADDRESS_ROW::poisoned()
    }
}

/// What precedes the rows of a `MIB_…_TABLE`; the first row follows at once.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct TableHeader {
    /// `NumEntries`.
    pub num_entries: u32,
    /// Padding, poisoned.
    pub padding: [u8; 4],
}

impl TableHeader {
    /// The header of a table of `num_entries` rows.
    #[must_use]
    pub const fn new(num_entries: u32) -> Self {
        Self { num_entries, padding: [POISON; 4] }
    }
}

/// Whether the bytes are a table: a header, and as many rows of this size as it says.
#[must_use]
pub fn is_table(bytes: &[u8], row: usize) -> bool {
    let Ok((header, rows)) = TableHeader::read_from_prefix(bytes) else { return false };
    let count = usize::try_from(header.num_entries).ok();
    count.and_then(|count| count.checked_mul(row)) == Some(rows.len())
}

const _: () = assert!(size_of::<TableHeader>() == core::mem::offset_of!(netio_sys::MIB_IPNET_TABLE2, Table));
const _: () = assert!(size_of::<TableHeader>() == core::mem::offset_of!(netio_sys::MIB_IPINTERFACE_TABLE, Table));

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;

    /// A row keeps every member, and nothing of its padding, on its way over the wire.
    fn survives<R: Row + PartialEq + core::fmt::Debug>(bytes: &[u8], padding: impl Fn(usize) -> bool) {
        let row = R::read(bytes).unwrap();
        let image = row.image();
        assert_eq!(R::of_image(&image), row);
        for (at, (sent, given)) in image.as_bytes().iter().zip(bytes).enumerate() {
            let expected = if padding(at) { POISON } else { *given };
            assert_eq!(*sent, expected, "byte {at}");
        }
        assert!(R::read(&bytes[1..]).is_none());
    }

    proptest! {
        #[test]
        fn rows_survive_their_images_without_their_padding(bytes in proptest::collection::vec(any::<u8>(), 1352)) {
            survives::<SOCKADDR_INET>(&bytes[..28], |_| false);
            survives::<MIB_IPNET_ROW2>(&bytes[..88], |at| (81..84).contains(&at));
            survives::<MIB_UNICASTIPADDRESS_ROW>(&bytes[..80], |at| matches!(at, 28..32 | 62..64));
            survives::<MIB_IPINTERFACE_ROW>(&bytes[..168], |at| matches!(at, 2..8 | 49..52 | 167));
            survives::<MIB_IF_ROW2>(&bytes, |at| matches!(at, 1153..1156 | 1188..1192));
            survives::<MIB_IPFORWARD_ROW2>(&bytes[..104], |at| matches!(at, 41..44 | 73..76));
        }

        #[test]
        fn an_address_survives_its_row(address: IpAddr) {
            prop_assert_eq!(ip(&socket_address(address)), Some(address));
        }

        #[test]
        fn whatever_a_neighbor_does_not_define_is_poison(address: IpAddr, bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let row = neighbor(address, &bytes);
            let kept = bytes.len().min(IF_MAX_PHYS_ADDRESS_LENGTH);
            prop_assert_eq!(physical(&row), Some(&bytes[..kept]));
            let image = row.image();
            prop_assert!(image[40 + kept..72].iter().all(|byte| *byte == POISON));
            prop_assert!(image[81..84].iter().all(|byte| *byte == POISON));
            if address.is_ipv4() {
                prop_assert!(image[8..16].iter().all(|byte| *byte == 0));
                prop_assert!(image[16..28].iter().all(|byte| *byte == POISON));
            }
        }

        #[test]
        fn a_physical_address_longer_than_its_array_is_no_address(length in 33u32..) {
            let mut row = neighbor(IpAddr::V4(Ipv4Addr::LOCALHOST), &[]);
            row.PhysicalAddressLength = length;
            prop_assert_eq!(physical(&row), None);
        }

        #[test]
        fn the_address_of_a_change_has_its_keys_and_nothing_else(address: IpAddr, luid: u64, index: u32) {
            let row = changed_address(address, luid, index);
            prop_assert_eq!((ip(&row.Address), row.InterfaceLuid, row.InterfaceIndex), (Some(address), luid, index));
            let image = row.image();
            prop_assert!(image[28..32].iter().chain(&image[44..]).all(|byte| *byte == POISON));
        }
    }

    #[test]
    fn the_padding_of_an_interface_row_and_of_a_table_is_poison() {
        let image = MIB_IPINTERFACE_ROW::default().image();
        for range in [2..8, 49..52, 167..168] {
            assert!(image[range].iter().all(|byte| *byte == POISON));
        }
        assert!(TableHeader::new(3).as_bytes()[4..].iter().all(|byte| *byte == POISON));
    }

    #[test]
    fn the_interface_of_a_change_has_its_keys_and_nothing_else() {
        let row = changed_interface(AF_INET6, 6 << 48 | 2 << 24, 2);
        assert_eq!((row.Family, row.InterfaceLuid, row.InterfaceIndex), (AF_INET6, 6 << 48 | 2 << 24, 2));
        assert!(row.image()[20..].iter().all(|byte| *byte == POISON));
    }

    #[test]
    fn a_table_has_the_rows_that_it_says() {
        let table = |count, rows| [TableHeader::new(count).as_bytes(), &[0; 32][..rows]].concat();
        assert!(is_table(&table(2, 16), 8) && is_table(&table(0, 0), 8));
        assert!(!is_table(&table(3, 16), 8) && !is_table(&table(2, 15), 8) && !is_table(&table(u32::MAX, 16), 8));
        assert!(!is_table(&[0; 7], 8));
    }

    #[test]
    fn another_family_has_no_address() {
        let mut address = socket_address(IpAddr::V4(Ipv4Addr::LOCALHOST));
        address.si_family = 10;
        assert_eq!(ip(&address), None);
    }
}
