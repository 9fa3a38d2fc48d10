//! Being told of changes of interfaces and addresses, as Linux makes them.

use crate::{
    expect,
    lab::Lab,
    watcher::{PATIENCE, TEST_LINK, Watcher, of_address, of_interface, with_mtu_restored},
};
use anyhow::{Context, Result, ensure};
use netioctl_client::{
    Access, Canceller, ChangeKind, Changes, Error, Family, WatchSources,
    abi::{
        AddressFamily, ControlCode, NtStatus,
        wire::{WatchFlags, WatchRequest},
    },
    driver,
};
use serde_json::json;
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};
use zerocopy::IntoBytes;

super::cases! { "watch":
    Witness the_first_answer_says_that_the_watch_stands,
    Witness a_link_that_changes_is_told_of_for_each_family,
    Witness links_come_and_go,
    Witness addresses_come_and_go,
    Witness only_what_is_asked_for_is_told,
    Witness several_clients_are_told_the_same,
    Witness a_cancelled_request_loses_nothing,
    Witness nobody_is_registered_when_nobody_listens,
    Witness a_registration_that_fails_takes_the_other_with_it,
    Witness a_missing_stack_is_told,
    Driver bad_requests_are_refused,
    Witness removing_the_device_ends_what_waits,
}

/// A request waits so long after its thread is about to send it.
const SENT: Duration = Duration::from_millis(500);

const ALL: WatchSources = WatchSources::all();

fn the_first_answer_says_that_the_watch_stands(lab: &Lab) -> Result<()> {
    for sources in [WatchSources::INTERFACES, WatchSources::ADDRESSES, ALL] {
        Watcher::new(lab, sources, Family::Both)?;
    }
    Ok(())
}

const FAMILIES: [(Family, AddressFamily); 2] =
    [(Family::Ipv4, AddressFamily::Ipv4), (Family::Ipv6, AddressFamily::Ipv6)];

fn a_link_that_changes_is_told_of_for_each_family(lab: &Lab) -> Result<()> {
    with_mtu_restored(lab, |linux, link| {
        let watchers = FAMILIES.map(|(family, _)| Watcher::new(lab, ALL, family));
        let mtu = link.mtu - 100;
        linux.set_mtu(link, mtu)?;
        for (watcher, (_, family)) in watchers.into_iter().zip(FAMILIES) {
            let change = watcher?.until("a new MTU", of_interface(ChangeKind::Changed, link.index, family))?;
            ensure!(change.interface_luid.0 == link.luid(), "{change:?}");
            let row = lab.device()?.interface(link.key(), family)?;
            ensure!(row.nl_mtu == mtu, "the change is told before the row has it: {}", row.nl_mtu);
        }
        Ok(())
    })
}

fn links_come_and_go(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    for (family, of_row) in FAMILIES {
        let mut watcher = Watcher::new(lab, WatchSources::INTERFACES, family)?;
        let index = linux.add_link(TEST_LINK)?;
        let came = watcher.until("the new link", of_interface(ChangeKind::Added, index, of_row));
        linux.remove_link(TEST_LINK)?;
        came?;
        watcher.until("the end of the link", of_interface(ChangeKind::Removed, index, of_row))?;
    }
    Ok(())
}

fn addresses_come_and_go(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let mut watcher = Watcher::new(lab, WatchSources::ADDRESSES, Family::Both)?;
    let link_local: IpAddr = "fe80::5e:77".parse()?;
    for address in ["192.0.2.77".parse()?, "2001:db8::77".parse()?, link_local] {
        linux.change_address(&link, address, true)?;
        let came = watcher.until("an address", of_address(ChangeKind::Added, link.index, address));
        linux.change_address(&link, address, false)?;
        let came = came?;
        ensure!(came.interface_luid.0 == link.luid(), "{came:?}");
        ensure!(came.scope_id == 0 || address == link_local, "the scope of {came:?}");
        watcher.until("its end", of_address(ChangeKind::Removed, link.index, address))?;
    }
    Ok(())
}

fn only_what_is_asked_for_is_told(lab: &Lab) -> Result<()> {
    with_mtu_restored(lab, |linux, link| {
        let mut watcher = Watcher::new(lab, WatchSources::ADDRESSES, Family::Ipv6)?;
        let (v4, v6) = (IpAddr::V4(Ipv4Addr::new(192, 0, 2, 78)), IpAddr::from("2001:db8::78".parse::<Ipv6Addr>()?));
        linux.set_mtu(link, link.mtu - 50)?;
        for (address, add) in [(v4, true), (v4, false), (v6, true), (v6, false)] {
            linux.change_address(link, address, add)?;
        }
        let last = watcher
            .until("the last change", |change| change.kind() == ChangeKind::Removed && change.address == Some(v6))?;
        let other = watcher
            .pending
            .iter()
            .chain([&last])
            .find(|change| change.source != WatchSources::ADDRESSES || change.family != Some(AddressFamily::Ipv6));
        ensure!(other.is_none(), "{other:?}");
        ensure!(last.sequence <= 5, "more was told than was asked for: {last:?}");
        Ok(())
    })
}

fn several_clients_are_told_the_same(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let mut watchers =
        (0..4).map(|_| Watcher::new(lab, WatchSources::ADDRESSES, Family::Both)).collect::<Result<Vec<_>>>()?;
    let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 79));
    linux.change_address(&link, address, true)?;
    linux.change_address(&link, address, false)?;
    for watcher in &mut watchers {
        watcher.until("the address", of_address(ChangeKind::Added, link.index, address))?;
        watcher.until("its end", of_address(ChangeKind::Removed, link.index, address))?;
    }
    Ok(())
}

fn a_cancelled_request_loses_nothing(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let device = lab.open(Access::Read)?;
    let mut watch = device.watch(WatchSources::ADDRESSES, Family::Both);
    watch.wait()?;
    let canceller = Canceller::new()?;
    let mut given_up = device.with_canceller(&canceller).watch(WatchSources::ADDRESSES, Family::Both);
    let start = Instant::now();
    let ended = thread::scope(|scope| {
        let (sends, sent) = mpsc::channel();
        let waiting = scope.spawn(move || {
            sends.send(())?;
            anyhow::Ok(given_up.wait())
        });
        sent.recv()?;
        thread::sleep(SENT);
        ensure!(!waiting.is_finished(), "nothing has happened, but it ended");
        canceller.cancel();
        waiting.join().expect("the waiting thread panicked")
    })?;
    expect::status(ended, &[NtStatus::CANCELLED])?;
    ensure!(start.elapsed() < PATIENCE, "the cancellation took {:?}", start.elapsed());
    let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 80));
    linux.change_address(&link, address, true)?;
    linux.change_address(&link, address, false)?;
    let changes = watch.wait()?;
    ensure!(changes.events.first().is_some_and(|change| change.address == Some(address)), "{changes:?}");
    Ok(())
}

fn nobody_is_registered_when_nobody_listens(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    linux.await_listeners(0).context("before")?;
    let one = Watcher::new(lab, ALL, Family::Both)?;
    linux.await_listeners(2)?;
    let two = Watcher::new(lab, WatchSources::ADDRESSES, Family::Both)?;
    linux.await_listeners(3)?;
    drop(one);
    linux.await_listeners(1)?;
    drop(two);
    linux.await_listeners(0).context("afterwards")
}

fn a_registration_that_fails_takes_the_other_with_it(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    linux.await_listeners(0)?;
    let mut watch = lab.open(Access::Read)?.watch(ALL, Family::Both);
    let fails = json!({ "fail-address-notifications": true });
    linux.with_settings(fails, || expect::status(watch.wait(), &[NtStatus::NO_MEMORY]))?;
    linux.await_listeners(0)?;
    watch.wait().context("the handle can watch once there is memory")?;
    linux.await_listeners(2)
}

fn a_missing_stack_is_told(lab: &Lab) -> Result<()> {
    lab.linux()?.with_settings(json!({ "without-ipv6": true }), || {
        let mut watch = lab.open(Access::Read)?.watch(ALL, Family::Ipv6);
        expect::status(watch.wait(), &[NtStatus::NOT_SUPPORTED])
    })
}

fn bad_requests_are_refused(lab: &Lab) -> Result<()> {
    let device = lab.open(Access::Read)?;
    let code = ControlCode::WATCH_CHANGES.raw();
    let good = WatchRequest::new(ALL, 0, WatchFlags::INITIAL);
    for bad in [
        WatchRequest { sources: 0, ..good },
        WatchRequest { sources: 1 << 9, ..good },
        WatchRequest { flags: 1 << 9, ..good },
        WatchRequest { family: 10, ..good },
    ] {
        expect::refusal(&device, code, bad.as_bytes(), 4096, NtStatus::INVALID_PARAMETER)?;
    }
    expect::refusal(&device, code, good.as_bytes(), 71, NtStatus::BUFFER_TOO_SMALL)?;
    let mut watch = device.watch(ALL, Family::Both);
    watch.wait()?;
    let mut another = device.watch(WatchSources::ADDRESSES, Family::Both);
    expect::status(another.wait(), &[NtStatus::INVALID_DEVICE_STATE])
}

/// Leaves the driver installed, as it was found. Windows removes no device that is open, but for one that is unplugged,
/// which a device without hardware cannot be; the sandbox does.
fn removing_the_device_ends_what_waits(lab: &Lab) -> Result<()> {
    let watchers = (0..3).map(|_| Watcher::new(lab, ALL, Family::Both)).collect::<Result<Vec<_>>>()?;
    let ends: Vec<Result<Changes, Error>> = thread::scope(|scope| {
        let (sends, sent) = mpsc::channel();
        let wait = |mut watcher: Watcher| {
            let sends = sends.clone();
            scope.spawn(move || {
                let _ = sends.send(());
                watcher.watch.wait()
            })
        };
        let waiting: Vec<_> = watchers.into_iter().map(wait).collect();
        sent.iter().take(waiting.len()).for_each(drop);
        thread::sleep(SENT);
        let removed = driver::uninstall();
        let ends = waiting.into_iter().map(|waiting| waiting.join().expect("a waiting thread panicked")).collect();
        removed.map(|_| ends)
    })?;
    let again = driver::install(lab.inf()?);
    for end in ends {
        expect::status(end, &[NtStatus::DEVICE_REMOVED])?;
    }
    again?;
    lab.device()?.version()?;
    Ok(())
}
