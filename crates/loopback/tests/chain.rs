//! The client, the contract and the core in one process: what the shell of the driver sees to in the kernel holds here.

use netio_sys::{MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, SOCKADDR_INET};
use netioctl_abi::{
    AF_INET, AddressFamily, NtStatus, Operation,
    wire::{MAX_SESSION_WATCHES, MAX_WAITING_REQUESTS},
};
use netioctl_client::{
    Access, Canceller, Change, ChangeKind, Device, Error, Family, InterfaceKey, InterfaceLuid, NeighborKey,
    NeighborUpdate, PhysicalAddress, Watch, WatchSources,
};
use netioctl_loopback::Loopback;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

const LUID: u64 = 6 << 48;
const INTERFACE: InterfaceKey = InterfaceKey::Luid(InterfaceLuid(LUID));

fn driver() -> Loopback {
    let driver = Loopback::new();
    driver.netio().update(|tables| tables.rows_mut().push(interface(25)));
    driver
}

fn interface(metric: u32) -> MIB_IPINTERFACE_ROW {
    MIB_IPINTERFACE_ROW {
        Family: AF_INET,
        InterfaceLuid: LUID,
        InterfaceIndex: 12,
        Metric: metric,
        ..Default::default()
    }
}

fn key(last: u8) -> NeighborKey {
    NeighborKey::new(INTERFACE, [192, 0, 2, last].into())
}

/// A watch that has begun.
fn watching(device: &Device) -> Watch {
    let mut watch = device.watch(WatchSources::INTERFACES, Family::Both);
    let begun = watch.wait().unwrap();
    assert_eq!(begun.events.iter().map(Change::kind).collect::<Vec<_>>(), [ChangeKind::Initial]);
    watch
}

fn status<T: std::fmt::Debug>(result: Result<T, Error>) -> Option<NtStatus> {
    result.unwrap_err().ntstatus()
}

#[test]
fn a_neighbor_lives_by_the_rules_of_netio() {
    let driver = driver();
    let device = driver.open(Access::ReadWrite).unwrap();
    let mac = |n: u8| PhysicalAddress::new(&[2, 0, 0, 0, 0, n]).unwrap();
    let update = |last, mac| NeighborUpdate::new(key(last).interface(), key(last).address(), mac);
    assert_eq!(status(device.set_neighbor(&update(7, mac(1)))), Some(NtStatus::NOT_FOUND));
    device.create_neighbor(&update(7, mac(1))).unwrap();
    assert_eq!(status(device.create_neighbor(&update(7, mac(1)))), Some(NtStatus::DUPLICATE_OBJECTID));
    device.replace_neighbor(&update(7, mac(2))).unwrap();
    assert_eq!(device.neighbor(&key(7)).unwrap().physical_address, mac(2));
    let address = SOCKADDR_INET { si_family: AF_INET, sin_addr_or_flowinfo: [192, 0, 2, 8], ..Default::default() };
    driver.netio().host(&address, &[2, 0, 0, 0, 0, 8]);
    assert_eq!(device.resolve_neighbor(&key(8)).unwrap().physical_address, mac(8));
    assert_eq!(status(device.resolve_neighbor(&key(9))), Some(NtStatus::BAD_NETWORK_NAME));
    assert_eq!(device.neighbor_table(Family::Both).unwrap().len(), 2);
    device.delete_neighbor(&key(7)).unwrap();
    device.flush_neighbors(Family::Ipv4, None).unwrap();
    assert!(device.neighbor_table(Family::Both).unwrap().is_empty());
    assert!(driver.netio().look(|tables| tables.rows::<MIB_IPNET_ROW2>().is_empty()));
}

#[test]
fn a_handle_for_reading_changes_nothing_and_nobody_counts_it() {
    let driver = driver();
    let device = driver.open(Access::Read).unwrap();
    assert_eq!(status(device.delete_neighbor(&key(7))), Some(NtStatus::ACCESS_DENIED));
    let counted = device.statistics().unwrap();
    let row = counted.iter().find(|row| row.operation() == Some(Operation::DeleteNeighbor)).unwrap();
    assert_eq!(row.requests, 0);
}

#[test]
fn who_waits_is_told_of_a_change() {
    let driver = driver();
    driver.while_waiting(|driver| driver.netio().update(|tables| *tables.rows_mut() = vec![interface(10)]));
    let device = driver.open(Access::Read).unwrap();
    let mut watch = watching(&device);
    let told = watch.wait().unwrap();
    let kinds: Vec<_> = told.events.iter().map(Change::kind).collect();
    assert_eq!((kinds, told.lost), (vec![ChangeKind::Changed], 0));
    assert_eq!(device.interface(INTERFACE, AddressFamily::Ipv4).unwrap().metric, 10);
}

#[test]
fn what_waits_ends_when_it_is_cancelled_or_the_device_goes() {
    let driver = driver();
    driver.netio().delay("ResolveIpNetEntry2", Duration::from_millis(50));
    let canceller = Canceller::new().unwrap();
    let raised = canceller.clone();
    driver.while_waiting(move |_| raised.cancel());
    let device = driver.open(Access::ReadWrite).unwrap();
    assert_eq!(status(watching(&device.with_canceller(&canceller)).wait()), Some(NtStatus::CANCELLED));
    let patience = Canceller::after(Duration::from_millis(5)).unwrap();
    assert_eq!(status(device.with_canceller(&patience).resolve_neighbor(&key(9))), Some(NtStatus::CANCELLED));

    driver.while_waiting(Loopback::remove);
    let device = driver.open(Access::ReadWrite).unwrap();
    assert_eq!(status(watching(&device).wait()), Some(NtStatus::DEVICE_REMOVED));
    assert_eq!(status(device.neighbor_table(Family::Both)), Some(NtStatus::DEVICE_REMOVED));
}

/// One handle, and as many requests through it as it may have and one more.
#[test]
fn a_handle_has_so_many_requests_that_wait() {
    let driver = driver();
    let waiting = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&waiting);
    driver.while_waiting(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    let canceller = Canceller::new().unwrap();
    let device = driver.open(Access::Read).unwrap().with_canceller(&canceller);
    let watch = watching(&device);
    let wait = || status(watch.clone().wait());
    thread::scope(|scope| {
        let threads: Vec<_> = (0..MAX_WAITING_REQUESTS).map(|_| scope.spawn(wait)).collect();
        while waiting.load(Ordering::SeqCst) < MAX_WAITING_REQUESTS as usize {
            thread::yield_now();
        }
        assert_eq!(wait(), Some(NtStatus::QUOTA_EXCEEDED));
        canceller.cancel();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), Some(NtStatus::CANCELLED));
        }
    });
}

#[test]
fn readers_have_so_many_watches_and_give_them_back() {
    let driver = driver();
    let watch = |device: &Device| device.watch(WatchSources::INTERFACES, Family::Both).wait().map(|_| ());
    let open = || driver.open(Access::Read).unwrap();
    let mut devices: Vec<_> = (0..MAX_SESSION_WATCHES).map(|_| open()).collect();
    for device in &devices {
        watch(device).unwrap();
    }
    assert_eq!(status(watch(&open())), Some(NtStatus::QUOTA_EXCEEDED));
    watch(&driver.open(Access::ReadWrite).unwrap()).expect("writers have places of their own");
    devices.pop();
    watch(&open()).unwrap();
}
