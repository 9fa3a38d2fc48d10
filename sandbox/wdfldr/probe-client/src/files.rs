//! File objects: open, cleanup and close.

use crate::device::{Device, SOON, SURELY, control_code};
use crate::report::Report;
use crate::subject::{CANCELLED, FORWARD, FORWARD_CALLING, HOLD, MARK, input, requests, wait_until};
use std::io::Result;
use verifier_abi::{CALLER_PATH, Caller};

/// All of it.
pub fn run(report: &mut Report) -> Result<()> {
    let probe = Device::open("WdfProbe")?;
    probe.ask("subject 2 0 1 1 1")?;
    probe.ask("events")?;
    let device = Device::open("WdfSubject")?;
    report.compare("file.open", &probe.ask("events")?, "EvtDeviceFileCreate irql 0 file 1");
    drop(device);
    let closed = "EvtFileCleanup irql 0; EvtFileClose irql 0";
    report.compare("file.no_create_callback.close", &until(&probe, "EvtFileClose")?, closed);
    callers(report, &probe)?;
    closing(report, &probe)?;
    probe.ask("drop").map(drop)
}

/// The driver sees the caller that the stand-in is told to report, in the form in which Windows' I/O manager reports
/// it.
fn callers(report: &mut Report, probe: &Device) -> Result<()> {
    for (access, session) in [(0x0012_0089, 0x3e7), (0x0012_019f, u64::MAX)] {
        std::fs::write(CALLER_PATH, serde_json::to_vec(&Caller { access, session })?)?;
        let opened = Device::open("WdfSubject")?;
        // Wine's open does not wait for the driver.
        let seen = until(probe, "EvtDeviceFileCreate")?;
        std::fs::remove_file(CALLER_PATH)?;
        let expected = format!("EvtDeviceFileCreate irql 0 file 1 access {access:#x} session 0 {session:#x}");
        report.compare("file.open.caller", &seen, &expected);
        drop(opened);
        until(probe, "EvtFileClose")?;
    }
    Ok(())
}

/// A handle closes with a request pending: cleanup comes at once, the framework ends what waits in queues and leaves
/// alone what the driver owns, another handle's request waits on, and close comes after the last completion.
fn closing(report: &mut Report, probe: &Device) -> Result<()> {
    let canceled = "EvtIoCanceledOnQueue queue 2 irql 0 is_canceled 1; ";
    let rows = [
        ("queued_no_callback", FORWARD, "", true),
        ("queued_with_callback", FORWARD_CALLING, canceled, true),
        ("owned_cancelable", MARK, "", false),
        ("owned_not_cancelable", HOLD, "", false),
    ];
    for (name, action, events, ends) in rows {
        let other = Device::open("WdfSubject")?;
        let mut waiting = other.send(control_code(FORWARD), &input(8, 0, 0), 16)?;
        wait_until(|| Ok(requests(probe)? > 0))?;
        let mut request = Device::open("WdfSubject")?.send_and_close(control_code(action), &input(9, 0, 0))?;
        let id = format!("cancel.irp_cleanup.{name}");
        if ends {
            report.compare(&format!("{id}.client"), &request.seen(SURELY), CANCELLED);
            let seen = until(probe, "EvtFileClose")?;
            report.compare(&id, after(&seen), &format!("EvtFileCleanup irql 0; {events}EvtFileClose irql 0"));
        } else {
            let seen = until(probe, "EvtFileCleanup")?;
            report.compare(&id, after(&seen), "EvtFileCleanup irql 0");
            report.compare(&format!("{id}.client"), &request.seen(SOON), "pending");
            report.compare(&format!("{id}.then"), &probe.ask("events")?, "");
            if action == MARK {
                probe.ask("unmark 9")?;
            }
            probe.ask("complete 9 0 0")?;
            report.compare(&format!("{id}.completed"), &request.seen(SURELY), "ok 0");
            let seen = until(probe, "EvtFileClose")?;
            report.compare(&format!("{id}.completed.events"), &seen, "EvtFileClose irql 0");
        }
        report.compare(&format!("{id}.other_handle"), &waiting.seen(0), "pending");
        drop((request, waiting));
        drop(other);
        until(probe, "EvtFileClose")?;
    }
    Ok(())
}

/// The events up to one, or all that come in good time.
fn until(probe: &Device, last: &str) -> Result<String> {
    let mut events = Vec::new();
    wait_until(|| {
        let more = probe.ask("events")?;
        events.extend((!more.is_empty()).then_some(more));
        Ok(events.iter().any(|event| event.contains(last)))
    })?;
    Ok(events.join("; "))
}

/// What came from the cleanup on.
fn after(events: &str) -> &str {
    events.find("EvtFileCleanup").and_then(|at| events.get(at..)).unwrap_or(events)
}
