//! Compares what the KMDF stand-in answers, in Wine, with what the framework is known to answer.
//!
//! Loads `wdfprobe.sys` (`wdfprobe <path of the .sys> <on or off: the framework's verifier> <its minor version> <passive
//! or dispatch: the level of callers>`), asks it, plays with its subject device as programs do, and prints one line for
//! each probe. The exit code is 0 when all answers are as expected and the verifier reported exactly the mistakes that
//! the probes make on purpose.
//!
//! `wdfprobe <path of the .sys> die <how>` has the driver die instead; its verdict is then up to who reads the log.

#[cfg(windows)]
mod cancellation;
#[cfg(windows)]
mod deaths;
#[cfg(windows)]
mod device;
#[cfg(windows)]
mod expected;
#[cfg(windows)]
mod files;
#[cfg(windows)]
mod scenarios;
#[cfg(windows)]
mod service;
#[cfg(windows)]
mod verifier;

#[cfg(windows)]
fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let end = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [path, "die", how] => deaths::die(path, how),
        [path, verifier @ ("on" | "off"), minor, entry @ ("passive" | "dispatch")] => {
            let report = Report { verifier: *verifier == "on", minor: (*minor).into(), ..Report::default() };
            if *entry == "dispatch" { run_at_dispatch(path, report) } else { run(path, report) }
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
fn run(path: &str, mut report: Report) -> std::io::Result<bool> {
    let log = verifier::Log::from_here();
    let service = service::Service::start("wdfprobe", path)?;
    scenarios::in_driver(&mut report)?;
    scenarios::with_client(&mut report)?;
    log.none_so_far(&mut report)?;
    verifier::mistakes(&mut report)?;
    let left = verifier::Left::behind()?;
    drop(service);
    drop(left);
    log.verdict(&mut report)?;
    println!("{} probes, {} not as expected", report.probes, report.failed);
    Ok(report.failed == 0)
}

/// What is different for callers at DISPATCH_LEVEL.
#[cfg(windows)]
fn run_at_dispatch(path: &str, mut report: Report) -> std::io::Result<bool> {
    let service = service::Service::start("wdfprobe", path)?;
    scenarios::entered_at_dispatch(&mut report)?;
    drop(service);
    println!("{} probes, {} not as expected", report.probes, report.failed);
    Ok(report.failed == 0)
}

#[cfg(not(windows))]
fn main() {
    eprintln!("wdfprobe runs on Windows or Wine");
}

/// Counts and prints, and knows which machine this is.
#[derive(Default)]
#[cfg(windows)]
pub struct Report {
    /// Whether the framework's verifier is on.
    pub verifier: bool,
    /// The framework's minor version.
    pub minor: String,
    probes: u32,
    failed: u32,
}

#[cfg(windows)]
impl Report {
    /// One of two answers: the verifier's, and the one without it.
    pub fn choose<'a>(&self, on: &'a str, off: &'a str) -> &'a str {
        if self.verifier { on } else { off }
    }

    /// What `EvtRequestCancel` notes at an IRQL: there, the verifier admits no `WdfRequestIsCanceled`.
    pub fn cancel_event(&self, irql: u8) -> String {
        format!("EvtRequestCancel irql {irql} is_canceled {}", self.choose("0", "1"))
    }

    /// Compares one answer.
    pub fn compare(&mut self, id: &str, found: &str, expected: &str) {
        self.probes += 1;
        if found == expected {
            println!("pass {id}");
        } else {
            self.failed += 1;
            println!("FAIL {id}: found {found:?}, expected {expected:?}");
        }
    }
}
