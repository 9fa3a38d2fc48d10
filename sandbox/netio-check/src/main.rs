//! Tests the NETIO stand-in where it runs: loads `netio.sys` into this Windows program, in Wine, and calls it as a driver
//! would, while the witness changes the Linux side.
//!
//! A driver's calls are tested through the driver. These are about what a driver that keeps to the rules never does,
//! and about what it must be able to rely on: that a callback does not run beside itself, that cancelling waits for it,
//! that a row is not read for more than its keys.
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

#[cfg(windows)]
mod cases;
#[cfg(windows)]
mod listener;
#[cfg(windows)]
mod machine;
#[cfg(windows)]
mod netio;
#[cfg(windows)]
mod proxy;

#[cfg(windows)]
fn main() -> anyhow::Result<std::process::ExitCode> {
    use std::sync::Arc;

    let mut arguments = libtest_mimic::Arguments::from_args();
    // The tests share the links and the verifier's log.
    arguments.test_threads = Some(1);
    let machine = Arc::new(machine::Machine::start()?);
    let trial = |(name, test): (&str, cases::Test)| {
        let machine = Arc::clone(&machine);
        libtest_mimic::Trial::test(name, move || test(&machine).map_err(|error| format!("{error:#}").into()))
    };
    let trials = cases::ALL.into_iter().map(trial).collect();
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

#[cfg(not(windows))]
fn main() -> anyhow::Result<()> {
    anyhow::bail!("the NETIO stand-in runs in Wine")
}
