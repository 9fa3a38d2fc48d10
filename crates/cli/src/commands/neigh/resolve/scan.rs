//! Asking for many neighbors, several at a time.

use super::{ask, places::MOST};
use crate::{
    commands::neigh::{
        args::{Resolve, Sort, Target},
        on_link::OnLink,
        order, rows,
        target::{Found, Otherwise},
    },
    error::{CliError, DONE},
    output::{Format, Output, table_of},
    select::{Directory, InterfaceSelector},
    system::System,
    usage::listed,
    values::ScopedAddress,
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use ipnet::IpNet;
use netioctl_client::{Access, Canceller, Device, Error, ErrorKind, InterfaceKey, Neighbor};
use std::{
    net::IpAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

/// Resolutions that one handle of the driver has at once (ABI 1.3).
const OF_HANDLE: usize = 4;

/// How often it is looked whether a neighbor has had its time, or Ctrl+C was pressed.
const LOOK: Duration = Duration::from_millis(20);

/// The driver takes no more resolutions for now: others have them, or the network stack still asks for those that were
/// given up.
const FULL: Duration = Duration::from_millis(50);

/// Silent addresses that are named in an error.
const NAMED: usize = 5;

pub fn run(
    addresses: &[ScopedAddress],
    networks: &[IpNet],
    args: &Resolve,
    system: &dyn System,
    output: &mut Output<'_>,
) -> Result<u8, CliError> {
    let device = system.open(Access::ReadWrite)?;
    let mut directory = Directory::read(system, &device)?;
    let targets = targets(addresses, args, system, &device, &directory)?;
    let interrupt = system.interrupt()?;
    let jobs = usize::from(args.jobs).min(targets.len());
    // The first one is open.
    let more = (1..jobs.div_ceil(OF_HANDLE)).map(|_| system.open(Access::ReadWrite));
    let devices = [vec![device], more.collect::<Result<_, _>>()?].concat();
    let asked = Asked { targets: &targets, args, next: AtomicUsize::new(0), ended: AtomicBool::new(false) };
    let (mut answers, silent) = all(&asked, &devices, jobs, &interrupt, output)?;
    answers.sort_unstable_by_key(order(Sort::Interface));
    show(&answers, targets.len(), &mut directory, output)?;
    let is_expected = |address: &IpAddr| networks.iter().any(|network| network.contains(address));
    let missing: Vec<_> = silent.iter().filter(|target| !is_expected(&target.key.address())).collect();
    let missing = if answers.is_empty() { silent.iter().collect() } else { missing };
    if missing.is_empty() {
        return Ok(DONE);
    }
    let mut names: Vec<_> = missing.iter().take(NAMED).map(ToString::to_string).collect();
    names.extend((missing.len() > NAMED).then(|| format!("{} more", missing.len() - NAMED)));
    Err(CliError::NoAnswers { addresses: listed(&names) })
}

/// The neighbors with their interfaces. That of the option is looked up once.
fn targets(
    addresses: &[ScopedAddress],
    args: &Resolve,
    system: &dyn System,
    device: &Device,
    directory: &Directory<'_>,
) -> Result<Vec<Found>, CliError> {
    debug_assert!(addresses.len() <= MOST, "more than there is room for");
    let index = |selector| {
        let key = directory.resolve_listed(selector)?;
        Ok::<_, CliError>(InterfaceSelector::Key(directory.index(key).map_or(key, InterfaceKey::Index)))
    };
    let interface = args.interface.as_ref().map(index).transpose()?;
    let networks = OnLink::default();
    let find = |address: &ScopedAddress| {
        let target = Target { address: address.clone(), interface: interface.clone() };
        Found::find(&target, Otherwise::OnLink(&networks), system, device)
    };
    addresses.iter().map(find).collect()
}

/// What the threads share.
struct Asked<'a> {
    targets: &'a [Found],
    args: &'a Resolve,
    /// The first target that nobody has taken yet.
    next: AtomicUsize,
    /// Nobody is to ask any more.
    ended: AtomicBool,
}

/// A call under way: when it is to be given up, and how.
type Call = Mutex<Option<(Option<Instant>, Canceller)>>;

/// Who has been asked, and what has come of it.
type Answer = (usize, Result<Neighbor, Error>);

/// The neighbors that answer, and the targets that do not.
fn all<'a>(
    asked: &Asked<'a>,
    devices: &[Device],
    jobs: usize,
    interrupt: &Canceller,
    output: &Output<'_>,
) -> Result<(Vec<Neighbor>, Vec<&'a Found>), CliError> {
    let calls: Vec<Call> = (0..jobs).map(|_| Mutex::new(None)).collect();
    thread::scope(|scope| {
        let (told, answers) = channel();
        for (job, call) in calls.iter().enumerate() {
            let (device, told) = (&devices[job / OF_HANDLE], told.clone());
            scope.spawn(move || asked.work(device, call, &told));
        }
        drop(told);
        asked.collect(&answers, &calls, interrupt, &bar(asked.targets.len(), output))
    })
}

impl<'a> Asked<'a> {
    /// Asks for one target after another.
    fn work(&self, device: &Device, call: &Call, told: &Sender<Answer>) {
        while !self.ended.load(Ordering::Relaxed) {
            let place = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(target) = self.targets.get(place) else { return };
            if told.send((place, self.ask(device, target, call))).is_err() {
                return;
            }
        }
    }

    fn ask(&self, device: &Device, target: &Found, call: &Call) -> Result<Neighbor, Error> {
        loop {
            let canceller = Canceller::new()?;
            let end = self.args.timeout.map(|time| Instant::now() + time);
            *lock(call) = Some((end, canceller.clone()));
            let answer = ask(&device.with_canceller(&canceller), target, self.args.source);
            *lock(call) = None;
            match answer {
                Err(error) if error.kind() == ErrorKind::QuotaExceeded && !self.ended.load(Ordering::Relaxed) => {
                    thread::sleep(FULL);
                }
                answer => return answer,
            }
        }
    }

    /// Waits for all of them, gives up those that have had their time, and all with Ctrl+C.
    fn collect(
        &self,
        answers: &Receiver<Answer>,
        calls: &[Call],
        interrupt: &Canceller,
        bar: &ProgressBar,
    ) -> Result<(Vec<Neighbor>, Vec<&'a Found>), CliError> {
        let (mut known, mut silent, mut failed) = (Vec::new(), Vec::new(), None);
        loop {
            match answers.recv_timeout(LOOK) {
                Ok((_, Ok(neighbor))) => known.push(neighbor),
                Ok((place, Err(error))) if is_silence(&error) => silent.push(place),
                Ok((place, Err(error))) => {
                    self.ended.store(true, Ordering::Relaxed);
                    failed.get_or_insert((place, error));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            bar.set_position((known.len() + silent.len()) as u64);
            if interrupt.is_cancelled() {
                self.ended.store(true, Ordering::Relaxed);
            }
            for call in calls {
                self.give_up(call);
            }
        }
        bar.finish_and_clear();
        if let Some((place, error)) = failed {
            return Err(self.targets[place].explain(error));
        }
        silent.sort_unstable();
        Ok((known, silent.into_iter().map(|place| &self.targets[place]).collect()))
    }

    fn give_up(&self, call: &Call) {
        let is_over = |end: &Option<Instant>| end.is_some_and(|end| end <= Instant::now());
        if let Some((end, canceller)) = &*lock(call)
            && (is_over(end) || self.ended.load(Ordering::Relaxed))
        {
            canceller.cancel();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Nobody has answered, or not in time.
fn is_silence(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NoAnswer | ErrorKind::Cancelled)
}

/// How far it is, on a terminal.
fn bar(targets: usize, output: &Output<'_>) -> ProgressBar {
    let target = if output.screen.terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(targets as u64), target);
    let style = ProgressStyle::with_template("{pos} of {len} asked [{bar:30}] {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style.progress_chars("=> "))
}

fn show(
    answers: &[Neighbor],
    asked: usize,
    directory: &mut Directory<'_>,
    output: &mut Output<'_>,
) -> Result<(), CliError> {
    let rows = rows(answers, directory);
    if output.format != Format::Table {
        return Ok(output.records(&rows)?);
    }
    let said = format!("{} of {asked} answered", answers.len());
    let layout = output.layout();
    Ok(output.text(&if rows.is_empty() { said } else { format!("{}\n{said}", table_of(&rows, layout)) })?)
}
