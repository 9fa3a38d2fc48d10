//! All tests.

use std::ops::RangeInclusive;
use std::process::Command;
use std::thread;

use anyhow::{Error, Result, ensure};
use sandbox_runner::network::LINKS;

use super::build::Products;
use super::ends::{self, Extent};
use super::machine::Machine;
use super::suites::{harness, harness_without_witness, probes};
use super::{
    arm64, build, deaths, demo, drivers, foreign, fuzz, installation, kit, nightly, older, oldest_rust, programs,
    published, seeds, setup, soak,
};
use crate::driver;
use cargo_kmdf::kernel::{self, Kernel};
use cargo_kmdf::report::{note, run, say, step};
use cargo_kmdf::windows::{self, Entry, Windows};
use cargo_kmdf::workspace::{Workspace, deny_rustdoc_warnings};

/// Tells the tests of the driver package where it is.
const PACKAGE_VARIABLE: &str = "NETIOCTL_PACKAGE";

/// Tells the tests of the Windows build where cargo-make is, and where they may leave what they make.
const CARGO_MAKE_VARIABLE: &str = "NETIOCTL_CARGO_MAKE";

/// The seeds of the scheduler that the tests run with; `cargo xtask harness --seeds 100` is for more of them.
const SEEDS: RangeInclusive<u64> = 1..=1;

/// A test that changes an interface.
const CHANGES: &str = "machine::a_neighbor_comes_changes_and_goes";

/// What a test could leave changed: neighbors that do not go by themselves, and the times of the links.
const STATE: &str = "ip neigh show nud permanent; grep . /proc/sys/net/ipv*/neigh/lan*/base_reachable_time_ms";

/// The crates that Miri checks: those with unsafe code that runs on the host, and what of the driver goes through it, to
/// the client. Two halves that take about as long, for Miri uses one processor.
const MIRI_PACKAGES: [&[&str]; 2] = [
    &["netioctl-core", "netioctl-irql", "netioctl-write-only", "netioctl-foreign"],
    &["netioctl-abi", "netioctl-loopback", "netioctl-netio", "kmdf"],
];

/// Property tests under Miri are a thousand times slower than on the processor.
const MIRI_CASES: &str = "4";

/// Runs everything, the quick and telling steps first.
pub fn run_all(workspace: &Workspace) -> Result<()> {
    setup::run_all(workspace, setup::TESTS)?;
    step("format check", || run(workspace.cargo().args(["fmt", "--all", "--check"])))?;
    // Setup has seen to everything that they need, so a test that would be skipped elsewhere fails here.
    step("host tests", || run(workspace.cargo_on_host("test").env("NETIOCTL_NO_SKIPS", "1")))?;
    step("the driver's own code in many orders of its threads", || {
        run(workspace.cargo_on_host("test").args(["--package", "netioctl-orders"]))
    })?;
    step("clippy on the host", || {
        run(workspace.cargo_on_host("clippy").args(["--all-targets", "--", "--deny", "warnings"]))
    })?;
    step("documentation", || {
        run(deny_rustdoc_warnings(workspace.cargo_on_host("doc").args(["--no-deps", "--document-private-items"])))
    })?;
    windows_build(workspace)?;
    step("packages of the published crates, and their documentation", || published::check(workspace))?;
    oldest_rust::check(workspace)?;
    let products = build::run_all(workspace)?;
    kernel_code(workspace)?;
    foreign::check_oldest(workspace)?;
    arm64::check(workspace)?;
    step("tests of the driver package", || {
        run(workspace.whole_tests(&["driver_package"]).env(PACKAGE_VARIABLE, &products.package))
    })?;
    driver::same_again(workspace)?;
    step("tests of the sandbox", || run(&mut workspace.whole_tests(&["sandbox", "leaks", "terminal", "mingw"])))?;
    step("tests of the NETIO stand-in", || netio_check(workspace, &products))?;
    framework(workspace, &products)?;
    deaths::are_told(workspace, &products)?;
    drivers::run(workspace, &products)?;
    kit::check(workspace)?;
    demo::check(workspace, &products)?;
    ends::run(workspace, Extent::Sample)?;
    end_to_end(workspace, &products, windows::NEWEST, &[])?;
    seeds::run(workspace, &products, windows::NEWEST, SEEDS, &[])?;
    soak::briefly(workspace, &products)?;
    older::frameworks(workspace, &products)?;
    as_on_windows(workspace, &products)?;
    installation::check(workspace, &products)?;
    programs::c_example(workspace, &products)?;
    programs::schemas(workspace, &products)?;
    fuzz::briefly(workspace)?;
    miri(workspace)
}

/// What is known about the build on Windows without Windows.
fn windows_build(workspace: &Workspace) -> Result<()> {
    step("clippy as on a Windows host", || {
        let arguments = ["--all-targets", "--target", kernel::TARGET, "--", "--deny", "warnings"];
        run(workspace.cargo_on_host("clippy").args(arguments))
    })?;
    let folder = step("cargo-make", || setup::cargo_make(workspace))?;
    step("the Windows build over stubs", || {
        run(workspace.whole_tests(&["cargo_make"]).env(CARGO_MAKE_VARIABLE, folder))
    })
}

/// The framework stand-in against known answers, on a machine of its own: the probes make mistakes for the verifier.
fn framework(workspace: &Workspace, products: &Products) -> Result<()> {
    let machine = Machine::start(workspace, products)?;
    let machines = [
        ("newest, verifier on", Windows { entry: Entry::Passive, ..windows::NEWEST }),
        ("oldest, verifier off", Windows::as_users_have_it(older::OLDEST)),
        ("callers at DISPATCH_LEVEL", windows::NEWEST),
    ];
    for (what, windows) in machines {
        machine.play(windows)?;
        step(&format!("probes of the framework stand-in: {what}"), || probes(&machine, windows))?;
    }
    Ok(())
}

/// What is known about kernel code without running it.
fn kernel_code(workspace: &Workspace) -> Result<()> {
    let kernel = Kernel::prepare(workspace)?;
    step("the framework's binary interface", || kernel.check(&["kmdf-abi"]))?;
    step("clippy on kernel code", || driver::PACKAGES.iter().try_for_each(|packages| kernel.clippy(packages)))?;
    step("documentation of kernel code", || driver::PACKAGES.iter().try_for_each(|packages| kernel.document(packages)))
}

/// Builds what is missing, and runs the tests of the framework stand-in alone.
pub fn run_probes(workspace: &Workspace) -> Result<()> {
    let products = build::run_all(workspace)?;
    framework(workspace, &products)?;
    deaths::are_told(workspace, &products)?;
    drivers::run(workspace, &products)
}

/// Builds what is missing, and runs the harness alone, with arguments for it.
pub fn run_harness(workspace: &Workspace, windows: Windows, arguments: &[String]) -> Result<()> {
    let products = build::run_all(workspace)?;
    let complete = end_to_end(workspace, &products, windows, arguments);
    if !arguments.is_empty() {
        // Selected tests are all that is asked for.
        return complete;
    }
    older::frameworks(workspace, &products)?;
    installation::check(workspace, &products)?;
    as_on_windows(workspace, &products).and(programs::c_example(workspace, &products)).and(complete)
}

/// On a machine of its own: the tests break rules, to see that the verifier says so.
fn netio_check(workspace: &Workspace, products: &Products) -> Result<()> {
    let machine = Machine::start(workspace, products)?;
    let output = machine.program("netio-check.exe", &[]).follow(|text, _| say(text.trim_end()))?;
    ensure!(output.outcome.success(), "netio-check: {}", output.outcome);
    Ok(())
}

/// The harness, and then the verifier's verdict of everything that it did, unloading included.
fn end_to_end(workspace: &Workspace, products: &Products, windows: Windows, arguments: &[String]) -> Result<()> {
    let machine = Machine::start(workspace, products)?;
    machine.play(windows)?;
    machine.install_driver()?;
    let harness = step("tests in the sandbox", || harness(&machine, arguments));
    machine.netioctl(&["driver", "uninstall"])?;
    // Both are shown: a violation is often the reason why a test failed.
    machine.verdict().and(harness)
}

/// The harness without a witness: it changes no interface but the one it is told, and leaves that as it was.
fn as_on_windows(workspace: &Workspace, products: &Products) -> Result<()> {
    let machine = Machine::start(workspace, products)?;
    step("the harness as on a Windows machine", || without_witness(&machine))?;
    machine.verdict()
}

fn without_witness(machine: &Machine) -> Result<()> {
    machine.install_driver()?;
    let [link, other] = &LINKS;
    for link in [link, other] {
        let neighbor = ["neigh", "add", &link.ipv4(9), "lladdr", "02:00:5e:00:00:99", "dev", link.name];
        let output = machine.sandbox().linux(["ip"].into_iter().chain(neighbor)).run()?;
        ensure!(output.outcome.success(), "{}", output.stderr);
    }
    let state = || Ok::<_, Error>(machine.sandbox().linux(["sh", "-c", STATE]).run()?.stdout);
    let before = state()?;
    let untold = harness_without_witness(machine, &[CHANGES])?;
    ensure!(untold.contains("0 passed; 0 failed; 1 ignored"), "an interface is changed untold:\n{untold}");
    let told = harness_without_witness(machine, &["--interface", link.name, "--junit", r"C:\netioctl\results.xml"])?;
    ensure!(told.contains(&format!("{CHANGES} ")), "{told}");
    let after = state()?;
    ensure!(before == after, "not left as it was found:\n{before}\n{after}");
    let report = machine.read("results.xml")?;
    let line = report.lines().find(|line| line.contains("<testsuites")).unwrap_or_default();
    ensure!(line.contains(r#"failures="0" errors="0""#), "the report: {line}");
    machine.netioctl(&["driver", "uninstall"])?;
    Ok(())
}

fn miri(workspace: &Workspace) -> Result<()> {
    let Some(toolchain) = nightly::toolchain_for("Miri")? else { return Ok(()) };
    let miri = |packages: &[&str]| {
        let packages = packages.iter().flat_map(|package| ["--package", package]);
        let mut command = Command::new("rustup");
        command.args(["run", toolchain, "cargo", "miri", "test"]).args(packages).current_dir(&workspace.root);
        command.env("PROPTEST_CASES", MIRI_CASES).env("CARGO_TARGET_DIR", &workspace.target);
        // Isolated programs see neither the variable nor the folder in which proptest looks for earlier failures.
        command.env("MIRIFLAGS", "-Zmiri-disable-isolation");
        command
    };
    let [one, other] = MIRI_PACKAGES.map(miri);
    step("Miri", || at_once(one, other))
}

/// Runs two commands at the same time; the user sees what one of them writes, and then what the other has written.
fn at_once(mut one: Command, mut other: Command) -> Result<()> {
    thread::scope(|scope| {
        let other = scope.spawn(move || other.output());
        let ended = run(&mut one);
        let output = other.join().map_err(|_| Error::msg("nobody followed the other command"))??;
        note(String::from_utf8_lossy(&output.stderr).trim_end());
        say(String::from_utf8_lossy(&output.stdout).trim_end());
        ended?;
        ensure!(output.status.success(), "the other command: {}", output.status);
        Ok(())
    })
}
