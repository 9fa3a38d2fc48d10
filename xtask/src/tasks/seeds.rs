//! The harness under a scheduler that is hard on the driver, with one seed after the other.

use std::num::NonZeroU64;
use std::ops::RangeInclusive;

use anyhow::{Context, Result};

use super::build::Products;
use super::machine::Machine;
use super::suites::harness;
use cargo_kmdf::report::step;
use cargo_kmdf::windows::Windows;
use cargo_kmdf::workspace::Workspace;

/// The subjects in which threads meet: requests that wait, are cancelled and end with their handle, and many at once.
pub const SUBJECTS: [&str; 4] = ["watch::", "ends::", "backlog::", "stress::"];

/// Runs the harness with each seed, all of it on one machine: the subjects in which threads meet, or what the arguments
/// select.
pub fn run(
    workspace: &Workspace,
    products: &Products,
    windows: Windows,
    seeds: RangeInclusive<u64>,
    arguments: &[String],
) -> Result<()> {
    let machine = Machine::start(workspace, products)?;
    seeds.into_iter().try_for_each(|seed| {
        step(&format!("tests with threads held up, seed {seed}"), || {
            one(&machine, Windows { seed, ..windows }, arguments)
        })
        .with_context(|| format!("again: cargo xtask harness --seed {seed}"))
    })
}

/// From 1 to this one.
pub fn up_to(last: NonZeroU64) -> RangeInclusive<u64> {
    1..=last.get()
}

fn one(machine: &Machine, windows: Windows, arguments: &[String]) -> Result<()> {
    machine.play(windows)?;
    machine.install_driver()?;
    let tests = if arguments.is_empty() {
        SUBJECTS.iter().try_for_each(|subject| harness(machine, &[subject]))
    } else {
        harness(machine, arguments)
    };
    machine.netioctl(&["driver", "uninstall"])?;
    machine.verdict().and(tests)
}
