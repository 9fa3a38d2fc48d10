//! Resolution: it waits for the network, and nobody else waits for it.
#![cfg(target_os = "linux")]

mod support;

use netio_wire::{IpNetRow, Operation, ResolveRequest, SocketAddress, row::state};
use netioctl_status::NtStatus;
use std::{
    thread,
    time::{Duration, Instant},
};
use support::{call, create, get, in_private_network, neighbors, row};
use zerocopy::FromBytes;

fn resolve(row: &IpNetRow, source: Option<&str>) -> Result<IpNetRow, NtStatus> {
    let request = ResolveRequest {
        row: *row,
        source: source.map_or(row.address, |source| SocketAddress::new(source.parse().unwrap())),
        has_source: u32::from(source.is_some()),
    };
    call(Operation::ResolveIpNetEntry2, &request).map(|payload| IpNetRow::read_from_bytes(&payload).unwrap())
}

#[test]
fn a_neighbor_that_answers_replaces_a_permanent_row() {
    in_private_network("a_neighbor_that_answers_replaces_a_permanent_row", |network| {
        for address in ["10.1.0.2", "fd00:1::2"] {
            let wanted = row(address, network.a);
            assert_eq!(create(&wanted), Ok(()));
            let found = resolve(&wanted, None).unwrap();
            assert_eq!(found.state, state::REACHABLE, "{address}");
            assert_ne!(found.physical(), wanted.physical());
            assert_eq!(get(&wanted).map(|row| row.physical_address), Ok(found.physical_address));
        }
        assert_eq!(
            resolve(&row("10.1.0.2", network.b), Some("10.1.0.1")).map(|row| row.interface_index),
            Ok(network.a)
        );
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
        assert_eq!(get(&missing).map(|row| (row.state, row.flags)), Ok((state::UNREACHABLE, 2)));
    });
}
