//! At which IRQL callbacks run.

use crate::device::SURELY;
use crate::report::Report;
use crate::subject::{CANCELLED, FORWARD_CALLING, MARK, MARK_AT, Subject};
use std::io::Result;

/// Requests and cancellations that come in at `PASSIVE_LEVEL`.
pub fn run(report: &mut Report) -> Result<()> {
    let rows = [
        ("passive", 2, "device", 2, 0),
        ("passive", 2, "none", 4, 0),
        ("dispatch", 3, "device", 2, 2),
        ("dispatch", 3, "queue", 3, 2),
        ("dispatch", 3, "none", 4, 0),
        ("inherit", 1, "queue", 3, 2),
    ];
    for (level_name, level, scope_name, scope, irql) in rows {
        let subject = Subject::make(&format!("2 0 {level} {scope}"))?;
        let mut request = subject.send(MARK, 9)?;
        subject.events()?;
        request.cancel();
        let id = format!("cancel.callback_irql.device_exec_{level_name}.sync_{scope_name}");
        report.compare(&format!("{id}.client"), &request.seen(SURELY), CANCELLED);
        let expected = report.cancel_event(irql);
        report.compare(&id, &subject.events()?, &expected);
        drop(request);
        subject.end()?;
    }
    Ok(())
}

/// Requests and cancellations that come in at `DISPATCH_LEVEL`: callbacks of `PASSIVE_LEVEL` are posted to a thread, all
/// others run at the level of the caller.
pub fn entered_at_dispatch(report: &mut Report) -> Result<()> {
    let rows = [
        ("passive", 2, "device", 2, 0),
        ("passive", 2, "none", 4, 0),
        ("dispatch", 3, "device", 2, 2),
        ("dispatch", 3, "none", 4, 2),
        ("inherit", 1, "none", 4, 2),
    ];
    for (level_name, level, scope_name, scope, irql) in rows {
        let subject = Subject::make(&format!("2 0 {level} {scope}"))?;
        let id = format!("entry.dispatch.device_exec_{level_name}.sync_{scope_name}");
        let mut request = subject.send(MARK_AT, 9)?;
        let expected =
            format!("EvtIoDeviceControl queue 0 request 9; irql {irql}; WdfRequestMarkCancelableEx=0x00000000");
        report.compare(&id, &subject.events()?, &expected);
        request.cancel();
        report.compare(&format!("{id}.cancel.client"), &request.seen(SURELY), CANCELLED);
        let expected = report.cancel_event(irql);
        report.compare(&format!("{id}.cancel"), &subject.events()?, &expected);
        drop(request);
        let mut parked = subject.send(FORWARD_CALLING, 5)?;
        subject.events()?;
        parked.cancel();
        report.compare(&format!("{id}.cancel_on_queue.client"), &parked.seen(SURELY), CANCELLED);
        let expected = format!("EvtIoCanceledOnQueue queue 2 irql {irql} is_canceled 1");
        report.compare(&format!("{id}.cancel_on_queue"), &subject.events()?, &expected);
        drop(parked);
        subject.end()?;
    }
    Ok(())
}
