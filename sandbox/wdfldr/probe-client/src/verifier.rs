//! The verifier's log: nothing for correct calls, and one line for each mistake that is made on purpose.

use crate::device::{Device, SOON, SURELY, control_code};
use crate::report::Report;
use crate::subject::{HOLD, input, requests, wait_until};
use std::io::Result;

const LOG: &str = r"C:\windows\temp\kmdf-verifier.jsonl";

/// How often the scenarios lead to `EvtRequestCancel`, in which the probe driver calls `WdfRequestIsCanceled` although
/// it must not.
const CANCEL_CALLBACKS: usize = 13;

/// Violations that the scenarios before do not make.
const NOT_YET: [&str; 9] = [
    "pool-leaked",
    "pool-freed-twice",
    "handle-leaked",
    "request-never-completed",
    "request-completed-twice",
    "wrong-handle-type",
    "irql-changed",
    "irql-too-high",
    "bad-lock",
];

/// The verifier's log, beyond what it held before.
pub struct Log(usize);

impl Log {
    /// From its present end on; it may not be there yet.
    pub fn from_here() -> Self {
        Self(std::fs::read_to_string(LOG).map_or(0, |log| log.lines().count()))
    }

    /// The lines of a rule, and of a function if one is named.
    fn lines(&self, violation: &str, function: &str) -> Result<Vec<String>> {
        let log = std::fs::read_to_string(LOG)?;
        let rule = format!("\"violation\":\"{violation}\"");
        let function = format!("\"function\":\"{function}");
        let wanted = |line: &&str| line.contains(&rule) && line.contains(&function);
        Ok(log.lines().skip(self.0).filter(wanted).map(String::from).collect())
    }

    /// Correct use leaves no trace.
    pub fn none_so_far(&self, report: &mut Report) -> Result<()> {
        for violation in NOT_YET {
            let found = self.lines(violation, "")?.len().to_string();
            report.compare(&format!("verifier before mistakes: {violation}"), &found, "0");
        }
        Ok(())
    }

    /// One line for each mistake, naming the probe driver as the caller.
    pub fn verdict(&self, report: &mut Report) -> Result<()> {
        // With its verifier on, the framework stops the machine over the one Information that is too large.
        let (too_large, stopped) = if report.verifier { (0, 1) } else { (1, 0) };
        let rows = [
            ("wrong-handle-type", "", 2),
            ("irql-too-high", "", 1),
            ("irql-changed", "", 1),
            ("bad-lock", "", 1),
            ("missing-function", "WdfDeviceAddRemovalRelationsPhysicalDevice", 1),
            ("missing-function", "WdfUsbTargetPipe", 2),
            ("missing-function", "WdfVersionBind", 1),
            ("pool-freed-twice", "", 1),
            ("pool-leaked", "", 1),
            ("handle-leaked", "", 1),
            ("request-completed-twice", "", 1),
            ("request-never-completed", "", 1),
            ("information-too-large", "", too_large),
            ("bug-check", "WdfRequestCompleteWithInformation", stopped),
            ("bug-check", "WdfMemoryCreatePreallocated", 1),
            ("bad-argument", "WdfRequestMarkCancelableEx", 1),
            ("bad-argument", "WdfRequestUnmarkCancelable", 3),
            ("bad-argument", "WdfRequestIsCanceled", CANCEL_CALLBACKS),
        ];
        for (violation, function, expected) in rows {
            let found = self.lines(violation, function)?;
            let id = format!("verifier: {violation} {function}");
            report.compare(&id, &found.len().to_string(), &expected.to_string());
            let blamed = found.iter().all(|line| line.contains("\"caller\":\"wdfprobe.sys+0x"));
            report.compare(&format!("{id}, caller"), &blamed.to_string(), "true");
        }
        for (function, parameters) in [
            ("WdfRequestCompleteWithInformation", "0x10d (0x6, 0x4, "),
            ("WdfMemoryCreatePreallocated", "0x10d (0x4, 0x0, "),
        ] {
            let found = self.lines("bug-check", function)?;
            let stopped = found.iter().all(|line| line.contains(parameters));
            report.compare(
                &format!("verifier: parameters of the bug check in {function}"),
                &stopped.to_string(),
                "true",
            );
        }
        Ok(())
    }
}

/// Makes the mistakes and compares what the calls answer: none ends the driver.
pub fn mistakes(report: &mut Report) -> Result<()> {
    let probe = Device::open("WdfProbe")?;
    report.compare("misuse: the subject", &probe.ask("subject 2 0")?, "0x00000000");
    let rows = [
        ("wrong_handle_type", "0x0"),
        ("stale_handle", "0xc0000008"),
        ("irql_too_high", "0x00000000"),
        ("irql_changed", "0x00000000"),
        ("bad_lock", "returned"),
        ("missing_function", "0xc0000002"),
        ("missing_function_without_status", "0"),
        ("pool_freed_twice", "returned"),
        ("pool_leaked", "1"),
        ("handle_leaked", "0x00000000"),
        ("preallocated_without_handle", "0xc000000d"),
    ];
    for (what, expected) in rows {
        report.compare(&format!("misuse: {what}"), &probe.ask(&format!("misuse {what}"))?, expected);
    }
    let device = Device::open("WdfSubject")?;
    let mut request = device.send(control_code(HOLD), &input(1, 0, 0), 16)?;
    request.wait(SOON);
    probe.ask("complete 1 0 0")?;
    report.compare("misuse: complete_twice, first", &request.seen(SURELY), "ok 0");
    report.compare("misuse: complete_twice, second", &probe.ask("complete 1 0 0")?, "done");
    drop(request);
    drop(device);
    Ok(())
}

/// A request that the driver still owns when it is unloaded: a thread waits for it.
pub struct Left(Option<std::thread::JoinHandle<()>>);

impl Left {
    /// Sends it and gives it time to arrive.
    pub fn behind() -> Result<Self> {
        let (probe, device) = (Device::open("WdfProbe")?, Device::open("WdfSubject")?);
        let before = requests(&probe)?;
        let thread = std::thread::spawn(move || {
            if let Ok(mut request) = device.send(control_code(HOLD), &input(2, 0, 0), 16) {
                request.wait(20_000);
            }
        });
        wait_until(|| Ok(requests(&probe)? > before))?;
        Ok(Self(Some(thread)))
    }
}

impl Drop for Left {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            // A panic of that thread has been printed.
            let _printed = thread.join();
        }
    }
}
