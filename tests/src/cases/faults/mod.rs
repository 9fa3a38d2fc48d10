//! Every call of the driver's that may fail, failing: which there are is observed, and each fails once with each status
//! that is documented for it.

mod at_random;
mod cancels;
mod documented;
mod handles;
mod loads;
mod requests;
mod scenario;
mod stalls;

use crate::{
    faults::{Faulty, Violations},
    lab::Lab,
};
use anyhow::{Context, Result, ensure};
use at_random::requests_end_and_the_driver_works_afterwards;
use cancels::{a_cancelled_resolution_ends_whatever_its_queue_answers, a_cancelled_watch_calls_nothing_that_may_fail};
use handles::{each_call_of_a_close_fails_once, each_call_of_a_removal_fails_once, each_call_of_an_open_fails_once};
use loads::each_call_of_a_load_fails_once;
use netioctl_client::{Operation, abi::NtStatus};
use requests::each_call_of_each_request_fails_once;
use stalls::{
    a_batch_whose_client_dies_ends_with_the_call_that_is_under_way, a_device_goes_when_the_call_under_way_returns,
};
use std::collections::BTreeMap;
use verifier_abi::{FallibleCall, Fault, FaultPlan};

super::cases! { "faults":
    Faults each_call_of_each_request_fails_once,
    Faults each_call_of_an_open_fails_once,
    Faults a_cancelled_watch_calls_nothing_that_may_fail,
    Faults a_cancelled_resolution_ends_whatever_its_queue_answers,
    Faults each_call_of_a_close_fails_once,
    Faults each_call_of_a_removal_fails_once,
    Faults each_call_of_a_load_fails_once,
    Faults requests_end_and_the_driver_works_afterwards,
    Faults a_batch_whose_client_dies_ends_with_the_call_that_is_under_way,
    Faults a_device_goes_when_the_call_under_way_returns,
}

/// What a stage of the driver's life does, again and again.
trait Stage {
    /// Goes through it once under a plan; answers how that ended, and what the plan told of.
    fn run(&mut self, faulty: &Faulty<'_>, plan: FaultPlan) -> Result<(NtStatus, Vec<FallibleCall>)>;

    /// The operation that it is about.
    fn operation(&self) -> Operation;

    /// How it ends if nobody refuses anything.
    fn ends(&self) -> NtStatus {
        NtStatus::SUCCESS
    }

    /// Whether a call that was observed is made every time.
    fn is_certain(&self, _: &Fault) -> bool {
        true
    }

    /// Whether the end is as it should be with this fault.
    fn is_right(&self, fault: &Fault, end: NtStatus) -> bool {
        end.0 == fault.status
    }
}

/// How often which call was refused.
#[derive(Default)]
struct Tally(BTreeMap<String, usize>);

impl Tally {
    fn add(&mut self, function: &str) {
        *self.0.entry(function.to_owned()).or_default() += 1;
    }

    /// Shows it: figures of a run belong to its output.
    fn show(&self, what: &str) {
        let parts: Vec<_> = self.0.iter().map(|(function, count)| format!("{function} {count}")).collect();
        eprintln!("{what}: {} refusals: {}", self.0.values().sum::<usize>(), parts.join(", "));
    }
}

/// Goes through a stage undisturbed, and then once for each fault that its calls can have.
fn sweep(faulty: &Faulty<'_>, stage: &mut impl Stage, tally: &mut Tally) -> Result<()> {
    for FallibleCall { function, call, .. } in observe(faulty, stage)? {
        let faults = documented::faults(&function, call, stage.operation());
        for fault in faults.with_context(|| format!("{function} has no documented statuses here"))? {
            let what = || format!("call {call} of {function} ends with {}", NtStatus(fault.status));
            refuse(faulty, stage, &fault).with_context(what)?;
            tally.add(&function);
        }
    }
    Ok(())
}

/// The calls of a stage that may fail: those that it makes each time.
fn observe(faulty: &Faulty<'_>, stage: &mut impl Stage) -> Result<Vec<FallibleCall>> {
    let mut look = || {
        let (end, calls) = stage.run(faulty, FaultPlan { record: true, ..FaultPlan::default() })?;
        ensure!(end == stage.ends(), "undisturbed, it ends with {end}");
        Ok(calls)
    };
    let (mut first, second) = (look()?, look()?);
    let same = |call: &FallibleCall, other: &FallibleCall| call.function == other.function && call.call == other.call;
    first.retain(|call| second.iter().any(|other| same(call, other)));
    ensure!(!first.is_empty(), "no calls are told of");
    Ok(first)
}

fn refuse(faulty: &Faulty<'_>, stage: &mut impl Stage, fault: &Fault) -> Result<()> {
    let violations = Violations::so_far()?;
    let plan = FaultPlan { faults: vec![fault.clone()], ..FaultPlan::default() };
    let (end, hits) = stage.run(faulty, plan)?;
    let happened = hits.len() == 1;
    ensure!(happened || hits.is_empty() && !stage.is_certain(fault), "it happened {} times", hits.len());
    let is_right = if happened { stage.is_right(fault, end) } else { end == stage.ends() };
    ensure!(is_right, "the stage ends with {end}");
    let (end, _) = stage.run(faulty, FaultPlan::default()).context("the next one")?;
    ensure!(end == stage.ends(), "the next one ends with {end}");
    violations.none()
}

/// A driver that obeys plans, for the time of a test.
fn faulty(lab: &Lab, test: impl FnOnce(&Faulty<'_>) -> Result<()>) -> Result<()> {
    let violations = Violations::so_far()?;
    let faulty = Faulty::load(lab)?;
    test(&faulty)?;
    faulty.unload()?;
    // What was left is told of when the driver unloads.
    violations.none()
}
