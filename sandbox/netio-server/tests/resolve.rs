//! Resolution: it waits for the network, and nobody else waits for it.
#![cfg(target_os = "linux")]

mod support;

use netio_sys::MIB_IPNET_ROW2;
use netio_wire::{Operation, ResolveRequest, Row, row, row::state};
use netioctl_status::NtStatus;
use std::{
    thread,
    time::{Duration, Instant},
};
use support::{call, create, get, in_private_network, neighbors, row, whole};

fn resolve(row: &MIB_IPNET_ROW2, source: Option<&str>) -> Result<MIB_IPNET_ROW2, NtStatus> {
    let request = ResolveRequest {
        row: row.image(),
        source: source.map_or(row.Address, |source| row::socket_address(source.parse().unwrap())).image(),
        has_source: u32::from(source.is_some()),
    };
    call(Operation::ResolveIpNetEntry2, &request).map(|payload| whole(&payload))
}

#[test]
fn a_neighbor_that_answers_replaces_a_permanent_row() {
    in_private_network("a_neighbor_that_answers_replaces_a_permanent_row", |network| {
        for address in ["10.1.0.2", "fd00:1::2"] {
            let wanted = row(address, network.a);
            assert_eq!(create(&wanted), Ok(()));
            let found = resolve(&wanted, None).unwrap();
            assert_eq!(found.State, state::REACHABLE, "{address}");
            assert_ne!(row::physical(&found), row::physical(&wanted));
            assert_eq!(get(&wanted).map(|row| row.PhysicalAddress), Ok(found.PhysicalAddress));
        }
        assert_eq!(resolve(&row("10.1.0.2", network.b), Some("10.1.0.1")).map(|row| row.InterfaceIndex), Ok(network.a));
        assert_eq!(resolve(&row("10.1.0.2", network.a), Some("10.9.9.9")).map(|_| ()), Err(NtStatus::NOT_FOUND));
        assert_eq!(resolve(&row("127.0.0.1", network.a), None).map(|_| ()), Err(NtStatus::INVALID_PARAMETER));
    });
}

#[test]
fn silence_is_a_bad_network_name_and_holds_up_nobody() {
    in_private_network("silence_is_a_bad_network_name_and_holds_up_nobody", |network| {
        let missing = row("10.1.0.77", network.a);
        let started = Instant::now();
        let waiting = thread::spawn(move || resolve(&missing, None).map(|_| ()));
        for _ in 0..20 {
            assert!(neighbors(0).is_ok());
        }
        assert!(!waiting.is_finished(), "table calls waited for the resolution");
        assert_eq!(waiting.join().unwrap(), Err(NtStatus::BAD_NETWORK_NAME));
        assert!(started.elapsed() >= Duration::from_secs(2), "it gave up too early");
        assert_eq!(get(&missing).map(|row| (row.State, row.Flags)), Ok((state::UNREACHABLE, 2)));
    });
}
