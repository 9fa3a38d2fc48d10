//! The calls of loading: the entry point, and the device that is added.

use super::{Tally, documented};
use crate::{
    faults::{Faulty, Violations},
    lab::Lab,
};
use anyhow::{Context, Result, bail, ensure};
use netioctl_client::{Error, Operation, abi::NtStatus, driver};
use verifier_abi::{ALLOCATIONS, FallibleCall, Fault, FaultPlan};

pub fn each_call_of_a_load_fails_once(lab: &Lab) -> Result<()> {
    let (mut tally, before) = (Tally::default(), Violations::so_far()?);
    let faulty = Faulty::load(lab)?;
    for FallibleCall { function, call, .. } in observe(lab, &faulty)? {
        let faults = documented::faults(&function, call, Operation::GetVersion);
        for fault in faults.with_context(|| format!("{function} has no documented statuses here"))? {
            let what = || format!("call {call} of {function} ends with {}", NtStatus(fault.status));
            refuse(lab, &faulty, &fault).with_context(what)?;
            tally.add(&function);
        }
        driver::install(lab.inf()?).with_context(|| format!("after the refusals of {function}"))?;
        let status = driver::status()?;
        ensure!(status.devices.iter().all(|node| node.problem.is_none()), "an old problem is told: {status:?}");
    }
    faulty.unload()?;
    tally.show("loads");
    before.none()
}

/// The Win32 code that a status becomes.
#[cfg(windows)]
fn win32_of(status: NtStatus) -> u32 {
    // SAFETY: a mapping from number to number.
    unsafe { windows_sys::Win32::Foundation::RtlNtStatusToDosError(status.0) }
}

/// The Win32 code that a status becomes.
#[cfg(not(windows))]
fn win32_of(status: NtStatus) -> u32 {
    status.info().map_or(0, |info| info.win32)
}

/// The calls before somebody opens the device.
fn observe(lab: &Lab, faulty: &Faulty<'_>) -> Result<Vec<FallibleCall>> {
    driver::uninstall()?;
    let plan = faulty.follow(FaultPlan { record: true, ..FaultPlan::default() })?;
    driver::install(lab.inf()?)?;
    let calls = plan.calls()?.into_iter().take_while(|call| call.function != "WDFFILEOBJECT");
    let calls: Vec<_> = calls.collect();
    ensure!(calls.iter().any(|call| call.function == "WdfDeviceCreate"), "only {calls:?}");
    Ok(calls)
}

fn refuse(lab: &Lab, faulty: &Faulty<'_>, fault: &Fault) -> Result<()> {
    let violations = Violations::so_far()?;
    driver::uninstall()?;
    let plan = faulty.follow(FaultPlan { faults: vec![fault.clone()], ..FaultPlan::default() })?;
    let installed = driver::install(lab.inf()?);
    let hits = plan.calls()?;
    let Err(error) = installed else { bail!("the driver is installed") };
    ensure!(!hits.is_empty(), "it never happened");
    told(&error, fault)?;
    let status = driver::status()?;
    ensure!(!status.is_installed(), "something is left: {status:?}");
    violations.none()
}

/// The installation says the status, and the call if it was one of the driver's. Of an entry point that fails the service
/// control manager tells only the Win32 code.
fn told(error: &Error, fault: &Fault) -> Result<()> {
    let status = NtStatus(fault.status);
    let text = error.to_string();
    let call = fault.function.as_str();
    let said = if ["WdfVersionBind", "WdfDriverCreate", "WdfWaitLockCreate"].contains(&call) {
        error.failure().is_some_and(|failure| failure.win32 == win32_of(status))
    } else {
        text.contains(&status.to_string()) && (ALLOCATIONS.contains(&call) || text.contains(&format!("{call} ")))
    };
    ensure!(said, "the user reads: {text}");
    Ok(())
}
