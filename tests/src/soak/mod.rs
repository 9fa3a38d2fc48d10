//! Many clients at once, for as long as one likes, on a network that changes; some are killed, and in the end the driver
//! comes and goes under them. Everything that was asked must come to an end, and nothing may grow.

mod client;
mod disturbance;
mod measure;
mod slope;
mod tally;

use crate::{lab::Lab, linux::Link};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use client::Client;
use disturbance::Killed;
use fastrand::Rng;
use measure::Measurements;
use std::{
    num::NonZeroU32,
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};
use tally::Tally;

/// What every request of a client ends within, after the client was told to stop. NETIO gives up a resolution after
/// three seconds.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long many clients are to be at work, and what is to happen meanwhile.
#[derive(Args, Clone, Copy, Debug)]
pub struct Soak {
    /// Runs no test, but has many clients do everything at once for so long, and looks at what grows
    #[arg(long = "soak", id = "soak", value_name = "SECONDS")]
    seconds: Option<u64>,
    /// After that the driver is removed and installed so often while the clients go on
    #[arg(long, value_name = "TIMES", default_value = "0", requires = "soak")]
    cycles: u32,
    /// Clients at work
    #[arg(long, value_name = "COUNT", default_value = "64", requires = "soak")]
    clients: NonZeroU32,
    /// Which random choices the clients make.
    #[arg(skip)]
    pub seed: u64,
    /// Each client keeps its handles open: what growth looks like. None is killed then
    #[arg(long, requires = "soak")]
    leak: bool,
    /// Runs clients until the process is ended: what the killed ones are
    #[arg(long, hide = true, value_name = "NUMBER")]
    doomed: Option<u64>,
}

impl Soak {
    /// Whether this is asked for, and not the tests.
    pub const fn is_wanted(&self) -> bool {
        self.seconds.is_some() || self.doomed.is_some()
    }

    /// Runs it to its end.
    pub fn run(self, lab: &Lab) -> Result<()> {
        let links = lab.linux()?.links()?;
        if let Some(seed) = self.doomed {
            return doomed(&links[0], seed);
        }
        let before = measure::now()?;
        let tally = Arc::new(Tally::default());
        let (clients, stop) = self.start(&links[0], &tally);
        let result = self.work(lab, &links, &tally);
        stop.store(true, Ordering::Relaxed);
        clients.end();
        println!("{} requests ended:{tally}", tally.total());
        let measurements = result?;
        let wrong = tally.wrong();
        ensure!(wrong.is_empty(), "what should not have ended so:\n{}", wrong.join("\n"));
        lab.device().and_then(|device| Ok(device.version()?)).context("the driver after all that")?;
        print!("{measurements}");
        measurements.judge()?;
        lab.linux()?.await_listeners(0).context("after the last client")?;
        measure::come_to_rest(&before).context("after the last client")
    }

    fn start(self, link: &Link, tally: &Arc<Tally>) -> (Clients, Arc<AtomicBool>) {
        let stop = Arc::new(AtomicBool::new(false));
        let clients = Clients::start(self.clients.get(), |number| {
            let (link, tally, stop) = (link.clone(), Arc::clone(tally), Arc::clone(&stop));
            let (random, leak) = (Rng::with_seed(self.seed.wrapping_mul(1 << 32) + u64::from(number)), self.leak);
            move || Client { random, link: &link, tally: &tally, leak }.run(&stop)
        });
        (clients, stop)
    }

    fn work(self, lab: &Lab, links: &[Link; 2], tally: &Tally) -> Result<Measurements> {
        let seconds = Duration::from_secs(self.seconds.unwrap_or(0));
        let mut measurements = Measurements::default();
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let changing = scope.spawn(|| disturbance::change_links(lab, &links[1], &done));
            let killing = scope.spawn(|| if self.leak { Ok(0) } else { Killed::one_after_another(self.seed, &done) });
            let worked = measurements.take_for(lab, seconds).and_then(|()| {
                tally.absent.store(true, Ordering::Relaxed);
                disturbance::reinstall(lab, self.cycles, self.seed)
            });
            done.store(true, Ordering::Relaxed);
            let changes = changing.join().expect("the changing thread panicked");
            let killed = killing.join().expect("the killing thread panicked");
            worked?;
            println!("{} changes of links, {} clients killed, {} installations", changes?, killed?, self.cycles);
            anyhow::Ok(())
        })?;
        Ok(measurements)
    }
}

/// Works until somebody ends the process.
fn doomed(link: &Link, seed: u64) -> Result<()> {
    let tally = Arc::new(Tally::default());
    tally.absent.store(true, Ordering::Relaxed);
    let clients = Clients::start(4, |number| {
        let (link, tally, random) = (link.clone(), Arc::clone(&tally), Rng::with_seed(seed + u64::from(number)));
        move || Client { random, link: &link, tally: &tally, leak: false }.run(&AtomicBool::new(false))
    });
    clients.end();
    bail!("nobody has ended this process")
}

/// The threads of clients.
struct Clients {
    ended: mpsc::Receiver<u32>,
    count: u32,
}

impl Clients {
    fn start<Body: FnOnce() + Send + 'static>(count: u32, client: impl Fn(u32) -> Body) -> Self {
        let (tell, ended) = mpsc::channel();
        for number in 0..count {
            let (body, tell) = (client(number), tell.clone());
            thread::spawn(move || {
                body();
                // Whoever started it may have given up waiting.
                let _ = tell.send(number);
            });
        }
        Self { ended, count }
    }

    /// Waits until all have ended. If something that one of them asked for never does, this process ends.
    fn end(self) {
        let until = Instant::now() + PATIENCE;
        for left in (1..=self.count).rev() {
            let patience = until.saturating_duration_since(Instant::now());
            if self.ended.recv_timeout(patience).is_err() {
                eprintln!("{left} clients still wait for a request, {PATIENCE:?} after the end");
                // Their threads cannot be ended otherwise.
                process::exit(1);
            }
        }
    }
}
