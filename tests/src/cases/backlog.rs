//! Changes that nobody has taken yet: they are kept in order, merged, or counted.

use crate::{
    lab::Lab,
    watcher::{PATIENCE, TEST_LINK, Watcher, of_address, of_interface, with_mtu_restored},
};
use anyhow::{Context, Result, ensure};
use netioctl_client::{
    Change, ChangeKind, Changes, Family, WatchSources,
    abi::{AddressFamily, wire::MAX_PENDING_EVENTS},
};
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::mpsc,
    thread,
    time::Duration,
};

super::cases! { "backlog":
    Witness requests_that_wait_share_the_events_in_order,
    Witness what_nobody_takes_is_merged,
    Witness what_finds_no_room_is_counted,
}

/// What one client has been told has reached the others after this time.
const ARRIVAL: Duration = Duration::from_millis(300);

fn requests_that_wait_share_the_events_in_order(lab: &Lab) -> Result<()> {
    const ADDRESSES: u8 = 30;
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let watcher = Watcher::new(lab, WatchSources::ADDRESSES, Family::Ipv4)?;
    let (told, events) = mpsc::channel();
    let addresses: Vec<_> = (1..=ADDRESSES).map(|host| IpAddr::V4(Ipv4Addr::new(192, 0, 2, host))).collect();
    let sequences = thread::scope(|scope| {
        for _ in 0..3 {
            let (mut watch, told) = (watcher.watch.clone(), told.clone());
            scope.spawn(move || {
                while let Ok(changes) = watch.wait() {
                    let sequences: Vec<_> = changes.events.iter().map(|change| change.sequence).collect();
                    if told.send((changes.lost, sequences)).is_err() {
                        break;
                    }
                }
            });
        }
        for address in &addresses {
            linux.change_address(&link, *address, true)?;
        }
        let mut all = Vec::new();
        while all.len() < addresses.len() {
            let (lost, sequences) = events.recv_timeout(PATIENCE)?;
            ensure!(lost == 0 && sequences.is_sorted(), "{lost} lost, {sequences:?}");
            all.extend(sequences);
        }
        drop(events);
        // Wakes the threads, which end because the receiver is gone.
        for address in &addresses {
            linux.change_address(&link, *address, false)?;
        }
        anyhow::Ok(all)
    })?;
    let mut once = sequences.clone();
    once.sort_unstable();
    once.dedup();
    ensure!(once.len() == sequences.len(), "an event was told twice: {sequences:?}");
    Ok(())
}

fn what_nobody_takes_is_merged(lab: &Lab) -> Result<()> {
    const CHANGES: u32 = 20;
    with_mtu_restored(lab, |linux, link| {
        let mut watcher = Watcher::new(lab, WatchSources::INTERFACES, Family::Ipv4)?;
        let mut other = Watcher::new(lab, WatchSources::INTERFACES, Family::Ipv4)?;
        (1..=CHANGES).try_for_each(|step| linux.set_mtu(link, link.mtu - step))?;
        let marker = linux.add_link(TEST_LINK)?;
        linux.remove_link(TEST_LINK)?;
        other.until("the last change", of_interface(ChangeKind::Removed, marker, AddressFamily::Ipv4))?;
        thread::sleep(ARRIVAL);
        let (mut notifications, mut kinds) = (0, Vec::new());
        // Everything is there by now, or on a busy machine some of it: each answer has one event of the link.
        while kinds.last() != Some(&ChangeKind::Removed) {
            let Changes { events, lost } = watcher.watch.wait()?;
            let of_link: Vec<_> = events.iter().filter(|change| change.interface_index == link.index).collect();
            ensure!(lost == 0 && of_link.len() <= 1, "{events:?}");
            notifications += of_link.first().map_or(0, |change| change.notifications);
            kinds.extend(events.iter().filter(|change| change.interface_index == marker).map(Change::kind));
        }
        ensure!(notifications >= CHANGES, "{notifications} notifications of {CHANGES} changes");
        ensure!(kinds.first() == Some(&ChangeKind::Added), "coming and going are never merged: {kinds:?}");
        Ok(())
    })
}

fn what_finds_no_room_is_counted(lab: &Lab) -> Result<()> {
    const OVER: usize = 10;
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let mut watcher = Watcher::new(lab, WatchSources::ADDRESSES, Family::Ipv4)?;
    let mut other = Watcher::new(lab, WatchSources::ADDRESSES, Family::Ipv4)?;
    let addresses = (1..).map(|host| IpAddr::V4(Ipv4Addr::new(192, 0, 2, host))).take(MAX_PENDING_EVENTS + OVER);
    let addresses: Vec<_> = addresses.collect();
    for address in &addresses {
        linux.change_address(&link, *address, true)?;
        other.until("an address", of_address(ChangeKind::Added, link.index, *address))?;
    }
    thread::sleep(ARRIVAL);
    let first = watcher.watch.wait()?;
    addresses.iter().try_for_each(|address| linux.change_address(&link, *address, false))?;
    ensure!(first.events.len() == MAX_PENDING_EVENTS, "{} events", first.events.len());
    // All that found no room, but for what a busy machine has still to bring.
    ensure!((1..=OVER as u64).contains(&first.lost), "{} lost", first.lost);
    let kept = first.events.last().context("no events")?.sequence;
    let next = watcher.watch.wait()?;
    let gap = next.events.first().context("no events")?.sequence - kept - 1;
    ensure!(gap == first.lost, "the gap is {gap} wide, where {} were lost", first.lost);
    Ok(())
}
