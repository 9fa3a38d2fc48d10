//! Plays the program with the drivers under test: `drivers <folder of the .sys files> <scenario>`.
//!
//! A scenario loads its drivers, uses them as programs do, compares, and takes everything away again. The exit code is 0 when
//! all is as expected. What the verifier says of the drivers is up to who reads its log.
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

#[cfg(windows)]
mod node;
#[cfg(windows)]
mod registry;
#[cfg(windows)]
mod scenarios;

#[cfg(windows)]
fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, scenario] = arguments.as_slice() else {
        eprintln!("drivers: which folder, and which scenario?");
        return std::process::ExitCode::from(2);
    };
    match scenarios::run(folder, scenario) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("drivers: {scenario}: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(not(windows))]
fn main() {
    eprintln!("drivers runs on Windows or Wine");
}
