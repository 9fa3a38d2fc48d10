//! A NETIO whose answers are made of bytes, and which looks at what it is asked.

use crate::take::{byte, bytes, word};
use arbitrary::Unstructured;
use netio::RouteQuery;
use netio_sys::{
    MIB_IF_ROW2, MIB_IPFORWARD_ROW2, MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, MIB_UNICASTIPADDRESS_ROW, NEIGHBOR_IS_ROUTER,
    NEIGHBOR_IS_UNREACHABLE, SOCKADDR_INET,
};
use netio_wire::Row;
use netioctl_abi::{AF_INET, AF_INET6, AF_UNSPEC, NtError, NtStatus, STATUSES};
use netioctl_core::{Netio, TableRow};
use netioctl_irql::PassiveLevel;
use netioctl_loopback::Tables;
use std::cell::{Cell, RefCell};

/// Rows of a table, at most.
const MAX_ROWS: u8 = 6;

/// A NETIO that answers as bytes say.
pub struct Answers {
    /// What its next answers are made of, the first byte last.
    rest: RefCell<Vec<u8>>,
    /// What stands where `netioapi.h` leaves memory undefined.
    garbage: u8,
    /// Calls since the last look.
    calls: Cell<u32>,
    /// Statuses that it has given since the last look.
    given: RefCell<Vec<NtStatus>>,
}

impl Answers {
    pub const fn new(garbage: u8) -> Self {
        Self { rest: RefCell::new(Vec::new()), garbage, calls: Cell::new(0), given: RefCell::new(Vec::new()) }
    }

    /// From now on its answers are made of these bytes.
    pub fn expect(&self, answers: &[u8]) {
        let mut rest = self.rest.borrow_mut();
        rest.clear();
        rest.extend(answers.iter().rev());
        self.calls.set(0);
        self.given.borrow_mut().clear();
    }

    /// Calls for the request.
    pub const fn calls(&self) -> u32 {
        self.calls.get()
    }

    /// Whether it has given this status.
    pub fn gave(&self, status: NtStatus) -> bool {
        self.given.borrow().contains(&status)
    }

    /// Bytes of the next answer; zeros where there are no more.
    fn next(&self, length: usize) -> Vec<u8> {
        let mut rest = self.rest.borrow_mut();
        let left = rest.len().saturating_sub(length);
        let mut next: Vec<u8> = rest.drain(left..).rev().collect();
        next.resize(length, 0);
        next
    }

    /// Succeeds, mostly. A failure is one of the contract, or anything.
    fn end(&self) -> Result<(), NtError> {
        self.calls.set(self.calls.get() + 1);
        let next = self.next(1);
        let choice = byte(&mut Unstructured::new(&next));
        let raw = match choice {
            0..=0xbf => 0,
            0xff => word(&mut Unstructured::new(&self.next(4))).cast_signed(),
            other => STATUSES[usize::from(other) % STATUSES.len()].0,
        };
        let end = netio::check(raw);
        if let Err(error) = end {
            self.given.borrow_mut().push(error.status());
        }
        end
    }

    /// A row of any bytes, with garbage where it defines nothing.
    fn row<R: Undefined>(&self) -> R {
        let bytes = bytes(&mut Unstructured::new(&self.next(size_of::<R>())), size_of::<R>());
        let mut row = R::read(&bytes).expect("as many bytes as the row has");
        row.spoil(self.garbage);
        row
    }

    fn rows<R: Undefined>(&self) -> Vec<R> {
        let count = self.next(1)[0] % MAX_ROWS;
        (0..count).map(|_| self.row()).collect()
    }
}

/// A row with members, or parts of them, that NETIO leaves undefined.
trait Undefined: Row {
    /// Fills those with garbage.
    fn spoil(&mut self, garbage: u8);
}

impl Undefined for SOCKADDR_INET {
    fn spoil(&mut self, garbage: u8) {
        self.port = u16::from(garbage);
        if self.si_family == AF_INET6 {
            self.sin_addr_or_flowinfo.fill(garbage);
        } else {
            self.sin6_addr.fill(garbage);
            self.sin6_scope_id = garbage.into();
        }
    }
}

impl Undefined for MIB_IPNET_ROW2 {
    fn spoil(&mut self, garbage: u8) {
        self.Address.spoil(garbage);
        // Longer than its array would be a lie, which NETIO does not tell; the core must stand it.
        let length = usize::try_from(self.PhysicalAddressLength).unwrap_or(usize::MAX);
        if let Some(rest) = self.PhysicalAddress.get_mut(length..) {
            rest.fill(garbage);
        }
        let known = NEIGHBOR_IS_ROUTER | NEIGHBOR_IS_UNREACHABLE;
        self.Flags = (self.Flags & known) | (garbage & !known);
    }
}

impl Undefined for MIB_UNICASTIPADDRESS_ROW {
    fn spoil(&mut self, garbage: u8) {
        self.Address.spoil(garbage);
    }
}

impl Undefined for MIB_IF_ROW2 {
    fn spoil(&mut self, garbage: u8) {
        let length = usize::try_from(self.PhysicalAddressLength).unwrap_or(usize::MAX);
        for address in [&mut self.PhysicalAddress, &mut self.PermanentPhysicalAddress] {
            if let Some(rest) = address.get_mut(length..) {
                rest.fill(garbage);
            }
        }
        // A name without end would be a lie, too, which the core must stand.
        for name in [&mut self.Alias, &mut self.Description] {
            if let Some(end) = name.iter().position(|unit| *unit == 0) {
                name[end + 1..].fill(u16::from_le_bytes([garbage; 2]));
            }
        }
    }
}

impl Undefined for MIB_IPFORWARD_ROW2 {
    fn spoil(&mut self, garbage: u8) {
        self.DestinationPrefix.Prefix.spoil(garbage);
        self.NextHop.spoil(garbage);
        // TRUE is any value but 0.
        if self.Immortal != 0 {
            self.Immortal = garbage | 1;
        }
    }
}

impl Undefined for MIB_IPINTERFACE_ROW {
    fn spoil(&mut self, garbage: u8) {
        // TRUE is any value but 0.
        if self.Connected != 0 {
            self.Connected = garbage | 1;
        }
    }
}

/// An address as `netioapi.h` takes it; its family.
fn check_address(address: &SOCKADDR_INET) -> u16 {
    let SOCKADDR_INET { si_family, port, sin_addr_or_flowinfo, sin6_addr, sin6_scope_id } = *address;
    assert_eq!(port, 0, "{address:?}");
    match si_family {
        AF_INET => assert_eq!((sin6_addr, sin6_scope_id), ([0; 16], 0), "more than an IPv4 address"),
        AF_INET6 => {
            assert_eq!(sin_addr_or_flowinfo, [0; 4], "flow information");
            assert!(sin6_scope_id < 1 << 28, "a scope id with a level");
        }
        other => panic!("family {other}"),
    }
    si_family
}

/// The keys of a neighbor as `netioapi.h` takes them.
fn check_neighbor(row: &MIB_IPNET_ROW2) {
    let SOCKADDR_INET { sin_addr_or_flowinfo, sin6_addr, .. } = row.Address;
    assert!(row.InterfaceLuid != 0 || row.InterfaceIndex != 0, "no interface: {row:?}");
    match check_address(&row.Address) {
        AF_INET => assert_ne!(sin_addr_or_flowinfo, [0; 4], "unspecified"),
        _ => assert_ne!(sin6_addr, [0; 16], "unspecified"),
    }
    assert_eq!((row.State, row.Flags, row.ReachabilityTime), (0, 0, 0), "members that nobody sets");
}

/// A neighbor that is to be made or changed.
fn check_change(row: &MIB_IPNET_ROW2) {
    check_neighbor(row);
    let length = usize::try_from(row.PhysicalAddressLength).unwrap_or(usize::MAX);
    assert!((1..=row.PhysicalAddress.len()).contains(&length), "{row:?}");
    assert!(row.PhysicalAddress[length..].iter().all(|byte| *byte == 0), "{row:?}");
    let loopback = match row.Address.si_family {
        AF_INET => row.Address.sin_addr_or_flowinfo[0] == 127,
        _ => row.Address.sin6_addr == std::net::Ipv6Addr::LOCALHOST.octets(),
    };
    assert!(!loopback, "{row:?}");
}

/// A neighbor that is only named.
fn check_key(row: &MIB_IPNET_ROW2) {
    check_neighbor(row);
    assert_eq!((row.PhysicalAddressLength, row.PhysicalAddress), (0, [0; 32]), "{row:?}");
}

fn check_family(family: u16) {
    assert!([AF_UNSPEC, AF_INET, AF_INET6].contains(&family), "family {family}");
}

fn check_interface(row: &MIB_IPINTERFACE_ROW) {
    assert!([AF_INET, AF_INET6].contains(&row.Family), "family {}", row.Family);
    assert!(row.InterfaceLuid != 0 || row.InterfaceIndex != 0, "no interface");
}

impl Netio for &Answers {
    type Table<'at, R: TableRow> = Vec<R>;

    fn flush_ip_net_table2(&self, _: PassiveLevel<'_>, family: u16, _interface: u32) -> Result<(), NtError> {
        check_family(family);
        self.end()
    }

    fn set_ip_net_entry2(&self, _: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<(), NtError> {
        check_change(&row);
        self.end()
    }

    fn create_ip_net_entry2(&self, _: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NtError> {
        check_change(row);
        self.end()
    }

    fn delete_ip_net_entry2(&self, _: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NtError> {
        check_key(row);
        self.end()
    }

    fn get_ip_net_entry2(&self, _: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<MIB_IPNET_ROW2, NtError> {
        check_key(&row);
        self.end()?;
        Ok(self.row())
    }

    fn resolve_ip_net_entry2(
        &self,
        _: PassiveLevel<'_>,
        row: MIB_IPNET_ROW2,
        source: Option<&SOCKADDR_INET>,
    ) -> Result<MIB_IPNET_ROW2, NtError> {
        check_key(&row);
        assert!(source.is_none_or(|source| source.si_family == row.Address.si_family), "{source:?}");
        self.end()?;
        Ok(self.row())
    }

    fn get_ip_interface_entry(
        &self,
        _: PassiveLevel<'_>,
        row: MIB_IPINTERFACE_ROW,
    ) -> Result<MIB_IPINTERFACE_ROW, NtError> {
        check_interface(&row);
        self.end()?;
        // The keys are those that were asked for.
        let keys = (row.Family, row.InterfaceLuid, row.InterfaceIndex);
        let row: MIB_IPINTERFACE_ROW = self.row();
        Ok(MIB_IPINTERFACE_ROW { Family: keys.0, InterfaceLuid: keys.1, InterfaceIndex: keys.2, ..row })
    }

    fn initialize_ip_interface_entry(&self, _: PassiveLevel<'_>) -> MIB_IPINTERFACE_ROW {
        self.calls.set(self.calls.get() + 1);
        if self.next(1)[0] & 1 == 0 { MIB_IPINTERFACE_ROW::default() } else { self.row() }
    }

    fn set_ip_interface_entry(&self, _: PassiveLevel<'_>, row: MIB_IPINTERFACE_ROW) -> Result<(), NtError> {
        check_interface(&row);
        assert!(row.Family != AF_INET || row.SitePrefixLength == 0, "a site prefix length for IPv4");
        self.end()
    }

    fn get_best_route2(
        &self,
        _: PassiveLevel<'_>,
        query: &RouteQuery,
    ) -> Result<(MIB_IPFORWARD_ROW2, SOCKADDR_INET), NtError> {
        let to = check_address(&query.destination);
        let from = query.source.as_ref().map(check_address);
        assert!(from.is_none_or(|from| from == to), "a source of another family: {query:?}");
        self.end()?;
        Ok((self.row(), self.row()))
    }

    fn table<R: TableRow>(&self, _: PassiveLevel<'_>, family: u16) -> Result<Vec<R>, NtError> {
        check_family(family);
        self.end()?;
        let mut tables = Tables::default();
        match R::NAME {
            "GetIpNetTable2" => *tables.rows_mut() = self.rows::<MIB_IPNET_ROW2>(),
            "GetIpInterfaceTable" => *tables.rows_mut() = self.rows::<MIB_IPINTERFACE_ROW>(),
            "GetIfTable2" => *tables.rows_mut() = self.rows::<MIB_IF_ROW2>(),
            "GetIpForwardTable2" => *tables.rows_mut() = self.rows::<MIB_IPFORWARD_ROW2>(),
            "GetUnicastIpAddressTable" => *tables.rows_mut() = self.rows::<MIB_UNICASTIPADDRESS_ROW>(),
            other => panic!("no rows for {other}"),
        }
        Ok(tables.rows().to_vec())
    }
}
