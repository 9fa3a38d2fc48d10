//! The outside of a sandbox: starting it, running commands in it, stopping it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Child;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::command::Command;
use crate::options::Options;
use crate::protocol::{Outcome, Place, Places, PrefixSource, Reply, Request, Run, Setup};
use crate::reach::REACH;
use crate::verdict::Verdict;
use crate::{namespaces, network, prefix};

/// Where the verifier writes, below the prefix: `verifier_abi::LOG_PATH`.
const VERIFIER_LOG: &str = "drive_c/windows/temp/netioctl-verifier.jsonl";

/// The name of this crate's program on the path of the sandbox.
const PROGRAM: &str = "netioctl-sandbox";

/// Booting Wine takes a second or two; a machine that needs longer than this has a fault.
const BOOT_TIMEOUT: Duration = Duration::from_secs(120);

/// The links are up after a second.
const LINK_TIMEOUT: Duration = Duration::from_secs(20);

/// A running sandbox. It ends when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    control: Mutex<UnixStream>,
    waiting: Waiting,
    process: Child,
    places: Places,
    next_id: AtomicU64,
}

/// Who waits for news of which command. `None` once the sandbox has ended.
type Waiting = Arc<Mutex<Option<HashMap<u64, Sender<Event>>>>>;

/// News of a command.
#[derive(Debug)]
pub(crate) enum Event {
    Chunk { error_stream: bool, text: String },
    Done(Outcome),
}

impl Sandbox {
    /// Starts a sandbox with Wine running, making the template of the prefix first if there is none.
    pub fn start(options: &Options) -> Result<Self> {
        let template = prefix::ensure_template(&options.work, &options.runner)?;
        let sandbox = Self::boot(options, PrefixSource::Template(template))?;
        for argv in [["wineserver", "--persistent"].as_slice(), &["wine", "wineboot"]] {
            let output = sandbox.linux(argv).timeout(BOOT_TIMEOUT).run()?;
            ensure!(output.outcome.success(), "`{}`: {}\n{}", argv.join(" "), output.outcome, output.stderr);
        }
        sandbox.settle()?;
        Ok(sandbox)
    }

    /// Waits until all links are up, which they are in parallel to Wine's start.
    fn settle(&self) -> Result<()> {
        let start = Instant::now();
        let argv = ["ip", "-json", "link"];
        while start.elapsed() < LINK_TIMEOUT {
            let (main, neighbor) = (self.linux(argv).run()?, self.neighbor(argv).run()?);
            if network::settled(&main.stdout)? && network::settled(&neighbor.stdout)? {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("the links of the sandbox do not come up")
    }

    /// Starts a sandbox, but not Wine.
    pub(crate) fn boot(options: &Options, prefix: PrefixSource) -> Result<Self> {
        namespaces::check()?;
        let mount_point = options.work.join("mnt");
        std::fs::create_dir_all(&mount_point)?;
        let (ours, theirs) = UnixStream::pair()?;
        let process = namespaces::enter(&options.runner, theirs.into())?;
        let mut setup = Setup {
            mount_point: mount_point.canonicalize()?,
            visible: options.visible.clone(),
            prefix,
            files: options.files.clone(),
            files_if_absent: options.files_if_absent.clone(),
            programs: options.programs.clone(),
            scripts: options.scripts.clone(),
            wine_debug: options.wine_debug.clone(),
        };
        setup.programs.insert(PROGRAM.to_owned(), options.runner.clone());
        setup.scripts.insert(REACH.to_owned(), format!("exec {PROGRAM} {REACH} \"$@\""));
        let mut replies = BufReader::new(ours.try_clone()?);
        let mut sandbox = Self {
            control: Mutex::new(ours),
            waiting: Arc::new(Mutex::new(Some(HashMap::new()))),
            process,
            places: Places::default(),
            next_id: AtomicU64::new(1),
        };
        sandbox.send(&Request::Setup(Box::new(setup)))?;
        sandbox.places = ready(&mut replies)?;
        let waiting = Arc::clone(&sandbox.waiting);
        std::thread::spawn(move || dispatch(replies, &waiting));
        Ok(sandbox)
    }

    /// A Linux command in the main network stack.
    pub fn linux<A: AsRef<str>>(&self, argv: impl IntoIterator<Item = A>) -> Command<'_> {
        let argv = argv.into_iter().map(|argument| argument.as_ref().to_owned()).collect();
        Command::new(self, self.next_id.fetch_add(1, Ordering::Relaxed), argv, Place::Main)
    }

    /// A Linux command in the neighbor network stack.
    pub fn neighbor<A: AsRef<str>>(&self, argv: impl IntoIterator<Item = A>) -> Command<'_> {
        let argv = argv.into_iter().map(|argument| argument.as_ref().to_owned()).collect();
        Command::new(self, self.next_id.fetch_add(1, Ordering::Relaxed), argv, Place::Neighbor)
    }

    /// A Windows program, named by its Windows path, with its arguments.
    pub fn wine<A: AsRef<str>>(&self, argv: impl IntoIterator<Item = A>) -> Command<'_> {
        let windows = argv.into_iter().map(|argument| argument.as_ref().to_owned());
        self.linux(["wine".to_owned()].into_iter().chain(windows))
    }

    /// Makes the main stack resolve `address`, and fails if nobody answers there.
    pub fn reach(&self, address: &str) -> Result<()> {
        let output = self.linux([REACH, address]).run()?;
        ensure!(output.outcome.success(), "{}", output.stderr.trim());
        Ok(())
    }

    /// The Wine prefix, as commands in the sandbox see it.
    #[must_use]
    pub fn prefix(&self) -> &Path {
        &self.places.prefix
    }

    /// A private folder, as commands in the sandbox see it.
    #[must_use]
    pub fn scratch(&self) -> &Path {
        &self.places.scratch
    }

    /// What the verifier has found so far; `None` if it has not been loaded.
    pub fn verdict(&self) -> Result<Option<Verdict>> {
        let log = self.places.prefix.join(VERIFIER_LOG).display().to_string();
        if !self.linux(["test", "-e", &log]).run()?.outcome.success() {
            return Ok(None);
        }
        let output = self.linux(["cat", &log]).run()?;
        ensure!(output.outcome.success(), "cannot read the verifier's log: {}", output.stderr);
        Verdict::parse(&output.stdout).map(Some)
    }

    /// Ends the sandbox and waits until nothing of it is left.
    pub fn stop(mut self) -> Result<()> {
        self.end().context("cannot end the sandbox")
    }

    fn end(&mut self) -> std::io::Result<()> {
        // The warden ends when it reads the end of the stream, and with it process 1 and all others.
        let closed = lock(&self.control).shutdown(std::net::Shutdown::Both);
        self.process.wait()?;
        match closed {
            Err(error) if error.kind() != std::io::ErrorKind::NotConnected => Err(error),
            _ => Ok(()),
        }
    }

    pub(crate) fn send(&self, request: &Request) -> Result<()> {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        lock(&self.control).write_all(&line).context("the sandbox has ended")
    }

    pub(crate) fn begin(&self, run: Run) -> Result<Receiver<Event>> {
        let (sender, receiver) = channel();
        lock(&self.waiting).as_mut().context("the sandbox has ended")?.insert(run.id, sender);
        self.send(&Request::Run(run))?;
        Ok(receiver)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // After `stop` there is nothing left to do, and otherwise nobody to tell.
        let _ = self.end();
    }
}

fn ready(replies: &mut impl BufRead) -> Result<Places> {
    let mut line = String::new();
    replies.read_line(&mut line)?;
    match serde_json::from_str(&line).context("the sandbox did not start")? {
        Reply::Ready(places) => Ok(places),
        Reply::Failed(reason) => bail!("the sandbox could not be set up: {reason}"),
        reply => bail!("unexpected reply {reply:?}"),
    }
}

/// Hands every reply to whoever waits for it, until the sandbox ends.
fn dispatch(replies: impl BufRead, waiting: &Waiting) {
    for line in replies.lines().map_while(Result::ok) {
        let (id, event) = match serde_json::from_str(&line) {
            Ok(Reply::Chunk { id, error_stream, text }) => (id, Event::Chunk { error_stream, text }),
            Ok(Reply::Done { id, outcome }) => (id, Event::Done(outcome)),
            _ => break,
        };
        let last = matches!(event, Event::Done(_));
        if let Some(commands) = lock(waiting).as_mut() {
            let sender = if last { commands.remove(&id) } else { commands.get(&id).cloned() };
            // Nobody listens to a service that has been forgotten.
            let _ = sender.map(|sender| sender.send(event));
        }
    }
    // Drops all senders, so that every receiver learns that nothing will come any more.
    *lock(waiting) = None;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What a thread that panicked leaves here is complete: every change is a single call.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
