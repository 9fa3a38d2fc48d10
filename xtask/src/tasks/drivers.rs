//! Drivers as other people write them (`sandbox/drivers`): what they do, and what the verifier says of each.

use anyhow::{Context, Result, ensure};
use regex::Regex;

use super::build::{self, Products};
use super::machine::{FOLDER, Machine};
use cargo_kmdf::report::step;
use cargo_kmdf::workspace::Workspace;

/// What is done with a driver, and what the verifier says then, a line for each violation.
const SCENARIOS: [(&str, &str); 11] = [
    ("echo", "^$"),
    ("filter", "^$"),
    ("control", "^$"),
    ("parameters", "^$"),
    // A driver without a framework.
    (
        "plain",
        r"^missing-function: DriverEntry called by driver-plain\.sys\+0x0.*: ntoskrnl\.exe has by name only KeRemoveQueueDpc; a call of it would end the driver\npool-leaked: ExAllocatePool2 called by driver-plain\.sys\+0x\w+ \(.*write.*\): 0x\w+ is still held at unload$",
    ),
    ("faulty-0", "^$"),
    // Memory that is not freed.
    (
        "faulty-1",
        r"^pool-leaked: ExAllocatePool2 called by driver-faulty\.sys\+0x\w+ \(driver_faulty::.*\): 0x\w+ is still held at unload$",
    ),
    // A request that is forgotten.
    (
        "faulty-2",
        r"^request-never-completed: WdfRequestComplete called by driver-faulty\.sys\+0x\w+ \(.*write.*\): request 0x\w+ of type 4, code 0x0, still with the driver$",
    ),
    // A write to memory that was freed, and a read.
    (
        "faulty-3",
        r"^driver-died: STATUS_ACCESS_VIOLATION \(0xc0000005\) in driver-faulty\.sys\+0x\w+ \(.*touch.*\): page fault: write to address 0x\w+, byte 50 of a block of 100 bytes that driver-faulty\.sys\+0x\w+ \(driver_faulty::.*\) freed; called by ",
    ),
    (
        "faulty-4",
        r"^driver-died: STATUS_ACCESS_VIOLATION \(0xc0000005\) in driver-faulty\.sys\+0x\w+ \(.*look.*\): page fault: read of address 0x\w+, byte 0 of a block of 100 bytes that driver-faulty\.sys\+0x\w+ \(driver_faulty::.*\) freed; called by ",
    ),
    // A write behind the end of a block.
    (
        "faulty-5",
        r"^pool-overrun: ExFreePoolWithTag called by driver-faulty\.sys\+0x\w+ \(driver_faulty::.*\): byte 100 of 100 at 0x\w+ was written$",
    ),
];

/// Builds what is missing, and runs some of them.
pub fn run_some(workspace: &Workspace, filter: Option<&str>) -> Result<()> {
    let products = build::run_all(workspace)?;
    scenarios(workspace, &products, filter.unwrap_or_default())
}

/// Runs them all.
pub fn run(workspace: &Workspace, products: &Products) -> Result<()> {
    scenarios(workspace, products, "")
}

/// Each on a machine of its own.
fn scenarios(workspace: &Workspace, products: &Products, filter: &str) -> Result<()> {
    SCENARIOS.iter().filter(|(scenario, _)| scenario.contains(filter)).try_for_each(|(scenario, expected)| {
        let machine = Machine::start(workspace, products)?;
        step(&format!("a driver and its program: {scenario}"), || play(&machine, scenario, expected))
    })
}

fn play(machine: &Machine, scenario: &str, expected: &str) -> Result<()> {
    let output = machine.program("drivers.exe", &[FOLDER, scenario]).run()?;
    let verdict = machine.sandbox().verdict()?.context("the verifier was never loaded")?;
    let told: Vec<String> = verdict.records.iter().map(|record| machine.named(&record.to_string())).collect();
    let told = told.join("\n");
    ensure!(Regex::new(expected)?.is_match(&told), "the verifier says {told:?}\n{}{}", output.stdout, output.stderr);
    ensure!(output.outcome.success(), "{}: {}{}", output.outcome, output.stdout, output.stderr);
    Ok(())
}
