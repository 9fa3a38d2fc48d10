//! The nightly toolchain, which Miri and libFuzzer need.

use std::env;
use std::process::Command;

use anyhow::{Context, Result};

use cargo_kmdf::report::{note, read, run, say, step};

/// Forbids to leave out tests for which something is missing.
pub const NO_SKIPS: &str = "NETIOCTL_NO_SKIPS";

/// The nightly that is installed where there is none. The tests were last run with it.
const PINNED: &str = "nightly-2026-05-20";

/// A nightly that somebody has installed is good enough.
const ANY: &str = "nightly";

/// What Miri needs of it: the second, to build the standard library.
const COMPONENTS: [&str; 2] = ["miri", "rust-src"];

/// The name of the nightly toolchain. Where there is none it is installed; what is missing of it, too.
pub fn toolchain() -> Result<&'static str> {
    let list = read(Command::new("rustup").args(["toolchain", "list"])).context("rustup is needed")?;
    let Some(name) = installed(&list) else {
        let components = COMPONENTS.iter().flat_map(|component| ["--component", component]);
        let arguments: Vec<_> =
            ["toolchain", "install", PINNED, "--profile", "minimal"].into_iter().chain(components).collect();
        step(PINNED, || twice(|| run(Command::new("rustup").args(&arguments))))?;
        return Ok(PINNED);
    };
    let list = read(Command::new("rustup").args(["component", "list", "--installed", "--toolchain", name]))?;
    let has = |component: &str| list.lines().any(|line| line.starts_with(component));
    let missing: Vec<_> = COMPONENTS.into_iter().filter(|component| !has(component)).collect();
    if !missing.is_empty() {
        let add = || run(Command::new("rustup").args(["component", "add", "--toolchain", name]).args(&missing));
        step(&missing.join(" and "), || twice(add))?;
    }
    Ok(name)
}

/// The nightly of a list of toolchains; the pinned one, if it is there.
fn installed(list: &str) -> Option<&'static str> {
    // With the platform behind it, and what rustup thinks of it.
    let has =
        |name: &str| list.lines().any(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with("-x86_64-")));
    [PINNED, ANY].into_iter().find(|name| has(name))
}

/// Once more, if it fails: networks do.
fn twice(work: impl Fn() -> Result<()>) -> Result<()> {
    work().or_else(|error| {
        note(&format!("{error:#}: once more"));
        work()
    })
}

/// The toolchain for tests that are left out without it. With `NETIOCTL_NO_SKIPS` nothing is left out: that it is missing
/// is then an error.
pub fn toolchain_for(tests: &str) -> Result<Option<&'static str>> {
    match toolchain() {
        Ok(name) => Ok(Some(name)),
        Err(error) if env::var_os(NO_SKIPS).is_some() => {
            Err(error.context(format!("{tests} cannot be left out, for {NO_SKIPS} is set: {ADVICE}")))
        }
        Err(error) => {
            say(&format!("==> {tests} SKIPPED: {error:#}: {ADVICE}"));
            Ok(None)
        }
    }
}

/// What to do without one.
const ADVICE: &str =
    "install a nightly toolchain (`rustup toolchain install nightly --component miri --component rust-src`)";

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    use anyhow::ensure;

    #[test]
    fn a_nightly_is_found_by_its_name() {
        assert_eq!(installed("stable-x86_64-unknown-linux-gnu (active, default)\n"), None);
        assert_eq!(installed("nightly-2020-01-01-x86_64-unknown-linux-gnu\n"), None);
        assert_eq!(installed("stable\nnightly-x86_64-unknown-linux-gnu\n"), Some(ANY));
        assert_eq!(installed(&format!("nightly-x86_64-a\n{PINNED}-x86_64-a (default)\n")), Some(PINNED));
    }

    #[test]
    fn what_fails_once_is_done_again() {
        let tries = Cell::new(0);
        let fails = |times| {
            tries.set(0);
            twice(|| {
                tries.set(tries.get() + 1);
                ensure!(tries.get() > times, "no network");
                Ok(())
            })
        };
        assert!(fails(0).is_ok() && tries.get() == 1);
        assert!(fails(1).is_ok() && tries.get() == 2);
        assert!(fails(2).is_err() && tries.get() == 2);
    }
}
