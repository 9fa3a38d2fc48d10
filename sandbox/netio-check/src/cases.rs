//! The tests.

mod routes;

use crate::{
    listener::Listener,
    machine::{Machine, expect},
    netio::{Callback, Subject},
};
use anyhow::{Result, ensure};
use netio_sys::{
    MIB_UNICASTIPADDRESS_ROW, MibAddInstance as ADD, MibDeleteInstance as DELETE, MibInitialNotification as INITIAL,
    MibParameterNotification as PARAMETER,
};
use netio_wire::{AF_INET, AF_INET6, AF_UNSPEC, row};
use netioctl_status::NtStatus;
use std::{
    ffi::c_void,
    ptr::{null_mut, without_provenance_mut},
    thread,
    time::{Duration, Instant},
};
use verifier_abi::Violation;
use windows_sys::Win32::System::Threading::GetCurrentThreadId;

/// A test.
pub type Test = fn(&Machine) -> Result<()>;

/// Every test.
pub const ALL: [(&str, Test); 12] = [
    ("registration::arguments_are_checked", arguments_are_checked),
    ("registration::the_initial_notification_comes_first", the_initial_notification_comes_first),
    ("events::links_come_change_and_go", links_come_change_and_go),
    ("events::addresses_come_and_go_in_the_family_asked_for", addresses_come_and_go),
    ("events::a_callback_never_runs_beside_itself", a_callback_never_runs_beside_itself),
    ("cancel::waits_for_the_callback", cancel_waits_for_the_callback),
    ("cancel::from_the_callback_is_refused", cancel_from_the_callback_is_refused),
    ("cancel::twice_is_a_violation", cancel_twice_is_a_violation),
    ("server::its_absence_is_no_fault_of_the_driver", the_server_goes_away),
    ("routes::the_best_one_is_found_and_arguments_are_checked", routes::the_best_one),
    ("links::their_table_is_freed_once", routes::links),
    ("addresses::one_can_be_looked_at", one_address_can_be_looked_at),
];

unsafe extern "system" fn nothing(_: *mut c_void, _: *mut c_void, _: i32) {}

fn arguments_are_checked(machine: &Machine) -> Result<()> {
    let some = || without_provenance_mut::<c_void>(0x5000);
    let register = |subject, family, callback: Option<Callback>| {
        let mut handle = some();
        // SAFETY: The callback uses no context; nothing gets registered.
        let status = unsafe { machine.netio.notify(subject, family, callback, null_mut(), 0, &raw mut handle) };
        (status, handle)
    };
    let findings = machine.findings(|| {
        for subject in [Subject::Interfaces, Subject::Addresses] {
            for (family, callback) in [(10, Some(nothing as Callback)), (AF_UNSPEC, None)] {
                ensure!(register(subject, family, callback) == (NtStatus::INVALID_PARAMETER, null_mut()));
            }
            // SAFETY: As above; no place for a handle is given.
            let status = unsafe { machine.netio.notify(subject, 0, Some(nothing), null_mut(), 1, null_mut()) };
            ensure!(status == NtStatus::INVALID_PARAMETER);
        }
        ensure!(machine.netio.cancel(null_mut()) == NtStatus::INVALID_PARAMETER);
        Ok(())
    })?;
    ensure!(findings.is_empty(), "{findings:?}");
    Ok(())
}

fn the_initial_notification_comes_first(machine: &Machine) -> Result<()> {
    for subject in [Subject::Interfaces, Subject::Addresses] {
        let listener = Listener::new(&machine.netio, subject, AF_UNSPEC, true)?;
        // It has come within the call.
        let [event] = listener.pending()[..] else { anyhow::bail!("one event") };
        ensure!((event.notification, event.has_row) == (INITIAL, false), "{event:?}");
        // SAFETY: Has no preconditions.
        ensure!(event.thread == unsafe { GetCurrentThreadId() }, "{event:?}");
        ensure!(event.handle.is_null() && !listener.handle().is_null(), "{event:?}");
        ensure!(listener.cancel() == NtStatus::SUCCESS);
        let quiet = Listener::new(&machine.netio, subject, AF_UNSPEC, false)?;
        ensure!(quiet.cancel() == NtStatus::SUCCESS && quiet.pending().is_empty());
    }
    Ok(())
}

fn links_come_change_and_go(machine: &Machine) -> Result<()> {
    let findings = machine.findings(|| {
        let all = Listener::new(&machine.netio, Subject::Interfaces, AF_UNSPEC, false)?;
        let ipv6 = Listener::new(&machine.netio, Subject::Interfaces, AF_INET6, false)?;
        let link = machine.link(0)?;
        let index = link.index;
        for family in [AF_INET, AF_INET6] {
            let event = all.wait(ADD, index)?;
            ensure!(event.family == family && event.has_row && event.poisoned, "{event:?}");
            ensure!(event.luid == 6 << 48 | u64::from(index) << 24, "{event:?}");
            // SAFETY: Has no preconditions.
            ensure!(event.thread != unsafe { GetCurrentThreadId() }, "{event:?}");
            ensure!(event.handle == all.handle(), "the handle is stored by then");
        }
        link.set_mtu(1400)?;
        all.wait(PARAMETER, index)?;
        drop(link);
        all.wait(DELETE, index)?;
        for notification in [ADD, PARAMETER, DELETE] {
            let event = ipv6.wait(notification, index)?;
            ensure!(event.family == AF_INET6, "{event:?}");
        }
        ensure!(all.cancel() == NtStatus::SUCCESS && ipv6.cancel() == NtStatus::SUCCESS);
        Ok(())
    })?;
    ensure!(findings.is_empty(), "{findings:?}");
    Ok(())
}

fn addresses_come_and_go(machine: &Machine) -> Result<()> {
    let all = Listener::new(&machine.netio, Subject::Addresses, AF_UNSPEC, false)?;
    let ipv4 = Listener::new(&machine.netio, Subject::Addresses, AF_INET, false)?;
    let link = machine.link(1)?;
    for (address, prefix) in [("10.99.0.1", 24), ("fd00:99::1", 64)] {
        for (add, notification) in [(true, ADD), (false, DELETE)] {
            link.address(address, prefix, add)?;
            let event = all.wait(notification, link.index)?;
            ensure!(event.address == Some(address.parse()?) && event.poisoned, "{event:?}");
            ensure!(event.luid == 6 << 48 | u64::from(link.index) << 24, "{event:?}");
        }
    }
    ipv4.wait(ADD, link.index)?;
    ipv4.wait(DELETE, link.index)?;
    ensure!(ipv4.cancel() == NtStatus::SUCCESS && ipv4.pending().is_empty(), "IPv6 is not for this listener");
    Ok(())
}

fn a_callback_never_runs_beside_itself(machine: &Machine) -> Result<()> {
    let listener = Listener::new(&machine.netio, Subject::Interfaces, AF_INET, false)?;
    listener.slow_down(Duration::from_millis(20));
    let link = machine.link(2)?;
    for mtu in 1400..1420 {
        link.set_mtu(mtu)?;
    }
    listener.wait(ADD, link.index)?;
    for _ in 0..20 {
        listener.wait(PARAMETER, link.index)?;
    }
    ensure!(!listener.has_overlapped());
    Ok(())
}

fn cancel_waits_for_the_callback(machine: &Machine) -> Result<()> {
    let findings = machine.findings(|| {
        let listener = Listener::new(&machine.netio, Subject::Interfaces, AF_INET, false)?;
        listener.slow_down(Duration::from_millis(300));
        let link = machine.link(3)?;
        let start = Instant::now();
        while !listener.is_running() {
            ensure!(start.elapsed() < Duration::from_secs(10), "no event");
            thread::sleep(Duration::from_millis(1));
        }
        link.set_mtu(1400)?;
        ensure!(listener.cancel() == NtStatus::SUCCESS);
        ensure!(!listener.is_running(), "the callback has returned");
        ensure!(!listener.pending().is_empty(), "it was called");
        drop(link);
        thread::sleep(Duration::from_millis(400));
        ensure!(!listener.is_running() && listener.pending().is_empty(), "nothing comes any more");
        Ok(())
    })?;
    ensure!(findings.is_empty(), "{findings:?}");
    Ok(())
}

fn cancel_from_the_callback_is_refused(machine: &Machine) -> Result<()> {
    let listener = Listener::new(&machine.netio, Subject::Interfaces, AF_INET, false)?;
    let findings = machine.findings(|| {
        listener.cancel_within();
        let link = machine.link(4)?;
        let event = listener.next()?;
        ensure!(event.cancelled == Some(NtStatus::INVALID_DEVICE_STATE), "{event:?}");
        // It is still registered.
        drop(link);
        listener.wait(DELETE, event.index)?;
        Ok(())
    })?;
    expect(&findings, Violation::BadArgument, "CancelMibChangeNotify2")?;
    ensure!(listener.cancel() == NtStatus::SUCCESS);
    Ok(())
}

fn cancel_twice_is_a_violation(machine: &Machine) -> Result<()> {
    let listener = Listener::new(&machine.netio, Subject::Addresses, AF_INET, false)?;
    let handle = listener.handle();
    let findings = machine.findings(|| {
        ensure!(listener.cancel() == NtStatus::SUCCESS);
        ensure!(machine.netio.cancel(handle) == NtStatus::INVALID_PARAMETER);
        Ok(())
    })?;
    expect(&findings, Violation::NotificationCancelledTwice, "CancelMibChangeNotify2")
}

fn the_server_goes_away(machine: &Machine) -> Result<()> {
    let listener = Listener::new(&machine.netio, Subject::Interfaces, AF_INET, false)?;
    let (mark, start) = (machine.mark()?, Instant::now());
    machine.proxy.cut();
    while machine.findings_since(mark)?.is_empty() {
        ensure!(start.elapsed() < Duration::from_secs(10), "the end of the connection is not noticed");
        thread::sleep(Duration::from_millis(10));
    }
    expect(&machine.findings_since(mark)?, Violation::StandInFailed, "NotifyIpInterfaceChange")?;
    let findings = machine.findings(|| {
        let mut row = MIB_UNICASTIPADDRESS_ROW::default();
        ensure!(machine.netio.get_address(&mut row) == NtStatus::DEVICE_NOT_READY);
        Ok(())
    })?;
    machine.proxy.mend();
    expect(&findings, Violation::StandInFailed, "GetUnicastIpAddressEntry")?;
    let findings = machine.findings(|| {
        ensure!(listener.cancel() == NtStatus::SUCCESS, "it is cancelled as any other");
        Ok(())
    })?;
    ensure!(findings.is_empty(), "{findings:?}");
    Ok(())
}

fn one_address_can_be_looked_at(machine: &Machine) -> Result<()> {
    let link = machine.link(5)?;
    link.address("10.99.1.1", 28, true)?;
    let mut row = row::changed_address("10.99.1.1".parse()?, 0, link.index);
    ensure!(machine.netio.get_address(&mut row) == NtStatus::SUCCESS);
    ensure!((row.OnLinkPrefixLength, row.InterfaceLuid >> 48) == (28, 6), "{row:?}");
    let mut row = row::changed_address("10.99.1.2".parse()?, 0, link.index);
    ensure!(machine.netio.get_address(&mut row) == NtStatus::NOT_FOUND);
    Ok(())
}
