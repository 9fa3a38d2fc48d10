//! What the client sees of completed requests.

use crate::device::SURELY;
use crate::report::Report;
use crate::subject::{COMPLETE, FILL, HOLD, PARALLEL, Subject};
use std::io::Result;

/// Each status, with output and without.
pub fn run(report: &mut Report) -> Result<()> {
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

/// Two requests of one device at the same time: a second is answered while the first is held.
pub fn concurrency(report: &mut Report) -> Result<()> {
    let subject = Subject::make(PARALLEL)?;
    let held = subject.send(HOLD, 1)?;
    let mut quick = subject.fill(COMPLETE, 2, 0, 0)?;
    report.compare("concurrent requests", &quick.seen(SURELY), "ok 0");
    subject.ask("complete 1 0 0")?;
    drop((held, quick));
    subject.end()
}
