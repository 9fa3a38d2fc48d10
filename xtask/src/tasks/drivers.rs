//! Drivers as other people write them (`sandbox/drivers`): what they do, and what the verifier says of each.

use anyhow::{Context, Result, ensure};
use regex::Regex;
use verifier_abi::DEBUG_PRINT_PATH;

use super::build::{self, Products};
use super::machine::{FOLDER, Machine};
use cargo_kmdf::report::step;
use cargo_kmdf::windows::{self, Entry, Removal, Windows};
use cargo_kmdf::workspace::Workspace;

/// What the verifier says of `plain` when it has loaded.
const ONLY_A_NAME: &str = r"^missing-function: DriverEntry called by driver-plain\.sys\+0x0.*: ntoskrnl\.exe has by name only KeRemoveQueueDpc; a call of it would end the driver$";

/// What drivers print in some of the scenarios; in the others nothing.
const PRINTED: [(&str, &str); 3] = [
    // Who wants to know early is told before the others, and of either kind the last that asked first. The drivers are in
    // processes of their own.
    (
        "shutdown",
        "control: the first device shuts down\ncontrol: the second device shuts down\ncontrol: the first device shuts down\nplain: shuts down\n",
    ),
    // What has come back is sent again in vain: the device below takes no more (STATUS_INVALID_DEVICE_STATE), and then the
    // target of the filter.
    (
        "removal-surprise",
        "filter: no news: c0000120\nfilter: no news: c0000184\nfilter: sent again: 00000000\nfilter: no news: c0000120\nfilter: sent again: c0000184\n",
    ),
    (
        "removal-orderly",
        "filter: no news: c0000120\nfilter: sent again: c0000184\nfilter: no news: c0000120\nfilter: sent again: c0000184\n",
    ),
];

/// What is done with a driver, and what the verifier says then, a line for each violation.
const SCENARIOS: [(&str, &str); 15] = [
    ("echo", "^$"),
    ("filter", "^$"),
    ("control", "^$"),
    ("parameters", "^$"),
    ("removal-surprise", "^$"),
    ("removal-orderly", "^$"),
    ("shutdown", ONLY_A_NAME),
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
    // A flag that there is not; the call has no other effect.
    (
        "faulty-6",
        r"^bad-argument: WdfControlDeviceInitSetShutdownNotification called by driver-faulty\.sys\+0x\w+ \(driver_faulty::.*\): no such flags$",
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
    let removal = if scenario == "removal-orderly" { Removal::Orderly } else { Removal::Surprise };
    machine.play(Windows { removal, entry: Entry::Passive, ..windows::NEWEST })?;
    let output = machine.program("drivers.exe", &[FOLDER, scenario]).run()?;
    let verdict = machine.sandbox().verdict()?.context("the verifier was never loaded")?;
    let told: Vec<String> = verdict.records.iter().map(|record| machine.named(&record.to_string())).collect();
    let told = told.join("\n");
    ensure!(Regex::new(expected)?.is_match(&told), "the verifier says {told:?}\n{}{}", output.stdout, output.stderr);
    ensure!(output.outcome.success(), "{}: {}{}", output.outcome, output.stdout, output.stderr);
    // There is no file without a line.
    let printed = (**machine).read(DEBUG_PRINT_PATH).unwrap_or_default();
    let expected = PRINTED.iter().find(|(name, _)| *name == scenario).map_or("", |(_, printed)| printed);
    ensure!(printed == expected, "the drivers print {printed:?}");
    Ok(())
}
