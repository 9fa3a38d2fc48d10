//! The driver on frameworks older than the one that it is built for.

use anyhow::{Context, Result, ensure};

use super::build::Products;
use super::machine::Machine;
use super::suites::harness;
use cargo_kmdf::report::step;
use cargo_kmdf::windows::Windows;
use cargo_kmdf::workspace::Workspace;

/// The oldest, whose minor version the manifest names too: Windows 10 1803.
pub const OLDEST: u32 = 25;

/// What runs on the oldest framework, and on KMDF 1.31, which Windows 10 2004 to 22H2 have: the subjects in which the
/// framework does most of the work, such as requests that wait and handles that end, without the long tests.
const OLDER: [(u32, &[&str]); 2] =
    [(OLDEST, &["tables::", "ends::", "watch::", "backlog::"]), (31, &["tables::", "ends::"])];

/// Older than what the manifest admits: Windows 10 1709.
const TOO_OLD: u32 = 23;

/// Runs a part of the harness on each of them, and sees that a framework that is too old refuses the driver.
pub fn frameworks(workspace: &Workspace, products: &Products) -> Result<()> {
    let machine = Machine::start(workspace, products)?;
    for (kmdf, subjects) in OLDER {
        machine.play(Windows::as_users_have_it(kmdf))?;
        machine.install_driver()?;
        let harness = step(&format!("tests on KMDF 1.{kmdf}"), || {
            subjects.iter().try_for_each(|subject| harness(&machine, &[subject]))
        });
        machine.netioctl(&["driver", "uninstall"])?;
        machine.verdict().and(harness)?;
    }
    step(&format!("refusal by KMDF 1.{TOO_OLD}"), || refusal(&machine))
}

fn refusal(machine: &Machine) -> Result<()> {
    machine.play(Windows::as_users_have_it(TOO_OLD))?;
    let output = machine.netioctl(&["driver", "install"])?;
    ensure!(!output.outcome.success(), "the driver starts on KMDF 1.{TOO_OLD}:\n{}", output.stdout);
    let verdict = machine.sandbox().verdict()?.context("the verifier was never loaded")?;
    let wanted = format!("KMDF 1.{OLDEST} asked for, 1.{TOO_OLD} is here");
    let refused = verdict.records.iter().all(|record| record.detail == wanted);
    ensure!(refused && !verdict.clean(), "not refused for its version: {verdict}");
    Ok(())
}
