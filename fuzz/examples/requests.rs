//! Sends random requests through the core of the driver, as fast as it takes them.
#![forbid(unsafe_code)]

use clap::Parser;
use netioctl_fuzz::dispatch;
use std::{num::NonZeroU64, thread, time::Instant};

/// Sends random requests through the core of the driver. The first that breaks a rule ends the program.
#[derive(Parser)]
struct Arguments {
    /// How many.
    #[arg(long, default_value = "1000000")]
    count: NonZeroU64,
    /// The same seed sends the same requests.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads, each with a core and a seed of its own.
    #[arg(long, default_value = "1")]
    threads: NonZeroU64,
}

fn main() {
    let Arguments { count, seed, threads } = Arguments::parse();
    let begin = Instant::now();
    let share = |thread| count.get() / threads + u64::from(thread < count.get() % threads);
    let refused: u64 = thread::scope(|scope| {
        let run = |thread| scope.spawn(move || dispatch::random(share(thread), seed + thread));
        let running: Vec<_> = (0..threads.get()).map(run).collect();
        running.into_iter().map(|thread| thread.join().expect("a rule is broken")).sum()
    });
    let seconds = begin.elapsed().as_secs_f64();
    println!(
        "{count} requests through the core in {seconds:.0} s ({threads} threads, seeds from {seed}): {refused} refused before NETIO was asked, no rule broken"
    );
}
