//! The host's end of the control socket: sends requests, and hands each reply to the command that it is about.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail, ensure};

use crate::lock::lock;
use crate::protocol::{Outcome, Places, Reply, Request, Run, Setup};

/// The control socket of a running sandbox.
#[derive(Debug)]
pub(crate) struct Control {
    socket: Mutex<UnixStream>,
    waiting: Waiting,
    next_id: AtomicU64,
}

/// Where the replies about each running command go, by the command's number. `None` once the sandbox has ended.
type Waiting = Arc<Mutex<Option<HashMap<u64, Sender<Event>>>>>;

/// A reply about one command.
#[derive(Debug)]
pub(crate) enum Event {
    Chunk { error_stream: bool, text: String },
    Done(Outcome),
}

impl Control {
    /// The socket of a sandbox that is not set up yet.
    pub fn new(socket: UnixStream) -> Self {
        let waiting = Arc::new(Mutex::new(Some(HashMap::new())));
        Self { socket: Mutex::new(socket), waiting, next_id: AtomicU64::new(1) }
    }

    /// Sends the set-up, which comes before all else, and waits until the sandbox is ready.
    pub fn set_up(&self, setup: Setup) -> Result<Places> {
        let mut replies = BufReader::new(lock(&self.socket).try_clone()?);
        self.send(&Request::Setup(Box::new(setup)))?;
        let places = ready(&mut replies)?;
        let waiting = Arc::clone(&self.waiting);
        std::thread::spawn(move || dispatch(replies, &waiting));
        Ok(places)
    }

    /// A number that no other command of this sandbox has.
    pub fn next_id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }

    /// Starts a command; the receiver gets its output and its end.
    pub fn begin(&self, run: Run) -> Result<Receiver<Event>> {
        let (sender, receiver) = channel();
        lock(&self.waiting).as_mut().context("the sandbox has ended")?.insert(run.id, sender);
        self.send(&Request::Run(run))?;
        Ok(receiver)
    }

    /// Kills a command that is running.
    pub fn kill(&self, id: u64) -> Result<()> {
        self.send(&Request::Kill(id))
    }

    /// Closes the socket. The warden ends when it reads the end of the stream, and process 1 and all others with it.
    pub fn close(&self) -> std::io::Result<()> {
        match lock(&self.socket).shutdown(Shutdown::Both) {
            Err(error) if error.kind() != ErrorKind::NotConnected => Err(error),
            _ => Ok(()),
        }
    }

    fn send(&self, request: &Request) -> Result<()> {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        lock(&self.socket).write_all(&line).context("the sandbox has ended")
    }
}

fn ready(replies: &mut impl BufRead) -> Result<Places> {
    let mut line = String::new();
    replies.read_line(&mut line)?;
    ensure!(!line.is_empty(), "the sandbox ended before it was set up: one of its processes has been killed");
    match serde_json::from_str(&line).context("the sandbox did not start")? {
        Reply::Ready(places) => Ok(places),
        Reply::Failed(reason) => bail!("the sandbox could not be set up: {reason}"),
        reply => bail!("unexpected reply {reply:?}"),
    }
}

/// Hands every reply to the command that waits for it, until the sandbox ends.
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
            // A command that was started and then forgotten has no receiver any more.
            let _ = sender.map(|sender| sender.send(event));
        }
    }
    // Drops all senders, so that every receiver learns that nothing more will come.
    *lock(waiting) = None;
}
