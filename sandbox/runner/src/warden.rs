//! The inside of a sandbox: process 1, and the warden, who carries out what the control socket asks for.

use std::collections::{BTreeMap, HashMap};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::os::fd::FromRawFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail};
use nix::sys::personality::{self, Persona};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{WaitOptions, wait};

use crate::lock::lock;
use crate::protocol::{Places, Reply, Request, Run, Setup};
use crate::{exec, files, mounts, network, wine};

/// The file descriptor of the control socket.
pub(crate) const CONTROL_FD: i32 = 3;

/// Argument that makes the program process 1 of a sandbox.
pub const INIT: &str = "init";

/// Argument that makes the program the warden, the only child that process 1 starts by itself.
pub const WARDEN: &str = "warden";

/// Process 1: starts the warden, reaps orphans, and ends with the warden, which ends the sandbox.
///
/// # Errors
///
/// The warden cannot be started or waited for.
pub fn init() -> Result<()> {
    leave_heaps_in_place();
    let warden = Command::new(env::current_exe()?).arg(WARDEN).spawn().context("cannot start the warden")?;
    let warden = i32::try_from(warden.id())?;
    loop {
        if let Some((child, _)) = wait(WaitOptions::empty())?
            && child.as_raw_pid() == warden
        {
            return Ok(());
        }
    }
}

/// Has all programs of the sandbox begin their heap (`brk`) where the linker put it.
///
/// Linux moves it up by as much as 1 GiB, by chance, and once in some thousand times onto 0x7ffe0000, where Windows has its
/// shared user data: then the program of Wine, be it a driver's process, ends before its first line, with exit code 1.
fn leave_heaps_in_place() {
    // A container may refuse it. Then such a program says so; see `wine::QUIET`.
    let _ = personality::get().and_then(|persona| personality::set(persona | Persona::ADDR_NO_RANDOMIZE));
}

/// The warden: serves the control socket until it closes.
///
/// # Errors
///
/// A request cannot be read, or comes out of order.
pub fn warden() -> Result<()> {
    // SAFETY: the host opens the control socket under this number when it starts process 1, which hands it down, and
    // nothing else in this process takes it.
    let control = unsafe { UnixStream::from_raw_fd(CONTROL_FD) };
    fcntl_setfd(&control, FdFlags::CLOEXEC)?;
    let mut requests = BufReader::new(control.try_clone()?).lines();
    let replies = Replies(Arc::new(Mutex::new(control)));
    let Some(first) = requests.next() else {
        return Ok(());
    };
    let Request::Setup(setup) = serde_json::from_str(&first?)? else { bail!("the first request must be the set-up") };
    let places = match set_up(&setup) {
        Ok(places) => places,
        Err(error) => {
            replies.send(&Reply::Failed(format!("{error:#}")));
            return Ok(());
        }
    };
    replies.send(&Reply::Ready(places.clone()));
    let commands = Commands {
        environment: wine::environment(&places, &setup.wine_debug),
        logs: places.scratch,
        replies,
        kills: Arc::default(),
    };
    for line in requests {
        match serde_json::from_str(&line?)? {
            Request::Setup(_) => bail!("a sandbox is set up once"),
            Request::Run(run) => commands.start(run),
            Request::Kill(id) => commands.kill(id),
        }
    }
    Ok(())
}

fn set_up(setup: &Setup) -> Result<Places> {
    let places = mounts::create(setup)?;
    files::install(&places, setup)?;
    mounts::hide(setup)?;
    network::create()?;
    mounts::show_links()?;
    Ok(places)
}

/// The sending half of the control socket.
#[derive(Clone)]
struct Replies(Arc<Mutex<UnixStream>>);

impl Replies {
    /// Sends one reply. Nobody is left to hear of a failure: the other end has gone, and so will the sandbox.
    fn send(&self, reply: &Reply) {
        if let Ok(mut line) = serde_json::to_vec(reply) {
            line.push(b'\n');
            let _ = lock(&self.0).write_all(&line);
        }
    }
}

/// The commands that are running, each on a thread of its own.
struct Commands {
    environment: BTreeMap<String, String>,
    /// The folder for output files.
    logs: PathBuf,
    replies: Replies,
    kills: Arc<Mutex<HashMap<u64, Arc<AtomicBool>>>>,
}

impl Commands {
    fn start(&self, run: Run) {
        let kill = Arc::new(AtomicBool::new(false));
        lock(&self.kills).insert(run.id, Arc::clone(&kill));
        let (environment, logs) = (self.environment.clone(), self.logs.clone());
        let (replies, kills) = (self.replies.clone(), Arc::clone(&self.kills));
        std::thread::spawn(move || {
            let id = run.id;
            let mut chunk = |text, error_stream| replies.send(&Reply::Chunk { id, error_stream, text });
            let outcome = exec::run(&run, &environment, &logs, &kill, &mut chunk);
            lock(&kills).remove(&id);
            replies.send(&Reply::Done { id, outcome });
        });
    }

    fn kill(&self, id: u64) {
        // A command that is not listed has just ended by itself.
        if let Some(kill) = lock(&self.kills).get(&id) {
            kill.store(true, Ordering::Relaxed);
        }
    }
}
