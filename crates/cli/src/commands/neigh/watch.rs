//! Neighbors as they come, change and go.

mod follow;
mod nudge;
mod subject;

use super::{
    args::{Sort, Watch},
    filter::Selection,
};
use crate::{
    error::{CliError, DONE},
    output::Output,
    select::Directory,
    system::System,
    watch::{self, Event, Kind},
};
use follow::{Follower, Moves};
use netioctl_client::{Access, Family};
use nudge::Nudge;
use std::{collections::VecDeque, io, thread};
use subject::Seen;

/// Lines that the live view has below the table.
const RECENT: usize = 10;

pub fn run(args: &Watch, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::Read)?;
    let mut directory = Directory::read(system, &device)?;
    let selection = Selection::new(&args.filter, family, &directory)?;
    let interrupt = system.interrupt()?;
    let live = watch::is_live(output) && !args.on_mac_change;
    let mut view = View { live, ..View::default() };
    let mut left = args.count;
    let (mut follower, mut moves) = (Follower::default(), Moves::default());
    let nudge = Nudge::new(system.notifications(), family)?;
    thread::scope(|scope| {
        let _until_the_end = nudge.follow(scope);
        loop {
            let mut neighbors = selection.read(&device).map_err(CliError::ending_a_watch)?;
            neighbors.sort_unstable_by_key(super::order(Sort::Interface));
            let changes = if args.on_mac_change { moves.look(&neighbors) } else { follower.look(neighbors, live) };
            let time = system.now();
            let event = |change: follow::Change| Event::new(change.kind, time, Seen::new(&change, &mut directory));
            let mut events: Vec<_> = changes.into_iter().map(event).collect();
            limit(&mut left, &mut events);
            watch::execute(args.exec.as_deref(), &events, system)?;
            view.show(&events, output)?;
            if left == Some(0) {
                return Ok(DONE);
            }
            system.pause(args.interval, &|| interrupt.is_cancelled() || nudge.is_given());
            nudge.take();
            if interrupt.is_cancelled() {
                return Ok(DONE);
            }
        }
    })
}

/// Leaves as many events as are still wanted. What is there at the start does not count.
fn limit(left: &mut Option<u64>, events: &mut Vec<Event<Seen>>) {
    let Some(left) = left else { return };
    events.retain(|event| {
        let wanted = event.kind == Kind::Present || *left > 0;
        *left -= u64::from(wanted && event.kind != Kind::Present);
        wanted
    });
}

/// What is on the screen.
#[derive(Default)]
struct View {
    live: bool,
    begun: bool,
    recent: VecDeque<String>,
}

impl View {
    fn show(&mut self, events: &[Event<Seen>], output: &mut Output<'_>) -> io::Result<()> {
        let first = !self.begun;
        self.begun = true;
        let happened = || events.iter().filter(|event| event.kind != Kind::Present);
        if !self.live {
            return watch::log(events, first, output);
        }
        if !first && happened().next().is_none() {
            return Ok(());
        }
        self.recent.extend(happened().map(Event::line));
        self.recent.drain(..self.recent.len().saturating_sub(RECENT));
        watch::redraw(events, &self.recent.iter().cloned().collect::<Vec<_>>(), output)
    }
}
