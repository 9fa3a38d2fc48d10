//! What NETIO has on the machine of the tests.

use super::machine::{ETHERNET, FILTER, LOOPBACK, SWITCH, WIRELESS};
use netio_sys::{
    IF_STRING, IP_ADDRESS_PREFIX, MIB_IF_ROW2, MIB_IPFORWARD_ROW2, MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2,
    MIB_UNICASTIPADDRESS_ROW, SOCKADDR_INET,
};
use netioctl_abi::{AF_INET, AF_INET6};
use netioctl_loopback::Tables;
use std::net::IpAddr;

/// What is there at the start.
pub fn fill(tables: &mut Tables) {
    *tables.rows_mut() = interfaces();
    *tables.rows_mut() = neighbors();
    *tables.rows_mut() = addresses();
    *tables.rows_mut() = links();
    *tables.rows_mut() = routes();
}

pub fn interface(luid: u64, index: u32, family: u16, mtu: u32, metric: u32) -> MIB_IPINTERFACE_ROW {
    let mut row = MIB_IPINTERFACE_ROW {
        InterfaceLuid: luid,
        InterfaceIndex: index,
        Family: family,
        NlMtu: mtu,
        Metric: metric,
        Connected: 1,
        TransmitOffload: 0x05,
        BaseReachableTime: 30_000,
        ..MIB_IPINTERFACE_ROW::default()
    };
    row.ZoneIndices[3] = 7;
    row
}

fn interfaces() -> Vec<MIB_IPINTERFACE_ROW> {
    vec![
        interface(LOOPBACK, 1, AF_INET, u32::MAX, 75),
        interface(ETHERNET, 12, AF_INET, 1500, 25),
        interface(LOOPBACK, 1, AF_INET6, u32::MAX, 75),
        interface(ETHERNET, 12, AF_INET6, 1500, 25),
    ]
}

pub fn socket_address(address: &str, scope_id: u32) -> SOCKADDR_INET {
    match address.parse().unwrap() {
        IpAddr::V4(v4) => {
            SOCKADDR_INET { si_family: AF_INET, sin_addr_or_flowinfo: v4.octets(), ..SOCKADDR_INET::default() }
        }
        IpAddr::V6(v6) => SOCKADDR_INET {
            si_family: AF_INET6,
            sin6_addr: v6.octets(),
            sin6_scope_id: scope_id,
            ..SOCKADDR_INET::default()
        },
    }
}

fn addresses() -> Vec<MIB_UNICASTIPADDRESS_ROW> {
    let forever = MIB_UNICASTIPADDRESS_ROW {
        ValidLifetime: u32::MAX,
        PreferredLifetime: u32::MAX,
        DadState: 4,
        CreationTimeStamp: 0x01d9_0000_0000_0000,
        ..MIB_UNICASTIPADDRESS_ROW::default()
    };
    let row = |luid, index, address, prefix, [from_prefix, from_suffix]: [i32; 2]| MIB_UNICASTIPADDRESS_ROW {
        Address: socket_address(address, 0),
        InterfaceLuid: luid,
        InterfaceIndex: index,
        OnLinkPrefixLength: prefix,
        PrefixOrigin: from_prefix,
        SuffixOrigin: from_suffix,
        ..forever
    };
    vec![
        row(LOOPBACK, 1, "127.0.0.1", 8, [2, 2]),
        MIB_UNICASTIPADDRESS_ROW {
            ValidLifetime: 86_400,
            PreferredLifetime: 3_725,
            ..row(ETHERNET, 12, "192.0.2.1", 24, [3, 3])
        },
        row(LOOPBACK, 1, "::1", 128, [2, 2]),
        row(ETHERNET, 12, "fe80::2", 64, [2, 4]),
        MIB_UNICASTIPADDRESS_ROW {
            PreferredLifetime: 0,
            DadState: 3,
            SkipAsSource: 1,
            ..row(ETHERNET, 12, "2001:db8::2", 64, [4, 5])
        },
        MIB_UNICASTIPADDRESS_ROW { DadState: 9, ..row(ETHERNET, 12, "2001:db8::3", 64, [16, -1]) },
    ]
}

fn name(text: &str) -> IF_STRING {
    // Nothing of what stands behind a name may be shown.
    let mut name = [u16::from(b'#'); 257];
    for (place, unit) in name.iter_mut().zip(text.encode_utf16().chain([0])) {
        *place = unit;
    }
    name
}

/// Loopback, a card with a filter in its stack, a card that is not plugged in, and something without IP that is no card.
fn links() -> Vec<MIB_IF_ROW2> {
    let ethernet = MIB_IF_ROW2 {
        InterfaceLuid: ETHERNET,
        InterfaceIndex: 12,
        Alias: name("Ethernet 2"),
        Description: name("Fast Card #2"),
        PhysicalAddressLength: 6,
        PhysicalAddress: physical([2, 0, 0, 0, 0x77, 0x20]),
        PermanentPhysicalAddress: physical([2, 0, 0, 0, 0x77, 0x21]),
        Mtu: 1500,
        Type: 6,
        InterfaceAndOperStatusFlags: 0x05,
        OperStatus: 1,
        AdminStatus: 1,
        MediaConnectState: 1,
        TransmitLinkSpeed: 2_500_000_000,
        ReceiveLinkSpeed: 10_000_000_000,
        InOctets: 1_000,
        InUcastPkts: 7,
        InNUcastPkts: 3,
        OutErrors: 4,
        ..MIB_IF_ROW2::default()
    };
    let other = |luid, index, alias| {
        let mut row = ethernet;
        (row.InterfaceLuid, row.InterfaceIndex, row.Alias) = (luid, index, name(alias));
        row
    };
    vec![
        MIB_IF_ROW2 {
            PhysicalAddressLength: 0,
            Type: 24,
            InterfaceAndOperStatusFlags: 0,
            TransmitLinkSpeed: u64::MAX,
            ReceiveLinkSpeed: u64::MAX,
            ..other(LOOPBACK, 1, "Loopback Pseudo-Interface 1")
        },
        ethernet,
        MIB_IF_ROW2 { InterfaceAndOperStatusFlags: 0x02, ..other(FILTER, 13, "Ethernet 2-Filter-0000") },
        MIB_IF_ROW2 {
            Type: 71,
            InterfaceAndOperStatusFlags: 0x15,
            OperStatus: 2,
            MediaConnectState: 2,
            ..other(WIRELESS, 14, "Wi-Fi")
        },
        MIB_IF_ROW2 {
            Type: 53,
            InterfaceAndOperStatusFlags: 0,
            OperStatus: 9,
            AdminStatus: 2,
            ..other(SWITCH, 15, "Switch")
        },
    ]
}

fn physical(bytes: [u8; 6]) -> [u8; 32] {
    let mut address = [b'#'; 32];
    address[..6].copy_from_slice(&bytes);
    address
}

pub fn route(destination: &str, prefix: u8, next_hop: &str, metric: u32) -> MIB_IPFORWARD_ROW2 {
    MIB_IPFORWARD_ROW2 {
        InterfaceLuid: ETHERNET,
        InterfaceIndex: 12,
        DestinationPrefix: IP_ADDRESS_PREFIX { Prefix: socket_address(destination, 0), PrefixLength: prefix },
        NextHop: socket_address(next_hop, 0),
        ValidLifetime: u32::MAX,
        PreferredLifetime: u32::MAX,
        Metric: metric,
        Protocol: 3,
        ..MIB_IPFORWARD_ROW2::default()
    }
}

fn routes() -> Vec<MIB_IPFORWARD_ROW2> {
    let own = |row| MIB_IPFORWARD_ROW2 { Protocol: 2, Origin: 1, Immortal: 1, ..row };
    let loopback = |row| MIB_IPFORWARD_ROW2 { InterfaceLuid: LOOPBACK, InterfaceIndex: 1, Loopback: 1, ..own(row) };
    vec![
        own(route("192.0.2.0", 24, "0.0.0.0", 256)),
        MIB_IPFORWARD_ROW2 { Protocol: 19, Origin: 2, ..route("0.0.0.0", 0, "192.0.2.254", 0) },
        route("198.51.100.0", 24, "192.0.2.253", 1),
        own(route("192.0.2.1", 32, "0.0.0.0", 256)),
        own(route("224.0.0.0", 4, "0.0.0.0", 256)),
        loopback(route("127.0.0.0", 8, "0.0.0.0", 256)),
        own(route("2001:db8::", 64, "::", 256)),
        MIB_IPFORWARD_ROW2 {
            ValidLifetime: 1800,
            Protocol: 77,
            Origin: 3,
            NextHop: socket_address("fe80::1", 12),
            ..route("::", 0, "::", 16)
        },
        own(route("fe80::", 64, "::", 256)),
    ]
}

/// A neighbor behind the Ethernet interface.
pub fn neighbor(address: &str, state: i32, mac: &[u8], flags: u8, scope_id: u32) -> MIB_IPNET_ROW2 {
    let mut row = MIB_IPNET_ROW2 {
        Address: socket_address(address, scope_id),
        InterfaceLuid: ETHERNET,
        InterfaceIndex: 12,
        State: state,
        Flags: flags,
        ReachabilityTime: 1500,
        PhysicalAddressLength: u32::try_from(mac.len()).unwrap(),
        ..MIB_IPNET_ROW2::default()
    };
    row.PhysicalAddress[..mac.len()].copy_from_slice(mac);
    row
}

pub fn neighbors() -> Vec<MIB_IPNET_ROW2> {
    vec![
        neighbor("192.0.2.10", 5, &[2, 0, 0, 0, 0x77, 2], 0, 0),
        neighbor("192.0.2.9", 0, &[0; 6], 2, 0),
        neighbor("192.0.2.11", 1, &[], 0, 0),
        neighbor("2001:db8::1", 4, &[2, 0, 0, 0, 0x77, 1], 1, 0),
        neighbor("fe80::1", 6, &[2, 0, 0, 0, 0x77, 1], 1, 12),
        neighbor("192.0.2.12", 9, &[2, 0, 0, 0, 0x77, 3], 0, 0),
        neighbor("224.0.0.22", 6, &[1, 0, 0x5e, 0, 0, 0x16], 0, 0),
        neighbor("192.0.2.255", 6, &[0xff; 6], 0, 0),
    ]
}
