//! Change notifications, while the network really changes.
#![cfg(target_os = "linux")]

mod support;

use netio_wire::{
    AF_INET, AF_INET6, EventHeader, FamilyRequest, IpInterfaceRow, Operation, POISON, RequestHeader, ResponseHeader,
    UnicastAddressRow,
    notification::{ADD, DELETE, PARAMETER},
    status,
};
use std::{
    collections::BTreeSet,
    io::{ErrorKind, Read, Write},
    marker::PhantomData,
    net::{IpAddr, TcpStream},
    process::Command,
    time::Duration,
};
use support::{SERVER, Signal, in_private_network, index, ip, wait_until};
use zerocopy::{FromBytes, FromZeros, Immutable, IntoBytes};

/// The kernel tells at once what it tells at all.
const QUIET: Duration = Duration::from_millis(300);
const PATIENCE: Duration = Duration::from_secs(10);

/// A row of an event.
trait Row: FromBytes + IntoBytes + Immutable {
    const OPERATION: Operation;
    /// Family, LUID and index.
    fn names(&self) -> (u16, u64, u32);
    /// The same, with what else the event tells.
    type Told: Ord + Copy + std::fmt::Debug;
    fn told(&self) -> Self::Told;
    /// Everything but the keys.
    fn rest(&self) -> Vec<u8>;
}

impl Row for IpInterfaceRow {
    const OPERATION: Operation = Operation::NotifyIpInterfaceChange;
    fn names(&self) -> (u16, u64, u32) {
        (self.family, self.interface_luid, self.interface_index)
    }
    type Told = (u16, u32);
    fn told(&self) -> (u16, u32) {
        (self.family, self.interface_index)
    }
    fn rest(&self) -> Vec<u8> {
        let mut copy = *self;
        (copy.family, copy.interface_luid, copy.interface_index) = (0xA5A5, 0xA5A5_A5A5_A5A5_A5A5, 0xA5A5_A5A5);
        copy.as_mut_bytes().to_vec()
    }
}

impl Row for UnicastAddressRow {
    const OPERATION: Operation = Operation::NotifyUnicastIpAddressChange;
    fn names(&self) -> (u16, u64, u32) {
        (self.address.family, self.interface_luid, self.interface_index)
    }
    type Told = (IpAddr, u32);
    fn told(&self) -> (IpAddr, u32) {
        (self.address.ip().unwrap(), self.interface_index)
    }
    fn rest(&self) -> Vec<u8> {
        [&self.as_bytes()[28..32], &self.as_bytes()[44..]].concat()
    }
}

/// A registration.
struct Listener<R>(TcpStream, PhantomData<R>);

impl<R: Row> Listener<R> {
    fn new(family: u16) -> Result<Self, i32> {
        let mut stream = TcpStream::connect(SERVER).unwrap();
        let request = FamilyRequest { family, reserved: 0 };
        let header = RequestHeader::new(R::OPERATION, u32::try_from(size_of_val(&request)).unwrap());
        stream.write_all(&[header.as_bytes(), request.as_bytes()].concat()).unwrap();
        let mut answer = ResponseHeader::new_zeroed();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.read_exact(answer.as_mut_bytes()).unwrap();
        assert!(answer.is_understood() && answer.length == 0);
        if answer.status == status::SUCCESS { Ok(Self(stream, PhantomData)) } else { Err(answer.status) }
    }

    /// The next event, if one comes in time.
    fn next(&mut self, patience: Duration) -> Option<(i32, R)> {
        self.0.set_read_timeout(Some(patience)).unwrap();
        let mut header = EventHeader::new_zeroed();
        match self.0.read_exact(header.as_mut_bytes()) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return None,
            result => result.unwrap(),
        }
        assert_eq!(header.length as usize, size_of::<R>());
        let mut row = R::new_zeroed();
        self.0.read_exact(row.as_mut_bytes()).unwrap();
        assert!(row.rest().iter().all(|byte| *byte == POISON), "{:?}", row.as_bytes());
        let (_, luid, index) = row.names();
        assert_eq!(luid & 0x0000_ffff_ff00_0000, u64::from(index) << 24);
        Some((header.notification, row))
    }

    /// Waits for an event.
    fn wait(&mut self, notification: i32, told: R::Told) {
        let mut seen = Vec::new();
        while let Some((got, row)) = self.next(PATIENCE) {
            if (got, row.told()) == (notification, told) {
                return;
            }
            seen.push((got, row.told()));
        }
        panic!("{notification} {told:?} has not come, but {seen:?}");
    }

    /// Waits for something, and then takes everything until nothing comes any more, without repetitions.
    fn burst(&mut self) -> BTreeSet<(i32, R::Told)> {
        let first = self.next(PATIENCE).map(|(notification, row)| (notification, row.told()));
        let mut all = self.rest();
        all.extend(first);
        all
    }

    /// Everything that comes until nothing comes any more, without repetitions.
    fn rest(&mut self) -> BTreeSet<(i32, R::Told)> {
        std::iter::from_fn(|| self.next(QUIET)).map(|(notification, row)| (notification, row.told())).collect()
    }
}

#[test]
fn a_link_comes_changes_and_goes() {
    in_private_network("a_link_comes_changes_and_goes", |_| {
        let mut all = Listener::<IpInterfaceRow>::new(0).unwrap();
        let mut ipv6 = Listener::<IpInterfaceRow>::new(AF_INET6).unwrap();
        ip("link add test0 type veth peer name test0-peer");
        let (link, peer) = (index("test0"), index("test0-peer"));
        for (family, index) in [(AF_INET, peer), (AF_INET6, peer), (AF_INET, link), (AF_INET6, link)] {
            all.wait(ADD, (family, index));
        }
        all.rest();
        ip("link set test0 up");
        assert_eq!(all.burst(), [(PARAMETER, (AF_INET, link)), (PARAMETER, (AF_INET6, link))].into());
        ip("link set test0 mtu 1400");
        assert_eq!(all.burst(), [(PARAMETER, (AF_INET, link)), (PARAMETER, (AF_INET6, link))].into());
        ip("link del test0");
        let gone =
            [AF_INET, AF_INET6].into_iter().flat_map(|family| [(DELETE, (family, link)), (DELETE, (family, peer))]);
        let told = all.burst();
        assert!(gone.clone().all(|event| told.contains(&event)), "{told:?}");
        assert!(told.iter().all(|event| event.0 != ADD), "{told:?}");
        // The other listener has heard the same of IPv6, and nothing else.
        let told = ipv6.burst();
        assert!(told.iter().all(|(_, (family, _))| *family == AF_INET6), "{told:?}");
        assert!(gone.filter(|(_, (family, _))| *family == AF_INET6).all(|event| told.contains(&event)));
        assert!(told.contains(&(ADD, (AF_INET6, link))));
    });
}

#[test]
fn one_family_of_a_link_changes() {
    in_private_network("one_family_of_a_link_changes", |network| {
        let mut all = Listener::<IpInterfaceRow>::new(0).unwrap();
        let write = |path: &str, value: &str| std::fs::write(format!("/proc/sys/net/{path}"), value).unwrap();
        write("ipv4/conf/a0/forwarding", "1");
        assert_eq!(all.burst(), [(PARAMETER, (AF_INET, network.a))].into());
        write("ipv6/conf/b0/forwarding", "1");
        assert_eq!(all.burst(), [(PARAMETER, (AF_INET6, network.b))].into());
        write("ipv6/conf/a0/disable_ipv6", "1");
        assert_eq!(all.burst(), [(DELETE, (AF_INET6, network.a))].into());
        write("ipv6/conf/a0/disable_ipv6", "0");
        let told = all.burst();
        assert!(told.contains(&(ADD, (AF_INET6, network.a))), "{told:?}");
        assert!(told.iter().all(|(_, (family, _))| *family == AF_INET6), "{told:?}");
    });
}

#[test]
fn what_only_the_server_keeps_is_told_of_too() {
    in_private_network("what_only_the_server_keeps_is_told_of_too", |network| {
        let mut all = Listener::<IpInterfaceRow>::new(0).unwrap();
        let rows = support::interfaces(AF_INET).unwrap();
        let row = rows.into_iter().find(|row| row.interface_index == network.a).unwrap();
        let set = IpInterfaceRow { use_automatic_metric: 0, metric: 7, site_prefix_length: 0, ..row };
        support::call(Operation::SetIpInterfaceEntry, &set).unwrap();
        assert_eq!(all.burst(), [(PARAMETER, (AF_INET, network.a))].into());
        // The same again changes nothing.
        support::call(Operation::SetIpInterfaceEntry, &set).unwrap();
        assert_eq!(all.rest(), BTreeSet::new());
    });
}

#[test]
fn addresses_come_and_go() {
    in_private_network("addresses_come_and_go", |network| {
        let mut all = Listener::<UnicastAddressRow>::new(0).unwrap();
        let mut ipv4 = Listener::<UnicastAddressRow>::new(AF_INET).unwrap();
        let four = ("10.9.9.9".parse().unwrap(), network.a);
        let six = ("fd00:9::9".parse().unwrap(), network.b);
        ip("address add 10.9.9.9/24 dev a0");
        ip("address add fd00:9::9/64 dev b0");
        let told = all.burst();
        assert!(told.is_superset(&[(ADD, four), (ADD, six)].into()), "{told:?}");
        ip("address change 10.9.9.9/24 dev a0 valid_lft 1000 preferred_lft 500");
        assert_eq!(all.burst(), [(PARAMETER, four)].into());
        ip("address del 10.9.9.9/24 dev a0");
        ip("address del fd00:9::9/64 dev b0");
        assert_eq!(all.burst(), [(DELETE, four), (DELETE, six)].into());
        assert_eq!(ipv4.burst(), [(ADD, four), (PARAMETER, four), (DELETE, four)].into());
    });
}

#[test]
fn addresses_of_a_link_that_comes_and_goes_are_told_of() {
    in_private_network("addresses_of_a_link_that_comes_and_goes_are_told_of", |_| {
        let mut all = Listener::<UnicastAddressRow>::new(AF_INET).unwrap();
        ip("link add test0 type veth peer name test0-peer");
        let address = ("10.9.9.9".parse().unwrap(), index("test0"));
        ip("address add 10.9.9.9/24 dev test0");
        all.wait(ADD, address);
        ip("link del test0");
        all.wait(DELETE, address);
    });
}

/// While the server sleeps, more happens than the kernel keeps for it.
#[test]
fn a_listener_that_is_too_slow_is_told_of_everything() {
    in_private_network("a_listener_that_is_too_slow_is_told_of_everything", |network| {
        let mut all = Listener::<UnicastAddressRow>::new(AF_INET).unwrap();
        let mut interfaces = Listener::<IpInterfaceRow>::new(AF_INET).unwrap();
        ip("address add 10.8.0.1/32 dev a0");
        all.wait(ADD, ("10.8.0.1".parse().unwrap(), network.a));
        network.signal(Signal::STOP);
        let lines: String =
            (0..2000).map(|n| format!("address add 10.9.{}.{}/32 dev a0\n", n / 250, n % 250 + 1)).collect();
        batch(&lines);
        ip("address del 10.8.0.1/32 dev a0");
        batch(&"link set a0 mtu 1400\nlink set a0 mtu 1500\n".repeat(200));
        network.signal(Signal::CONT);
        let told = all.burst();
        let count = |wanted| told.iter().filter(|(notification, _)| *notification == wanted).count();
        assert_eq!((count(ADD), count(DELETE)), (2000, 1));
        assert!(told.contains(&(DELETE, ("10.8.0.1".parse().unwrap(), network.a))));
        // Nothing was said of this one: that it is mentioned shows that the messages were really lost.
        assert!(told.contains(&(PARAMETER, ("10.2.0.1".parse().unwrap(), network.b))));
        let told = interfaces.burst();
        assert!(
            told.contains(&(PARAMETER, (AF_INET, network.b))) && told.contains(&(PARAMETER, (AF_INET, 1))),
            "{told:?}"
        );
        // It still hears.
        ip("address del 10.9.0.1/32 dev a0");
        all.wait(DELETE, ("10.9.0.1".parse().unwrap(), network.a));
    });
}

fn batch(lines: &str) {
    let mut child = Command::new("ip").args(["-batch", "-"]).stdin(std::process::Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_registration_is_refused_as_a_table_is_and_ends_with_its_connection() {
    in_private_network("a_registration_is_refused_as_a_table_is_and_ends_with_its_connection", |network| {
        assert_eq!(Listener::<IpInterfaceRow>::new(10).err(), Some(status::INVALID_PARAMETER));
        assert_eq!(Listener::<UnicastAddressRow>::new(99).err(), Some(status::INVALID_PARAMETER));
        let sockets = || {
            let path = format!("/proc/{}/fd", network.server());
            let links =
                std::fs::read_dir(path).unwrap().filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
            links.filter(|link| link.to_string_lossy().starts_with("socket:")).count()
        };
        let before = sockets();
        let listeners: Vec<_> = (0..4).map(|_| Listener::<UnicastAddressRow>::new(0).unwrap()).collect();
        assert!(sockets() >= before + 2 * listeners.len());
        drop(listeners);
        wait_until("the sockets of the listeners are closed", || sockets() <= before);
    });
}

#[test]
fn an_address_can_be_looked_at() {
    in_private_network("an_address_can_be_looked_at", |network| {
        let get = |address: &str, luid, index| {
            let mut key = UnicastAddressRow::poisoned(address.parse().unwrap(), luid, index);
            (key.padding_address, key.creation_time_stamp) = ([0; 4], 0);
            let image = support::call(Operation::GetUnicastIpAddressEntry, &key)?;
            Ok(UnicastAddressRow::read_from_bytes(&image).unwrap())
        };
        let row = get("10.1.0.1", 0, network.a).unwrap();
        assert_eq!((row.interface_index, row.interface_luid), (network.a, 6 << 48 | u64::from(network.a) << 24));
        assert_eq!((row.on_link_prefix_length, row.dad_state, row.valid_lifetime), (24, 4, u32::MAX));
        assert_eq!((row.prefix_origin, row.suffix_origin, row.padding_skip), (1, 1, [POISON; 2]));
        let six = get("fd00:1::1", row.interface_luid, 0).unwrap();
        assert_eq!((six.on_link_prefix_length, six.address.family), (64, AF_INET6));
        assert!(six.creation_time_stamp > 132_000_000_000_000_000, "since 2019 at least");
        assert_eq!(get("10.1.0.1", 0, network.b), Err(status::NOT_FOUND));
        assert_eq!(get("10.1.0.77", 0, network.a), Err(status::NOT_FOUND));
        let mut other = UnicastAddressRow::poisoned("10.1.0.1".parse().unwrap(), 0, network.a);
        other.address.family = 10;
        assert_eq!(support::call(Operation::GetUnicastIpAddressEntry, &other), Err(status::INVALID_PARAMETER));
    });
}
