//! A driver that dies: what the verifier and the harness say of it.

use anyhow::{Context, Result, ensure};
use netioctl_status::NtStatus;
use regex::Regex;
use sandbox_runner::network::LINKS;
use verifier_abi::{Fault, FaultPlan};

use super::build::Products;
use super::machine::Machine;
use super::suites::PROBE_DRIVER;
use cargo_kmdf::report::step;
use cargo_kmdf::workspace::Workspace;

/// How the probe driver dies, and what the verifier says then.
const DEATHS: [(&str, &str); 5] = [
    (
        "page_fault",
        r"^driver-died: STATUS_ACCESS_VIOLATION \(0xc0000005\) in wdfprobe\.sys\+0x\w+ \(.*page_fault.*\): page fault: write to address 0x10; called by wdfprobe\.sys\+0x\w+ .* < wdfldr\.sys\+0x",
    ),
    (
        "jump",
        r"^driver-died: STATUS_ACCESS_VIOLATION \(0xc0000005\) in 0x0: page fault: jump to address 0x0; called by 0x0 < wdfprobe\.sys\+0x\w+ .*jump.* < wdfldr\.sys\+0x",
    ),
    (
        "stub",
        r"^driver-died: EXCEPTION_WINE_STUB \(0x80000100\) in wdfprobe\.sys\+0x\w+ \(.*stub.*\): KeRemoveQueueDpc of ntoskrnl\.exe was called, which Wine does not implement; called by .* < wdfprobe\.sys\+0x",
    ),
    (
        "bug_check",
        r"^driver-died: KeBugCheckEx in wdfprobe\.sys\+0x\w+ \(.*\): bug check WDF_VIOLATION \(0x0000010d\), parameters 0x1, 0x2, 0x3, 0x4; called by .*wdfprobe\.sys\+0x",
    ),
    (
        "unanswerable",
        r"^missing-function: WdfUsbTargetPipeWdmGetPipeHandle called by wdfprobe\.sys\+.*\n.*driver-died: KeBugCheckEx in wdfprobe\.sys\+0x\w+ \(.*unanswerable.*\): bug check WDF_VIOLATION \(0x0000010d\), ",
    ),
];

/// What the verifier says when the probe driver is loaded, whatever it does then: it imports a function that Wine exports
/// and does not have.
const AT_LOAD: &str = r"^missing-function: WdfVersionBind called by wdfprobe\.sys\+0x\w+.*: ntoskrnl\.exe has by name only KeRemoveQueueDpc; a call of it would end the driver$";

/// Ends every process that runs drivers, in a way that no handler sees.
const KILL: &str = "for process in /proc/[0-9]*; do
    if tr '\\0' ' ' < $process/cmdline 2> /dev/null | grep -q [w]inedevice; then kill -9 ${process#/proc/}; fi
done";

/// The tests of the harness that find the driver dead.
const TESTS: &str = "tables::";

/// A test that closes a handle which watches.
const WATCH: &str = "ends::a_watch_ends_with_its_handle";

/// Has drivers die, and looks at what is said.
pub fn are_told(workspace: &Workspace, products: &Products) -> Result<()> {
    for (how, expected) in DEATHS {
        let machine = Machine::start(workspace, products)?;
        step(&format!("a driver that dies: {how}"), || {
            let output = machine.program("wdfprobe.exe", &[PROBE_DRIVER, "die", how]).run()?;
            ensure!(output.outcome.success(), "{}: {}{}", output.outcome, output.stdout, output.stderr);
            probe_says(&machine, expected)
        })?;
    }
    let machine = Machine::start(workspace, products)?;
    step("a driver that is stopped with requests under way", || {
        let output = machine.program("wdfprobe.exe", &[PROBE_DRIVER, "unload"]).run()?;
        ensure!(output.outcome.success(), "{}: {}{}", output.outcome, output.stdout, output.stderr);
        probe_says(&machine, "^$")
    })?;
    let machine = Machine::start(workspace, products)?;
    step("a driver that is killed, and the harness", || killed(&machine))?;
    let machine = Machine::start(workspace, products)?;
    step("registrations that cannot be cancelled", || kept(&machine))
}

/// A handle that watches is closed, NETIO refuses to cancel its two registrations, and goes on calling. The driver works
/// on, with what NETIO may use still in place; at the end the verifier has nothing to say but that they are left.
fn kept(machine: &Machine) -> Result<()> {
    let refused = |call| {
        let (function, status) = ("CancelMibChangeNotify2".to_owned(), NtStatus::INVALID_PARAMETER.0);
        Fault { function, call, status, delay: 0 }
    };
    machine.refuse(&FaultPlan { number: 1, faults: vec![refused(1), refused(2)], ..FaultPlan::default() })?;
    machine.install_driver()?;
    for test in [WATCH, TESTS] {
        let harness = machine.program("netioctl-harness.exe", &[test]).run()?;
        ensure!(harness.outcome.success(), "{test}:\n{}", harness.stdout);
        let change = machine.sandbox().linux(["ip", "link", "set", LINKS[0].name, "mtu", "1400"]).run()?;
        ensure!(change.outcome.success(), "{}", change.stderr);
    }
    machine.netioctl(&["driver", "uninstall"])?;
    let verdict = machine.sandbox().verdict()?.context("the verifier was never loaded")?;
    let leaked: Vec<_> = verdict.records.iter().map(|record| record.violation.as_str()).collect();
    // The queue of the handle is what NETIO may use.
    ensure!(leaked == ["handle-leaked", "notification-leaked", "notification-leaked"], "the verifier says {verdict}");
    Ok(())
}

fn killed(machine: &Machine) -> Result<()> {
    machine.install_driver()?;
    let kill = machine.sandbox().linux(["sh", "-c", KILL]).run()?;
    ensure!(kill.outcome.success(), "{}", kill.stderr);
    let harness = machine.program("netioctl-harness.exe", &[TESTS]).run()?;
    let told = &harness.stdout;
    ensure!(!harness.outcome.success(), "the harness is content with a dead driver:\n{told}");
    let ended =
        Regex::new(r"(?s)the driver has ended, and with it the tests \(.*0 passed; 1 failed; [1-9]\d* ignored")?;
    ensure!(ended.is_match(told), "the harness goes on without a driver:\n{told}");
    ensure!(told.contains("the driver ended in tables::"), "no reason is given:\n{told}");
    only(machine, r"^driver-died: netioctl\.sys: its process ended without unloading it")
}

/// The verifier says this of the probe driver, after what it says when that is loaded.
fn probe_says(machine: &Machine, expected: &str) -> Result<()> {
    let verdict = machine.sandbox().verdict()?.context("the verifier was never loaded")?;
    let told: Vec<String> = verdict.records.iter().map(|record| machine.named(&record.to_string())).collect();
    let Some((first, rest)) = told.split_first() else { anyhow::bail!("no violations") };
    ensure!(Regex::new(AT_LOAD)?.is_match(first), "the verifier says {first}");
    let rest = rest.join("\n");
    ensure!(Regex::new(expected)?.is_match(&rest), "the verifier says {rest}");
    Ok(())
}

/// The verifier has one thing to say.
fn only(machine: &Machine, expected: &str) -> Result<()> {
    let verdict = machine.sandbox().verdict()?.context("the verifier was never loaded")?;
    let [record] = verdict.records.as_slice() else { anyhow::bail!("not one violation: {verdict}") };
    let told = machine.named(&record.to_string());
    ensure!(Regex::new(expected)?.is_match(&told), "the verifier says {told}");
    Ok(())
}
