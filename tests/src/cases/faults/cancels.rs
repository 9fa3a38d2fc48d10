//! The calls of a cancellation.

use super::{documented, faulty};
use crate::{
    cases::ends,
    faults::{Faulty, InForce, Violations},
    lab::Lab,
    watcher::PATIENCE,
};
use anyhow::{Context, Result, ensure};
use netioctl_client::{Access, Canceller, Error, Family, NeighborKey, Operation, WatchSources, abi::NtStatus};
use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};
use verifier_abi::{Fault, FaultPlan};

/// How long the network takes.
const STALL: Duration = Duration::from_millis(1500);

/// Time between two looks.
const POLL: Duration = Duration::from_millis(20);

/// Sends a request, cancels it when the driver has called this function, and sees it end so.
fn cancelled<T: Send>(
    plan: &InForce,
    function: &str,
    send: impl FnOnce(&Canceller) -> Result<T, Error> + Send,
) -> Result<()> {
    let canceller = Canceller::new()?;
    let end = thread::scope(|scope| {
        let (ends, ended) = mpsc::channel();
        let sent = &canceller;
        scope.spawn(move || ends.send(send(sent).map(drop)));
        let begun = await_call(plan, function);
        thread::sleep(POLL);
        canceller.cancel();
        begun.and_then(|()| ended.recv_timeout(ends::SOON).context("the request goes on"))
    })?;
    let status = end.err().and_then(|error| error.failure()?.ntstatus);
    ensure!(status == Some(NtStatus::CANCELLED), "it ends with {status:?}");
    Ok(())
}

/// The plan tells of a call, or will soon.
fn await_call(plan: &InForce, function: &str) -> Result<()> {
    let start = Instant::now();
    while !calls(plan, function)? {
        ensure!(start.elapsed() < PATIENCE, "{function} is not called");
        thread::sleep(POLL);
    }
    Ok(())
}

fn calls(plan: &InForce, function: &str) -> Result<bool> {
    Ok(plan.calls()?.iter().any(|call| call.function == function))
}

/// Nothing can go wrong when a request that waits for changes is cancelled: its only call completes it.
pub fn a_cancelled_watch_calls_nothing_that_may_fail(lab: &Lab) -> Result<()> {
    const LAST: &str = "WdfRequestForwardToIoQueue";
    faulty(lab, |faulty| {
        let plan = faulty.follow(FaultPlan { record: true, ..FaultPlan::default() })?;
        let device = lab.open(Access::Read)?;
        cancelled(&plan, LAST, |canceller| {
            device.with_canceller(canceller).watch(WatchSources::INTERFACES, Family::Both).without_initial().wait()
        })?;
        let last = plan.calls()?.pop().context("no calls")?;
        ensure!(last.function == LAST, "the cancellation calls {last:?}");
        Ok(())
    })
}

/// A resolution that is cancelled while NETIO works ends at once, and once: the work finds its request gone, with
/// whichever status the framework says so.
pub fn a_cancelled_resolution_ends_whatever_its_queue_answers(lab: &Lab) -> Result<()> {
    let found = documented::faults("WdfIoQueueRetrieveFoundRequest", 1, Operation::ResolveNeighbor);
    faulty(lab, |faulty| {
        for fault in found.context("a function of the driver's")? {
            resolve(lab, faulty, &fault).with_context(|| NtStatus(fault.status).to_string())?;
        }
        Ok(())
    })
}

fn resolve(lab: &Lab, faulty: &Faulty<'_>, fault: &Fault) -> Result<()> {
    let violations = Violations::so_far()?;
    let [link, _] = lab.linux()?.links()?;
    let key = NeighborKey::new(link.key(), link.hosts[0][0]);
    let device = lab.device()?;
    let delay = u32::try_from(STALL.as_millis())?;
    let stall = Fault { function: "ResolveIpNetEntry2".into(), call: 1, status: 0, delay };
    let plan = faulty.follow(FaultPlan { faults: vec![stall, fault.clone()], ..FaultPlan::default() })?;
    cancelled(&plan, "ResolveIpNetEntry2", |canceller| device.with_canceller(canceller).resolve_neighbor(&key))?;
    ensure!(!calls(&plan, &fault.function)?, "it ended when NETIO did");
    await_call(&plan, &fault.function)?;
    drop(plan);
    device.resolve_neighbor(&key).context("the next one")?;
    violations.none()
}
