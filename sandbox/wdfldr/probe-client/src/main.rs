//! Compares what the KMDF stand-in answers, in Wine, with what the framework is known to answer.
//!
//! Loads `wdfprobe.sys` (`wdfprobe <path of the .sys>`), asks it, plays with its subject device as programs do, and
//! prints one line for each probe. The exit code is 0 when all answers are as expected and the verifier reported
//! exactly the mistakes that the probes make on purpose.

#[cfg(windows)]
mod cancellation;
#[cfg(windows)]
mod device;
#[cfg(windows)]
mod expected;
#[cfg(windows)]
mod scenarios;
#[cfg(windows)]
mod service;
#[cfg(windows)]
mod verifier;

#[cfg(windows)]
fn main() -> std::process::ExitCode {
    let path = std::env::args().nth(1).unwrap_or_else(|| r"C:\windows\system32\drivers\wdfprobe.sys".into());
    match run(&path) {
        Ok(true) => std::process::ExitCode::SUCCESS,
        Ok(false) => std::process::ExitCode::FAILURE,
        Err(error) => {
            eprintln!("wdfprobe: {error}");
            std::process::ExitCode::from(2)
        }
    }
}

#[cfg(windows)]
fn run(path: &str) -> std::io::Result<bool> {
    let mut report = Report::default();
    let service = service::Service::start("wdfprobe", path)?;
    scenarios::in_driver(&mut report)?;
    scenarios::with_client(&mut report)?;
    verifier::none_so_far(&mut report)?;
    verifier::mistakes(&mut report)?;
    let left = verifier::Left::behind()?;
    drop(service);
    drop(left);
    verifier::verdict(&mut report)?;
    println!("{} probes, {} not as expected", report.probes, report.failed);
    Ok(report.failed == 0)
}

#[cfg(not(windows))]
fn main() {
    eprintln!("wdfprobe runs on Windows or Wine");
}

/// Counts and prints.
#[derive(Default)]
#[cfg(windows)]
pub struct Report {
    probes: u32,
    failed: u32,
}

#[cfg(windows)]
impl Report {
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
