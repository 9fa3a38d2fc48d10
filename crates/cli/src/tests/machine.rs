//! A machine of two interfaces, whose driver answers from tables and keeps what changes.

use super::watch::{self, Watched};
use crate::system::System;
use netioctl_abi::{
    AF_INET, AF_INET6, Capabilities, ControlCode, NtStatus,
    wire::{
        BatchEntry, BatchHeader, BatchReply, FamilyRequest, InterfaceKeyRequest, InterfaceRow, NeighborKeyRequest,
        NeighborRow, RequestHeader, StatisticsRow, StatusCount, TableHeader, VersionReply,
    },
};
use netioctl_client::{Access, Canceller, Device, Error, Failure, InterfaceLuid, Transport};
use std::{
    cell::RefCell,
    collections::HashSet,
    io,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, SystemTime},
};
use zerocopy::{FromBytes, FromZeros, Immutable, IntoBytes};

pub const LOOPBACK: u64 = 0x0018_0000_0100_0000;
pub const ETHERNET: u64 = 0x0006_0080_0700_0000;
/// An interface that is not there at the start.
pub const TUNNEL: u64 = 0x0083_0080_0800_0000;

/// What the driver has and was asked.
pub struct State {
    pub neighbors: Vec<NeighborRow>,
    pub interfaces: Vec<InterfaceRow>,
    /// Control codes and inputs of changes.
    pub changes: Vec<(ControlCode, Vec<u8>)>,
    /// Every request fails like this from now on.
    pub fails: Option<Failure>,
}

/// Answers the version and the tables, takes changes, and keeps them.
#[derive(Clone)]
pub struct Driver {
    state: Arc<Mutex<State>>,
    pub refuse: Option<NtStatus>,
    pub watch: Arc<Mutex<Watched>>,
    capabilities: Capabilities,
}

impl Default for Driver {
    fn default() -> Self {
        let state = State { neighbors: neighbors(), interfaces: interfaces(), changes: Vec::new(), fails: None };
        let (state, watch) = (Arc::new(Mutex::new(state)), Arc::default());
        Self { state, refuse: None, watch, capabilities: Capabilities::all() }
    }
}

impl Driver {
    pub fn serving(capabilities: Capabilities) -> Self {
        Self { capabilities, ..Self::default() }
    }

    pub fn refusing(status: NtStatus) -> Self {
        Self { refuse: Some(status), ..Self::default() }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The control codes of the changes so far.
    pub fn codes(&self) -> Vec<ControlCode> {
        self.state().changes.iter().map(|(code, _)| *code).collect()
    }

    fn answer(&self, code: ControlCode, input: &[u8]) -> Result<Vec<u8>, NtStatus> {
        let mut state = self.state();
        Ok(match code {
            ControlCode::GET_VERSION => self.version().as_bytes().to_vec(),
            ControlCode::GET_INTERFACE_TABLE => of_family(&state.interfaces, input, |row| row.family),
            ControlCode::GET_NEIGHBOR_TABLE => of_family(&state.neighbors, input, |row| row.family),
            ControlCode::GET_STATISTICS => table(&statistics()),
            ControlCode::GET_INTERFACE => interface(&state.interfaces, input)?.as_bytes().to_vec(),
            ControlCode::GET_NEIGHBOR => neighbor_of(&state.neighbors, input)?.as_bytes().to_vec(),
            ControlCode::RESOLVE_NEIGHBOR if self.refuse.is_none() => {
                let (request, _) = NeighborKeyRequest::read_from_prefix(input).unwrap();
                neighbor_of(&state.neighbors, request.as_bytes())?.as_bytes().to_vec()
            }
            change => {
                if let Some(status) = self.refuse {
                    return Err(status);
                }
                state.changes.push((change, input.to_vec()));
                match change {
                    ControlCode::BATCH_NEIGHBORS => delete_batch(&mut state.neighbors, input),
                    ControlCode::FLUSH_NEIGHBORS => {
                        // What the system keeps stays; the rest goes.
                        state.neighbors.retain(|row| row.address[0] == 224);
                        vec![]
                    }
                    _ => vec![],
                }
            }
        })
    }

    fn version(&self) -> VersionReply {
        let capabilities = self.capabilities.bits();
        VersionReply { abi_major: 1, abi_minor: 0, driver_version: [0, 1, 0], reserved: [0; 3], capabilities }
    }
}

impl Transport for Driver {
    fn control(
        &self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
        canceller: Option<&Canceller>,
    ) -> Result<usize, Failure> {
        let code = ControlCode::from_raw(code);
        if let (ControlCode::RESOLVE_NEIGHBOR, Some(canceller), Some(NtStatus::CANCELLED)) =
            (code, canceller, self.refuse)
        {
            while !canceller.is_cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        let failed =
            |status: NtStatus| Failure { win32: status.info().unwrap().win32, ntstatus: Some(status), bytes: 0 };
        if let Some(failure) = self.state().fails {
            return Err(failure);
        }
        let answered = match code {
            ControlCode::WATCH_CHANGES => watch::answer(self, input, canceller),
            code => self.answer(code, input),
        };
        let bytes = answered.map_err(failed)?;
        if bytes.len() > output.len() {
            let header = size_of::<TableHeader>();
            let mut whole = TableHeader::read_from_bytes(&bytes[..header]).unwrap();
            whole.returned_rows = 0;
            output[..header].copy_from_slice(whole.as_bytes());
            return Err(Failure { bytes: header, ..failed(NtStatus::BUFFER_OVERFLOW) });
        }
        output[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }
}

fn of_family<R: IntoBytes + Immutable + Copy>(rows: &[R], input: &[u8], family: impl Fn(&R) -> u16) -> Vec<u8> {
    let wanted = FamilyRequest::read_from_bytes(input).unwrap().family;
    let rows: Vec<R> = rows.iter().filter(|row| wanted == 0 || family(row) == wanted).copied().collect();
    table(&rows)
}

fn table<R: IntoBytes + Immutable>(rows: &[R]) -> Vec<u8> {
    let count = u32::try_from(rows.len()).unwrap();
    let mut bytes = TableHeader::new::<R>(count, count, 1).as_bytes().to_vec();
    rows.iter().for_each(|row| bytes.extend_from_slice(row.as_bytes()));
    bytes
}

fn interface(interfaces: &[InterfaceRow], input: &[u8]) -> Result<InterfaceRow, NtStatus> {
    let request = InterfaceKeyRequest::read_from_bytes(input).unwrap();
    let found = interfaces.iter().find(|row| {
        row.family == request.family
            && (row.interface_luid == request.interface_luid || row.interface_index == request.interface_index)
    });
    found.copied().ok_or(NtStatus::OBJECT_NAME_NOT_FOUND)
}

fn neighbor_of(neighbors: &[NeighborRow], input: &[u8]) -> Result<NeighborRow, NtStatus> {
    let request = NeighborKeyRequest::read_from_bytes(input).unwrap();
    neighbors.iter().find(|row| row.address == request.key.address).copied().ok_or(NtStatus::NOT_FOUND)
}

fn delete_batch(neighbors: &mut Vec<NeighborRow>, input: &[u8]) -> Vec<u8> {
    let (header, entries) = BatchHeader::read_from_prefix(input).unwrap();
    assert_eq!(header.header, RequestHeader::CURRENT);
    let entries = <[BatchEntry]>::ref_from_bytes(entries).unwrap();
    let deleted: HashSet<_> = entries.iter().map(|entry| entry.key.address).collect();
    neighbors.retain(|row| !deleted.contains(&row.address));
    let mut reply = BatchReply { count: header.count, failed: 0 }.as_bytes().to_vec();
    reply.resize(reply.len() + 4 * entries.len(), 0);
    reply
}

pub fn interface_row(luid: u64, index: u32, family: u16, mtu: u32, metric: u32) -> InterfaceRow {
    let mut row = InterfaceRow::new_zeroed();
    (row.interface_luid, row.interface_index, row.family) = (luid, index, family);
    (row.nl_mtu, row.metric, row.connected, row.transmit_offload) = (mtu, metric, 1, 0x05);
    row.base_reachable_time = 30_000;
    row.zone_indices[3] = 7;
    row
}

fn interfaces() -> Vec<InterfaceRow> {
    vec![
        interface_row(LOOPBACK, 1, AF_INET, u32::MAX, 75),
        interface_row(ETHERNET, 12, AF_INET, 1500, 25),
        interface_row(LOOPBACK, 1, AF_INET6, u32::MAX, 75),
        interface_row(ETHERNET, 12, AF_INET6, 1500, 25),
    ]
}

/// A neighbor behind the Ethernet interface.
pub fn neighbor(address: &str, state: i32, mac: &[u8], flags: u16, scope_id: u32) -> NeighborRow {
    let mut row = NeighborRow::new_zeroed();
    (row.interface_luid, row.interface_index, row.state, row.flags) = (ETHERNET, 12, state, flags);
    match address.parse().unwrap() {
        IpAddr::V4(v4) => {
            row.family = AF_INET;
            row.address[..4].copy_from_slice(&v4.octets());
        }
        IpAddr::V6(v6) => (row.family, row.address) = (AF_INET6, v6.octets()),
    }
    row.scope_id = scope_id;
    row.reachability_time = 1500;
    row.physical_address_length = u32::try_from(mac.len()).unwrap();
    row.physical_address[..mac.len()].copy_from_slice(mac);
    row
}

fn neighbors() -> Vec<NeighborRow> {
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

fn statistics() -> Vec<StatisticsRow> {
    let row = |code, requests, failures, by_status: &[(NtStatus, u64)], other_failures| {
        let mut row = StatisticsRow::new_zeroed();
        (row.code, row.requests, row.failures, row.other_failures) = (code, requests, failures, other_failures);
        (row.bytes_in, row.bytes_out) = (80 * requests, 0);
        for (place, (status, count)) in row.by_status.iter_mut().zip(by_status) {
            *place = StatusCount { status: status.0, reserved: 0, count: *count };
        }
        row
    };
    let odd = NtStatus::from_bits(0xcead_beef);
    vec![
        row(ControlCode::SET_NEIGHBOR.raw(), 12, 4, &[(NtStatus::NOT_FOUND, 2), (odd, 1)], 1),
        row(ControlCode::GET_NEIGHBOR_TABLE.raw(), 3, 0, &[], 0),
        row(0, 1, 1, &[(NtStatus::INVALID_DEVICE_REQUEST, 1)], 0),
    ]
}

/// What happens to the driver while a command pauses.
pub type Meanwhile = Box<dyn FnMut(&mut State)>;

/// A machine with that driver, or without.
#[derive(Default)]
pub struct Machine {
    pub driver: Option<Driver>,
    /// What is answered to questions; `None`: nobody is there.
    pub answer: Option<bool>,
    pub questions: RefCell<Vec<String>>,
    pub meanwhile: RefCell<Vec<Meanwhile>>,
}

impl Machine {
    pub fn with(driver: Driver) -> Self {
        Self { driver: Some(driver), ..Self::default() }
    }
}

impl System for Machine {
    fn open(&self, access: Access) -> Result<Device, Error> {
        match &self.driver {
            None => Err(Error::DriverNotFound),
            Some(Driver { refuse: Some(NtStatus::ACCESS_DENIED), .. }) if access == Access::ReadWrite => {
                Err(Error::Open { failure: Failure::from_win32(5) })
            }
            Some(driver) => Device::over(driver.clone()),
        }
    }

    fn alias(&self, luid: InterfaceLuid) -> Option<String> {
        match luid.0 {
            ETHERNET => Some("Ethernet 2".to_owned()),
            TUNNEL => Some("Tunnel".to_owned()),
            _ => None,
        }
    }

    fn name(&self, luid: InterfaceLuid) -> Option<String> {
        let name = match luid.0 {
            ETHERNET => "ethernet_32775",
            TUNNEL => "tunnel_32776",
            _ => "loopback_0",
        };
        Some(name.to_owned())
    }

    fn confirm(&self, question: &str) -> io::Result<Option<bool>> {
        self.questions.borrow_mut().push(question.to_owned());
        Ok(self.answer)
    }

    fn interrupt(&self) -> Result<Canceller, Error> {
        Canceller::new()
    }

    fn pause(&self, _time: Duration, _interrupt: &Canceller) {
        if let (Some(mut happens), Some(driver)) = (self.meanwhile.borrow_mut().pop(), &self.driver) {
            happens(&mut driver.state());
        }
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123)
    }
}
