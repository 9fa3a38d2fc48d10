//! The calls of requests.

use super::{
    Stage, Tally, faulty,
    scenario::{self, Scenario},
    sweep,
};
use crate::{
    faults::Faulty,
    lab::Lab,
    linux::{Link, Linux},
};
use anyhow::{Context, Result};
use netioctl_client::{Operation, abi::NtStatus};
use verifier_abi::{FallibleCall, Fault, FaultPlan};

pub fn each_call_of_each_request_fails_once(lab: &Lab) -> Result<()> {
    let (mut linux, mut tally) = (lab.linux()?, Tally::default());
    let [link, _] = linux.links()?;
    faulty(lab, |faulty| {
        for scenario in scenario::all(&link) {
            let mut request = Request { lab, scenario: &scenario, linux: lab.linux()?, link: &link };
            let swept = || sweep(faulty, &mut request, &mut tally);
            linux.with_settings(scenario.settings.clone(), swept).context(scenario.name)?;
        }
        tally.show("requests");
        linux.await_listeners(0)
    })
}

struct Request<'a> {
    lab: &'a Lab,
    scenario: &'a Scenario,
    linux: Linux,
    link: &'a Link,
}

impl Stage for Request<'_> {
    fn run(&mut self, faulty: &Faulty<'_>, plan: FaultPlan) -> Result<(NtStatus, Vec<FallibleCall>)> {
        self.scenario.prepare(&mut self.linux, self.link)?;
        let device = self.lab.device()?;
        self.scenario.begin(&device, &mut self.linux, self.link)?;
        let waits = plan.faults.iter().any(leaves_waiting);
        let plan = faulty.follow(plan)?;
        // Once its fault has happened, it waits.
        let is_over = || waits && plan.calls().is_ok_and(|calls| !calls.is_empty());
        let end = self.scenario.run(&device, is_over)?;
        let calls = plan.calls()?;
        drop(plan);
        device.version().context("the next request of the handle")?;
        Ok((end, calls))
    }

    fn operation(&self) -> Operation {
        self.scenario.operation
    }

    /// The driver looks for a request at each event. How many of them come while this goes on is up to Linux; at least one
    /// look is at its own request.
    fn is_certain(&self, fault: &Fault) -> bool {
        !self.scenario.watching || fault.call == 1 || fault.function != "WdfIoQueueRetrieveNextRequest"
    }

    fn is_right(&self, fault: &Fault, end: NtStatus) -> bool {
        let replaces = self.scenario.operation == Operation::ReplaceNeighbor;
        match (fault.function.as_str(), NtStatus(fault.status)) {
            // It waits in its queue, for what comes next: an event, or its cancellation.
            _ if leaves_waiting(fault) => matches!(end, NtStatus::CANCELLED | NtStatus::SUCCESS),
            // The queue takes no requests any more: the handle is closed, or the device goes.
            ("WdfRequestForwardToIoQueue", NtStatus::WDF_BUSY) => end == NtStatus::CANCELLED,
            // It is there: then it is set. It has gone: then it is created.
            ("CreateIpNetEntry2", NtStatus::DUPLICATE_OBJECTID | NtStatus::OBJECTID_EXISTS)
            | ("SetIpNetEntry2", NtStatus::NOT_FOUND)
                if replaces =>
            {
                end == NtStatus::SUCCESS
            }
            // The first call enters the compartment of the caller, the second one leaves it.
            ("NdisSetThreadObjectCompartmentId", _) if fault.call == 2 => end == NtStatus::SUCCESS,
            (_, status) => end == status,
        }
    }
}

/// A request that could not be taken out of its queue stays in it.
fn leaves_waiting(fault: &Fault) -> bool {
    ["WdfIoQueueRetrieveNextRequest", "WdfIoQueueRetrieveFoundRequest"].contains(&fault.function.as_str())
}
