//! Interfaces and addresses as they come, change and go.

mod follow;
mod subject;

use crate::{
    commands::interface::args::{Source, WatchInterfaces},
    error::{CliError, DONE},
    output::Output,
    select::Directory,
    system::System,
    watch::{self, Event, Kind},
};
use follow::Follower;
use netioctl_client::{Access, Canceller, Error, Family, InterfaceKey, WatchSources, abi::NtStatus};
use std::{collections::VecDeque, io};
use subject::Subject;

pub fn run(
    args: &WatchInterfaces,
    family: Family,
    system: &dyn System,
    output: &mut Output<'_>,
) -> Result<u8, CliError> {
    let device = system.open(Access::Read)?;
    let interrupt = system.interrupt()?;
    let directory = Directory::read(system, &device)?;
    let interface = args.interface.as_ref();
    let interface = interface.map(|selector| directory.resolve_listed(selector)).transpose()?;
    let watch = device.with_canceller(&interrupt).watch(sources(args.only), family);
    let mut follower = Follower::new(&device, system, directory, Scope { family, interface });
    let mut view = View { left: args.count, ..View::default() };
    for changes in watch {
        let changes = match changes {
            Err(error) if is_interrupted(&error, &interrupt) => break,
            changes => changes.map_err(CliError::ending_a_watch)?,
        };
        let mut events = follower.follow(&changes).map_err(CliError::ending_a_watch)?;
        view.count(&mut events);
        watch::execute(args.exec.as_deref(), &events, system)?;
        view.show(events, &follower, output)?;
        if view.left == Some(0) {
            break;
        }
    }
    Ok(DONE)
}

/// What is to be seen.
struct Scope {
    family: Family,
    interface: Option<InterfaceKey>,
}

fn sources(only: Option<Source>) -> WatchSources {
    match only {
        None => WatchSources::all(),
        Some(Source::Interfaces) => WatchSources::INTERFACES,
        Some(Source::Addresses) => WatchSources::ADDRESSES,
    }
}

/// Ctrl+C, and nothing else, has ended the waiting.
fn is_interrupted(error: &Error, interrupt: &Canceller) -> bool {
    let status = error.failure().and_then(netioctl_client::Failure::status);
    interrupt.is_cancelled() && status == Some(NtStatus::CANCELLED)
}

/// Lines that the live view has below the table.
const RECENT: usize = 10;

/// What is on the screen.
#[derive(Default)]
struct View {
    begun: bool,
    /// Events until the end, if there is one.
    left: Option<u64>,
    recent: VecDeque<String>,
}

impl View {
    fn show(
        &mut self,
        events: Vec<Event<Subject>>,
        follower: &Follower<'_>,
        output: &mut Output<'_>,
    ) -> io::Result<()> {
        let first = !self.begun;
        self.begun = true;
        if watch::is_live(output) {
            if first || !events.is_empty() { self.redraw(events, follower, output) } else { Ok(()) }
        } else {
            watch::log(&events, first, output)
        }
    }

    /// Leaves as many events as are still wanted.
    fn count(&mut self, events: &mut Vec<Event<Subject>>) {
        let Some(left) = &mut self.left else { return };
        events.retain(|event| {
            let wanted = event.kind == Kind::Present || *left > 0;
            *left -= u64::from(wanted && event.kind != Kind::Present);
            wanted
        });
    }

    fn redraw(
        &mut self,
        events: Vec<Event<Subject>>,
        follower: &Follower<'_>,
        output: &mut Output<'_>,
    ) -> io::Result<()> {
        // Addresses are no part of the table, so those that are there at the start are lines below it.
        let is_line =
            |event: &&Event<Subject>| event.kind != Kind::Present || matches!(event.subject(), Subject::Address { .. });
        let happened = events.iter().filter(is_line);
        self.recent.extend(happened.map(Event::line));
        self.recent.drain(..self.recent.len().saturating_sub(RECENT));
        let nothing = || vec!["nothing has changed yet".to_owned()];
        let lines = if self.recent.is_empty() { nothing() } else { self.recent.iter().cloned().collect() };
        watch::redraw(&follower.table(events), &lines, output)
    }
}
