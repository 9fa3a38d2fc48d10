//! What queues present, and what stopping, draining and purging them does.

use crate::device::{SOON, SURELY};
use crate::report::Report;
use crate::subject::{CANCELLED, COMPLETE, FORWARD, FORWARD_CALLING, HOLD, MARK, PARALLEL, Subject, wait_until};
use std::io::Result;
use std::time::Duration;

/// All of it.
pub fn run(report: &mut Report) -> Result<()> {
    presentation(report)?;
    changes_of_state(report)?;
    manual_queues(report)
}

fn presentation(report: &mut Report) -> Result<()> {
    let rows = [
        ("sequential", "1 0", "0x03 queued 2 owned 1", "EvtIoDeviceControl queue 0 request 11"),
        ("parallel_presented_2", "2 2", "0x03 queued 1 owned 2", "EvtIoDeviceControl queue 0 request 12"),
        ("parallel_unlimited", PARALLEL, "0x07 queued 0 owned 3", ""),
    ];
    for (name, arguments, state, next) in rows {
        let subject = Subject::make(arguments)?;
        let mut first = subject.send(HOLD, 10)?;
        let others = [subject.send(HOLD, 11)?, subject.send(HOLD, 12)?];
        subject.events()?;
        report.compare(&format!("queue.presented.{name}.three_sent"), &subject.ask("state 0")?, state);
        subject.ask("complete 10 0 0")?;
        report.compare(&format!("queue.presented.{name}.first_completed.client"), &first.seen(SURELY), "ok 0");
        let mut events = subject.events()?;
        wait_until(|| {
            events += &subject.events()?;
            Ok(events.len() >= next.len())
        })?;
        report.compare(&format!("queue.presented.{name}.first_completed"), &events, next);
        subject.ask("complete 11 0 0")?;
        wait_until(|| Ok(subject.ask("state 0")?.ends_with("queued 0 owned 1")))?;
        std::thread::sleep(Duration::from_millis(SOON.into()));
        subject.ask("complete 12 0 0")?;
        drop((first, others));
        subject.end()?;
    }
    Ok(())
}

fn changes_of_state(report: &mut Report) -> Result<()> {
    let cancels = report.cancel_event(0);
    let cancels = cancels.as_str();
    let rows = [
        ("stop", "0x05 queued 0 owned 2", "pending", "", "pending"),
        ("drain", "0x06 queued 0 owned 2", "pending", "", "error 22 0"),
        ("purge", "0x06 queued 0 owned 1", CANCELLED, cancels, "error 22 0"),
        ("stop_and_purge", "0x05 queued 0 owned 1", CANCELLED, cancels, "pending"),
    ];
    for (verb, state, cancelable, events, new) in rows {
        let subject = Subject::make(PARALLEL)?;
        let mut marked = subject.send(MARK, 1)?;
        let mut owned = subject.send(HOLD, 2)?;
        subject.events()?;
        let id = format!("queue.{verb}.with_owned");
        report.compare(&id, &subject.ask(&format!("{verb} 0"))?, state);
        report.compare(&format!("{id}.owned_cancelable"), &marked.becomes(cancelable), cancelable);
        report.compare(&format!("{id}.owned_not_cancelable"), &owned.seen(0), "pending");
        report.compare(&format!("{id}.events"), &subject.events()?, events);
        let mut late = subject.fill(COMPLETE, 3, 0, 0)?;
        report.compare(&format!("queue.{verb}.new_request"), &late.becomes(new), new);
        if cancelable == "pending" {
            subject.ask("unmark 1")?;
            subject.ask("complete 1 0 0")?;
        }
        subject.ask("complete 2 0 0")?;
        report.compare(
            &format!("queue.{verb}.owned_completed"),
            &subject.events()?,
            &format!("{verb}_complete irql 0"),
        );
        subject.ask("start 0")?;
        let after = if new == "pending" { "ok 0" } else { new };
        report.compare(&format!("queue.{verb}.then_start"), &late.seen(SURELY), after);
        let mut fresh = subject.fill(COMPLETE, 4, 0, 0)?;
        report.compare(&format!("queue.{verb}.then_start.new_request"), &fresh.seen(SURELY), "ok 0");
        drop((marked, owned, late, fresh));
        subject.end()?;
    }
    Ok(())
}

fn manual_queues(report: &mut Report) -> Result<()> {
    let subject = Subject::make(PARALLEL)?;
    let mut parked = subject.send(FORWARD, 1)?;
    report.compare("queue.manual.after_forward", &subject.ask("state 1")?, "0x0b queued 1 owned 0");
    report.compare("queue.manual.retrieve_after_forward", &subject.ask("retrieve 1")?, "0x00000000");
    report.compare("queue.requeue.manual", &subject.ask("requeue 1")?, "0x00000000");
    subject.ask("stop 1")?;
    report.compare("queue.retrieve.stopped_with_request", &subject.ask("retrieve 1")?, "0xc0200203");
    subject.ask("start 1")?;
    subject.ask("retrieve 1")?;
    subject.ask("complete 1 0 0")?;
    report.compare("queue.manual.retrieve_after_forward.client", &parked.seen(SURELY), "ok 0");
    report.compare("queue.retrieve.empty_manual", &subject.ask("retrieve 1")?, "0x8000001a");
    report.compare("queue.retrieve.empty_parallel", &subject.ask("retrieve 0")?, "0xc0000184");
    subject.ask("purge 1")?;
    let mut refused = subject.send(FORWARD, 2)?;
    let events = subject.events()?;
    report.compare(
        "queue.forward.to_purged",
        events.rsplit("; ").next().unwrap_or(""),
        "WdfRequestForwardToIoQueue=0xc0200204",
    );
    subject.ask("complete 2 0 0")?;
    report.compare("queue.forward.to_purged.then_complete", &refused.seen(SURELY), "ok 0");
    drop((parked, refused));
    for (name, action, queue, events) in [
        ("no_canceled_callback", FORWARD, 1, "purge_complete irql 0"),
        (
            "canceled_callback",
            FORWARD_CALLING,
            2,
            "EvtIoCanceledOnQueue queue 2 irql 0 is_canceled 1; purge_complete irql 0",
        ),
    ] {
        subject.ask(&format!("start {queue}"))?;
        let mut parked = subject.send(action, 3)?;
        subject.events()?;
        let id = format!("queue.purge.manual_with_queued.{name}");
        report.compare(&id, &subject.ask(&format!("purge {queue}"))?, "0x0e queued 0 owned 0");
        report.compare(&format!("{id}.client"), &parked.seen(SURELY), CANCELLED);
        report.compare(&format!("{id}.events"), &subject.events()?, events);
        drop(parked);
    }
    subject.end()
}
