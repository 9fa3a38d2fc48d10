//! Compares what the KMDF stand-in answers, in Wine, with what the framework is known to answer.
//!
//! Loads `wdfprobe.sys` (`wdfprobe <path of the .sys> <on or off: the framework's verifier> <its minor version> <passive
//! or dispatch: the level of callers>`), asks it, plays with its subject device as programs do, and prints one line for
//! each probe. The exit code is 0 when all answers are as expected and the verifier reported exactly the mistakes that
//! the probes make on purpose.
//!
//! `wdfprobe <path of the .sys> unload` stops the driver with requests under way.
//! `wdfprobe <path of the .sys> die <how>` has the driver die instead; its verdict is then up to who reads the log.
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

#[cfg(windows)]
mod cancellation;
#[cfg(windows)]
mod completion;
#[cfg(windows)]
mod deaths;
#[cfg(windows)]
mod execution;
#[cfg(windows)]
mod expected;
#[cfg(windows)]
mod files;
#[cfg(windows)]
mod in_driver;
#[cfg(windows)]
mod queues;
#[cfg(windows)]
mod report;
#[cfg(windows)]
mod subject;
#[cfg(windows)]
mod unload;
#[cfg(windows)]
mod verifier;
#[cfg(windows)]
use sandbox_probe_client::{device, service};

#[cfg(windows)]
fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let end = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [path, "die", how] => deaths::die(path, how),
        [path, "unload"] => unload::under_way(path),
        [path, verifier @ ("on" | "off"), minor, entry @ ("passive" | "dispatch")] => {
            let mut report = report::Report::new(*verifier == "on", minor);
            let run = if *entry == "dispatch" { run_at_dispatch } else { run };
            run(path, &mut report).map(|()| report.end())
        }
        _ => {
            eprintln!("wdfprobe: which driver, verifier (on or off), minor version, and level (passive or dispatch)?");
            return std::process::ExitCode::from(2);
        }
    };
    match end {
        Ok(true) => std::process::ExitCode::SUCCESS,
        Ok(false) => std::process::ExitCode::FAILURE,
        Err(error) => {
            eprintln!("wdfprobe: {error}");
            std::process::ExitCode::from(2)
        }
    }
}

#[cfg(windows)]
fn run(path: &str, report: &mut report::Report) -> std::io::Result<()> {
    let log = verifier::Log::from_here();
    let service = service::Service::start("wdfprobe", path)?;
    in_driver::run(report)?;
    queues::run(report)?;
    cancellation::run(report)?;
    completion::run(report)?;
    files::run(report)?;
    execution::run(report)?;
    completion::concurrency(report)?;
    log.none_so_far(report)?;
    verifier::mistakes(report)?;
    let left = verifier::Left::behind()?;
    drop(service);
    drop(left);
    log.verdict(report)
}

/// What is different for callers at `DISPATCH_LEVEL`.
#[cfg(windows)]
fn run_at_dispatch(path: &str, report: &mut report::Report) -> std::io::Result<()> {
    let service = service::Service::start("wdfprobe", path)?;
    execution::entered_at_dispatch(report)?;
    drop(service);
    Ok(())
}

#[cfg(not(windows))]
fn main() {
    eprintln!("wdfprobe runs on Windows or Wine");
}
