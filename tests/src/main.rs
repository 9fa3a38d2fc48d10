//! End-to-end tests: issues `DeviceIoControl` at a loaded driver and looks at what the network stack makes of it.
//!
//! Nothing here knows how the driver got onto the machine or what is below it, with one exception: where the
//! environment variable `NETIOCTL_WITNESS` names a witness (the Linux side of the sandbox), the tests compare each
//! answer with it, row for row. Tests that need what the machine does not have are skipped, by name and reason;
//! `--no-skips` makes that a failure, so that a run which is supposed to be complete is.
//!
//! On a machine without a witness nothing is changed but one interface: the one that `--interface` names, or else the
//! adapter that Windows has for tests. It is left as it was found.

mod adapter;
mod alarm;
mod cases;
mod command;
mod doctored;
mod elsewhere;
mod expect;
mod faults;
mod found;
mod lab;
mod linux;
mod raw;
mod report;
mod soak;
mod storm;
mod watcher;

use anyhow::{Context, Result};
use cases::Case;
use clap::Parser;
use lab::Lab;
use libtest_mimic::{Arguments, Completion, Trial};
use report::Record;
use std::{
    env,
    num::{NonZeroU32, NonZeroU64},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Instant,
};
use storm::Storm;

/// Tests the loaded netioctl driver.
#[derive(Parser)]
#[command(name = "netioctl-harness", version)]
struct Options {
    /// INF of the driver package; the tests that install and remove the driver need it
    #[arg(long, value_name = "FILE")]
    inf: Option<PathBuf>,
    /// A test that cannot run here fails instead of being skipped
    #[arg(long)]
    no_skips: bool,
    /// Interface that may be changed, and is left as it was found: its alias, name or index
    #[arg(long, value_name = "NAME|INDEX")]
    interface: Option<String>,
    /// Writes the results as JUnit XML as well
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Runs no test, but waits with requests under way until it is ended: what a test of that needs
    #[arg(long, hide = true, value_name = "INTERFACE,ADDRESS")]
    hold: Option<cases::Hold>,
    /// Runs no test, but sends so many random requests in odd buffers, cancelled or left without their handle at any time
    #[arg(long, value_name = "REQUESTS")]
    storm: Option<NonZeroU64>,
    /// A storm closes no handle with requests under way
    #[arg(long, requires = "storm")]
    keep_handles: bool,
    /// Runs no test, but holds the driver against the model of the tables with so many random sequences of steps
    #[arg(long, value_name = "SEQUENCES", conflicts_with = "storm")]
    model: Option<NonZeroU32>,
    /// The seed of what is random
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Runs each selected test so often, one run after the other, and stops at the first that fails
    #[arg(long, value_name = "TIMES", default_value = "1")]
    repeat: NonZeroU32,
    #[command(flatten)]
    soak: soak::Soak,
    #[command(flatten)]
    runner: Arguments,
}

fn main() -> ExitCode {
    let ran = match env::var_os(alarm::VARIABLE) {
        Some(file) => alarm::run(&file).map(|()| ExitCode::SUCCESS),
        None => run(Options::parse()),
    };
    match ran {
        Ok(code) => code,
        Err(error) => {
            eprintln!("netioctl-harness: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut options: Options) -> Result<ExitCode> {
    if let Some(hold) = options.hold {
        return hold.run().map(|()| ExitCode::SUCCESS);
    }
    if options.soak.is_wanted() {
        options.soak.seed = options.seed;
        return options.soak.run(&Lab::new(options.inf, options.interface)?).map(|()| ExitCode::SUCCESS);
    }
    // The tests share one neighbor table.
    options.runner.test_threads = Some(1);
    let lab = Arc::new(Lab::new(options.inf, options.interface)?);
    if let Some(requests) = options.storm {
        println!("{}", Storm { requests, seed: options.seed, keep_handles: options.keep_handles }.run(&lab)?);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(sequences) = options.model {
        let steps = cases::model::run(&lab, sequences.get(), options.seed)?;
        println!("the driver agrees with the model after each of {steps} steps in {sequences} sequences");
        return Ok(ExitCode::SUCCESS);
    }
    let record = Arc::new(Record::default());
    let mut trials = Vec::new();
    for case in cases::all() {
        let missing = lab.lacks(case.needs).filter(|_| !options.no_skips);
        trials.push(match missing {
            Some(reason) => skipped(case, reason),
            None => trial(case, options.repeat, &lab, &record),
        });
        if let Some(reason) = missing.filter(|_| report::selects(&options.runner, case.name)) {
            record.skipped(case.name, reason);
        }
    }
    let conclusion = libtest_mimic::run(&options.runner, trials);
    if let Some(path) = options.junit.filter(|_| !options.runner.list) {
        record.write(&path)?;
    }
    Ok(conclusion.exit_code())
}

fn skipped(case: Case, reason: &'static str) -> Trial {
    Trial::test(format!("{} (skipped: {reason})", case.name), || Err(reason.into())).with_ignored_flag(true)
}

fn trial(case: Case, times: NonZeroU32, lab: &Arc<Lab>, record: &Arc<Record>) -> Trial {
    let (lab, record) = (Arc::clone(lab), Arc::clone(record));
    Trial::ignorable_test(case.name, move || {
        if let Some(reason) = lab.end_of_driver() {
            record.skipped(case.name, &reason);
            return Ok(Completion::ignored_with(reason));
        }
        let start = Instant::now();
        let result = match lab.lacks(case.needs) {
            Some(reason) => Err(reason.to_owned()),
            None => repeated(case, times, &lab).map_err(|error| lab.explained(case.name, &error)),
        };
        record.ran(case.name, start.elapsed(), result.as_ref().err().map(String::as_str));
        result?;
        Ok(Completion::Completed)
    })
}

/// Who waits for many runs is told now and then how many are done.
const RUNS_A_LINE: u32 = 25;

fn repeated(case: Case, times: NonZeroU32, lab: &Lab) -> Result<()> {
    (1..=times.get()).try_for_each(|run| {
        let end = (case.run)(lab);
        if times.get() == 1 {
            return end;
        }
        if run % RUNS_A_LINE == 0 {
            eprintln!("{}: {run} of {times} runs", case.name);
        }
        end.with_context(|| format!("run {run} of {times}"))
    })
}
