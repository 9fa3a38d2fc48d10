//! Cancellation by the client, of requests in every place.

use crate::device::{SOON, SURELY};
use crate::report::Report;
use crate::subject::{CANCELLED, COMPLETE, FORWARD, FORWARD_CALLING, HOLD, MARK, PARALLEL, Subject};
use std::io::Result;

/// All of it.
pub fn run(report: &mut Report) -> Result<()> {
    let subject = Subject::make(PARALLEL)?;
    let cancel = report.cancel_event(0);
    let rows = [
        ("queued_no_callback", FORWARD, CANCELLED, ""),
        ("queued_with_callback", FORWARD_CALLING, CANCELLED, "EvtIoCanceledOnQueue queue 2 irql 0 is_canceled 1"),
        ("owned_cancelable", MARK, CANCELLED, cancel.as_str()),
        ("owned_not_cancelable", HOLD, "pending", ""),
    ];
    for (name, action, client, events) in rows {
        let mut request = subject.send(action, 5)?;
        subject.events()?;
        let id = format!("cancel.cancelioex.{name}");
        let cancelled = u8::from(request.cancel()).to_string();
        report.compare(&format!("{id}.cancelioex"), &cancelled, "1");
        report.compare(&format!("{id}.client"), &request.becomes(client), client);
        report.compare(&id, &subject.events()?, events);
        if client == "pending" {
            let then = format!("{} {}", subject.ask("is_canceled 5")?, subject.ask("mark 5")?);
            report.compare("cancel.cancelioex.owned_not_cancelable.then", &then, "1 0xc0000120");
            let unmark = subject.ask("unmark 5")?;
            report.compare("cancel.unmark_after_failed_mark", &unmark, not_marked(report));
            subject.ask("complete 5 0xc0000120 0")?;
            report.compare("cancel.completed_after_failed_mark", &request.seen(SURELY), CANCELLED);
        }
        drop(request);
    }
    subject.end()?;
    marking(report)?;
    waiting_in_sequence(report)?;
    after_completion(report)
}

/// A cancellation reaches the driver's process when its request has been completed and freed, and the memory is in use
/// again. Wine would jump to what lies there.
fn after_completion(report: &mut Report) -> Result<()> {
    let subject = Subject::make(PARALLEL)?;
    for round in 0..3 {
        let mut first = subject.send(MARK, 1)?;
        let mut second = subject.send(HOLD, 2)?;
        subject.ask("late 2")?;
        first.cancel();
        second.cancel();
        let seen = format!("{}, {}", second.seen(SURELY), first.seen(SURELY));
        report.compare(&format!("cancel.after_completion.{round}"), &seen, &format!("ok 0, {CANCELLED}"));
        drop((first, second));
        let mut next = subject.fill(COMPLETE, 3, 0, 0)?;
        report.compare(&format!("cancel.after_completion.{round}.then"), &next.seen(SURELY), "ok 0");
        drop(next);
        subject.ask("late_end")?;
        subject.events()?;
    }
    // The number of IRPs that are kept for this does not grow.
    for _ in 0..MANY {
        subject.fill(COMPLETE, 3, 0, 0)?.seen(SURELY);
    }
    let kept: usize = subject.ask("retained")?.parse().unwrap_or(0);
    let fits = (1..MANY / 2).contains(&kept).to_string();
    report.compare(&format!("cancel.after_completion.kept: {kept}"), &fits, "true");
    subject.end()
}

/// Several times as many requests as are freed at once.
const MANY: usize = 800;

/// What unmarking answers for a request that is not marked: with the verifier, that this is a mistake.
fn not_marked(report: &Report) -> &'static str {
    report.choose("0xc0000010", "0xc0000120")
}

fn marking(report: &mut Report) -> Result<()> {
    let cancel = report.cancel_event(0);
    let twice = report.choose("0xc0000010", "0x00000000");
    let subject = Subject::make(PARALLEL)?;
    let mut request = subject.send(HOLD, 6)?;
    report.compare("cancel.unmark_never_marked", &subject.ask("unmark 6")?, not_marked(report));
    report.compare("cancel.mark_ex", &subject.ask("mark 6")?, "0x00000000");
    report.compare("cancel.mark_ex_while_marked", &subject.ask("mark 6")?, twice);
    report.compare("cancel.unmark", &subject.ask("unmark 6")?, "0x00000000");
    report.compare("cancel.unmark_twice", &subject.ask("unmark 6")?, not_marked(report));
    report.compare("cancel.mark_ex_after_unmark", &subject.ask("mark 6")?, "0x00000000");
    subject.ask("unmark 6")?;
    subject.events()?;
    request.cancel();
    report.compare("cancel.after_unmark", &request.seen(SOON), "pending");
    report.compare("cancel.after_unmark.is_canceled", &subject.ask("is_canceled 6")?, "1");
    subject.ask("mark_void 6")?;
    report.compare("cancel.mark_void_after_cancel", &subject.events()?, &cancel);
    report.compare("cancel.mark_void_after_cancel.client", &request.seen(SURELY), CANCELLED);
    drop(request);
    let mut request = subject.send(HOLD, 7)?;
    request.cancel();
    request.wait(SOON);
    subject.ask("complete 7 0 0")?;
    report.compare("cancel.pending_cancel_completed_success", &request.seen(SURELY), "ok 0");
    drop(request);
    subject.end()
}

fn waiting_in_sequence(report: &mut Report) -> Result<()> {
    let subject = Subject::make("1 0")?;
    let owned = subject.send(HOLD, 1)?;
    let mut waiting = subject.send(HOLD, 2)?;
    subject.events()?;
    waiting.cancel();
    report.compare("cancel.sequential_waiting.no_callback", &waiting.seen(SURELY), CANCELLED);
    report.compare("cancel.sequential_waiting.with_callback", &subject.events()?, "");
    subject.ask("complete 1 0 0")?;
    drop((owned, waiting));
    subject.end()
}
