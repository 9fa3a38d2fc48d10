//! Probes with a client: the subject device is made, filled with requests, and watched.

use crate::Report;
use crate::cancellation;
use crate::device::{Device, Pending, control_code};
use crate::expected::{IN_DRIVER, NEWEST, OLDEST};
use crate::files;
use std::io::Result;
use std::time::Duration;

pub const COMPLETE: u32 = 0;
pub const HOLD: u32 = 1;
pub const MARK: u32 = 2;
pub const FORWARD: u32 = 4;
pub const FORWARD_CALLING: u32 = 5;
const FILL: u32 = 6;
const MARK_AT: u32 = 7;
/// Time for a request to reach the driver, and for a result to come back.
pub const SOON: u32 = 150;
pub const SURELY: u32 = 3_000;

/// Probes inside the driver.
pub fn in_driver(report: &mut Report) -> Result<()> {
    let device = Device::open("WdfProbe")?;
    let mut answers = String::new();
    for group in ["locks", "memory", "strings", "collections", "deletion", "devices", "helpers", "framework"] {
        answers += &device.ask(&format!("probes {group}"))?;
    }
    let framework = if report.minor == "33" { NEWEST } else { OLDEST };
    for (id, expected) in IN_DRIVER.iter().chain(framework) {
        let found = answers.lines().find_map(|line| line.strip_prefix(id)?.strip_prefix(' '));
        report.compare(id, found.unwrap_or("no answer"), expected);
    }
    Ok(())
}

/// The subject device for one scenario.
pub struct Subject {
    probe: Device,
    device: Device,
}

impl Subject {
    pub fn make(arguments: &str) -> Result<Self> {
        let probe = Device::open("WdfProbe")?;
        let made = probe.ask(&format!("subject {arguments}"))?;
        if made != "0x00000000" {
            return Err(std::io::Error::other(format!("the subject cannot be made: {made}")));
        }
        probe.ask("events")?;
        let device = Device::open("WdfSubject")?;
        Ok(Self { probe, device })
    }

    pub fn ask(&self, command: &str) -> Result<String> {
        self.probe.ask(command)
    }

    pub fn events(&self) -> Result<String> {
        self.ask("events")
    }

    /// Sends a request with an identity, and gives the driver time for it when it has arrived.
    pub fn send(&self, action: u32, id: u32) -> Result<Pending<'_>> {
        let before = requests(&self.probe)?;
        let mut pending = self.fill(action, id, 0, 0)?;
        wait_until(|| Ok(pending.wait(0).finished || requests(&self.probe)? > before))?;
        pending.wait(SOON);
        Ok(pending)
    }

    pub fn fill(&self, action: u32, id: u32, status: u32, information: u32) -> Result<Pending<'_>> {
        let input: Vec<u8> = [id, status, information, 0].into_iter().flat_map(u32::to_le_bytes).collect();
        self.device.send(control_code(action), &input, 16)
    }

    pub fn end(self) -> Result<()> {
        drop(self.device);
        self.probe.ask("drop")?;
        self.probe.ask("events")?;
        Ok(())
    }
}

/// How many requests the queues of the subject have, waiting or with the driver.
pub fn requests(probe: &Device) -> Result<u32> {
    let mut requests = 0;
    for queue in ["state 0", "state 1", "state 2"] {
        let state = probe.ask(queue)?;
        let numbers = state.split(' ').filter_map(|word| word.parse::<u32>().ok());
        requests += numbers.sum::<u32>();
    }
    Ok(requests)
}

/// Waits for something that takes an unknown but short time; what is judged then says whether it has come.
pub fn wait_until(mut condition: impl FnMut() -> Result<bool>) -> Result<()> {
    for _ in 0..SURELY / 10 {
        if condition()? {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

pub const PARALLEL: &str = "2 0";
pub const CANCELLED: &str = "error 995 0";

/// All probes with a client.
pub fn with_client(report: &mut Report) -> Result<()> {
    presentation(report)?;
    changes_of_state(report)?;
    manual_queues(report)?;
    cancellation::run(report)?;
    completion(report)?;
    files::run(report)?;
    execution(report)?;
    concurrency(report)
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

fn completion(report: &mut Report) -> Result<()> {
    let subject = Subject::make(PARALLEL)?;
    // Status, the error that the client sees for it, and whether output is copied.
    let rows = [
        (0x0000_0000, 0, true),
        (0x4000_0000, 698, true),
        (0x8000_0005, 234, true),
        (0x8000_0006, 18, true),
        (0xC000_0001, 31, false),
        (0xC000_0010, 1, false),
        (0xC000_0023, 122, false),
        (0xC000_0120, 995, false),
    ];
    for (status, error, copies) in rows {
        for (name, information) in [("info_0", 0), ("info_less", 8), ("info_equal", 16)] {
            let mut request = subject.fill(FILL, 8, status, information)?;
            let seen = request.seen(SURELY);
            let expected =
                if error == 0 { format!("ok {information}") } else { format!("error {error} {information}") };
            let id = format!("req.complete.buffered.{status:08x}.{name}");
            report.compare(&id, &seen, &expected);
            let changed = if copies { information as usize } else { 0 };
            report.compare(&format!("{id}.changed"), &request.changed().to_string(), &changed.to_string());
        }
    }
    let mut request = subject.fill(FILL, 8, 0, 24)?;
    report.compare("req.complete.buffered.00000000.info_above", &request.seen(SURELY), "ok 24");
    drop(request);
    subject.end()
}

fn execution(report: &mut Report) -> Result<()> {
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

/// Requests and cancellations that come in at DISPATCH_LEVEL: callbacks of PASSIVE_LEVEL are posted to a thread, all
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

/// Two requests of one device at the same time: a second is answered while the first is held.
fn concurrency(report: &mut Report) -> Result<()> {
    let subject = Subject::make(PARALLEL)?;
    let held = subject.send(HOLD, 1)?;
    let mut quick = subject.fill(COMPLETE, 2, 0, 0)?;
    report.compare("concurrent requests", &quick.seen(SURELY), "ok 0");
    subject.ask("complete 1 0 0")?;
    drop((held, quick));
    subject.end()
}
