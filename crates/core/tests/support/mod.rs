//! A NETIO in memory that records what it was asked, and a caller with buffers of its own.
#![allow(dead_code)]

use core::cell::RefCell;
use netio::RouteQuery;
use netio_sys::{MIB_IPFORWARD_ROW2, MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, NTSTATUS, SOCKADDR_INET};
use netioctl_abi::{ControlCode, NtError, NtStatus};
use netioctl_core::{Circumstances, Completion, Netio, Service, TableRow};
use netioctl_irql::{PassiveLevel, in_process};
use netioctl_loopback::{Alone, Tables};
use std::collections::VecDeque;
use write_only::WriteOnly;

/// What the core asked NETIO for.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    Flush {
        family: u16,
        interface: u32,
    },
    Set(Box<MIB_IPNET_ROW2>),
    /// The function, and the family.
    Table(&'static str, u16),
    Create(Box<MIB_IPNET_ROW2>),
    Delete(Box<MIB_IPNET_ROW2>),
    Get(Box<MIB_IPNET_ROW2>),
    Resolve(Box<MIB_IPNET_ROW2>, Option<SOCKADDR_INET>),
    GetInterface(Box<MIB_IPINTERFACE_ROW>),
    SetInterface(Box<MIB_IPINTERFACE_ROW>),
    BestRoute(RouteQuery),
}

#[derive(Debug, Default)]
pub struct Recorder {
    /// What the tables have. A get answers with the first row, whatever its keys.
    pub tables: Tables,
    /// What `InitializeIpInterfaceEntry` makes; zeros leave nothing as it is.
    pub initial: MIB_IPINTERFACE_ROW,
    pub fails_with: Option<NTSTATUS>,
    /// What the next calls fail with, first come first served, before `fails_with` counts.
    pub script: RefCell<VecDeque<NTSTATUS>>,
    pub calls: RefCell<Vec<Call>>,
}

impl Recorder {
    fn answer<T>(&self, call: Call, value: T) -> Result<T, NtError> {
        self.calls.borrow_mut().push(call);
        let scripted = self.script.borrow_mut().pop_front();
        netio::check(scripted.or(self.fails_with).unwrap_or(0))?;
        Ok(value)
    }
}

impl Netio for &Recorder {
    type Table<'at, R: TableRow> = Vec<R>;

    fn flush_ip_net_table2(&self, _: PassiveLevel<'_>, family: u16, interface: u32) -> Result<(), NtError> {
        self.answer(Call::Flush { family, interface }, ())
    }

    fn set_ip_net_entry2(&self, _: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<(), NtError> {
        self.answer(Call::Set(Box::new(row)), ())
    }

    fn create_ip_net_entry2(&self, _: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NtError> {
        self.answer(Call::Create(Box::new(*row)), ())
    }

    fn delete_ip_net_entry2(&self, _: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NtError> {
        self.answer(Call::Delete(Box::new(*row)), ())
    }

    fn get_ip_net_entry2(&self, _: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<MIB_IPNET_ROW2, NtError> {
        self.answer(Call::Get(Box::new(row)), self.tables.rows().first().copied().unwrap_or(row))
    }

    fn resolve_ip_net_entry2(
        &self,
        _: PassiveLevel<'_>,
        row: MIB_IPNET_ROW2,
        source: Option<&SOCKADDR_INET>,
    ) -> Result<MIB_IPNET_ROW2, NtError> {
        self.answer(Call::Resolve(Box::new(row), source.copied()), self.tables.rows().first().copied().unwrap_or(row))
    }

    fn get_ip_interface_entry(
        &self,
        _: PassiveLevel<'_>,
        row: MIB_IPINTERFACE_ROW,
    ) -> Result<MIB_IPINTERFACE_ROW, NtError> {
        self.answer(Call::GetInterface(Box::new(row)), self.tables.rows().first().copied().unwrap_or(row))
    }

    fn initialize_ip_interface_entry(&self, _: PassiveLevel<'_>) -> MIB_IPINTERFACE_ROW {
        self.initial
    }

    fn set_ip_interface_entry(&self, _: PassiveLevel<'_>, row: MIB_IPINTERFACE_ROW) -> Result<(), NtError> {
        self.answer(Call::SetInterface(Box::new(row)), ())
    }

    fn get_best_route2(
        &self,
        _: PassiveLevel<'_>,
        query: &RouteQuery,
    ) -> Result<(MIB_IPFORWARD_ROW2, SOCKADDR_INET), NtError> {
        let route = self.tables.rows().first().copied().unwrap_or_default();
        self.answer(Call::BestRoute(*query), (route, query.source.unwrap_or_default()))
    }

    fn table<R: TableRow>(&self, _: PassiveLevel<'_>, family: u16) -> Result<Vec<R>, NtError> {
        self.answer(Call::Table(R::NAME, family), self.tables.rows().to_vec())
    }
}

/// Tables of which one has these rows.
pub fn tables<R: TableRow>(rows: impl IntoIterator<Item = R>) -> Tables {
    let mut tables = Tables::default();
    tables.rows_mut().extend(rows);
    tables
}

/// A row of `InitializeIpInterfaceEntry` that leaves every member as it is.
pub fn unchanged() -> MIB_IPINTERFACE_ROW {
    MIB_IPINTERFACE_ROW {
        AdvertisingEnabled: 0xff,
        ForwardingEnabled: 0xff,
        WeakHostSend: 0xff,
        WeakHostReceive: 0xff,
        UseAutomaticMetric: 0xff,
        UseNeighborUnreachabilityDetection: 0xff,
        ManagedAddressConfigurationSupported: 0xff,
        OtherStatefulConfigurationSupported: 0xff,
        AdvertiseDefaultRoute: 0xff,
        RouterDiscoveryBehavior: -1,
        DadTransmits: u32::MAX,
        LinkLocalAddressBehavior: -1,
        LinkLocalAddressTimeout: u32::MAX,
        ZoneIndices: [u32::MAX; 16],
        SitePrefixLength: u32::MAX,
        Metric: u32::MAX,
        DisableDefaultRoutes: 0xff,
        // Zero in times and the MTU.
        ..MIB_IPINTERFACE_ROW::default()
    }
}

/// What a byte of the output buffer holds before the driver has written it.
pub const UNTOUCHED: u8 = 0xcc;

/// Sends one request; answers its end and the whole output buffer.
pub fn send(netio: &Recorder, code: ControlCode, input: &[u8], output_length: usize) -> (Completion, Vec<u8>) {
    send_to(&service(netio), code, input, output_length)
}

/// A service over this NETIO.
pub const fn service(netio: &Recorder) -> Recorded<'_> {
    Service::new(netio, Alone::new(), [1, 2, 3])
}

pub type Recorded<'a> = Service<&'a Recorder, Alone>;

pub fn send_to(service: &Recorded<'_>, code: ControlCode, input: &[u8], output_length: usize) -> (Completion, Vec<u8>) {
    let mut output = vec![UNTOUCHED; output_length];
    let entry = Recorded::find(code);
    let completion =
        in_process(|at| service.dispatch(entry, Circumstances::new(at), input, WriteOnly::from(&mut output[..])));
    service.count(entry.map(|entry| entry.operation), input.len(), completion);
    (completion, output)
}

/// The status alone of a request with room for its answer.
pub fn status_of(netio: &Recorder, code: ControlCode, input: &[u8]) -> NtStatus {
    send(netio, code, input, 512).0.status
}

/// What NETIO answers to the next calls.
pub fn script(statuses: &[NtStatus]) -> RefCell<VecDeque<NTSTATUS>> {
    RefCell::new(statuses.iter().map(|status| status.0).collect())
}
