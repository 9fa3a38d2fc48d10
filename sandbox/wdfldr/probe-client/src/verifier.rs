//! The verifier's account: nothing for what is right, one line for each mistake made on purpose.

use crate::Report;
use crate::device::{Device, control_code};
use std::io::Result;

const LOG: &str = r"C:\windows\temp\netioctl-verifier.jsonl";

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

fn lines(violation: &str) -> Result<Vec<String>> {
    let log = std::fs::read_to_string(LOG)?;
    let wanted = format!("\"violation\":\"{violation}\"");
    Ok(log.lines().filter(|line| line.contains(&wanted)).map(String::from).collect())
}

/// Correct use leaves no trace.
pub fn none_so_far(report: &mut Report) -> Result<()> {
    for violation in NOT_YET {
        report.compare(&format!("verifier before mistakes: {violation}"), &lines(violation)?.len().to_string(), "0");
    }
    Ok(())
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
        ("pool_freed_twice", "returned"),
        ("pool_leaked", "1"),
        ("handle_leaked", "0x00000000"),
    ];
    for (what, expected) in rows {
        report.compare(&format!("misuse: {what}"), &probe.ask(&format!("misuse {what}"))?, expected);
    }
    let device = Device::open("WdfSubject")?;
    let mut request = device.send(control_code(1), &words(1), 16)?;
    request.wait(150);
    probe.ask("complete 1 0 0")?;
    report.compare("misuse: complete_twice, first", &request.seen(3_000), "ok 0");
    report.compare("misuse: complete_twice, second", &probe.ask("complete 1 0 0")?, "done");
    drop(request);
    drop(device);
    Ok(())
}

fn words(id: u32) -> Vec<u8> {
    [id, 0, 0, 0].into_iter().flat_map(u32::to_le_bytes).collect()
}

/// A request that the driver still owns when it is unloaded: a thread waits for it.
pub struct Left(Option<std::thread::JoinHandle<()>>);

impl Left {
    /// Sends it and gives it time to arrive.
    pub fn behind() -> Result<Self> {
        let device = Device::open("WdfSubject")?;
        let thread = std::thread::spawn(move || {
            if let Ok(mut request) = device.send(control_code(1), &words(2), 16) {
                request.wait(20_000);
            }
        });
        std::thread::sleep(std::time::Duration::from_millis(200));
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

/// One line for each mistake, naming the probe driver as the caller.
pub fn verdict(report: &mut Report) -> Result<()> {
    let rows = [
        ("wrong-handle-type", 2),
        ("irql-too-high", 1),
        ("irql-changed", 1),
        ("bad-lock", 1),
        ("missing-function", 1),
        ("pool-freed-twice", 1),
        ("pool-leaked", 1),
        ("handle-leaked", 1),
        ("request-completed-twice", 1),
        ("request-never-completed", 1),
        ("information-too-large", 1),
    ];
    for (violation, expected) in rows {
        let found = lines(violation)?;
        report.compare(&format!("verifier: {violation}"), &found.len().to_string(), &expected.to_string());
        let blamed = found.iter().all(|line| line.contains("\"caller\":\"wdfprobe.sys+0x"));
        report.compare(&format!("verifier: {violation}, caller"), &blamed.to_string(), "true");
    }
    Ok(())
}
