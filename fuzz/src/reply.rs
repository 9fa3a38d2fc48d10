//! The client under any reply: what it hands out is what the bytes say, or it refuses them.

use crate::take::{byte, short, word};
use arbitrary::Unstructured;
use netioctl_abi::{
    ABI_MAJOR, AF_INET, AddressFamily, Capabilities, NtStatus, STATUSES,
    wire::{
        AddressRow, BatchReply, BestRouteReply, ChangeEvent, InterfaceRow, LinkRow, NeighborRow, RouteRow,
        StatisticsRow, Structure, TableHeader, VersionReply, WatchReply,
    },
};
use netioctl_client::{
    BestRoute, Canceller, Change, Device, Error, Failure, Family, Interface, InterfaceKey, Link, Neighbor,
    NeighborChange, NeighborKey, Route, RouteQuery, Statistics, Table, Transport, UnicastAddress, WatchSources,
};
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use zerocopy::{FromBytes, FromZeros, IntoBytes};

/// Calls of one input, at most.
const MAX_CALLS: u32 = 8;

/// Changes of a batch.
const CHANGES: usize = 3;

/// What a driver that is not to be trusted has answered.
#[derive(Default)]
struct Answer {
    /// What it will answer with, the first byte last.
    rest: Vec<u8>,
    /// The bytes that the last request succeeded with.
    last: Vec<u8>,
}

/// A driver that is not to be trusted.
#[derive(Clone, Default)]
struct Liar(Arc<Mutex<Answer>>);

impl Liar {
    fn answer(&self) -> MutexGuard<'_, Answer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self, length: usize) -> Vec<u8> {
        let mut answer = self.answer();
        let left = answer.rest.len().saturating_sub(length);
        let mut next: Vec<u8> = answer.rest.drain(left..).rev().collect();
        next.resize(length, 0);
        next
    }
}

impl Transport for Liar {
    fn control(&self, code: u32, _: &[u8], output: &mut [u8], _: Option<&Canceller>) -> Result<usize, Failure> {
        let head = self.next(8);
        let input = &mut Unstructured::new(&head);
        let (kind, length, claim) = (byte(input), usize::from(short(input)) % 2048, word(input));
        let bytes = self.next(length);
        let written = length.min(output.len());
        output[..written].copy_from_slice(&bytes[..written]);
        // Mostly it says how much it has written.
        let said = if kind & 0x80 == 0 { written } else { claim as usize };
        self.answer().last = output.get(..said).unwrap_or_default().to_vec();
        let failure = |status: NtStatus, bytes| {
            let win32 = status.info().map_or(317, |info| info.win32);
            Failure { win32, ntstatus: Some(status), bytes }
        };
        match kind & 7 {
            6 => Err(failure(NtStatus::BUFFER_OVERFLOW, said)),
            7 => Err(failure(STATUSES[claim as usize % STATUSES.len()], said)),
            _ if code == 0 => Ok(0),
            _ => Ok(said),
        }
    }
}

/// Calls what the bytes name, and lets them be the answers.
pub fn run(input: &[u8]) {
    let (calls, answers) = input.split_at(input.len().min(MAX_CALLS as usize));
    let liar = Liar::default();
    let version = VersionReply {
        abi_major: ABI_MAJOR,
        abi_minor: 0,
        driver_version: [1, 2, 3],
        reserved: [0; 3],
        capabilities: Capabilities::all().bits(),
    };
    let length = u16::try_from(size_of::<VersionReply>()).unwrap_or_default().to_le_bytes();
    let honest = [&[0][..], &length, &[0; 5], version.as_bytes()].concat();
    liar.answer().rest = honest.iter().rev().copied().collect();
    let device = Device::over(liar.clone()).expect("the first answer is good");
    liar.answer().rest = answers.iter().rev().copied().collect();
    for call in calls {
        ask(&device, &liar, *call);
        if liar.answer().rest.is_empty() {
            break;
        }
    }
}

fn ask(device: &Device, liar: &Liar, call: u8) {
    let key = NeighborKey::new(InterfaceKey::Index(1), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
    match call % 13 {
        0 => table(liar, device.neighbor_table(Family::Both).map(Table::into_rows), neighbor),
        1 => table(liar, device.interface_table(Family::Both).map(Table::into_rows), interface),
        2 => table(liar, device.address_table(Family::Both).map(Table::into_rows), address),
        3 => table(liar, device.statistics().map(Table::into_rows), statistics),
        4 => row(liar, device.neighbor(&key), neighbor),
        5 => row(liar, device.interface(InterfaceKey::Index(1), AddressFamily::Ipv4), interface),
        6 => {
            if let Some(changes) = known(device.watch(WatchSources::all(), Family::Both).wait()) {
                events(&liar.answer().last, &changes.events, changes.lost);
            }
        }
        7 => {
            if let Some(statuses) = known(device.change_neighbors(&[NeighborChange::Delete(key); CHANGES])) {
                let last = &liar.answer().last;
                let there = last[size_of::<BatchReply>()..].chunks_exact(4);
                assert!(there.eq(statuses.iter().map(|status| status.0.to_le_bytes())), "{statuses:?}");
                assert_eq!(statuses.len(), CHANGES);
            }
        }
        8 => drop(known(device.version())),
        9 => drop(known(device.flush_neighbors(Family::Both, None))),
        10 => table(liar, device.link_table().map(Table::into_rows), link),
        11 => table(liar, device.route_table(Family::Both).map(Table::into_rows), route),
        _ => row(liar, device.best_route(&RouteQuery::to(key.address())), best),
    }
}

/// A result; an error must be one that says what to do, in one line.
fn known<T>(result: Result<T, Error>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            let text = error.to_string();
            assert!(!text.is_empty() && !text.contains('\n'), "{text:?}");
            None
        }
    }
}

fn row<R, W: Structure>(liar: &Liar, result: Result<R, Error>, same: fn(&R, &W) -> bool) {
    if let Some(row) = known(result) {
        let wire = W::read_from_bytes(&liar.answer().last).expect("a row has so many bytes");
        assert!(same(&row, &wire), "a row is not what came");
    }
}

/// Holds typed rows against those in the bytes that came.
fn table<R, W: Structure>(liar: &Liar, result: Result<Vec<R>, Error>, same: fn(&R, &W) -> bool) {
    let Some(rows) = known(result) else { return };
    let answer = liar.answer();
    // A table without rows can be a status.
    let Ok((header, bytes)) = TableHeader::read_from_prefix(&answer.last) else {
        return assert!(rows.is_empty());
    };
    if rows.is_empty() {
        return;
    }
    assert_eq!(rows.len(), header.returned_rows as usize);
    assert_eq!(rows.len() * header.row_size as usize, bytes.len());
    for (row, wire) in rows.iter().zip(bytes.chunks_exact(header.row_size as usize)) {
        let (wire, _) = W::read_from_prefix(wire).expect("a row is not smaller than it is known");
        assert!(same(row, &wire), "a row is not what came");
    }
}

/// The bytes of an address as they travel.
fn octets(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V6(address) => address.octets(),
        IpAddr::V4(address) => {
            let mut octets = [0; 16];
            octets[..4].copy_from_slice(&address.octets());
            octets
        }
    }
}

/// Whether an address is the one in a row. Behind an IPv4 address nothing counts.
fn is(address: IpAddr, wire: &[u8; 16]) -> bool {
    let used = if address.is_ipv4() { 4 } else { 16 };
    octets(address)[..used] == wire[..used]
}

fn neighbor(row: &Neighbor, wire: &NeighborRow) -> bool {
    (row.interface_luid.0, row.interface_index, row.scope_id, row.raw_state)
        == (wire.interface_luid, wire.interface_index, wire.scope_id, wire.state)
        && is(row.address, &wire.address)
        && row.address.is_ipv4() == (wire.family == AF_INET)
        && row.physical_address.as_bytes() == wire.physical_address()
}

fn interface(row: &Interface, wire: &InterfaceRow) -> bool {
    (row.luid.0, row.index, row.family.raw(), row.metric, row.nl_mtu)
        == (wire.interface_luid, wire.interface_index, wire.family, wire.metric, wire.nl_mtu)
}

fn address(row: &UnicastAddress, wire: &AddressRow) -> bool {
    (row.interface_luid.0, row.interface_index) == (wire.interface_luid, wire.interface_index)
        && is(row.address, &wire.address)
}

fn link(row: &Link, wire: &LinkRow) -> bool {
    (row.luid.0, row.index, row.mtu, row.raw_oper_status)
        == (wire.interface_luid, wire.interface_index, wire.mtu, wire.oper_status)
        && row.physical_address.len() == wire.physical_address_length as usize
        && row.alias.encode_utf16().count() <= wire.alias.len()
}

fn route(row: &Route, wire: &RouteRow) -> bool {
    (row.interface_luid.0, row.interface_index, row.metric, row.prefix_length)
        == (wire.interface_luid, wire.interface_index, wire.metric, wire.prefix_length)
        && is(row.destination, &wire.destination)
        && row.next_hop.is_none_or(|hop| is(hop, &wire.next_hop))
}

fn best(row: &BestRoute, wire: &BestRouteReply) -> bool {
    route(&row.route, &wire.route) && is(row.source, &wire.source)
}

fn statistics(row: &Statistics, wire: &StatisticsRow) -> bool {
    (row.requests, row.failures, row.other_failures) == (wire.requests, wire.failures, wire.other_failures)
}

fn events(answer: &[u8], changes: &[Change], lost: u64) {
    let (header, events) = WatchReply::read_from_prefix(answer).expect("an answer has a header");
    assert_eq!((header.returned_events as usize, header.lost), (changes.len(), lost));
    assert!(!changes.is_empty());
    for (change, event) in changes.iter().zip(events.chunks_exact(header.event_size as usize)) {
        let (event, _) = ChangeEvent::read_from_prefix(event).expect("an event is not smaller than it is known");
        assert_eq!((change.sequence, change.interface_luid.0), (event.sequence, event.interface_luid));
        assert!(change.address.is_none_or(|address| is(address, &event.address)), "{change:?}");
    }
}

/// Good answers of every kind, and a table that does not fit.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let answer = |kind: u8, bytes: &[u8]| {
        let length = u16::try_from(bytes.len()).unwrap_or_default().to_le_bytes();
        [&[kind][..], &length, &[0; 5], bytes].concat()
    };
    let neighbor =
        NeighborRow { family: AF_INET, interface_index: 1, physical_address_length: 6, ..NeighborRow::new_zeroed() };
    let interface = InterfaceRow { family: AF_INET, interface_index: 1, nl_mtu: 1500, ..InterfaceRow::new_zeroed() };
    let address = AddressRow { family: AF_INET, interface_index: 1, ..AddressRow::new_zeroed() };
    let event = ChangeEvent { sequence: 1, family: AF_INET, source: 1, notifications: 1, ..ChangeEvent::default() };
    let table = |header: TableHeader, rows: &[u8]| [header.as_bytes(), rows].concat();
    let neighbors = table(TableHeader::new::<NeighborRow>(2, 2, 1), &neighbor.as_bytes().repeat(2));
    let link = LinkRow { interface_index: 1, physical_address_length: 6, ..LinkRow::new_zeroed() };
    let route = RouteRow { family: AF_INET, interface_index: 1, prefix_length: 24, ..RouteRow::new_zeroed() };
    let best = BestRouteReply { route, ..BestRouteReply::new_zeroed() };
    let cases: [(u8, Vec<u8>); 11] = [
        (0, neighbors.clone()),
        (1, table(TableHeader::new::<InterfaceRow>(1, 1, 1), interface.as_bytes())),
        (2, table(TableHeader::new::<AddressRow>(1, 1, 1), address.as_bytes())),
        (3, table(TableHeader::new::<StatisticsRow>(1, 1, 1), StatisticsRow::new_zeroed().as_bytes())),
        (4, neighbor.as_bytes().to_vec()),
        (5, interface.as_bytes().to_vec()),
        (6, [WatchReply::new(1, 0).as_bytes(), event.as_bytes()].concat()),
        (10, table(TableHeader::new::<LinkRow>(1, 1, 1), link.as_bytes())),
        (11, table(TableHeader::new::<RouteRow>(1, 1, 1), route.as_bytes())),
        (12, best.as_bytes().to_vec()),
        (7, [&[3, 0, 0, 0, 0, 0, 0, 0][..], &[0; 4 * CHANGES]].concat()),
    ];
    let good = cases.iter().map(|(call, bytes)| [vec![*call; MAX_CALLS as usize], answer(0, bytes)].concat());
    let more = table(TableHeader::new::<NeighborRow>(5, 2, 1), &neighbor.as_bytes().repeat(2));
    good.chain([[vec![0; MAX_CALLS as usize], answer(6, &more), answer(0, &neighbors)].concat()]).collect()
}
