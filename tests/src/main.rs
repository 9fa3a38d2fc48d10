//! End-to-end tests: issues `DeviceIoControl` at a loaded driver and looks at what the network stack makes of it.
//!
//! Nothing here knows how the driver got onto the machine or what is below it, with one exception: where the
//! environment variable `NETIOCTL_WITNESS` names a witness (the Linux side of the sandbox), the tests compare each
//! answer with it, row for row. Tests that need what the machine does not have are skipped, by name and reason;
//! `--no-skips` makes that a failure, so that a run which is supposed to be complete is.

mod cases;
mod expect;
mod lab;
mod linux;

use clap::Parser;
use lab::Lab;
use libtest_mimic::{Arguments, Trial};
use std::{path::PathBuf, process::ExitCode, sync::Arc};

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
    #[command(flatten)]
    runner: Arguments,
}

fn main() -> ExitCode {
    let mut options = Options::parse();
    // The tests share one neighbor table.
    options.runner.test_threads = Some(1);
    let lab = match Lab::new(options.inf) {
        Ok(lab) => Arc::new(lab),
        Err(error) => {
            eprintln!("netioctl-harness: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let trials = cases::all().into_iter().map(|case| trial(case, &lab, options.no_skips)).collect();
    libtest_mimic::run(&options.runner, trials).exit_code()
}

fn trial(case: cases::Case, lab: &Arc<Lab>, no_skips: bool) -> Trial {
    let missing = lab.lacks(case.needs);
    let name = match missing {
        Some(reason) if !no_skips => format!("{} (skipped: {reason})", case.name),
        _ => case.name.to_owned(),
    };
    let lab = Arc::clone(lab);
    let run = move || match missing {
        Some(reason) => Err(reason.into()),
        None => (case.run)(&lab).map_err(|error| format!("{error:#}").into()),
    };
    Trial::test(name, run).with_ignored_flag(missing.is_some() && !no_skips)
}
