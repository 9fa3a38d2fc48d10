//! What the guidelines for Rust's interfaces ask of types, for the types that programs keep, compare, send and show.
//!
//! It names nothing of the contract's own crate: whoever has this one has all that its interface speaks of.

use netioctl_client::{
    AddressFamily, AdminStatus, BestRoute, Canceller, Capabilities, Change, ChangeKind, Changes, ControlCode, DadState,
    Device, Error, ErrorKind, Failure, Family, Interface, InterfaceChange, InterfaceKey, InterfaceLuid,
    InterfaceLuidError, InterfaceMember, Link, LinkCounters, LinkFlags, MediaConnectState, Neighbor, NeighborChange,
    NeighborFlags, NeighborKey, NeighborState, NeighborUpdate, NtStatus, Offload, OperStatus, Operation, PackedTable,
    PhysicalAddress, PhysicalAddressError, PrefixOrigin, Route, RouteOrigin, RouteProtocol, RouteQuery, Statistics,
    SuffixOrigin, Table, UnicastAddress, UnknownNumber, UnknownWord, Version, Watch, WatchSources,
};
use std::{
    error,
    fmt::{Debug, Display},
    hash::Hash,
    str::FromStr,
};

fn value<T: Clone + Debug + Eq + Hash + Send + Sync + Unpin + 'static>() {}
fn small<T: Copy>() {}
fn read_and_shown<T: Display + FromStr<Err: error::Error + Send + Sync>>() {}
fn error<T: error::Error + Send + Sync + 'static>() {}
fn shared<T: Clone + Debug + Send + Sync + 'static>() {}

#[test]
fn values_can_be_kept_compared_hashed_and_sent() {
    value::<Neighbor>();
    value::<Interface>();
    value::<UnicastAddress>();
    value::<(Link, LinkCounters, Route, RouteQuery, BestRoute, LinkFlags)>();
    value::<Statistics>();
    value::<Changes>();
    value::<Change>();
    value::<NeighborKey>();
    value::<NeighborUpdate>();
    value::<NeighborChange>();
    value::<InterfaceChange>();
    value::<InterfaceKey>();
    value::<Version>();
    value::<(Table<Neighbor>, PackedTable<Neighbor>)>();
    value::<(Capabilities, ControlCode, InterfaceMember, NeighborFlags, NtStatus, Offload, Operation, WatchSources)>();
    value::<(ErrorKind, Failure, UnknownNumber, UnknownWord, InterfaceLuidError, PhysicalAddressError)>();
    small::<(NeighborKey, NeighborUpdate, InterfaceLuid, PhysicalAddress, Version, Failure, ErrorKind)>();
}

#[test]
fn what_people_write_is_read_and_shown() {
    value::<(Family, AddressFamily, NeighborState, PrefixOrigin, SuffixOrigin, DadState, ChangeKind)>();
    read_and_shown::<Family>();
    read_and_shown::<AddressFamily>();
    read_and_shown::<NeighborState>();
    read_and_shown::<PrefixOrigin>();
    read_and_shown::<SuffixOrigin>();
    read_and_shown::<DadState>();
    read_and_shown::<ChangeKind>();
    read_and_shown::<OperStatus>();
    read_and_shown::<AdminStatus>();
    read_and_shown::<MediaConnectState>();
    read_and_shown::<RouteProtocol>();
    read_and_shown::<RouteOrigin>();
    read_and_shown::<PhysicalAddress>();
    read_and_shown::<InterfaceLuid>();
}

#[test]
fn errors_are_errors_and_handles_are_shared() {
    error::<Error>();
    error::<Failure>();
    error::<UnknownNumber>();
    error::<UnknownWord>();
    error::<InterfaceLuidError>();
    error::<PhysicalAddressError>();
    shared::<Device>();
    shared::<Watch>();
    shared::<Canceller>();
}

#[test]
fn addresses_and_numbers_are_converted() {
    let bytes: &[u8] = &[2, 0, 0, 0, 0x77, 2];
    let address = PhysicalAddress::try_from(bytes).unwrap();
    assert_eq!((address.as_ref(), address.to_string().parse()), (bytes, Ok(address)));
    assert_eq!(PhysicalAddress::try_from(&[0; 33][..]), Err(PhysicalAddressError::TooLong));
    assert_eq!(PhysicalAddress::default(), PhysicalAddress::EMPTY);
    let luid = InterfaceLuid::from(0x0006_0080_0700_0000);
    assert_eq!((InterfaceKey::from(luid), u64::from(luid)), (InterfaceKey::Luid(luid), luid.0));
    assert_eq!(format!("{luid:x} {luid:#X}"), "6008007000000 0x6008007000000");
    for family in [Family::Both, Family::Ipv4, Family::Ipv6] {
        assert_eq!(family.to_string().parse(), Ok(family));
    }
    assert_eq!(("inet".parse(), Family::from(AddressFamily::Ipv6)), (Ok(Family::Ipv4), Family::Ipv6));
    assert_eq!("ipx".parse::<Family>().unwrap_err().to_string(), "not one of both, IPv4, IPv6");
}
