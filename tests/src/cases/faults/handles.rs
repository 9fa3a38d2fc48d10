//! The calls that belong to a handle: when it is opened, when it is closed with requests that wait, and when its device
//! is removed.

use super::{Stage, Tally, faulty, sweep};
use crate::{
    cases::{ends, quota::Played},
    faults::Faulty,
    lab::Lab,
    raw,
};
use anyhow::{Context, Result, ensure};
use netioctl_client::{
    Access, Device, Error, Operation, WatchSources,
    abi::{ControlCode, NtStatus},
    device_path, driver,
};
use std::{sync::mpsc, thread, time::Duration};
use verifier_abi::{FallibleCall, Fault, FaultPlan};

pub fn each_call_of_an_open_fails_once(lab: &Lab) -> Result<()> {
    let mut tally = Tally::default();
    faulty(lab, |faulty| {
        sweep(faulty, &mut Open, &mut tally)?;
        tally.show("opens");
        Ok(())
    })
}

/// Opening the device, by somebody who has a token, and asking for the version.
struct Open;

impl Stage for Open {
    fn run(&mut self, faulty: &Faulty<'_>, plan: FaultPlan) -> Result<(NtStatus, Vec<FallibleCall>)> {
        let _caller = Played::caller(1, 7)?;
        let plan = faulty.follow(plan)?;
        let opened = Device::open(Access::Read);
        Ok((opened.err().map_or(Ok(NtStatus::SUCCESS), |error| status(&error))?, plan.calls()?))
    }

    fn operation(&self) -> Operation {
        Operation::GetVersion
    }

    /// Who cannot be told apart from others shares their quota.
    fn is_right(&self, fault: &Fault, end: NtStatus) -> bool {
        if fault.function == "SeQueryAuthenticationIdToken" {
            return end == NtStatus::SUCCESS;
        }
        end.0 == fault.status
    }
}

fn status(error: &Error) -> Result<NtStatus> {
    error.failure().and_then(|failure| failure.ntstatus).with_context(|| format!("no status in: {error}"))
}

pub fn each_call_of_a_close_fails_once(lab: &Lab) -> Result<()> {
    let mut tally = Tally::default();
    faulty(lab, |faulty| {
        sweep(faulty, &mut Close { lab }, &mut tally)?;
        tally.show("closes");
        lab.linux()?.await_listeners(0)
    })
}

/// Closing a handle while two requests wait for changes.
struct Close<'a> {
    lab: &'a Lab,
}

impl Stage for Close<'_> {
    fn run(&mut self, faulty: &Faulty<'_>, plan: FaultPlan) -> Result<(NtStatus, Vec<FallibleCall>)> {
        let mut linux = self.lab.linux()?;
        let watch = ends::watch();
        let requests = [(ControlCode::WATCH_CHANGES.raw(), watch.as_slice()); 2];
        let mut in_force = None;
        let ends = raw::closed_while_waiting(&device_path()?, &requests, ends::SOON, || {
            // Until the watch stands, which takes a while on a busy machine, no request waits.
            linux.await_listeners(2)?;
            thread::sleep(ends::UNDER_WAY);
            in_force = Some(faulty.follow(plan)?);
            Ok(())
        })?;
        ensure!(ends.iter().all(|end| *end == ends[0]), "they end with {ends:?}");
        linux.await_listeners(0)?;
        Ok((ends[0], in_force.context("no plan")?.calls()?))
    }

    fn operation(&self) -> Operation {
        Operation::WatchChanges
    }

    fn ends(&self) -> NtStatus {
        NtStatus::CANCELLED
    }

    fn is_right(&self, _: &Fault, end: NtStatus) -> bool {
        end == NtStatus::CANCELLED
    }
}

pub fn each_call_of_a_removal_fails_once(lab: &Lab) -> Result<()> {
    let mut tally = Tally::default();
    faulty(lab, |faulty| {
        sweep(faulty, &mut Removal { lab }, &mut tally)?;
        tally.show("removals");
        Ok(())
    })
}

/// Removing the device while a request waits for changes; and installing it again.
struct Removal<'a> {
    lab: &'a Lab,
}

/// The driver has the request by then.
const BEGUN: Duration = Duration::from_millis(200);

impl Stage for Removal<'_> {
    fn run(&mut self, faulty: &Faulty<'_>, plan: FaultPlan) -> Result<(NtStatus, Vec<FallibleCall>)> {
        let device = self.lab.open(Access::Read)?;
        let mut watch = device.watch(WatchSources::all(), netioctl_client::Family::Both);
        watch.wait().context("the watch begins")?;
        let (ends, ended) = mpsc::channel();
        let waiting = thread::spawn(move || ends.send(watch.wait().map(drop)));
        thread::sleep(BEGUN);
        let plan = faulty.follow(plan)?;
        driver::uninstall()?;
        let end = ended.recv_timeout(ends::SOON).context("the request does not end")?;
        let calls = plan.calls()?;
        drop((plan, device));
        waiting.join().expect("the watch panicked")?;
        driver::install(self.lab.inf()?)?;
        Ok((end.err().map_or(Ok(NtStatus::SUCCESS), |error| status(&error))?, calls))
    }

    fn operation(&self) -> Operation {
        Operation::WatchChanges
    }

    fn ends(&self) -> NtStatus {
        NtStatus::DEVICE_REMOVED
    }

    fn is_right(&self, _: &Fault, end: NtStatus) -> bool {
        end == NtStatus::DEVICE_REMOVED
    }
}
