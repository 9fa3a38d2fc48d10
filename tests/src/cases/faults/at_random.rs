//! Calls that fail at random, under requests of all kinds.

use super::{
    documented, faulty,
    scenario::{self, Scenario},
};
use crate::{
    faults::{Faulty, Violations},
    lab::Lab,
};
use anyhow::{Context, Result, ensure};
use netioctl_client::{Operation, abi::NtStatus};
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};
use verifier_abi::{Fault, FaultPlan, RandomFaults};

/// Rounds through all requests.
const ROUNDS: u64 = 12;

/// Of a thousand calls so many fail.
const PER_MILLE: u32 = 60;

/// A request that waits is given up so soon.
const PATIENCE: Duration = Duration::from_millis(50);

/// Whether it is over for a request that is sent now.
fn patience() -> impl Fn() -> bool + Send {
    let start = Instant::now();
    move || start.elapsed() > PATIENCE
}

pub fn requests_end_and_the_driver_works_afterwards(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let scenarios = scenario::all(&link);
    faulty(lab, |faulty| {
        let violations = Violations::so_far()?;
        let (mut failed, mut hits) = (0, 0);
        for seed in 0..ROUNDS {
            let round = round(lab, faulty, &scenarios, seed).with_context(|| format!("seed {seed}"))?;
            (failed, hits) = (failed + round.0, hits + round.1);
        }
        eprintln!("at random: {hits} refusals, {failed} requests failed");
        ensure!(hits > 50 && failed > 10, "{hits} refusals, and {failed} requests failed");
        linux.await_listeners(0)?;
        for scenario in &scenarios {
            scenario.prepare(&mut linux, &link)?;
            let device = lab.device()?;
            scenario.begin(&device, &mut linux, &link)?;
            let end = scenario.run(&device, || false)?;
            ensure!(end == NtStatus::SUCCESS, "afterwards {} ends with {end}", scenario.name);
        }
        violations.none()
    })
}

/// Sends each request once; answers how many failed, and how many calls were refused.
fn round(lab: &Lab, faulty: &Faulty<'_>, scenarios: &[Scenario], seed: u64) -> Result<(usize, usize)> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let random = Some(RandomFaults { seed, per_mille: PER_MILLE, faults: faults(scenarios) });
    let plan = faulty.follow(FaultPlan { random, ..FaultPlan::default() })?;
    let mut failed = 0;
    for scenario in scenarios {
        scenario.prepare(&mut linux, &link)?;
        // What fails here counts as well, and what comes after it is another request.
        let Ok(device) = lab.device() else { continue };
        if scenario.begin(&device, &mut linux, &link).is_ok() {
            failed += usize::from(scenario.run(&device, patience())? != NtStatus::SUCCESS);
        }
    }
    Ok((failed, plan.calls()?.len()))
}

/// What may happen to the functions of all operations.
fn faults(scenarios: &[Scenario]) -> Vec<Fault> {
    let own = ["WDFREQUEST", "WDFFILEOBJECT"];
    let framework = [
        "WdfIoQueueCreate",
        "WdfRequestRetrieveInputBuffer",
        "WdfRequestRetrieveOutputBuffer",
        "WdfRequestForwardToIoQueue",
        "WdfIoQueueRetrieveNextRequest",
        "WdfIoQueueRetrieveFoundRequest",
        "WdfWorkItemCreate",
        "WdfObjectAllocateContext",
    ];
    let of_framework = own.into_iter().chain(framework).map(|function| (function, Operation::GetVersion));
    let of_netio = scenarios.iter().flat_map(|scenario| {
        scenario.operation.documentation().functions.iter().map(|function| (*function, scenario.operation))
    });
    let all: BTreeSet<_> = of_framework.chain(of_netio).collect();
    all.into_iter().filter_map(|(function, operation)| documented::faults(function, 0, operation)).flatten().collect()
}
