//! The test programs of the sandbox, run on a machine.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::machine::Machine;
use cargo_kmdf::report::say;
use cargo_kmdf::windows::{Entry, Verifier, Windows};

/// No test takes longer, on a busy machine either: the longest loads and unloads the driver 50 times, or makes ten
/// thousand neighbors. All of them together take as long as the machine needs.
const SILENCE: Duration = Duration::from_mins(5);

/// The driver package, for the tests that install it.
pub const INF: &str = r"C:\netioctl\netioctl.inf";

/// The driver of the framework's probes.
pub const PROBE_DRIVER: &str = r"C:\netioctl\wdfprobe.sys";

/// The probes of the framework stand-in, on a machine that plays this one.
pub fn probes(machine: &Machine, windows: Windows) -> Result<()> {
    let verifier = if windows.verifier == Verifier::On { "on" } else { "off" };
    let entry = if windows.entry == Entry::Dispatch { "dispatch" } else { "passive" };
    let arguments = [PROBE_DRIVER, verifier, &windows.kmdf.to_string(), entry];
    let output = machine.program("wdfprobe.exe", &arguments).silence(SILENCE).run()?;
    for line in output.stdout.lines().filter(|line| !line.starts_with("pass ")) {
        say(line);
    }
    if let Some(verdict) = machine.sandbox().verdict()? {
        ensure!(cargo_kmdf::death(&verdict).is_none(), "{}", machine.named(&verdict.to_string()));
    }
    ensure!(output.outcome.success(), "the probes: {}\n{}", output.outcome, output.stderr);
    Ok(())
}

/// The harness, as the sandbox can serve it.
pub fn harness(machine: &Machine, arguments: &[impl AsRef<str>]) -> Result<()> {
    let show = |text: &str, _| say(text.trim_end());
    let complete = ["--inf", INF, "--no-skips"];
    let arguments: Vec<&str> = complete.into_iter().chain(arguments.iter().map(AsRef::as_ref)).collect();
    let output = machine.program("netioctl-harness.exe", &arguments).silence(SILENCE).follow(show)?;
    if !output.outcome.success() {
        say(&format!("netio-server said:\n{}", machine.server_log()?));
    }
    ensure!(output.outcome.success(), "the harness: {}", output.outcome);
    Ok(())
}

/// Runs the harness as on a Windows machine, without a witness, and hands back its output.
pub fn harness_without_witness(machine: &Machine, arguments: &[&str]) -> Result<String> {
    let output = machine.program_without_witness("netioctl-harness.exe", arguments).silence(SILENCE).run()?;
    ensure!(output.outcome.success(), "the harness: {}\n{}{}", output.outcome, output.stdout, output.stderr);
    Ok(output.stdout)
}
