//! Change notifications, while the network really changes.
//!
//! No test waits for silence: what a busy machine tells late would look as if it were not told at all. After a change the
//! test makes another one, the mark, of which the kernel tells behind it; what was told until then is all there is.
#![cfg(target_os = "linux")]

mod support;

use netio_sys::{
    MIB_IPINTERFACE_ROW, MIB_UNICASTIPADDRESS_ROW, MibAddInstance as ADD, MibDeleteInstance as DELETE,
    MibParameterNotification as PARAMETER,
};
use netio_wire::{
    AF_INET, AF_INET6, EventHeader, FamilyRequest, Operation, POISON, RequestHeader, ResponseHeader, Row, row,
};
use netioctl_status::NtStatus;
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    marker::PhantomData,
    net::{IpAddr, Ipv4Addr, TcpStream},
    process::Command,
    sync::atomic::{AtomicU8, Ordering},
    time::Duration,
};
use support::{SERVER, Signal, in_private_network, index, ip, wait_until};
use zerocopy::{FromZeros, IntoBytes};

const PATIENCE: Duration = Duration::from_secs(10);

/// The loopback interface: the marks are made there, and nothing else.
const LOOPBACK: u32 = 1;

/// The marks that were made of each kind.
static LINK_MARKS: AtomicU8 = AtomicU8::new(0);
static ADDRESS_MARKS: AtomicU8 = AtomicU8::new(0);

/// A row of an event.
trait Event: Row {
    const OPERATION: Operation;
    /// Family, LUID and index.
    fn names(&self) -> (u16, u64, u32);
    /// The same, with what else the event tells.
    type Told: Ord + Copy + std::fmt::Debug;
    fn told(&self) -> Self::Told;
    /// Everything but the keys.
    fn rest(image: &[u8]) -> Vec<u8>;
    /// How many marks have been made: a listener hears of those of others, too.
    const MARKS: &AtomicU8;
    /// Makes a change of which nothing but the kernel's message tells. Gives the last event that a listener to this
    /// family gets of it, once for each mark.
    fn mark(family: u16, number: u8) -> (i32, Self::Told);
    /// Whether an event is about marks.
    fn is_mark(told: Self::Told) -> bool;
}

impl Event for MIB_IPINTERFACE_ROW {
    const OPERATION: Operation = Operation::NotifyIpInterfaceChange;
    fn names(&self) -> (u16, u64, u32) {
        (self.Family, self.InterfaceLuid, self.InterfaceIndex)
    }
    type Told = (u16, u32);
    fn told(&self) -> (u16, u32) {
        (self.Family, self.InterfaceIndex)
    }
    fn rest(image: &[u8]) -> Vec<u8> {
        [&image[2..8], &image[20..]].concat()
    }
    const MARKS: &AtomicU8 = &LINK_MARKS;
    /// No row has the alias of a link, so a listener that looks at all rows meanwhile sees nothing of it.
    fn mark(family: u16, number: u8) -> (i32, (u16, u32)) {
        ip(&format!("link set lo alias mark{number}"));
        (PARAMETER, (if family == AF_INET { AF_INET } else { AF_INET6 }, LOOPBACK))
    }
    fn is_mark((_, index): (u16, u32)) -> bool {
        index == LOOPBACK
    }
}

impl Event for MIB_UNICASTIPADDRESS_ROW {
    const OPERATION: Operation = Operation::NotifyUnicastIpAddressChange;
    fn names(&self) -> (u16, u64, u32) {
        (self.Address.si_family, self.InterfaceLuid, self.InterfaceIndex)
    }
    type Told = (IpAddr, u32);
    fn told(&self) -> (IpAddr, u32) {
        (row::ip(&self.Address).unwrap(), self.InterfaceIndex)
    }
    fn rest(image: &[u8]) -> Vec<u8> {
        [&image[28..32], &image[44..]].concat()
    }
    const MARKS: &AtomicU8 = &ADDRESS_MARKS;
    fn mark(_family: u16, number: u8) -> (i32, (IpAddr, u32)) {
        // It goes, and comes again.
        if number > 0 {
            ip("address del 192.0.2.1/32 dev lo");
        }
        ip("address add 192.0.2.1/32 dev lo");
        (ADD, (Ipv4Addr::new(192, 0, 2, 1).into(), LOOPBACK))
    }
    fn is_mark((_, index): (IpAddr, u32)) -> bool {
        index == LOOPBACK
    }
}

/// A registration.
struct Listener<R> {
    stream: TcpStream,
    family: u16,
    /// The marks that it has heard of, or that were made before its time.
    passed: u8,
    row: PhantomData<R>,
}

/// Events, without repetitions.
type Told<R> = BTreeSet<(i32, <R as Event>::Told)>;

impl<R: Event> Listener<R> {
    fn new(family: u16) -> Result<Self, NtStatus> {
        let passed = R::MARKS.load(Ordering::Relaxed);
        let mut stream = TcpStream::connect(SERVER).unwrap();
        let request = FamilyRequest { family, reserved: 0 };
        let header = RequestHeader::new(R::OPERATION, u32::try_from(size_of_val(&request)).unwrap());
        stream.write_all(&[header.as_bytes(), request.as_bytes()].concat()).unwrap();
        let mut answer = ResponseHeader::new_zeroed();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.read_exact(answer.as_mut_bytes()).unwrap();
        assert!(answer.is_understood() && answer.length == 0);
        if answer.status() == NtStatus::SUCCESS {
            Ok(Self { stream, family, passed, row: PhantomData })
        } else {
            Err(answer.status())
        }
    }

    /// The next event.
    fn next(&mut self) -> std::io::Result<(i32, R::Told)> {
        let mut header = EventHeader::new_zeroed();
        self.stream.read_exact(header.as_mut_bytes())?;
        assert_eq!(header.length as usize, size_of::<R>());
        let mut image = vec![0; size_of::<R>()];
        self.stream.read_exact(&mut image)?;
        assert!(R::rest(&image).iter().all(|byte| *byte == POISON), "{image:?}");
        let row = R::read(&image).unwrap();
        let (_, luid, index) = row.names();
        assert_eq!(luid & 0x0000_ffff_ff00_0000, u64::from(index) << 24);
        Ok((header.notification, row.told()))
    }

    /// Waits for an event, and gives what comes before.
    fn wait(&mut self, event: (i32, R::Told)) -> Told<R> {
        let mut seen = BTreeSet::new();
        loop {
            match self.next() {
                Ok(next) if next == event => return seen,
                Ok(next) => _ = seen.insert(next),
                Err(error) => panic!("{event:?} has not come ({error}), but {seen:?}"),
            }
        }
    }

    /// Everything that is told of what has happened until now.
    fn told(&mut self) -> Told<R> {
        let number = R::MARKS.fetch_add(1, Ordering::Relaxed);
        let mark = R::mark(self.family, number);
        let mut told = BTreeSet::new();
        for _ in self.passed..=number {
            told.extend(self.wait(mark));
        }
        self.passed = number + 1;
        told.retain(|(_, told)| !R::is_mark(*told));
        told
    }
}

#[test]
fn a_link_comes_changes_and_goes() {
    in_private_network("a_link_comes_changes_and_goes", |_| {
        let mut all = Listener::<MIB_IPINTERFACE_ROW>::new(0).unwrap();
        let mut ipv6 = Listener::<MIB_IPINTERFACE_ROW>::new(AF_INET6).unwrap();
        ip("link add test0 type veth peer name test0-peer");
        let (link, peer) = (index("test0"), index("test0-peer"));
        for (family, index) in [(AF_INET, peer), (AF_INET6, peer), (AF_INET, link), (AF_INET6, link)] {
            all.wait((ADD, (family, index)));
        }
        all.told();
        ip("link set test0 up");
        assert_eq!(all.told(), [(PARAMETER, (AF_INET, link)), (PARAMETER, (AF_INET6, link))].into());
        ip("link set test0 mtu 1400");
        assert_eq!(all.told(), [(PARAMETER, (AF_INET, link)), (PARAMETER, (AF_INET6, link))].into());
        ip("link del test0");
        let gone =
            [AF_INET, AF_INET6].into_iter().flat_map(|family| [(DELETE, (family, link)), (DELETE, (family, peer))]);
        let told = all.told();
        assert!(gone.clone().all(|event| told.contains(&event)), "{told:?}");
        assert!(told.iter().all(|event| event.0 != ADD), "{told:?}");
        // The other listener has heard the same of IPv6, and nothing else.
        let told = ipv6.told();
        assert!(told.iter().all(|(_, (family, _))| *family == AF_INET6), "{told:?}");
        assert!(gone.filter(|(_, (family, _))| *family == AF_INET6).all(|event| told.contains(&event)));
        assert!(told.contains(&(ADD, (AF_INET6, link))));
    });
}

#[test]
fn one_family_of_a_link_changes() {
    in_private_network("one_family_of_a_link_changes", |network| {
        let mut all = Listener::<MIB_IPINTERFACE_ROW>::new(0).unwrap();
        let write = |path: &str, value: &str| std::fs::write(format!("/proc/sys/net/{path}"), value).unwrap();
        write("ipv4/conf/a0/forwarding", "1");
        assert_eq!(all.told(), [(PARAMETER, (AF_INET, network.a))].into());
        write("ipv6/conf/b0/forwarding", "1");
        assert_eq!(all.told(), [(PARAMETER, (AF_INET6, network.b))].into());
        write("ipv6/conf/a0/disable_ipv6", "1");
        assert_eq!(all.told(), [(DELETE, (AF_INET6, network.a))].into());
        write("ipv6/conf/a0/disable_ipv6", "0");
        let told = all.told();
        assert!(told.contains(&(ADD, (AF_INET6, network.a))), "{told:?}");
        assert!(told.iter().all(|(_, (family, _))| *family == AF_INET6), "{told:?}");
    });
}

#[test]
fn what_only_the_server_keeps_is_told_of_too() {
    in_private_network("what_only_the_server_keeps_is_told_of_too", |network| {
        let mut all = Listener::<MIB_IPINTERFACE_ROW>::new(0).unwrap();
        let rows = support::interfaces(AF_INET).unwrap();
        let row = rows.into_iter().find(|row| row.InterfaceIndex == network.a).unwrap();
        let set = MIB_IPINTERFACE_ROW { UseAutomaticMetric: 0, Metric: 7, SitePrefixLength: 0, ..row };
        support::fill(Operation::SetIpInterfaceEntry, &set).unwrap();
        assert_eq!(all.wait((PARAMETER, (AF_INET, network.a))), BTreeSet::new());
        // The same again changes nothing.
        support::fill(Operation::SetIpInterfaceEntry, &set).unwrap();
        // The server looks for itself what it has kept, before or after it reads the mark; but before the next one.
        assert_eq!((all.told(), all.told()), (BTreeSet::new(), BTreeSet::new()));
    });
}

#[test]
fn addresses_come_and_go() {
    in_private_network("addresses_come_and_go", |network| {
        let mut all = Listener::<MIB_UNICASTIPADDRESS_ROW>::new(0).unwrap();
        let mut ipv4 = Listener::<MIB_UNICASTIPADDRESS_ROW>::new(AF_INET).unwrap();
        let four = ("10.9.9.9".parse().unwrap(), network.a);
        let six = ("fd00:9::9".parse().unwrap(), network.b);
        ip("address add 10.9.9.9/24 dev a0");
        ip("address add fd00:9::9/64 dev b0");
        // Linux tells of an IPv6 address again when it has seen that nobody else has it, which is its own time.
        let mut told = || all.told().into_iter().filter(|event| *event != (PARAMETER, six)).collect::<BTreeSet<_>>();
        assert_eq!(told(), [(ADD, four), (ADD, six)].into());
        ip("address change 10.9.9.9/24 dev a0 valid_lft 1000 preferred_lft 500");
        assert_eq!(told(), [(PARAMETER, four)].into());
        ip("address del 10.9.9.9/24 dev a0");
        ip("address del fd00:9::9/64 dev b0");
        assert_eq!(told(), [(DELETE, four), (DELETE, six)].into());
        assert_eq!(ipv4.told(), [(ADD, four), (PARAMETER, four), (DELETE, four)].into());
    });
}

#[test]
fn addresses_of_a_link_that_comes_and_goes_are_told_of() {
    in_private_network("addresses_of_a_link_that_comes_and_goes_are_told_of", |_| {
        let mut all = Listener::<MIB_UNICASTIPADDRESS_ROW>::new(AF_INET).unwrap();
        ip("link add test0 type veth peer name test0-peer");
        let address = ("10.9.9.9".parse().unwrap(), index("test0"));
        ip("address add 10.9.9.9/24 dev test0");
        all.wait((ADD, address));
        ip("link del test0");
        all.wait((DELETE, address));
    });
}

/// While the server sleeps, more happens than the kernel keeps for it.
#[test]
fn a_listener_that_is_too_slow_is_told_of_everything() {
    in_private_network("a_listener_that_is_too_slow_is_told_of_everything", |network| {
        let mut all = Listener::<MIB_UNICASTIPADDRESS_ROW>::new(AF_INET).unwrap();
        let mut interfaces = Listener::<MIB_IPINTERFACE_ROW>::new(AF_INET).unwrap();
        ip("address add 10.8.0.1/32 dev a0");
        all.wait((ADD, ("10.8.0.1".parse().unwrap(), network.a)));
        network.signal(Signal::STOP);
        let lines = (0..2000).map(|n| format!("address add 10.9.{}.{}/32 dev a0\n", n / 250, n % 250 + 1));
        let lines = lines.collect::<Vec<_>>().concat();
        batch(&lines);
        ip("address del 10.8.0.1/32 dev a0");
        batch(&"link set a0 mtu 1400\nlink set a0 mtu 1500\n".repeat(200));
        network.signal(Signal::CONT);
        // Whether the server reads of it or finds it when it looks at everything: it comes last, by link and address.
        ip("address add 203.0.113.1/32 dev b0");
        let told = all.wait((ADD, ("203.0.113.1".parse().unwrap(), network.b)));
        let count = |wanted| told.iter().filter(|(notification, _)| *notification == wanted).count();
        assert_eq!((count(ADD), count(DELETE)), (2000, 1));
        assert!(told.contains(&(DELETE, ("10.8.0.1".parse().unwrap(), network.a))));
        // Nothing was said of this one: that it is mentioned shows that the messages were really lost.
        assert!(told.contains(&(PARAMETER, ("10.2.0.1".parse().unwrap(), network.b))));
        let told = interfaces.wait((PARAMETER, (AF_INET, network.b)));
        assert!(told.contains(&(PARAMETER, (AF_INET, LOOPBACK))), "{told:?}");
        // It still hears.
        ip("address del 10.9.0.1/32 dev a0");
        all.wait((DELETE, ("10.9.0.1".parse().unwrap(), network.a)));
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
        let sockets = || {
            let path = format!("/proc/{}/fd", network.server());
            let links =
                std::fs::read_dir(path).unwrap().filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
            links.filter(|link| link.to_string_lossy().starts_with("socket:")).count()
        };
        let idle = sockets();
        assert_eq!(Listener::<MIB_IPINTERFACE_ROW>::new(10).err(), Some(NtStatus::INVALID_PARAMETER));
        assert_eq!(Listener::<MIB_UNICASTIPADDRESS_ROW>::new(99).err(), Some(NtStatus::INVALID_PARAMETER));
        wait_until("the sockets of the refused are closed", || sockets() == idle);
        // Whoever has its answer has both: the connection, and the ear for the kernel.
        let listeners: Vec<_> = (0..4).map(|_| Listener::<MIB_UNICASTIPADDRESS_ROW>::new(0).unwrap()).collect();
        assert!(sockets() >= idle + 2 * listeners.len());
        drop(listeners);
        wait_until("the sockets of the listeners are closed", || sockets() == idle);
    });
}

#[test]
fn an_address_can_be_looked_at() {
    in_private_network("an_address_can_be_looked_at", |network| {
        let get = |address: &str, luid, index| {
            let mut key = row::changed_address(address.parse().unwrap(), luid, index);
            key.CreationTimeStamp = 0;
            support::fill(Operation::GetUnicastIpAddressEntry, &key)
        };
        let row = get("10.1.0.1", 0, network.a).unwrap();
        assert_eq!((row.InterfaceIndex, row.InterfaceLuid), (network.a, 6 << 48 | u64::from(network.a) << 24));
        assert_eq!((row.OnLinkPrefixLength, row.DadState, row.ValidLifetime), (24, 4, u32::MAX));
        assert_eq!((row.PrefixOrigin, row.SuffixOrigin), (1, 1));
        let six = get("fd00:1::1", row.InterfaceLuid, 0).unwrap();
        assert_eq!((six.OnLinkPrefixLength, six.Address.si_family), (64, AF_INET6));
        assert!(six.CreationTimeStamp > 132_000_000_000_000_000, "since 2019 at least");
        assert_eq!(get("10.1.0.1", 0, network.b), Err(NtStatus::NOT_FOUND));
        assert_eq!(get("10.1.0.77", 0, network.a), Err(NtStatus::NOT_FOUND));
        let mut other = row::changed_address("10.1.0.1".parse().unwrap(), 0, network.a);
        other.Address.si_family = 10;
        assert_eq!(support::fill(Operation::GetUnicastIpAddressEntry, &other), Err(NtStatus::INVALID_PARAMETER));
    });
}
